use std::time::Duration;

use governance::incident::{Evidence, Weight, opens, series};
use model::{Action, Record, Source, Timestamp};
use store::{ExchangeFilter, Which};

use super::{UpkeepError, climb::records, once};
use crate::{app::Data, incidents::Desk};

/// A series of attempts lies within this time before its last one.
const SERIES: Duration = Duration::from_secs(10 * 60);

/// Whether a violation calls somebody, or is only told where somebody is called already.
enum Call {
    Somebody(Evidence),
    NobodyYet(Evidence),
}

/// Opens or extends the incident that `record` is worth.
pub(super) async fn weigh(data: &Data, record: &Record, now: Timestamp) -> Result<(), UpkeepError> {
    let call = match opens(record) {
        Weight::None => return Ok(()),
        Weight::Opens(evidence) => Call::Somebody(evidence),
        Weight::Joins(evidence) => {
            series(record, &recent(data, record).await?).map_or(Call::NobodyYet(evidence), Call::Somebody)
        }
    };
    let which = Which { person: Some(record.exchange.person.clone()), ..Which::default() };
    let mut desk = Desk::with(data.store.all_kept(&which).await?);
    match call {
        Call::Somebody(evidence) => desk.note(evidence),
        Call::NobodyYet(evidence) => desk.join(&evidence),
    };
    match desk.change() {
        Some(change) => once(data.commit_quietly(change, now).await),
        None => Ok(()),
    }
}

/// What the policy held back of the person's exchanges just before.
async fn recent(data: &Data, record: &Record) -> Result<Vec<Record>, UpkeepError> {
    let filter = ExchangeFilter {
        from: Some(record.exchange.at.minus(SERIES)),
        to: Some(record.exchange.at.plus(Duration::from_millis(1))),
        persons: vec![record.exchange.person.clone()],
        sources: vec![Source::Proxy],
        actions: vec![Action::Redact, Action::Block],
        ..ExchangeFilter::default()
    };
    records(data, &filter).await
}
