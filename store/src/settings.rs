use sea_orm::{EntityTrait, IntoActiveModel, sea_query::OnConflict};

use crate::{QueryError, Store, entity::setting, error::Doing};

const READ: &str = "read the setting";
const KEEP: &str = "keep the setting";

/// Named values that must outlive the process: signing keys, hash keys.
impl Store {
    /// The value of `key`.
    pub async fn setting(&self, key: &str) -> Result<Option<Vec<u8>>, QueryError> {
        let found = setting::Entity::find_by_id(key).one(self.read()).await.doing(READ)?;
        Ok(found.map(|row| row.value))
    }

    /// Sets `key` to `value`, whatever it was.
    pub async fn put_setting(&self, key: &str, value: &[u8]) -> Result<(), QueryError> {
        let replace =
            OnConflict::column(setting::Column::Key).update_column(setting::Column::Value).to_owned();
        self.insert_setting(key, value, replace).await
    }

    /// The value of `key`, which becomes `value` if it has none; of several nodes that start at once, all get the same.
    pub async fn setting_or(&self, key: &str, value: &[u8]) -> Result<Vec<u8>, QueryError> {
        let keep = OnConflict::column(setting::Column::Key).do_nothing().to_owned();
        self.insert_setting(key, value, keep).await?;
        let found = setting::Entity::find_by_id(key).one(self.write()).await.doing(READ)?;
        Ok(found.map_or_else(|| value.to_vec(), |row| row.value))
    }

    async fn insert_setting(&self, key: &str, value: &[u8], conflict: OnConflict) -> Result<(), QueryError> {
        let row = setting::Model { key: key.to_owned(), value: value.to_vec() }.into_active_model();
        let insert = setting::Entity::insert(row).on_conflict(conflict);
        insert.exec_without_returning(self.write()).await.map(drop).doing(KEEP)
    }
}
