//! A client of a Bylaw server's API, for commands that talk to one from elsewhere.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use http::{Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time,
};
use tokio_rustls::TlsConnector;

/// Until an answer must be there; the server gives up before.
const PATIENCE: Duration = Duration::from_secs(60);
/// Largest answer that is read.
const MOST: usize = 16 * 1024 * 1024;

/// A server, and the token that its requests are made with.
pub(crate) struct Api {
    server: Uri,
    host: String,
    token: String,
    tls: Option<TlsConnector>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Api {
    /// The server at `server`, as in `https://bylaw.example.com`. `ca` names a file with certificates that are trusted
    /// beside the system's.
    pub(crate) fn new(server: &str, token: String, ca: Option<&Path>) -> Result<Self> {
        let wrong = || anyhow!("`{server}` is not a server: write it as `https://bylaw.example.com`");
        let uri: Uri = server.parse().map_err(|_| wrong())?;
        let host = uri.host().ok_or_else(wrong)?.to_owned();
        let tls = match uri.scheme_str() {
            Some("https") => Some(connector(ca)?),
            Some("http") => None,
            _ => return Err(wrong()),
        };
        Ok(Self { server: uri, host, token, tls })
    }

    /// Sends JSON to `path` and reads JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        let exchange = time::timeout(PATIENCE, self.exchange(path, body)).await;
        let server = &self.server;
        exchange
            .with_context(|| format!("no answer from `{server}` within {} s", PATIENCE.as_secs()))?
            .with_context(|| format!("cannot talk to `{server}`"))
    }

    async fn exchange(&self, path: &str, body: &Value) -> Result<Answer> {
        let port = self.server.port_u16().unwrap_or(if self.tls.is_some() { 443 } else { 80 });
        let stream = TcpStream::connect((self.host.as_str(), port)).await?;
        let Some(tls) = &self.tls else { return self.over(stream, path, body).await };
        let name = ServerName::try_from(self.host.clone())?;
        self.over(tls.connect(name, stream).await?, path, body).await
    }

    async fn over<S>(&self, stream: S, path: &str, body: &Value) -> Result<Answer>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Its end is told by the request below.
        tokio::spawn(connection);
        let authority = self.server.authority().map_or(self.host.as_str(), |authority| authority.as_str());
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/v1{path}"))
            .header(header::HOST, authority)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .body(Full::new(Bytes::from(serde_json::to_vec(body)?)))
            .context("the token cannot be sent: it holds characters that no token has")?;
        let (parts, incoming) = sender.send_request(request).await?.into_parts();
        let body = Limited::new(incoming, MOST).collect().await.map_err(|error| anyhow!(error))?.to_bytes();
        let Ok(body) = serde_json::from_slice(&body) else {
            bail!("it answered {} and no JSON: is a Bylaw server there?", parts.status);
        };
        Ok(Answer { status: parts.status, body })
    }
}

fn connector(ca: Option<&Path>) -> Result<TlsConnector> {
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if let Some(path) = ca {
        let unreadable = || format!("cannot read certificates from `{}`", path.display());
        for certificate in CertificateDer::pem_file_iter(path).with_context(unreadable)? {
            roots.add(certificate.with_context(unreadable)?).with_context(unreadable)?;
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
