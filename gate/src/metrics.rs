use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, Relaxed);
    }

    pub(crate) fn increment(&self) {
        self.add(1);
    }

    /// What was counted so far.
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

macro_rules! metrics {
    ($($field:ident: $name:literal $([$label:literal = $value:literal])?, $help:literal;)*) => {
        /// What the gate has counted since it started.
        #[derive(Debug, Default)]
        pub struct Metrics {
            $(#[doc = $help] pub(crate) $field: Counter,)*
        }

        impl Metrics {
            /// Every counter: name, label if it has one, help, value.
            pub fn samples(&self) -> Vec<Sample> {
                vec![$(Sample {
                    name: $name,
                    label: metrics!(@label $($label, $value)?),
                    help: $help,
                    value: self.$field.get(),
                },)*]
            }
        }
    };
    (@label) => { None };
    (@label $label:literal, $value:literal) => { Some(($label, $value)) };
}

/// One counter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Name, as Prometheus wants it.
    pub name: &'static str,
    /// Label and value, if the name is split.
    pub label: Option<(&'static str, &'static str)>,
    /// What it counts.
    pub help: &'static str,
    /// How many.
    pub value: u64,
}

metrics! {
    connections_accepted: "bylaw_gate_connections_accepted_total", "Client connections accepted.";
    connections_dropped: "bylaw_gate_connections_dropped_total", "Client connections refused because too many were open.";
    tunnels_opened: "bylaw_gate_tunnels_opened_total" ["plan" = "tunnel"], "Connections by what was done with them.";
    tunnels_passed_through: "bylaw_gate_tunnels_opened_total" ["plan" = "pass_through"], "Connections by what was done with them.";
    tunnels_intercepted: "bylaw_gate_tunnels_opened_total" ["plan" = "intercept"], "Connections by what was done with them.";
    handshakes_failed: "bylaw_gate_handshakes_failed_total", "TLS handshakes with clients that failed; clients that do not trust the CA show here.";
    requests_read: "bylaw_gate_requests_read_total", "Requests read on inspected connections.";
    exchanges_forwarded: "bylaw_gate_exchanges_decided_total" ["next" = "forward"], "Exchanges by what was done.";
    exchanges_rewritten: "bylaw_gate_exchanges_decided_total" ["next" = "rewrite"], "Exchanges by what was done.";
    exchanges_answered: "bylaw_gate_exchanges_decided_total" ["next" = "answer"], "Exchanges by what was done.";
    exchanges_abandoned: "bylaw_gate_exchanges_abandoned_total", "Exchanges given up before the answer ended, mostly because the client went away.";
    tenant_headers_set: "bylaw_gate_tenant_requests_total" ["header" = "set"], "Requests to hosts that a tenant control names, by whether its headers were sent.";
    tenant_headers_unsent: "bylaw_gate_tenant_requests_total" ["header" = "unsent"], "Requests to hosts that a tenant control names, by whether its headers were sent.";
    tenant_refusals: "bylaw_gate_tenant_refusals_total", "Requests with tenant headers that the vendor refused.";
    records_refused: "bylaw_gate_records_refused_total", "Records that were not acknowledged; their answers were withheld.";
    completions_dropped: "bylaw_gate_completions_dropped_total", "Completions that could not be handed over.";
    logins_denied: "bylaw_gate_logins_denied_total", "Requests answered 407.";
    targets_refused: "bylaw_gate_requests_refused_total" ["reason" = "target"], "Requests refused by the gate itself.";
    misdirected_refused: "bylaw_gate_requests_refused_total" ["reason" = "misdirected"], "Requests refused by the gate itself.";
    malformed_refused: "bylaw_gate_requests_refused_total" ["reason" = "malformed"], "Requests refused by the gate itself.";
    addresses_refused: "bylaw_gate_requests_refused_total" ["reason" = "address"], "Requests refused by the gate itself.";
    upstreams_failed: "bylaw_gate_upstreams_failed_total", "Requests that the upstream did not answer.";
    upstreams_connected: "bylaw_gate_upstreams_connected_total", "Connections to upstreams.";
    bytes_scanned: "bylaw_gate_bytes_scanned_total", "Bytes of request bodies given to the engine.";
    answers_scanned: "bylaw_gate_answer_bytes_scanned_total", "Bytes of answers given to the engine, as they came.";
    unscanned_too_large: "bylaw_gate_bytes_unscanned_total" ["reason" = "too_large"], "Bytes not given to the engine, by reason.";
    unscanned_passed_through: "bylaw_gate_bytes_unscanned_total" ["reason" = "pass_through"], "Bytes not given to the engine, by reason.";
    unscanned_tunnelled: "bylaw_gate_bytes_unscanned_total" ["reason" = "tunnel"], "Bytes not given to the engine, by reason.";
    unscanned_websocket: "bylaw_gate_bytes_unscanned_total" ["reason" = "web_socket"], "Bytes not given to the engine, by reason.";
    unscanned_unread: "bylaw_gate_bytes_unscanned_total" ["reason" = "head_decided"], "Bytes not given to the engine, by reason.";
    unscanned_ignored: "bylaw_gate_bytes_unscanned_total" ["reason" = "not_an_exchange"], "Bytes not given to the engine, by reason.";
    unscanned_answers: "bylaw_gate_bytes_unscanned_total" ["reason" = "answer"], "Bytes not given to the engine, by reason.";
}

impl Metrics {
    /// All counters in Prometheus' text format, version 0.0.4.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let mut previous = "";
        for sample in self.samples() {
            if sample.name != previous {
                let _ =
                    writeln!(text, "# HELP {} {}\n# TYPE {} counter", sample.name, sample.help, sample.name);
                previous = sample.name;
            }
            let _ = match sample.label {
                Some((label, value)) => {
                    writeln!(text, "{}{{{label}=\"{value}\"}} {}", sample.name, sample.value)
                }
                None => writeln!(text, "{} {}", sample.name, sample.value),
            };
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rendered_as_prometheus_reads() {
        let metrics = Metrics::default();
        metrics.connections_accepted.increment();
        metrics.tunnels_intercepted.add(2);
        let text = metrics.render();
        assert!(text.starts_with("# HELP bylaw_gate_connections_accepted_total Client"), "{text}");
        assert!(text.contains("\nbylaw_gate_tunnels_opened_total{plan=\"intercept\"} 2\n"), "{text}");
        assert_eq!(text.matches("# TYPE bylaw_gate_tunnels_opened_total counter").count(), 1);
    }
}
