//! Where lines come from: files that are followed over rotations and restarts, streams, syslog over UDP, TCP and TLS, bodies pushed.
//!
//! What is handed out is a [`Batch`]: lines, and, from a file, the [`Position`] after them. A caller that stores the position together
//! with what the lines came to, and starts again from there, sees every line exactly once. Lines that cannot be read go to the
//! caller's own place for them, with their reason.

mod batch; // lines on their way to a reader
mod framing; // messages in a stream of syslog
mod lines; // lines of a stream, compressed or not
mod push; // the body of a request
mod syslog; // listeners
mod tail; // a file that grows and is rotated

pub use batch::{Batch, Origin};
pub use framing::Frames;
pub use lines::{LONGEST, decompressed, each_line};
pub use push::{PushError, push};
pub use syslog::{ListenError, Received, tcp, tls, udp};
pub use tail::{Position, Tail, TailError, digest, follow};
