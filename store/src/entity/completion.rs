//! How a forwarded exchange ended.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "completions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) record_id: Uuid,
    pub(crate) at: i64,
    pub(crate) status: Option<i32>,
    pub(crate) bytes_down: i64,
    pub(crate) duration_ms: i64,
    pub(crate) restored: i64,
    pub(crate) error: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
