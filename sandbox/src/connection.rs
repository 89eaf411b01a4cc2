use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc};

use http::{Request, Response};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::{certificates::ByName, reply::Body};

/// TLS with HTTP/2 and HTTP/1.1, whichever the client prefers.
pub(crate) fn tls(resolver: Arc<ByName>) -> Result<TlsAcceptor, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(resolver);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Serves connections until `stop`; `answer` is told the name a client asked for in its TLS greeting, if there was TLS.
pub(crate) async fn serve<A, F>(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    stop: CancellationToken,
    answer: A,
) where
    A: Fn(Option<String>, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, client)) = accepted else { continue };
        let _ = stream.set_nodelay(true);
        let (tls, stop, answer) = (tls.clone(), stop.clone(), answer.clone());
        tokio::spawn(async move {
            let work = async {
                match tls {
                    None => speak(TokioIo::new(stream), None, client, answer).await,
                    Some(tls) => match tls.accept(stream).await {
                        Ok(stream) => {
                            let name = stream.get_ref().1.server_name().map(str::to_owned);
                            speak(TokioIo::new(stream), name, client, answer).await;
                        }
                        Err(error) => tracing::debug!(%client, %error, "sandbox: no TLS"),
                    },
                }
            };
            tokio::select! { () = stop.cancelled() => {}, () = work => {} }
        });
    }
}

async fn speak<S, A, F>(stream: TokioIo<S>, name: Option<String>, client: SocketAddr, answer: A)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Fn(Option<String>, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let service = service_fn(move |request| {
        let response = answer(name.clone(), request);
        async move { Ok::<_, Infallible>(response.await) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new());
    builder.http2().timer(TokioTimer::new());
    if let Err(error) = builder.serve_connection_with_upgrades(stream, service).await {
        tracing::debug!(%client, %error, "sandbox: connection ended");
    }
}
