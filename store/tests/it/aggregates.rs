use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use model::{Action, Activity, Outcome, Record, Source, ToolId};
use store::{ClauseCounts, INTERVENTIONS, Overview, Span, Totals};

use crate::{
    exchanges::fill,
    history::{BEGIN, HOUR, completion, decide, find, instant, record, varied},
    place::{Place, on_both},
};

on_both!(
    the_overview_agrees_with_plain_counting,
    an_empty_store_has_an_empty_overview,
    clauses_are_counted_for_day_and_week,
    tools_are_counted,
    what_reached_a_tool_is_counted_by_label,
    tools_in_use_agree_with_plain_counting,
    flows_agree_with_plain_counting,
);

const SPAN: (i64, i64) = (BEGIN + HOUR, BEGIN + 23 * HOUR);

fn span() -> Span {
    Span { from: instant(SPAN.0), to: instant(SPAN.1) }
}

fn stepped_in(record: &&Record) -> bool {
    INTERVENTIONS.contains(&record.outcome)
}

fn distinct<T: Ord>(items: impl Iterator<Item = T>) -> u64 {
    items.collect::<BTreeSet<_>>().len() as u64
}

/// How many of `records` fall in each of 22 hours.
fn per_hour<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<u64> {
    let mut series = vec![0; 22];
    for record in records {
        series[((record.exchange.at.as_millis() - SPAN.0) / HOUR) as usize] += 1;
    }
    series
}

async fn the_overview_agrees_with_plain_counting(place: Place) {
    let store = place.open().await;
    let records = varied(11, 400, 24 * HOUR);
    fill(&store, &records).await;
    let overview = store.overview(span(), Duration::from_secs(3_600), 5).await.unwrap();
    let within = |record: &&Record| (SPAN.0..SPAN.1).contains(&record.exchange.at.as_millis());
    let records: Vec<&Record> = records.iter().filter(within).collect();
    assert!(records.len() < 400);

    assert_eq!(overview.buckets.len(), 22);
    let totals = Totals {
        exchanges: records.len() as u64,
        people: distinct(records.iter().map(|record| &record.exchange.person)),
        tools: distinct(records.iter().map(|record| &record.facts.tool.id)),
        interventions: records.iter().copied().filter(stepped_in).count() as u64,
    };
    assert_eq!(overview.totals, totals);
    for counted in &overview.actions {
        let same = records.iter().copied().filter(|record| record.verdict.action == counted.action);
        assert_eq!(counted.series, per_hour(same), "{}", counted.action);
    }
    for counted in &overview.tools {
        let series = per_hour(records.iter().copied().filter(|record| record.facts.tool.id == counted.tool));
        assert_eq!((counted.exchanges, &counted.series), (series.iter().sum(), &series), "{}", counted.tool);
    }
    check_labels(&overview, &records);
    check_clauses(&overview, &records);
    check_departments_and_people(&overview, &records);
}

fn check_labels(overview: &Overview, records: &[&Record]) {
    let labels: Vec<_> = overview.labels.iter().map(|counted| counted.label.as_str()).collect();
    assert_eq!(
        BTreeSet::from_iter(labels),
        BTreeSet::from(["pii", "pii.email", "pii.us_ssn", "secret", "secret.openai"])
    );
    for counted in &overview.labels {
        let under = |record: &&Record| record.facts.labels.keys().any(|label| label.is(&counted.label));
        let found = |record: &&Record| {
            let labels = record.facts.labels.iter().filter(|(label, _)| label.is(&counted.label));
            labels.map(|(_, count)| u64::from(*count)).sum::<u64>()
        };
        assert_eq!(counted.series, per_hour(records.iter().copied().filter(under)), "{}", counted.label);
        assert_eq!(counted.findings, records.iter().map(found).sum::<u64>());
        assert_eq!(counted.exchanges, counted.series.iter().sum::<u64>());
    }
}

fn check_clauses(overview: &Overview, records: &[&Record]) {
    let mut expected = BTreeMap::<_, u64>::new();
    for duty in records.iter().flat_map(|record| &record.verdict.duties) {
        *expected.entry((duty.clause.clone(), duty.action)).or_default() += 1;
    }
    let counted =
        overview.clauses.iter().map(|count| ((count.clause.clone(), count.action), count.exchanges));
    assert_eq!(counted.collect::<BTreeMap<_, _>>(), expected);
    assert!(overview.clauses.is_sorted_by_key(|count| Reverse(count.exchanges)));
}

fn check_departments_and_people(overview: &Overview, records: &[&Record]) {
    assert_eq!(overview.departments.len(), 3);
    for counted in &overview.departments {
        let of = |record: &&&Record| record.facts.person.department == counted.department;
        let members: Vec<_> = records.iter().filter(of).copied().collect();
        assert_eq!(counted.exchanges, members.len() as u64);
        assert_eq!(counted.interventions, members.iter().copied().filter(stepped_in).count() as u64);
        assert_eq!(counted.people, distinct(members.iter().map(|record| &record.exchange.person)));
    }
    assert_eq!(overview.people.len(), 5);
    assert!(overview.people.is_sorted_by_key(|person| Reverse((person.interventions, person.exchanges))));
    for counted in &overview.people {
        let theirs = records.iter().copied().filter(|record| record.exchange.person == counted.person);
        assert_eq!(counted.interventions, theirs.clone().filter(stepped_in).count() as u64);
        assert_eq!(counted.exchanges, theirs.count() as u64);
    }
}

async fn an_empty_store_has_an_empty_overview(place: Place) {
    let store = place.open().await;
    let overview = store.overview(span(), Duration::from_secs(12 * 3_600), 10).await.unwrap();
    assert_eq!(overview.totals, Totals::default());
    assert_eq!((overview.actions.len(), overview.actions[0].series.len()), (Action::ALL.len(), 2));
    assert!(overview.tools.is_empty() && overview.labels.is_empty() && overview.people.is_empty());
}

async fn clauses_are_counted_for_day_and_week(place: Place) {
    let store = place.open().await;
    let now = BEGIN + 10 * 24 * HOUR;
    let ages = [0, 23, 25, 6 * 24, 8 * 24];
    let records = ages.into_iter().zip(0..).map(|(hours, number)| {
        record(now - hours * HOUR, number, |record| {
            decide(record, "DATA-1", Action::Block, model::Outcome::Blocked);
        })
    });
    fill(&store, &records.collect::<Vec<_>>()).await;
    let counts = store.clause_counts(instant(now)).await.unwrap();
    assert_eq!(counts, BTreeMap::from([("DATA-1".parse().unwrap(), ClauseCounts { day: 2, week: 4 })]));
}

async fn tools_are_counted(place: Place) {
    let store = place.open().await;
    let records = varied(5, 200, 24 * HOUR);
    fill(&store, &records).await;
    let everything = Span { from: instant(0), to: instant(i64::MAX) };
    let usage = store.tool_usage(everything).await.unwrap();
    assert_eq!(usage.len(), 3);
    for counted in usage {
        let its: Vec<_> = records.iter().filter(|record| record.facts.tool.id == counted.tool).collect();
        assert_eq!(counted.exchanges, its.len() as u64);
        assert_eq!(counted.people, distinct(its.iter().map(|record| &record.exchange.person)));
        assert_eq!(Some(counted.last_seen), its.iter().map(|record| record.exchange.at).max());
        for (action, count) in counted.actions {
            assert_eq!(count, its.iter().filter(|record| record.verdict.action == action).count() as u64);
        }
    }
}

async fn what_reached_a_tool_is_counted_by_label(place: Place) {
    let store = place.open().await;
    let found = |number, labels: &[&str], change: fn(&mut Record)| {
        record(BEGIN + number as i64, number, |record| {
            labels.iter().for_each(|label| find(record, label, 2, "•••"));
            change(record);
        })
    };
    let records = [
        found(1, &["pii.email"], |_| {}),
        found(2, &["pii.email", "secret.jwt"], |record| record.outcome = Outcome::Acknowledged),
        found(3, &["phi"], |record| record.outcome = Outcome::Justified),
        found(4, &["pii.us_ssn"], |record| record.outcome = Outcome::Redacted),
        found(5, &["pii.us_ssn"], |record| record.facts.activity = Activity::Receive),
        found(6, &["pii.us_ssn"], |record| record.facts.tool.id = ToolId::new("claude")),
    ];
    fill(&store, &records).await;
    let tool = ToolId::new("openai-api");
    let sent = |since: i64| {
        let (store, tool) = (&store, &tool);
        async move {
            let sent = store.labels_sent(tool, instant(BEGIN + since)).await.unwrap();
            sent.into_iter().map(|(label, count)| (label.to_string(), count)).collect::<Vec<_>>()
        }
    };
    let counted = |counts: &[(&str, u64)]| {
        counts.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect::<Vec<_>>()
    };
    assert_eq!(sent(0).await, counted(&[("phi", 1), ("pii.email", 2), ("secret.jwt", 1)]));
    assert_eq!(sent(3).await, counted(&[("phi", 1)]));
    assert_eq!(sent(4).await, counted(&[]));
}

async fn tools_in_use_agree_with_plain_counting(place: Place) {
    let store = place.open().await;
    let records = varied(5, 300, 24 * HOUR);
    fill(&store, &records).await;
    for record in records.iter().step_by(3) {
        store.writer().complete(completion(record.exchange.id)).await;
    }
    store.writer().flush().await;
    let used = store.tools_in_use(span()).await.unwrap();
    let trends = store.tool_trends(span(), 7).await.unwrap();
    let points = |tool: &ToolId| (trends[tool].len(), trends[tool].iter().sum::<u64>());
    let completed: BTreeSet<_> = records.iter().step_by(3).map(|record| record.exchange.id).collect();
    let seen: Vec<&Record> =
        records.iter().filter(|record| record.exchange.source != Source::Check).collect();
    let within: Vec<&Record> = seen
        .iter()
        .copied()
        .filter(|record| (SPAN.0..SPAN.1).contains(&record.exchange.at.as_millis()))
        .collect();
    let tools: BTreeSet<&ToolId> = within.iter().map(|record| &record.facts.tool.id).collect();
    assert_eq!(used.keys().collect::<BTreeSet<_>>(), tools);
    for (tool, used) in &used {
        let theirs: Vec<&Record> =
            within.iter().copied().filter(|record| record.facts.tool.id == *tool).collect();
        assert_eq!(used.exchanges, theirs.len() as u64);
        assert_eq!(points(tool), (7, used.exchanges));
        assert_eq!(used.bytes_up, theirs.iter().map(|record| record.exchange.bytes_up).sum::<u64>());
        let answered = theirs.iter().filter(|record| completed.contains(&record.exchange.id)).count();
        assert_eq!(used.bytes_down, 4_096 * answered as u64);
        for (account, exchanges) in &used.accounts {
            let same = theirs.iter().filter(|record| record.facts.account == *account).count();
            assert_eq!(*exchanges, same as u64);
        }
        for (department, people) in &used.people {
            let same = theirs.iter().filter(|record| record.facts.person.department == *department);
            assert_eq!(*people, distinct(same.map(|record| &record.exchange.person)));
        }
        let ever = seen.iter().filter(|record| record.facts.tool.id == *tool);
        assert_eq!(used.first, ever.map(|record| record.exchange.at).min());
        assert_eq!(used.last, theirs.iter().map(|record| record.exchange.at).max());
    }
}

async fn flows_agree_with_plain_counting(place: Place) {
    let store = place.open().await;
    let records = varied(6, 300, 24 * HOUR);
    fill(&store, &records).await;
    let mut expected = BTreeMap::new();
    for record in &records {
        let within = (SPAN.0..SPAN.1).contains(&record.exchange.at.as_millis());
        if !within || record.exchange.source == Source::Check {
            continue;
        }
        let family = |label: &model::Label| label.as_str().split('.').next().unwrap().parse().unwrap();
        let families: BTreeSet<model::Label> = record.facts.labels.keys().map(family).collect();
        let found = families.into_iter().map(Some).chain(record.facts.labels.is_empty().then_some(None));
        for label in found {
            let from = record.facts.person.department.clone();
            *expected.entry((from, record.facts.tool.id.clone(), label)).or_insert(0) += 1;
        }
    }
    let flows = store.data_flows(span()).await.unwrap().into_iter();
    let flows: BTreeMap<_, u64> =
        flows.map(|flow| ((flow.department, flow.tool, flow.label), flow.exchanges)).collect();
    assert_eq!(flows, expected);
}
