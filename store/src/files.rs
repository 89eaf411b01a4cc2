use sea_orm::{DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::{QueryError, Store, entity::file, error::Doing};

const READ: &str = "read the file";

/// Files that people keep with what they decide, as evidence of a review; what they are called lies with what names them.
impl Store {
    /// The bytes of the file with this id.
    pub async fn file(&self, id: Uuid) -> Result<Option<Vec<u8>>, QueryError> {
        let found = file::Entity::find_by_id(id).one(self.read()).await.doing(READ)?;
        Ok(found.map(|row| row.bytes))
    }
}

pub(crate) async fn insert(transaction: &DatabaseTransaction, id: Uuid, bytes: Vec<u8>) -> Result<(), DbErr> {
    let row = file::Model { id, bytes }.into_active_model();
    file::Entity::insert(row).exec_without_returning(transaction).await.map(drop)
}

/// How many files went.
pub(crate) async fn remove(transaction: &DatabaseTransaction, id: Uuid) -> Result<u64, DbErr> {
    Ok(file::Entity::delete_by_id(id).exec(transaction).await?.rows_affected)
}
