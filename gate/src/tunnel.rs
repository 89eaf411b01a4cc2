use std::{io, sync::Arc, time::Instant};

use engine::{HostPlan, Who};
use model::ExchangeId;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split},
    net::TcpStream,
    time::sleep,
};

use crate::{
    activity::Activity,
    client::Client,
    completion::{Ending, Watch},
    hello::{self, Hello},
    intercept,
    metrics::{Counter, Metrics},
    rewind::Rewind,
    target::Target,
};

/// Bytes in flight per direction.
const BUFFER: usize = 8 * 1024;

/// Why a connection's content is not looked at.
pub(crate) enum Passage {
    /// Its host belongs to no tool.
    Tunnel,
    /// Its host's TLS must stay closed.
    PassThrough { exchange: Option<ExchangeId> },
    /// It became a WebSocket.
    WebSocket { watch: Option<Watch> },
}

/// Carries a connection to a host that belongs to no tool, unless its TLS names one that does.
///
/// A client that connects to an address is served as if it had named the host in its ClientHello. One that names two
/// different hosts would have the second looked at by nobody, so it is refused.
pub(crate) async fn watch(
    client: Arc<Client>,
    who: Who,
    target: Target,
    mut stream: Rewind,
    upstream: TcpStream,
) {
    let named = match named(&client, &mut stream, &upstream).await {
        Some(name) if name != target.host => name,
        _ => return run(client, stream, upstream, Passage::Tunnel).await,
    };
    if client.gate.engine.host(&named) == HostPlan::Tunnel {
        return run(client, stream, upstream, Passage::Tunnel).await;
    }
    drop(upstream);
    if target.address().is_some() {
        let target = Target { host: named, port: target.port };
        return Box::pin(intercept::run(client, who, target, stream)).await;
    }
    client.gate.metrics.misdirected_refused.increment();
    tracing::info!(person = %who.id, connect = target.host, named, "connection refused: it names two hosts");
}

/// The name in the client's ClientHello, if the client speaks first and speaks TLS.
async fn named(client: &Client, stream: &mut Rewind, upstream: &TcpStream) -> Option<String> {
    let looked = async {
        loop {
            match hello::read(stream.seen()) {
                Hello::Tls(name) => return name,
                Hello::Other => return None,
                Hello::Partial => {}
            }
            match stream.look().await {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    };
    tokio::select! {
        name = looked => name,
        // Servers that speak first do not speak TLS.
        _ = upstream.readable() => None,
        () = sleep(client.gate.config.timeouts.tunnel) => None,
    }
}

/// Carries bytes both ways until both sides are done or nothing moves for too long.
pub(crate) async fn run<A, B>(client: Arc<Client>, downstream: A, upstream: B, passage: Passage)
where
    A: AsyncRead + AsyncWrite + Send,
    B: AsyncRead + AsyncWrite + Send,
{
    let gate = &client.gate;
    let (watch, counter): (Option<Watch>, fn(&Metrics) -> &Counter) = match passage {
        Passage::Tunnel => (None, |metrics| &metrics.unscanned_tunnelled),
        Passage::PassThrough { exchange } => {
            let watch = exchange.map(|id| Watch::begin(gate, id, Instant::now()));
            (watch, |metrics| &metrics.unscanned_passed_through)
        }
        Passage::WebSocket { watch } => (watch, |metrics| &metrics.unscanned_websocket),
    };
    let activity = Activity::default();
    let count = |bytes: usize| {
        activity.now();
        counter(&gate.metrics).add(bytes as u64);
    };
    let count_down = |bytes: usize| {
        count(bytes);
        if let Some(watch) = &watch {
            watch.passed(bytes);
        }
    };
    let (from_client, to_client) = split(downstream);
    let (from_upstream, to_upstream) = split(upstream);
    let both = async {
        tokio::try_join!(copy(from_client, to_upstream, count), copy(from_upstream, to_client, count_down))
    };
    let carried = tokio::select! {
        carried = both => carried.map(|_| ()),
        () = activity.ceases(gate.config.timeouts.tunnel) => Err(io::Error::other("nothing moved for too long")),
    };
    if let Some(watch) = watch {
        watch.end(match carried {
            Ok(()) => Ending::Whole,
            Err(error) => Ending::Broken(format!("the tunnel ended: {error}")),
        });
    }
}

/// Copies until the end of `from`, which is passed on.
async fn copy<A: AsyncRead, B: AsyncWrite>(
    mut from: ReadHalf<A>,
    mut to: WriteHalf<B>,
    count: impl Fn(usize),
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let length = from.read(&mut buffer).await?;
        let Some(data) = buffer.get(..length).filter(|data| !data.is_empty()) else {
            return to.shutdown().await;
        };
        to.write_all(data).await?;
        to.flush().await?;
        count(length);
    }
}
