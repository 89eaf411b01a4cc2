//! The REST API, one file per noun. Every handler that needs a permission takes a [`crate::auth::May`]; its name is
//! the operation's id, and `x-permission` in the description repeats the permission (a test compares the two).

pub(crate) mod campaigns;
pub(crate) mod check;
pub(crate) mod courses;
pub(crate) mod exceptions;
pub(crate) mod exchanges;
pub(crate) mod exposures;
pub(crate) mod health;
pub(crate) mod justifications;
pub(crate) mod ladder;
pub(crate) mod learning;
pub(crate) mod live;
pub(crate) mod metrics;
pub(crate) mod mine;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod policy;
pub(crate) mod portal;
pub(crate) mod session;
pub(crate) mod tokens;
pub(crate) mod tools;
pub(crate) mod training;
pub(crate) mod users;
