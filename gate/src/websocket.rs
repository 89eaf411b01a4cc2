use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CONNECTION, UPGRADE},
};
use hyper::{body::Incoming, upgrade::OnUpgrade};
use hyper_util::rt::TokioIo;

use crate::{
    answer::AnswerStream,
    body::{AnswerBody, Patient, RequestBody, Tally},
    completion::{Ending, Watch},
    header::strip_hop_by_hop,
    hold::Room,
    session::Session,
    tunnel::{self, Passage},
    upstream::{Lease, SendError},
};

/// Passes the request for a WebSocket on, and then every byte both ways, unseen (RFC 6455 §4).
pub(crate) async fn pass(
    session: &Session,
    mut request: Request<()>,
    client_side: OnUpgrade,
    watch: Option<Watch>,
) -> Result<Response<AnswerBody>, SendError> {
    ask_for_upgrade(request.headers_mut());
    let restricted = session.restrict(request.headers_mut());
    let request = request.map(|()| RequestBody::whole(Default::default(), None, Room::default()));
    let mut answer = match session.upstream.upgrade(request).await {
        Ok(answer) => answer,
        Err(error) => {
            if let Some(watch) = watch {
                watch.end(Ending::Broken(error.to_string()));
            }
            return Err(error);
        }
    };
    session.answered(restricted, answer.status());
    if let Some(watch) = &watch {
        watch.answered(answer.status());
    }
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Ok(refused(session, answer, watch));
    }
    let upstream_side = hyper::upgrade::on(&mut answer);
    let client = session.client();
    let stopped = session.gate.stopped.clone();
    session.gate.spawn(async move {
        let carried = async {
            let Ok((downstream, upstream)) = tokio::try_join!(client_side, upstream_side) else { return };
            let passage = Passage::WebSocket { watch };
            tunnel::run(client, TokioIo::new(downstream), TokioIo::new(upstream), passage).await;
        };
        stopped.run_until_cancelled(carried).await;
    });
    let (mut parts, _) = answer.into_parts();
    ask_for_upgrade(&mut parts.headers);
    Ok(Response::from_parts(parts, AnswerBody::empty()))
}

/// The tool did not want a WebSocket; its answer is an ordinary one.
fn refused(session: &Session, answer: Response<Incoming>, watch: Option<Watch>) -> Response<AnswerBody> {
    let (mut parts, body) = answer.into_parts();
    strip_hop_by_hop(&mut parts.headers);
    let gate = &session.gate;
    let tally = Tally { metrics: gate.metrics.clone(), counter: |metrics| &metrics.unscanned_answers };
    let body = Patient::new(body, gate.config.timeouts.answer_body);
    let stream = AnswerStream::new(&session.gate, body, Lease::none(), watch, tally);
    Response::from_parts(parts, AnswerBody::Upstream(Box::new(stream)))
}

/// The two fields that hold for this connection and are meant for the next one too.
fn ask_for_upgrade(headers: &mut http::HeaderMap) {
    strip_hop_by_hop(headers);
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
}
