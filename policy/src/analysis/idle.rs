use model::Action;

use super::{diagram::Set, meaning::Meaning, space::Space};
use crate::{Clause, Policy};

/// A clause that decides nothing.
#[derive(Clone, Debug)]
pub enum Idle<'a> {
    /// No exchange there could be fits it.
    Dead(&'a Clause),
    /// Wherever it applies, others ask for as much: without it every verdict's action would be the same.
    Shadowed(&'a Clause),
}

/// The clauses that decide nothing, in document order.
pub fn idle(policy: &Policy) -> Vec<Idle<'_>> {
    let (mut space, meaning) = Space::of(|space| Meaning::of(policy, space));
    let lawful = space.lawful();
    let with_rules = policy.clauses().iter().enumerate().filter(|(_, clause)| clause.machine.is_some());
    with_rules
        .filter_map(|(at, clause)| {
            if applies(at, &meaning, lawful, &mut space) == Set::NONE {
                Some(Idle::Dead(clause))
            } else if decides_nothing(at, &meaning, lawful, &mut space) {
                Some(Idle::Shadowed(clause))
            } else {
                None
            }
        })
        .collect()
}

fn applies(clause: usize, meaning: &Meaning, lawful: Set, space: &mut Space) -> Set {
    let mut set = Set::NONE;
    for (_, applies) in meaning.statements.iter().filter(|(entry, _)| entry.clause == clause) {
        set = space.diagrams.or(set, *applies);
    }
    space.diagrams.and(set, lawful)
}

fn decides_nothing(clause: usize, meaning: &Meaning, lawful: Set, space: &mut Space) -> bool {
    Action::ALL.into_iter().all(|action| {
        let with = meaning.at_least(action, space);
        let without = meaning.at_least_without(action, |other| other == clause, space);
        let (with, without) = (space.diagrams.and(with, lawful), space.diagrams.and(without, lawful));
        with == without
    })
}
