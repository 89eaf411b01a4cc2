use std::{
    collections::HashMap,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use engine::HostPlan;
use http::{
    HeaderValue, Method, Request, Response,
    header::{CACHE_CONTROL, CONTENT_TYPE, HOST},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpStream, sync::OwnedSemaphorePermit};

use crate::{
    body::AnswerBody,
    config::HEAD_FIELDS,
    connect,
    dial::Offer,
    exchange,
    gate::Gate,
    login::{self, Known, Login},
    origin::{Origin, Scheme},
    pac,
    problem::{Problem, Reader, ask_to_sign_in},
    session::Session,
    target::Target,
    unfinished::GivenUp,
    upstream::Upstream,
};

/// One connection from a client.
pub(crate) struct Client {
    pub(crate) gate: Arc<Gate>,
    pub(crate) peer: SocketAddr,
    /// Where the client reached the gate.
    pub(crate) here: SocketAddr,
    known: Mutex<Option<Known>>,
    /// For plain HTTP, where one connection may name several origins.
    sessions: Mutex<HashMap<Target, Arc<Session>>>,
    /// Held as long as anything goes on for this client.
    _permit: OwnedSemaphorePermit,
}

impl Client {
    pub(crate) fn new(
        gate: Arc<Gate>,
        peer: SocketAddr,
        here: SocketAddr,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self { gate, peer, here, known: Mutex::default(), sessions: Mutex::default(), _permit: permit }
    }

    /// Serves the connection: proxy requests, CONNECT, the PAC file.
    pub(crate) async fn serve(self: Arc<Self>, stream: TcpStream) {
        let answering = Arc::clone(&self);
        let service = service_fn(move |request| {
            let client = Arc::clone(&answering);
            async move { Ok::<_, std::convert::Infallible>(answer(&client, request).await) }
        });
        let connection =
            http1_server(&self.gate).serve_connection(TokioIo::new(stream), service).with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.gate.stopping.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            self.note_failure(&error);
        }
        self.close_sessions().await;
    }

    async fn close_sessions(&self) {
        let sessions = std::mem::take(&mut *self.sessions());
        for session in sessions.into_values() {
            session.give_up(GivenUp::All).await;
        }
    }

    /// Counts and logs how a connection failed.
    pub(crate) fn note_failure(&self, error: &hyper::Error) {
        if error.is_parse() {
            self.gate.metrics.malformed_refused.increment();
        }
        tracing::debug!(client = %self.peer, %error, "client connection failed");
    }

    pub(crate) fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<Target, Arc<Session>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// HTTP/1.1 towards clients, with the configured bounds.
pub(crate) fn http1_server(gate: &Gate) -> http1::Builder {
    let limits = &gate.config.limits;
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(gate.config.timeouts.head);
    builder.max_header_size(limits.head_bytes).auto_date_header(false);
    if limits.head_fields != HEAD_FIELDS {
        builder.max_headers(limits.head_fields);
    }
    builder
}

async fn answer(client: &Arc<Client>, request: Request<Incoming>) -> Response<AnswerBody> {
    if is_for_us(&request) {
        return own(client, &request);
    }
    let reader = Reader::of(request.headers());
    let answered = match login::identify(client, request.headers()).await {
        Login::MustSignIn => {
            return ask_to_sign_in(Problem::sign_in().answer(reader), &client.gate.config.realm);
        }
        Login::Welcome(who) if request.method() == Method::CONNECT => {
            connect::answer(client, who, request).await
        }
        Login::Welcome(who) => plain(client, who, request).await,
    };
    answered.unwrap_or_else(|problem| problem.answer(reader))
}

/// Requests with a path alone are for the proxy itself (RFC 9112 §3.2.1).
fn is_for_us(request: &Request<Incoming>) -> bool {
    request.method() != Method::CONNECT && request.uri().authority().is_none()
}

fn own(client: &Client, request: &Request<Incoming>) -> Response<AnswerBody> {
    match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/proxy.pac" | "/wpad.dat") => pac_file(client, request),
        _ => {
            let detail = format!(
                "this is a proxy: set `http://{}` as your proxy, or `http://{}/proxy.pac` as its configuration",
                client.here, client.here
            );
            Problem::malformed(detail).answer(Reader::of(request.headers()))
        }
    }
}

fn pac_file(client: &Client, request: &Request<Incoming>) -> Response<AnswerBody> {
    let config = &client.gate.config.pac;
    let asked = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    let proxy = match (&config.proxy, asked) {
        (Some(configured), _) => configured.clone(),
        (None, Some(asked)) if pac::is_plain(asked) => asked.to_owned(),
        (None, _) => client.here.to_string(),
    };
    let file = pac::file(&(client.gate.pac_hosts)(), &proxy, config.unreachable);
    let mut answer = Response::new(AnswerBody::from(file));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ns-proxy-autoconfig"));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("max-age=300"));
    answer
}

/// A request for a plain HTTP resource.
async fn plain(
    client: &Arc<Client>,
    who: engine::Who,
    mut request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Problem> {
    // What the request line names counts, whatever `Host` says (RFC 9112 §3.2.2).
    let named = request.uri().authority().and_then(|named| HeaderValue::from_str(named.as_str()).ok());
    if let Some(named) = named {
        request.headers_mut().insert(HOST, named);
    }
    let session = plain_session(client, who, &request).await?;
    Ok(exchange::answer(&session, request).await)
}

async fn plain_session(
    client: &Arc<Client>,
    who: engine::Who,
    request: &Request<Incoming>,
) -> Result<Arc<Session>, Problem> {
    let target = plain_target(client, request)?;
    if let Some(session) = client.sessions().get(&target).filter(|session| session.who.id == who.id) {
        return Ok(Arc::clone(session));
    }
    let plan = client.gate.engine.host(&target.host);
    if plan == HostPlan::PassThrough {
        connect::record_tunnel(&client.gate, &who, &target).await?;
    }
    let upstream = Upstream::new(
        &client.gate,
        Origin { scheme: Scheme::Http, target: target.clone() },
        Offer::Http1,
        client.here,
    );
    let session = Arc::new(Session::new(client, who, upstream, plan.into()));
    if client.sessions().len() >= client.gate.config.limits.origins {
        client.close_sessions().await;
    }
    client.sessions().insert(target, Arc::clone(&session));
    Ok(session)
}

fn plain_target(client: &Client, request: &Request<Incoming>) -> Result<Target, Problem> {
    let uri = request.uri();
    if uri.scheme_str() != Some("http") {
        let scheme = uri.scheme_str().unwrap_or_default();
        let detail = format!("`{scheme}` cannot be asked for like this: use CONNECT for anything but `http`");
        return Err(Problem::malformed(detail));
    }
    let authority = uri.authority().ok_or_else(|| Problem::malformed("the request names no host"))?;
    let target = Target::new(authority, Some(Scheme::Http.default_port()))
        .map_err(|error| Problem::malformed(error.to_string()))?;
    connect::check_port(client, &target)?;
    Ok(target)
}
