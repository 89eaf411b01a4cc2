use std::collections::HashMap;

use cedar_policy::{Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator, pst};
use model::{Action, Activity};

use super::{Reach, Statement, refused};
use crate::{
    draft::DraftClause,
    mistake::{Log, Place},
};

/// Everything that is asked, with the way back from a Cedar policy to its clause.
pub(crate) struct Sets {
    /// All policies, as provers and people read them.
    pub(crate) whole: Slice,
    /// For each activity, the policies that can apply to seen and to unseen content.
    slices: Vec<[Slice; 2]>,
    entries: HashMap<PolicyId, Entry>,
}

/// The sets that one request is asked of.
#[derive(Clone, Default)]
pub(crate) struct Slice {
    /// The permits and forbids.
    pub(crate) decision: PolicySet,
    /// A set for each other action that some clause asks for, each of them asked on its own.
    pub(crate) duties: Vec<(Action, PolicySet)>,
}

/// What a Cedar policy stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The clause, by its position in the document.
    pub(crate) clause: usize,
    /// What its match asks for.
    pub(crate) action: Action,
    /// Whether it speaks of content that was not seen.
    pub(crate) reach: Reach,
}

impl Sets {
    /// The policies that can apply to `activity`.
    pub(crate) fn slice(&self, activity: Activity, seen: bool) -> &Slice {
        let pair = self.slices.get(activity as usize);
        pair.map_or(&self.whole, |[unseen, with_content]| if seen { with_content } else { unseen })
    }

    /// What the Cedar policy `id` stands for.
    pub(crate) fn entry(&self, id: &PolicyId) -> Option<Entry> {
        self.entries.get(id).copied()
    }
}

/// Gathers the policies into sets and validates them strictly.
pub(crate) fn build(
    statements: Vec<(usize, Statement)>,
    drafts: &[DraftClause],
    schema: &Schema,
    log: &mut Log,
) -> Sets {
    let mut policies = Vec::new();
    for (clause, statement) in statements {
        let place =
            drafts.get(clause).map_or(Place { line: 1, column: 1, length: 1 }, |draft| draft.machine_place);
        match policy(&statement) {
            Ok(policy) => policies.push(Compiled { clause, statement, policy, place }),
            Err(error) => refused(place, &error, log),
        }
    }
    validate(&policies, schema, log);
    let slices = Activity::ALL.map(|activity| {
        [false, true].map(|seen| {
            slice(&policies, |compiled| {
                let reaches = match compiled.statement.reach {
                    Reach::Always => true,
                    Reach::Seen => seen,
                    Reach::Unseen => !seen,
                };
                reaches && compiled.statement.on.contains(&activity)
            })
        })
    });
    let entries = policies.iter().map(|compiled| {
        let Statement { action, reach, .. } = compiled.statement;
        (compiled.policy.id().clone(), Entry { clause: compiled.clause, action, reach })
    });
    Sets { whole: slice(&policies, |_| true), slices: slices.into(), entries: entries.collect() }
}

struct Compiled {
    clause: usize,
    statement: Statement,
    policy: Policy,
    place: Place,
}

fn policy(statement: &Statement) -> Result<Policy, pst::PstConstructionError> {
    let policy = pst::StaticPolicy::try_from(statement.template.clone())?;
    Policy::from_pst(pst::Policy::Static(policy))
}

fn validate(policies: &[Compiled], schema: &Schema, log: &mut Log) {
    let validator = Validator::new(schema.clone());
    for compiled in policies {
        let mut alone = PolicySet::new();
        if let Err(error) = alone.add(compiled.policy.clone()) {
            refused(compiled.place, &error, log);
        }
        for error in validator.validate(&alone, ValidationMode::Strict).validation_errors() {
            refused(compiled.place, error, log);
        }
    }
}

fn slice(policies: &[Compiled], belongs: impl Fn(&Compiled) -> bool) -> Slice {
    let set = |actions: &[Action]| {
        let mut set = PolicySet::new();
        for compiled in policies.iter().filter(|compiled| belongs(compiled)) {
            if actions.contains(&compiled.statement.action) {
                // Only a repeated id is refused; clause ids are unique.
                let _ = set.add(compiled.policy.clone());
            }
        }
        set
    };
    let duties = [Action::Coach, Action::Justify, Action::Redact].map(|action| (action, set(&[action])));
    Slice {
        decision: set(&[Action::Allow, Action::Block]),
        duties: duties.into_iter().filter(|(_, set)| !set.is_empty()).collect(),
    }
}
