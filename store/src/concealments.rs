use model::{Concealment, PersonId, Timestamp};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use crate::{
    QueryError, Store,
    entity::concealment,
    error::Doing,
    row::{signed, storable, unsigned},
};

const READ: &str = "read where names are kept from being seen";

/// That somebody's client kept names of hosts from being seen: by asking a resolver over an encrypted connection, or by
/// hiding the name in its hello.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concealed {
    /// How.
    pub way: Concealment,
    /// The resolver or the provider: its name, lower case, or its address; empty if neither was seen.
    pub host: String,
    /// Whose client.
    pub person: PersonId,
    /// The person's department, if it is known.
    pub department: Option<String>,
    /// The first time that was seen.
    pub first: Timestamp,
    /// The latest.
    pub last: Timestamp,
    /// How often.
    pub times: u64,
}

impl Store {
    /// Where names were kept from being seen at `since` or later, by way, host and person.
    pub async fn concealments(&self, since: Timestamp) -> Result<Vec<Concealed>, QueryError> {
        let rows = concealment::Entity::find()
            .filter(concealment::Column::LastAt.gte(since.as_millis()))
            .order_by_asc(concealment::Column::Way)
            .order_by_asc(concealment::Column::Host)
            .order_by_asc(concealment::Column::Person)
            .all(self.read());
        Ok(rows.await.doing(READ)?.into_iter().filter_map(read).collect())
    }

    /// Where the client of `person` kept names from being seen.
    pub(crate) async fn concealments_of(&self, person: &PersonId) -> Result<Vec<Concealed>, QueryError> {
        let rows = concealment::Entity::find()
            .filter(concealment::Column::Person.eq(person.as_str()))
            .order_by_asc(concealment::Column::Way)
            .order_by_asc(concealment::Column::Host)
            .all(self.read());
        Ok(rows.await.doing(READ)?.into_iter().filter_map(read).collect())
    }
}

/// Adds to what is known of the same ways, hosts and people.
pub(crate) async fn add(transaction: &DatabaseTransaction, concealed: &[Concealed]) -> Result<(), DbErr> {
    use concealment::Column;
    let mut grow = OnConflict::columns([Column::Way, Column::Host, Column::Person]);
    for (column, sum) in [
        (Column::Times, "concealments.times + excluded.times"),
        (Column::Department, "COALESCE(excluded.department, concealments.department)"),
        (
            Column::FirstAt,
            "CASE WHEN excluded.first_at < concealments.first_at THEN excluded.first_at \
             ELSE concealments.first_at END",
        ),
        (
            Column::LastAt,
            "CASE WHEN excluded.last_at > concealments.last_at THEN excluded.last_at \
             ELSE concealments.last_at END",
        ),
    ] {
        grow.value(column, Expr::cust(sum));
    }
    let rows = concealed.iter().map(|concealed| row(concealed).into_active_model());
    concealment::Entity::insert_many(rows)
        .on_conflict(grow)
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

fn row(concealed: &Concealed) -> concealment::Model {
    concealment::Model {
        way: concealed.way.as_str().to_owned(),
        host: storable(&concealed.host),
        person: storable(concealed.person.as_str()),
        department: concealed.department.as_deref().map(storable),
        first_at: concealed.first.as_millis(),
        last_at: concealed.last.as_millis(),
        times: signed(concealed.times),
    }
}

/// `None` of a way that this version does not know.
fn read(row: concealment::Model) -> Option<Concealed> {
    Some(Concealed {
        way: Concealment::of(&row.way)?,
        host: row.host,
        person: PersonId::new(row.person),
        department: row.department,
        first: Timestamp::from_millis(row.first_at),
        last: Timestamp::from_millis(row.last_at),
        times: unsigned(row.times),
    })
}
