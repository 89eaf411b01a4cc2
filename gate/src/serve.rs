use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{client::Client, gate::Gate};

/// What clients beyond the limit are told.
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\ncontent-length: 58\r\n\
retry-after: 5\r\nconnection: close\r\n\r\nBylaw: too many connections are open, try again shortly.\r\n";
/// Rest after the system refused to accept, for example because no file descriptor is left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves clients of the forward proxy until `stop`, then lets exchanges under way end.
pub async fn serve(listener: TcpListener, gate: Arc<Gate>, stop: CancellationToken) -> io::Result<()> {
    let here = listener.local_addr()?;
    tracing::info!(address = %here, "proxy listening");
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => admit(&gate, stream, peer),
            Err(error) => {
                tracing::warn!(%error, "connection not accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    gate.stop().await;
    Ok(())
}

fn admit(gate: &Arc<Gate>, stream: TcpStream, peer: SocketAddr) {
    let Ok(permit) = Arc::clone(&gate.connections).try_acquire_owned() else {
        gate.metrics.connections_dropped.increment();
        gate.spawn(turn_away(stream));
        return;
    };
    gate.metrics.connections_accepted.increment();
    let gate = Arc::clone(gate);
    gate.clone().spawn(async move {
        let Ok(here) = stream.local_addr() else { return };
        // Without it, small writes wait for the peer's delayed acknowledgement: 40 ms a request.
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let stopped = gate.stopped.clone();
        let client = Arc::new(Client::new(gate, peer, here, permit));
        stopped.run_until_cancelled(client.serve(stream)).await;
    });
}

async fn turn_away(mut stream: TcpStream) {
    let _ = timeout(Duration::from_secs(1), async {
        stream.write_all(BUSY).await?;
        stream.shutdown().await
    })
    .await;
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_length_of_the_busy_answer_is_right() {
        let text = std::str::from_utf8(super::BUSY).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{}", body.len());
    }
}
