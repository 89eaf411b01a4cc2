use sea_orm::DbErr;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager,
    schema::{big_integer, text, text_null},
    sea_query::{Index, Table, TableCreateStatement},
};

use super::{create, index};

/// Where clients kept names of hosts from being seen.
pub(super) struct Concealments;

impl MigrationName for Concealments {
    fn name(&self) -> &str {
        "0010_concealments"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Concealments {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = vec![index("concealments", &["person"]), index("concealments", &["last_at"])];
        create(manager, vec![concealments()], indexes).await
    }
}

/// One row per way, host and person, which grows by what is seen.
fn concealments() -> TableCreateStatement {
    Table::create()
        .table("concealments")
        .col(text("way"))
        .col(text("host"))
        .col(text("person"))
        .col(text_null("department"))
        .col(big_integer("first_at"))
        .col(big_integer("last_at"))
        .col(big_integer("times"))
        .primary_key(Index::create().col("way").col("host").col("person"))
        .take()
}
