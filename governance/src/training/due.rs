use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use model::{ClauseId, Person, Timestamp};
use policy::{Condition, Policy, Test};

use super::{Cause, Module, Occasion};
use crate::fingerprint;

/// A pass is renewed from this long before it lapses.
const RENEWED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What is known of a person and a module.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The latest time until which a pass counts, from a quiz, another system or the directory.
    pub until: Option<Timestamp>,
    /// What the module's clauses said at the latest pass; empty where the pass came from elsewhere.
    pub clauses: BTreeMap<ClauseId, String>,
}

/// Why `person` has to take `module` now, if there is a reason. Violations are the ladder's to find.
pub fn due(
    module: &Module,
    person: &Person,
    history: &History,
    policy: &Policy,
    now: Timestamp,
) -> Option<Cause> {
    if !module.audience.covers(person) {
        return None;
    }
    let on = |occasion: Occasion| module.assigned.contains(&occasion);
    match history.until {
        None if on(Occasion::Hire) || required(policy).contains(&module.id) => Some(Cause::Hire),
        None => None,
        Some(until) if until <= now.plus(RENEWED) => on(Occasion::Lapse).then_some(Cause::Lapse { until }),
        Some(_) if on(Occasion::PolicyChange) && changed(history, policy) => {
            Some(Cause::PolicyChange { policy: policy.version().clone() })
        }
        Some(_) => None,
    }
}

/// The modules that rules of the policy ask for.
pub fn required(policy: &Policy) -> BTreeSet<String> {
    let rules = policy.clauses().iter().filter_map(policy::Clause::rule);
    let tests = rules.flat_map(|rule| rule.conditions().flat_map(Condition::tests));
    let modules = tests.filter_map(|test| match test {
        Test::Training(modules) => Some(modules),
        _ => None,
    });
    modules.flatten().cloned().collect()
}

/// What the module's clauses say in `policy`, as fingerprints; a clause that the policy does not have is left out.
pub fn fingerprints(module: &Module, policy: &Policy) -> BTreeMap<ClauseId, String> {
    let clauses = policy.clauses().iter().filter(|clause| module.teaches(clause));
    clauses.map(|clause| (clause.id.clone(), fingerprint::of(clause))).collect()
}

/// Whether a clause that was taught says something else now. A clause that is gone needs no training.
fn changed(history: &History, policy: &Policy) -> bool {
    history
        .clauses
        .iter()
        .any(|(id, taught)| policy.clause(id).is_some_and(|clause| fingerprint::of(clause) != *taught))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use model::{Person, PersonId, PersonKind, Risk, Timestamp};

    use super::{Cause, History, due, fingerprints};
    use crate::{sample, training::read};

    const DAY: i64 = 24 * 60 * 60 * 1_000;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_millis(day * DAY)
    }

    fn person(kind: PersonKind) -> Person {
        Person {
            id: PersonId::new("ben"),
            name: "Ben".into(),
            email: None,
            kind,
            department: None,
            groups: BTreeSet::new(),
            risk: Risk::Low,
            training: BTreeMap::new(),
            attested_until: None,
        }
    }

    /// Why Ben has to take the sample on day 100, with `front` added to its front matter.
    #[track_caller]
    fn check(front: &str, until: Option<i64>, policy: &str, expected: Option<Cause>) {
        let source = include_str!("sample.md").replacen("minutes: 5", &format!("minutes: 5\n{front}"), 1);
        let module = read("m.md", &source).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let taught = sample::policy("then: block", "Text.");
        let history = History { until: until.map(at), clauses: fingerprints(&module, &taught) };
        let policy = sample::policy(policy, "Text.");
        assert_eq!(due(&module, &person(PersonKind::Employee), &history, &policy, at(100)), expected);
    }

    #[test]
    fn who_has_to_take_a_module_and_why() {
        check("", None, "then: block", Some(Cause::Hire));
        check("assigned: lapse", None, "then: block", None);
        check("assigned: lapse", None, "when: training sample is missing\nthen: block", Some(Cause::Hire));
        check("kinds: contractor", None, "then: block", None);
        check("", Some(131), "then: block", None);
        check("", Some(130), "then: block", Some(Cause::Lapse { until: at(130) }));
        check("", Some(90), "then: block", Some(Cause::Lapse { until: at(90) }));
        check("assigned: hire", Some(90), "then: block", None);
        let changed = sample::policy("then: coach", "Text.").version().clone();
        check("", Some(300), "then: coach", Some(Cause::PolicyChange { policy: changed }));
        check("assigned: hire", Some(300), "then: coach", None);
    }
}
