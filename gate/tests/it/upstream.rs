use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{body::Frame, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use rcgen::{CertificateParams, Issuer, KeyPair};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::{Semaphore, mpsc},
};
use tokio_rustls::TlsAcceptor;

pub(crate) type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// What the tool received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Number of the connection it came over.
    pub(crate) connection: usize,
}

/// A tool that answers as its paths say.
#[derive(Clone)]
pub(crate) struct Tool {
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<Mutex<usize>>,
    /// Events that a stream asked for with `?steps` may send.
    steps: Arc<Semaphore>,
}

impl Default for Tool {
    fn default() -> Self {
        let (received, connections) = Default::default();
        Self { received, connections, steps: Arc::new(Semaphore::new(0)) }
    }
}

/// How a tool's certificate is wrong, if it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certificate {
    Right,
    Expired,
    OtherName,
    OtherIssuer,
}

/// The authority that signs the certificates of tools.
pub(crate) struct PublicCa {
    pub(crate) certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl PublicCa {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let mut name = rcgen::DistinguishedName::new();
        name.push(rcgen::DnType::CommonName, "Public CA");
        params.distinguished_name = name;
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    fn tls(&self, names: &[&str], certificate: Certificate, protocols: &[&str]) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let names = if certificate == Certificate::OtherName { &["other.example"] } else { names };
        let mut params =
            CertificateParams::new(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()).unwrap();
        if certificate == Certificate::Expired {
            params.not_after = rcgen::date_time_ymd(2020, 1, 1);
        }
        let signed = match certificate {
            Certificate::OtherIssuer => params.self_signed(&key).unwrap(),
            _ => params.signed_by(&key, &self.issuer).unwrap(),
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![signed.der().clone()], key)
            .unwrap();
        tls.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(tls))
    }
}

impl Tool {
    /// Starts a tool that speaks TLS.
    pub(crate) async fn start(
        &self,
        ca: &PublicCa,
        names: &[&str],
        certificate: Certificate,
        protocols: &[&str],
    ) -> SocketAddr {
        let acceptor = ca.tls(names, certificate, protocols);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tool = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let (tool, acceptor) = (tool.clone(), acceptor.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        tool.serve(TokioIo::new(stream)).await;
                    }
                });
            }
        });
        address
    }

    /// Starts a tool that speaks plain HTTP.
    pub(crate) async fn start_plain(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tool = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(tool.clone().serve(TokioIo::new(stream)));
            }
        });
        address
    }

    async fn serve<S>(self, io: S)
    where
        S: hyper::rt::Read + hyper::rt::Write + Send + Unpin + 'static,
    {
        let connection = {
            let mut connections = self.connections.lock().unwrap();
            *connections += 1;
            *connections
        };
        let service = service_fn(move |request| {
            let tool = self.clone();
            async move { Ok::<_, Infallible>(tool.answer(request, connection).await) }
        });
        let builder = auto::Builder::new(TokioExecutor::new());
        let _ = builder.serve_connection_with_upgrades(io, service).await;
    }

    async fn answer(&self, mut request: Request<Incoming>, connection: usize) -> Response<Body> {
        if request.headers().contains_key("upgrade") {
            return self.echo_websocket(&mut request, connection);
        }
        let (parts, body) = request.into_parts();
        let Ok(body) = body.collect().await else {
            return answer(StatusCode::BAD_REQUEST, "text/plain", "broken body");
        };
        let body = body.to_bytes();
        let path = parts.uri.path().to_owned();
        self.received.lock().unwrap().push(Received {
            version: parts.version,
            headers: parts.headers.clone(),
            body: body.clone(),
            connection,
        });
        match (path.as_str(), parts.uri.query().unwrap_or_default()) {
            (_, "events") => events(&body, None),
            (_, "steps") => events(&body, Some(Arc::clone(&self.steps))),
            (_, "gzip") => gzip(&echo(&body)),
            (_, "abort") => abort(),
            (_, "hang") => std::future::pending().await,
            (_, "close") => {
                let mut answer = answer(StatusCode::OK, "text/plain", "bye");
                answer.headers_mut().insert("connection", "close".parse().unwrap());
                answer
            }
            ("/v1/chat/completions", _) => answer(StatusCode::OK, "application/json", echo(&body)),
            (_, "refuse") => answer(StatusCode::FORBIDDEN, "application/json", "{}"),
            ("/empty", _) => answer(StatusCode::NO_CONTENT, "text/plain", ""),
            _ => answer(StatusCode::OK, "application/octet-stream", body),
        }
    }

    fn echo_websocket(&self, request: &mut Request<Incoming>, connection: usize) -> Response<Body> {
        self.received.lock().unwrap().push(Received {
            version: request.version(),
            headers: request.headers().clone(),
            body: Bytes::new(),
            connection,
        });
        let upgrade = hyper::upgrade::on(request);
        tokio::spawn(async move {
            let mut stream = TokioIo::new(upgrade.await.unwrap());
            let mut buffer = [0; 1024];
            while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                stream.write_all(&buffer[..length]).await.unwrap();
            }
        });
        let mut answer = answer(StatusCode::SWITCHING_PROTOCOLS, "text/plain", "");
        answer.headers_mut().insert("connection", "Upgrade".parse().unwrap());
        answer.headers_mut().insert("upgrade", "websocket".parse().unwrap());
        answer
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn last(&self) -> Received {
        self.received().pop().expect("the tool received nothing")
    }

    /// Lets a stream asked for with `?steps` send its next event.
    pub(crate) fn step(&self) {
        self.steps.add_permits(1);
    }

    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

fn answer(status: StatusCode, content_type: &str, body: impl Into<Bytes>) -> Response<Body> {
    let body = Full::new(body.into()).map_err(|never| match never {}).boxed_unsync();
    let builder = Response::builder().status(status).header("content-type", content_type);
    builder.header("alt-svc", "h3=\":443\"").body(body).unwrap()
}

/// What a model would say that repeats the person's words.
fn echo(body: &Bytes) -> String {
    let asked: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let said = &asked["messages"][0]["content"];
    serde_json::json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}],
    })
    .to_string()
}

/// One event per character of what was said, 20 ms apart or as the test lets them go, so that anything that waits for
/// more shows.
fn events(body: &Bytes, steps: Option<Arc<Semaphore>>) -> Response<Body> {
    let asked: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let said = asked["messages"][0]["content"].as_str().unwrap_or_default().to_owned();
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        for piece in said.chars() {
            match &steps {
                Some(steps) => steps.acquire().await.unwrap().forget(),
                None => tokio::time::sleep(Duration::from_millis(20)).await,
            }
            let delta =
                serde_json::json!({"choices": [{"index": 0, "delta": {"content": piece.to_string()}}]});
            let event = format!("data: {delta}\n\n");
            if sender.send(Ok(Frame::data(Bytes::from(event)))).await.is_err() {
                return;
            }
        }
        let _ = sender.send(Ok(Frame::data(Bytes::from_static(b"data: [DONE]\n\n")))).await;
    });
    let body = StreamBody::new(tokio_stream::wrappers::ReceiverStream::new(receiver)).boxed_unsync();
    Response::builder().header("content-type", "text/event-stream").body(body).unwrap()
}

fn gzip(text: &str) -> Response<Body> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, text.as_bytes()).unwrap();
    let mut answer = answer(StatusCode::OK, "application/json", encoder.finish().unwrap());
    answer.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    answer
}

/// Ten bytes, then the connection breaks.
fn abort() -> Response<Body> {
    let pieces = [Ok(Frame::data(Bytes::from_static(b"0123456789"))), Err(std::io::Error::other("broken"))];
    let pause = |piece| async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        piece
    };
    let body =
        StreamBody::new(futures_util::StreamExt::then(tokio_stream::iter(pieces), pause)).boxed_unsync();
    Response::builder().header("content-type", "text/plain").body(body).unwrap()
}
