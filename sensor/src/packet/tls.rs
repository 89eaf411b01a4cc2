//! What TLS shows before it encrypts.

mod certificate; // names of the server's certificate
mod ech; // Encrypted Client Hello: decoy or hidden
mod fingerprint; // JA3 and JA4
mod hello; // the client's first message
mod record; // handshake messages out of records

pub(crate) use certificate::names;
pub(crate) use ech::{PublicNames, judge};
pub(crate) use fingerprint::{Carrier, ja3, ja4};
pub(crate) use hello::{ClientHello, Extent};
pub(crate) use record::{Handshake, Records, ServerHello};

#[cfg(test)]
pub(crate) use hello::tests;
