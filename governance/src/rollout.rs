use std::collections::BTreeMap;

use model::{ClauseId, PolicyVersion, Stage};
use serde::{Deserialize, Serialize};

use crate::Lifecycle;

/// How strictly a policy is carried out: as a whole, and where something else holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stages {
    /// For every clause and everybody.
    pub whole: Stage,
    /// Clauses for which another stage holds.
    #[serde(default)]
    pub clauses: BTreeMap<ClauseId, Stage>,
    /// Groups whose people have a stage of their own, whatever the clause.
    #[serde(default)]
    pub groups: BTreeMap<String, Stage>,
}

impl Default for Stages {
    /// Everything is enforced.
    fn default() -> Self {
        Self { whole: Stage::Enforce, clauses: BTreeMap::new(), groups: BTreeMap::new() }
    }
}

impl Stages {
    /// Whether anything is held back anywhere.
    pub fn hold_back(&self) -> bool {
        let mut all = [self.whole].into_iter().chain(self.clauses.values().copied());
        all.any(|stage| stage < Stage::Enforce) || self.groups.values().any(|stage| *stage < Stage::Enforce)
    }

    /// The same for a policy with these clauses: what is said of others is dropped.
    pub fn of_clauses(mut self, known: impl Fn(&ClauseId) -> bool) -> Self {
        self.clauses.retain(|clause, _| known(clause));
        self
    }
}

/// How a version is brought in step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// The version.
    pub version: PolicyVersion,
    /// How strictly it is carried out.
    pub stages: Stages,
    /// Where it stands.
    pub state: RolloutState,
}

/// Where a rollout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RolloutState {
    /// Something is held back.
    UnderWay,
    /// Everything is enforced.
    Complete,
    /// Another version came into force.
    Ended,
}

/// What can be done with a rollout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RolloutCommand {
    /// Carry it out as strictly as this, from now on.
    Move(Stages),
    /// Another version is in force.
    End,
}

/// A rollout that is over does nothing any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this rollout has ended, as another version came into force; look at that version's rollout")]
pub struct RolloutEnded;

impl Rollout {
    /// Begins with `version`.
    pub fn begin(version: PolicyVersion, stages: Stages) -> Self {
        let state = RolloutState::of(&stages);
        Self { version, stages, state }
    }

    /// Follows `command`.
    pub fn apply(self, command: RolloutCommand) -> Result<Self, RolloutEnded> {
        use RolloutCommand::*;
        use RolloutState::*;
        match (self.state, command) {
            (UnderWay | Complete, Move(stages)) => {
                Ok(Self { state: RolloutState::of(&stages), stages, ..self })
            }
            (UnderWay | Complete, End) => Ok(Self { state: Ended, ..self }),
            (Ended, Move(_) | End) => Err(RolloutEnded),
        }
    }
}

impl RolloutState {
    fn of(stages: &Stages) -> Self {
        if stages.hold_back() { Self::UnderWay } else { Self::Complete }
    }
}

impl Lifecycle for Rollout {
    const KIND: &'static str = "policy_rollout";

    fn state(&self) -> &'static str {
        match self.state {
            RolloutState::UnderWay => "under_way",
            RolloutState::Complete => "complete",
            RolloutState::Ended => "ended",
        }
    }

    fn subject(&self) -> Option<&str> {
        Some(self.version.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(whole: Stage) -> Stages {
        Stages { whole, ..Stages::default() }
    }

    #[test]
    fn a_rollout_is_under_way_while_anything_is_held_back() {
        let begin = |stages| Rollout::begin(PolicyVersion::new("v1"), stages);
        let ended = begin(whole(Stage::Observe)).apply(RolloutCommand::End).unwrap();
        let pilot = Stages { groups: [("pilot".to_owned(), Stage::Coach)].into(), ..Stages::default() };
        let clause = Stages { clauses: [(ClauseId::new("A-1"), Stage::Observe)].into(), ..Stages::default() };
        for (from, command, expected) in [
            (begin(whole(Stage::Observe)), RolloutCommand::Move(whole(Stage::Coach)), "under_way"),
            (begin(whole(Stage::Coach)), RolloutCommand::Move(whole(Stage::Enforce)), "complete"),
            (begin(whole(Stage::Enforce)), RolloutCommand::Move(pilot), "under_way"),
            (begin(whole(Stage::Enforce)), RolloutCommand::Move(clause), "under_way"),
            (begin(whole(Stage::Enforce)), RolloutCommand::End, "ended"),
            (ended.clone(), RolloutCommand::Move(whole(Stage::Enforce)), "-"),
            (ended, RolloutCommand::End, "-"),
        ] {
            let state = from.clone().apply(command.clone());
            assert_eq!(state.as_ref().map_or("-", Lifecycle::state), expected, "{from:?} {command:?}");
        }
    }
}
