//! Doors to single parsers, for fuzz targets only.

use std::collections::VecDeque;

use super::{
    dns::Message,
    quic::{Found, Initials},
    stream::Stream,
    tls::ClientHello,
};

/// Any bytes as a message of DNS; says how many questions and answers it has.
pub fn dns(bytes: &[u8]) -> Option<(usize, usize)> {
    Message::read(bytes).map(|message| (message.questions.len(), message.answers.len()))
}

/// Any bytes as the body of a TLS client's hello; says how many ciphers and extensions it has.
pub fn hello(bytes: &[u8]) -> (usize, usize) {
    let (hello, _) = ClientHello::read(bytes);
    (hello.ciphers.len(), hello.extensions.len())
}

/// Any bytes as a TCP stream, in pieces of a length; says how many things it said.
pub fn stream(bytes: &[u8], piece: usize) -> usize {
    let mut stream = Stream::default();
    let mut said = VecDeque::new();
    stream.open(0);
    let mut at = 0_u32;
    for piece in bytes.chunks(piece.max(1)) {
        stream.segment(at, piece, 1 << 16, &mut said);
        at = at.wrapping_add(u32::try_from(piece.len()).unwrap_or_default());
    }
    stream.finish(&mut said);
    said.len()
}

/// Any bytes as a datagram of QUIC, and as what one decrypts to; says how many bytes a hello was found to have.
pub fn quic(bytes: &[u8]) -> (Option<usize>, Option<usize>) {
    let found = match Initials::default().datagram(bytes, 1 << 16) {
        Found::Hello(body) => Some(body.len()),
        Found::Partial | Found::Nothing | Found::Over => None,
    };
    (found, Initials::opened(bytes))
}
