use sea_orm::DbErr;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager,
    schema::{big_integer, text, uuid},
    sea_query::{Index, Table, TableCreateStatement},
};

use super::create;

pub(super) struct Movements;

impl MigrationName for Movements {
    fn name(&self) -> &str {
        "0008_movements"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Movements {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, vec![registered()], Vec::new()).await
    }
}

/// One row per record and piece of registered data found in it; records from before have none.
fn registered() -> TableCreateStatement {
    Table::create()
        .table("record_registered")
        .col(text("registered"))
        .col(big_integer("at"))
        .col(uuid("record_id"))
        .primary_key(Index::create().col("registered").col("at").col("record_id"))
        .take()
}
