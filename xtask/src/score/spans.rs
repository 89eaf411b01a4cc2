use detect::Hit;

use super::sheet::brief;

/// Overlap from which a finding is the span.
const SAME: f64 = 0.5;

/// Whether two spans are the same: their intersection is at least half of their union.
pub(super) fn same(hit: &Hit, span: (usize, usize)) -> bool {
    let shared = hit.end.min(span.1).saturating_sub(hit.start.max(span.0));
    let all = hit.end.max(span.1) - hit.start.min(span.0);
    shared > 0 && ratio(shared, all) >= SAME
}

/// What stands at a span, on one line.
pub(super) fn part(text: &str, (start, end): (usize, usize)) -> String {
    brief(&String::from_utf8_lossy(text.as_bytes().get(start..end).unwrap_or_default()))
}

#[expect(clippy::cast_precision_loss, reason = "texts are short")]
fn ratio(part: usize, all: usize) -> f64 {
    part as f64 / all.max(1) as f64
}
