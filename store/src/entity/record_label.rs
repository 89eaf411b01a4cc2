//! One label of one record, or an ancestor of one, with the findings under it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_labels")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) label: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) at: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) record_id: Uuid,
    pub(crate) findings: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
