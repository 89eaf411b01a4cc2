use sea_orm::DbErr;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager,
    schema::{big_integer, big_integer_null, big_pk_auto, binary, pk_uuid, text, text_null},
    sea_query::{Table, TableCreateStatement},
};

use super::{create, index};

pub(super) struct Workflow;

impl MigrationName for Workflow {
    fn name(&self) -> &str {
        "0003_workflow"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Workflow {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![policy_versions(), tool_decisions(), exceptions(), justifications(), settings()];
        let indexes = vec![
            index("policy_versions", &["version"]),
            index("tool_decisions", &["tool", "seq"]),
            index("justifications", &["until"]),
        ];
        create(manager, tables, indexes).await
    }
}

/// Every publication in order; the one with the greatest `seq` is in force.
fn policy_versions() -> TableCreateStatement {
    Table::create()
        .table("policy_versions")
        .col(big_integer("seq").primary_key())
        .col(text("version"))
        .col(text("name"))
        .col(text("source"))
        .col(big_integer("published_at"))
        .col(text("published_by"))
        .take()
}

/// Every decision in order; for each tool the one with the greatest `seq` counts.
fn tool_decisions() -> TableCreateStatement {
    Table::create()
        .table("tool_decisions")
        .col(big_pk_auto("seq"))
        .col(text("tool"))
        .col(text("approval"))
        .col(big_integer("at"))
        .col(text("decided_by"))
        .col(text("reason"))
        .take()
}

fn exceptions() -> TableCreateStatement {
    Table::create()
        .table("exceptions")
        .col(pk_uuid("id"))
        .col(text("beneficiary_kind"))
        .col(text("beneficiary"))
        .col(text("clause"))
        .col(text_null("tool"))
        .col(big_integer("starts_at"))
        .col(big_integer("ends_at"))
        .col(text("reason"))
        .col(text("approved_by"))
        .col(big_integer("approved_at"))
        .col(text_null("revoked_by"))
        .col(big_integer_null("revoked_at"))
        .take()
}

fn justifications() -> TableCreateStatement {
    Table::create()
        .table("justifications")
        .col(pk_uuid("exchange_id"))
        .col(text("person"))
        .col(text("tool"))
        .col(text("clauses"))
        .col(text("reason"))
        .col(big_integer("at"))
        .col(big_integer("until"))
        .take()
}

fn settings() -> TableCreateStatement {
    Table::create().table("settings").col(text("key").primary_key()).col(binary("value")).take()
}
