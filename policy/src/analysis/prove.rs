use model::{ClauseId, Facts, Verdict};

use super::{
    diagram::Set,
    meaning::{Meaning, stricter},
    region::Region,
    space::Space,
    translate::applies,
};
use crate::{Bound, Clause, Invariant, Policy, compile::lower};

/// Exchanges that look like refutations and are tried before giving up.
const TRIES: usize = 64;

/// What became of an invariant.
#[derive(Clone, Debug)]
pub struct Proof<'a> {
    /// The clause it stands in.
    pub clause: &'a Clause,
    /// The invariant.
    pub invariant: &'a Invariant,
    /// Whether it holds.
    pub outcome: Outcome,
}

/// Whether an invariant holds.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Of every exchange it speaks of, apart from those that an exception exempts.
    Holds,
    /// It speaks of no exchange that could be.
    Empty,
    /// Not of this one.
    Refuted(Box<Refutation>),
    /// It may not hold where this part of an expert's policy, which is not looked into, holds or does not hold.
    Unsettled(String),
}

/// An exchange that breaks an invariant.
#[derive(Clone, Debug)]
pub struct Refutation {
    /// It, in words: what is out of the ordinary about it.
    pub sentence: String,
    /// It, to be replayed.
    pub facts: Facts,
    /// What the policy says of it.
    pub verdict: Verdict,
    /// The clauses that lead to that; none if no clause speaks of it.
    pub guilty: Vec<ClauseId>,
}

/// Looks at every invariant of a policy, over all exchanges there can be.
pub fn prove(policy: &Policy) -> Vec<Proof<'_>> {
    let invariants: Vec<(&Clause, &Invariant)> = policy
        .clauses()
        .iter()
        .flat_map(|clause| clause.invariants.iter().map(move |invariant| (clause, invariant)))
        .collect();
    let (mut space, (meaning, subjects)) = Space::of(|space| {
        let subjects: Vec<Set> =
            invariants.iter().map(|(clause, invariant)| subject(clause, invariant, space)).collect();
        (Meaning::of(policy, space), subjects)
    });
    let lawful = space.lawful();
    let mut prover = Prover { policy, space, meaning, lawful };
    let judged = invariants.into_iter().zip(subjects);
    judged
        .map(|((clause, invariant), subject)| Proof {
            clause,
            invariant,
            outcome: prover.judge(invariant.bound, subject),
        })
        .collect()
}

/// The exchanges that an invariant speaks of; if it asks for content, those whose content was seen.
fn subject(clause: &Clause, invariant: &Invariant, space: &mut Space) -> Set {
    let statements = lower::statements(&clause.id, &invariant.rule).unwrap_or_default();
    statements.first().map_or(Set::NONE, |statement| applies(&statement.template, space))
}

struct Prover<'a> {
    policy: &'a Policy,
    space: Space,
    meaning: Meaning,
    lawful: Set,
}

impl Prover<'_> {
    fn judge(&mut self, bound: Bound, subject: Set) -> Outcome {
        let subject = self.space.diagrams.and(subject, self.lawful);
        if subject == Set::NONE {
            return Outcome::Empty;
        }
        let mut breaking = match bound {
            Bound::AtLeast(action) => {
                let kept = self.meaning.at_least(action, &mut self.space);
                self.space.diagrams.minus(subject, kept)
            }
            Bound::AtMost(action) => match stricter(action) {
                Some(stricter) => {
                    let broken = self.meaning.at_least(stricter, &mut self.space);
                    self.space.diagrams.and(subject, broken)
                }
                None => Set::NONE,
            },
        };
        let mut unsettled = None;
        for _ in 0..TRIES {
            let Some(path) = self.space.diagrams.first(breaking) else { break };
            let facts = self.space.facts(&path);
            let verdict = self.policy.evaluate(&facts);
            let sentence = Region::of(&path, &self.space).sentence(&self.space);
            if !bound.admits(verdict.action) {
                let guilty = guilty(bound, &verdict);
                return Outcome::Refuted(Box::new(Refutation { sentence, facts, verdict, guilty }));
            }
            unsettled = Some(sentence);
            let looked_at = Region::within(breaking, Set::NONE, breaking, &mut self.space)
                .map_or(breaking, |region| region.set(&mut self.space));
            breaking = self.space.diagrams.minus(breaking, looked_at);
        }
        unsettled.map_or(Outcome::Holds, Outcome::Unsettled)
    }
}

/// For a verdict that is too mild, the clauses that let the exchange pass; for one that is too strict, the one that decides.
fn guilty(bound: Bound, verdict: &Verdict) -> Vec<ClauseId> {
    let clauses = verdict.duties.iter().map(|duty| duty.clause.clone());
    match bound {
        Bound::AtLeast(_) => clauses.collect(),
        Bound::AtMost(_) => clauses.take(usize::from(!verdict.otherwise)).collect(),
    }
}
