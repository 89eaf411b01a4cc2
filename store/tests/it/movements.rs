use std::collections::BTreeMap;

use model::{Finding, Outcome, PersonId, Record, ToolId};
use store::{Moved, Movement, MovementFilter, Span};

use crate::{
    exchanges::fill,
    history::{BEGIN, HOUR, instant, varied},
    place::{Place, on_both},
};

on_both!(movements_agree_with_plain_counting,);

fn span() -> Span {
    Span { from: instant(BEGIN + HOUR), to: instant(BEGIN + 23 * HOUR) }
}

/// Records of which every fifth holds parts of a registered plan.
fn records() -> Vec<Record> {
    let mut records = varied(8, 400, 24 * HOUR);
    for record in records.iter_mut().step_by(5) {
        let copy = record.findings.first().cloned();
        record.findings.extend(copy.map(|found| Finding { detector: "registered.plan".into(), ..found }));
    }
    records
}

/// What is moved by `record`, as the store is to tell it.
fn moved(record: &Record) -> Vec<Moved> {
    let reached = [Outcome::Forwarded, Outcome::Acknowledged, Outcome::Justified, Outcome::Observed];
    if !reached.contains(&record.outcome) {
        return Vec::new();
    }
    let family = |label: &model::Label| label.as_str().split('.').next().unwrap().parse().unwrap();
    let mut moved: Vec<Moved> = record.facts.labels.keys().map(|label| Moved::Label(family(label))).collect();
    let registered = record.findings.iter().filter_map(Finding::registered);
    moved.extend(registered.map(|name| Moved::Registered(name.to_owned())));
    moved.sort();
    moved.dedup();
    moved
}

fn counted(movements: &[Movement]) -> BTreeMap<(Moved, PersonId, ToolId), (u64, u64)> {
    let mut counted = BTreeMap::new();
    for movement in movements {
        let key = (movement.data.clone(), movement.person.clone(), movement.tool.clone());
        let sum: &mut (u64, u64) = counted.entry(key).or_default();
        *sum = (sum.0 + movement.exchanges, sum.1 + movement.bytes_up);
        assert!(
            span().from <= movement.first && movement.first <= movement.last && movement.last < span().to
        );
    }
    counted
}

async fn movements_agree_with_plain_counting(place: Place) {
    let store = place.open().await;
    let records = records();
    fill(&store, &records).await;
    let mut expected = BTreeMap::new();
    for record in records.iter().filter(|record| (span().from..span().to).contains(&record.exchange.at)) {
        for data in moved(record) {
            let key = (data, record.exchange.person.clone(), record.facts.tool.id.clone());
            let sum: &mut (u64, u64) = expected.entry(key).or_default();
            *sum = (sum.0 + 1, sum.1 + record.exchange.bytes_up);
        }
    }
    let all = store.movements(span(), &MovementFilter::default(), 10_000).await.unwrap();
    assert_eq!(counted(&all), expected);
    assert!(all.is_sorted_by(|one, next| one.bytes_up >= next.bytes_up));
    assert!(all.iter().any(|movement| movement.data == Moved::Registered("plan".to_owned())));

    let (person, tool) = (PersonId::new("person-3"), ToolId::new("claude"));
    for data in [None, Some(Moved::Label("pii".parse().unwrap())), Some(Moved::Registered("plan".to_owned()))]
    {
        let filter =
            MovementFilter { data: data.clone(), person: Some(person.clone()), tool: Some(tool.clone()) };
        let only = counted(&store.movements(span(), &filter, 10_000).await.unwrap());
        let mut wanted = expected.clone();
        wanted.retain(|key, _| {
            key.1 == person && key.2 == tool && data.as_ref().is_none_or(|data| key.0 == *data)
        });
        assert_eq!(only, wanted, "{data:?}");
    }
    let exact =
        MovementFilter { data: Some(Moved::Label("pii.us_ssn".parse().unwrap())), ..Default::default() };
    assert!(!store.movements(span(), &exact, 10).await.unwrap().is_empty());
    assert_eq!(store.movements(span(), &MovementFilter::default(), 3).await.unwrap(), all[..3]);
}
