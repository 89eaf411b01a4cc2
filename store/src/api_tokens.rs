use model::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{Digest, Effect, QueryError, Role, Store, entity::api_token, error::Doing, users::is_taken};

/// A token that programs sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// What is kept of it.
    pub digest: Digest,
    /// What it is for; unique.
    pub name: String,
    /// What it allows.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it stops working; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// Its latest use, as far as it was noted.
    pub last_used_at: Option<Timestamp>,
}

/// A token was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateApiTokenError {
    /// The name is taken.
    #[error("there is an API token `{name}` already; choose another name or delete that one")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] QueryError),
}

const CREATE: &str = "create the API token";
const READ: &str = "read the API tokens";
const CHANGE: &str = "change the API token";

impl Store {
    /// Keeps a new token.
    pub async fn create_api_token(&self, token: &ApiToken) -> Result<(), CreateApiTokenError> {
        match api_token::Entity::insert(row(token)).exec_without_returning(self.write()).await {
            Ok(_) => Ok(()),
            Err(error) if is_taken(&error) => {
                Err(CreateApiTokenError::NameTaken { name: token.name.clone() })
            }
            Err(error) => Err(QueryError::new(CREATE, error).into()),
        }
    }

    /// The token, unless it has expired at `now`.
    pub async fn api_token(&self, digest: Digest, now: Timestamp) -> Result<Option<ApiToken>, QueryError> {
        let found = api_token::Entity::find_by_id(digest.to_bytes()).one(self.read()).await.doing(READ)?;
        let valid = found.filter(|row| row.expires_at.is_none_or(|end| end > now.as_millis()));
        valid.map(read).transpose()
    }

    /// Every token, expired ones too, by name.
    pub async fn api_tokens(&self) -> Result<Vec<ApiToken>, QueryError> {
        let found = api_token::Entity::find().order_by_asc(api_token::Column::Name).all(self.read()).await;
        found.doing(READ)?.into_iter().map(read).collect()
    }

    /// Notes a use of the token.
    pub async fn touch_api_token(&self, digest: Digest, now: Timestamp) -> Result<Effect, QueryError> {
        let touched = api_token::Entity::update_many()
            .col_expr(api_token::Column::LastUsedAt, Expr::value(now.as_millis()))
            .filter(api_token::Column::Digest.eq(digest.to_bytes()))
            .exec(self.write())
            .await
            .doing(CHANGE)?;
        Ok(Effect::of(touched.rows_affected))
    }

    /// Makes the token stop working.
    pub async fn delete_api_token(&self, name: &str) -> Result<Effect, QueryError> {
        let named = api_token::Entity::delete_many().filter(api_token::Column::Name.eq(name));
        Ok(Effect::of(named.exec(self.write()).await.doing(CHANGE)?.rows_affected))
    }
}

fn row(token: &ApiToken) -> api_token::ActiveModel {
    api_token::Model {
        digest: token.digest.to_bytes(),
        name: token.name.clone(),
        role: token.role.as_str().to_owned(),
        created_at: token.created_at.as_millis(),
        created_by: token.created_by.clone(),
        expires_at: token.expires_at.map(Timestamp::as_millis),
        last_used_at: token.last_used_at.map(Timestamp::as_millis),
    }
    .into_active_model()
}

fn read(row: api_token::Model) -> Result<ApiToken, QueryError> {
    let unreadable = |reason: String| QueryError::unreadable(READ, "API token", &row.name, reason);
    Ok(ApiToken {
        digest: Digest::from_bytes(&row.digest)
            .ok_or_else(|| unreadable("its digest has another length".into()))?,
        role: row.role.parse().map_err(|error: crate::UnknownRole| unreadable(error.to_string()))?,
        name: row.name,
        created_at: Timestamp::from_millis(row.created_at),
        created_by: row.created_by,
        expires_at: row.expires_at.map(Timestamp::from_millis),
        last_used_at: row.last_used_at.map(Timestamp::from_millis),
    })
}
