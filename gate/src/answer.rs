use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use engine::Withheld;
use http_body::{Frame, SizeHint};

use crate::{
    body::{BodyError, Patient, Tally},
    completion::{Ending, Watch},
    gate::Gate,
    treatment::{Treated, Treatment},
    upstream::Lease,
};

/// An upstream's answer on its way to the client, frame by frame, as each arrives.
pub(crate) struct AnswerStream {
    gate: Arc<Gate>,
    body: Patient,
    /// Bytes still to come, if the head said how many.
    left: Option<u64>,
    treatment: Option<Treatment>,
    /// What was taken from the body before the head went out.
    first: Option<Frame<Bytes>>,
    stage: Stage,
    lease: Option<Lease>,
    watch: Option<Watch>,
    tally: Tally,
}

enum Stage {
    Flowing,
    /// The policy ended the answer: once that is recorded, this ends the stream.
    Withholding {
        recorded: Pin<Box<dyn Future<Output = Recorded> + Send>>,
        ending: Bytes,
    },
    Over,
}

/// Whether a record was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recorded {
    Yes,
    No,
}

/// What comes next of an answer.
enum Step {
    Frame(Frame<Bytes>),
    /// What was cleared before, and what the policy does with the rest.
    Withheld(Bytes, Box<Withheld>),
    Over,
}

/// How an answer begins whose head waits for it.
pub(crate) enum Beginning {
    Passes,
    Withheld(Box<Withheld>),
}

/// How a withheld answer ends for those who follow its exchange.
const WITHHELD: &str = "the policy withheld the answer, or the rest of it";

impl AnswerStream {
    pub(crate) fn new(
        gate: &Arc<Gate>,
        body: Patient,
        lease: Lease,
        watch: Option<Watch>,
        tally: Tally,
    ) -> Self {
        let left = body.size_hint().exact();
        let mut stream = Self {
            gate: Arc::clone(gate),
            body,
            left,
            treatment: None,
            first: None,
            stage: Stage::Flowing,
            lease: Some(lease),
            watch,
            tally,
        };
        // Servers never ask a body that is over from the beginning, so its end is said here.
        if stream.body.is_end_stream() {
            stream.finish(Ending::Whole);
        }
        stream
    }

    /// The same, with a treatment on the way.
    pub(crate) fn treated(mut self, treatment: Treatment) -> Self {
        if matches!(self.stage, Stage::Flowing) {
            if let Some(ear) = treatment.ear() {
                self.tally.counter = |metrics| &metrics.answers_scanned;
                if let Some(watch) = &self.watch {
                    watch.listens(ear);
                }
            }
            self.treatment = Some(treatment);
        }
        self
    }

    /// Waits for what may go out first, so that an answer that is withheld as a whole can be answered with an error.
    pub(crate) async fn begin(&mut self) -> Result<Beginning, BodyError> {
        match poll_fn(|cx| self.poll_step(cx)).await? {
            Step::Frame(frame) => {
                self.first = Some(frame);
                Ok(Beginning::Passes)
            }
            Step::Over => Ok(Beginning::Passes),
            Step::Withheld(_, withheld) => {
                self.withhold();
                Ok(Beginning::Withheld(withheld))
            }
        }
    }

    /// Ends the stream without anything more of it.
    pub(crate) fn withhold(&mut self) {
        self.finish(Ending::Broken(WITHHELD.to_owned()));
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over) && self.first.is_none()
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        match (&self.treatment, &self.stage) {
            (None, Stage::Over) => SizeHint::with_exact(0),
            (None, Stage::Flowing) => self.body.size_hint(),
            _ => SizeHint::default(),
        }
    }

    pub(crate) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if matches!(self.stage, Stage::Flowing) {
            match ready!(self.poll_step(cx)) {
                Ok(Step::Frame(frame)) => return Poll::Ready(Some(Ok(frame))),
                Ok(Step::Over) => return Poll::Ready(None),
                Ok(Step::Withheld(cleared, withheld)) => self.end_early(cleared, *withheld),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        if let Stage::Withholding { recorded, ending } = &mut self.stage {
            let recorded = ready!(recorded.as_mut().poll(cx));
            let ending = std::mem::take(ending);
            self.withhold();
            // Without its record the stream just breaks: nothing is told that was not kept.
            return Poll::Ready(Some(match recorded {
                Recorded::Yes => Ok(Frame::data(ending)),
                Recorded::No => Err(BodyError::Unrecorded),
            }));
        }
        Poll::Ready(None)
    }

    fn end_early(&mut self, cleared: Bytes, withheld: Withheld) {
        let gate = Arc::clone(&self.gate);
        let record = withheld.record;
        let recorded =
            Box::pin(
                async move { if gate.record(record).await.is_ok() { Recorded::Yes } else { Recorded::No } },
            );
        self.stage = Stage::Withholding { recorded, ending: [cleared, withheld.ending].concat().into() };
    }

    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Result<Step, BodyError>> {
        while matches!(self.stage, Stage::Flowing) {
            let passed = match ready!(self.body.poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.pass(data),
                    Err(trailers) => Ok(Some(Step::Frame(trailers))),
                },
                Some(Err(error)) => Err(error),
                None => self.last(),
            };
            match passed {
                Ok(Some(step)) => return Poll::Ready(Ok(step)),
                Ok(None) => {}
                Err(error) => {
                    self.finish(Ending::Broken(format!("the answer did not come whole: {error}")));
                    return Poll::Ready(Err(error));
                }
            }
        }
        Poll::Ready(Ok(Step::Over))
    }

    /// What goes on of a piece; nothing if all of it is held until more is known.
    fn pass(&mut self, data: Bytes) -> Result<Option<Step>, BodyError> {
        self.tally.add(data.len());
        if let Some(watch) = &self.watch {
            watch.passed(data.len());
        }
        self.left = self.left.map(|left| left.saturating_sub(data.len() as u64));
        let Some(treatment) = &mut self.treatment else {
            if self.body.is_end_stream() {
                self.finish(Ending::Whole);
            } else if self.left == Some(0) {
                // A server that knows the length stops asking once it has all; only trailers may still follow.
                self.report(Ending::Whole);
            }
            return Ok(step(data));
        };
        let treated = treatment.push(data)?;
        let Treated::On(data) = treated else { return Ok(Some(treated.into())) };
        if !self.body.is_end_stream() {
            return Ok(step(data));
        }
        Ok(match self.last()? {
            Some(Step::Frame(rest)) => {
                let rest = rest.into_data().unwrap_or_default();
                step([data, rest].concat().into())
            }
            Some(Step::Withheld(cleared, withheld)) => {
                Some(Step::Withheld([data, cleared].concat().into(), withheld))
            }
            Some(Step::Over) | None => step(data),
        })
    }

    /// What was held back, when the answer ends.
    fn last(&mut self) -> Result<Option<Step>, BodyError> {
        let rest = match &mut self.treatment {
            None => Treated::On(Bytes::new()),
            Some(treatment) => treatment.finish()?,
        };
        match rest {
            Treated::On(rest) => {
                self.finish(Ending::Whole);
                Ok(step(rest))
            }
            withheld @ Treated::Withheld(..) => Ok(Some(withheld.into())),
        }
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
            watch.restored(self.treatment.as_ref().map_or(0, Treatment::placeholders_restored));
            watch.end(ending);
        }
    }
}

impl From<Treated> for Step {
    fn from(treated: Treated) -> Self {
        match treated {
            Treated::On(data) => Self::Frame(Frame::data(data)),
            Treated::Withheld(cleared, withheld) => Self::Withheld(cleared, withheld),
        }
    }
}

fn step(data: Bytes) -> Option<Step> {
    (!data.is_empty()).then(|| Step::Frame(Frame::data(data)))
}
