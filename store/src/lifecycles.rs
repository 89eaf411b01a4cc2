use governance::Lifecycle;
use model::{PersonId, Timestamp};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{QueryError, Store, entity::lifecycle, error::Doing, row::unsigned};

/// Something that people move from state to state, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<T> {
    /// Its id.
    pub id: Uuid,
    /// Counts its changes from 1; a change names the one it starts from.
    pub revision: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// Itself.
    pub it: T,
}

/// Which ones are asked for; the default is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// Those in this state.
    pub state: Option<String>,
    /// Those about this.
    pub subject: Option<String>,
    /// Those that concern this person.
    pub person: Option<PersonId>,
}

const READ: &str = "read what is stored of a workflow";
const KEEP: &str = "keep a step of a workflow";

impl Store {
    /// The one of this id, if there is one of this kind.
    pub async fn kept<T: Lifecycle>(&self, id: Uuid) -> Result<Option<Kept<T>>, QueryError> {
        let found = lifecycle::Entity::find_by_id(id).one(self.read()).await.doing(READ)?;
        found.filter(|row| row.kind == T::KIND).map(read).transpose()
    }

    /// All that are asked for, the latest begun first.
    pub async fn all_kept<T: Lifecycle>(&self, which: &Which) -> Result<Vec<Kept<T>>, QueryError> {
        let mut query = lifecycle::Entity::find().filter(lifecycle::Column::Kind.eq(T::KIND));
        if let Some(state) = &which.state {
            query = query.filter(lifecycle::Column::State.eq(state));
        }
        if let Some(subject) = &which.subject {
            query = query.filter(lifecycle::Column::Subject.eq(subject));
        }
        if let Some(person) = &which.person {
            query = query.filter(lifecycle::Column::Person.eq(person.as_str()));
        }
        let found = query
            .order_by_desc(lifecycle::Column::CreatedAt)
            .order_by_desc(lifecycle::Column::Id)
            .all(self.read());
        found.await.doing(READ)?.into_iter().map(read).collect()
    }
}

/// What a change writes; the times are those of the change.
pub(crate) struct Written {
    pub(crate) id: Uuid,
    pub(crate) kind: &'static str,
    state: &'static str,
    subject: Option<String>,
    person: Option<String>,
    body: String,
}

/// Which revision of which one a change starts from.
#[derive(Clone, Copy)]
pub(crate) struct Base {
    pub(crate) kind: &'static str,
    pub(crate) id: Uuid,
    pub(crate) revision: u64,
}

impl<T: Lifecycle> Kept<T> {
    pub(crate) fn base(&self) -> Base {
        Base { kind: T::KIND, id: self.id, revision: self.revision }
    }
}

impl Written {
    pub(crate) fn new<T: Lifecycle>(id: Uuid, it: &T) -> Result<Self, QueryError> {
        let body =
            serde_json::to_string(it).map_err(|error| QueryError::unreadable(KEEP, T::KIND, id, error))?;
        Ok(Self {
            id,
            kind: T::KIND,
            state: it.state(),
            subject: it.subject().map(str::to_owned),
            person: it.person().map(|person| person.as_str().to_owned()),
            body,
        })
    }

    pub(crate) async fn insert(self, transaction: &DatabaseTransaction, now: i64) -> Result<(), DbErr> {
        let row = lifecycle::Model {
            id: self.id,
            kind: self.kind.to_owned(),
            state: self.state.to_owned(),
            subject: self.subject,
            person: self.person,
            revision: 1,
            created_at: now,
            changed_at: now,
            body: self.body,
        };
        let insert = lifecycle::Entity::insert(row.into_active_model());
        insert.exec_without_returning(transaction).await.map(drop)
    }

    /// How many rows were replaced: none if there is no such revision any more.
    pub(crate) async fn replace(
        self,
        transaction: &DatabaseTransaction,
        base: Base,
        now: i64,
    ) -> Result<u64, DbErr> {
        let next = signed(base.revision).saturating_add(1);
        let update = lifecycle::Entity::update_many()
            .col_expr(lifecycle::Column::State, Expr::value(self.state))
            .col_expr(lifecycle::Column::Subject, Expr::value(self.subject))
            .col_expr(lifecycle::Column::Person, Expr::value(self.person))
            .col_expr(lifecycle::Column::Revision, Expr::value(next))
            .col_expr(lifecycle::Column::ChangedAt, Expr::value(now))
            .col_expr(lifecycle::Column::Body, Expr::value(self.body))
            .filter(lifecycle::Column::Id.eq(base.id))
            .filter(lifecycle::Column::Kind.eq(base.kind))
            .filter(lifecycle::Column::Revision.eq(signed(base.revision)));
        Ok(update.exec(transaction).await?.rows_affected)
    }
}

/// How many rows went: none if there is no such revision any more.
pub(crate) async fn remove(transaction: &DatabaseTransaction, base: Base) -> Result<u64, DbErr> {
    let delete = lifecycle::Entity::delete_many()
        .filter(lifecycle::Column::Id.eq(base.id))
        .filter(lifecycle::Column::Kind.eq(base.kind))
        .filter(lifecycle::Column::Revision.eq(signed(base.revision)));
    Ok(delete.exec(transaction).await?.rows_affected)
}

fn signed(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

fn read<T: Lifecycle>(row: lifecycle::Model) -> Result<Kept<T>, QueryError> {
    let it = serde_json::from_str(&row.body);
    Ok(Kept {
        id: row.id,
        revision: unsigned(row.revision),
        created_at: Timestamp::from_millis(row.created_at),
        changed_at: Timestamp::from_millis(row.changed_at),
        it: it.map_err(|error| QueryError::unreadable(READ, T::KIND, row.id, error))?,
    })
}
