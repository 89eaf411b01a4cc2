use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, schema::text, sea_query::Table};

/// For which functions of the organisation, as `legal`, someone speaks.
pub(super) struct Functions;

impl MigrationName for Functions {
    fn name(&self) -> &str {
        "0005_functions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Functions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("users").add_column(text("functions").default("")).take();
        manager.alter_table(table).await
    }
}
