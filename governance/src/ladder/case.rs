use model::{Action, ClauseId, ExchangeId, PersonId, PolicyVersion, Timestamp};
use policy::ladder::{Decided, Measure};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Reached, Violation};
use crate::Lifecycle;

/// A step of the ladder that someone has reached, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Who reached it.
    pub person: PersonId,
    /// The clause that holds the ladder.
    pub clause: ClauseId,
    /// The policy in force then.
    pub policy: PolicyVersion,
    /// The points of the step.
    pub step: u32,
    /// What the step asks for.
    pub remedy: Remedy,
    /// The points that were reached.
    pub points: u32,
    /// The incident that it follows from, if it is no step of the ladder.
    #[serde(default)]
    pub incident: Option<Uuid>,
    /// What led there: exchanges, clauses and points, never content.
    pub violations: Vec<Violation>,
    /// When.
    pub at: Timestamp,
    /// How it stands.
    pub state: CaseState,
}

/// What a step asks for, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Remedy {
    /// Advice, shown to the person.
    Coach,
    /// Training is assigned.
    AssignTraining,
    /// The person's manager is told.
    NotifyManager,
    /// Access to AI tools is suspended.
    SuspendAccess {
        /// For so many seconds.
        seconds: u64,
    },
    /// The matter is handed to people outside Bylaw.
    Refer {
        /// To whom or what, in the policy's own words.
        to: String,
    },
}

impl From<&Measure> for Remedy {
    fn from(measure: &Measure) -> Self {
        match measure {
            Measure::Coach => Self::Coach,
            Measure::AssignTraining => Self::AssignTraining,
            Measure::NotifyManager => Self::NotifyManager,
            Measure::SuspendAccess { time } => Self::SuspendAccess { seconds: time.as_secs() },
            Measure::Refer { to } => Self::Refer { to: to.clone() },
        }
    }
}

impl Remedy {
    /// As the policy's ladder has it.
    pub fn measure(&self) -> Measure {
        match self {
            Self::Coach => Measure::Coach,
            Self::AssignTraining => Measure::AssignTraining,
            Self::NotifyManager => Measure::NotifyManager,
            Self::SuspendAccess { seconds } => {
                Measure::SuspendAccess { time: std::time::Duration::from_secs(*seconds) }
            }
            Self::Refer { to } => Measure::Refer { to: to.clone() },
        }
    }
}

/// What a named person decided, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CaseDecision))]
pub struct Decision {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// How a case stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CaseState {
    /// It followed by itself.
    Taken,
    /// A named person has to decide.
    Proposed,
    /// It was approved, and is in effect.
    Approved {
        /// By whom.
        approved: Decision,
    },
    /// It was dismissed: nothing follows.
    Dismissed {
        /// By whom.
        dismissed: Decision,
    },
    /// It was approved, and the person has appealed. It stays in effect until that is decided.
    Appealed {
        /// By whom it was approved.
        approved: Decision,
        /// What the person says; `by` is the person's account.
        appeal: Decision,
    },
    /// The appeal was refused.
    Upheld {
        /// By whom it was approved.
        approved: Decision,
        /// What the person said.
        appeal: Decision,
        /// By whom the appeal was refused.
        upheld: Decision,
    },
    /// The appeal was granted: it is in effect no longer.
    Overturned {
        /// By whom it was approved.
        approved: Decision,
        /// What the person said.
        appeal: Decision,
        /// By whom the appeal was granted.
        overturned: Decision,
    },
    /// It was approved and ended before its time.
    Lifted {
        /// By whom it was approved.
        approved: Decision,
        /// By whom it was ended.
        lifted: Decision,
    },
}

/// What can happen to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseCommand {
    /// Let the step follow.
    Approve(Decision),
    /// Let nothing follow.
    Dismiss(Decision),
    /// The person does not agree.
    Appeal(Decision),
    /// Refuse the appeal.
    Uphold(Decision),
    /// Grant the appeal.
    Overturn(Decision),
    /// End it before its time.
    Lift(Decision),
}

/// A command that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseRefused {
    /// The case does not stand so that it could happen.
    #[error("this cannot be done: the case is {state}")]
    State {
        /// How it stands.
        state: &'static str,
    },
    /// Whoever decided first does not judge the appeal.
    #[error("`{by}` approved this step, so that somebody else has to decide on the appeal")]
    SamePerson {
        /// Who.
        by: String,
    },
}

impl CaseState {
    /// The state after `command`.
    pub fn after(&self, command: CaseCommand) -> Result<Self, CaseRefused> {
        use CaseCommand::{Appeal, Approve, Dismiss, Lift, Overturn, Uphold};
        match (self.clone(), command) {
            (Self::Proposed, Approve(approved)) => Ok(Self::Approved { approved }),
            (Self::Proposed, Dismiss(dismissed)) => Ok(Self::Dismissed { dismissed }),
            (Self::Approved { approved }, Appeal(appeal)) => Ok(Self::Appealed { approved, appeal }),
            (Self::Appealed { approved, .. }, Uphold(by) | Overturn(by)) if approved.by == by.by => {
                Err(CaseRefused::SamePerson { by: by.by })
            }
            (Self::Appealed { approved, appeal }, Uphold(upheld)) => {
                Ok(Self::Upheld { approved, appeal, upheld })
            }
            (Self::Appealed { approved, appeal }, Overturn(overturned)) => {
                Ok(Self::Overturned { approved, appeal, overturned })
            }
            (
                Self::Approved { approved } | Self::Appealed { approved, .. } | Self::Upheld { approved, .. },
                Lift(lifted),
            ) => Ok(Self::Lifted { approved, lifted }),
            (from, _) => Err(CaseRefused::State { state: from.as_str() }),
        }
    }

    /// Its word.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Proposed => "proposed",
            Self::Approved { .. } => "approved",
            Self::Dismissed { .. } => "dismissed",
            Self::Appealed { .. } => "appealed",
            Self::Upheld { .. } => "upheld",
            Self::Overturned { .. } => "overturned",
            Self::Lifted { .. } => "lifted",
        }
    }
}

impl Case {
    /// The case that `reached` opens for `person`.
    pub fn open(
        person: PersonId,
        clause: ClauseId,
        policy: PolicyVersion,
        reached: Reached,
        at: Timestamp,
    ) -> Self {
        let Reached { step, tally } = reached;
        let state = match step.measure.decided() {
            Decided::ByItself => CaseState::Taken,
            Decided::ByPerson => CaseState::Proposed,
        };
        Self {
            person,
            clause,
            policy,
            step: step.at,
            remedy: Remedy::from(&step.measure),
            points: tally.points,
            incident: None,
            violations: tally.counted,
            at,
            state,
        }
    }

    /// The case that somebody who works on `incident` asks for.
    pub fn asked(
        person: PersonId,
        (clause, policy): (ClauseId, PolicyVersion),
        remedy: Remedy,
        incident: Uuid,
        at: Timestamp,
    ) -> Self {
        let (violations, state) = (Vec::new(), CaseState::Proposed);
        Self {
            person,
            clause,
            policy,
            step: 0,
            remedy,
            points: 0,
            incident: Some(incident),
            violations,
            at,
            state,
        }
    }

    /// The case after `command`.
    pub fn after(&self, command: CaseCommand) -> Result<Self, CaseRefused> {
        Ok(Self { state: self.state.after(command)?, ..self.clone() })
    }

    /// Whether it was judged in the person's favour.
    pub const fn is_forgiven(&self) -> bool {
        matches!(self.state, CaseState::Dismissed { .. } | CaseState::Overturned { .. })
    }

    /// Until when the person's access is suspended by it.
    pub fn suspended_until(&self) -> Option<Timestamp> {
        let Remedy::SuspendAccess { seconds } = self.remedy else { return None };
        match &self.state {
            CaseState::Approved { approved }
            | CaseState::Appealed { approved, .. }
            | CaseState::Upheld { approved, .. } => {
                Some(approved.at.plus(std::time::Duration::from_secs(seconds)))
            }
            CaseState::Taken
            | CaseState::Proposed
            | CaseState::Dismissed { .. }
            | CaseState::Overturned { .. }
            | CaseState::Lifted { .. } => None,
        }
    }

    /// What makes it one of a kind, after `earlier` cases of the same person and step: two nodes that see the same make one.
    pub fn key(&self, earlier: usize) -> String {
        format!("case\n{}\n{}\n{earlier}", self.person, self.step)
    }
}

impl Lifecycle for Case {
    const KIND: &'static str = "ladder_case";

    fn state(&self) -> &'static str {
        self.state.as_str()
    }

    fn subject(&self) -> Option<&str> {
        Some(self.clause.as_str())
    }

    fn person(&self) -> Option<&PersonId> {
        Some(&self.person)
    }
}

/// What policies say of one exchange of a case, for an appeal: as it was told then, asked again of the policy in force then,
/// and of the one in force now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdicts {
    /// The exchange.
    pub exchange: ExchangeId,
    /// The policy in force then.
    pub policy: PolicyVersion,
    /// What it said then.
    pub told: Action,
    /// What it says when asked again; `None` if its text is no longer kept or does not compile any more.
    pub then: Option<Action>,
    /// What the policy in force now says.
    pub now: Action,
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::{CaseCommand, CaseRefused, CaseState, Decision};

    fn by(who: &str) -> Decision {
        Decision { by: who.to_owned(), at: Timestamp::from_millis(5), reason: "because".to_owned() }
    }

    /// The words of the states that follow, or what is refused.
    #[track_caller]
    fn check(from: &CaseState, command: CaseCommand, expected: Result<&str, &str>) {
        let after = from.after(command);
        let told = after.as_ref().map(CaseState::as_str).map_err(CaseRefused::to_string);
        assert_eq!(told, expected.map_err(str::to_owned));
    }

    #[test]
    fn transitions() {
        use CaseCommand::{Appeal, Approve, Dismiss, Overturn, Uphold};
        let approved = CaseState::Proposed.after(Approve(by("ada"))).unwrap();
        let appealed = approved.after(Appeal(by("ben"))).unwrap();
        let all = || {
            [
                Approve(by("eve")),
                Dismiss(by("eve")),
                Appeal(by("ben")),
                Uphold(by("eve")),
                Overturn(by("eve")),
            ]
        };
        let refused = |state: &'static str| format!("this cannot be done: the case is {state}");
        check(&CaseState::Proposed, Dismiss(by("ada")), Ok("dismissed"));
        check(&appealed, Uphold(by("eve")), Ok("upheld"));
        check(&appealed, Overturn(by("eve")), Ok("overturned"));
        for command in [Uphold(by("ada")), Overturn(by("ada"))] {
            let somebody = "`ada` approved this step, so that somebody else has to decide on the appeal";
            check(&appealed, command, Err(somebody));
        }
        let ended = [
            CaseState::Taken,
            CaseState::Proposed.after(Dismiss(by("ada"))).unwrap(),
            appealed.after(Uphold(by("eve"))).unwrap(),
            appealed.after(Overturn(by("eve"))).unwrap(),
        ];
        for state in &ended {
            for command in all() {
                check(state, command, Err(&refused(state.as_str())));
            }
        }
        for command in [Approve(by("eve")), Dismiss(by("eve")), Uphold(by("eve")), Overturn(by("eve"))] {
            check(&approved, command, Err(&refused("approved")));
        }
    }
}
