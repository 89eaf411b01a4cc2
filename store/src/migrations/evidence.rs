use sea_orm::{DbErr, sea_query::Alias};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager,
    schema::{big_integer, big_integer_null, binary, pk_uuid, text, uuid},
    sea_query::{ColumnDef, Table, TableCreateStatement},
};

use super::{create, index};

pub(super) struct Evidence;

impl MigrationName for Evidence {
    fn name(&self) -> &str {
        "0005_evidence"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Evidence {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Records from before have neither: they are in no batch.
        for column in [
            ColumnDef::new(Alias::new("batch")).uuid().null().take(),
            ColumnDef::new(Alias::new("salt")).binary().null().take(),
        ] {
            let alter = Table::alter().table("record_documents").add_column(column).take();
            manager.alter_table(alter).await?;
        }
        let tables = vec![hashes(), checkpoints(), erased(), batches(), removed()];
        let indexes = vec![
            index("record_documents", &["batch"]),
            index("record_batches", &["entry"]),
            index("records_removed", &["batch"]),
        ];
        create(manager, tables, indexes).await
    }
}

/// The audit log's tree, by place in storage.
fn hashes() -> TableCreateStatement {
    Table::create().table("audit_hashes").col(big_integer("place").primary_key()).col(binary("hash")).take()
}

/// Signed roots of the audit log, by the number of entries they cover.
fn checkpoints() -> TableCreateStatement {
    Table::create().table("audit_checkpoints").col(big_integer("size").primary_key()).col(text("note")).take()
}

/// Payloads of the audit log that were erased, each with the entry that says so.
fn erased() -> TableCreateStatement {
    Table::create()
        .table("audit_erased")
        .col(big_integer("seq").primary_key())
        .col(big_integer("entry"))
        .take()
}

/// Records written in one transaction; `entry` is the place of the audit entry that commits to them.
fn batches() -> TableCreateStatement {
    Table::create()
        .table("record_batches")
        .col(pk_uuid("id"))
        .col(big_integer("count"))
        .col(binary("digest"))
        .col(big_integer_null("entry"))
        .take()
}

/// What is left of records that are no longer kept: a hash of nothing that can be guessed.
fn removed() -> TableCreateStatement {
    Table::create()
        .table("records_removed")
        .col(pk_uuid("record_id"))
        .col(uuid("batch"))
        .col(binary("hash"))
        .col(big_integer("entry"))
        .take()
}
