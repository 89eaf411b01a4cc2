use model::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};

use crate::{Digest, QueryError, Store, entity::one_time_login, error::Doing};

/// A code that signs someone in once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimeLogin {
    /// What is kept of the code.
    pub digest: Digest,
    /// Whom it signs in.
    pub user: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// What came of using a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OneTimeUse {
    /// It signs this user in, and nobody after.
    Accepted {
        /// Whom.
        user: String,
    },
    /// It was used before.
    UsedBefore,
    /// Its time is over.
    Expired,
    /// There is no such code.
    Unknown,
}

const CREATE: &str = "create the one-time sign-in";
const USE: &str = "use the one-time sign-in";

impl Store {
    /// Keeps a new code.
    pub async fn create_one_time_login(&self, login: &OneTimeLogin) -> Result<(), QueryError> {
        let row = one_time_login::Model {
            digest: login.digest.to_bytes(),
            user: login.user.clone(),
            created_at: login.created_at.as_millis(),
            expires_at: login.expires_at.as_millis(),
            used_at: None,
        };
        let insert =
            one_time_login::Entity::insert(row.into_active_model()).exec_without_returning(self.write());
        insert.await.map(drop).doing(CREATE)
    }

    /// Uses a code up; of several who try at once, one is accepted.
    pub async fn use_one_time_login(&self, digest: Digest, now: Timestamp) -> Result<OneTimeUse, QueryError> {
        let used = one_time_login::Entity::update_many()
            .col_expr(one_time_login::Column::UsedAt, Expr::value(now.as_millis()))
            .filter(one_time_login::Column::Digest.eq(digest.to_bytes()))
            .filter(one_time_login::Column::UsedAt.is_null())
            .filter(one_time_login::Column::ExpiresAt.gt(now.as_millis()))
            .exec(self.write())
            .await
            .doing(USE)?;
        // Not from a reader: it would be free not to see the change yet.
        let found =
            one_time_login::Entity::find_by_id(digest.to_bytes()).one(self.write()).await.doing(USE)?;
        Ok(match found {
            Some(row) if used.rows_affected == 1 => OneTimeUse::Accepted { user: row.user },
            Some(row) if row.used_at.is_some() => OneTimeUse::UsedBefore,
            Some(_) => OneTimeUse::Expired,
            None => OneTimeUse::Unknown,
        })
    }
}
