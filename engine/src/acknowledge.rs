use std::{collections::BTreeSet, sync::Arc, time::Duration};

use model::{ClauseId, ExchangeId, PersonId, Timestamp, ToolId};
use quick_cache::sync::Cache;

/// How many (person, tool, clause) are remembered; the least used are forgotten, which only means coaching again.
const REMEMBERED: usize = 100_000;
/// How many different contents one memory holds before it starts anew, so that a client cannot grow it without end.
const CONTENTS: usize = 10_000;
/// How many held exchanges with more findings than a record keeps are remembered.
const LONG: usize = 1_000;

/// Someone's stated reason for an exchange that was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Justification {
    /// The exchange that was held.
    pub exchange: ExchangeId,
    /// Who gave it.
    pub person: PersonId,
    /// For which tool.
    pub tool: ToolId,
    /// For which clauses; none means the policy's `otherwise`.
    pub clauses: Vec<ClauseId>,
    /// Digests of the findings that its record kept.
    pub digests: BTreeSet<String>,
    /// Until when the retry passes.
    pub until: Timestamp,
}

/// What a person has been told, or has given a reason for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Coached,
    Justified,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    kind: Kind,
    person: PersonId,
    tool: ToolId,
    /// `None` stands for the policy's `otherwise`.
    clause: Option<ClauseId>,
}

#[derive(Clone, Debug)]
struct Memory {
    until: Timestamp,
    digests: BTreeSet<String>,
}

/// What must have been acknowledged for an exchange to pass.
#[derive(Clone, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) person: &'a PersonId,
    pub(crate) tool: &'a ToolId,
    /// Clauses with the digests of the findings each is about; `None` stands for `otherwise`.
    pub(crate) points: Vec<(Option<ClauseId>, BTreeSet<String>)>,
}

/// Who was coached or gave a reason, until when. Holds keyed hashes, never content.
pub(crate) struct Acknowledgements {
    memories: Cache<Key, Arc<Memory>>,
    /// All digests of held exchanges whose records keep only some. After a restart such an exchange is held once more.
    long: Cache<ExchangeId, Arc<BTreeSet<String>>>,
}

impl Default for Acknowledgements {
    fn default() -> Self {
        Self { memories: Cache::new(REMEMBERED), long: Cache::new(LONG) }
    }
}

impl Acknowledgements {
    /// Whether the person was coached about all of this before; if not, they are from now on.
    pub(crate) fn coached(&self, subject: &Subject<'_>, now: Timestamp, lasts: Duration) -> bool {
        let known = self.covers(Kind::Coached, subject, now);
        if !known {
            for (clause, digests) in &subject.points {
                self.remember(Kind::Coached, subject, clause.clone(), digests, now, now.plus(lasts));
            }
        }
        known
    }

    /// Whether the person has given a reason for all of this.
    pub(crate) fn justified(&self, subject: &Subject<'_>, now: Timestamp) -> bool {
        self.covers(Kind::Justified, subject, now)
    }

    /// Remembers what a held exchange contains, where its record cannot.
    pub(crate) fn hold(&self, exchange: ExchangeId, digests: BTreeSet<String>) {
        self.long.insert(exchange, Arc::new(digests));
    }

    /// Remembers a reason.
    pub(crate) fn justify(&self, mut given: Justification) {
        if let Some(all) = self.long.get(&given.exchange) {
            given.digests.extend(all.iter().cloned());
        }
        let subject = Subject { person: &given.person, tool: &given.tool, points: Vec::new() };
        let clauses = given.clauses.iter().cloned().map(Some);
        let points = if given.clauses.is_empty() { vec![None] } else { clauses.collect() };
        for clause in points {
            self.remember(
                Kind::Justified,
                &subject,
                clause,
                &given.digests,
                Timestamp::from_millis(0),
                given.until,
            );
        }
    }

    fn covers(&self, kind: Kind, subject: &Subject<'_>, now: Timestamp) -> bool {
        subject.points.iter().all(|(clause, digests)| {
            self.memories
                .get(&key(kind, subject, clause.clone()))
                .is_some_and(|memory| now < memory.until && digests.is_subset(&memory.digests))
        })
    }

    fn remember(
        &self,
        kind: Kind,
        subject: &Subject<'_>,
        clause: Option<ClauseId>,
        digests: &BTreeSet<String>,
        now: Timestamp,
        until: Timestamp,
    ) {
        let key = key(kind, subject, clause);
        let mut known = self
            .memories
            .get(&key)
            .filter(|memory| now < memory.until && memory.digests.len() < CONTENTS)
            .map(|memory| memory.digests.clone())
            .unwrap_or_default();
        known.extend(digests.iter().cloned());
        self.memories.insert(key, Arc::new(Memory { until, digests: known }));
    }
}

fn key(kind: Kind, subject: &Subject<'_>, clause: Option<ClauseId>) -> Key {
    Key { kind, person: subject.person.clone(), tool: subject.tool.clone(), clause }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn subject<'a>(person: &'a PersonId, tool: &'a ToolId, digests: &[&str]) -> Subject<'a> {
        let digests = digests.iter().map(|&digest| digest.to_owned()).collect();
        Subject { person, tool, points: vec![(Some(ClauseId::new("DATA-1")), digests)] }
    }

    #[test]
    fn a_retry_of_the_same_content_passes_until_the_time_is_over() {
        let (person, tool) = (PersonId::new("anna"), ToolId::new("chatgpt"));
        let known = Acknowledgements::default();
        let lasts = Duration::from_millis(100);
        let same = subject(&person, &tool, &["a"]);
        assert!(!known.coached(&same, at(0), lasts));
        assert!(known.coached(&same, at(99), lasts));
        assert!(
            !known.coached(&subject(&person, &tool, &["a", "b"]), at(99), lasts),
            "new content is coached anew"
        );
        assert!(known.coached(&subject(&person, &tool, &["b"]), at(100), lasts));
        assert!(!known.coached(&same, at(199), lasts), "the time is over");
        let other = ToolId::new("claude");
        assert!(
            !known.coached(&subject(&person, &other, &["a"]), at(1), lasts),
            "another tool is coached anew"
        );
    }

    #[test]
    fn coaching_is_no_justification() {
        let (person, tool) = (PersonId::new("anna"), ToolId::new("chatgpt"));
        let known = Acknowledgements::default();
        let held = subject(&person, &tool, &["a"]);
        known.coached(&held, at(0), Duration::from_secs(60));
        assert!(!known.justified(&held, at(1)));
        known.justify(Justification {
            exchange: ExchangeId(uuid::Uuid::nil()),
            person: person.clone(),
            tool: tool.clone(),
            clauses: vec![ClauseId::new("DATA-1")],
            digests: ["a".to_owned()].into(),
            until: at(50),
        });
        assert!(known.justified(&held, at(49)));
        assert!(!known.justified(&held, at(50)));
    }
}
