use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use engine::{CANARY, LinkKey};
use http::{Method, Request, StatusCode, header};
use http_body_util::Full;
use model::Verdict;
use sandbox::organisation::{Client, ClientError};
use server::canaries::{Probe, Prober};

use super::now;

/// How long the synthetic person of one probe can sign in.
const LASTS: Duration = Duration::from_secs(120);

/// A way through the gate at `gate`, as a person's computer takes it.
pub(crate) fn prober(gate: SocketAddr, ca_pem: &str, key: LinkKey) -> Result<Prober, ClientError> {
    let client = Client::new(gate, ca_pem)?;
    Ok(Prober::new(move |probe| {
        let (client, key) = (client.clone(), key.clone());
        async move { send(&client, &key, probe).await }
    }))
}

async fn send(client: &Client, key: &LinkKey, probe: Probe) -> Result<Verdict, String> {
    let password = key.canary(&probe.person, now().plus(LASTS));
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("https://{}{}", probe.host, probe.path))
        .header(header::CONTENT_TYPE, "application/json")
        .header("bylaw-canary-tenants", probe.tenants.join(","))
        .body(Full::new(Bytes::from(probe.body.reveal().to_owned())))
        .map_err(|error| error.to_string())?;
    let answered = client.ask((CANARY, password.reveal()), &probe.host, request).await;
    let (status, body) = answered.map_err(|error| explained(&error))?;
    match status {
        StatusCode::OK => serde_json::from_slice(&body).map_err(|_| "the answer is no verdict".to_owned()),
        // The gate's own words; a tool never answers a canary.
        status => {
            Err(format!("{status}: {}", String::from_utf8_lossy(&body).chars().take(300).collect::<String>()))
        }
    }
}

fn explained(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
