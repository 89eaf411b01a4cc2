//! A reason a person stated for an exchange.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "justifications")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) exchange_id: Uuid,
    pub(crate) person: String,
    pub(crate) tool: String,
    pub(crate) clauses: String,
    pub(crate) reason: String,
    pub(crate) at: i64,
    pub(crate) until: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
