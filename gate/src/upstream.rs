use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{Request, Response};
use hyper::{
    body::Incoming,
    client::conn::{TrySendError, http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

use crate::{
    body::RequestBody,
    config::{HEAD_FIELDS, Limits},
    dial::{DialError, Offer},
    gate::Gate,
    origin::{Origin, Scheme},
};

/// HTTP/2 connections are probed this often while requests wait, so that a dead one is noticed.
const PROBE: Duration = Duration::from_secs(30);
/// Window per HTTP/2 stream and connection; the protocol's 64 KiB would throttle long answers and uploads.
const WINDOW: u32 = 1024 * 1024;
/// Times a request is sent again because the connection it was about to use had closed.
const RETRIES: usize = 2;

/// The connections that one client connection has to one upstream. Never shared among clients.
pub(crate) struct Upstream {
    gate: Arc<Gate>,
    pub(crate) origin: Origin,
    offer: Offer,
    /// Where the client reached the gate.
    here: SocketAddr,
    open: Mutex<Open>,
    /// Held while the first connection is made, so that requests that could share it wait for it.
    dialling: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Open {
    http2: Option<http2::SendRequest<RequestBody>>,
    http1: Vec<http1::SendRequest<RequestBody>>,
    speaks: Option<Speaks>,
    /// What an early attempt to connect came to, for the first request to tell.
    failed: Option<DialError>,
}

/// What an upstream was found to speak.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaks {
    Http1,
    Http2,
}

/// A connection to send a request over.
enum Wire {
    Http1(http1::SendRequest<RequestBody>),
    Http2(http2::SendRequest<RequestBody>),
}

/// Whether a connection was used before, and so may have closed without our knowing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Age {
    New,
    Used,
}

/// An HTTP/1.1 connection that is busy until its answer has been read.
pub(crate) struct Lease {
    busy: Option<(Arc<Upstream>, http1::SendRequest<RequestBody>)>,
}

/// Why an upstream did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error(transparent)]
    Dial(#[from] DialError),
    #[error("`{target}` did not answer within {} s", .after.as_secs())]
    Late { target: String, after: Duration },
    #[error("the request's body broke off")]
    Request {
        #[source]
        cause: hyper::Error,
    },
    #[error("`{target}` broke off before it answered ({cause})")]
    Broken {
        target: String,
        #[source]
        cause: hyper::Error,
    },
}

impl Upstream {
    pub(crate) fn new(gate: &Arc<Gate>, origin: Origin, offer: Offer, here: SocketAddr) -> Arc<Self> {
        Arc::new(Self {
            gate: Arc::clone(gate),
            origin,
            offer,
            here,
            open: Mutex::default(),
            dialling: tokio::sync::Mutex::default(),
        })
    }

    /// Connects before the first request, so that it need not wait.
    pub(crate) async fn connect_early(self: Arc<Self>) {
        let _dialling = self.dialling.lock().await;
        match Box::pin(self.dial()).await {
            Ok(wire) => self.keep(wire),
            Err(error) => self.open().failed = Some(error),
        }
    }

    /// Sends a request and waits for the answer's head.
    pub(crate) async fn send(
        self: &Arc<Self>,
        request: Request<RequestBody>,
    ) -> Result<(Response<Incoming>, Lease), SendError> {
        let after = self.gate.config.timeouts.answer;
        match timeout(after, self.send_patiently(request)).await {
            Ok(sent) => sent,
            Err(_) => Err(SendError::Late { target: self.origin.target.to_string(), after }),
        }
    }

    async fn send_patiently(
        self: &Arc<Self>,
        mut request: Request<RequestBody>,
    ) -> Result<(Response<Incoming>, Lease), SendError> {
        let mut retries = RETRIES;
        loop {
            let (wire, age) = self.wire().await?;
            let replayable = request.body().is_replayable();
            let mut failure = match self.send_over(wire, request).await {
                Ok(sent) => return Ok(sent),
                Err(failure) => failure,
            };
            // A message that comes back was never written, so sending it again cannot do anything twice.
            match failure.take_message() {
                Some(unsent) if age == Age::Used && replayable && retries > 0 => {
                    retries -= 1;
                    request = unsent;
                }
                _ => return Err(self.send_error(failure.into_error())),
            }
        }
    }

    async fn send_over(
        self: &Arc<Self>,
        wire: Wire,
        request: Request<RequestBody>,
    ) -> Result<(Response<Incoming>, Lease), TrySendError<Request<RequestBody>>> {
        match wire {
            Wire::Http1(mut sender) => {
                let answer = sender.try_send_request(self.origin.for_http1(request)).await?;
                Ok((answer, Lease { busy: Some((Arc::clone(self), sender)) }))
            }
            Wire::Http2(mut sender) => {
                let answer = sender.try_send_request(self.origin.for_http2(request)).await?;
                Ok((answer, Lease::none()))
            }
        }
    }

    /// Sends a request that asks for an upgrade over a connection of its own.
    pub(crate) async fn upgrade(
        &self,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, SendError> {
        let after = self.gate.config.timeouts.answer;
        let mut sender = match self.origin.scheme {
            Scheme::Http => self.http1_upgradable(self.tcp().await?).await?,
            Scheme::Https => {
                let stream =
                    self.gate.dialer.tls(&self.origin.target, self.tcp().await?, Offer::Http1).await?;
                self.http1_upgradable(stream).await?
            }
        };
        match timeout(after, sender.send_request(self.origin.for_http1(request))).await {
            Ok(answer) => answer.map_err(|cause| self.send_error(cause)),
            Err(_) => Err(SendError::Late { target: self.origin.target.to_string(), after }),
        }
    }

    fn send_error(&self, cause: hyper::Error) -> SendError {
        if cause.is_user() {
            return SendError::Request { cause };
        }
        SendError::Broken { target: self.origin.target.to_string(), cause }
    }

    /// A connection that was kept, or else a new one.
    async fn wire(&self) -> Result<(Wire, Age), DialError> {
        if let Some(kept) = self.kept().await {
            return Ok((kept, Age::Used));
        }
        if self.open().speaks == Some(Speaks::Http1) {
            return Ok((Box::pin(self.dial()).await?, Age::New));
        }
        let _dialling = self.dialling.lock().await;
        if let Some(error) = self.open().failed.take() {
            return Err(error);
        }
        if let Some(kept) = self.kept().await {
            return Ok((kept, Age::Used));
        }
        let wire = Box::pin(self.dial()).await?;
        if let Wire::Http2(sender) = &wire {
            self.open().http2 = Some(sender.clone());
        }
        Ok((wire, Age::New))
    }

    async fn kept(&self) -> Option<Wire> {
        let shared = self.open().http2.clone();
        if let Some(mut sender) = shared {
            match sender.ready().await {
                Ok(()) => return Some(Wire::Http2(sender)),
                Err(_) => self.open().http2 = None,
            }
        }
        loop {
            let mut sender = self.open().http1.pop()?;
            if sender.ready().await.is_ok() {
                return Some(Wire::Http1(sender));
            }
        }
    }

    fn keep(&self, wire: Wire) {
        let mut open = self.open();
        match wire {
            Wire::Http1(sender) if !sender.is_closed() => open.http1.push(sender),
            Wire::Http1(_) => {}
            Wire::Http2(sender) => open.http2 = Some(sender),
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn tcp(&self) -> Result<tokio::net::TcpStream, DialError> {
        let stream = self.gate.dialer.tcp(&self.origin.target, self.here).await?;
        self.gate.metrics.upstreams_connected.increment();
        Ok(stream)
    }

    /// Callers box it: connecting is rare and its state is large, and a request's future is kept for each connection.
    async fn dial(&self) -> Result<Wire, DialError> {
        let stream = self.tcp().await?;
        let wire = match self.origin.scheme {
            Scheme::Http => self.http1(stream).await?,
            Scheme::Https => {
                let stream = self.gate.dialer.tls(&self.origin.target, stream, self.offer).await?;
                match stream.get_ref().1.alpn_protocol() {
                    Some(b"h2") => self.http2(stream).await?,
                    _ => self.http1(stream).await?,
                }
            }
        };
        self.open().speaks = Some(match &wire {
            Wire::Http1(_) => Speaks::Http1,
            Wire::Http2(_) => Speaks::Http2,
        });
        Ok(wire)
    }

    async fn http1<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
        &self,
        stream: S,
    ) -> Result<Wire, DialError> {
        let shaken = http1_builder(&self.gate.config.limits).handshake(TokioIo::new(stream)).await;
        let (sender, connection) = shaken.map_err(|cause| self.handshake_error(cause))?;
        self.gate.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "upstream connection ended");
            }
        });
        Ok(Wire::Http1(sender))
    }

    async fn http1_upgradable<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
        &self,
        stream: S,
    ) -> Result<http1::SendRequest<RequestBody>, DialError> {
        let shaken = http1_builder(&self.gate.config.limits).handshake(TokioIo::new(stream)).await;
        let (sender, connection) = shaken.map_err(|cause| self.handshake_error(cause))?;
        self.gate.spawn(async move {
            if let Err(error) = connection.with_upgrades().await {
                tracing::debug!(%error, "upstream connection ended");
            }
        });
        Ok(sender)
    }

    async fn http2<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
        &self,
        stream: S,
    ) -> Result<Wire, DialError> {
        let shaken = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(PROBE)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .max_header_list_size(u32::try_from(self.gate.config.limits.head_bytes).unwrap_or(u32::MAX))
            .handshake(TokioIo::new(stream))
            .await;
        let (sender, connection) = shaken.map_err(|cause| self.handshake_error(cause))?;
        self.gate.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "upstream connection ended");
            }
        });
        Ok(Wire::Http2(sender))
    }

    fn handshake_error(&self, cause: hyper::Error) -> DialError {
        let cause = Arc::new(std::io::Error::other(cause));
        DialError::Handshake { target: self.origin.target.to_string(), cause }
    }
}

fn http1_builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.max_header_size(limits.head_bytes);
    if limits.head_fields != HEAD_FIELDS {
        builder.max_headers(limits.head_fields);
    }
    builder
}

impl Lease {
    /// Of a connection that nobody else can use.
    pub(crate) const fn none() -> Self {
        Self { busy: None }
    }

    /// Keeps the connection for the next request, because its answer has been read.
    pub(crate) fn give_back(self) {
        if let Some((upstream, sender)) = self.busy {
            upstream.keep(Wire::Http1(sender));
        }
    }
}
