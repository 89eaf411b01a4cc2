use std::sync::Arc;

use engine::{Errand, HostPlan, Who};
use http::{Request, Response, StatusCode};
use hyper::{body::Incoming, upgrade::OnUpgrade};
use hyper_util::rt::TokioIo;
use model::{ExchangeId, Outcome};
use tokio::net::TcpStream;

use crate::{
    body::AnswerBody,
    canary,
    client::Client,
    gate::Gate,
    intercept, now,
    problem::Problem,
    rewind::Rewind,
    target::Target,
    tunnel::{self, Passage},
};

/// Answers CONNECT; what then goes through the connection is carried by a task of its own.
pub(crate) async fn answer(
    client: &Arc<Client>,
    who: Who,
    mut request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Problem> {
    let target = target(client, &request)?;
    let upgrade = hyper::upgrade::on(&mut request);
    let metrics = &client.gate.metrics;
    let plan = client.gate.engine.host(&target.host);
    if who.errand == Errand::Canary && plan != HostPlan::Intercept {
        return Err(canary::no_verdict("the gate does not look into connections to this host"));
    }
    if plan != HostPlan::Intercept && client.gate.engine.is_restricted(&target.host) {
        metrics.tenant_headers_unsent.increment();
        tracing::warn!(host = %target.host, "tenant control does not hold: the host is passed through");
    }
    match plan {
        HostPlan::Intercept => {
            metrics.tunnels_intercepted.increment();
            carry(client, upgrade, |client, stream| intercept::run(client, who, target, stream));
        }
        HostPlan::PassThrough => {
            let exchange = record_tunnel(&client.gate, &who, &target).await?;
            let upstream = dial(client, &target).await?;
            metrics.tunnels_passed_through.increment();
            let passage = Passage::PassThrough { exchange };
            carry(client, upgrade, |client, stream| tunnel::run(client, stream, upstream, passage));
        }
        HostPlan::Tunnel => {
            let upstream = dial(client, &target).await?;
            metrics.tunnels_opened.increment();
            carry(client, upgrade, |client, stream| tunnel::watch(client, who, target, stream, upstream));
        }
    }
    Ok(Response::new(AnswerBody::empty()))
}

fn target(client: &Client, request: &Request<Incoming>) -> Result<Target, Problem> {
    let refuse = |problem| {
        client.gate.metrics.targets_refused.increment();
        problem
    };
    let authority =
        request.uri().authority().ok_or_else(|| refuse(Problem::malformed("CONNECT names no host")))?;
    let target = Target::new(authority, None).map_err(|error| {
        let detail = format!("CONNECT names no valid host: {error}");
        refuse(Problem::malformed(detail))
    })?;
    check_port(client, &target)?;
    Ok(target)
}

/// Refuses ports that the operator has not opened.
pub(crate) fn check_port(client: &Client, target: &Target) -> Result<(), Problem> {
    if client.gate.config.ports.contains(&target.port) {
        return Ok(());
    }
    client.gate.metrics.targets_refused.increment();
    let detail =
        format!("port {} is not open to clients: the operator can add it by configuration", target.port);
    Err(Problem::new(StatusCode::FORBIDDEN, "port_forbidden", detail))
}

async fn dial(client: &Client, target: &Target) -> Result<TcpStream, Problem> {
    let gate = &client.gate;
    match gate.dialer.tcp(target, client.here).await {
        Ok(stream) => {
            gate.metrics.upstreams_connected.increment();
            Ok(stream)
        }
        Err(error) => Err(gate.dial_problem(&error)),
    }
}

/// Records the use of a tool whose TLS stays closed. An error if the policy refuses it or it cannot be recorded.
pub(crate) async fn record_tunnel(
    gate: &Gate,
    who: &Who,
    target: &Target,
) -> Result<Option<ExchangeId>, Problem> {
    let Some(record) = gate.engine.tunnelled(who, &target.host, now()) else {
        return Ok(None);
    };
    let (id, outcome) = (record.exchange.id, record.outcome);
    gate.record(record).await?;
    if outcome == Outcome::Blocked {
        let detail = format!("the AI usage policy does not allow `{}` (exchange {id})", target.host);
        return Err(Problem::new(StatusCode::FORBIDDEN, "blocked_by_policy", detail));
    }
    Ok(Some(id))
}

/// Runs `then` over the connection once the client has been told that it is open.
fn carry<F>(
    client: &Arc<Client>,
    upgrade: OnUpgrade,
    then: impl FnOnce(Arc<Client>, Rewind) -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send,
{
    let client = Arc::clone(client);
    let stopped = client.gate.stopped.clone();
    client.gate.clone().spawn(async move {
        let carried = async {
            let Ok(upgraded) = upgrade.await else { return };
            let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>() else { return };
            let stream = Rewind::new(parts.read_buf, parts.io.into_inner());
            then(client, stream).await;
        };
        stopped.run_until_cancelled(carried).await;
    });
}
