//! The audit log over a real store that somebody edits with SQL.

use governance::{
    Act,
    audit::{BatchFault, Fault, LogKey, read_export, tile_files, verify},
};
use serde_json::json;
use store::{Change, Store};

use crate::{
    history::{BEGIN, instant, plain},
    place::{Place, on_both},
};

on_both!(
    every_change_is_signed,
    records_are_committed_to_and_may_be_removed,
    payloads_may_be_erased,
    entries_that_were_never_signed_stay_known,
    whatever_is_done_with_sql_is_found,
);

fn key() -> LogKey {
    LogKey::from_seed(&[7; 32]).unwrap()
}

async fn sealed(place: &Place) -> Store {
    let store = place.open().await;
    store.seal_with(key());
    store
}

/// Eight entries and, after the fourth, one that commits to ten records.
async fn lived_in(place: &Place) -> Store {
    let store = sealed(place).await;
    for number in 0..8 {
        if number == 4 {
            for number in 0..10 {
                store.writer().append(plain(BEGIN, number)).await.unwrap();
            }
            assert_eq!(store.commit_records(instant(4_500)).await.unwrap(), 10);
        }
        let act =
            Act::new("exception.granted", format!("DATA-{number}"), "ada").with(json!({ "number": number }));
        store.commit(Change::new(act), instant(1_000 * number)).await.unwrap();
    }
    store
}

async fn faults(store: &Store) -> Vec<Fault> {
    store.verify(key().public(), None).await.unwrap().log.faults
}

async fn every_change_is_signed(place: Place) {
    let store = lived_in(&place).await;
    let report = store.verify(key().public(), None).await.unwrap();
    assert_eq!(report.log.faults, []);
    assert_eq!((report.log.entries, report.log.payloads, report.log.checkpoints), (9, 9, 9));
    assert_eq!((report.records, report.records_removed, report.records_waiting), (10, 0, 0));
    let log = store.whole_log().await.unwrap();
    let exported = read_export(&tile_files(&log)).unwrap();
    assert_eq!(verify(&exported, key().public(), None).faults, []);
    let kept = store.checkpoint().await.unwrap().unwrap();
    store.close().await;

    let again = sealed(&place).await;
    let act = Act::new("tool.decided", "chatgpt", "ada");
    again.commit(Change::new(act.clone()).and(act), instant(9_000)).await.unwrap();
    let report = again.verify(key().public(), Some(&kept)).await.unwrap();
    assert_eq!((report.log.faults, report.log.entries), (vec![], 11));
}

async fn records_are_committed_to_and_may_be_removed(place: Place) {
    let store = lived_in(&place).await;
    let ids: Vec<_> = (0..3).map(|number| plain(BEGIN, number).exchange.id.0).collect();
    let removed = store.remove_records(&ids, "ada", json!({ "why": "retention" }), instant(9_000));
    assert_eq!(removed.await.unwrap(), 3);
    assert_eq!(store.remove_records(&ids, "ada", json!({}), instant(9_001)).await.unwrap(), 0);
    let report = store.verify(key().public(), None).await.unwrap();
    assert_eq!((report.log.faults, report.records, report.records_removed), (vec![], 7, 3));
    assert!(store.exchange(model::ExchangeId(ids[0])).await.unwrap().is_none());
}

async fn payloads_may_be_erased(place: Place) {
    let store = lived_in(&place).await;
    assert_eq!(store.erase_payloads(&[1, 6, 99], "ada", instant(9_000)).await.unwrap(), 2);
    let report = store.verify(key().public(), None).await.unwrap();
    assert_eq!((report.log.faults, report.log.payloads, report.log.erased), (vec![], 8, 2));
    assert!(store.audit(1, 1).await.unwrap()[0].payload.is_none());
}

async fn entries_that_were_never_signed_stay_known(place: Place) {
    let store = lived_in(&place).await;
    place.edit(
        "INSERT INTO audit_entries SELECT 9, 9000, what, subject, commitment FROM audit_entries WHERE seq = 8;
         INSERT INTO audit_payloads SELECT 9, salt, body FROM audit_payloads WHERE seq = 8;
         UPDATE audit_head SET size = 10",
    )
    .await;
    assert_eq!(faults(&store).await, [Fault::Unsealed { sequence: 9 }]);
    let act = Act::new("tool.decided", "chatgpt", "ada");
    store.commit(Change::new(act), instant(9_500)).await.unwrap();
    assert_eq!(faults(&store).await, [Fault::Unsealed { sequence: 9 }], "signing the next does not hide it");
}

/// What an edit of the entry with this number is told as; nothing where it has no such entry to edit.
type Expected = fn(u64) -> Option<Fault>;

/// Edits in SQL that both databases read, and what must be found; `{n}` is an entry's place.
const EDITS: [(&str, Expected); 14] = [
    ("UPDATE audit_entries SET subject = 'DATA-99' WHERE seq = {n}", |sequence| Some(Fault::Altered { sequence })),
    ("UPDATE audit_entries SET what = 'exception.ended' WHERE seq = {n}", |sequence| {
        Some(Fault::Altered { sequence })
    }),
    ("DELETE FROM audit_entries WHERE seq = {n}", |sequence| {
        Some(if sequence == 8 { Fault::Truncated { sequence, size: 9 } } else { Fault::Missing { sequence } })
    }),
    (
        "UPDATE audit_entries SET seq = -1 WHERE seq = {n}; UPDATE audit_entries SET seq = {n} WHERE seq = {n} + 1;
         UPDATE audit_entries SET seq = {n} + 1 WHERE seq = -1",
        |sequence| (sequence < 8).then_some(Fault::OutOfOrder { sequence, was: sequence + 1 }),
    ),
    (
        "DELETE FROM audit_entries WHERE seq = {n}; UPDATE audit_entries SET seq = -seq WHERE seq > {n};
         UPDATE audit_entries SET seq = -seq - 1 WHERE seq < 0",
        |sequence| (sequence < 8).then_some(Fault::OutOfOrder { sequence, was: sequence + 1 }),
    ),
    ("UPDATE audit_entries SET at = at - 3600000 WHERE seq = {n}", |sequence| {
        (sequence > 0).then_some(Fault::BackDated { sequence })
    }),
    (
        "UPDATE audit_entries SET seq = -seq - 1 WHERE seq >= {n}; UPDATE audit_entries SET seq = -seq WHERE seq < 0;
         INSERT INTO audit_entries SELECT {n}, at, 'inserted', subject, commitment FROM audit_entries WHERE seq = {n} + 1",
        |sequence| Some(Fault::Altered { sequence }),
    ),
    ("DELETE FROM audit_entries WHERE seq >= {n}", |sequence| Some(Fault::Truncated { sequence, size: sequence + 1 })),
    (
        "DELETE FROM audit_entries WHERE seq >= {n}; DELETE FROM audit_checkpoints WHERE size > {n} AND size < 9;
         UPDATE audit_head SET size = {n}",
        |sequence| Some(Fault::Truncated { sequence, size: 9 }),
    ),
    ("UPDATE audit_payloads SET body = salt WHERE seq = {n}", |sequence| Some(Fault::Payload { sequence })),
    ("DELETE FROM audit_payloads WHERE seq = {n}", |sequence| Some(Fault::PayloadMissing { sequence })),
    (
        "DELETE FROM audit_payloads WHERE seq = {n}; INSERT INTO audit_erased VALUES ({n}, {n})",
        |sequence| Some(Fault::Removal { sequence }),
    ),
    (
        "UPDATE audit_checkpoints SET note = (SELECT note FROM audit_checkpoints WHERE size = 9) WHERE size = {n} + 1",
        |sequence| (sequence < 8).then_some(Fault::Misplaced { size: sequence + 1, signed: 9 }),
    ),
    ("DELETE FROM audit_checkpoints WHERE size > {n}", |sequence| Some(Fault::Unsealed { sequence })),
];

/// Edits of records, all covered by entry 4.
const RECORD_EDITS: [(&str, Fault); 6] = [
    (
        "UPDATE records SET action = 'allow', outcome = 'rejected' WHERE id = (SELECT id FROM records ORDER BY id LIMIT 1)",
        Fault::Batch { sequence: 4, cause: BatchFault::Altered },
    ),
    (
        "UPDATE record_documents SET document = replace(document, 'a', 'e')
         WHERE record_id = (SELECT record_id FROM record_documents ORDER BY record_id LIMIT 1)",
        Fault::Batch { sequence: 4, cause: BatchFault::Altered },
    ),
    (
        "DELETE FROM record_documents WHERE record_id = (SELECT record_id FROM record_documents ORDER BY record_id LIMIT 1)",
        Fault::Batch { sequence: 4, cause: BatchFault::Missing(1) },
    ),
    ("UPDATE record_batches SET count = count + 1", Fault::Batches { sequence: 4 }),
    ("UPDATE record_batches SET entry = NULL", Fault::Batches { sequence: 4 }),
    (
        "INSERT INTO records_removed SELECT record_id, batch, salt, 4 FROM record_documents;
         DELETE FROM record_documents",
        Fault::Removal { sequence: 4 },
    ),
];

async fn whatever_is_done_with_sql_is_found(place: Place) {
    let store = lived_in(&place).await;
    assert_eq!(faults(&store).await, []);
    place.remember().await;
    let mut tried = 0;
    for (edit, expected) in EDITS {
        for sequence in 0..9 {
            let Some(expected) = expected(sequence) else { continue };
            let edit = edit.replace("{n}", &sequence.to_string());
            place.edit(&edit).await;
            let found = faults(&store).await;
            assert!(found.contains(&expected), "{edit}: {expected:?} not in {found:?}");
            assert_eq!(found[0].sequence(), expected.sequence(), "{edit}: {found:?}");
            place.restore().await;
            tried += 1;
        }
    }
    for (edit, expected) in RECORD_EDITS {
        place.edit(edit).await;
        let found = faults(&store).await;
        assert!(found.contains(&expected), "{edit}: {expected:?} not in {found:?}");
        place.restore().await;
        tried += 1;
    }
    assert_eq!(faults(&store).await, []);
    assert!(tried > 110, "{tried}");
}
