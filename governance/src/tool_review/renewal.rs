use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use model::{Label, Timestamp};
use serde::{Deserialize, Serialize};

use super::Decision;

/// A decision is looked at again this long before it lapses.
pub const BEFORE_EXPIRY: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Why a review was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReviewCause))]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// People want the tool.
    Requested,
    /// The tool was found in use.
    Found,
    /// The decision lapses soon.
    Expiry,
    /// The vendor's terms are no longer those that were read.
    TermsChanged {
        /// Who noted it, in what words.
        note: String,
    },
    /// What was seen at the tool contradicts the decision.
    Contradicted {
        /// Labels outside the approved data that reached it.
        labels: BTreeSet<Label>,
        /// In how many exchanges.
        exchanges: u64,
    },
}

impl Cause {
    /// The word for it, of which a tool has one open review at most.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Found => "found",
            Self::Expiry => "expiry",
            Self::TermsChanged { .. } => "terms_changed",
            Self::Contradicted { .. } => "contradicted",
        }
    }
}

/// Whether `decision` lapses so soon, or has, that the tool must be looked at again.
pub fn expires_soon(decision: &Decision, now: Timestamp) -> Option<Cause> {
    decision.until.filter(|until| until.minus(BEFORE_EXPIRY) <= now).map(|_| Cause::Expiry)
}

/// Whether what was `sent` to a tool since `decision` lies outside the data that it approves: exchanges by label, as
/// detected. What was redacted on the way did not reach the tool and is the caller's to leave out.
pub fn contradiction(decision: &Decision, sent: &BTreeMap<Label, u64>) -> Option<Cause> {
    let approved = |label: &Label| decision.approved_for.iter().any(|class| label.is(class));
    let outside: Vec<_> = sent.iter().filter(|(label, count)| **count > 0 && !approved(label)).collect();
    // An exchange may have several labels, so the sum would count it twice.
    let exchanges = outside.iter().map(|(_, count)| **count).max()?;
    Some(Cause::Contradicted {
        labels: outside.into_iter().map(|(label, _)| label.clone()).collect(),
        exchanges,
    })
}

#[cfg(test)]
mod tests {
    use super::{super::Outcome, *};

    fn decision(until: Option<i64>) -> Decision {
        Decision {
            outcome: Outcome::Approved,
            approved_for: BTreeSet::from(["pii".parse().unwrap()]),
            conditions: String::new(),
            reason: "reviewed".to_owned(),
            until: until.map(|days| Timestamp::from_millis(days * 86_400_000)),
        }
    }

    #[test]
    fn a_month_before_it_lapses() {
        let day = |days: i64| Timestamp::from_millis(days * 86_400_000);
        for (until, now, due) in [
            (Some(100), 69, false),
            (Some(100), 70, true),
            (Some(100), 100, true),
            (Some(100), 400, true),
            (None, 400, false),
        ] {
            assert_eq!(expires_soon(&decision(until), day(now)).is_some(), due, "{until:?} {now}");
        }
    }

    fn check(sent: &[(&str, u64)], expected: Option<(&[&str], u64)>) {
        let sent = sent.iter().map(|(label, count)| (label.parse().unwrap(), *count)).collect();
        let expected = expected.map(|(labels, exchanges)| Cause::Contradicted {
            labels: labels.iter().map(|label| label.parse().unwrap()).collect(),
            exchanges,
        });
        assert_eq!(contradiction(&decision(None), &sent), expected);
    }

    #[test]
    fn behaviour_that_contradicts_the_decision() {
        check(&[], None);
        check(&[("pii.email", 9), ("pii", 1)], None);
        check(&[("pii.email", 9), ("secret.jwt", 0)], None);
        check(&[("pii.email", 9), ("secret.jwt", 2), ("phi", 3)], Some((&["phi", "secret.jwt"], 3)));
    }
}
