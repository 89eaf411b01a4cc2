use std::time::Duration;

use crate::{hold::Held, session::Session};

/// How long a refused body is read, so that slow clients cannot keep the gate busy.
const LONGEST: Duration = Duration::from_secs(30);

/// Reads and drops the rest of a refused body: many clients look for an answer only after they have sent all.
pub(crate) async fn drain(session: &Session, held: Held) {
    let (Held::Longer { mut rest, .. } | Held::Unread(mut rest)) = held else {
        return;
    };
    let mut left = session.gate.config.limits.drained_bytes;
    let drained = async {
        while let Some(Ok(frame)) = rest.frame().await {
            let length = frame.data_ref().map_or(0, bytes::Bytes::len) as u64;
            match left.checked_sub(length) {
                Some(less) => left = less,
                None => break,
            }
        }
    };
    // What is still unread after that closes an HTTP/1.1 connection.
    let _ = tokio::time::timeout(LONGEST, drained).await;
}
