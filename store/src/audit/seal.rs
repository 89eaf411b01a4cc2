use governance::{
    Act,
    audit::{GAP, Hash, LogKey, Root, Tree, leaf_hash},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder,
};

use super::entry_of;
use crate::{
    entity::{audit_checkpoint, audit_entry, audit_hash},
    row::unsigned,
};

/// Why the tree cannot grow.
#[derive(Debug, thiserror::Error)]
enum Unsealable {
    #[error(transparent)]
    Database(#[from] DbErr),
    #[error("the log's tree is damaged")]
    Tree(#[from] governance::audit::BrokenTree),
    #[error("the latest checkpoint does not count: {0}")]
    Checkpoint(#[from] governance::audit::CheckpointError),
    #[error("the log's tree does not match the latest checkpoint")]
    Contradicted,
    #[error("an entry cannot be read")]
    Entry(#[from] crate::QueryError),
}

/// Says so if there are entries that nobody with the key has signed: the log itself then tells, for ever.
pub(super) async fn unsealed(transaction: &DatabaseTransaction, size: i64) -> Result<Option<Act>, DbErr> {
    let sealed = latest(transaction).await?.map_or(0, |checkpoint| checkpoint.size);
    if sealed >= size {
        return Ok(None);
    }
    tracing::error!(first = sealed, last = size - 1, "the audit log has entries that were not signed");
    Ok(Some(Act::new(GAP, format!("{sealed}..{size}"), "bylaw")))
}

/// Grows the tree to `size` and signs its root. A damaged tree is not signed: what people do goes on, and
/// `bylaw audit verify` names the entry.
pub(super) async fn seal(transaction: &DatabaseTransaction, key: &LogKey, size: i64) -> Result<(), DbErr> {
    match grow(transaction, key, size).await {
        Ok(()) => Ok(()),
        Err(Unsealable::Database(error)) => Err(error),
        Err(cause) => {
            tracing::error!(%cause, "the audit log is not signed any more; run `bylaw audit verify`");
            Ok(())
        }
    }
}

async fn grow(transaction: &DatabaseTransaction, key: &LogKey, size: i64) -> Result<(), Unsealable> {
    let mut tree = resume(transaction, key).await?;
    let fresh = audit_entry::Entity::find()
        .filter(audit_entry::Column::Seq.gte(signed(tree.size())))
        .filter(audit_entry::Column::Seq.lt(size))
        .order_by_asc(audit_entry::Column::Seq)
        .all(transaction)
        .await?;
    let mut hashes = Vec::new();
    for entry in fresh {
        hashes.extend(tree.append(leaf_hash(&entry_of(entry)?.leaf()))?);
    }
    let row = |(place, hash): (u64, Hash)| audit_hash::ActiveModel {
        place: Set(signed(place)),
        hash: Set(hash.to_vec()),
    };
    audit_hash::Entity::insert_many(hashes.into_iter().map(row)).exec_without_returning(transaction).await?;
    let note = key.sign(Root { size: tree.size(), hash: tree.root()? })?;
    let checkpoint = audit_checkpoint::ActiveModel { size: Set(signed(tree.size())), note: Set(note) };
    audit_checkpoint::Entity::insert(checkpoint).exec_without_returning(transaction).await?;
    Ok(())
}

/// The tree as it was signed last.
async fn resume(transaction: &DatabaseTransaction, key: &LogKey) -> Result<Tree, Unsealable> {
    let Some(checkpoint) = latest(transaction).await? else { return Ok(Tree::default()) };
    let root = key.public().open(&checkpoint.note)?;
    let edge = Tree::edge(root.size).into_iter().map(signed);
    let hashes =
        audit_hash::Entity::find().filter(audit_hash::Column::Place.is_in(edge)).all(transaction).await?;
    let tree = Tree::resume(root.size, hashes.into_iter().filter_map(hash_of))?;
    if tree.root()? == root.hash { Ok(tree) } else { Err(Unsealable::Contradicted) }
}

pub(crate) fn hash_of(row: audit_hash::Model) -> Option<(u64, Hash)> {
    Some((unsigned(row.place), row.hash.try_into().ok()?))
}

pub(super) async fn latest(
    connection: &impl ConnectionTrait,
) -> Result<Option<audit_checkpoint::Model>, DbErr> {
    audit_checkpoint::Entity::find().order_by_desc(audit_checkpoint::Column::Size).one(connection).await
}

/// Places and sizes stay far below 2⁶³.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
