use std::collections::BTreeSet;

use model::{
    AccountKind, Action, Activity, ExchangeId, Outcome, PersonId, PersonKind, PolicyVersion, Record,
    Severity, Source, ToolCategory, ToolId, ToolState, Visibility,
};
use store::{Cursor, ExchangeFilter, Store};
use tokio::task::JoinSet;

use crate::{
    history::{BEGIN, HOUR, decide, find, instant, plain, record, varied},
    place::{Place, on_both},
};

on_both!(
    each_filter_keeps_what_it_says,
    filters_agree_with_plain_filtering,
    words_are_found_literally_and_in_any_case,
    pages_list_everything_once_newest_first,
    newer_records_do_not_disturb_paging,
);

pub(crate) async fn fill(store: &Store, records: &[Record]) {
    let mut tasks = JoinSet::new();
    for record in records.iter().cloned() {
        let writer = store.writer();
        tasks.spawn(async move { writer.append(record).await.unwrap() });
    }
    while let Some(result) = tasks.join_next().await {
        result.unwrap();
    }
}

/// The ids on all pages together.
pub(crate) async fn listed(store: &Store, filter: &ExchangeFilter) -> BTreeSet<ExchangeId> {
    let (mut ids, mut cursor) = (BTreeSet::new(), None);
    loop {
        let page = store.exchanges(filter, cursor, 500).await.unwrap();
        ids.extend(page.items.into_iter().map(|row| row.record.exchange.id));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return ids,
        }
    }
}

async fn ids(store: &Store, filter: &ExchangeFilter) -> Vec<ExchangeId> {
    let page = store.exchanges(filter, None, 500).await.unwrap();
    assert_eq!(page.next, None);
    page.items.into_iter().map(|row| row.record.exchange.id).collect()
}

/// One record differs from the plain ones in everything; each filter finds it alone.
async fn each_filter_keeps_what_it_says(place: Place) {
    let store = place.open().await;
    let odd = record(BEGIN + HOUR, 3, |record| {
        find(record, "phi.icd10", 1, "J45.•");
        record.exchange.source = Source::Check;
        record.exchange.person = PersonId::new("ben");
        record.exchange.model = Some("opus".into());
        record.exchange.host = "claude.ai".into();
        record.facts.person.department = Some("Legal".into());
        record.facts.person.kind = PersonKind::Vendor;
        record.facts.tool.id = ToolId::new("claude");
        record.facts.tool.state = ToolState::Denied;
        record.facts.tool.category = ToolCategory::Chatbot;
        record.facts.account = AccountKind::Personal;
        record.facts.activity = Activity::Upload;
        record.facts.visibility = Visibility::Flow;
        record.verdict.policy = PolicyVersion::new("ffff");
        decide(record, "LOG-1", Action::Allow, Outcome::Forwarded);
        decide(record, "DATA-1", Action::Block, Outcome::Blocked);
    });
    fill(&store, &[plain(BEGIN, 1), plain(BEGIN, 2), odd.clone()]).await;
    let any = ExchangeFilter::default;
    let clause = |id: &str| ExchangeFilter { clause: Some(id.parse().unwrap()), ..any() };
    let label = |label: &str| ExchangeFilter { label: Some(label.parse().unwrap()), ..any() };
    for filter in [
        ExchangeFilter { from: Some(instant(BEGIN + HOUR)), ..any() },
        ExchangeFilter { persons: vec![PersonId::new("ben"), PersonId::new("eve")], ..any() },
        ExchangeFilter { departments: vec!["Legal".into()], ..any() },
        ExchangeFilter { person_kinds: vec![PersonKind::Vendor], ..any() },
        ExchangeFilter { tools: vec![ToolId::new("claude")], ..any() },
        ExchangeFilter { tool_states: vec![ToolState::Denied], ..any() },
        ExchangeFilter { categories: vec![ToolCategory::Chatbot], ..any() },
        ExchangeFilter { accounts: vec![AccountKind::Personal, AccountKind::Anonymous], ..any() },
        ExchangeFilter { activities: vec![Activity::Upload], ..any() },
        ExchangeFilter { sources: vec![Source::Check], ..any() },
        ExchangeFilter { visibilities: vec![Visibility::Flow], ..any() },
        ExchangeFilter { actions: vec![Action::Block], ..any() },
        ExchangeFilter { outcomes: vec![Outcome::Blocked, Outcome::Held], ..any() },
        ExchangeFilter { severities: vec![Severity::High], ..any() },
        ExchangeFilter { policies: vec![PolicyVersion::new("ffff")], ..any() },
        ExchangeFilter { models: vec!["opus".into()], ..any() },
        ExchangeFilter { hosts: vec!["claude.ai".into()], ..any() },
        clause("LOG-1"),
        clause("DATA-1"),
        label("phi"),
        label("phi.icd10"),
        ExchangeFilter { text: Some("j45.".into()), ..any() },
        ExchangeFilter { label: label("phi").label, text: Some("opus".into()), ..clause("LOG-1") },
    ] {
        assert_eq!(ids(&store, &filter).await, [odd.exchange.id], "{filter:?}");
    }
    let before = ExchangeFilter { to: Some(instant(BEGIN + HOUR)), ..any() };
    assert_eq!(ids(&store, &before).await.len(), 2);
    let nothing = ExchangeFilter { tools: vec![ToolId::new("openai-api")], ..clause("DATA-1") };
    assert_eq!(ids(&store, &nothing).await, []);
}

async fn filters_agree_with_plain_filtering(place: Place) {
    let store = place.open().await;
    let mut records = varied(7, 300, 24 * HOUR);
    fill(&store, &records).await;
    records.sort_by_key(|record| std::cmp::Reverse((record.exchange.at, record.exchange.id)));
    let pii: model::Label = "pii".parse().unwrap();
    let data: model::ClauseId = "DATA-1".parse().unwrap();
    let legal = Some("Legal".to_owned());
    let filter = ExchangeFilter {
        label: Some(pii.clone()),
        clause: Some(data.clone()),
        departments: vec!["Legal".into()],
        from: Some(instant(BEGIN + HOUR)),
        to: Some(instant(BEGIN + 20 * HOUR)),
        ..ExchangeFilter::default()
    };
    let passes = |record: &&Record| {
        let at = record.exchange.at.as_millis();
        record.facts.labels.keys().any(|label| label.is(&pii))
            && record.verdict.duties.iter().any(|duty| duty.clause == data)
            && record.facts.person.department == legal
            && (BEGIN + HOUR..BEGIN + 20 * HOUR).contains(&at)
    };
    let expected: Vec<_> = records.iter().filter(passes).map(|record| record.exchange.id).collect();
    assert!(!expected.is_empty());
    assert_eq!(ids(&store, &filter).await, expected);
}

async fn words_are_found_literally_and_in_any_case(place: Place) {
    let store = place.open().await;
    let odd = record(BEGIN, 1, |record| {
        record.exchange.path = "/Rabatt_50%/C:\\Größe".into();
        record.exchange.files = vec!["Merger Plan.docx".into()];
    });
    fill(&store, &[odd, record(BEGIN, 2, |record| record.exchange.path = "/rabattx50y".into())]).await;
    for (text, expected) in [
        ("rabatt_50%", 1),
        ("RABATT", 2),
        ("_", 1),
        ("%", 1),
        ("c:\\grÖsse", 0),
        ("c:\\größe", 1),
        ("plan merger", 1),
        ("plan nowhere", 0),
        ("anna.kovacs", 0),
        ("'; DROP TABLE records; --", 0),
        ("\0", 0),
        ("  ", 2),
    ] {
        let filter = ExchangeFilter { text: Some(text.into()), ..ExchangeFilter::default() };
        assert_eq!(ids(&store, &filter).await.len(), expected, "{text}");
    }
}

async fn pages_list_everything_once_newest_first(place: Place) {
    let store = place.open().await;
    let mut records = varied(3, 47, 10);
    for record in &mut records {
        find(record, "secret.aws", 1, "AKIA…");
    }
    fill(&store, &records).await;
    records.sort_by_key(|record| std::cmp::Reverse((record.exchange.at, record.exchange.id)));
    let expected: Vec<_> = records.iter().map(|record| record.exchange.id).collect();
    let labelled = ExchangeFilter { label: Some("secret".parse().unwrap()), ..ExchangeFilter::default() };
    for (filter, limit) in [
        (ExchangeFilter::default(), 1),
        (ExchangeFilter::default(), 10),
        (labelled, 4),
        (ExchangeFilter::default(), 47),
    ] {
        let (mut listed, mut cursor, mut pages) = (Vec::new(), None::<Cursor>, 0);
        loop {
            let page = store.exchanges(&filter, cursor, limit).await.unwrap();
            assert!(page.items.len() <= limit as usize);
            listed.extend(page.items.into_iter().map(|row| row.record.exchange.id));
            pages += 1;
            let Some(next) = page.next else { break };
            cursor = Some(next.to_string().parse().unwrap());
        }
        assert_eq!(listed, expected);
        assert_eq!(pages, 47_u32.div_ceil(limit));
    }
}

async fn newer_records_do_not_disturb_paging(place: Place) {
    let store = place.open().await;
    fill(&store, &varied(4, 20, HOUR)).await;
    let first = store.exchanges(&ExchangeFilter::default(), None, 10).await.unwrap();
    fill(&store, &[plain(BEGIN + 2 * HOUR, 99)]).await;
    let second = store.exchanges(&ExchangeFilter::default(), first.next, 10).await.unwrap();
    let both = first.items.iter().chain(&second.items).map(|row| row.record.exchange.id);
    assert_eq!(both.collect::<std::collections::BTreeSet<_>>().len(), 20);
    assert_eq!(second.next, None);
}
