use std::collections::{BTreeMap, HashMap};

use model::{PersonFacts, PersonId, Risk, Timestamp};

/// What came of people's own doing since the directory was read: each counts until its time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    by_person: HashMap<PersonId, Earned>,
}

/// What one person has earned, or brought upon themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earned {
    /// Training modules passed, each with the time until which it counts.
    pub training: BTreeMap<String, Timestamp>,
    /// Until when the person's acceptance of the policy counts; `None` leaves it to the directory.
    pub attested_until: Option<Timestamp>,
    /// Groups the person belongs to for a time.
    pub groups: BTreeMap<String, Timestamp>,
    /// Levels of risk, each with the time until which it counts.
    pub risk: Vec<(Risk, Timestamp)>,
}

impl Standing {
    /// Everybody who has earned something.
    pub fn new(people: impl IntoIterator<Item = (PersonId, Earned)>) -> Self {
        Self { by_person: people.into_iter().collect() }
    }

    /// What `person` has earned, over or not.
    pub fn of(&self, person: &PersonId) -> Option<&Earned> {
        self.by_person.get(person)
    }

    /// Adds what counts at `now` to what the directory says.
    pub(crate) fn add_to(&self, facts: &mut PersonFacts, person: &PersonId, now: Timestamp) {
        let Some(earned) = self.by_person.get(person) else { return };
        facts.training.extend(current(&earned.training, now));
        facts.groups.extend(current(&earned.groups, now));
        let levels = earned.risk.iter().filter(|(_, until)| now < *until).map(|(level, _)| *level);
        facts.risk = levels.fold(facts.risk, Risk::max);
        facts.attested |= earned.attested_until.is_some_and(|until| now < until);
    }
}

fn current(all: &BTreeMap<String, Timestamp>, now: Timestamp) -> impl Iterator<Item = String> {
    all.iter().filter(move |(_, until)| now < **until).map(|(name, _)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(now: i64, expected: (&[&str], &[&str], bool)) {
        let until = Timestamp::from_millis;
        let earned = Earned {
            training: [("ai-basics".to_owned(), until(10)), ("health-data".to_owned(), until(20))].into(),
            attested_until: Some(until(15)),
            groups: [("ai-suspended".to_owned(), until(5))].into(),
            risk: vec![(Risk::High, until(10)), (Risk::Elevated, until(20))],
        };
        let anna = PersonId::new("anna");
        let standing = Standing::new([(anna.clone(), earned)]);
        let mut facts = PersonFacts { groups: ["staff".to_owned()].into(), ..PersonFacts::default() };
        standing.add_to(&mut facts, &PersonId::new("ben"), until(now));
        assert!(facts.training.is_empty() && !facts.attested);
        standing.add_to(&mut facts, &anna, until(now));
        let found: (Vec<&str>, Vec<&str>, bool) = (
            facts.training.iter().map(String::as_str).collect(),
            facts.groups.iter().map(String::as_str).collect(),
            facts.attested,
        );
        assert_eq!((&found.0[..], &found.1[..], found.2), expected, "at {now}");
        let level = if now < 10 {
            Risk::High
        } else if now < 20 {
            Risk::Elevated
        } else {
            Risk::Low
        };
        assert_eq!(facts.risk, level, "at {now}");
    }

    #[test]
    fn everything_counts_until_its_time() {
        check(4, (&["ai-basics", "health-data"], &["ai-suspended", "staff"], true));
        check(5, (&["ai-basics", "health-data"], &["staff"], true));
        check(10, (&["health-data"], &["staff"], true));
        check(15, (&["health-data"], &["staff"], false));
        check(20, (&[], &["staff"], false));
    }
}
