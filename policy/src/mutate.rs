//! Policies that are wrong in one way, to see whether a policy's examples would notice.

use model::{Action, ClauseId};

use crate::{Condition, Data, DataTerm, Machine, Policy, Rule, Taxonomy, Test, draft, mistake::Log, policy};

/// A policy of which one rule says something else.
#[derive(Debug)]
pub struct Mutant {
    /// The clause of that rule.
    pub clause: ClauseId,
    /// What was changed.
    pub change: String,
    /// The policy.
    pub policy: Policy,
}

/// Every mutant of a policy: each rule is milder, stricter, without one of its conditions or values, or gone. Nothing for
/// a source that has mistakes.
pub fn mutants(source: &str, taxonomy: &Taxonomy) -> Vec<Mutant> {
    let whole = draft::read(source, taxonomy, &mut Log::default());
    let mut mutants = Vec::new();
    for (at, draft) in whole.clauses.iter().enumerate() {
        let Some(Machine::Rule(rule)) = &draft.clause.machine else { continue };
        for (change, rule) in variants(rule) {
            let mut mutated = whole.clone();
            if let Some(draft) = mutated.clauses.get_mut(at) {
                draft.clause.machine = rule.map(Machine::Rule);
            }
            let built = policy::build_draft(source, mutated, taxonomy, &mut Log::default());
            let clause = draft.clause.id.clone();
            mutants.extend(built.map(|(policy, _)| Mutant { clause, change, policy }));
        }
    }
    mutants
}

/// A rule that is wrong in one way, or gone.
fn variants(rule: &Rule) -> Vec<(String, Option<Rule>)> {
    let mut variants = vec![("the rule is gone".to_owned(), None)];
    let mut add = |change: String, mutated: Rule| variants.push((change, Some(mutated)));
    let next = |step: fn(&Action, Action) -> bool| {
        Action::ALL.into_iter().filter(move |other| step(other, rule.then))
    };
    let milder = next(|other, own| *other < own).next_back();
    let stricter = next(|other, own| *other > own).next();
    for then in [milder, stricter].into_iter().flatten() {
        add(format!("then: {then} instead of {}", rule.then), Rule { then, ..rule.clone() });
    }
    if rule.on.len() > 1 {
        for (at, activity) in rule.on.iter().enumerate() {
            add(
                format!("not on {activity}", activity = activity.as_str()),
                Rule { on: without(&rule.on, at), ..rule.clone() },
            );
        }
    }
    for (change, data) in other_data(&rule.data) {
        add(change, Rule { data, ..rule.clone() });
    }
    for (change, when) in other_conditions("when", &rule.when) {
        add(change, Rule { when, ..rule.clone() });
    }
    for (change, unless) in other_conditions("unless", &rule.unless) {
        add(change, Rule { unless, ..rule.clone() });
    }
    variants
}

fn without<T: Clone>(all: &[T], at: usize) -> Vec<T> {
    all.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, one)| one.clone()).collect()
}

fn other_data(data: &Data) -> Vec<(String, Data)> {
    let Data::Terms(terms) = data else {
        return match data {
            Data::Unasked => Vec::new(),
            _ => vec![("whatever the data".to_owned(), Data::Unasked)],
        };
    };
    let mut others = vec![("whatever the data".to_owned(), Data::Unasked)];
    for (at, term) in terms.iter().enumerate() {
        if terms.len() > 1 {
            others.push((format!("without {}", term.label), Data::Terms(without(terms, at))));
        }
        if term.at_least > 1 {
            for at_least in [1, term.at_least + 100] {
                let mut terms = terms.clone();
                if let Some(changed) = terms.get_mut(at) {
                    *changed = DataTerm { at_least, ..term.clone() };
                }
                others.push((format!("at least {at_least} of {}", term.label), Data::Terms(terms)));
            }
        }
    }
    others
}

fn other_conditions(key: &str, conditions: &[Condition]) -> Vec<(String, Vec<Condition>)> {
    let mut others = Vec::new();
    for (at, condition) in conditions.iter().enumerate() {
        let number = at + 1;
        others.push((format!("without condition {number} of `{key}`"), without(conditions, at)));
        let mut changed = |change: String, condition: Condition| {
            let mut conditions = conditions.to_vec();
            if let Some(old) = conditions.get_mut(at) {
                *old = condition;
            }
            others.push((change, conditions));
        };
        match condition {
            Condition::Is(test) => {
                changed(format!("not condition {number} of `{key}`"), Condition::IsNot(test.clone()))
            }
            Condition::IsNot(test) => {
                changed(format!("not condition {number} of `{key}`"), Condition::Is(test.clone()))
            }
            Condition::All(_) | Condition::Any(_) => {}
        }
        if let Condition::Is(test) | Condition::IsNot(test) = condition {
            for (value, fewer) in fewer_values(test) {
                let kept =
                    if matches!(condition, Condition::Is(_)) { Condition::Is } else { Condition::IsNot };
                changed(format!("without `{value}` in condition {number} of `{key}`"), kept(fewer));
            }
        }
    }
    others
}

/// A test that names several values, without one of them.
fn fewer_values(test: &Test) -> Vec<(String, Test)> {
    fn each<T: Clone>(
        all: &[T],
        name: impl Fn(&T) -> String,
        make: impl Fn(Vec<T>) -> Test,
    ) -> Vec<(String, Test)> {
        let several = all.len() > 1;
        let one = |(at, value)| (name(value), make(without(all, at)));
        all.iter().enumerate().filter(|_| several).map(one).collect()
    }
    match test {
        Test::Person(kinds) => each(kinds, |kind| kind.as_str().to_owned(), Test::Person),
        Test::Account(kinds) => each(kinds, |kind| kind.as_str().to_owned(), Test::Account),
        Test::Category(kinds) => each(kinds, |kind| kind.as_str().to_owned(), Test::Category),
        Test::Purpose(kinds) => each(kinds, |kind| kind.as_str().to_owned(), Test::Purpose),
        Test::Tool { ids, states } => {
            each(states, |state| state.as_str().to_owned(), |states| Test::Tool { ids: ids.clone(), states })
        }
        _ => Vec::new(),
    }
}
