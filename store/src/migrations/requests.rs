use sea_orm::DbErr;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager,
    schema::{binary, pk_uuid, text},
    sea_query::{Table, TableCreateStatement},
};

use super::create;

pub(super) struct Requests;

impl MigrationName for Requests {
    fn name(&self) -> &str {
        "0006_requests"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Requests {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let labels = Table::alter().table("exceptions").add_column(text("labels").default("")).take();
        manager.alter_table(labels).await?;
        create(manager, vec![files()], Vec::new()).await
    }
}

/// Files that people keep with what they decide, by the id that it names.
fn files() -> TableCreateStatement {
    Table::create().table("files").col(pk_uuid("id")).col(binary("bytes")).take()
}
