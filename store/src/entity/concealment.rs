//! That somebody's client kept names of hosts from being seen.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "concealments")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) way: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) host: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) person: String,
    pub(crate) department: Option<String>,
    pub(crate) first_at: i64,
    pub(crate) last_at: i64,
    pub(crate) times: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
