//! An approved exemption from a clause.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exceptions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) beneficiary_kind: String,
    pub(crate) beneficiary: String,
    pub(crate) clause: String,
    pub(crate) tool: Option<String>,
    pub(crate) starts_at: i64,
    pub(crate) ends_at: i64,
    pub(crate) reason: String,
    pub(crate) approved_by: String,
    pub(crate) approved_at: i64,
    pub(crate) revoked_by: Option<String>,
    pub(crate) revoked_at: Option<i64>,
    pub(crate) labels: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
