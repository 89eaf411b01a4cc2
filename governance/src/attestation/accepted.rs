use model::{PersonId, PolicyVersion, Timestamp};
use policy::{Policy, Reacceptance};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Lifecycle, fingerprint};

/// That someone has accepted the policy: evidence, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// Who.
    pub person: PersonId,
    /// The hash of the document that was shown.
    pub policy: PolicyVersion,
    /// What its clauses said, as a fingerprint: a version that only corrects a comma elsewhere has the same.
    pub clauses: String,
    /// When.
    pub at: Timestamp,
    /// Until when it counts, unless a new version ends it.
    pub until: Timestamp,
    /// How the person was signed in.
    pub sign_in: SignIn,
    /// The language in which it was shown (BCP 47).
    pub language: String,
    /// The campaign that asked for it, if one did.
    pub campaign: Option<Uuid>,
}

/// How someone was signed in when they accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The account.
    pub account: String,
    /// What it was recognised by.
    pub method: String,
    /// When the session began.
    pub since: Timestamp,
}

impl Attestation {
    /// Of `policy`, by `person` at `at`.
    pub fn of(
        policy: &Policy,
        person: PersonId,
        at: Timestamp,
        sign_in: SignIn,
        campaign: Option<Uuid>,
    ) -> Self {
        Self {
            person,
            policy: policy.version().clone(),
            clauses: fingerprint::of_policy(policy),
            at,
            until: at.plus(policy.front().attest_every),
            sign_in,
            language: "en-GB".to_owned(),
            campaign,
        }
    }

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

impl Lifecycle for Attestation {
    const KIND: &'static str = "attestation";

    fn state(&self) -> &'static str {
        "accepted"
    }

    fn subject(&self) -> Option<&str> {
        Some(self.policy.as_str())
    }

    fn person(&self) -> Option<&PersonId> {
        Some(&self.person)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use model::{PersonId, Timestamp};
    use policy::{Policy, Taxonomy};

    use super::{Attestation, SignIn};
    use crate::{fingerprint, sample};

    /// Whether what was accepted counts under `now`, with this line in its front matter.
    #[track_caller]
    fn check(accepted: &Policy, now: &Policy, line: &str, expected: bool) {
        let source = now.source().replacen("otherwise: coach", &format!("otherwise: coach\n{line}"), 1);
        let now = policy::compile("test.md", &source, &Taxonomy::default()).unwrap();
        let at = Timestamp::from_millis(0);
        let sign_in = SignIn { account: "ben".into(), method: "session".into(), since: at };
        let attestation = Attestation::of(accepted, PersonId::new("ben"), at, sign_in, None);
        let counts = attestation.counts(&now, &fingerprint::of_policy(&now));
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
}
