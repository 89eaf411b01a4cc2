use gate::{Durability, Entry};
use store::Writer;
use tokio::sync::mpsc;

/// Carries what the gate wants kept to the store. Records are appended side by side, so that they share transactions.
pub(super) async fn carry(mut entries: mpsc::Receiver<Entry>, writer: Writer) {
    while let Some(entry) = entries.recv().await {
        match entry {
            Entry::Append { record, durable } => {
                let writer = writer.clone();
                tokio::spawn(async move {
                    let kept = match writer.append(*record).await {
                        Ok(()) => Durability::Durable,
                        Err(error) => {
                            tracing::error!(error = %error, "record lost");
                            Durability::Lost
                        }
                    };
                    // The exchange may have been given up meanwhile; its record is kept all the same.
                    let _ = durable.send(kept);
                });
            }
            Entry::Complete(completion) => writer.complete(completion).await,
        }
    }
}
