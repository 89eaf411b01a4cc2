use serde::{Deserialize, Serialize};

use crate::{Action, ClauseId, Label, PolicyVersion, Severity};

/// What the policy says of an exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// The strictest action among the duties, or the policy's `otherwise` where no clause allows.
    pub action: Action,
    /// Every clause that applies, strictest first, then in document order.
    pub duties: Vec<Duty>,
    /// Whether the action rests on `otherwise` because no clause allows the exchange.
    pub otherwise: bool,
    /// The policy that was asked.
    pub policy: PolicyVersion,
    /// Clauses that could not be evaluated; their `if uninspected` action is among the duties.
    pub faults: Vec<EvaluationFault>,
    /// What the policy's rollout holds back, if it does: `action` and `duties` are what is left.
    #[serde(default)]
    pub held_back: Option<HeldBack>,
}

/// What a policy would have said if it were carried out in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldBack {
    /// The action.
    pub action: Action,
    /// The clauses that ask for more than is done for them; none where only the policy's `otherwise` does.
    pub duties: Vec<HeldDuty>,
}

/// A clause that asks for more than is done for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldDuty {
    /// The clause.
    pub clause: ClauseId,
    /// What it asks for.
    pub action: Action,
}

impl Verdict {
    /// The clause that decided, if one did.
    pub fn decisive(&self) -> Option<&Duty> {
        self.duties.first().filter(|duty| duty.action == self.action && !self.otherwise)
    }
}

/// What one clause asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Duty {
    /// The clause.
    pub clause: ClauseId,
    /// What it asks for.
    pub action: Action,
    /// How much harm breaking it does.
    pub severity: Severity,
    /// The data the clause is about; findings under these labels are what `redact` replaces.
    pub labels: Vec<Label>,
    /// Whether the clause applies because content could not be inspected, not because it matched.
    pub uninspected: bool,
}

/// A clause whose evaluation failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvaluationFault {
    /// The clause, where it is known.
    pub clause: Option<ClauseId>,
    /// What went wrong; names attributes, never content.
    pub reason: String,
}
