//! The REST API, one file per noun. Every handler that needs a permission takes a [`crate::auth::May`]; its name is
//! the operation's id, and `x-permission` in the description repeats the permission (a test compares the two).

pub(crate) mod assets;
pub(crate) mod backtests;
pub(crate) mod campaigns;
pub(crate) mod check;
pub(crate) mod courses;
pub(crate) mod drafts;
pub(crate) mod exception_requests;
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
pub(crate) mod publications;
pub(crate) mod pushes;
pub(crate) mod report_cases;
pub(crate) mod reports;
pub(crate) mod reviews;
pub(crate) mod rollouts;
pub(crate) mod session;
pub(crate) mod tokens;
pub(crate) mod tool_evidence;
pub(crate) mod tool_requests;
pub(crate) mod tool_reviews;
pub(crate) mod tools;
pub(crate) mod training;
pub(crate) mod users;
