//! Reads and rewrites the wire formats of AI services: requests, answers, refusals.
//!
//! Bytes in, bytes out. Never touches network, disk or clock, never panics on what strangers send, and never changes a
//! byte that it was not asked to change: a rewritten body differs only inside the strings that were edited.
//!
//! A new format is one file in `provider/`, with a golden pair in `golden/`.

mod answer; // refusals in the tool's own error shape
mod coaching; // the page for browsers
mod codec; // one layer of encoding, there and back
mod dialect; // the formats, and how to recognise one
mod draft; // a reading in the making
pub mod encoding; // gzip, brotli, zstd, deflate
mod json; // JSON as spans
mod layers; // encodings within encodings
mod page; // a JSON document while it is read
mod provider; // one file per format
mod query; // text in query strings
mod read; // body -> Reading
mod reading; // what a request says
mod response; // answers: events, deltas, placeholders
mod rewrite; // Reading + edits -> body
mod splice; // bytes in place of other bytes

pub use answer::{Answer, Notice, answer, error, page};
pub use coaching::coaching_page;
pub use dialect::{Dialect, recognise};
pub use query::percent_decode;
pub use read::{ReadError, ReadFault, read};
pub use reading::{FileInfo, Opaque, Part, Reading, RequestHead, Role};
pub use response::{Arrival, Begun, Repeat, ResponseReader, Restorer, Said, ending};
pub use rewrite::{Edit, RewriteError, rewrite};
