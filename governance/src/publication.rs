use std::collections::BTreeSet;

use model::{PolicyVersion, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    approval::{Opinion, Position, position},
    draft::ContentHash,
};

/// What is known of a policy that should come into force.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// The hash of exactly this content.
    pub hash: &'a ContentHash,
    /// The version it builds on.
    pub base: Option<&'a PolicyVersion>,
    /// The version in force.
    pub in_force: &'a PolicyVersion,
    /// Mistakes that keep it from running; nothing else is known while there are any.
    pub mistakes: usize,
    /// Its examples.
    pub examples: usize,
    /// What is wrong with those that do not pass, in a few words each.
    pub failing: Vec<String>,
    /// Its invariants.
    pub invariants: usize,
    /// Those that do not hold, or may not, in a few words each.
    pub broken: Vec<String>,
    /// When somebody was shown what this content would have said of recorded exchanges.
    pub backtested: Option<Timestamp>,
    /// Functions that must approve: those it names and those that the policy in force names, so that nobody drops one
    /// by leaving it out.
    pub functions: &'a BTreeSet<String>,
    /// What has been said of it.
    pub opinions: &'a [Opinion],
    /// Who wrote it.
    pub writers: &'a BTreeSet<String>,
}

/// On which way a policy comes into force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// As a draft that was reviewed.
    Reviewed,
    /// At once, without a draft: where no function has to approve.
    Direct,
    /// At once, whoever has to approve, because of this; an administrator answers for it.
    Emergency(String),
}

/// One check of the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// It builds on the version in force.
    Base,
    /// It has no mistakes.
    Valid,
    /// All its examples pass.
    Examples,
    /// All its invariants hold.
    Invariants,
    /// It was tried on recorded exchanges.
    Backtest,
    /// Every function that must has approved exactly this.
    Approvals,
}

/// How a check came out, in words for whoever wants to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It is in order.
    Passed(String),
    /// It is not, and what to do.
    Failed(String),
    /// It was not asked for, and why.
    Waived(String),
}

/// What the gate says of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Every check, in order.
    pub checks: Vec<(Check, Finding)>,
}

impl Gate {
    /// The checks that keep the candidate out, with what to do.
    pub fn blocking(&self) -> Vec<&str> {
        let failed = self.checks.iter().filter_map(|(_, finding)| match finding {
            Finding::Failed(why) => Some(why.as_str()),
            Finding::Passed(_) | Finding::Waived(_) => None,
        });
        failed.collect()
    }
}

/// Whether `candidate` may come into force on that way.
pub fn gate(candidate: &Candidate<'_>, way: &Way) -> Gate {
    Gate {
        checks: vec![
            (Check::Base, base(candidate)),
            (Check::Valid, valid(candidate)),
            (Check::Examples, examples(candidate)),
            (Check::Invariants, invariants(candidate)),
            (Check::Backtest, backtest(candidate, way)),
            (Check::Approvals, approvals(candidate, way)),
        ],
    }
}

fn base(candidate: &Candidate<'_>) -> Finding {
    let in_force = candidate.in_force;
    match candidate.base {
        Some(base) if base != in_force => Finding::Failed(format!(
            "the policy in force is now `{in_force}`, not `{base}`; look at what changed, and base the draft on it"
        )),
        _ => Finding::Passed(format!("builds on `{in_force}`, which is in force")),
    }
}

fn valid(candidate: &Candidate<'_>) -> Finding {
    match candidate.mistakes {
        0 => Finding::Passed("no mistakes".to_owned()),
        1 => Finding::Failed("the policy has a mistake; correct it".to_owned()),
        count => Finding::Failed(format!("the policy has {count} mistakes; correct them")),
    }
}

fn examples(candidate: &Candidate<'_>) -> Finding {
    match candidate.failing.as_slice() {
        _ if candidate.mistakes > 0 => unknown("examples"),
        [] => Finding::Passed(format!("{} examples pass", candidate.examples)),
        failing => Finding::Failed(format!(
            "{} of {} examples fail, as {}; change the rule or the example",
            failing.len(),
            candidate.examples,
            failing.first().map_or("", String::as_str)
        )),
    }
}

fn invariants(candidate: &Candidate<'_>) -> Finding {
    match candidate.broken.as_slice() {
        _ if candidate.mistakes > 0 => unknown("invariants"),
        [] => Finding::Passed(format!("{} invariants hold of every exchange", candidate.invariants)),
        broken => Finding::Failed(format!(
            "{} of {} invariants do not hold, as {}; change a rule or the invariant",
            broken.len(),
            candidate.invariants,
            broken.first().map_or("", String::as_str)
        )),
    }
}

fn unknown(what: &str) -> Finding {
    Finding::Failed(format!("the {what} cannot be looked at before the mistakes are corrected"))
}

fn backtest(candidate: &Candidate<'_>, way: &Way) -> Finding {
    match (way, candidate.backtested) {
        (_, Some(at)) => Finding::Passed(format!("run for exactly this content on {at}")),
        (Way::Reviewed, None) => Finding::Failed(
            "exactly this content was not tried on recorded exchanges; run the backtest".to_owned(),
        ),
        (Way::Direct, None) => Finding::Waived("not asked for, as no function has to approve".to_owned()),
        (Way::Emergency(_), None) => Finding::Waived("not asked for in an emergency".to_owned()),
    }
}

fn approvals(candidate: &Candidate<'_>, way: &Way) -> Finding {
    let wanting: Vec<String> =
        candidate.functions.iter().filter_map(|function| wanting(function, candidate)).collect();
    match way {
        _ if candidate.functions.is_empty() => {
            Finding::Passed("the policy names no function that has to approve".to_owned())
        }
        _ if wanting.is_empty() => {
            let functions: Vec<&str> = candidate.functions.iter().map(String::as_str).collect();
            Finding::Passed(format!("approved for {}", functions.join(", ")))
        }
        Way::Emergency(reason) => Finding::Waived(format!("published in an emergency: {reason}")),
        Way::Reviewed | Way::Direct => Finding::Failed(wanting.join("; ")),
    }
}

/// What a function's approval wants; nothing if it is there.
fn wanting(function: &str, candidate: &Candidate<'_>) -> Option<String> {
    match position(function, candidate.opinions, candidate.hash, candidate.writers) {
        Position::Approved(_) => None,
        Position::Missing => Some(format!("`{function}` has not approved it")),
        Position::Void(_) => Some(format!("`{function}` approved it before it was edited; ask again")),
        Position::OwnWork(opinion) => {
            Some(format!("{} wrote in it, so somebody else has to approve it for `{function}`", opinion.by))
        }
        Position::ChangesAsked(_) => Some(format!("`{function}` asks for changes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::Stance;

    fn opinion(function: &str, hash: &ContentHash) -> Opinion {
        Opinion {
            draft: "d".into(),
            function: function.into(),
            hash: hash.clone(),
            by: "leo".into(),
            at: Timestamp::from_millis(1),
            stance: Stance::Approves,
        }
    }

    /// A candidate in order; each test spoils something.
    struct Given {
        in_force: PolicyVersion,
        mistakes: usize,
        failing: Vec<String>,
        broken: Vec<String>,
        backtested: Option<Timestamp>,
        functions: BTreeSet<String>,
        opinions: Vec<Opinion>,
        writers: BTreeSet<String>,
    }

    impl Default for Given {
        fn default() -> Self {
            Self {
                in_force: PolicyVersion::new("v1"),
                mistakes: 0,
                failing: Vec::new(),
                broken: Vec::new(),
                backtested: Some(Timestamp::from_millis(3)),
                functions: ["legal", "security"].map(str::to_owned).into(),
                opinions: ["legal", "security"].map(|name| opinion(name, &ContentHash::of("now"))).into(),
                writers: BTreeSet::new(),
            }
        }
    }

    fn told(given: &Given, way: &Way) -> Gate {
        let candidate = Candidate {
            hash: &ContentHash::of("now"),
            base: Some(&PolicyVersion::new("v1")),
            in_force: &given.in_force,
            mistakes: given.mistakes,
            examples: 4,
            failing: given.failing.clone(),
            invariants: 2,
            broken: given.broken.clone(),
            backtested: given.backtested,
            functions: &given.functions,
            opinions: &given.opinions,
            writers: &given.writers,
        };
        gate(&candidate, way)
    }

    #[track_caller]
    fn check(given: Given, way: &Way, expected: &[Check]) {
        let gate = told(&given, way);
        let failed = gate.checks.iter().filter(|(_, finding)| matches!(finding, Finding::Failed(_)));
        assert_eq!(failed.map(|(check, _)| *check).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn everything_that_is_wanting_is_named() {
        use Check::*;
        use Way::*;
        let emergency = Emergency("a leak".into());
        let good = Given::default;
        let one = || vec!["DATA-1".to_owned()];
        let unreviewed = || Given { opinions: Vec::new(), backtested: None, ..good() };
        check(good(), &Reviewed, &[]);
        check(Given { in_force: PolicyVersion::new("v0"), ..good() }, &Reviewed, &[Base]);
        check(Given { mistakes: 2, ..good() }, &Reviewed, &[Valid, Examples, Invariants]);
        check(Given { failing: one(), ..good() }, &Reviewed, &[Examples]);
        check(Given { failing: one(), ..good() }, &emergency, &[Examples]);
        check(Given { broken: one(), ..good() }, &emergency, &[Invariants]);
        check(Given { backtested: None, ..good() }, &Reviewed, &[Backtest]);
        check(Given { opinions: Vec::new(), ..good() }, &Reviewed, &[Approvals]);
        check(Given { writers: ["leo".to_owned()].into(), ..good() }, &Reviewed, &[Approvals]);
        check(unreviewed(), &Reviewed, &[Backtest, Approvals]);
        check(unreviewed(), &Direct, &[Approvals]);
        check(unreviewed(), &emergency, &[]);
        check(Given { functions: BTreeSet::new(), ..unreviewed() }, &Direct, &[]);
        check(Given { functions: BTreeSet::new(), ..unreviewed() }, &Reviewed, &[Backtest]);
    }

    #[test]
    fn each_function_is_told_what_it_lacks() {
        let now = ContentHash::of("now");
        let changes = Stance::AsksForChanges { what: "name the law".into() };
        let given = Given {
            functions: ["it", "legal", "privacy", "security"].map(str::to_owned).into(),
            opinions: vec![
                opinion("it", &now),
                opinion("legal", &ContentHash::of("before")),
                Opinion { stance: changes, ..opinion("privacy", &now) },
            ],
            ..Given::default()
        };
        let expected = "`legal` approved it before it was edited; ask again; `privacy` asks for changes; \
                        `security` has not approved it";
        assert_eq!(told(&given, &Way::Direct).blocking(), [expected]);
    }
}
