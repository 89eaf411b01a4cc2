use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result, anyhow};
use gate::Authority;
use rustls::{
    RootCertStore, ServerConfig,
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use sensor::intake::{self, Batch};
use tokio::{
    net::{TcpListener, UdpSocket},
    sync::mpsc,
    time::{self, Instant},
};
use tokio_rustls::TlsAcceptor;

use super::{Counts, Keeper, Pause};
use crate::config::{SensorConfig, TlsIdentity};

/// Lines of syslog that are kept together, and how long the first of them waits.
const TOGETHER: (usize, Duration) = (2_000, Duration::from_secs(1));

/// A port that syslog comes to.
pub(super) struct Listener {
    address: SocketAddr,
    way: Way,
}

enum Way {
    Udp(Option<UdpSocket>),
    Tcp(Option<TcpListener>),
    Tls(Option<TcpListener>, TlsAcceptor),
}

/// Opens every port that the configuration names.
pub(super) async fn bind(config: &SensorConfig, authority: &Authority) -> Result<Vec<Listener>> {
    let mut listeners = Vec::new();
    for &address in &config.syslog_udp {
        listeners.push(Listener { address, way: Way::Udp(Some(udp(address).await?)) });
    }
    for &address in &config.syslog_tcp {
        listeners.push(Listener { address, way: Way::Tcp(Some(tcp(address).await?)) });
    }
    if !config.syslog_tls.is_empty() {
        let acceptor = acceptor(config, authority)?;
        for &address in &config.syslog_tls {
            let way = Way::Tls(Some(tcp(address).await?), acceptor.clone());
            listeners.push(Listener { address, way });
        }
    }
    Ok(listeners)
}

async fn udp(address: SocketAddr) -> Result<UdpSocket> {
    UdpSocket::bind(address).await.with_context(|| format!("cannot listen for syslog on UDP `{address}`"))
}

async fn tcp(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen for syslog on TCP `{address}`"))
}

impl Listener {
    /// Receives until nobody takes batches any more; opens the port again where it fails.
    pub(super) async fn receive(mut self, sink: mpsc::Sender<Batch>, counts: Arc<Counts>) {
        let mut pause = Pause::new();
        loop {
            let begun = Instant::now();
            let Err(error) = self.once(sink.clone(), &counts).await else { return };
            counts.failed();
            pause.out(&format!("syslog on {}", self.address), &error, begun.elapsed()).await;
        }
    }

    async fn once(&mut self, sink: mpsc::Sender<Batch>, counts: &Counts) -> Result<()> {
        let received = Arc::clone(counts.received());
        match &mut self.way {
            Way::Udp(socket) => {
                let socket = match socket.take() {
                    Some(socket) => socket,
                    None => udp(self.address).await?,
                };
                intake::udp(socket, sink, received).await?;
            }
            Way::Tcp(listener) => {
                let listener = again(listener.take(), self.address).await?;
                intake::tcp(listener, sink, received).await?;
            }
            Way::Tls(listener, acceptor) => {
                let listener = again(listener.take(), self.address).await?;
                intake::tls(listener, acceptor.clone(), sink, received).await?;
            }
        }
        Ok(())
    }
}

async fn again(listener: Option<TcpListener>, address: SocketAddr) -> Result<TcpListener> {
    match listener {
        Some(listener) => Ok(listener),
        None => tcp(address).await,
    }
}

/// Keeps messages of syslog, some together.
pub(super) async fn gather(mut batches: mpsc::Receiver<Batch>, mut keeper: Keeper) {
    let (most, patience) = TOGETHER;
    let mut some = Vec::new();
    while let Some(first) = batches.recv().await {
        some.push(first);
        let until = Instant::now() + patience;
        while some.len() < most
            && let Ok(Some(next)) = time::timeout_at(until, batches.recv()).await
        {
            some.push(next);
        }
        keeper.keep(&some, &[]).await;
        some.clear();
    }
}

/// TLS 1.2 and 1.3 with the certificate that is configured, or one of Bylaw's own authority.
fn acceptor(config: &SensorConfig, authority: &Authority) -> Result<TlsAcceptor> {
    let (chain, key) = match &config.identity {
        TlsIdentity::Files { certificate, key } => {
            let chain: Vec<CertificateDer<'static>> = certificates(certificate)?;
            let key = PrivateKeyDer::from_pem_file(key)
                .map_err(|error| anyhow!("{error}"))
                .with_context(|| format!("cannot read the key `{}`", key.display()))?;
            (chain, key)
        }
        TlsIdentity::OwnAuthority { names } => {
            authority.server(names).context("cannot make a certificate for `sensor.syslog_tls`")?
        }
    };
    let builder = ServerConfig::builder();
    let builder = match &config.syslog_clients {
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(path)? {
                roots.add(certificate).with_context(|| format!("cannot trust `{}`", path.display()))?;
            }
            let verifier: Arc<dyn ClientCertVerifier> =
                WebPkiClientVerifier::builder(Arc::new(roots)).build()?;
            builder.with_client_cert_verifier(verifier)
        }
        None => builder.with_no_client_auth(),
    };
    let tls =
        builder.with_single_cert(chain, key).context("cannot use the certificate of `sensor.syslog_tls`")?;
    Ok(TlsAcceptor::from(Arc::new(tls)))
}

fn certificates(path: &std::path::Path) -> Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| anyhow!("{error}"))
        .with_context(|| format!("cannot read certificates from `{}`", path.display()))
}
