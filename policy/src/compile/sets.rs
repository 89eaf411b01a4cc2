use std::{collections::HashMap, sync::Arc};

use cedar_policy::{Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator, pst};
use model::Action;
use quick_cache::sync::Cache;

use super::{
    Statement,
    reach::{Glance, Reach, Sight},
    refused,
};
use crate::{
    draft::DraftClause,
    mistake::{Log, Place},
};

/// Selections kept; few differ in practice, since most policies look at the same facts.
const CACHED_SELECTIONS: usize = 256;

/// Everything that is asked, with the way back from a Cedar policy to its clause.
pub(crate) struct Sets {
    /// All policies, as provers and people read them.
    pub(crate) whole: Selection,
    compiled: Vec<Compiled>,
    entries: HashMap<PolicyId, Entry>,
    /// Selections by the positions of their policies, 64 to a word.
    selections: Cache<Vec<u64>, Arc<Selection>>,
}

/// The sets that one request is asked of.
pub(crate) struct Selection {
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
    /// Whether it speaks of content that was seen.
    pub(crate) sight: Sight,
}

struct Compiled {
    entry: Entry,
    reach: Reach,
    policy: Policy,
}

impl Sets {
    /// The policies that may apply, at a glance at the facts.
    pub(crate) fn selection(&self, glance: &Glance<'_>) -> Arc<Selection> {
        let admitted = |compiled: &Compiled| compiled.reach.admits(glance);
        let word = |part: &[Compiled]| {
            let bits = part.iter().enumerate().filter(|(_, compiled)| admitted(compiled));
            bits.fold(0, |word, (position, _)| word | (1 << position))
        };
        let key: Vec<u64> = self.compiled.chunks(64).map(word).collect();
        if let Some(selection) = self.selections.get(&key) {
            return selection;
        }
        let selection = Arc::new(select(self.compiled.iter().filter(|compiled| admitted(compiled))));
        self.selections.insert(key, selection.clone());
        selection
    }

    /// Every Cedar policy as a syntax tree, with what it stands for.
    pub(crate) fn templates(&self) -> Vec<(Entry, pst::Template)> {
        let template = |compiled: &Compiled| {
            let policy = compiled.policy.to_pst().ok()?;
            Some((compiled.entry, policy.body().clone()))
        };
        self.compiled.iter().filter_map(template).collect()
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
    let validator = Validator::new(schema.clone());
    let mut compiled = Vec::new();
    for (clause, Statement { action, reach, template }) in statements {
        let place =
            drafts.get(clause).map_or(Place { line: 1, column: 1, length: 1 }, |draft| draft.machine_place);
        match policy(template) {
            Ok(policy) => {
                validate(&policy, &validator, place, log);
                compiled.push(Compiled {
                    entry: Entry { clause, action, sight: reach.sight },
                    reach,
                    policy,
                });
            }
            Err(error) => refused(place, &error, log),
        }
    }
    let entries = compiled.iter().map(|compiled| (compiled.policy.id().clone(), compiled.entry)).collect();
    Sets { whole: select(compiled.iter()), compiled, entries, selections: Cache::new(CACHED_SELECTIONS) }
}

fn policy(template: pst::Template) -> Result<Policy, pst::PstConstructionError> {
    let policy = pst::StaticPolicy::try_from(template)?;
    Policy::from_pst(pst::Policy::Static(policy))
}

fn validate(policy: &Policy, validator: &Validator, place: Place, log: &mut Log) {
    let mut alone = PolicySet::new();
    if let Err(error) = alone.add(policy.clone()) {
        refused(place, &error, log);
    }
    for error in validator.validate(&alone, ValidationMode::Strict).validation_errors() {
        refused(place, error, log);
    }
}

fn select<'a>(compiled: impl Iterator<Item = &'a Compiled> + Clone) -> Selection {
    let set = |actions: &[Action]| {
        let mut set = PolicySet::new();
        for compiled in compiled.clone().filter(|compiled| actions.contains(&compiled.entry.action)) {
            // Only a repeated id is refused; clause ids are unique.
            let _ = set.add(compiled.policy.clone());
        }
        set
    };
    let duties = [Action::Coach, Action::Justify, Action::Redact].map(|action| (action, set(&[action])));
    Selection {
        decision: set(&[Action::Allow, Action::Block]),
        duties: duties.into_iter().filter(|(_, set)| !set.is_empty()).collect(),
    }
}
