use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Incoming,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::CertificateDer;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::world::World;

pub(crate) type Request1 = http1::SendRequest<Full<Bytes>>;
pub(crate) type Request2 = http2::SendRequest<Full<Bytes>>;

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) async fn read(answer: Response<Incoming>) -> Self {
        let (parts, body) = answer.into_parts();
        Self { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() }
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub(crate) fn post(host: &str, path: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let builder = Request::post(path).header("host", host).header("content-type", "application/json");
    builder.body(Full::new(body.into())).unwrap()
}

pub(crate) fn get(host: &str, path: &str) -> Request<Full<Bytes>> {
    Request::get(path).header("host", host).body(Full::default()).unwrap()
}

impl World {
    pub(crate) async fn tcp(&self) -> TcpStream {
        let stream = TcpStream::connect(self.proxy).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// Sends `head` and returns the connection with the answer's head.
    pub(crate) async fn raw(&self, head: &str) -> (TcpStream, String) {
        let mut stream = self.tcp().await;
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = read_head(&mut stream).await;
        (stream, answer)
    }

    /// A connection to `authority` through the proxy.
    pub(crate) async fn connect(&self, authority: &str) -> TcpStream {
        let (stream, answer) =
            self.raw(&format!("CONNECT {authority} HTTP/1.1\r\nhost: {authority}\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        stream
    }

    /// TLS with whatever `authority` leads to, under `name`, trusting the CA of the proxy or of tools.
    pub(crate) async fn tls(
        &self,
        authority: &str,
        name: &str,
        root: &CertificateDer<'static>,
        protocols: &[&str],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = self.connect(authority).await;
        connector(root, protocols).connect(name.to_owned().try_into().unwrap(), stream).await
    }

    /// HTTP/1.1 with `host`, opened by the proxy.
    pub(crate) async fn http1(&self, host: &str) -> Request1 {
        let stream = self.tls(&format!("{host}:443"), host, &self.ca, &["http/1.1"]).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        shake1(stream).await
    }

    /// HTTP/2 with `host`, opened by the proxy.
    pub(crate) async fn http2(&self, host: &str) -> Request2 {
        let stream = self.tls(&format!("{host}:443"), host, &self.ca, &["h2", "http/1.1"]).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (sender, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender
    }

    /// HTTP/1.1 with the proxy itself.
    pub(crate) async fn plain(&self) -> Request1 {
        shake1(self.tcp().await).await
    }

    /// Posts one prompt over a connection of its own.
    pub(crate) async fn post(&self, host: &str, path: &str, body: impl Into<Bytes>) -> Answer {
        let mut client = self.http1(host).await;
        Answer::read(client.send_request(post(host, path, body)).await.unwrap()).await
    }
}

pub(crate) async fn shake1<S>(stream: S) -> Request1
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection.with_upgrades());
    sender
}

pub(crate) fn connector(root: &CertificateDer<'static>, protocols: &[&str]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let mut tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsConnector::from(Arc::new(tls))
}

/// Reads up to the empty line after a head.
pub(crate) async fn read_head(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

/// Reads to the end.
pub(crate) async fn read_all(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all).await;
    String::from_utf8_lossy(&all).into_owned()
}
