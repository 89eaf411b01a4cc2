use std::sync::Arc;

use bytes::Bytes;
use dialect::{Answer, Dialect, Edit, ReadError, Reading, RequestHead, encoding};
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use model::{
    Action, Activity, Exchange, ExchangeId, Label, Outcome, Purpose, Record, Source, Timestamp, Uninspected,
    Verdict, Visibility,
};

use crate::{
    acknowledge::{Acknowledgements, Subject},
    awaited::Awaited,
    decision::{Body, Capturing, Decision, Next, Restore},
    examine::{Examination, KEPT, Legible},
    facts::{Content, Setting, facts},
    login::Who,
    notice::{malformed, notice},
    open::Head,
    placeholder::{Placeholders, to_replace},
    scanned::Scanned,
    snapshot::Snapshot,
};

/// An exchange whose head is known and whose body is awaited. It sees the one snapshot it was opened with.
#[derive(Clone)]
pub struct Inspection {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) acknowledgements: Arc<Acknowledgements>,
    /// The snapshot's detectors.
    pub(crate) scanned: Arc<Scanned>,
    pub(crate) who: Who,
    pub(crate) at: Timestamp,
    pub(crate) setting: Setting,
    pub(crate) hint: Option<Dialect>,
    pub(crate) stated: Option<Purpose>,
    pub(crate) listed: Listed,
    pub(crate) client: Client,
}

/// Whether the catalogue lists the request's path as one that carries prompts or uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    Yes,
    /// It counts as an exchange only if something is found in it.
    No,
}

/// What an inspection remembers of the head.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) method: String,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) content_type: String,
    pub(crate) content_encoding: String,
    pub(crate) accepts_page: bool,
}

impl Client {
    fn content_type(&self) -> Option<&str> {
        Some(self.content_type.as_str()).filter(|given| !given.is_empty())
    }
}

impl From<&Head<'_>> for Client {
    fn from(head: &Head<'_>) -> Self {
        let header = |name| {
            let value = head.headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        Self {
            method: head.method.to_owned(),
            host: head.host.to_owned(),
            path: head.path_and_query.split('?').next().unwrap_or_default().to_owned(),
            content_type: header(CONTENT_TYPE),
            content_encoding: header(CONTENT_ENCODING),
            accepts_page: header(ACCEPT).contains("text/html"),
        }
    }
}

/// Bytes above which an unreadable body on an unlisted path counts as an upload all the same.
const NOTEWORTHY: u64 = 64 * 1024;

/// What could be read of a body.
enum Contents {
    Read(Reading, Bytes),
    Unread(Uninspected),
    Malformed(String),
}

impl Inspection {
    /// Bytes of the body to hold before asking; more than that is [`Body::TooLarge`].
    pub fn limit(&self) -> usize {
        self.snapshot.settings.body_limit
    }

    /// Decides. This is CPU work that grows with the body: call it off the runtime's threads above some tens of KiB.
    pub fn close(self, body: Body, now: Timestamp) -> Decision {
        let bytes = body.len();
        match self.contents(body) {
            Contents::Read(reading, decoded) => {
                let awaited = Awaited::of(&self, Some(&reading));
                let capturing = self.capturing();
                let decision = self.decide(&reading, &decoded, bytes, now);
                decision.captured(capturing.as_ref(), &decoded).then_hear(awaited)
            }
            Contents::Unread(reason) => {
                let awaited = Awaited::of(&self, None);
                self.decide_unread(reason, bytes, now).then_hear(awaited)
            }
            Contents::Malformed(reason) => self.reject(&reason, bytes),
        }
    }

    fn contents(&self, body: Body) -> Contents {
        let raw = match body {
            Body::Whole(raw) => raw,
            Body::TooLarge { .. } => return Contents::Unread(Uninspected::TooLarge),
            Body::Broken { reason, .. } => return Contents::Malformed(reason),
        };
        let client = &self.client;
        let decoded = match decoded(raw, &client.content_encoding, self.snapshot.settings.decoded_limit) {
            Ok(decoded) => decoded,
            Err(reason) => return Contents::Unread(reason),
        };
        let head = RequestHead { path: &client.path, content_type: client.content_type() };
        match dialect::read(self.dialect(), &head, &decoded) {
            Ok(reading) => Contents::Read(reading, decoded),
            Err(ReadError { .. }) => Contents::Unread(Uninspected::Unreadable),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        let client = &self.client;
        dialect::recognise(&client.host, &client.method, &client.path, client.content_type(), self.hint)
    }

    /// Decides on a WebSocket, whose messages are not looked at.
    pub(crate) fn web_socket(self, now: Timestamp) -> Decision {
        self.decide_unread(Uninspected::WebSocket, 0, now)
    }

    /// Decides on text in the query string, which can be refused but not rewritten.
    pub(crate) fn query(self, path_and_query: &str, now: Timestamp) -> Decision {
        let query = path_and_query.split_once('?').map_or("", |(_, query)| query);
        let text = dialect::percent_decode(query);
        let examination = self.examine(std::iter::once((0, text.reveal(), true)));
        let (capturing, bytes) = (self.capturing(), query.len() as u64);
        let decision = self.weigh(&Seen { examination, ..Seen::nothing(Visibility::Content) }, bytes, now);
        decision.captured(capturing.as_ref(), text.reveal().as_bytes())
    }

    /// What is needed to capture the content, where anything is captured.
    fn capturing(&self) -> Option<Capturing> {
        let settings = Arc::clone(&self.snapshot.settings);
        let content_type = || self.client.content_type.clone();
        settings.capture.is_some().then(|| Capturing { content_type: content_type(), settings })
    }

    /// Decides on a sign-in, whose body is never looked at.
    pub(crate) fn sign_in(self, now: Timestamp) -> Decision {
        self.weigh(&Seen::nothing(Visibility::Content), 0, now)
    }

    /// Decides on a page visit: only advice or a refusal makes it an exchange.
    pub(crate) fn navigation(self, now: Timestamp) -> Option<Decision> {
        let decision = self.weigh(&Seen::nothing(Visibility::Content), 0, now);
        matches!(decision.next, Next::Answer(_)).then_some(decision)
    }

    fn decide(self, reading: &Reading, body: &Bytes, bytes: u64, now: Timestamp) -> Decision {
        let texts = reading.parts.iter().enumerate().map(|(at, part)| (at, part.text.reveal(), part.newest));
        let mut examination = self.examine(texts);
        let opaque = self.examine_files(reading, body, &mut examination) == Legible::InPart;
        if self.listed == Listed::No && examination.spotted.is_empty() {
            return Decision::unnoticed();
        }
        let seen = Seen {
            visibility: if opaque { Visibility::Flow } else { Visibility::Content },
            uninspected: opaque.then_some(Uninspected::Opaque),
            reading: Some((reading, body)),
            examination,
        };
        self.weigh(&seen, bytes, now)
    }

    fn examine<'a>(&self, texts: impl Iterator<Item = (usize, &'a str, bool)>) -> Examination {
        Examination::of(&self.snapshot.settings.key, texts, |text| self.scanned.scan(text))
    }

    /// Reads the files that are no text.
    fn examine_files(&self, reading: &Reading, body: &Bytes, found: &mut Examination) -> Legible {
        let (detectors, key) = (&self.snapshot.detectors, &self.snapshot.settings.key);
        let mut legible = Legible::Whole;
        for (at, part) in reading.parts.iter().enumerate().filter(|(_, part)| part.opaque.is_some()) {
            let name = part.file.as_ref().and_then(|file| file.name.as_deref());
            let read = reading.bytes(body, at).map(|bytes| found.add_file(detectors, key, at, &bytes, name));
            if read != Some(Legible::Whole) {
                legible = Legible::InPart;
            }
        }
        legible
    }

    fn decide_unread(self, reason: Uninspected, bytes: u64, now: Timestamp) -> Decision {
        if self.listed == Listed::No && bytes < NOTEWORTHY && reason != Uninspected::WebSocket {
            return Decision::unnoticed();
        }
        let seen = Seen { uninspected: Some(reason), ..Seen::nothing(Visibility::Flow) };
        self.weigh(&seen, bytes, now)
    }

    fn reject(self, reason: &str, bytes: u64) -> Decision {
        let answer = self.answer(&malformed(reason));
        let seen = Seen { uninspected: Some(Uninspected::Truncated), ..Seen::nothing(Visibility::Flow) };
        let facts = self.facts(&seen, self.at);
        let verdict = self.snapshot.verdict(&facts);
        let record = self.record(ExchangeId::at(self.at), &seen, facts, verdict, Outcome::Rejected, bytes);
        Decision::of(record, Next::Answer(answer))
    }

    /// Asks the policy and carries its verdict over into what the gate does.
    fn weigh(self, seen: &Seen<'_>, bytes: u64, now: Timestamp) -> Decision {
        let facts = self.facts(seen, now);
        let verdict = self.snapshot.verdict(&facts);
        let id = ExchangeId::at(now);
        let (outcome, rewrite) = self.outcome(seen, &verdict, now);
        self.remember_held(id, outcome, &seen.examination);
        let record = self.record(id, seen, facts, verdict, outcome, bytes);
        let next = match (outcome, rewrite) {
            (Outcome::Redacted, Some((body, restore))) => Next::Rewrite { body, restore },
            (Outcome::Forwarded | Outcome::Acknowledged | Outcome::Justified, _) => Next::Forward,
            _ => {
                let notice = notice(&self.snapshot, &record, now);
                Next::Answer(self.answer(&notice))
            }
        };
        Decision::of(record, next)
    }

    pub(crate) fn outcome(
        &self,
        seen: &Seen<'_>,
        verdict: &Verdict,
        now: Timestamp,
    ) -> (Outcome, Option<(Bytes, Restore)>) {
        let lasts = self.snapshot.policy.front().retry_within;
        let known = &self.acknowledgements;
        let outcome = match verdict.action {
            Action::Allow => Outcome::Forwarded,
            Action::Coach if known.coached(&self.subject(seen, verdict), now, lasts) => Outcome::Acknowledged,
            Action::Coach => Outcome::Coached,
            Action::Justify if known.justified(&self.subject(seen, verdict), now) => Outcome::Justified,
            Action::Justify => Outcome::Held,
            Action::Block => Outcome::Blocked,
            Action::Redact => {
                let rewrite = self.redact(seen, verdict);
                let outcome = if rewrite.is_some() { Outcome::Redacted } else { Outcome::Blocked };
                return (outcome, rewrite);
            }
        };
        (outcome, None)
    }

    /// Remembers what a held exchange holds where its record cannot, so that a reason for it counts for all of it.
    pub(crate) fn remember_held(&self, id: ExchangeId, outcome: Outcome, found: &Examination) {
        if outcome == Outcome::Held && found.spotted.len() > KEPT {
            self.acknowledgements.hold(id, found.all_digests());
        }
    }

    fn subject(&self, seen: &Seen<'_>, verdict: &Verdict) -> Subject<'_> {
        subject(&self.who, &self.setting, &seen.examination, verdict)
    }

    /// The body with typed placeholders; `None` if that cannot be had, and the exchange must not go out.
    fn redact(&self, seen: &Seen<'_>, verdict: &Verdict) -> Option<(Bytes, Restore)> {
        let (reading, body) = seen.reading?;
        let labels = redacted_labels(verdict);
        let mut placeholders = Placeholders::default();
        // Findings inside files have no place in the body where a placeholder could go.
        let edits: Vec<Edit> = to_replace(&seen.examination.spotted, &labels)
            .into_iter()
            .map(|spotted| {
                let text = reading.parts.get(spotted.part)?.text.reveal().get(spotted.range.clone())?;
                let with = placeholders.stand_in(&self.snapshot.settings.key, &spotted.finding.label, text);
                Some(Edit { part: spotted.part, range: spotted.range.clone(), with })
            })
            .collect::<Option<_>>()?;
        if edits.is_empty() {
            return None;
        }
        let rewritten = dialect::rewrite(body, reading, &edits).ok()?;
        let restore = Restore { dialect: self.dialect(), originals: placeholders.into_originals() };
        Some((rewritten.into(), restore))
    }

    pub(crate) fn facts(&self, seen: &Seen<'_>, now: Timestamp) -> model::Facts {
        let content = Content {
            labels: seen.examination.labels(),
            purpose: self.stated.or(seen.examination.purpose),
            visibility: seen.visibility,
        };
        let mut setting = self.setting.clone();
        if seen.reading.is_some_and(|(reading, _)| reading.activity == Activity::Upload) {
            setting.activity = Activity::Upload;
        }
        facts(&self.snapshot, &self.who, &setting, content, now)
    }

    pub(crate) fn answer(&self, notice: &dialect::Notice) -> Answer {
        if self.client.accepts_page && self.client.method == "GET" {
            return dialect::page(notice);
        }
        dialect::answer(self.dialect(), notice)
    }

    pub(crate) fn record(
        &self,
        id: ExchangeId,
        seen: &Seen<'_>,
        facts: model::Facts,
        verdict: Verdict,
        outcome: Outcome,
        bytes: u64,
    ) -> Record {
        let reading = seen.reading.map(|(reading, _)| reading);
        let files = reading.into_iter().flat_map(Reading::files);
        let exchange = Exchange {
            id,
            at: self.at,
            source: Source::Proxy,
            person: self.who.id.clone(),
            method: self.client.method.clone(),
            host: self.client.host.clone(),
            path: self.client.path.clone(),
            model: reading.and_then(|reading| reading.model.clone()),
            conversation: reading.and_then(|reading| reading.conversation.clone()),
            files: files.map(str::to_owned).collect(),
            bytes_up: bytes,
            uninspected: seen.uninspected,
        };
        Record { exchange, facts, findings: seen.examination.findings(), verdict, outcome }
    }
}

/// What of an exchange's content has been seen.
pub(crate) struct Seen<'a> {
    pub(crate) visibility: Visibility,
    pub(crate) uninspected: Option<Uninspected>,
    pub(crate) reading: Option<(&'a Reading, &'a Bytes)>,
    pub(crate) examination: Examination,
}

impl Seen<'_> {
    pub(crate) fn nothing(visibility: Visibility) -> Self {
        Self { visibility, uninspected: None, reading: None, examination: Examination::default() }
    }
}

impl std::fmt::Debug for Inspection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inspection").field("tool", &self.setting.tool).finish_non_exhaustive()
    }
}

/// The findings under these labels are replaced: those of every clause that asks for redaction.
pub(crate) fn redacted_labels(verdict: &Verdict) -> Vec<Label> {
    let redactions = verdict.duties.iter().filter(|duty| duty.action == Action::Redact);
    redactions.flat_map(|duty| duty.labels.iter().cloned()).collect()
}

/// What must have been acknowledged: each deciding clause with the findings it is about.
fn subject<'a>(who: &'a Who, setting: &'a Setting, found: &Examination, verdict: &Verdict) -> Subject<'a> {
    let deciding = verdict.duties.iter().filter(|duty| duty.action == verdict.action);
    let mut points: Vec<_> =
        deciding.map(|duty| (Some(duty.clause.clone()), found.digests(&duty.labels))).collect();
    if verdict.otherwise {
        points.push((None, Default::default()));
    }
    Subject { person: &who.id, tool: &setting.tool, points }
}

fn decoded(raw: Bytes, content_encoding: &str, limit: usize) -> Result<Bytes, Uninspected> {
    if content_encoding.is_empty() || content_encoding.eq_ignore_ascii_case("identity") {
        return Ok(raw);
    }
    match encoding::decode(content_encoding, &raw, limit) {
        Ok(decoded) => Ok(decoded.into()),
        Err(encoding::DecodeError::TooLarge { .. }) => Err(Uninspected::Bomb),
        Err(_) => Err(Uninspected::Unreadable),
    }
}
