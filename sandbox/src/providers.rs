use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    admin,
    certificates::{self, CertificateError},
    connection, encoding,
    hosts::HOSTS,
    provider::{self, Memory},
    received::{Arrival, Log, Received},
    reply::{Body, Gzip, Reply},
};

/// Larger bodies are refused with 413.
const MOST: usize = 64 * 1024 * 1024;

/// How the providers behave.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Time between two pieces of a streamed answer.
    pub token_delay: Duration,
    /// How many requests to remember.
    pub remembered: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { token_delay: Duration::from_millis(12), remembered: 500 }
    }
}

/// The providers, until dropped.
pub struct Providers {
    /// Where they listen, with TLS: every host of [`HOSTS`] is here.
    pub address: SocketAddr,
    /// Where `GET /__sandbox/received` is, without TLS, on loopback.
    pub admin: SocketAddr,
    /// The certificate of the authority that their certificates are from, in PEM.
    pub ca_pem: String,
    log: Arc<Log>,
    _stop: DropGuard,
}

/// Why the providers could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The certificates could not be made.
    #[error("cannot make the sandbox's certificates")]
    Certificates(#[from] CertificateError),
    /// TLS could not be configured.
    #[error("cannot configure the sandbox's TLS")]
    Tls(#[from] rustls::Error),
}

impl Providers {
    /// Starts them on `bind`; port 0 picks a free one.
    pub async fn start(bind: SocketAddr) -> Result<Self, StartError> {
        Self::start_with(bind, Options::default()).await
    }

    /// Starts them on `bind`, behaving as `options` say.
    pub async fn start_with(bind: SocketAddr, options: Options) -> Result<Self, StartError> {
        let certificates = certificates::mint(&HOSTS)?;
        let tls = connection::tls(certificates.resolver)?;
        let (listener, address) = listen(bind).await?;
        let (admin_listener, admin) = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let stop = CancellationToken::new();
        let log = Arc::new(Log::new(options.remembered));
        let service = Arc::new(Service { log: Arc::clone(&log), memory: Memory::default(), options });
        tokio::spawn(connection::serve(listener, Some(tls), stop.clone(), move |name, request| {
            let service = Arc::clone(&service);
            async move { service.answer(name, request).await }
        }));
        let admin_log = Arc::clone(&log);
        tokio::spawn(connection::serve(admin_listener, None, stop.clone(), move |_, request| {
            std::future::ready(admin::answer(&admin_log, &request))
        }));
        Ok(Self { address, admin, ca_pem: certificates.ca_pem, log, _stop: stop.drop_guard() })
    }

    /// What they were sent, newest last.
    pub fn received(&self) -> Vec<Received> {
        self.log.all()
    }
}

async fn listen(bind: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let bound = async {
        let listener = TcpListener::bind(bind).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    bound.await.map_err(|cause| StartError::Listen { address: bind, cause })
}

struct Service {
    log: Arc<Log>,
    memory: Memory,
    options: Options,
}

impl Service {
    async fn answer(&self, name: Option<String>, request: Request<Incoming>) -> Response<Body> {
        let gzip = Gzip::of(request.headers());
        let reply = match self.take(name, request).await {
            Ok(request) => provider::answer(&request, &self.memory),
            Err((status, message)) => Reply::Json(status, json!({ "error": { "message": message } })),
        };
        let mut response = reply.respond(self.options.token_delay, gzip);
        response.headers_mut().insert("x-sandbox", header::HeaderValue::from_static("bylaw"));
        response
    }

    /// Reads, decodes and logs a request.
    async fn take(
        &self,
        name: Option<String>,
        request: Request<Incoming>,
    ) -> Result<provider::Request, (StatusCode, &'static str)> {
        let (head, body) = request.into_parts();
        let host = host(&head).ok_or((StatusCode::BAD_REQUEST, "the request names no host"))?;
        if name.is_some_and(|name| !name.eq_ignore_ascii_case(&host)) {
            return Err((StatusCode::MISDIRECTED_REQUEST, "TLS was opened for another host"));
        }
        let body = Limited::new(body, MOST).collect().await;
        let raw = body.map_err(|_| (StatusCode::PAYLOAD_TOO_LARGE, "the body cannot be read"))?.to_bytes();
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let coding = head.headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
        let decoded = encoding::decode(coding.unwrap_or_default(), &raw).map(Bytes::from);
        self.log.push(&Arrival {
            host: &host,
            method: &head.method,
            path: &path,
            version: head.version,
            headers: &head.headers,
            bytes: raw.len(),
            body: decoded.as_ref().unwrap_or(&raw),
        });
        let body = decoded.map_err(|_| (StatusCode::BAD_REQUEST, "the body cannot be decoded"))?;
        Ok(provider::Request {
            host,
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body,
        })
    }
}

/// The host a request is for: `:authority` in HTTP/2, `Host` in HTTP/1.1; without port.
fn host(head: &http::request::Parts) -> Option<String> {
    let authority = head.uri.authority().map(|authority| authority.as_str());
    let host = authority.or_else(|| head.headers.get(header::HOST)?.to_str().ok())?;
    Some(host.split(':').next().unwrap_or(host).to_ascii_lowercase())
}
