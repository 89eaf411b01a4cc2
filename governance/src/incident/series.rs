use std::time::Duration;

use model::{Action, Duty, Outcome, PersonKind, Record, Severity, Source, Timestamp};

use super::{Evidence, Sign, Violations};
use crate::ladder::exposed;

/// So many held-back attempts of one person against one clause…
const ATTEMPTS: usize = 5;
/// …within this time are a series.
const WITHIN: Duration = Duration::from_secs(10 * 60);

/// What a record that broke the policy is worth to incidents.
#[derive(Clone, Debug, PartialEq)]
pub enum Weight {
    /// Opens an incident if there is none that it belongs to.
    Opens(Evidence),
    /// Belongs to an incident if there is one; by itself the ladder counts it, and nobody is called.
    Joins(Evidence),
    /// Nothing was broken.
    None,
}

/// What `record` is worth by itself: data that left although a clause of high severity wanted it held back opens an incident.
pub fn opens(record: &Record) -> Weight {
    let Some(duty) = broken(record) else { return Weight::None };
    let left = u64::from(exposed(record, record.exchange.at).is_some());
    let evidence = evidence(record, duty, left);
    if left > 0 { Weight::Opens(evidence) } else { Weight::Joins(evidence) }
}

/// The series of attempts that ends with `record`, among `recent` records of the same person: five or more against the same
/// clause within ten minutes.
pub fn series(record: &Record, recent: &[Record]) -> Option<Evidence> {
    let duty = broken(record)?;
    let from = record.exchange.at.minus(WITHIN);
    let same = |other: &&Record| {
        from < other.exchange.at
            && other.exchange.at <= record.exchange.at
            && other.exchange.person == record.exchange.person
            && broken(other).is_some_and(|its| its.clause == duty.clause)
    };
    let mut attempts: Vec<&Record> = recent.iter().filter(same).collect();
    attempts.sort_by_key(|attempt| (attempt.exchange.at, attempt.exchange.id));
    if attempts.len() < ATTEMPTS {
        return None;
    }
    let since = attempts.first().map_or(record.exchange.at, |first| first.exchange.at);
    let mut whole = evidence(record, duty, 0);
    if let Sign::Violations(violations) = &mut whole.sign {
        violations.exchanges = attempts.iter().map(|attempt| attempt.exchange.id).collect();
        violations.times = attempts.len() as u64;
        violations.labels = attempts.iter().flat_map(|attempt| labels(attempt, duty)).collect();
    }
    Some(Evidence { since, ..whole })
}

/// The gravest clause that a person broke: it wanted more than advice, and neither advice nor reason settled it.
fn broken(record: &Record) -> Option<&Duty> {
    let Record { exchange, facts, verdict, outcome, .. } = record;
    let settled = matches!(outcome, Outcome::Acknowledged | Outcome::Justified | Outcome::Rejected);
    let left = exposed(record, exchange.at).is_some();
    if (settled && !left) || exchange.source != Source::Proxy || facts.person.kind == PersonKind::Unknown {
        return None;
    }
    let grave = |duty: &&Duty| !duty.uninspected && duty.severity >= Severity::High;
    let wanted = verdict.duties.iter().filter(grave).filter(|duty| left || duty.action >= Action::Redact);
    wanted.max_by_key(|duty| (duty.severity, duty.action))
}

fn labels<'a>(record: &'a Record, duty: &'a Duty) -> impl Iterator<Item = model::Label> + 'a {
    let about = |found: &&model::Label| duty.labels.iter().any(|label| found.is(label));
    record.facts.labels.keys().filter(about).cloned()
}

fn evidence(record: &Record, duty: &Duty, left: u64) -> Evidence {
    let at: Timestamp = record.exchange.at;
    let violations = Violations {
        person: record.exchange.person.clone(),
        clause: duty.clause.clone(),
        tool: record.facts.tool.id.clone(),
        severity: duty.severity,
        action: duty.action,
        labels: labels(record, duty).collect(),
        exchanges: vec![record.exchange.id],
        times: 1,
        left,
    };
    Evidence { at, since: at, sign: Sign::Violations(violations) }
}
