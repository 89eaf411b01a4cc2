//! Lifecycles, and the audit log that every change of theirs is in.

use governance::{Act, Lifecycle};
use model::PersonId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, CommitError, Kept, Store, Which};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    history::instant,
    place::{Place, on_both},
};

on_both!(
    a_change_starts_from_what_was_read,
    the_ones_asked_for_are_found,
    a_refused_change_leaves_nothing,
    the_audit_log_has_no_gaps,
);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Parcel {
    to: Option<PersonId>,
    sent: bool,
}

impl Lifecycle for Parcel {
    const KIND: &'static str = "parcel";

    fn state(&self) -> &'static str {
        if self.sent { "sent" } else { "packed" }
    }

    fn subject(&self) -> Option<&str> {
        Some("books")
    }

    fn person(&self) -> Option<&PersonId> {
        self.to.as_ref()
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Letter {}

impl Lifecycle for Letter {
    const KIND: &'static str = "letter";

    fn state(&self) -> &'static str {
        "written"
    }
}

fn parcel(to: &str) -> Parcel {
    Parcel { to: (!to.is_empty()).then(|| PersonId::new(to)), sent: false }
}

fn packed() -> Change {
    Change::new(Act::new("parcel.packed", "books", "ada").with(json!({ "weight": 3 })))
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

async fn kept(store: &Store, number: u128) -> Kept<Parcel> {
    store.kept(id(number)).await.unwrap().unwrap()
}

async fn a_change_starts_from_what_was_read(place: Place) {
    let store = place.open().await;
    store.commit(packed().add(id(1), &parcel("ben")), instant(1)).await.unwrap();
    let first = kept(&store, 1).await;
    assert_eq!((first.revision, first.created_at, &first.it), (1, instant(1), &parcel("ben")));
    let sent = Parcel { sent: true, ..first.it.clone() };
    store.commit(packed().replace(&first, &sent), instant(2)).await.unwrap();
    let second = kept(&store, 1).await;
    assert_eq!((second.revision, second.created_at, second.changed_at), (2, instant(1), instant(2)));
    assert_eq!(second.it, sent);
    for stale in [packed().replace(&first, &sent), packed().remove(&first)] {
        let error = store.commit(stale, instant(3)).await.unwrap_err();
        assert!(matches!(error, CommitError::Conflict { kind: "parcel", .. }), "{error:?}");
    }
    assert_eq!(kept(&store, 1).await, second);
    store.commit(packed().remove(&second), instant(4)).await.unwrap();
    assert_eq!(store.kept::<Parcel>(id(1)).await.unwrap(), None);
}

async fn the_ones_asked_for_are_found(place: Place) {
    let store = place.open().await;
    for (number, to) in [(1, "ben"), (2, ""), (3, "ben")] {
        let at = instant(i64::try_from(number).unwrap());
        store.commit(packed().add(id(number), &parcel(to)), at).await.unwrap();
    }
    store.commit(packed().add(id(4), &Letter {}), instant(4)).await.unwrap();
    let first = kept(&store, 1).await;
    store
        .commit(packed().replace(&first, &Parcel { sent: true, ..parcel("ben") }), instant(5))
        .await
        .unwrap();
    let ben = Some(PersonId::new("ben"));
    for (which, expected) in [
        (Which::default(), vec![3, 2, 1]),
        (Which { state: Some("packed".into()), ..Which::default() }, vec![3, 2]),
        (Which { person: ben.clone(), ..Which::default() }, vec![3, 1]),
        (Which { person: ben, state: Some("sent".into()), ..Which::default() }, vec![1]),
        (Which { subject: Some("flowers".into()), ..Which::default() }, vec![]),
    ] {
        let found = store.all_kept::<Parcel>(&which).await.unwrap();
        let found: Vec<u128> = found.iter().map(|kept| kept.id.as_u128()).collect();
        assert_eq!(found, expected, "{which:?}");
    }
    assert!(store.kept::<Letter>(id(1)).await.unwrap().is_none(), "an id is of one kind");
}

async fn a_refused_change_leaves_nothing(place: Place) {
    let store = place.open().await;
    store.commit(packed().add(id(1), &parcel("")), instant(1)).await.unwrap();
    let both = packed().add(id(2), &parcel("")).add(id(1), &parcel(""));
    assert!(matches!(store.commit(both, instant(2)).await, Err(CommitError::Conflict { .. })));
    assert_eq!(store.kept::<Parcel>(id(2)).await.unwrap(), None);
    assert_eq!(store.audit_size().await.unwrap(), 1);
}

async fn the_audit_log_has_no_gaps(place: Place) {
    let store = place.open().await;
    let mut tasks = JoinSet::new();
    for number in 0..12 {
        let store = store.clone();
        let change = packed().and(Act::new("parcel.weighed", number, "eve"));
        // The clocks of the twelve do not agree.
        tasks.spawn(async move { store.commit(change, instant(100 - number)).await.unwrap() });
    }
    while let Some(result) = tasks.join_next().await {
        result.unwrap();
    }
    let log = store.audit(0, 1_000).await.unwrap();
    assert_eq!((log.len(), store.audit_size().await.unwrap()), (24, 24));
    assert!(log.iter().zip(0..).all(|(audited, place)| audited.entry.sequence == place));
    assert!(log.windows(2).all(|pair| pair[0].entry.at <= pair[1].entry.at));
    for audited in &log {
        let payload = audited.payload.as_ref().unwrap();
        assert_eq!(payload.commitment(), audited.entry.commitment);
        assert!(payload.told().is_some());
    }
    let page: Vec<u64> =
        store.audit(5, 3).await.unwrap().iter().map(|audited| audited.entry.sequence).collect();
    assert_eq!(page, [5, 6, 7]);
}
