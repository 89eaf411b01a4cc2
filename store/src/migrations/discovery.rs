use sea_orm::DbErr;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager,
    schema::{big_integer, text, text_null},
    sea_query::{Index, Table, TableCreateStatement},
};

use super::{create, index};

pub(super) struct Discovery;

impl MigrationName for Discovery {
    fn name(&self) -> &str {
        "0007_discovery"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Discovery {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![host_sightings(), intake_positions()];
        create(manager, tables, vec![index("host_sightings", &["person"])]).await
    }
}

/// One row per host and person, which grows by what is seen.
fn host_sightings() -> TableCreateStatement {
    Table::create()
        .table("host_sightings")
        .col(text("host"))
        .col(text("person"))
        .col(text_null("department"))
        .col(big_integer("first_at"))
        .col(big_integer("last_at"))
        .col(big_integer("times"))
        .col(big_integer("bytes_up"))
        .col(big_integer("bytes_down"))
        .col(big_integer("signs"))
        .primary_key(Index::create().col("host").col("person"))
        .take()
}

/// How far each source was read, in words of whoever reads it.
fn intake_positions() -> TableCreateStatement {
    Table::create()
        .table("intake_positions")
        .col(text("source").primary_key())
        .col(text("position"))
        .col(big_integer("at"))
        .take()
}
