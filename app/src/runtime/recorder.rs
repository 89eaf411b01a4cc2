use std::sync::Arc;

use engine::Evidence;
use gate::{Durability, Entry};
use model::{ExchangeId, Label, PersonId, Record, Timestamp};
use store::{Capture, CaptureOutline, Store, Writer};
use tokio::{
    sync::{Semaphore, mpsc},
    task,
};

use crate::config::EvidenceConfig;

/// Bytes of content that may wait to be sealed; what comes beyond is not captured, and counted in the log.
const WAITING_BYTES: usize = 64 << 20;

/// Carries what the gate wants kept to the store. Records are appended side by side, so that they share transactions.
pub(super) async fn carry(mut entries: mpsc::Receiver<Entry>, writer: Writer, keeper: Option<Keeper>) {
    while let Some(entry) = entries.recv().await {
        match entry {
            Entry::Append { record, evidence, durable } => {
                let (writer, keeper) = (writer.clone(), keeper.clone());
                tokio::spawn(async move {
                    let captured =
                        keeper.zip(evidence).map(|(keeper, evidence)| (keeper, evidence, Whose::of(&record)));
                    let kept = match writer.append(*record).await {
                        Ok(()) => Durability::Durable,
                        Err(error) => {
                            tracing::error!(error = %error, "record lost");
                            Durability::Lost
                        }
                    };
                    if let (Durability::Durable, Some((keeper, evidence, whose))) = (kept, captured) {
                        keeper.keep(*evidence, whose).await;
                    }
                    // The exchange may have been given up meanwhile; its record is kept all the same.
                    let _ = durable.send(kept);
                });
            }
            Entry::Complete(completion) => writer.complete(completion).await,
        }
    }
}

/// Seals what exchanges held that broke the policy, and keeps it apart from their records.
#[derive(Clone)]
pub(super) struct Keeper {
    store: Store,
    config: Arc<EvidenceConfig>,
    room: Arc<Semaphore>,
}

/// Whose content it is.
struct Whose {
    exchange: ExchangeId,
    person: PersonId,
    at: Timestamp,
    labels: Vec<Label>,
}

impl Whose {
    fn of(record: &Record) -> Self {
        Self {
            exchange: record.exchange.id,
            person: record.exchange.person.clone(),
            at: record.exchange.at,
            labels: record.facts.labels.keys().cloned().collect(),
        }
    }
}

impl Keeper {
    pub(super) fn new(store: Store, config: EvidenceConfig) -> Self {
        Self { store, config: Arc::new(config), room: Arc::new(Semaphore::new(WAITING_BYTES / 1024)) }
    }

    /// The exchange waits for it, as for its record, and goes on if it fails: its record says what happened.
    async fn keep(&self, evidence: Evidence, whose: Whose) {
        let exchange = whose.exchange;
        let bytes = evidence.reveal().len();
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        let Ok(room) = Arc::clone(&self.room).try_acquire_many_owned(kib) else {
            tracing::error!(%exchange, bytes, "not captured: too much content waits to be sealed");
            return;
        };
        let (whole, recipients) = (evidence.whole, self.config.recipients.clone());
        let sealed = task::spawn_blocking(move || recipients.seal(evidence.reveal())).await;
        let sealed = match sealed {
            Ok(Ok(sealed)) => sealed,
            Ok(Err(error)) => return tracing::error!(%exchange, %error, "not captured"),
            Err(error) => return tracing::error!(%exchange, %error, "not captured"),
        };
        let outline = CaptureOutline {
            exchange,
            person: whose.person,
            at: whose.at,
            until: self.config.keeping.until(whose.at, &whose.labels),
            bytes: bytes as u64,
            whole: whole as u64,
        };
        if let Err(error) = self.store.keep_capture(Capture { outline, sealed }).await {
            tracing::error!(%exchange, %error, "not captured");
        }
        drop(room);
    }
}
