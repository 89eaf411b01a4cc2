//! The REST API, one file per noun. Every handler that needs a permission takes a [`crate::auth::May`]; its name is
//! the operation's id, and `x-permission` in the description repeats the permission (a test compares the two).

pub(crate) mod audit;
pub(crate) mod canaries;
pub(crate) mod check;
pub(crate) mod evidence;
pub(crate) mod exceptions;
pub(crate) mod exchanges;
pub(crate) mod health;
pub(crate) mod justifications;
pub(crate) mod live;
pub(crate) mod metrics;
pub(crate) mod overview;
pub(crate) mod packs;
pub(crate) mod people;
pub(crate) mod policy;
pub(crate) mod privacy;
pub(crate) mod session;
pub(crate) mod tokens;
pub(crate) mod tools;
pub(crate) mod users;
