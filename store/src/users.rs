use std::{collections::BTreeSet, fmt, str::FromStr};

use model::{PersonId, Sensitive, Timestamp};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr, sea_query::Expr,
};

use crate::{
    QueryError, Store,
    entity::{session, user},
    error::Doing,
};

/// What someone who signs in may do; the server says what each allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs the installation.
    Administrator,
    /// Looks into exchanges.
    Analyst,
    /// Writes and publishes policies.
    PolicyAuthor,
    /// Reads everything, changes nothing.
    Auditor,
    /// Sees what concerns them.
    Employee,
    /// Pushes lines of logs; for tokens, not for people.
    Sensor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::Administrator, Self::Analyst, Self::PolicyAuthor, Self::Auditor, Self::Employee, Self::Sensor];

    /// The word used in the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Analyst => "analyst",
            Self::PolicyAuthor => "policy_author",
            Self::Auditor => "auditor",
            Self::Employee => "employee",
            Self::Sensor => "sensor",
        }
    }
}

/// A word that names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is not a role; the roles are administrator, analyst, policy_author, auditor, employee, sensor"
)]
pub struct UnknownRole {
    /// What was given.
    pub given: String,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(given: &str) -> Result<Self, UnknownRole> {
        let role = Self::ALL.into_iter().find(|role| role.as_str() == given);
        role.ok_or_else(|| UnknownRole { given: given.to_owned() })
    }
}

/// Someone who signs in to Bylaw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What they sign in with.
    pub name: String,
    /// Their password's hash in PHC form; `None` if they only sign in by one-time codes.
    pub password_hash: Option<Sensitive>,
    /// What they may do.
    pub role: Role,
    /// Who they are in the directory, if they use AI tools too.
    pub person: Option<PersonId>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Since when they may not sign in; `None` if they may.
    pub disabled_at: Option<Timestamp>,
    /// The functions of the organisation they speak for in reviews, as `legal`: words without blanks.
    pub functions: BTreeSet<String>,
}

/// What to change of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserChange {
    /// A new password, as PHC hash; ends their sessions.
    Password(Sensitive),
    /// Another role.
    Role(Role),
    /// Another person, or none.
    Person(Option<PersonId>),
    /// They may not sign in from now on; ends their sessions.
    Disable(Timestamp),
    /// They may sign in again.
    Enable,
    /// The account goes, and its sessions.
    Delete,
}

/// A user was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateUserError {
    /// The name is taken.
    #[error("there is a user `{name}` already; choose another name")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] QueryError),
}

/// A user was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeUserError {
    /// There is none of that name.
    #[error("there is no user `{name}`")]
    Unknown {
        /// The name.
        name: String,
    },
    /// Nobody could administer Bylaw any more.
    #[error("`{name}` is the last administrator who can sign in; make someone else administrator first")]
    LastAdministrator {
        /// The name.
        name: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] QueryError),
}

const CREATE: &str = "create the user";
const CHANGE: &str = "change the user";
const READ: &str = "read the users";

impl Store {
    /// Makes a user.
    pub async fn create_user(&self, user: &User) -> Result<(), CreateUserError> {
        match user::Entity::insert(row(user)).exec_without_returning(self.write()).await {
            Ok(_) => Ok(()),
            Err(error) if is_taken(&error) => Err(CreateUserError::NameTaken { name: user.name.clone() }),
            Err(error) => Err(QueryError::new(CREATE, error).into()),
        }
    }

    /// The user of that name, disabled or not.
    pub async fn user(&self, name: &str) -> Result<Option<User>, QueryError> {
        let found = user::Entity::find_by_id(name).one(self.read()).await.doing(READ)?;
        found.map(|row| read(row, READ)).transpose()
    }

    /// Every user, by name.
    pub async fn users(&self) -> Result<Vec<User>, QueryError> {
        let found = user::Entity::find().order_by_asc(user::Column::Name).all(self.read()).await;
        found.doing(READ)?.into_iter().map(|row| read(row, READ)).collect()
    }

    /// Changes a user; an administrator who can sign in always remains.
    pub async fn change_user(&self, name: &str, change: &UserChange) -> Result<(), ChangeUserError> {
        let transaction = self.begin().await.doing(CHANGE)?;
        // Locked, so that two administrators cannot demote each other at the same time.
        let administrators = user::Entity::find()
            .filter(user::Column::Role.eq(Role::Administrator.as_str()))
            .filter(user::Column::DisabledAt.is_null())
            .lock_exclusive()
            .all(&transaction)
            .await
            .doing(CHANGE)?;
        let known = user::Entity::find_by_id(name).count(&transaction).await.doing(CHANGE)?;
        if known == 0 {
            return Err(ChangeUserError::Unknown { name: name.to_owned() });
        }
        let last = administrators.len() == 1 && administrators.iter().any(|user| user.name == name);
        if last && change.unseats_an_administrator() {
            return Err(ChangeUserError::LastAdministrator { name: name.to_owned() });
        }
        apply(&transaction, name, change).await.doing(CHANGE)?;
        transaction.commit().await.doing(CHANGE)?;
        Ok(())
    }
}

impl UserChange {
    fn unseats_an_administrator(&self) -> bool {
        match self {
            Self::Role(role) => *role != Role::Administrator,
            Self::Disable(_) | Self::Delete => true,
            Self::Password(_) | Self::Person(_) | Self::Enable => false,
        }
    }

    fn ends_sessions(&self) -> bool {
        matches!(self, Self::Password(_) | Self::Disable(_) | Self::Delete)
    }
}

async fn apply(transaction: &DatabaseTransaction, name: &str, change: &UserChange) -> Result<(), DbErr> {
    if change.ends_sessions() {
        session::Entity::delete_many().filter(session::Column::User.eq(name)).exec(transaction).await?;
    }
    let mut row = user::ActiveModel { name: Set(name.to_owned()), ..Default::default() };
    match change {
        UserChange::Password(hash) => row.password_hash = Set(Some(hash.reveal().to_owned())),
        UserChange::Role(role) => row.role = Set(role.as_str().to_owned()),
        UserChange::Person(person) => row.person = Set(person.as_ref().map(|id| id.as_str().to_owned())),
        UserChange::Disable(now) => row.disabled_at = Set(Some(now.as_millis())),
        UserChange::Enable => row.disabled_at = Set(None),
        UserChange::Delete => {
            return user::Entity::delete_by_id(name).exec(transaction).await.map(drop);
        }
    }
    row.update(transaction).await.map(drop)
}

fn row(user: &User) -> user::ActiveModel {
    user::Model {
        name: user.name.clone(),
        password_hash: user.password_hash.as_ref().map(|hash| hash.reveal().to_owned()),
        role: user.role.as_str().to_owned(),
        person: user.person.as_ref().map(|id| id.as_str().to_owned()),
        created_at: user.created_at.as_millis(),
        disabled_at: user.disabled_at.map(Timestamp::as_millis),
        functions: written(&user.functions),
    }
    .into_active_model()
}

/// Functions as the column has them.
fn written(functions: &BTreeSet<String>) -> String {
    functions.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// How many users there were to speak for `functions`, and no others, from now on: one, or none of that name.
pub(crate) async fn set_functions(
    transaction: &DatabaseTransaction,
    name: &str,
    functions: &BTreeSet<String>,
) -> Result<u64, DbErr> {
    let update = user::Entity::update_many()
        .col_expr(user::Column::Functions, Expr::value(written(functions)))
        .filter(user::Column::Name.eq(name));
    Ok(update.exec(transaction).await?.rows_affected)
}

pub(crate) fn read(row: user::Model, doing: &'static str) -> Result<User, QueryError> {
    let role = row.role.parse();
    Ok(User {
        role: role.map_err(|error| QueryError::unreadable(doing, "user", &row.name, error))?,
        name: row.name,
        password_hash: row.password_hash.map(Sensitive::new),
        person: row.person.map(PersonId::new),
        created_at: Timestamp::from_millis(row.created_at),
        disabled_at: row.disabled_at.map(Timestamp::from_millis),
        functions: row.functions.split_whitespace().map(str::to_owned).collect(),
    })
}

/// Whether a key that must be unique was there already.
pub(crate) fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
