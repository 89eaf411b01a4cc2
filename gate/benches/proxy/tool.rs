use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{body::Frame, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use rcgen::{CertificateParams, KeyPair};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{net::TcpListener, sync::mpsc};
use tokio_rustls::TlsAcceptor;

use crate::{child, proxy};

/// Events of one answer, and the time between two.
const EVENTS: usize = 400;
const PAUSE: Duration = Duration::from_millis(2);

const ANSWER: &str = r#"{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-5","choices":[{"index":0,"message":{"role":"assistant","content":"Certainly. Here is a short answer that fits into one packet."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21}}"#;

pub(crate) fn now_micros() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()).unwrap()
}

pub(crate) async fn run() {
    let key = KeyPair::generate().unwrap();
    let mut names: Vec<String> = (0..proxy::HOSTS).map(proxy::host).collect();
    names.push(proxy::MAIN.to_owned());
    let certificate = CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    child::announce(listener.local_addr().unwrap(), certificate.der());
    while let Ok((stream, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            stream.set_nodelay(true).unwrap();
            if let Ok(stream) = acceptor.accept(stream).await {
                let _ =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await;
            }
        });
    }
}

async fn answer(
    request: Request<Incoming>,
) -> Result<Response<UnsyncBoxBody<Bytes, Infallible>>, Infallible> {
    let streams = request.uri().query() == Some("events");
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
    let builder = Response::builder();
    Ok(if streams {
        builder.header("content-type", "text/event-stream").body(events()).unwrap()
    } else {
        builder.header("content-type", "application/json").body(Full::from(ANSWER).boxed_unsync()).unwrap()
    })
}

/// Events that say when they were sent.
fn events() -> UnsyncBoxBody<Bytes, Infallible> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        for _ in 0..EVENTS {
            tokio::time::sleep(PAUSE).await;
            let event = format!(
                "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"at {} \"}}}}]}}\n\n",
                now_micros()
            );
            if sender.send(Ok(Frame::data(Bytes::from(event)))).await.is_err() {
                return;
            }
        }
    });
    StreamBody::new(tokio_stream::wrappers::ReceiverStream::new(receiver)).boxed_unsync()
}
