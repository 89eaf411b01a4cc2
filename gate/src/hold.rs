use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use hyper::body::Incoming;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{body::Patient, gate::Gate, unfinished::Reading};

/// A request's body, as far as it is held for inspection.
pub(crate) enum Held {
    /// All of it.
    Whole(Whole),
    /// Its beginning, and what more follows.
    Longer { prefix: Bytes, rest: Box<Patient>, room: Room },
    /// None of it, because its head alone decided.
    Unread(Box<Patient>),
    /// It broke off.
    Broken { bytes: u64, reason: String },
}

/// A whole body.
pub(crate) struct Whole {
    pub(crate) bytes: Bytes,
    pub(crate) trailers: Option<HeaderMap>,
    pub(crate) room: Room,
}

/// The room that held bytes take of what all clients share; given back when dropped.
#[derive(Default)]
pub(crate) struct Room(Option<OwnedSemaphorePermit>);

enum Grown {
    Yes,
    NoRoom,
}

/// Reads up to `limit` bytes; fewer if all clients together hold too much.
pub(crate) async fn hold(gate: &Gate, body: Incoming, limit: usize, reading: &Reading) -> Held {
    let mut rest = Patient::new(body, gate.config.timeouts.body);
    let mut room = Room::default();
    let mut pieces = Pieces::default();
    let mut trailers = None;
    while let Some(frame) = rest.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => return Held::Broken { bytes: pieces.length as u64, reason: error.to_string() },
        };
        match frame.into_data() {
            Ok(data) => {
                reading.got(data.len());
                pieces.push(data);
            }
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
        let full = pieces.length > limit || matches!(room.grow(&gate.held, pieces.length), Grown::NoRoom);
        if full {
            return Held::Longer { prefix: pieces.joined(), rest: Box::new(rest), room };
        }
    }
    Held::Whole(Whole { bytes: pieces.joined(), trailers, room })
}

/// Pieces of a body; one alone is not copied.
#[derive(Default)]
struct Pieces {
    first: Bytes,
    joined: BytesMut,
    length: usize,
}

impl Pieces {
    fn push(&mut self, data: Bytes) {
        self.length += data.len();
        if self.first.is_empty() && self.joined.is_empty() {
            self.first = data;
            return;
        }
        if self.joined.is_empty() {
            self.joined.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.joined.extend_from_slice(&data);
    }

    fn joined(self) -> Bytes {
        if self.joined.is_empty() { self.first } else { self.joined.freeze() }
    }
}

impl Room {
    /// Takes what `bytes` need beyond what is taken already.
    fn grow(&mut self, shared: &Arc<Semaphore>, bytes: usize) -> Grown {
        let taken = self.0.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = bytes.div_ceil(1024).saturating_sub(taken);
        let Some(missing) = u32::try_from(missing).ok().filter(|&missing| missing > 0) else {
            return Grown::Yes;
        };
        match (Arc::clone(shared).try_acquire_many_owned(missing), &mut self.0) {
            (Ok(more), Some(permit)) => permit.merge(more),
            (Ok(more), none) => *none = Some(more),
            (Err(_), _) => return Grown::NoRoom,
        }
        Grown::Yes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_taken_by_the_kibibyte_and_given_back() {
        let shared = Arc::new(Semaphore::new(3));
        let mut room = Room::default();
        assert!(matches!(room.grow(&shared, 1), Grown::Yes));
        assert!(matches!(room.grow(&shared, 1024), Grown::Yes));
        assert_eq!(shared.available_permits(), 2);
        assert!(matches!(room.grow(&shared, 3 * 1024), Grown::Yes));
        assert!(matches!(room.grow(&shared, 3 * 1024 + 1), Grown::NoRoom));
        drop(room);
        assert_eq!(shared.available_permits(), 3);
    }

    #[test]
    fn one_piece_is_not_copied() {
        let data = Bytes::from_static(b"hello");
        let mut one = Pieces::default();
        one.push(data.clone());
        assert_eq!(one.joined().as_ptr(), data.as_ptr());
        let mut several = Pieces::default();
        for piece in [&b"he"[..], b"", b"llo"] {
            several.push(Bytes::from_static(piece));
        }
        assert_eq!(several.joined(), data);
    }
}
