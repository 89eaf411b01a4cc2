use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::{
    body::{BodyError, Patient, Tally},
    completion::{Ending, Watch},
    restore::Restoration,
    upstream::Lease,
};

/// An upstream's answer on its way to the client, frame by frame, as each arrives.
pub(crate) struct AnswerStream {
    body: Patient,
    /// Bytes still to come, if the head said how many.
    left: Option<u64>,
    restoration: Option<Restoration>,
    stage: Stage,
    lease: Option<Lease>,
    watch: Option<Watch>,
    tally: Tally,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Flowing,
    Over,
}

impl AnswerStream {
    pub(crate) fn new(body: Patient, lease: Lease, watch: Option<Watch>, tally: Tally) -> Self {
        let left = body.size_hint().exact();
        let mut stream =
            Self { body, left, restoration: None, stage: Stage::Flowing, lease: Some(lease), watch, tally };
        // Servers never ask a body that is over from the beginning, so its end is said here.
        if stream.body.is_end_stream() {
            stream.finish(Ending::Whole);
        }
        stream
    }

    /// The same, with placeholders turned back on the way.
    pub(crate) fn restored(mut self, restoration: Restoration) -> Self {
        if self.stage == Stage::Flowing {
            self.restoration = Some(restoration);
        }
        self
    }

    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        match (&self.restoration, self.stage) {
            (Some(_), _) => SizeHint::default(),
            (None, Stage::Over) => SizeHint::with_exact(0),
            (None, Stage::Flowing) => self.body.size_hint(),
        }
    }

    pub(crate) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        while self.stage == Stage::Flowing {
            let passed = match ready!(self.body.poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.pass(data),
                    Err(trailers) => Ok(Some(trailers)),
                },
                Some(Err(error)) => Err(error),
                None => self.last(),
            };
            match passed {
                Ok(Some(frame)) => return Poll::Ready(Some(Ok(frame))),
                Ok(None) => {}
                Err(error) => {
                    self.finish(Ending::Broken(format!("the answer did not come whole: {error}")));
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
        Poll::Ready(None)
    }

    /// What goes on of a piece; nothing if all of it is held until more is known.
    fn pass(&mut self, data: Bytes) -> Result<Option<Frame<Bytes>>, BodyError> {
        self.tally.add(data.len());
        if let Some(watch) = &self.watch {
            watch.passed(data.len());
        }
        self.left = self.left.map(|left| left.saturating_sub(data.len() as u64));
        let is_last = self.body.is_end_stream();
        let data = match &mut self.restoration {
            None => data,
            Some(restoration) if is_last => {
                let last = restoration.push(&data)?;
                Bytes::from([last, restoration.finish()?].concat())
            }
            Some(restoration) => restoration.push(&data)?,
        };
        if is_last {
            self.finish(Ending::Whole);
        } else if self.left == Some(0) && self.restoration.is_none() {
            // A server that knows the length stops asking once it has all; only trailers may still follow.
            self.report(Ending::Whole);
        }
        Ok((!data.is_empty()).then(|| Frame::data(data)))
    }

    /// What was held back, when the answer ends.
    fn last(&mut self) -> Result<Option<Frame<Bytes>>, BodyError> {
        let rest = match &mut self.restoration {
            None => Bytes::new(),
            Some(restoration) => restoration.finish()?,
        };
        self.finish(Ending::Whole);
        Ok((!rest.is_empty()).then(|| Frame::data(rest)))
    }

    fn finish(&mut self, ending: Ending) {
        self.stage = Stage::Over;
        self.report(ending);
    }

    fn report(&mut self, ending: Ending) {
        if let Some(lease) = self.lease.take().filter(|_| ending == Ending::Whole) {
            lease.give_back();
        }
        if let Some(watch) = self.watch.take() {
            watch.restored(self.restoration.as_ref().map_or(0, Restoration::restored));
            watch.end(ending);
        }
    }
}
