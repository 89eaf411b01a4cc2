use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, Full, Limited};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls_pki_types::{CertificateDer, InvalidDnsNameError, ServerName, pem::PemObject};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Member;

const PATIENCE: Duration = Duration::from_secs(60);
const MOST: usize = 4 * 1024 * 1024;

/// A client that goes through the proxy as a person's computer does.
#[derive(Clone)]
pub struct Client {
    proxy: SocketAddr,
    tls: TlsConnector,
}

/// Why an exchange failed before an answer came.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The authority's certificate cannot be used.
    #[error("cannot use the certificate of the proxy's authority")]
    Authority(#[source] rustls::Error),
    /// It is no PEM.
    #[error("cannot read the certificate of the proxy's authority")]
    Pem(#[source] rustls_pki_types::pem::Error),
    /// The proxy or the host cannot be reached.
    #[error("cannot connect")]
    Connect(#[source] io::Error),
    /// The proxy refused the tunnel.
    #[error("the proxy refused the tunnel with status {0}")]
    Refused(StatusCode),
    /// The host's name cannot be put into TLS.
    #[error("cannot ask for this host")]
    Name(#[from] InvalidDnsNameError),
    /// HTTP failed.
    #[error("cannot finish the exchange")]
    Http(#[from] hyper::Error),
    /// The answer's body failed or is too large.
    #[error("cannot read the answer")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The request could not be built.
    #[error("cannot build the request")]
    Build(#[from] http::Error),
    /// Nothing came in time.
    #[error("no answer within {} s", PATIENCE.as_secs())]
    Timeout,
}

impl Client {
    /// A client that trusts the authority `ca_pem` and nothing else.
    pub fn new(proxy: SocketAddr, ca_pem: &str) -> Result<Self, ClientError> {
        let mut roots = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(ca_pem.as_bytes()) {
            roots.add(certificate.map_err(ClientError::Pem)?).map_err(ClientError::Authority)?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(ClientError::Authority)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { proxy, tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Sends `request` as `member` and reads the answer to its end.
    pub(super) async fn send(
        &self,
        member: &Member,
        host: &str,
        request: Request<Full<Bytes>>,
    ) -> Result<StatusCode, ClientError> {
        self.ask((&member.id, &member.password), host, request).await.map(|(status, _)| status)
    }

    /// Sends `request` with these proxy credentials; status and body of the answer.
    pub async fn ask(
        &self,
        credentials: (&str, &str),
        host: &str,
        request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes), ClientError> {
        let exchange = async {
            let tunnel = self.tunnel(credentials, host).await?;
            let name = ServerName::try_from(host.to_owned())?;
            let stream = self.tls.connect(name, tunnel).await.map_err(ClientError::Connect)?;
            match stream.get_ref().1.alpn_protocol() {
                Some(b"h2") => over_http2(TokioIo::new(stream), request).await,
                _ => over_http1(TokioIo::new(stream), host, request).await,
            }
        };
        tokio::time::timeout(PATIENCE, exchange).await.unwrap_or(Err(ClientError::Timeout))
    }

    /// A tunnel to `host` (RFC 9110 §9.3.6), with these credentials.
    async fn tunnel(
        &self,
        (user, password): (&str, &str),
        host: &str,
    ) -> Result<TokioIo<hyper::upgrade::Upgraded>, ClientError> {
        let stream = TcpStream::connect(self.proxy).await.map_err(ClientError::Connect)?;
        stream.set_nodelay(true).map_err(ClientError::Connect)?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection.with_upgrades());
        let credentials = BASE64_STANDARD.encode(format!("{user}:{password}"));
        let target = format!("{host}:443");
        let request = Request::builder()
            .method(Method::CONNECT)
            .uri(&target)
            .header(header::HOST, &target)
            .header(header::PROXY_AUTHORIZATION, format!("Basic {credentials}"))
            .body(Empty::<Bytes>::new())?;
        let response = sender.send_request(request).await?;
        if !response.status().is_success() {
            return Err(ClientError::Refused(response.status()));
        }
        Ok(TokioIo::new(hyper::upgrade::on(response).await?))
    }
}

type Stream = TokioIo<tokio_rustls::client::TlsStream<TokioIo<hyper::upgrade::Upgraded>>>;

async fn over_http2(
    stream: Stream,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, Bytes), ClientError> {
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await?;
    tokio::spawn(connection);
    finish(sender.send_request(request).await?).await
}

async fn over_http1(
    stream: Stream,
    host: &str,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, Bytes), ClientError> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
    tokio::spawn(connection);
    let (mut head, body) = request.into_parts();
    head.headers.insert(header::HOST, header::HeaderValue::from_str(host).map_err(http::Error::from)?);
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    head.uri = path.parse().map_err(http::Error::from)?;
    finish(sender.send_request(Request::from_parts(head, body)).await?).await
}

async fn finish(response: http::Response<hyper::body::Incoming>) -> Result<(StatusCode, Bytes), ClientError> {
    let status = response.status();
    let body = Limited::new(response.into_body(), MOST).collect().await.map_err(ClientError::Body)?;
    Ok((status, body.to_bytes()))
}
