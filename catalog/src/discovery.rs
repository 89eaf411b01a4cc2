//! Finds tools that no catalogue lists, from signs: names, requests, what other systems say, the shape of streamed answers, certificates, how
//! new a host is and how many people use it.
//!
//! Signs are gathered from single observations ([`of_host`], [`of_certificate`], [`of_request`], [`of_body`],
//! [`of_answer_type`], [`of_category`], [`Answer::is_streamed`]), kept as one [`Signs`] for each person and host, by a store or by
//! [`Seen`], and judged together for all hosts of one registrable domain: [`Evidence::judge`]. No clock, no network,
//! no content is kept.

mod candidate; // a host to review, with its reasons
mod seen;
mod sign; // what may speak for a tool // what was seen of each person and host, bounded

mod answer; // streamed answers, told by their packets
mod category; // what others call the kind of a host
mod name; // words in host names and certificates
mod request; // paths, bodies and types of answers

pub use answer::Answer;
pub use candidate::{CANDIDATE, Candidate, Evidence, Why};
pub use category::of_category;
pub use name::{of_certificate, of_host, site};
pub use request::{of_answer_type, of_body, of_request};
pub use seen::{Seen, Sighting};
pub use sign::{Sign, Signs};
