use std::collections::BTreeSet;

use behavior::{Deviation, Entity, Expected, Family, Reason, Unit};
use model::{Action, ClauseId, ExchangeId, PersonId, Severity, Timestamp, ToolId};
use uuid::Uuid;

use super::*;

const DAY: i64 = 24 * 60 * 60 * 1_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn reason(family: Family, tool: &str, observed: f64, surprise: f64) -> Reason {
    Reason {
        family,
        channel: "bytes_up".into(),
        observed,
        expected: Expected { low: 200_000.0, high: 1_400_000.0, peers: Some(600_000.0) },
        unit: Unit::Bytes,
        surprise,
        tool: Some(ToolId::new(tool)),
        data: None,
    }
}

fn deviation(entity: Entity, reasons: Vec<Reason>, when: i64) -> Deviation {
    let people = vec![PersonId::new("anna")];
    Deviation { at: at(when), entity, people, since: at(when - 40 * 60_000), score: 20.0, reasons }
}

fn seen(deviation: Deviation) -> Evidence {
    Evidence { at: deviation.at, since: deviation.since, sign: Sign::Deviation(deviation) }
}

fn anna() -> Entity {
    Entity::Person(PersonId::new("anna"))
}

fn violations(exchange: u128, when: i64) -> Evidence {
    let violations = Violations {
        person: PersonId::new("anna"),
        clause: ClauseId::new("DATA-1"),
        tool: ToolId::new("chatgpt"),
        severity: Severity::High,
        action: Action::Block,
        labels: BTreeSet::from(["pii.us_ssn".parse().unwrap()]),
        exchanges: vec![ExchangeId(Uuid::from_u128(exchange))],
        times: 1,
        left: 0,
    };
    Evidence { at: at(when), since: at(when), sign: Sign::Violations(violations) }
}

fn told(incident: &Incident) -> String {
    sentences(incident, &|person| format!("<{person}>"), &|tool| format!("[{tool}]")).join("\n")
}

#[test]
fn a_narrative_has_natural_units_and_what_is_usual() {
    let incident =
        Incident::open(seen(deviation(anna(), vec![reason(Family::Pers, "chatgpt", 156e6, 9.0)], DAY)));
    assert_eq!(
        told(&incident),
        "<anna>: sent 156 MB to [chatgpt] in 40 minutes; usual day 200 KB to 1.4 MB, department median 600 KB."
    );
    assert_eq!((incident.kind, incident.severity()), (IncidentKind::DataMovement, Severity::High));
}

#[test]
fn repeated_violations_are_one_piece_of_evidence_and_count_each_exchange_once() {
    let incident = Incident::open(violations(1, 0));
    let incident = incident.extended(violations(2, 60_000)).unwrap();
    let incident = incident.extended(violations(2, 60_000)).unwrap();
    assert_eq!(incident.evidence.len(), 1);
    assert_eq!(
        told(&incident),
        "<anna> broke DATA-1 twice at [chatgpt] with pii.us_ssn, within 1 minute.\n\
         Nothing of it reached the tool as it was."
    );
}

#[test]
fn what_is_about_the_same_belongs_together() {
    let person = Incident::open(violations(1, 0));
    let tool = Entity::Tool(ToolId::new("newtool"));
    let moved = Incident::open(seen(deviation(tool, vec![reason(Family::Svc, "newtool", 9.0, 9.0)], DAY)));
    let bytes = seen(deviation(anna(), vec![reason(Family::Bytes, "newtool", 1e6, 9.0)], DAY)).sign;
    let novel = seen(deviation(anna(), vec![reason(Family::Novel, "newtool", 1e6, 9.0)], DAY)).sign;
    assert_eq!((person.concerns(&bytes), person.concerns(&novel)), (true, true));
    assert_eq!((moved.concerns(&bytes), moved.concerns(&novel)), (false, true));
}

#[test]
fn merging_and_splitting_lose_no_evidence() {
    let one = Incident::open(violations(1, 0));
    let two = Incident::open(seen(deviation(anna(), vec![reason(Family::Bytes, "x", 1e6, 9.0)], DAY)));
    let whole = one.absorbing(two);
    assert_eq!(whole.evidence.len(), 2);
    let refused = whole.clone().split(&BTreeSet::from([0, 1]));
    assert_eq!(refused, Err(IncidentRefused::NothingLeft));
    assert_eq!(whole.clone().split(&BTreeSet::from([7])), Err(IncidentRefused::NothingLeft));
    let (this, other) = whole.split(&BTreeSet::from([1])).unwrap();
    assert_eq!((this.evidence.len(), other.evidence.len()), (1, 1));
    assert_eq!((this.kind, other.kind), (IncidentKind::Violations, IncidentKind::DataMovement));
}

#[test]
fn evidence_is_bounded_and_what_is_not_kept_is_counted() {
    let mut incident = Incident::open(violations(1, 0));
    for day in 1..200 {
        let more = deviation(anna(), vec![reason(Family::Bytes, "x", 1e6, 9.0)], day * DAY);
        incident = incident.extended(seen(more)).unwrap();
    }
    assert_eq!((incident.evidence.len(), incident.more), (MOST_EVIDENCE, 100));
}

/// Which of the rules keeps Anna's deviation of `reasons` on day 2.
#[track_caller]
fn check_rules(rules: &[(Family, Option<&str>, f64, i64)], reasons: Vec<Reason>, expected: Option<usize>) {
    let rule = |&(family, tool, up_to, days): &(Family, Option<&str>, f64, i64)| Suppression {
        about: About::Person(PersonId::new("anna")),
        family,
        tool: tool.map(ToolId::new),
        up_to,
        because: "a migration".to_owned(),
        by: "rae".to_owned(),
        from: at(0),
        until: at(days * DAY),
        incident: None,
        count: 0,
        latest: Vec::new(),
        state: SuppressionState::Standing,
    };
    let rules: Vec<Suppression> = rules.iter().map(rule).collect();
    let deviation = deviation(anna(), reasons, 2 * DAY);
    let about = About::Person(PersonId::new("anna"));
    assert_eq!(
        Suppression::keeping(&rules.iter().collect::<Vec<_>>(), &deviation, &about, at(2 * DAY)),
        expected
    );
}

#[test]
fn a_rule_keeps_what_it_names_and_no_more() {
    use Family::{Bytes, Hour};
    let bytes = |observed| reason(Bytes, "chatgpt", observed, 9.0);
    check_rules(&[(Bytes, None, 2e6, 30)], vec![bytes(1e6)], Some(0));
    check_rules(&[(Bytes, Some("chatgpt"), 2e6, 30)], vec![bytes(1e6)], Some(0));
    check_rules(&[(Bytes, Some("claude"), 2e6, 30)], vec![bytes(1e6)], None);
    check_rules(&[(Bytes, None, 2e6, 30)], vec![bytes(3e6)], None);
    check_rules(&[(Bytes, None, 2e6, 2)], vec![bytes(1e6)], None);
    check_rules(&[(Hour, None, 2e6, 30)], vec![bytes(1e6)], None);
    // A second strong reason needs a rule too, a weak one does not.
    check_rules(&[(Bytes, None, 2e6, 30)], vec![bytes(1e6), reason(Hour, "x", 1.0, 8.0)], None);
    check_rules(&[(Bytes, None, 2e6, 30)], vec![bytes(1e6), reason(Hour, "x", 1.0, 4.0)], Some(0));
}
