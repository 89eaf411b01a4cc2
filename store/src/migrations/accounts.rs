use sea_orm::DbErr;
use sea_orm_migration::{
    MigrationName, MigrationTrait, SchemaManager,
    schema::{big_integer, big_integer_null, binary, text, text_null, text_uniq},
    sea_query::{
        ColumnDef, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Table, TableCreateStatement,
    },
};

use super::{create, index};

pub(super) struct Accounts;

impl MigrationName for Accounts {
    fn name(&self) -> &str {
        "0002_accounts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Accounts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![users(), sessions(), api_tokens(), one_time_logins()];
        let indexes = vec![index("sessions", &["user"]), index("sessions", &["expires_at"])];
        create(manager, tables, indexes).await
    }
}

fn users() -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(text("name").primary_key())
        .col(text_null("password_hash"))
        .col(text("role"))
        .col(text_null("person"))
        .col(big_integer("created_at"))
        .col(big_integer_null("disabled_at"))
        .take()
}

fn sessions() -> TableCreateStatement {
    Table::create()
        .table("sessions")
        .col(digest())
        .col(text("user"))
        .col(text("csrf"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer("last_seen_at"))
        .foreign_key(&mut of_user("sessions"))
        .take()
}

fn api_tokens() -> TableCreateStatement {
    Table::create()
        .table("api_tokens")
        .col(digest())
        .col(text_uniq("name"))
        .col(text("role"))
        .col(big_integer("created_at"))
        .col(text("created_by"))
        .col(big_integer_null("expires_at"))
        .col(big_integer_null("last_used_at"))
        .take()
}

fn one_time_logins() -> TableCreateStatement {
    Table::create()
        .table("one_time_logins")
        .col(digest())
        .col(text("user"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("used_at"))
        .foreign_key(&mut of_user("one_time_logins"))
        .take()
}

/// The hash of a secret that only its holder has.
fn digest() -> ColumnDef {
    binary("digest").primary_key().take()
}

fn of_user(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, "user").to("users", "name").on_delete(ForeignKeyAction::Cascade).take()
}
