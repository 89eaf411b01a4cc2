use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use engine::{Errand, HostPlan, Who};
use http::Request;
use hyper::{body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::server::{Acceptor, ClientHello};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};
use tokio_rustls::{LazyConfigAcceptor, StartHandshake, server::TlsStream};

use crate::{
    client::{Client, http1_server},
    dial::Offer,
    exchange,
    hello::{self, Hello},
    origin::{Origin, Scheme},
    rewind::Rewind,
    session::{Inspection, Session},
    target::Target,
    unfinished::GivenUp,
    upstream::Upstream,
};

/// HTTP/2 clients are probed this often, so that a dead one is noticed.
const PROBE: Duration = Duration::from_secs(60);
/// Window per HTTP/2 stream and connection.
const WINDOW: u32 = 1024 * 1024;

/// Speaks with the client in place of `target`, and with `target` for the client.
pub(crate) async fn run(client: Arc<Client>, who: Who, target: Target, mut stream: Rewind) {
    let patience = client.gate.config.timeouts.handshake;
    let began = async {
        while stream.seen().is_empty() && stream.look().await? > 0 {}
        std::io::Result::Ok(())
    };
    if !matches!(timeout(patience, began).await, Ok(Ok(()))) || stream.seen().is_empty() {
        return;
    }
    if hello::read(stream.seen()) == Hello::Other {
        let upstream =
            Upstream::new(&client.gate, Origin { scheme: Scheme::Http, target }, Offer::Http1, client.here);
        let session = Session::new(&client, who, upstream, Inspection::On);
        return serve_http1(&client, Arc::new(session), stream).await;
    }
    let shaken = match timeout(patience, Box::pin(shake_hands(&client, who, target, stream))).await {
        Ok(shaken) => shaken,
        Err(_) => Err("no handshake in time".into()),
    };
    match shaken {
        Ok((stream, session)) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
            serve_http2(&client, session, stream).await;
        }
        Ok((stream, session)) => serve_http1(&client, session, stream).await,
        Err(error) => {
            client.gate.metrics.handshakes_failed.increment();
            tracing::info!(client = %client.peer, %error, "TLS handshake failed; does the client trust the CA?");
        }
    }
}

type HandshakeError = Box<dyn std::error::Error + Send + Sync>;

async fn shake_hands(
    client: &Arc<Client>,
    who: Who,
    target: Target,
    stream: Rewind,
) -> Result<(TlsStream<Rewind>, Arc<Session>), HandshakeError> {
    let start: StartHandshake<Rewind> = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
    let hello = start.client_hello();
    let named = hello.server_name().map(str::to_lowercase);
    let offer = offered(&hello);
    let target = intended(client, target, named.as_deref());
    let shown = named.as_deref().unwrap_or(&target.host);
    let tls = client.gate.leaves.tls(shown)?;
    let other_name = named.clone().filter(|named| *named != target.host);
    let upstream = Upstream::new(&client.gate, Origin { scheme: Scheme::Https, target }, offer, client.here);
    if other_name.is_none() && who.errand == Errand::Real {
        client.gate.spawn(Arc::clone(&upstream).connect_early());
    }
    let session = Session::new(client, who, upstream, Inspection::On).whose_tls_names(other_name);
    Ok((start.into_stream(tls).await?, Arc::new(session)))
}

/// What the client offers is what the upstream is offered, so that both sides speak the same.
fn offered(hello: &ClientHello<'_>) -> Offer {
    let http2 = hello.alpn().is_some_and(|mut protocols| protocols.any(|protocol| protocol == b"h2"));
    if http2 { Offer::Any } else { Offer::Http1 }
}

/// A client that connects to an address means the tool that its ClientHello names.
fn intended(client: &Client, target: Target, named: Option<&str>) -> Target {
    match named {
        Some(name) if target.address().is_some() && client.gate.engine.host(name) == HostPlan::Intercept => {
            Target { host: name.to_owned(), port: target.port }
        }
        _ => target,
    }
}

async fn serve_http1<S>(client: &Arc<Client>, session: Arc<Session>, stream: S)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let over = Arc::clone(&session);
    let service = service_fn(move |request: Request<Incoming>| {
        let session = Arc::clone(&session);
        // Boxed, because the server keeps room for it on every idle connection.
        Box::pin(async move { Ok::<_, Infallible>(exchange::answer(&session, request).await) })
    });
    let connection =
        http1_server(&client.gate).serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = client.gate.stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        client.note_failure(&error);
    }
    over.give_up(GivenUp::All).await;
}

async fn serve_http2<S>(client: &Arc<Client>, session: Arc<Session>, stream: S)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let over = Arc::clone(&session);
    let service = service_fn(move |request: Request<Incoming>| {
        let session = Arc::clone(&session);
        // Boxed, because the server keeps room for it on every idle connection.
        Box::pin(async move { Ok::<_, Infallible>(exchange::answer(&session, request).await) })
    });
    let limits = &client.gate.config.limits;
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .auto_date_header(false)
        .keep_alive_interval(PROBE)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = over.used.ceases(client.gate.config.timeouts.tunnel) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = client.gate.stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        client.note_failure(&error);
    }
    over.give_up(GivenUp::All).await;
}
