use std::sync::Arc;

use engine::{HostPlan, Restricted, Who};
use http::{HeaderMap, Method, StatusCode, Uri, header::HOST, request::Parts};

use crate::{
    activity::Activity,
    client::Client,
    gate::{Gate, now},
    origin::Scheme,
    problem::Problem,
    target::Target,
    unfinished::{GivenUp, Unfinished},
    upstream::Upstream,
};

/// What one person does with one origin over one connection.
pub(crate) struct Session {
    pub(crate) gate: Arc<Gate>,
    /// Keeps the client's place among the connections.
    client: Arc<Client>,
    pub(crate) who: Who,
    pub(crate) upstream: Arc<Upstream>,
    pub(crate) inspection: Inspection,
    /// Prompts that are being read.
    pub(crate) unfinished: Unfinished,
    /// When it was last asked something.
    pub(crate) used: Arc<Activity>,
    /// The name in the client's ClientHello, if it is not the one in its CONNECT.
    other_name: Option<String>,
}

/// Whether requests are given to the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inspection {
    /// They are.
    On,
    /// The host belongs to no tool, or must not be looked into.
    Off,
}

impl From<HostPlan> for Inspection {
    fn from(plan: HostPlan) -> Self {
        match plan {
            HostPlan::Intercept => Self::On,
            HostPlan::PassThrough | HostPlan::Tunnel => Self::Off,
        }
    }
}

impl Session {
    pub(crate) fn new(
        client: &Arc<Client>,
        who: Who,
        upstream: Arc<Upstream>,
        inspection: Inspection,
    ) -> Self {
        let (gate, client) = (Arc::clone(&client.gate), Arc::clone(client));
        Self {
            gate,
            client,
            who,
            upstream,
            inspection,
            unfinished: Unfinished::default(),
            used: Arc::default(),
            other_name: None,
        }
    }

    /// With the name in the client's ClientHello, if it is not the one in its CONNECT.
    pub(crate) fn whose_tls_names(self, other_name: Option<String>) -> Self {
        Self { other_name, ..self }
    }

    /// Records the prompts that their client did not finish.
    pub(crate) async fn give_up(&self, which: GivenUp) {
        for record in self.unfinished.give_up(which) {
            self.gate.metrics.malformed_refused.increment();
            // There is nobody left to tell; the failure is counted and logged.
            let _ = self.gate.record(record).await;
        }
    }

    pub(crate) fn client(&self) -> Arc<Client> {
        Arc::clone(&self.client)
    }

    /// Sets the headers of tenant controls, if one names the host; only where nobody on the way can read them.
    pub(crate) fn restrict(&self, headers: &mut HeaderMap) -> Restricted {
        let (engine, metrics) = (&self.gate.engine, &self.gate.metrics);
        match self.upstream.origin.scheme {
            Scheme::Https => {
                let restricted = engine.restrict(&self.target().host, headers);
                if restricted == Restricted::Set {
                    metrics.tenant_headers_set.increment();
                }
                restricted
            }
            Scheme::Http => {
                if engine.is_restricted(&self.target().host) {
                    metrics.tenant_headers_unsent.increment();
                }
                Restricted::NotNamed
            }
        }
    }

    /// Takes note of an answer to a request with tenant headers: 403 is how vendors refuse other accounts.
    pub(crate) fn answered(&self, restricted: Restricted, status: StatusCode) {
        if restricted == Restricted::Set && status == StatusCode::FORBIDDEN {
            self.gate.metrics.tenant_refusals.increment();
            self.gate.engine.account_refused(&self.who, &self.target().host, now());
        }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.upstream.origin.target
    }

    /// Refuses a request that names another host than the connection it came over.
    ///
    /// Three names must agree: CONNECT, ClientHello, and the request's own (RFC 9110 §7.4 and §15.5.20).
    pub(crate) fn check_name(&self, request: &Parts) -> Result<(), Problem> {
        if let Some(other) = &self.other_name {
            let detail =
                format!("the connection is to `{}`, but its TLS names `{other}`", self.target().host);
            return Err(Problem::misdirected(detail));
        }
        if let Some(authority) = request.uri.authority() {
            self.check_one_name(authority.as_str())?;
        }
        let mut hosts = request.headers.get_all(HOST).into_iter();
        match (hosts.next(), hosts.next()) {
            (Some(_), Some(_)) => Err(Problem::malformed("the request names its host twice")),
            (Some(host), None) => self.check_one_name(host.to_str().unwrap_or_default()),
            (None, _) if request.uri.authority().is_none() => {
                Err(Problem::malformed("the request names no host"))
            }
            (None, _) => Ok(()),
        }
    }

    fn check_one_name(&self, text: &str) -> Result<(), Problem> {
        let own = self.target();
        // What nearly all requests name, without building another target.
        if text.eq_ignore_ascii_case(&own.host) {
            return Ok(());
        }
        let named = text
            .parse()
            .ok()
            .and_then(|authority| Target::new(&authority, Some(own.port)).ok())
            .ok_or_else(|| Problem::malformed("the request names no valid host"))?;
        if named == *own {
            return Ok(());
        }
        let detail = format!("the connection is to `{own}`, but the request names `{named}`");
        Err(Problem::misdirected(detail))
    }
}

/// The path and query of a request, as the engine reads it.
pub(crate) fn path(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
}

/// A request's head, as the engine reads it.
pub(crate) fn head<'a>(
    method: &'a Method,
    host: &'a str,
    uri: &'a Uri,
    headers: &'a HeaderMap,
) -> engine::Head<'a> {
    engine::Head { method: method.as_str(), host, path_and_query: path(uri), headers }
}
