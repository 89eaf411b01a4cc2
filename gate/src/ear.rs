use std::sync::{Arc, Mutex, PoisonError};

use engine::{Arrival, Heard, Listening};
use model::Record;

use crate::gate::now;

/// What listens to an answer, shared by who carries the answer and who follows its exchange: should the client go away,
/// what was heard is recorded all the same.
#[derive(Clone)]
pub(crate) struct Ear(Arc<Mutex<Option<Listening>>>);

impl Ear {
    pub(crate) fn new(listening: Listening) -> Self {
        Self(Arc::new(Mutex::new(Some(listening))))
    }

    /// How the answer can be heard; [`Arrival::Pieces`] if nobody listens any more.
    pub(crate) fn arrival(&self) -> Arrival {
        self.with(|listening| listening.as_ref().map_or(Arrival::Pieces, Listening::arrival))
    }

    /// Hears a piece. An answer that would have to be held as a whole and is too long passes unheard from there on, if the
    /// policy lets it.
    pub(crate) fn hear(&self, piece: &[u8]) -> Heard {
        self.last_if_withheld(piece, |listening| {
            let heard = listening.hear(piece, now());
            match heard {
                Heard::Pass(_) if listening.holds_too_much() => listening.too_large(now()),
                heard => heard,
            }
        })
    }

    /// The answer has ended.
    pub(crate) fn end(&self) -> Heard {
        self.last_if_withheld(&[], |listening| listening.end(now()))
    }

    /// Stops listening, and tells what there is to record of an answer that passed.
    pub(crate) fn close(&self) -> Option<Record> {
        self.with(Option::take)?.close(now())
    }

    fn last_if_withheld(&self, piece: &[u8], hear: impl FnOnce(&mut Listening) -> Heard) -> Heard {
        self.with(|place| {
            let heard = match place {
                Some(listening) => hear(listening),
                None => Heard::Pass(bytes::Bytes::copy_from_slice(piece)),
            };
            if matches!(heard, Heard::Withhold(_)) {
                *place = None;
            }
            heard
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Option<Listening>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
