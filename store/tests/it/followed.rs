//! Records counted by time, and followed in the order of the audit log.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use model::{Record, ToolId};
use store::{ExchangeFilter, Position};

use crate::{
    exchanges::fill,
    history::{BEGIN, HOUR, instant, varied},
    place::{Place, on_both},
};

on_both!(
    steps_of_time_agree_with_plain_counting,
    shares_agree_with_plain_counting,
    followers_see_each_record_once_in_one_order,
);

async fn steps_of_time_agree_with_plain_counting(place: Place) {
    let store = place.open().await;
    let records = varied(5, 300, 24 * HOUR);
    fill(&store, &records).await;
    let tool = records[0].facts.tool.id.clone();
    let (from, to) = (BEGIN + 2 * HOUR, BEGIN + 20 * HOUR);
    let filter = ExchangeFilter {
        from: Some(instant(from)),
        to: Some(instant(to)),
        tools: vec![tool.clone()],
        ..ExchangeFilter::default()
    };
    let counted = store.activity(&filter, Duration::from_millis(HOUR as u64)).await.unwrap();
    let mut expected = BTreeMap::<i64, (u64, u64, BTreeSet<&str>)>::new();
    let within = |record: &&Record| (from..to).contains(&record.exchange.at.as_millis());
    for record in records.iter().filter(within).filter(|record| record.facts.tool.id == tool) {
        let slot = record.exchange.at.as_millis().div_euclid(HOUR) * HOUR;
        let (exchanges, bytes, people) = expected.entry(slot).or_default();
        *exchanges += 1;
        *bytes += record.exchange.bytes_up;
        people.insert(record.exchange.person.as_str());
    }
    let counted: Vec<_> =
        counted.iter().map(|step| (step.at.as_millis(), (step.exchanges, step.bytes, step.people))).collect();
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(at, (exchanges, bytes, people))| (at, (exchanges, bytes, people.len() as u64)))
        .collect();
    assert!(expected.len() > 3);
    assert_eq!(counted, expected);
}

async fn shares_agree_with_plain_counting(place: Place) {
    let store = place.open().await;
    let records = varied(6, 300, 24 * HOUR);
    fill(&store, &records).await;
    let person = records[0].exchange.person.clone();
    let filter = ExchangeFilter { persons: vec![person.clone()], ..ExchangeFilter::default() };
    let theirs: Vec<&Record> = records.iter().filter(|record| record.exchange.person == person).collect();
    let mut tools = BTreeMap::<ToolId, (u64, u64)>::new();
    let mut labels = BTreeMap::<String, u64>::new();
    for record in &theirs {
        let (exchanges, bytes) = tools.entry(record.facts.tool.id.clone()).or_default();
        *exchanges += 1;
        *bytes += record.exchange.bytes_up;
        let all = record.facts.labels.keys().flat_map(|label| label.lineage());
        for label in all.map(|label| label.as_str().to_owned()).collect::<BTreeSet<_>>() {
            *labels.entry(label).or_default() += 1;
        }
    }
    let counted = store.activity_by_tool(&filter).await.unwrap();
    assert!(counted.is_sorted_by(|one, other| one.exchanges >= other.exchanges));
    let counted: BTreeMap<_, _> =
        counted.into_iter().map(|share| (share.of, (share.exchanges, share.bytes))).collect();
    assert_eq!(counted, tools);
    let counted = store.activity_by_label(&filter).await.unwrap();
    let counted: BTreeMap<_, _> =
        counted.into_iter().map(|share| (share.of.as_str().to_owned(), share.exchanges)).collect();
    assert_eq!(counted, labels);
}

async fn followers_see_each_record_once_in_one_order(place: Place) {
    let store = place.open().await;
    let mut records = varied(7, 200, 24 * HOUR);
    // The early ones are stored last: they are committed to last.
    let late = records.split_off(150);
    for some in [&late, &records] {
        fill(&store, some).await;
        assert_eq!(store.commit_records(instant(BEGIN)).await.unwrap(), some.len() as u64);
    }
    let mut seen = Vec::new();
    let mut position: Option<Position> = None;
    loop {
        let stretch = store.committed(position, 7).await.unwrap();
        let Some(last) = stretch.last() else { break };
        position = Some(last.position);
        seen.extend(stretch);
    }
    let ids: BTreeSet<_> = seen.iter().map(|committed| committed.record.exchange.id).collect();
    assert_eq!((seen.len(), ids.len()), (200, 200));
    assert!(seen.is_sorted_by_key(|committed| committed.position));
    let first: BTreeSet<_> =
        seen.iter().take(late.len()).map(|committed| committed.record.exchange.id).collect();
    assert_eq!(first, late.iter().map(|record| record.exchange.id).collect());
}
