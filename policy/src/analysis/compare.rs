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
}

impl Change {
    /// Whether the newer version lets through what the older one held back, or asks for less.
    pub fn relaxes(&self) -> bool {
        self.to < self.from
    }
}

/// Every way in which `new` differs from `old`: what it relaxes first, the gravest first. Exceptions are left aside.
///
/// What a sentence says holds unless a clause that both versions have asks for more.
pub fn compare(old: &Policy, new: &Policy) -> Vec<Change> {
    let (mut space, (before, after)) = Space::of(|space| (Meaning::of(old, space), Meaning::of(new, space)));
    let lawful = space.lawful();
    let impossible = space.diagrams.not(lawful);
    let kept = before.shared(&after, &mut space);
    let mut differing = Set::NONE;
    for (from, to) in pairs() {
        let both = both(&before, from, &after, to, &mut space);
        differing = space.diagrams.or(differing, both);
    }
    differing = space.diagrams.and(differing, lawful);
    let mut changes = Vec::new();
    let mut said = Set::NONE;
    for (from, to) in pairs() {
        let both = both(&before, from, &after, to, &mut space);
        let mut rest = space.diagrams.and(both, lawful);
        rest = space.diagrams.minus(rest, said);
        let decided = stricter(from.min(to)).map_or(Set::NONE, |action| kept.at_least(action, &mut space));
        let room = space.diagrams.or(impossible, decided);
        for _ in 0..TOLD {
            let Some(path) = space.diagrams.first(rest) else { break };
            let Some(region) = Region::within(rest, room, differing, &mut space) else { break };
            let facts = space.facts(&path);
            changes.push(Change { from, to, sentence: region.sentence(&space), facts });
            let told = region.set(&mut space);
            said = space.diagrams.or(said, told);
            rest = space.diagrams.minus(rest, told);
        }
    }
    changes.retain(|change| differs(old, new, &change.facts));
    changes
}

/// The exchanges of which the older version says `from` and the newer one `to`.
fn both(before: &Meaning, from: Action, after: &Meaning, to: Action, space: &mut Space) -> Set {
    let was = before.exactly(from, space);
    let is = after.exactly(to, space);
    space.diagrams.and(was, is)
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
