use std::time::Duration;

use model::Timestamp;

use super::{BUCKET_LIMIT, Span};

/// A span cut into equal pieces from its first instant on; the last may reach beyond it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Buckets {
    span: Span,
    width: i64,
    count: usize,
}

impl Buckets {
    pub(super) fn new(span: Span, width: Duration) -> Self {
        let length = u64::try_from(span.to.as_millis().saturating_sub(span.from.as_millis())).unwrap_or(0);
        let asked = u64::try_from(width.as_millis()).unwrap_or(u64::MAX).max(1);
        let width = asked.max(length.div_ceil(BUCKET_LIMIT));
        let count = usize::try_from(length.div_ceil(width)).unwrap_or(0);
        Self { span, width: i64::try_from(width).unwrap_or(i64::MAX), count }
    }

    /// First instant, end, width: the parameters of every bucketed statement.
    pub(super) fn values(&self) -> Vec<i64> {
        self.span.values().into_iter().chain([self.width]).collect()
    }

    pub(super) fn starts(&self) -> Vec<Timestamp> {
        let start = |at: i64| Timestamp::from_millis(self.span.from.as_millis().saturating_add(at));
        (0i64..).take(self.count).map(|index| start(index.saturating_mul(self.width))).collect()
    }

    pub(super) fn zeros(&self) -> Vec<u64> {
        vec![0; self.count]
    }

    /// Adds to the number of one bucket; what lies outside the span is not counted.
    pub(super) fn add(&self, series: &mut [u64], slot: i64, count: u64) {
        if let Some(number) = usize::try_from(slot).ok().and_then(|slot| series.get_mut(slot)) {
            *number += count;
        }
    }
}

impl Span {
    pub(crate) fn values(self) -> Vec<i64> {
        vec![self.from.as_millis(), self.to.as_millis()]
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use model::Timestamp;

    use super::{BUCKET_LIMIT, Buckets, Span};

    fn check(from: i64, to: i64, width: u64, expected: &[i64]) {
        let span = Span { from: Timestamp::from_millis(from), to: Timestamp::from_millis(to) };
        let buckets = Buckets::new(span, Duration::from_millis(width));
        assert_eq!(
            buckets.starts(),
            expected.iter().copied().map(Timestamp::from_millis).collect::<Vec<_>>()
        );
    }

    #[test]
    fn buckets_begin_with_the_span_and_cover_it() {
        check(5, 25, 10, &[5, 15]);
        check(5, 26, 10, &[5, 15, 25]);
        check(5, 5, 10, &[]);
        check(9, 5, 10, &[]);
        check(0, 2, 0, &[0, 1]);
    }

    #[test]
    fn no_span_makes_too_many() {
        let span = Span { from: Timestamp::from_millis(i64::MIN), to: Timestamp::from_millis(i64::MAX) };
        let buckets = Buckets::new(span, Duration::from_millis(1));
        assert!(buckets.zeros().len() as u64 <= BUCKET_LIMIT);
    }
}
