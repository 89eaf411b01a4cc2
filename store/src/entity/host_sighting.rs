//! That somebody used a host which no tool of the catalogue has, but which looks like one.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "host_sightings")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) host: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) person: String,
    pub(crate) department: Option<String>,
    pub(crate) first_at: i64,
    pub(crate) last_at: i64,
    pub(crate) times: i64,
    pub(crate) bytes_up: i64,
    pub(crate) bytes_down: i64,
    pub(crate) signs: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
