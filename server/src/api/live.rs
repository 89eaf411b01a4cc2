use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{Stream, StreamExt, stream};
use model::Record;
use serde::Serialize;
use tokio::{
    sync::{OwnedSemaphorePermit, broadcast},
    time::{self, Interval},
};

use super::exchanges::{ExchangeSummary, View};
use crate::{
    app::App,
    auth::{self, May, to},
    metrics::Listener,
    web::problem::{Kind, Problem},
};

/// A comment is sent this often, so that proxies keep the connection and dead clients are noticed.
const ALIVE: Duration = Duration::from_secs(15);
/// How often it is asked again whether the client still may follow: its session may have ended.
const ASK_AGAIN: Duration = Duration::from_secs(60);

/// Updates that a slow client missed; it should fetch the list again.
#[derive(Serialize)]
struct Missed {
    count: u64,
}

/// One client that follows.
struct Follower {
    may: May<to::ReadExchanges>,
    app: App,
    records: broadcast::Receiver<Arc<Record>>,
    ask_again: Interval,
    _place: OwnedSemaphorePermit,
    _counted: Listener,
}

/// Follow exchanges as they are recorded: events `exchange` with an ExchangeSummary, and `missed` with a count.
#[utoipa::path(get, path = "/exchanges/live", tag = "exchanges",
    responses((status = OK, body = String, content_type = "text/event-stream")),
    extensions(("x-permission" = json!("read_exchanges"))))]
pub(crate) async fn live_exchanges(
    may: May<to::ReadExchanges>,
    State(app): State<App>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let place = Arc::clone(app.listeners()).try_acquire_owned().map_err(|_| {
        Problem::new(
            Kind::Busy,
            "too many clients follow live updates; close another page or try again later",
        )
    })?;
    let follower = Follower {
        records: app.data(&may).store.writer().subscribe(),
        ask_again: time::interval_at(time::Instant::now() + ASK_AGAIN, ASK_AGAIN),
        _counted: app.metrics().listener(),
        _place: place,
        app: app.clone(),
        may,
    };
    let events = stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    let stopping = app.stopping().cancelled_owned();
    Ok(Sse::new(events.take_until(stopping)).keep_alive(KeepAlive::new().interval(ALIVE)))
}

impl Follower {
    /// The next event; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            tokio::select! {
                record = self.records.recv() => match record {
                    Ok(record) => return self.exchange(&record),
                    Err(broadcast::error::RecvError::Lagged(count)) => return self.missed(count),
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
                _ = self.ask_again.tick() => {
                    self.may = auth::still_may(&self.may, &self.app).await.ok()?;
                }
            }
        }
    }

    fn exchange(&self, record: &Record) -> Option<Event> {
        let summary = ExchangeSummary::of(record, &View::new(self.app.data(&self.may)));
        Event::default().event("exchange").id(record.exchange.id.to_string()).json_data(summary).ok()
    }

    fn missed(&self, count: u64) -> Option<Event> {
        self.app.metrics().events_missed(count);
        Event::default().event("missed").json_data(Missed { count }).ok()
    }
}
