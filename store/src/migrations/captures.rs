use sea_orm::DbErr;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager,
    schema::{big_integer, binary, pk_uuid, text},
    sea_query::{Table, TableCreateStatement},
};

use super::{create, index};

/// What exchanges held, sealed to a key that Bylaw does not have, apart from their records.
pub(super) struct Captures;

impl MigrationName for Captures {
    fn name(&self) -> &str {
        "0009_captures"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Captures {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = vec![index("captures", &["until"]), index("captures", &["person"])];
        create(manager, vec![captures()], indexes).await
    }
}

fn captures() -> TableCreateStatement {
    Table::create()
        .table("captures")
        .col(pk_uuid("exchange_id"))
        .col(text("person"))
        .col(big_integer("at"))
        .col(big_integer("until"))
        .col(big_integer("bytes"))
        .col(big_integer("whole"))
        .col(binary("sealed"))
        .take()
}
