use std::collections::{BTreeMap, BTreeSet};

use model::{Action, ClauseId};

use super::{Asked, Case, Guide};
use crate::Policy;

/// Questions that lead to what someone may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    /// The answer, and the clauses that decide, if any speaks of it.
    Told(Action, BTreeSet<ClauseId>),
    /// The next question, with where each answer leads.
    Ask(Asked, Vec<Branch>),
}

/// Answers that lead to the same place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Numbers of the answers, as [`Guide::answer`] words them.
    pub answers: Vec<usize>,
    /// Where they lead.
    pub to: Tree,
}

/// The decision tree of a policy, with as few questions as a greedy choice finds (Quinlan, "Induction of Decision Trees",
/// 1986): the one that leaves least in doubt comes first. It is exact: every situation leads to the verdict.
pub fn tree(policy: &Policy) -> Tree {
    let guide = Guide::of(policy);
    let cases: Vec<Told> = guide.cases().map(|case| (case, guide.verdict(case))).collect();
    grow(&cases, &Asked::ALL)
}

type Told = (Case, (Action, Option<ClauseId>));

impl Tree {
    /// Where a situation leads.
    pub fn leads(&self, case: Case) -> Option<Action> {
        match self {
            Self::Told(action, _) => Some(*action),
            Self::Ask(asked, branches) => {
                let answer = case.get(*asked as usize)?;
                branches.iter().find(|branch| branch.answers.contains(answer))?.to.leads(case)
            }
        }
    }

    /// Number of places where it ends.
    pub fn ends(&self) -> usize {
        match self {
            Self::Told(..) => 1,
            Self::Ask(_, branches) => branches.iter().map(|branch| branch.to.ends()).sum(),
        }
    }
}

fn grow(cases: &[Told], open: &[Asked]) -> Tree {
    let actions: BTreeSet<Action> = cases.iter().map(|(_, (action, _))| *action).collect();
    let trees = open.iter().map(|asked| {
        let rest: Vec<Asked> = open.iter().copied().filter(|other| other != asked).collect();
        (doubt(cases, *asked), *asked, rest)
    });
    let next = trees.min_by(|one, other| one.0.total_cmp(&other.0)).filter(|_| actions.len() > 1);
    let Some((_, asked, rest)) = next else {
        let clauses = cases.iter().filter_map(|(_, (_, clause))| clause.clone()).collect();
        return Tree::Told(actions.into_iter().next().unwrap_or(Action::Allow), clauses);
    };
    let mut branches: Vec<Branch> = Vec::new();
    for (answer, cases) in split(cases, asked) {
        let to = grow(&cases, &rest);
        match branches.iter_mut().find(|branch| branch.to == to) {
            Some(branch) => branch.answers.push(answer),
            None => branches.push(Branch { answers: vec![answer], to }),
        }
    }
    if branches.len() == 1
        && let Some(only) = branches.pop()
    {
        return only.to;
    }
    Tree::Ask(asked, branches)
}

fn split(cases: &[Told], asked: Asked) -> BTreeMap<usize, Vec<Told>> {
    let mut parts: BTreeMap<usize, Vec<Told>> = BTreeMap::new();
    for told in cases {
        if let Some(answer) = told.0.get(asked as usize) {
            parts.entry(*answer).or_default().push(told.clone());
        }
    }
    parts
}

/// Mean entropy of the actions, in bits, once the question is answered.
#[expect(clippy::cast_precision_loss, reason = "there are a few thousand situations")]
fn doubt(cases: &[Told], asked: Asked) -> f64 {
    let entropy = |part: &[Told]| -> f64 {
        let mut counts: BTreeMap<Action, usize> = BTreeMap::new();
        for (_, (action, _)) in part {
            *counts.entry(*action).or_default() += 1;
        }
        let share = |count: &usize| *count as f64 / part.len() as f64;
        counts.values().map(|count| -share(count) * share(count).log2()).sum()
    };
    let parts = split(cases, asked);
    parts.values().map(|part| entropy(part) * part.len() as f64).sum::<f64>() / cases.len().max(1) as f64
}
