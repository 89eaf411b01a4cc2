//! One clause that applied to one record.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_clauses")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) clause: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) at: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) record_id: Uuid,
    pub(crate) action: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
