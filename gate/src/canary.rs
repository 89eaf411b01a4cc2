use bytes::Bytes;
use engine::{Decision, Opening};
use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use hyper::body::Incoming;

use crate::{
    body::AnswerBody,
    drain::drain,
    exchange::Asked,
    hold::hold,
    origin::Scheme,
    problem::Problem,
    session::{Inspection, Session},
    unfinished::Unfinished,
};

/// Decides about a canary as about anything else, and answers with the verdict: nothing is recorded or sent on.
pub(crate) async fn answer(
    session: &Session,
    asked: &Asked,
    body: Incoming,
) -> Result<Response<AnswerBody>, Problem> {
    if session.inspection == Inspection::Off {
        return Err(no_verdict("the host is not inspected"));
    }
    let decision = match crate::exchange::open(session, &asked.parts) {
        Opening::Ignore => return Err(no_verdict("the request is no use of a tool")),
        Opening::Decided(decision) => *decision,
        Opening::Inspect(inspection) => {
            let limit = inspection.limit();
            // Of its own, so that one that breaks off is not recorded.
            let unfinished = Unfinished::default();
            let reading = unfinished.begin(inspection.clone());
            let held = hold(&session.gate, body, limit, &reading).await;
            let decision = crate::exchange::close(session, inspection, &held).await?;
            drain(session, held).await;
            decision
        }
    };
    require_tenants(session, asked)?;
    told(decision)
}

/// The field in which a canary names the tenant controls whose headers it must carry when it goes on.
const TENANTS: &str = "bylaw-canary-tenants";

/// No verdict for a canary that would go on without the headers it must carry, or with another value.
fn require_tenants(session: &Session, asked: &Asked) -> Result<(), Problem> {
    let headers = &asked.parts.headers;
    let required = headers.get(TENANTS).and_then(|field| field.to_str().ok()).unwrap_or_default();
    let snapshot = session.gate.engine.snapshot();
    let holding = match session.upstream.origin.scheme {
        Scheme::Https => snapshot.settings.tenants.holding(&session.target().host, headers),
        Scheme::Http => Vec::new(),
    };
    let mut missing = required.split(',').filter(|control| !control.is_empty() && !holding.contains(control));
    match missing.next() {
        Some(control) => {
            Err(no_verdict(&format!("the headers of the tenant control `{control}` would not be sent")))
        }
        None => Ok(()),
    }
}

fn told(decision: Decision) -> Result<Response<AnswerBody>, Problem> {
    let record = decision.record.ok_or_else(|| no_verdict("the request is no use of the tool"))?;
    // A verdict can always be written as JSON.
    let verdict = serde_json::to_vec(&record.verdict).unwrap_or_default();
    let mut response = Response::new(AnswerBody::from(Bytes::from(verdict)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// Canaries are about what is decided; where nothing is, nothing goes on either.
pub(crate) fn no_verdict(why: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "no_verdict", format!("the canary got no verdict: {why}"))
}
