//! What of a record can be filtered and counted.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "records")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) at: i64,
    pub(crate) source: String,
    pub(crate) person: String,
    pub(crate) person_kind: String,
    pub(crate) department: Option<String>,
    pub(crate) tool: String,
    pub(crate) tool_state: String,
    pub(crate) category: String,
    pub(crate) account: String,
    pub(crate) activity: String,
    pub(crate) visibility: String,
    pub(crate) uninspected: Option<String>,
    pub(crate) method: String,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) model: Option<String>,
    pub(crate) conversation: Option<String>,
    pub(crate) bytes_up: i64,
    pub(crate) action: String,
    pub(crate) outcome: String,
    pub(crate) severity: Option<String>,
    pub(crate) clause: Option<String>,
    pub(crate) otherwise: bool,
    pub(crate) policy: String,
    pub(crate) search: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
