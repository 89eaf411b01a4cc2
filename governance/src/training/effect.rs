use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use model::{PersonId, Timestamp};
use serde::Serialize;

/// Violations are told for each person and so many days.
const PER: f64 = 30.0;
/// People observed for less time than this on either side say nothing yet.
const LEAST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Violations of a module's clauses before and after people passed it.
///
/// It compares people with themselves; it does not say why: people pass training after a violation more often than at other
/// times, and fewer violations may follow from that alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TrainingEffect))]
pub struct Effect {
    /// People who were observed for a week at least before and after.
    pub people: usize,
    /// In the time before.
    pub before: Rate,
    /// In the time after.
    pub after: Rate,
}

/// Violations in a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ViolationRate))]
pub struct Rate {
    /// How many.
    pub violations: usize,
    /// Days for which people were observed, added up.
    pub days: f64,
    /// Violations for each person and 30 days.
    pub per_person: f64,
}

/// What a module changed: `passed` says when each person first passed, `violations` when each of the module's clauses was
/// violated. Nothing is counted before `since`, where records begin, nor further than `span` from the pass.
pub fn effect(
    passed: &BTreeMap<PersonId, Timestamp>,
    violations: &[(PersonId, Timestamp)],
    since: Timestamp,
    span: Duration,
    now: Timestamp,
) -> Effect {
    let mut by_person: HashMap<&PersonId, Vec<Timestamp>> = HashMap::new();
    for (person, at) in violations {
        by_person.entry(person).or_default().push(*at);
    }
    let (mut people, mut before, mut after) = (0, Rate::default(), Rate::default());
    for (person, &at) in passed {
        let (from, to) = (at.minus(span).max(since), at.plus(span).min(now));
        if at.minus(LEAST) < from || to < at.plus(LEAST) {
            continue;
        }
        people += 1;
        let theirs = by_person.get(person).map(Vec::as_slice).unwrap_or_default();
        before.add(theirs, from, at);
        after.add(theirs, at, to);
    }
    Effect { people, before: before.settled(), after: after.settled() }
}

impl Rate {
    #[expect(
        clippy::cast_precision_loss,
        reason = "days of millions of people are far below 2^52 milliseconds"
    )]
    fn add(&mut self, violations: &[Timestamp], from: Timestamp, to: Timestamp) {
        self.violations += violations.iter().filter(|at| from <= **at && **at < to).count();
        self.days += (to.as_millis() - from.as_millis()) as f64 / 86_400_000.0;
    }

    #[expect(clippy::cast_precision_loss, reason = "violations are far below 2^52")]
    fn settled(self) -> Self {
        let per_person = if self.days > 0.0 { self.violations as f64 / self.days * PER } else { 0.0 };
        Self { per_person, ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, time::Duration};

    use model::{PersonId, Timestamp};

    use super::effect;

    const DAY: i64 = 24 * 60 * 60 * 1_000;

    /// People, violations before and after, and the two rates, for passes and violations on these days; it is day 100.
    #[track_caller]
    fn check(passed: &[(&str, i64)], violated: &[(&str, i64)], expected: (usize, usize, usize, f64, f64)) {
        let at = |day: i64| Timestamp::from_millis(day * DAY);
        let passed: BTreeMap<_, _> =
            passed.iter().map(|(who, day)| (PersonId::new(*who), at(*day))).collect();
        let violated: Vec<_> = violated.iter().map(|(who, day)| (PersonId::new(*who), at(*day))).collect();
        let told = effect(&passed, &violated, at(10), Duration::from_secs(30 * 24 * 60 * 60), at(100));
        let told = (
            told.people,
            told.before.violations,
            told.after.violations,
            told.before.per_person,
            told.after.per_person,
        );
        assert_eq!(told, expected);
    }

    #[test]
    fn violations_before_and_after() {
        check(&[], &[("ben", 50)], (0, 0, 0, 0.0, 0.0));
        check(&[("ben", 60)], &[("ben", 31), ("ben", 59), ("ben", 60), ("ana", 50)], (1, 2, 1, 2.0, 1.0));
        // A window that records do not fill counts for less time.
        check(&[("ben", 25)], &[("ben", 20)], (1, 1, 0, 2.0, 0.0));
        // Too little time before, too little time after.
        check(&[("ben", 16), ("ana", 94)], &[("ben", 12)], (0, 0, 0, 0.0, 0.0));
    }
}
