use std::collections::{BTreeMap, BTreeSet};

use model::{Action, ClauseId, Duty, Facts, HeldBack, HeldDuty, Stage, Verdict};

use crate::snapshot::Snapshot;

/// How strictly the policy in force is carried out.
///
/// A group's stage goes before a clause's, and a clause's before the whole's. Whoever is in several of the groups has the
/// strictest of their stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollout {
    /// For every clause and everybody.
    pub whole: Stage,
    /// Clauses for which another stage holds.
    pub clauses: BTreeMap<ClauseId, Stage>,
    /// Groups whose people have a stage of their own.
    pub groups: BTreeMap<String, Stage>,
}

impl Default for Rollout {
    /// Everything is enforced.
    fn default() -> Self {
        Self { whole: Stage::Enforce, clauses: BTreeMap::new(), groups: BTreeMap::new() }
    }
}

impl Rollout {
    /// The stage of a clause, or of the policy's `otherwise`, for someone in `groups`.
    fn stage(&self, clause: Option<&ClauseId>, groups: &BTreeSet<String>) -> Stage {
        let of_groups = groups.iter().filter_map(|group| self.groups.get(group)).max();
        let of_clause = || clause.and_then(|clause| self.clauses.get(clause));
        of_groups.or_else(of_clause).copied().unwrap_or(self.whole)
    }

    fn holds_back(&self, duty: &Duty, facts: &Facts) -> bool {
        self.stage(Some(&duty.clause), &facts.person.groups).cap(duty.action) < duty.action
    }
}

impl Snapshot {
    /// What the policy says of an exchange, as strictly as its rollout lets it.
    pub(crate) fn verdict(&self, facts: &Facts) -> Verdict {
        let full = self.policy.decide(facts);
        if *self.rollout == Rollout::default() {
            return (*full).clone();
        }
        let held: Vec<&Duty> =
            full.duties.iter().filter(|duty| self.rollout.holds_back(duty, facts)).collect();
        let rest = if held.is_empty() { (*full).clone() } else { self.without(&held, facts) };
        let capped = self.capped(rest, &held, facts);
        if capped.action == full.action && held.is_empty() {
            return capped;
        }
        let duties = held.iter().map(|duty| HeldDuty { clause: duty.clause.clone(), action: duty.action });
        Verdict { held_back: Some(HeldBack { action: full.action, duties: duties.collect() }), ..capped }
    }

    /// What the policy would say without these clauses: what they forbid may have been permitted by none.
    fn without(&self, held: &[&Duty], facts: &Facts) -> Verdict {
        let mut facts = facts.clone();
        facts.exempt.extend(held.iter().map(|duty| duty.clause.clone()));
        (*self.policy.decide(&facts)).clone()
    }

    /// `verdict` with what is left of the duties that are held back, and of the policy's `otherwise`.
    fn capped(&self, mut verdict: Verdict, held: &[&Duty], facts: &Facts) -> Verdict {
        let stage = |clause| self.rollout.stage(clause, &facts.person.groups);
        let fallback = verdict.otherwise.then(|| stage(None).cap(verdict.action));
        verdict.duties.extend(held.iter().map(|duty| {
            let action = stage(Some(&duty.clause)).cap(duty.action);
            Duty { action, ..Duty::clone(duty) }
        }));
        verdict.duties.sort_by_key(|duty| std::cmp::Reverse(duty.action));
        let asked = verdict.duties.first().map(|duty| duty.action);
        verdict.action = asked.max(fallback).unwrap_or(Action::Allow);
        verdict.otherwise = fallback > asked;
        verdict
    }
}
