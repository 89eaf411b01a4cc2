//! The only SQL: records, accounts and workflow state, on SQLite and on PostgreSQL.
//!
//! Reads no clock: instants come in as values. Never holds what people sent to a tool; only [`Writer::append`] writes
//! records, and what was appended is never changed.
//!
//! An acknowledged record survives the end of the process and the loss of power: SQLite runs with a write-ahead log and
//! `synchronous=FULL`, PostgreSQL with whatever durability its administrator has set (by default the same).

mod address; // where the data lies
mod connect; // ways into it
mod counters; // what the writer did
mod digest; // what is kept of a secret
mod effect; // what a change changed
mod entity; // the tables
mod error; // what can go wrong
mod migrations; // the schema, step by step
mod open; // from an address to a store
mod statement; // statements written as SQL

mod row; // a record as rows
mod writer; // records in

mod activity; // records counted and followed
mod exchanges; // records out
mod filter; // which ones
mod movements; // what people moved to tools
mod overview; // records counted over time
mod recorded; // all records of a period
mod tools_in_use; // what is used, by whatever saw it
mod usage; // records counted by clause and tool

mod concealments; // where names are kept from being seen
mod sightings; // hosts that look like tools, how far evidence was read

mod api_tokens; // programs that sign in
mod one_time_logins; // codes that sign in once
mod sessions; // browsers that are signed in
mod users; // people who sign in

mod audit; // what was done, for ever
mod change; // what people change, whole or not at all
mod lifecycles; // what people move from state to state

mod captures; // what exchanges held, sealed
mod evidence; // what shows that clauses hold
mod exceptions; // exemptions from clauses
mod files; // what people keep with what they decide
mod justifications; // reasons people stated
mod person; // what is kept about one person
mod policy_versions; // policies put in force
mod settings; // named values
mod tool_decisions; // what was decided about tools

pub use activity::{Activity, Committed, Position, Share};
pub use api_tokens::{ApiToken, CreateApiTokenError};
pub use audit::{Audited, RemoveError, WholeReport};
pub use captures::{Capture, CaptureOutline};
pub use change::{Change, CommitError};
pub use concealments::Concealed;
pub use counters::Counts;
pub use digest::Digest;
pub use effect::Effect;
pub use error::{DatabaseError, QueryError};
pub use evidence::{AuditFilter, InspectionCount};
pub use exceptions::{Beneficiary, Exception, Revocation};
pub use exchanges::{PAGE_LIMIT, Page, RecordRow};
pub use filter::{Cursor, ExchangeFilter, InvalidCursor};
pub use justifications::{AddJustificationError, Justification};
pub use lifecycles::{Kept, Which};
pub use movements::{Moved, Movement, MovementFilter};
pub use one_time_logins::{OneTimeLogin, OneTimeUse};
pub use open::{OpenError, Options, Store};
pub use overview::{
    ActionSeries, BUCKET_LIMIT, ClauseCount, DepartmentCount, INTERVENTIONS, LabelSeries, Overview,
    PersonCount, Span, ToolSeries, Totals,
};
pub use person::AboutPerson;
pub use policy_versions::{PolicyDraft, Publication, PublishedPolicy};
pub use recorded::{Outline, Recorded};
pub use sessions::Session;
pub use sightings::{Forgotten, HostSighting, IntakePosition, Sightings};
pub use tool_decisions::ToolDecision;
pub use tools_in_use::{DataFlow, ToolInUse};
pub use usage::{ClauseCounts, ToolUsage};
pub use users::{ChangeUserError, CreateUserError, Role, UnknownRole, User, UserChange};
pub use writer::{AppendError, Writer};
