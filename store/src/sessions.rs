use model::{Sensitive, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};

use crate::{
    Digest, Effect, QueryError, Store, User,
    entity::{one_time_login, session, user},
    error::Doing,
    users,
};

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What is kept of its cookie.
    pub digest: Digest,
    /// Who signed in.
    pub user: String,
    /// What its changing requests must repeat in a header.
    pub csrf: Sensitive,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Its latest request, as far as it was noted.
    pub last_seen_at: Timestamp,
}

const OPEN: &str = "open the session";
const READ: &str = "read the session";
const CLOSE: &str = "close the session";
const SWEEP: &str = "remove what has expired";

impl Store {
    /// Keeps a new session.
    pub async fn open_session(&self, session: &Session) -> Result<(), QueryError> {
        let row = session::Model {
            digest: session.digest.to_bytes(),
            user: session.user.clone(),
            csrf: session.csrf.reveal().to_owned(),
            created_at: session.created_at.as_millis(),
            expires_at: session.expires_at.as_millis(),
            last_seen_at: session.last_seen_at.as_millis(),
        };
        let inserted = session::Entity::insert(row.into_active_model()).exec_without_returning(self.write());
        inserted.await.map(drop).doing(OPEN)
    }

    /// The session and its user, unless it has expired at `now` or the user is disabled.
    pub async fn session(
        &self,
        digest: Digest,
        now: Timestamp,
    ) -> Result<Option<(Session, User)>, QueryError> {
        let found = session::Entity::find_by_id(digest.to_bytes()).one(self.read()).await.doing(READ)?;
        let Some(row) = found.filter(|row| row.expires_at > now.as_millis()) else { return Ok(None) };
        let user = user::Entity::find_by_id(row.user.as_str()).one(self.read()).await.doing(READ)?;
        let Some(user) = user.filter(|user| user.disabled_at.is_none()) else { return Ok(None) };
        Ok(Some((read(row, digest), users::read(user, READ)?)))
    }

    /// Notes a request of the session and moves its end.
    pub async fn touch_session(
        &self,
        digest: Digest,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Effect, QueryError> {
        let touched = session::Entity::update_many()
            .col_expr(session::Column::LastSeenAt, Expr::value(now.as_millis()))
            .col_expr(session::Column::ExpiresAt, Expr::value(expires_at.as_millis()))
            .filter(session::Column::Digest.eq(digest.to_bytes()))
            .exec(self.write())
            .await
            .doing(READ)?;
        Ok(Effect::of(touched.rows_affected))
    }

    /// Ends the session.
    pub async fn close_session(&self, digest: Digest) -> Result<Effect, QueryError> {
        let closed =
            session::Entity::delete_by_id(digest.to_bytes()).exec(self.write()).await.doing(CLOSE)?;
        Ok(Effect::of(closed.rows_affected))
    }

    /// Ends every session of a user.
    pub async fn close_sessions_of(&self, user: &str) -> Result<Effect, QueryError> {
        let of_user = session::Entity::delete_many().filter(session::Column::User.eq(user));
        Ok(Effect::of(of_user.exec(self.write()).await.doing(CLOSE)?.rows_affected))
    }

    /// Removes the sessions and one-time codes that have expired at `now`.
    pub async fn sweep(&self, now: Timestamp) -> Result<Effect, QueryError> {
        let sessions = session::Entity::delete_many().filter(session::Column::ExpiresAt.lte(now.as_millis()));
        let codes = one_time_login::Entity::delete_many()
            .filter(one_time_login::Column::ExpiresAt.lte(now.as_millis()));
        let sessions = sessions.exec(self.write()).await.doing(SWEEP)?.rows_affected;
        let codes = codes.exec(self.write()).await.doing(SWEEP)?.rows_affected;
        Ok(Effect::of(sessions + codes))
    }
}

fn read(row: session::Model, digest: Digest) -> Session {
    Session {
        digest,
        user: row.user,
        csrf: Sensitive::new(row.csrf),
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        last_seen_at: Timestamp::from_millis(row.last_seen_at),
    }
}
