use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time,
};
use tower::ServiceExt;

use crate::{State, app::App, renewal, routes};

/// Connections held open at once; more wait to be accepted.
const CONNECTIONS: usize = 4_096;
/// A client must send a request's head within this time; an idle connection is closed after it.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// Requests under way when the server stops get this long.
const GRACE: Duration = Duration::from_secs(5);
/// Pause after the system had no resources for another connection.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// Answers requests on `listener` until `shutdown` resolves, then lets those under way finish for a few seconds.
pub async fn serve(
    listener: TcpListener,
    state: State,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let app = App::new(state);
    let router = routes::router(app.clone());
    let following = tokio::spawn(app.clone().follow());
    let renewals = tokio::spawn(renewal::follow(app.clone()));
    let dates = tokio::spawn(app.clone().keep_dates());
    let upkeep = tokio::spawn(app.clone().look_after());
    let keeping = tokio::spawn(app.clone().keep());
    let learning = tokio::spawn(app.clone().learn());
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer, place)) => converse(stream, peer, place, router.clone(), &graceful),
            Err(error) if is_about_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(cause = %error, "connection not accepted");
                time::sleep(EXHAUSTED).await;
            }
        }
    }
    app.stop_live_updates();
    if time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests still under way were abandoned");
    }
    following.await.map_err(io::Error::other)?;
    renewals.await.map_err(io::Error::other)?;
    dates.await.map_err(io::Error::other)?;
    upkeep.await.map_err(io::Error::other)?;
    keeping.await.map_err(io::Error::other)?;
    learning.await.map_err(io::Error::other)?;
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer, place))
}

fn is_about_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, InvalidInput};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | InvalidInput)
}

fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
    router: Router,
    graceful: &GracefulShutdown,
) {
    let service = router.map_request(move |mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(Duration::from_secs(30)));
    let connection =
        builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).into_owned();
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        let _place = place;
        if let Err(error) = watched.await {
            tracing::debug!(cause = error, "connection ended early");
        }
    });
}
