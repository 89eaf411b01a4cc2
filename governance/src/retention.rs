//! How long records are kept.

use std::{collections::BTreeMap, time::Duration};

use model::{Label, Timestamp};

/// How long records are kept; what nothing is said about is kept for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Every record.
    pub records: Option<Duration>,
    /// Records in which a label, or one below it, was found.
    pub labels: BTreeMap<Label, Duration>,
}

/// Records that are kept no longer: those from before an instant, with a label or all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expired {
    /// Those in which this was found; `None` for all.
    pub label: Option<Label>,
    /// Those from before.
    pub before: Timestamp,
}

impl Retention {
    /// What is kept no longer at `now`.
    pub fn expired(&self, now: Timestamp) -> Vec<Expired> {
        let labels = self.labels.iter().map(|(label, kept)| (Some(label.clone()), kept));
        let all = self.records.iter().map(|kept| (None, kept));
        labels.chain(all).map(|(label, kept)| Expired { label, before: now.minus(*kept) }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_their_own_time() {
        let day = Duration::from_secs(86_400);
        let phi: Label = "phi".parse().unwrap();
        let retention = Retention { records: Some(day * 400), labels: [(phi.clone(), day * 30)].into() };
        let now = Timestamp::from_millis(0).plus(day * 1_000);
        let at = |days| Timestamp::from_millis(0).plus(day * days);
        let expected =
            [Expired { label: Some(phi), before: at(970) }, Expired { label: None, before: at(600) }];
        assert_eq!(retention.expired(now), expected);
        assert_eq!(Retention::default().expired(now), []);
    }
}
