use std::collections::BTreeSet;

use model::{ClauseId, Label, PersonId, Timestamp, ToolId};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{QueryError, Store, entity::exception, error::Doing};

/// A time-boxed, approved exemption of someone from a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Its id.
    pub id: Uuid,
    /// Who is exempt.
    pub beneficiary: Beneficiary,
    /// From what.
    pub clause: ClauseId,
    /// With which tool; `None` for every tool.
    pub tool: Option<ToolId>,
    /// Only where the findings that the clause is about lie within these; empty for whatever is found.
    pub labels: BTreeSet<Label>,
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_at: Timestamp,
    /// That it was taken back before its end.
    pub revoked: Option<Revocation>,
}

/// Who is exempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beneficiary {
    /// One person.
    Person(PersonId),
    /// Everyone in a group.
    Group(String),
}

/// That an exception was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Exception {
    /// Whether it counts at `now`.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        let ended = self.revoked.as_ref().is_some_and(|revoked| revoked.at <= now);
        self.from <= now && now < self.until && !ended
    }
}

const READ: &str = "read the exceptions";

impl Store {
    /// Every exception, the latest approved first.
    pub async fn exceptions(&self) -> Result<Vec<Exception>, QueryError> {
        let found = exception::Entity::find()
            .order_by_desc(exception::Column::ApprovedAt)
            .order_by_desc(exception::Column::Id)
            .all(self.read());
        found.await.doing(READ)?.into_iter().map(read).collect()
    }

    /// The exceptions that have not ended at `now`: in force, or to come.
    pub async fn open_exceptions(&self, now: Timestamp) -> Result<Vec<Exception>, QueryError> {
        let found = exception::Entity::find()
            .filter(exception::Column::EndsAt.gt(now.as_millis()))
            .filter(exception::Column::RevokedAt.is_null())
            .order_by_asc(exception::Column::Id)
            .all(self.read());
        found.await.doing(READ)?.into_iter().map(read).collect()
    }
}

pub(crate) async fn insert(transaction: &DatabaseTransaction, exception: &Exception) -> Result<(), DbErr> {
    exception::Entity::insert(row(exception)).exec_without_returning(transaction).await.map(drop)
}

/// Takes an exception back, once; how many were.
pub(crate) async fn revoke(
    transaction: &DatabaseTransaction,
    id: Uuid,
    by: &str,
    now: Timestamp,
) -> Result<u64, DbErr> {
    let revoked = exception::Entity::update_many()
        .col_expr(exception::Column::RevokedBy, Expr::value(by))
        .col_expr(exception::Column::RevokedAt, Expr::value(now.as_millis()))
        .filter(exception::Column::Id.eq(id))
        .filter(exception::Column::EndsAt.gt(now.as_millis()))
        .filter(exception::Column::RevokedAt.is_null())
        .exec(transaction)
        .await?;
    Ok(revoked.rows_affected)
}

fn row(exception: &Exception) -> exception::ActiveModel {
    let (kind, beneficiary) = match &exception.beneficiary {
        Beneficiary::Person(person) => ("person", person.as_str()),
        Beneficiary::Group(group) => ("group", group.as_str()),
    };
    exception::Model {
        id: exception.id,
        beneficiary_kind: kind.to_owned(),
        beneficiary: beneficiary.to_owned(),
        clause: exception.clause.as_str().to_owned(),
        tool: exception.tool.as_ref().map(|tool| tool.as_str().to_owned()),
        starts_at: exception.from.as_millis(),
        ends_at: exception.until.as_millis(),
        reason: exception.reason.clone(),
        approved_by: exception.approved_by.clone(),
        approved_at: exception.approved_at.as_millis(),
        revoked_by: exception.revoked.as_ref().map(|revoked| revoked.by.clone()),
        revoked_at: exception.revoked.as_ref().map(|revoked| revoked.at.as_millis()),
        labels: exception.labels.iter().map(Label::as_str).collect::<Vec<_>>().join(" "),
    }
    .into_active_model()
}

fn read(row: exception::Model) -> Result<Exception, QueryError> {
    let beneficiary = match row.beneficiary_kind.as_str() {
        "person" => Beneficiary::Person(PersonId::new(row.beneficiary)),
        "group" => Beneficiary::Group(row.beneficiary),
        other => {
            let reason = format!("`{other}` is no kind of beneficiary");
            return Err(QueryError::unreadable(READ, "exception", row.id, reason));
        }
    };
    let labels = row.labels.split_whitespace().map(str::parse).collect::<Result<_, _>>();
    let labels = labels.map_err(|error| QueryError::unreadable(READ, "exception", row.id, error))?;
    let revoked = row.revoked_by.zip(row.revoked_at);
    Ok(Exception {
        id: row.id,
        beneficiary,
        clause: ClauseId::new(row.clause),
        tool: row.tool.map(ToolId::new),
        labels,
        from: Timestamp::from_millis(row.starts_at),
        until: Timestamp::from_millis(row.ends_at),
        reason: row.reason,
        approved_by: row.approved_by,
        approved_at: Timestamp::from_millis(row.approved_at),
        revoked: revoked.map(|(by, at)| Revocation { by, at: Timestamp::from_millis(at) }),
    })
}
