use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager,
    schema::{big_integer, binary, pk_uuid, text, text_null},
    sea_query::{Query, Table, TableCreateStatement},
};

use super::{create, index};

pub(super) struct Governance;

impl MigrationName for Governance {
    fn name(&self) -> &str {
        "0004_governance"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Governance {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![lifecycles(), audit_entries(), audit_payloads(), audit_head()];
        let indexes = vec![
            index("lifecycles", &["kind", "state"]),
            index("lifecycles", &["kind", "subject"]),
            index("lifecycles", &["person"]),
        ];
        create(manager, tables, indexes).await?;
        let head = Query::insert()
            .into_table("audit_head")
            .columns(["id", "size"])
            .values_panic([1.into(), 0.into()])
            .take();
        manager.get_connection().execute(&head).await.map(drop)
    }
}

/// Everything that people move from state to state; the body is the noun's own JSON.
fn lifecycles() -> TableCreateStatement {
    Table::create()
        .table("lifecycles")
        .col(pk_uuid("id"))
        .col(text("kind"))
        .col(text("state"))
        .col(text_null("subject"))
        .col(text_null("person"))
        .col(big_integer("revision"))
        .col(big_integer("created_at"))
        .col(big_integer("changed_at"))
        .col(text("body"))
        .take()
}

/// The audit log; entries are never changed or removed.
fn audit_entries() -> TableCreateStatement {
    Table::create()
        .table("audit_entries")
        .col(big_integer("seq").primary_key())
        .col(big_integer("at"))
        .col(text("what"))
        .col(text("subject"))
        .col(binary("commitment"))
        .take()
}

/// What entries commit to and may be erased.
fn audit_payloads() -> TableCreateStatement {
    Table::create()
        .table("audit_payloads")
        .col(big_integer("seq").primary_key())
        .col(binary("salt"))
        .col(binary("body"))
        .take()
}

/// One row: how many entries there are. Whoever appends locks it first.
fn audit_head() -> TableCreateStatement {
    Table::create().table("audit_head").col(big_integer("id").primary_key()).col(big_integer("size")).take()
}
