use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use engine::{Body, Decision, Errand, Evidence, Next, Opening, Withheld};
use http::{
    HeaderName, HeaderValue, Request, Response, StatusCode,
    header::{ACCEPT_ENCODING, ALT_SVC, CONTENT_ENCODING, CONTENT_LENGTH, EXPECT, TE},
    request::Parts,
};
use hyper::{body::Incoming, upgrade::OnUpgrade};
use model::Record;

use crate::{
    answer::{AnswerStream, Beginning},
    body::{AnswerBody, Patient, RequestBody, Tally},
    canary,
    completion::{Ending, Watch},
    drain::drain,
    gate::now,
    header::{
        accepts_trailers, asks_for_websocket, has_other_transfer_coding, strip_digests, strip_hop_by_hop,
    },
    hold::{Held, Room, hold},
    metrics::{Counter, Metrics},
    problem::{Problem, Reader},
    recorder::Pending,
    session::{Inspection, Session, head},
    treatment::{Prescription, Untreatable},
    unfinished::GivenUp,
    websocket,
};

/// Bodies above this are inspected off the runtime's threads.
const INSPECTED_HERE: usize = 32 * 1024;

/// A request whose body is somewhere else.
pub(crate) struct Asked {
    pub(crate) parts: Parts,
    /// If it asks to become a WebSocket.
    upgrade: Option<OnUpgrade>,
    begun: Instant,
}

/// Answers one request: asks the engine and does what it says.
pub(crate) async fn answer(session: &Arc<Session>, mut request: Request<Incoming>) -> Response<AnswerBody> {
    session.gate.metrics.requests_read.increment();
    session.used.now();
    let upgrade = asks_for_websocket(request.headers()).then(|| hyper::upgrade::on(&mut request));
    let (parts, body) = request.into_parts();
    let reader = Reader::of(&parts.headers);
    let asked = Asked { parts, upgrade, begun: Instant::now() };
    match carry_out(session, asked, body).await {
        Ok(answer) => answer,
        Err(problem) => problem.answer(reader),
    }
}

async fn carry_out(
    session: &Arc<Session>,
    asked: Asked,
    body: Incoming,
) -> Result<Response<AnswerBody>, Problem> {
    if session.who.errand == Errand::Canary {
        session.check(&asked)?;
        return Box::pin(canary::answer(session, &asked, body)).await;
    }
    if let Err(problem) = session.check(&asked) {
        return Box::pin(refuse(session, &asked, problem)).await;
    }
    if session.inspection == Inspection::Off {
        let body = streamed(session, body, |metrics| &metrics.unscanned_tunnelled);
        return send(session, asked, body, None).await;
    }
    match open(session, &asked.parts) {
        Opening::Ignore => {
            let body = streamed(session, body, |metrics| &metrics.unscanned_ignored);
            send(session, asked, body, None).await
        }
        Opening::Decided(decision) => {
            let body = Patient::new(body, session.gate.config.timeouts.body);
            act(session, asked, Held::Unread(Box::new(body)), *decision).await
        }
        Opening::Inspect(inspection) => {
            session.give_up(GivenUp::Abandoned).await;
            let limit = inspection.limit();
            let reading = session.unfinished.begin(inspection);
            let held = hold(&session.gate, body, limit, &reading).await;
            let Some(inspection) = session.unfinished.finish(&reading) else {
                return Err(Problem::malformed("the connection ended before the request"));
            };
            let decision = close(session, inspection, &held).await?;
            act(session, asked, held, decision).await
        }
    }
}

pub(crate) fn open(session: &Session, parts: &Parts) -> Opening {
    let head = head(&parts.method, &session.target().host, &parts.uri, &parts.headers);
    session.gate.engine.open(&session.who, &head, now())
}

impl Session {
    fn check(&self, asked: &Asked) -> Result<(), Problem> {
        let headers = &asked.parts.headers;
        if has_other_transfer_coding(headers) {
            let detail = "only the transfer coding `chunked` is understood";
            return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "transfer_coding", detail));
        }
        self.check_name(&asked.parts)
    }
}

/// Answers a request that must not go on, with a record if it was meant for a tool.
async fn refuse(session: &Session, asked: &Asked, problem: Problem) -> Result<Response<AnswerBody>, Problem> {
    let metrics = &session.gate.metrics;
    match problem.status {
        StatusCode::MISDIRECTED_REQUEST => metrics.misdirected_refused.increment(),
        _ => metrics.malformed_refused.increment(),
    }
    if session.inspection == Inspection::On
        && let Opening::Inspect(inspection) = open(session, &asked.parts)
    {
        let decision = inspection.close(Body::Broken { bytes: 0, reason: problem.detail.clone() }, now());
        if let Some(record) = decision.record {
            session.gate.record(record).await?;
        }
    }
    Err(problem)
}

/// Asks the engine about the body; off the runtime's threads if that may take long.
pub(crate) async fn close(
    session: &Session,
    inspection: Box<engine::Inspection>,
    held: &Held,
) -> Result<Decision, Problem> {
    let metrics = &session.gate.metrics;
    let body = match held {
        Held::Whole(whole) => {
            metrics.bytes_scanned.add(whole.bytes.len() as u64);
            Body::Whole(whole.bytes.clone())
        }
        Held::Longer { prefix, .. } => Body::TooLarge { prefix: prefix.clone() },
        Held::Unread(_) => Body::TooLarge { prefix: Bytes::new() },
        Held::Broken { bytes, reason } => {
            metrics.malformed_refused.increment();
            Body::Broken { bytes: *bytes, reason: reason.clone() }
        }
    };
    match &body {
        Body::Whole(bytes) if bytes.len() > INSPECTED_HERE => {
            let closed = tokio::task::spawn_blocking(move || inspection.close(body, now())).await;
            closed.map_err(|_| {
                let detail = "the request could not be inspected, so it was not sent on";
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "inspection_failed", detail)
            })
        }
        _ => Ok(inspection.close(body, now())),
    }
}

/// Does what was decided. No byte of an answer reaches the client before the record is durable.
async fn act(
    session: &Arc<Session>,
    asked: Asked,
    held: Held,
    decision: Decision,
) -> Result<Response<AnswerBody>, Problem> {
    let metrics = &session.gate.metrics;
    let Decision { record, evidence, next, awaited } = decision;
    match next {
        Next::Answer(answer) => {
            metrics.exchanges_answered.increment();
            if let Some(record) = record {
                let pending = session.gate.hand_over(record, evidence).await?;
                session.gate.durable(pending).await?;
            }
            drain(session, held).await;
            Ok(own_answer(answer))
        }
        Next::Forward => {
            metrics.exchanges_forwarded.increment();
            let body = forwarded(session, held)?;
            let recorded = record_and_watch(session, record, evidence, asked.begun).await?;
            send_and_treat(session, asked, body, recorded, Prescription { restore: None, awaited }).await
        }
        Next::Rewrite { body, restore } => {
            metrics.exchanges_rewritten.increment();
            let recorded = record_and_watch(session, record, evidence, asked.begun).await?;
            let asked = asked.rewritten(body.len());
            let body = RequestBody::whole(body, None, Room::default());
            let prescription = Prescription { restore: Some(restore), awaited };
            send_and_treat(session, asked, body, recorded, prescription).await
        }
    }
}

impl Asked {
    /// The request with a body of another length, unencoded.
    fn rewritten(mut self, length: usize) -> Self {
        let headers = &mut self.parts.headers;
        headers.remove(CONTENT_ENCODING);
        strip_digests(headers);
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        self
    }
}

/// A record on its way to being durable, and the watch over the rest of its exchange.
struct Recorded {
    pending: Pending,
    watch: Watch,
}

async fn record_and_watch(
    session: &Session,
    record: Option<Record>,
    evidence: Option<Box<Evidence>>,
    begun: Instant,
) -> Result<Option<Recorded>, Problem> {
    let Some(record) = record else {
        return Ok(None);
    };
    let id = record.exchange.id;
    let pending = session.gate.hand_over(record, evidence).await?;
    Ok(Some(Recorded { pending, watch: Watch::begin(&session.gate, id, begun) }))
}

fn streamed(session: &Session, body: Incoming, counter: fn(&Metrics) -> &Counter) -> RequestBody {
    let tally = Tally { metrics: Arc::clone(&session.gate.metrics), counter };
    let rest = Box::new(Patient::new(body, session.gate.config.timeouts.body));
    RequestBody::rest(Bytes::new(), rest, tally, Room::default())
}

/// The body as it came.
fn forwarded(session: &Session, held: Held) -> Result<RequestBody, Problem> {
    match held {
        Held::Whole(whole) => Ok(RequestBody::whole(whole.bytes, whole.trailers, whole.room)),
        Held::Unread(rest) => {
            let metrics = Arc::clone(&session.gate.metrics);
            let tally = Tally { metrics, counter: |metrics| &metrics.unscanned_unread };
            Ok(RequestBody::rest(Bytes::new(), rest, tally, Room::default()))
        }
        Held::Longer { prefix, rest, room } => {
            let metrics = Arc::clone(&session.gate.metrics);
            let tally = Tally { metrics, counter: |metrics| &metrics.unscanned_too_large };
            Ok(RequestBody::rest(prefix, rest, tally, room))
        }
        Held::Broken { reason, .. } => Err(Problem::malformed(reason)),
    }
}

/// Sends the request on; its answer goes through what is prescribed.
async fn send_and_treat(
    session: &Arc<Session>,
    mut asked: Asked,
    body: RequestBody,
    recorded: Option<Recorded>,
    prescription: Prescription,
) -> Result<Response<AnswerBody>, Problem> {
    if prescription.is_none() {
        return send(session, asked, body, recorded).await;
    }
    asked.parts.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let answer = send(session, asked, body, recorded).await?;
    let (mut parts, body) = answer.into_parts();
    let AnswerBody::Upstream(mut stream) = body else {
        return Ok(Response::from_parts(parts, body));
    };
    let treatment = match prescription.begin(&mut parts) {
        Ok(treatment) => treatment,
        Err(Untreatable::Withheld(withheld)) => {
            stream.withhold();
            return withhold(session, *withheld).await;
        }
        Err(Untreatable::Coding(error)) => {
            let detail = format!("the answer cannot be read, so it cannot be inspected or restored: {error}");
            return Err(Problem::new(StatusCode::BAD_GATEWAY, "upstream_coding", detail));
        }
    };
    let holds_head = treatment.holds_head();
    stream = Box::new(stream.treated(treatment));
    if holds_head {
        let begun = stream.begin().await.map_err(|error| {
            let detail = format!("the answer did not come whole: {error}");
            Problem::new(StatusCode::BAD_GATEWAY, "upstream_broken", detail)
        })?;
        if let Beginning::Withheld(withheld) = begun {
            return withhold(session, *withheld).await;
        }
    }
    Ok(Response::from_parts(parts, AnswerBody::Upstream(stream)))
}

/// Answers in place of the tool, once it is recorded that its answer is withheld.
async fn withhold(session: &Session, withheld: Withheld) -> Result<Response<AnswerBody>, Problem> {
    session.gate.record(withheld.record).await?;
    Ok(own_answer(withheld.answer))
}

/// Sends the request on, and its answer back once the record is durable.
async fn send(
    session: &Arc<Session>,
    asked: Asked,
    body: RequestBody,
    recorded: Option<Recorded>,
) -> Result<Response<AnswerBody>, Problem> {
    let (pending, watch) = match recorded {
        Some(Recorded { pending, watch }) => (Some(pending), Some(watch)),
        None => (None, None),
    };
    let Some(pending) = pending else {
        return pass_on(session, asked, body, watch).await;
    };
    // A record that cannot be kept ends the exchange at once; a tool that fails is told of once the record is durable.
    let durable = session.gate.durable(pending);
    let answered = async { Ok(pass_on(session, asked, body, watch).await) };
    tokio::try_join!(durable, answered)?.1
}

async fn pass_on(
    session: &Arc<Session>,
    asked: Asked,
    body: RequestBody,
    watch: Option<Watch>,
) -> Result<Response<AnswerBody>, Problem> {
    let Asked { mut parts, upgrade, .. } = asked;
    parts.headers.remove(EXPECT);
    if let Some(client_side) = upgrade {
        let passed =
            Box::pin(websocket::pass(session, Request::from_parts(parts, ()), client_side, watch)).await;
        return passed.map_err(|error| session.gate.send_problem(&error));
    }
    let trailers = accepts_trailers(&parts.headers);
    strip_hop_by_hop(&mut parts.headers);
    if trailers {
        parts.headers.insert(TE, HeaderValue::from_static("trailers"));
    }
    // Last, so that no field of the client can take one away.
    let restricted = session.restrict(&mut parts.headers);
    match session.upstream.send(Request::from_parts(parts, body)).await {
        Ok((answer, lease)) => {
            session.answered(restricted, answer.status());
            if let Some(watch) = &watch {
                watch.answered(answer.status());
            }
            let (mut parts, body) = answer.into_parts();
            strip_hop_by_hop(&mut parts.headers);
            // It would invite the client to HTTP/3, which nobody can look into.
            parts.headers.remove(ALT_SVC);
            let gate = &session.gate;
            let tally =
                Tally { metrics: Arc::clone(&gate.metrics), counter: |metrics| &metrics.unscanned_answers };
            let body = Patient::new(body, gate.config.timeouts.answer_body);
            let stream = AnswerStream::new(gate, body, lease, watch, tally);
            Ok(Response::from_parts(parts, AnswerBody::Upstream(Box::new(stream))))
        }
        Err(error) => {
            if let Some(watch) = watch {
                watch.end(Ending::Broken(error.to_string()));
            }
            Err(session.gate.send_problem(&error))
        }
    }
}

fn own_answer(answer: engine::Answer) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::FORBIDDEN);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
