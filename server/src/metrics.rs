use std::{sync::Arc, time::Duration};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text},
    metrics::{counter::ConstCounter, counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use store::Writer;

/// Upper bounds of the request times that are counted, in seconds.
const TIMES: [f64; 8] = [0.001, 0.005, 0.02, 0.1, 0.5, 1.0, 5.0, 30.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    method: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// What the server counts. Labels are routes, never paths, so their number is bounded.
#[derive(Clone)]
pub(crate) struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    requests: Family<Answered, Counter>,
    times: Family<Route, Histogram>,
    sign_ins_refused: Counter,
    listeners: Gauge,
    events_missed: Counter,
}

impl Metrics {
    /// Adds the server's metrics to those that `registry` already has.
    pub(crate) fn new(mut registry: Registry, writer: Writer) -> Self {
        let requests = Family::<Answered, Counter>::default();
        let times = Family::<Route, Histogram>::new_with_constructor(|| Histogram::new(TIMES));
        let sign_ins_refused = Counter::default();
        let listeners = Gauge::default();
        let events_missed = Counter::default();
        registry.register_collector(Box::new(StoreCounts(writer)));
        let mine = registry.sub_registry_with_prefix("bylaw_server");
        mine.register("requests_answered", "Requests answered", requests.clone());
        mine.register("request_seconds", "Time until the answer's head", times.clone());
        mine.register("sign_ins_refused", "Sign-ins refused", sign_ins_refused.clone());
        mine.register("live_listeners", "Clients that follow live updates", listeners.clone());
        mine.register("live_events_missed", "Live updates that slow clients missed", events_missed.clone());
        Self(Arc::new(Inner { registry, requests, times, sign_ins_refused, listeners, events_missed }))
    }

    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let method = known_method(method).to_owned();
        self.0.requests.get_or_create(&Answered { route: route.to_owned(), method, status }).inc();
        self.0.times.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    pub(crate) fn sign_in_refused(&self) {
        self.0.sign_ins_refused.inc();
    }

    pub(crate) fn events_missed(&self, count: u64) {
        self.0.events_missed.inc_by(count);
    }

    /// Counts a listener until the value is dropped.
    pub(crate) fn listener(&self) -> Listener {
        self.0.listeners.inc();
        Listener(self.0.listeners.clone())
    }

    /// Everything in the text format of Prometheus and OpenMetrics.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut out = String::new();
        text::encode(&mut out, &self.0.registry).map(|()| out)
    }
}

/// What the store's writer counts, read when it is asked for.
#[derive(Debug)]
struct StoreCounts(Writer);

impl Collector for StoreCounts {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let counts = self.0.counts();
        for (name, help, count) in [
            ("records_appended", "Records written", counts.records_appended),
            ("records_repeated", "Records that were stored already", counts.records_repeated),
            ("records_refused", "Records the database would not have", counts.records_refused),
            ("records_failed", "Records that may not have been written", counts.records_failed),
            (
                "records_overloaded",
                "Records not taken because the queue stayed full",
                counts.records_overloaded,
            ),
            ("completions_written", "Ends of exchanges written", counts.completions_written),
            ("completions_lost", "Ends of exchanges that could not be written", counts.completions_lost),
            ("batches_committed", "Transactions committed", counts.batches_committed),
            (
                "batches_split",
                "Transactions split because something in them was refused",
                counts.batches_split,
            ),
        ] {
            let (name, counter) = (format!("bylaw_store_{name}"), ConstCounter::new(count));
            let metric = encoder.encode_descriptor(&name, help, None, counter.metric_type())?;
            counter.encode(metric)?;
        }
        Ok(())
    }
}

/// Methods are free text in HTTP; as a label only those that are served count.
fn known_method(method: &str) -> &str {
    match method {
        "GET" | "HEAD" | "POST" | "PUT" | "DELETE" => method,
        _ => "other",
    }
}

/// One client that follows live updates.
pub(crate) struct Listener(Gauge);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.dec();
    }
}
