use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    net::{TcpListener, UdpSocket},
    sync::{Semaphore, mpsc},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{Batch, Frames, Origin};

/// Connections at a time.
const CONNECTIONS: usize = 512;
/// A connection that says nothing for this long is closed.
const SILENCE: Duration = Duration::from_secs(15 * 60);
/// A TLS handshake takes no longer.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Failures to accept in a row before a listener gives up, and the pause after each.
const FAILURES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);
/// Largest datagram.
const DATAGRAM: usize = 65_536;

/// Why a listener ended.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The system gives no more.
    #[error("cannot receive syslog")]
    Receive(#[source] io::Error),
}

/// What listeners counted.
#[derive(Debug, Default)]
pub struct Received {
    messages: AtomicU64,
    dropped: AtomicU64,
    refused: AtomicU64,
}

impl Received {
    /// Messages handed on.
    pub fn messages(&self) -> u64 {
        self.messages.load(Ordering::Relaxed)
    }

    /// Datagrams dropped because lines were not taken as fast as they came.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Connections refused: too many, or no TLS.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

/// Receives syslog over UDP (RFC 5426), a message in each datagram, until nobody takes batches any more.
///
/// # Errors
/// [`ListenError`] where the socket fails.
pub async fn udp(
    socket: UdpSocket,
    sink: mpsc::Sender<Batch>,
    counts: Arc<Received>,
) -> Result<(), ListenError> {
    let mut buffer = vec![0; DATAGRAM];
    loop {
        let (length, from) = tokio::select! {
            received = socket.recv_from(&mut buffer) => received.map_err(ListenError::Receive)?,
            () = sink.closed() => return Ok(()),
        };
        let datagram = buffer.get(..length).unwrap_or_default();
        let message = datagram.trim_ascii_end();
        if message.is_empty() {
            continue;
        }
        match sink.try_send(batch(from, vec![message.to_vec()])) {
            Ok(()) => counts.messages.fetch_add(1, Ordering::Relaxed),
            Err(_) => counts.dropped.fetch_add(1, Ordering::Relaxed),
        };
    }
}

/// Receives syslog over TCP, framed by octet counts or line ends (RFC 6587).
///
/// # Errors
/// [`ListenError`] where the listener fails.
pub async fn tcp(
    listener: TcpListener,
    sink: mpsc::Sender<Batch>,
    counts: Arc<Received>,
) -> Result<(), ListenError> {
    accept(listener, None, sink, counts).await
}

/// Receives syslog over TLS (RFC 5425), with the certificate, and the demands on the client's, that the acceptor has.
///
/// # Errors
/// [`ListenError`] where the listener fails.
pub async fn tls(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    sink: mpsc::Sender<Batch>,
    counts: Arc<Received>,
) -> Result<(), ListenError> {
    accept(listener, Some(acceptor), sink, counts).await
}

async fn accept(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    sink: mpsc::Sender<Batch>,
    counts: Arc<Received>,
) -> Result<(), ListenError> {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut failed = 0;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = sink.closed() => return Ok(()),
        };
        let (stream, from) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if failed >= FAILURES => return Err(ListenError::Receive(error)),
            // A client that went away, or for the moment no descriptor left.
            Err(_) => {
                failed += 1;
                sleep(PAUSE).await;
                continue;
            }
        };
        failed = 0;
        let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
            counts.refused.fetch_add(1, Ordering::Relaxed);
            continue;
        };
        let (acceptor, sink, counts) = (acceptor.clone(), sink.clone(), Arc::clone(&counts));
        tokio::spawn(async move {
            match acceptor {
                None => receive(stream, from, &sink, &counts).await,
                Some(acceptor) => match timeout(HANDSHAKE, acceptor.accept(stream)).await {
                    Ok(Ok(stream)) => receive(stream, from, &sink, &counts).await,
                    Ok(Err(_)) | Err(_) => {
                        counts.refused.fetch_add(1, Ordering::Relaxed);
                    }
                },
            }
            drop(place);
        });
    }
}

/// Takes messages out of one connection until it ends, says nothing for too long, or nobody takes them.
async fn receive(
    mut stream: impl AsyncRead + Unpin,
    from: SocketAddr,
    sink: &mpsc::Sender<Batch>,
    counts: &Received,
) {
    let mut frames = Frames::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let mut lines = Vec::new();
        let ended = match timeout(SILENCE, stream.read(&mut buffer)).await {
            Ok(Ok(length)) if length > 0 => {
                let bytes = buffer.get(..length).unwrap_or_default();
                frames.push(bytes, &mut |message| lines.push(message.to_vec()));
                false
            }
            _ => {
                frames.end(&mut |message| lines.push(message.to_vec()));
                true
            }
        };
        if !lines.is_empty() {
            let messages = lines.len() as u64;
            if sink.send(batch(from, lines)).await.is_err() {
                return;
            }
            counts.messages.fetch_add(messages, Ordering::Relaxed);
        }
        if ended {
            return;
        }
    }
}

fn batch(from: SocketAddr, lines: Vec<Vec<u8>>) -> Batch {
    Batch { origin: Origin::Syslog(from.ip().to_canonical()), preamble: Vec::new(), lines, position: None }
}
