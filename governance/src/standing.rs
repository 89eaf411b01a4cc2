use std::collections::BTreeMap;

use model::{ClauseId, PersonId, PolicyVersion, Risk, Timestamp};
use policy::{Policy, Reacceptance};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Lifecycle, attestation::Attestation, id::id_of};

/// What someone has passed and accepted, summed up from attempts, completions and attestations, so that decisions need to
/// read one row a person. One for each person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Who.
    pub person: PersonId,
    /// The latest pass of each module.
    pub training: BTreeMap<String, Passed>,
    /// The latest acceptance of the policy.
    pub accepted: Option<Accepted>,
    /// Levels of risk that count for a time, by what raised them.
    #[serde(default)]
    pub risk: BTreeMap<String, RaisedRisk>,
}

/// A level of risk, until a time: it decays by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RaisedRisk {
    /// Which level.
    pub level: Risk,
    /// Since when.
    pub from: Timestamp,
    /// Until when it counts.
    pub until: Timestamp,
    /// Why, in words.
    pub because: String,
}

/// The latest pass of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// When.
    pub at: Timestamp,
    /// Until when it counts.
    pub until: Timestamp,
    /// What the module's clauses said then, as fingerprints; empty where it was taken elsewhere.
    pub clauses: BTreeMap<ClauseId, String>,
}

/// The latest acceptance of the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The version.
    pub policy: PolicyVersion,
    /// What its clauses said, as a fingerprint.
    pub clauses: String,
    /// Until when it counts, unless a new version ends it.
    pub until: Timestamp,
}

impl Accepted {
    /// Until when it counts under `policy`, whose clauses have the fingerprint `clauses`; `None` if that has to be accepted
    /// again.
    pub fn counts(&self, policy: &Policy, clauses: &str) -> Option<Timestamp> {
        let same = match policy.front().accept_again {
            Reacceptance::EveryVersion => self.policy == *policy.version(),
            Reacceptance::WhenClausesChange => self.clauses == clauses,
            Reacceptance::Never => true,
        };
        same.then_some(self.until)
    }
}

impl Standing {
    /// Of someone who has neither passed nor accepted anything.
    pub fn of(person: PersonId) -> Self {
        Self { person, training: BTreeMap::new(), accepted: None, risk: BTreeMap::new() }
    }

    /// The id under which the one of `person` is kept.
    pub fn id(person: &PersonId) -> Uuid {
        id_of(&format!("standing\n{person}"))
    }

    /// The same after a pass; an earlier one that counts longer stays.
    pub fn passing(mut self, module: &str, passed: Passed) -> Self {
        let longer = self.training.get(module).is_some_and(|earlier| passed.until < earlier.until);
        if !longer {
            self.training.insert(module.to_owned(), passed);
        }
        self
    }

    /// The same with a level of risk raised by `cause`, in place of what that had raised before; levels that are over go.
    pub fn raising(mut self, cause: &str, raised: RaisedRisk) -> Self {
        self.risk.retain(|_, earlier| raised.from < earlier.until);
        self.risk.insert(cause.to_owned(), raised);
        self
    }

    /// The same without the level that `cause` had raised.
    pub fn easing(mut self, cause: &str) -> Self {
        self.risk.remove(cause);
        self
    }

    /// The same after an acceptance.
    pub fn accepting(mut self, attestation: &Attestation) -> Self {
        self.accepted = Some(Accepted {
            policy: attestation.policy.clone(),
            clauses: attestation.clauses.clone(),
            until: attestation.until,
        });
        self
    }
}

impl Lifecycle for Standing {
    const KIND: &'static str = "person_standing";

    fn state(&self) -> &'static str {
        "known"
    }

    fn person(&self) -> Option<&PersonId> {
        Some(&self.person)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, time::Duration};

    use model::{PersonId, Timestamp};
    use policy::{Policy, Taxonomy};

    use super::{Passed, Standing};
    use crate::{
        attestation::{Attestation, SignIn},
        of_policy, sample,
    };

    /// Whether what was accepted counts under `now`, with this line in its front matter.
    #[track_caller]
    fn check(accepted: &Policy, now: &Policy, line: &str, expected: bool) {
        let source = now.source().replacen("otherwise: coach", &format!("otherwise: coach\n{line}"), 1);
        let now = policy::compile("test.md", &source, &Taxonomy::default()).unwrap();
        let at = Timestamp::from_millis(0);
        let ben = PersonId::new("ben");
        let sign_in = SignIn { account: "ben".into(), method: "session".into(), since: at };
        let attestation = Attestation::of(accepted, ben.clone(), at, sign_in, None);
        let accepted = Standing::of(ben).accepting(&attestation).accepted.unwrap();
        let counts = accepted.counts(&now, &of_policy(&now));
        assert_eq!(counts, expected.then(|| at.plus(Duration::from_secs(365 * 24 * 60 * 60))), "{line}");
    }

    #[test]
    fn the_policy_says_what_has_to_be_accepted_again() {
        let accepted = sample::policy("then: block", "Text.");
        let same = sample::policy("then: block # as ever", "Text.");
        let rule = sample::policy("then: coach", "Text.");
        let prose = sample::policy("then: block", "Another text.");
        for (now, each, clauses, never) in
            [(&same, false, true, true), (&rule, false, false, true), (&prose, false, false, true)]
        {
            check(&accepted, now, "accept_again: every version", each);
            check(&accepted, now, "accept_again: when clauses change", clauses);
            check(&accepted, now, "attest_every: 365d", clauses);
            check(&accepted, now, "accept_again: never", never);
        }
    }

    #[test]
    fn the_pass_that_counts_longest_stays() {
        let passed = |until| Passed {
            at: Timestamp::from_millis(1),
            until: Timestamp::from_millis(until),
            clauses: BTreeMap::new(),
        };
        let standing = Standing::of(PersonId::new("ben")).passing("a", passed(9)).passing("a", passed(5));
        assert_eq!(standing.training["a"], passed(9));
        assert_eq!(standing.passing("a", passed(20)).training["a"], passed(20));
    }
}
