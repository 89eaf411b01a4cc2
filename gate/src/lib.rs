//! Moves bytes and carries out verdicts: an explicit forward proxy.
//!
//! Opens the TLS of AI tools' hosts only, asks the engine about each request, and forwards, rewrites or answers it as the
//! engine says. No byte of an answer reaches a client before the record of its exchange is durable. Knows nothing of
//! policies, detectors or wire formats, and keeps nothing: what it holds of content lives as long as the exchange.

mod activity; // when something last happened
mod answer; // an upstream's answer on its way to the client
mod authority; // the CA
mod body; // bodies in both directions
mod canary; // exchanges that try the policy
mod client; // one connection from a client
mod completion; // how an exchange ended
mod config; // how the gate behaves
mod connect; // CONNECT: intercept, pass through, or tunnel
mod dial; // connecting to upstreams
mod drain; // the rest of a refused body
mod ear; // who listens to an answer
mod exchange; // one request, from head to answer
mod gate; // everything the proxy works with
mod guard; // addresses never connected to
mod header; // what must not go beyond one connection
mod hello; // the name in a ClientHello
mod hold; // a request's body, held for inspection
mod intercept; // TLS in place of the tool
mod leaf; // certificates shown to clients
mod login; // who a client is
mod metrics; // what was counted
mod origin; // where a request goes, and its wording for that
mod pac; // automatic configuration for clients
mod problem; // errors the gate answers with
mod provider; // cryptography
mod recorder; // the way to whoever keeps records
mod rewind; // bytes looked at and read again
mod serve; // accepting clients
mod session; // one person, one origin, one connection
mod target; // host and port, in one form
mod treatment; // what an answer goes through
mod tunnel; // bytes carried unseen
mod unfinished; // prompts that broke off
mod upstream; // connections to one upstream
mod websocket; // upgrades carried unseen

use gate::now;

pub use authority::{Authority, AuthorityError, AuthorityFiles};
pub use config::{Config, Limits, Pac, Strangers, SystemRoots, Timeouts, Trust, Unreachable};
pub use dial::TrustError;
pub use gate::{Gate, PacHosts, StartError};
pub use guard::ForbiddenAddress;
pub use leaf::LeafError;
pub use metrics::{Metrics, Sample};
pub use pac::{PacHost, Reach};
pub use recorder::{Durability, Entry, RecordError, Recorder};
pub use serve::serve;
