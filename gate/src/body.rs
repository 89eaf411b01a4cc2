use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

use crate::{
    answer::AnswerStream,
    hold::Room,
    metrics::{Counter, Metrics},
};

/// Why a body ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("the body broke off")]
    Broken(#[source] hyper::Error),
    #[error("no part of the body came for {} s", .0.as_secs())]
    Idle(Duration),
    #[error("the body cannot be decoded")]
    Coding(#[from] engine::DecodeError),
    #[error("the rest is withheld, and no record of that could be kept")]
    Unrecorded,
}

/// Waits a bounded time for each frame of a body.
pub(crate) struct Patient {
    body: Incoming,
    patience: Duration,
    deadline: Pin<Box<Sleep>>,
    waiting: Waiting,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Waiting {
    No,
    Yes,
}

impl Patient {
    pub(crate) fn new(body: Incoming, patience: Duration) -> Self {
        Self { body, patience, deadline: Box::pin(tokio::time::sleep(patience)), waiting: Waiting::No }
    }

    pub(crate) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                self.waiting = Waiting::No;
                Poll::Ready(frame.map(|frame| frame.map_err(BodyError::Broken)))
            }
            Poll::Pending => {
                if self.waiting == Waiting::No {
                    self.waiting = Waiting::Yes;
                    self.deadline.as_mut().reset(Instant::now() + self.patience);
                }
                ready!(self.deadline.as_mut().poll(cx));
                Poll::Ready(Some(Err(BodyError::Idle(self.patience))))
            }
        }
    }

    pub(crate) async fn frame(&mut self) -> Option<Result<Frame<Bytes>, BodyError>> {
        std::future::poll_fn(|cx| self.poll_frame(cx)).await
    }

    pub(crate) fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Which counter a body's bytes go to as they pass.
pub(crate) struct Tally {
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) counter: fn(&Metrics) -> &Counter,
}

impl Tally {
    pub(crate) fn add(&self, bytes: usize) {
        (self.counter)(&self.metrics).add(bytes as u64);
    }
}

/// What goes to the upstream.
pub(crate) enum RequestBody {
    /// All of it is here, perhaps followed by trailers.
    Whole { bytes: Option<Bytes>, trailers: Option<http::HeaderMap>, _room: Room },
    /// What was read, then the rest as it comes.
    Rest { prefix: Option<Bytes>, rest: Box<Patient>, tally: Tally, _room: Room },
}

impl RequestBody {
    pub(crate) fn whole(bytes: Bytes, trailers: Option<http::HeaderMap>, room: Room) -> Self {
        Self::Whole { bytes: some(bytes), trailers, _room: room }
    }

    pub(crate) fn rest(prefix: Bytes, rest: Box<Patient>, tally: Tally, room: Room) -> Self {
        Self::Rest { prefix: some(prefix), rest, tally, _room: room }
    }

    /// The same body again, if it has not been streamed.
    pub(crate) fn is_replayable(&self) -> bool {
        matches!(self, Self::Whole { .. })
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.get_mut() {
            Self::Whole { bytes, trailers, .. } => {
                let data = bytes.take().map(Frame::data);
                Poll::Ready(data.or_else(|| trailers.take().map(Frame::trailers)).map(Ok))
            }
            Self::Rest { prefix, rest, tally, .. } => {
                if let Some(prefix) = prefix.take() {
                    tally.add(prefix.len());
                    return Poll::Ready(Some(Ok(Frame::data(prefix))));
                }
                let frame = ready!(rest.poll_frame(cx));
                if let Some(Ok(frame)) = &frame {
                    tally.add(frame.data_ref().map_or(0, Bytes::len));
                }
                Poll::Ready(frame)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole { bytes, trailers, .. } => bytes.is_none() && trailers.is_none(),
            Self::Rest { prefix, rest, .. } => prefix.is_none() && rest.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole { bytes, .. } => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Self::Rest { prefix, rest, .. } => {
                let read = prefix.as_ref().map_or(0, Bytes::len) as u64;
                let left = rest.size_hint();
                let mut hint = SizeHint::new();
                hint.set_lower(left.lower() + read);
                if let Some(upper) = left.upper() {
                    hint.set_upper(upper + read);
                }
                hint
            }
        }
    }
}

fn some(bytes: Bytes) -> Option<Bytes> {
    (!bytes.is_empty()).then_some(bytes)
}

/// What goes to the client.
pub(crate) enum AnswerBody {
    /// The gate's own.
    Own(Option<Bytes>),
    /// The upstream's.
    Upstream(Box<AnswerStream>),
}

impl AnswerBody {
    pub(crate) fn empty() -> Self {
        Self::Own(None)
    }
}

impl<T: Into<Bytes>> From<T> for AnswerBody {
    fn from(bytes: T) -> Self {
        Self::Own(some(bytes.into()))
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.get_mut() {
            Self::Own(bytes) => Poll::Ready(bytes.take().map(Frame::data).map(Ok)),
            Self::Upstream(stream) => stream.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Own(bytes) => bytes.is_none(),
            Self::Upstream(stream) => stream.is_over(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Own(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Self::Upstream(stream) => stream.size_hint(),
        }
    }
}
