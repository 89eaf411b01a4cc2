//! API, permissions, console hosting, live updates.
//!
//! Turns requests into calls of the store and the engine, and what they say into answers. Decides nothing itself but
//! who may ask: that is [`auth`]'s, and a handler reaches store and engine only with the proof that it asked.

mod api; // one file per noun
mod app; // what every request shares
mod auth; // who makes a request and what they may do
pub mod canaries; // the policy's promises, tried at the gate
mod chores; // what is done without being asked
mod current; // the engine in step with the store
mod discovered; // hosts that look like tools
mod incidents; // what opens and extends incidents
mod kept; // what people move from state to state, as requests name it
mod learning; // what is usual, and what is not
mod lines; // lines of logs that are pushed
mod listed; // tools that people listed
mod metrics; // what is counted
mod openapi; // what the description adds to the endpoints
mod printer; // policies as PDF
mod pseudonym; // names that say nothing about people
mod publication; // how a policy comes into force
mod renewal; // tools that are due for another look
mod restore; // what people decided before the engine started
mod routes; // everything that is served
mod seal; // texts that the store must not be able to read
mod serve; // connections
mod standing; // what people have passed, accepted and brought upon themselves
mod trials; // drafts put to recorded exchanges
mod upkeep; // what is done for people without being asked
mod web; // what every answer has in common

pub use app::{Clock, Settings, State, Upkeep};
pub use auth::{LONGEST, PasswordError, Permission, SHORTEST, Secret, Token, hash_password, permissions};
pub use learning::{ExplainError, LearnError, explain_kept, replay_stored};
pub use lines::{LineTaker, Lines, LinesOutcome, LinesRefused, LinesTaken};
pub use printer::Printer;
pub use restore::restore;
pub use routes::description as openapi;
pub use serve::serve;
pub use trials::{BacktestError, backtest};
pub use web::security::Scheme;
