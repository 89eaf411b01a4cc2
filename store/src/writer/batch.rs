use std::collections::{BTreeMap, HashSet};

use governance::audit::{Batch, Hash, record_hash};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, Insert,
    IntoActiveModel, QueryTrait, sea_query::OnConflict,
};
use uuid::Uuid;

use super::task::Item;
use crate::{
    entity::{
        completion, record, record_batch, record_clause, record_document, record_label, record_registered,
    },
    open::begin,
    row::{Rows, completion_row},
};

/// Most items in a batch: a record has 26 columns, and SQLite takes 32,766 parameters in a statement.
pub(super) const LIMIT: usize = 1_024;

/// Most rows of a side table in one statement: their number follows from content, so it needs a bound of its own.
const ROWS: usize = 1_024;

/// The records that a transaction added; others were there already.
pub(super) type Written = HashSet<Uuid>;

/// Writes all items in one transaction; what is stored already stays as it is.
pub(super) async fn commit(connection: &DatabaseConnection, items: &[Item]) -> Result<Written, DbErr> {
    let (mut records, mut completions) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            Item::Record { rows, .. } => records.push(rows.as_ref()),
            Item::Completion(completion) => completions.push(completion_row(completion)),
        }
    }
    let transaction = begin(connection).await?;
    let written = insert_records(&transaction, &records).await?;
    insert_details(&transaction, &first_of_each(&records, &written)).await?;
    insert::<completion::Entity, _>(&transaction, completions).await?;
    transaction.commit().await?;
    Ok(written)
}

async fn insert_records(transaction: &DatabaseTransaction, records: &[&Rows]) -> Result<Written, DbErr> {
    if records.is_empty() {
        return Ok(Written::new());
    }
    let rows = records.iter().map(|rows| rows.main.clone().into_active_model());
    let mut statement = Insert::many(rows).on_conflict(untouched()).into_query();
    statement.returning_col(record::Column::Id);
    let returned = transaction.query_all(&statement).await?;
    returned.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Whoever sends one record twice in one batch gets it written once.
fn first_of_each<'a>(records: &[&'a Rows], written: &Written) -> Vec<&'a Rows> {
    let mut left = written.clone();
    records.iter().copied().filter(|rows| left.remove(&rows.main.id)).collect()
}

async fn insert_details(transaction: &DatabaseTransaction, records: &[&Rows]) -> Result<(), DbErr> {
    let Some(batch) = batch(records) else { return Ok(()) };
    let placed = |rows: &&Rows| record_document::Model { batch: Some(batch.id), ..rows.document.clone() };
    let documents = records.iter().map(placed).collect();
    insert::<record_batch::Entity, _>(transaction, vec![batch]).await?;
    insert::<record_document::Entity, _>(transaction, documents).await?;
    let labels = records.iter().flat_map(|rows| rows.labels.iter().cloned()).collect();
    insert::<record_label::Entity, _>(transaction, labels).await?;
    let clauses = records.iter().flat_map(|rows| rows.clauses.iter().cloned()).collect();
    insert::<record_clause::Entity, _>(transaction, clauses).await?;
    let registered = records.iter().flat_map(|rows| rows.registered.iter().cloned()).collect();
    insert::<record_registered::Entity, _>(transaction, registered).await
}

/// What the audit log will commit to: a digest over these records; `None` if there are none.
fn batch(records: &[&Rows]) -> Option<record_batch::Model> {
    let hashed = |rows: &&Rows| {
        let salt = rows.document.salt.as_deref()?.try_into().ok()?;
        Some((rows.document.record_id, record_hash(salt, &rows.document.document)))
    };
    let hashes: BTreeMap<Uuid, Hash> = records.iter().filter_map(hashed).collect();
    let Batch { id, count, digest } = Batch::of(Uuid::new_v4(), &hashes);
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    (count > 0).then(|| record_batch::Model { id, count, digest: digest.to_vec(), entry: None })
}

async fn insert<E, A>(transaction: &DatabaseTransaction, mut rows: Vec<E::Model>) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = E> + Send,
{
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(ROWS));
        let models = rows.into_iter().map(IntoActiveModel::into_active_model);
        let statement = Insert::many(models).on_conflict(untouched()).into_query();
        transaction.execute(&statement).await?;
        rows = rest;
    }
    Ok(())
}

fn untouched() -> OnConflict {
    OnConflict::new().do_nothing().to_owned()
}
