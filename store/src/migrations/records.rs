use sea_orm::{DbBackend, DbErr};
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager,
    schema::{big_integer, boolean, integer, integer_null, pk_uuid, text, text_null, uuid},
    sea_query::{Index, Table, TableCreateStatement},
};

use super::{create, index};

pub(super) struct Records;

impl MigrationName for Records {
    fn name(&self) -> &str {
        "0001_records"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Records {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let tables = vec![
            records(),
            documents(),
            counted("record_labels", "label", "findings", backend),
            counted("record_clauses", "clause", "action", backend),
            completions(),
        ];
        let indexes = vec![
            index("records", &["at", "id"]),
            index("records", &["tool", "at", "id"]),
            index("records", &["outcome", "at", "id"]),
            // These hold all that the overview counts, so that it need not visit the rows.
            index("records", &["at", "action", "outcome", "tool", "department", "person"]),
            index("records", &["person", "at", "id", "outcome", "department"]),
            index("record_labels", &["at", "label", "findings"]),
            index("record_clauses", &["at", "clause", "action"]),
        ];
        create(manager, tables, indexes).await
    }
}

/// What can be filtered and counted; times are milliseconds since 1970, closed sets are their words.
fn records() -> TableCreateStatement {
    Table::create()
        .table("records")
        .col(pk_uuid("id"))
        .col(big_integer("at"))
        .col(text("source"))
        .col(text("person"))
        .col(text("person_kind"))
        .col(text_null("department"))
        .col(text("tool"))
        .col(text("tool_state"))
        .col(text("category"))
        .col(text("account"))
        .col(text("activity"))
        .col(text("visibility"))
        .col(text_null("uninspected"))
        .col(text("method"))
        .col(text("host"))
        .col(text("path"))
        .col(text_null("model"))
        .col(text_null("conversation"))
        .col(big_integer("bytes_up"))
        .col(text("action"))
        .col(text("outcome"))
        .col(text_null("severity"))
        .col(text_null("clause"))
        .col(boolean("otherwise"))
        .col(text("policy"))
        .col(text("search"))
        .take()
}

/// The whole record as JSON, apart so that scans of `records` stay narrow.
fn documents() -> TableCreateStatement {
    Table::create().table("record_documents").col(pk_uuid("record_id")).col(text("document")).take()
}

/// One row per record and label or clause, clustered by what is asked for: newest of one label, newest of one clause.
fn counted(
    table: &'static str,
    subject: &'static str,
    value: &'static str,
    backend: DbBackend,
) -> TableCreateStatement {
    let value = if value == "action" { text(value) } else { integer(value) };
    let mut statement = Table::create()
        .table(table)
        .col(text(subject))
        .col(big_integer("at"))
        .col(uuid("record_id"))
        .col(value)
        .primary_key(Index::create().col(subject).col("at").col("record_id"))
        .take();
    if backend == DbBackend::Sqlite {
        statement.extra("WITHOUT ROWID");
    }
    statement
}

/// Apart from `records`, so that a record is never changed after it was written.
fn completions() -> TableCreateStatement {
    Table::create()
        .table("completions")
        .col(pk_uuid("record_id"))
        .col(big_integer("at"))
        .col(integer_null("status"))
        .col(big_integer("bytes_down"))
        .col(big_integer("duration_ms"))
        .col(big_integer("restored"))
        .col(text_null("error"))
        .take()
}
