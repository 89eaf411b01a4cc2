use std::collections::BTreeMap;

use governance::Act;
use model::{Approval, ClauseId, PersonId, PolicyVersion, Sensitive, ToolId, ToolState};
use store::{
    AddJustificationError, Beneficiary, Change, CommitError, Exception, Justification, PolicyDraft,
    Revocation, ToolDecision,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    history::{BEGIN, id, instant},
    place::{Place, on_both},
};

on_both!(
    a_policy_replaces_the_one_its_author_knew,
    of_concurrent_publications_one_wins,
    the_latest_decision_about_a_tool_counts,
    exceptions_are_in_force_for_their_time,
    the_first_stated_reason_stands,
    settings_are_set_once_or_replaced,
    files_are_kept_and_dropped_with_their_change,
);

fn publish(version: &str, expected: Option<&PolicyVersion>, by: &str) -> Change {
    let draft = PolicyDraft {
        version: PolicyVersion::new(version),
        name: "acceptable-ai-use".into(),
        source: format!("# Policy {version}\n"),
    };
    Change::new(Act::new("policy.published", version, by)).publish(draft, expected.cloned(), by)
}

async fn a_policy_replaces_the_one_its_author_knew(place: Place) {
    let store = place.open().await;
    let (one, two) = (PolicyVersion::new("v1"), PolicyVersion::new("v2"));
    assert_eq!(store.policy().await.unwrap(), None);
    store.commit(publish("v1", None, "ada"), instant(1)).await.unwrap();
    store.commit(publish("v2", Some(&one), "ben"), instant(2)).await.unwrap();
    for expected in [None, Some(&one)] {
        let stale = store.commit(publish("v3", expected, "eve"), instant(3)).await.unwrap_err();
        assert!(matches!(stale, CommitError::Superseded { current: Some(v), .. } if v == two));
    }
    store.commit(publish("v1", Some(&two), "ada"), instant(4)).await.unwrap();
    let policy = store.policy().await.unwrap().unwrap();
    assert_eq!((policy.publication.published_at, policy.source.as_str()), (instant(4), "# Policy v1\n"));
    let history = store.publications().await.unwrap();
    let history: Vec<_> =
        history.iter().map(|p| (p.sequence, p.version.as_str(), p.published_by.as_str())).collect();
    assert_eq!(history, [(3, "v1", "ada"), (2, "v2", "ben"), (1, "v1", "ada")]);
    assert_eq!(store.policy_source(&two).await.unwrap().as_deref(), Some("# Policy v2\n"));
    assert_eq!(store.policy_source(&PolicyVersion::new("v9")).await.unwrap(), None);
}

async fn of_concurrent_publications_one_wins(place: Place) {
    let store = place.open().await;
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let store = store.clone();
        let change = publish(&format!("v{number}"), None, "ada");
        tasks.spawn(async move { store.commit(change, instant(1)).await });
    }
    let mut published = 0;
    while let Some(result) = tasks.join_next().await {
        match result.unwrap() {
            Ok(_) => published += 1,
            Err(CommitError::Superseded { current: Some(_), .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((published, store.publications().await.unwrap().len()), (1, 1));
    assert_eq!(store.audit_size().await.unwrap(), 1, "what was refused is not in the audit log");
}

async fn the_latest_decision_about_a_tool_counts(place: Place) {
    let store = place.open().await;
    let decision = |tool: &str, state, at| ToolDecision {
        tool: ToolId::new(tool),
        approval: Approval {
            state,
            approved_for: ["pii".parse().unwrap()].into(),
            until: Some(instant(9_000)),
        },
        at: instant(at),
        decided_by: "ada".into(),
        reason: "reviewed".into(),
    };
    let chatgpt = [decision("chatgpt", ToolState::Denied, 5), decision("chatgpt", ToolState::Approved, 5)];
    let claude = decision("claude", ToolState::Conditional, 1);
    for decision in chatgpt.iter().chain([&claude]) {
        let act = Act::new("tool.decided", &decision.tool, "ada");
        store.commit(Change::new(act).decide_tool(decision.clone()), instant(1)).await.unwrap();
    }
    let current =
        BTreeMap::from([(ToolId::new("chatgpt"), chatgpt[1].clone()), (ToolId::new("claude"), claude)]);
    assert_eq!(store.tool_decisions().await.unwrap(), current);
    let [denied, approved] = chatgpt;
    assert_eq!(store.tool_history(&ToolId::new("chatgpt"), 10).await.unwrap(), [approved, denied]);
    assert_eq!(store.tool_history(&ToolId::new("other"), 10).await.unwrap(), []);
}

async fn exceptions_are_in_force_for_their_time(place: Place) {
    let store = place.open().await;
    let exception = |number, beneficiary, from, until| Exception {
        id: Uuid::from_u128(number),
        beneficiary,
        clause: ClauseId::new("DATA-1"),
        tool: (number == 1).then(|| ToolId::new("chatgpt")),
        labels: if number == 1 {
            ["pii.email", "phi"].map(|label| label.parse().unwrap()).into()
        } else {
            [].into()
        },
        from: instant(from),
        until: instant(until),
        reason: "audit".into(),
        approved_by: "ada".into(),
        approved_at: instant(number as i64),
        revoked: None,
    };
    let person = exception(1, Beneficiary::Person(PersonId::new("ben")), 10, 20);
    let group = exception(2, Beneficiary::Group("auditors".into()), 0, 15);
    for exception in [&person, &group] {
        let act = Act::new("exception.granted", exception.id, "ada");
        store.commit(Change::new(act).except(exception.clone()), instant(1)).await.unwrap();
    }
    for (now, in_force) in [(9, false), (10, true), (19, true), (20, false)] {
        assert_eq!(person.is_in_force(instant(now)), in_force, "{now}");
    }
    assert_eq!(store.open_exceptions(instant(5)).await.unwrap(), [person.clone(), group.clone()]);
    assert_eq!(store.open_exceptions(instant(15)).await.unwrap(), std::slice::from_ref(&person));
    let end = |by| Change::new(Act::new("exception.ended", person.id, by)).end_exception(person.id, by);
    store.commit(end("eve"), instant(12)).await.unwrap();
    let again = store.commit(end("bob"), instant(13)).await.unwrap_err();
    assert!(matches!(again, CommitError::Conflict { kind: "exception", id } if id == person.id));
    assert_eq!(store.open_exceptions(instant(15)).await.unwrap(), []);
    let revoked = Exception { revoked: Some(Revocation { by: "eve".into(), at: instant(12) }), ..person };
    assert!(revoked.is_in_force(instant(11)) && !revoked.is_in_force(instant(12)));
    assert_eq!(store.exceptions().await.unwrap(), [group, revoked]);
}

async fn the_first_stated_reason_stands(place: Place) {
    let store = place.open().await;
    let stated = Justification {
        exchange: id(BEGIN, 1),
        person: PersonId::new("ben"),
        tool: ToolId::new("chatgpt"),
        clauses: vec![ClauseId::new("DATA-1"), ClauseId::new("USE-2")],
        reason: Sensitive::new("quarterly audit"),
        at: instant(10),
        until: instant(20),
    };
    store.add_justification(&stated).await.unwrap();
    let other = Justification { reason: Sensitive::new("another"), ..stated.clone() };
    let again = store.add_justification(&other).await.unwrap_err();
    assert!(matches!(again, AddJustificationError::AlreadyStated { .. }), "{again:?}");
    assert_eq!(store.justification(stated.exchange).await.unwrap(), Some(stated.clone()));
    assert_eq!(store.justification(id(BEGIN, 2)).await.unwrap(), None);
    assert_eq!(store.open_justifications(instant(19)).await.unwrap(), [stated]);
    assert_eq!(store.open_justifications(instant(20)).await.unwrap(), []);
}

async fn settings_are_set_once_or_replaced(place: Place) {
    let store = place.open().await;
    assert_eq!(store.setting("key").await.unwrap(), None);
    let mut tasks = JoinSet::new();
    for byte in 0..8_u8 {
        let store = store.clone();
        tasks.spawn(async move { store.setting_or("key", &[byte]).await.unwrap() });
    }
    let mut values = Vec::new();
    while let Some(value) = tasks.join_next().await {
        values.push(value.unwrap());
    }
    values.dedup();
    assert_eq!(values.len(), 1, "{values:?}");
    store.put_setting("key", b"\0other").await.unwrap();
    assert_eq!(store.setting("key").await.unwrap().as_deref(), Some(&b"\0other"[..]));
}

async fn files_are_kept_and_dropped_with_their_change(place: Place) {
    let store = place.open().await;
    let (id, bytes) = (Uuid::from_u128(1), vec![0, 159, 146, 150]);
    let change = || Change::new(Act::new("evidence.added", id, "ada"));
    store.commit(change().keep_file(id, bytes.clone()), instant(1)).await.unwrap();
    assert_eq!(store.file(id).await.unwrap(), Some(bytes));
    let again = store.commit(change().keep_file(id, vec![1]), instant(2)).await.unwrap_err();
    assert!(matches!(again, CommitError::Conflict { kind: "file", .. }), "{again:?}");
    store.commit(change().drop_file(id), instant(3)).await.unwrap();
    assert_eq!(store.file(id).await.unwrap(), None);
    store.commit(change().drop_file(id), instant(4)).await.unwrap_err();
    assert_eq!(store.audit_size().await.unwrap(), 2);
}
