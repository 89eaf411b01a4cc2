use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, client::Resumption, crypto::aws_lc_rs};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};
use tokio_rustls::TlsConnector;

use crate::{child::Child, median, proxy, tool::now_micros};

type Sender = http1::SendRequest<Full<Bytes>>;

const CONNECTIONS: usize = 16;
/// Stands in a body where each request has letters of its own: the engine remembers what it has scanned.
const VARIES: &str = "aaaaaaaaaaaaaaaa";
/// Earlier messages of a long chat, and how long each is.
const EARLIER: usize = 40;
const MESSAGE: usize = 1024;

/// A way to the tool.
#[derive(Clone)]
pub(crate) struct Route {
    address: SocketAddr,
    host: String,
    via: Via,
    tls: TlsConnector,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Via {
    Nothing,
    Proxy,
}

/// What clients ask.
#[derive(Clone)]
pub(crate) struct Request {
    method: &'static str,
    path: &'static str,
    body: Bytes,
}

/// What came of it.
pub(crate) struct Done {
    pub(crate) count: usize,
    span: Duration,
}

impl Done {
    pub(crate) fn rate(&self) -> f64 {
        self.count as f64 / self.span.as_secs_f64()
    }
}

impl Request {
    /// A prompt of about `bytes` bytes of prose. With another method than `POST` it is no exchange, so nothing is scanned.
    pub(crate) fn prose(method: &'static str, bytes: usize) -> Self {
        Self { method, path: "/v1/chat/completions", body: prompt(&said(VARIES, bytes)) }
    }

    /// A new message of 1 KiB behind forty others that stay as they are.
    pub(crate) fn chat() -> Self {
        let earlier =
            (0..EARLIER).map(|number| said(&format!("Message {}.", letters(number as u64)), MESSAGE));
        let all = earlier.chain([said(VARIES, MESSAGE)]);
        let messages: Vec<_> = all.map(|said| serde_json::json!({"role": "user", "content": said})).collect();
        let body = serde_json::json!({"model": "gpt-5", "messages": messages});
        Self { method: "POST", path: "/v1/chat/completions", body: Bytes::from(body.to_string()) }
    }

    /// The body, with letters of its own where it varies.
    fn fresh(&self) -> Bytes {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let place = self.body.windows(VARIES.len()).position(|window| window == VARIES.as_bytes());
        let mut body = self.body.to_vec();
        if let Some(varying) = place.and_then(|at| body.get_mut(at..at + VARIES.len())) {
            varying.copy_from_slice(letters(NUMBER.fetch_add(1, Ordering::Relaxed)).as_bytes());
        }
        body.into()
    }

    pub(crate) fn events(said: &str) -> Self {
        Self { method: "POST", path: "/v1/chat/completions?events", body: prompt(said) }
    }

    fn build(&self, host: &str) -> http::Request<Full<Bytes>> {
        let builder = http::Request::builder().method(self.method).uri(self.path).header("host", host);
        let builder =
            builder.header("content-type", "application/json").header("authorization", "Bearer sk-none");
        builder.body(Full::new(self.fresh())).unwrap()
    }
}

/// A number as sixteen letters.
fn letters(number: u64) -> String {
    (0..16).rev().map(|place| char::from(b'a' + (number >> (4 * place) & 15) as u8)).collect()
}

/// So many bytes of prose behind an opening.
fn said(opening: &str, bytes: usize) -> String {
    const SENTENCE: &str = " Summarise the history of sailing ships for a newsletter, with a friendly tone.";
    let mut said = format!("{opening}{}", SENTENCE.repeat(bytes / SENTENCE.len() + 1));
    said.truncate(bytes);
    said
}

fn prompt(said: &str) -> Bytes {
    let body = serde_json::json!({"model": "gpt-5", "messages": [{"role": "user", "content": said}]});
    Bytes::from(body.to_string())
}

impl Route {
    pub(crate) fn direct(tool: &Child) -> Self {
        Self::new(tool, Via::Nothing)
    }

    pub(crate) fn through(proxy: &Child) -> Self {
        Self::new(proxy, Via::Proxy)
    }

    fn new(server: &Child, via: Via) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(server.root()).unwrap();
        let mut tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        tls.resumption = Resumption::disabled();
        let tls = TlsConnector::from(Arc::new(tls));
        Self { address: server.address.parse().unwrap(), host: proxy::MAIN.to_owned(), via, tls }
    }

    pub(crate) fn to(&self, host: &str) -> Self {
        Self { host: host.to_owned(), ..self.clone() }
    }

    async fn connect(&self) -> Sender {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        if self.via == Via::Proxy {
            let head = format!("CONNECT {0}:443 HTTP/1.1\r\nhost: {0}:443\r\n\r\n", self.host);
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            while !answer.ends_with(b"\r\n\r\n") {
                assert!(stream.read_buf(&mut answer).await.unwrap() > 0);
            }
            assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
        }
        let stream = self.tls.connect(self.host.clone().try_into().unwrap(), stream).await.unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender
    }
}

async fn ask(sender: &mut Sender, request: http::Request<Full<Bytes>>) {
    sender.ready().await.unwrap();
    let answer = sender.send_request(request).await.unwrap();
    let (status, body) = (answer.status(), answer.into_body().collect().await.unwrap().to_bytes());
    assert!(status.is_success(), "{status} {}", String::from_utf8_lossy(&body));
}

/// Requests over connections that stay open.
pub(crate) async fn keep_alive(route: &Route, request: &Request, span: Duration) -> Done {
    at_once(route, request, span, |route, request, until| async move {
        let mut sender = route.connect().await;
        let mut count = 0;
        while Instant::now() < until {
            ask(&mut sender, request.build(&route.host)).await;
            count += 1;
        }
        count
    })
    .await
}

/// A connection for each request.
pub(crate) async fn new_connections(route: &Route, request: &Request, span: Duration) -> Done {
    at_once(route, request, span, |route, request, until| async move {
        let mut count = 0;
        while Instant::now() < until {
            ask(&mut route.connect().await, request.build(&route.host)).await;
            count += 1;
        }
        count
    })
    .await
}

async fn at_once<F>(
    route: &Route,
    request: &Request,
    span: Duration,
    client: impl Fn(Route, Request, Instant) -> F,
) -> Done
where
    F: Future<Output = usize> + Send + 'static,
{
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CONNECTIONS {
        clients.spawn(client(route.clone(), request.clone(), begun + span));
    }
    let count = clients.join_all().await.into_iter().sum();
    Done { count, span: begun.elapsed() }
}

/// How long the engine takes for a request, called directly.
pub(crate) fn engine_alone(engine: &engine::Engine, request: &Request) -> Duration {
    const ROUNDS: u32 = 300;
    let built = request.build(proxy::MAIN);
    let now = model::Timestamp::from_millis(0);
    let engine::Identity::Known(who) = engine.identify([127, 0, 0, 1].into(), None) else {
        panic!("nobody lives at this address");
    };
    let head = engine::Head {
        method: request.method,
        host: proxy::MAIN,
        path_and_query: request.path,
        headers: built.headers(),
    };
    let bodies: Vec<Bytes> = (0..ROUNDS).map(|_| request.fresh()).collect();
    let begun = Instant::now();
    for body in bodies {
        let engine::Opening::Inspect(inspection) = engine.open(&who, &head, now) else {
            panic!("this is a prompt");
        };
        std::hint::black_box(inspection.close(engine::Body::Whole(body), now));
    }
    begun.elapsed() / ROUNDS
}

/// How long one request over a new connection takes.
pub(crate) async fn one(route: &Route, request: &Request) -> Duration {
    let begun = Instant::now();
    ask(&mut route.connect().await, request.build(&route.host)).await;
    begun.elapsed()
}

/// Median time from when the tool sent an event to when it was here.
pub(crate) async fn event_delay(route: &Route, request: &Request) -> Duration {
    let mut sender = route.connect().await;
    let answer = sender.send_request(request.build(&route.host)).await.unwrap();
    let mut delays = Vec::new();
    let mut body: Incoming = answer.into_body();
    while let Some(frame) = body.frame().await {
        let now = now_micros();
        let data = frame.unwrap().into_data().unwrap_or_default();
        let sent: Option<u64> = std::str::from_utf8(&data)
            .ok()
            .and_then(|text| text.rsplit_once("at ")?.1.split(' ').next()?.parse().ok());
        delays.extend(sent.map(|sent| Duration::from_micros(now.saturating_sub(sent))));
    }
    assert!(delays.len() > 300, "{}", delays.len());
    median(&mut delays)
}

/// Opens connections, makes a request on each, and keeps them.
pub(crate) async fn open(route: &Route, request: &Request, count: usize) -> Vec<Sender> {
    let mut open = Vec::with_capacity(count);
    for _ in 0..count {
        let mut sender = route.connect().await;
        ask(&mut sender, request.build(&route.host)).await;
        open.push(sender);
    }
    open
}
