use std::collections::BTreeMap;

use bytes::Bytes;
use dialect::{Answer, Arrival, Begun, ResponseReader};
use model::{Action, ExchangeId, Label, Outcome, Record, Timestamp, Uninspected, Verdict, Visibility};

use crate::{
    awaited::Awaited,
    examine::Examination,
    heard::{HeardTexts, Tail},
    inspection::Seen,
    notice::notice,
};

/// Bytes of a streaming answer that are held back at most because they may be the beginning of a finding.
const HELD: usize = 256 * 1024;

/// An answer on its way to the person.
///
/// It is read as it comes; what is certain not to be the beginning of a finding passes at once. What has passed cannot
/// be taken back: a clause that several findings together make apply ends the answer at the last of them.
pub struct Listening {
    awaited: Awaited,
    content_type: String,
    reader: ResponseReader,
    texts: HeardTexts,
    /// What has come and not passed on.
    held: Vec<u8>,
    /// Bytes that have passed on.
    passed: u64,
    uninspected: Option<Uninspected>,
    judged: Option<Judged>,
}

/// What the policy said last, and of what.
#[derive(Debug)]
struct Judged {
    labels: BTreeMap<Label, u32>,
    uninspected: Option<Uninspected>,
    verdict: Verdict,
    outcome: Outcome,
}

/// What to do with the part of an answer that came last.
#[derive(Debug)]
pub enum Heard {
    /// This may go on to the person; perhaps nothing yet.
    Pass(Bytes),
    /// The answer ends here.
    Withhold(Box<Withheld>),
}

/// An answer that the person must not get, or not further.
#[derive(Debug)]
pub struct Withheld {
    /// To be made durable before the person hears of it.
    pub record: Record,
    /// What the person gets, if nothing has been sent so far.
    pub answer: Answer,
    /// What ends the stream, if some of it has.
    pub ending: Bytes,
}

impl Listening {
    pub(crate) fn begin(awaited: Awaited, content_type: &str, now: Timestamp) -> Result<Self, Box<Withheld>> {
        let reader = ResponseReader::new(awaited.inspection.dialect(), content_type);
        let unreadable = reader.arrival() == Arrival::Never;
        let mut listening = Self {
            awaited,
            content_type: content_type.to_owned(),
            reader,
            texts: HeardTexts::default(),
            held: Vec::new(),
            passed: 0,
            uninspected: unreadable.then_some(Uninspected::Opaque),
            judged: None,
        };
        match listening.judge(now) {
            Some(withheld) => Err(withheld),
            None => Ok(listening),
        }
    }

    /// Whether the answer can pass piece by piece, or must be held until all of it was heard.
    pub fn arrival(&self) -> Arrival {
        self.reader.arrival()
    }

    /// Whether more of the answer waits than may be held; see [`Listening::too_large`].
    pub fn holds_too_much(&self) -> bool {
        self.held.len() > self.awaited.inspection.limit()
    }

    /// Takes the next piece, decompressed. CPU work that grows with the piece.
    pub fn hear(&mut self, piece: &[u8], now: Timestamp) -> Heard {
        self.held.extend_from_slice(piece);
        if self.uninspected == Some(Uninspected::TooLarge) {
            return Heard::Pass(self.release(u64::MAX));
        }
        let before = self.reader.complete();
        let said = self.reader.push(piece);
        let tail = self.examine(said);
        if let Some(withheld) = self.judge(now) {
            return Heard::Withhold(withheld);
        }
        let until = match tail {
            Tail::BeganBefore if self.held.len() < HELD => self.passed,
            Tail::BeganNow => before,
            Tail::Settled | Tail::BeganBefore => self.reader.complete(),
        };
        Heard::Pass(self.release(until))
    }

    /// The answer has ended.
    pub fn end(&mut self, now: Timestamp) -> Heard {
        let said = self.reader.finish();
        self.examine(said);
        match self.judge(now) {
            Some(withheld) => Heard::Withhold(withheld),
            None => Heard::Pass(self.release(u64::MAX)),
        }
    }

    /// The answer cannot be held until all of it was heard: the policy says what becomes of content that was not seen, and
    /// from here on everything passes.
    pub fn too_large(&mut self, now: Timestamp) -> Heard {
        self.uninspected = Some(Uninspected::TooLarge);
        match self.judge(now) {
            Some(withheld) => Heard::Withhold(withheld),
            None => Heard::Pass(self.release(u64::MAX)),
        }
    }

    /// The record of an answer that passed, as far as it came; `None` if there is nothing to tell.
    pub fn close(mut self, now: Timestamp) -> Option<Record> {
        let judged = self.judged.take()?;
        let restrained = judged.verdict.duties.iter().any(|duty| duty.action > Action::Allow);
        let tells = restrained || !judged.labels.is_empty();
        tells.then(|| self.record(judged.verdict, judged.outcome, now))
    }

    fn examine(&mut self, said: Vec<dialect::Said>) -> Tail {
        let snapshot = &self.awaited.inspection.snapshot;
        let tail = self.texts.add(&snapshot.detectors, &snapshot.settings.key, said);
        if self.reader.unread() > 0 && self.uninspected.is_none() {
            self.uninspected = Some(Uninspected::Unreadable);
        }
        tail
    }

    fn release(&mut self, until: u64) -> Bytes {
        let count = usize::try_from(until.saturating_sub(self.passed)).unwrap_or(usize::MAX);
        let count = count.min(self.held.len());
        self.passed += count as u64;
        self.held.drain(..count).collect::<Vec<_>>().into()
    }

    /// Asks the policy again if there is anything new.
    fn judge(&mut self, now: Timestamp) -> Option<Box<Withheld>> {
        let labels = self.texts.examination.labels();
        let known = |judged: &Judged| judged.labels == labels && judged.uninspected == self.uninspected;
        if self.judged.as_ref().is_some_and(known) {
            return None;
        }
        let inspection = &self.awaited.inspection;
        let seen = self.seen();
        let facts = inspection.facts(&seen, now);
        let verdict = inspection.snapshot.verdict(&facts);
        let (outcome, _) = inspection.outcome(&seen, &verdict, now);
        let passes = matches!(outcome, Outcome::Forwarded | Outcome::Acknowledged | Outcome::Justified);
        if passes {
            self.judged = Some(Judged { labels, uninspected: self.uninspected, verdict, outcome });
            return None;
        }
        self.judged = None;
        Some(Box::new(self.withheld(verdict, outcome, now)))
    }

    fn withheld(&self, verdict: Verdict, outcome: Outcome, now: Timestamp) -> Withheld {
        let inspection = &self.awaited.inspection;
        let record = self.record(verdict, outcome, now);
        inspection.remember_held(record.exchange.id, outcome, &self.texts.examination);
        let notice = notice(&inspection.snapshot, &record, now);
        let begun = if self.passed == 0 { Begun::No } else { Begun::Yes };
        let ending = dialect::ending(inspection.dialect(), &self.content_type, begun, &notice);
        Withheld { record, answer: inspection.answer(&notice), ending: ending.into() }
    }

    fn record(&self, verdict: Verdict, outcome: Outcome, now: Timestamp) -> Record {
        let inspection = &self.awaited.inspection;
        let seen = self.seen();
        let facts = inspection.facts(&seen, now);
        let mut record = inspection.record(ExchangeId::at(now), &seen, facts, verdict, outcome, 0);
        record.exchange.at = now;
        record.exchange.model.clone_from(&self.awaited.model);
        record.exchange.conversation.clone_from(&self.awaited.conversation);
        record
    }

    fn seen(&self) -> Seen<'_> {
        let visibility = if self.uninspected.is_some() { Visibility::Flow } else { Visibility::Content };
        let examination = Examination { spotted: self.texts.examination.spotted.clone(), purpose: None };
        Seen { visibility, uninspected: self.uninspected, reading: None, examination }
    }
}

impl std::fmt::Debug for Listening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listening").field("passed", &self.passed).finish_non_exhaustive()
    }
}
