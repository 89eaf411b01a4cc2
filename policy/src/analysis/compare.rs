use std::cmp::Reverse;

use model::{Action, Facts};

use super::{
    diagram::Set,
    meaning::{Meaning, stricter},
    region::Region,
    space::Space,
};
use crate::Policy;

/// Changes told of each kind; more would not be read.
const TOLD: usize = 24;

/// Exchanges about which two versions of a policy differ.
#[derive(Clone, Debug)]
pub struct Change {
    /// What the older version does.
    pub from: Action,
    /// What the newer version does.
    pub to: Action,
    /// The exchanges, in words.
    pub sentence: String,
    /// One of them, to be replayed.
    pub facts: Facts,
    /// Whether the two versions do differ about that one. If not, they may where a part of an expert's policy, which is
    /// not looked into, holds or does not hold.
    pub settled: bool,
}

impl Change {
    /// Whether the newer version lets through what the older one held back, or asks for less.
    pub fn relaxes(&self) -> bool {
        self.to < self.from
    }
}

/// The ways in which `new` differs from `old`, at most 24 for each two actions: what it relaxes first, the gravest first;
/// nothing if they say the same of every exchange. Exceptions are left aside.
///
/// What a sentence says holds unless a clause that both versions have asks for more.
pub fn compare(old: &Policy, new: &Policy) -> Vec<Change> {
    let (mut space, (before, after)) = Space::of(|space| (Meaning::of(old, space), Meaning::of(new, space)));
    let lawful = space.lawful();
    let impossible = space.diagrams.not(lawful);
    let kept = before.shared(&after, &mut space);
    let mut differing = Set::NONE;
    let mut moved = Vec::new();
    for (from, to) in pairs() {
        let (was, is) = (before.exactly(from, &mut space), after.exactly(to, &mut space));
        let both = space.diagrams.and(was, is);
        let both = space.diagrams.and(both, lawful);
        differing = space.diagrams.or(differing, both);
        moved.push((from, to, both));
    }
    let mut changes = Vec::new();
    let mut said = Set::NONE;
    for (from, to, both) in moved {
        let mut rest = space.diagrams.minus(both, said);
        let decided = stricter(from.min(to)).map_or(Set::NONE, |action| kept.at_least(action, &mut space));
        let room = space.diagrams.or(impossible, decided);
        for _ in 0..TOLD {
            let Some(path) = space.diagrams.first(rest) else { break };
            let Some(region) = Region::within(rest, room, differing, &mut space) else { break };
            let facts = space.facts(&path);
            let settled = differs(old, new, &facts);
            changes.push(Change { from, to, sentence: region.sentence(&space), facts, settled });
            let told = region.set(&mut space);
            said = space.diagrams.or(said, told);
            rest = space.diagrams.minus(rest, told);
        }
    }
    changes
}

/// Every two actions that differ: what relaxes first, each time the widest gap first.
fn pairs() -> Vec<(Action, Action)> {
    let each = |from: Action| Action::ALL.into_iter().map(move |to| (from, to));
    let mut pairs: Vec<_> = Action::ALL.into_iter().flat_map(each).filter(|(from, to)| from != to).collect();
    pairs.sort_by_key(|(from, to)| (to > from, Reverse(*from.max(to)), *from.min(to)));
    pairs
}

/// What an expert's policy makes look possible is asked of Cedar.
fn differs(old: &Policy, new: &Policy, facts: &Facts) -> bool {
    old.evaluate(facts).action != new.evaluate(facts).action
}
