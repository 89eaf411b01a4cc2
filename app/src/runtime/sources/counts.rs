use std::{fmt, sync::Arc};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, counter::Counter, family::Family},
    registry::Registry,
};
use sensor::{intake::Received, log::Summary, packet};

/// Why something was not read. Reasons are fixed texts, so their number is bounded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: String,
}

/// What the sensor counts while Bylaw runs.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    received: Arc<Received>,
    lines: Counter,
    observations: Counter,
    unread: Family<Reason, Counter>,
    packets: Counter,
    packets_unread: Family<Reason, Counter>,
    flows_evicted: Counter,
    failures: Counter,
    repeated: Counter,
}

impl Counts {
    /// Counters that are shown among the metrics of `registry`.
    pub(crate) fn among(registry: &mut Registry) -> Arc<Self> {
        let counts = Self::default();
        let mine = registry.sub_registry_with_prefix("bylaw_sensor");
        mine.register("lines_read", "Lines of logs that came in", counts.lines.clone());
        mine.register(
            "observations_made",
            "Flows and log lines that named a client",
            counts.observations.clone(),
        );
        mine.register("lines_unread", "Lines that could not be read", counts.unread.clone());
        mine.register("packets_read", "Packets captured", counts.packets.clone());
        mine.register("packets_unread", "Packets that could not be read", counts.packets_unread.clone());
        mine.register(
            "flows_evicted",
            "Flows given out early for want of room",
            counts.flows_evicted.clone(),
        );
        mine.register("sources_failed", "Failures of a source, each tried again", counts.failures.clone());
        mine.register("pushes_repeated", "Pushes that had been taken before", counts.repeated.clone());
        mine.register_collector(Box::new(Syslog(Arc::clone(&counts.received))));
        Arc::new(counts)
    }

    /// What listeners of syslog count.
    pub(super) fn received(&self) -> &Arc<Received> {
        &self.received
    }

    /// Adds what lines came to.
    pub(super) fn read(&self, lines: &Summary) {
        self.lines.inc_by(lines.lines);
        self.observations.inc_by(lines.observations);
        for (reason, count) in &lines.bad {
            self.unread.get_or_create(&Reason { reason: (*reason).to_owned() }).inc_by(*count);
        }
    }

    /// Adds what a capture came to.
    pub(super) fn captured(&self, summary: &packet::Summary) {
        self.packets.inc_by(summary.packets);
        self.observations.inc_by(summary.flows + summary.questions);
        self.flows_evicted.inc_by(summary.evicted);
        for (reason, count) in &summary.unread {
            self.packets_unread.get_or_create(&Reason { reason: (*reason).to_owned() }).inc_by(*count);
        }
    }

    /// Counts a failure of a source.
    pub(super) fn failed(&self) {
        self.failures.inc();
    }

    /// Counts a push that had been taken before.
    pub(super) fn repeated(&self) {
        self.repeated.inc();
    }
}

/// Shows what listeners of syslog count.
struct Syslog(Arc<Received>);

impl fmt::Debug for Syslog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<syslog counters>")
    }
}

impl Collector for Syslog {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for (name, help, value) in [
            ("syslog_messages_received", "Messages of syslog taken", self.0.messages()),
            ("syslog_datagrams_dropped", "Datagrams dropped because lines came too fast", self.0.dropped()),
            ("syslog_connections_refused", "Connections refused: too many, or no TLS", self.0.refused()),
        ] {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            ConstCounter::new(value).encode(metric)?;
        }
        Ok(())
    }
}
