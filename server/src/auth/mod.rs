//! Who makes a request and what they may do.
//!
//! A [`May`] is the proof of a permission and the only key to store and engine; nothing outside this module makes one.

mod anyone; // people who are not asked who they are
mod credential; // what a request shows to be recognised
mod guard; // what a permission opens
mod link; // signed links to the justification page
mod may; // recognising and authorising a request
mod password; // Argon2id, off the runtime's threads
mod role; // roles, permissions, and who has which
mod secret; // tokens and comparisons
mod sign_in; // from a password or a code to a session
mod throttle; // slows down guessing

use store::QueryError;

use crate::app::App;

pub(crate) use anyone::{Anyone, Crowd};
pub(crate) use credential::{clear_cookie, set_cookie};
pub(crate) use guard::Guarded;
pub(crate) use link::{Justifier, Whose};
pub(crate) use may::{Actor, May, still_may};
pub(crate) use role::{Permitted, RoleWord, to};
pub(crate) use sign_in::{SignedIn, by_code, by_password, confirm};
pub(crate) use throttle::Throttle;

pub use password::{LONGEST, PasswordError, SHORTEST, hash as hash_password};
pub use role::{Permission, permissions};
pub use secret::{Secret, Token};

/// Whether the store answers, for strangers who ask whether the server is well.
pub(crate) async fn store_answers(app: &App) -> Result<(), QueryError> {
    app.guarded().for_authorisation().store.user("").await.map(drop)
}
