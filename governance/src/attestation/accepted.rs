use model::{PersonId, PolicyVersion, Timestamp};
use policy::Policy;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Signature;
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
    /// The person's signature over the hash, if they gave one.
    #[serde(default)]
    pub signature: Option<Signature>,
}

/// How someone was signed in when they accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AttestationSignIn))]
pub struct SignIn {
    /// The account.
    pub account: String,
    /// What it was recognised by.
    pub method: String,
    /// When the session began.
    pub since: Timestamp,
}

impl Attestation {
    /// Of `policy`, by `person` at `at`, not signed.
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
            signature: None,
        }
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
