//! The schema, one file per noun; a step that has been released is never edited, only followed by another.

mod accounts; // people who sign in to Bylaw
mod captures; // what exchanges held, sealed
mod concealments; // where names are kept from being seen
mod discovery; // hosts that look like tools, and how far evidence was read
mod evidence; // the audit log's tree, and what is removed from records
mod functions; // for whom people who sign in speak
mod governance; // lifecycles and the audit log
mod movements; // registered data found in records
mod records; // records and what is counted of them
mod requests; // labels of exceptions, files
mod workflow; // policies, decisions, exceptions, justifications, settings

use sea_orm::DbErr;
use sea_orm_migration::{
    MigrationTrait, MigratorTrait, SchemaManager,
    sea_query::{Index, IndexCreateStatement, IntoIden, TableCreateStatement},
};

/// Brings a database to the schema of this version.
pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(records::Records),
            Box::new(accounts::Accounts),
            Box::new(workflow::Workflow),
            Box::new(governance::Governance),
            Box::new(functions::Functions),
            Box::new(requests::Requests),
            Box::new(evidence::Evidence),
            Box::new(discovery::Discovery),
            Box::new(movements::Movements),
            Box::new(captures::Captures),
            Box::new(concealments::Concealments),
        ]
    }
}

/// Creates tables, then indexes.
async fn create(
    manager: &SchemaManager<'_>,
    tables: Vec<TableCreateStatement>,
    indexes: Vec<IndexCreateStatement>,
) -> Result<(), DbErr> {
    for table in tables {
        manager.create_table(table).await?;
    }
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}

/// An index named after its table and columns.
fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_by_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(column.into_iden());
    }
    index
}
