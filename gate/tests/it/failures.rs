use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::{body::Frame, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use model::Outcome;
use tokio::io::AsyncWriteExt;

use crate::{
    client::{Answer, post},
    upstream::Certificate,
    world::{CHAT, CONFIDENTIAL, HELLO, HOST, Keeping, Setup, World},
};

/// Posts a prompt; returns the answer and how the exchange was completed.
async fn check(setup: Setup, path: &str, status: u16, expected: &str) {
    let world = World::with(setup).await;
    let answer = world.post(HOST, path, HELLO).await;
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.text().contains(expected), "{}", answer.text());
    assert!(answer.text().contains(HOST), "{}", answer.text());
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(world.outcomes(1).await, ["forwarded api.openai.com"]);
    let completion = &world.completions(1).await[0];
    assert_eq!(completion.status, None);
    assert!(completion.error.as_ref().unwrap().contains(expected), "{completion:?}");
}

#[tokio::test]
async fn certificates_that_are_wrong_are_named() {
    for (certificate, expected) in [
        (Certificate::Expired, "certificate has expired"),
        (Certificate::OtherName, "certificate is for another name"),
        (Certificate::OtherIssuer, "certificate is signed by an authority that this proxy does not know"),
    ] {
        check(Setup { certificate, ..Setup::default() }, CHAT, 502, expected).await;
    }
}

#[tokio::test]
async fn upstreams_that_cannot_be_reached_are_named() {
    let mut refused = Setup::default();
    refused.config.connect.insert(HOST.to_owned(), "127.0.0.1:9".parse().unwrap());
    check(refused, CHAT, 502, "the connection was refused").await;

    // A listener whose queue is full neither accepts nor refuses.
    let mut silent = Setup::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    silent.config.connect.insert(HOST.to_owned(), listener.local_addr().unwrap());
    silent.config.timeouts.handshake = Duration::from_millis(300);
    check(silent, CHAT, 504, "no answer within 0.3 s").await;
}

#[tokio::test]
async fn upstreams_that_hang_are_given_up() {
    let mut setup = Setup::default();
    setup.config.timeouts.answer = Duration::from_millis(300);
    check(setup, &format!("{CHAT}?hang"), 504, "did not answer within").await;
}

#[tokio::test]
async fn names_that_do_not_exist_are_named() {
    let world = World::new().await;
    let (mut stream, answer) =
        world.raw("CONNECT nowhere.invalid:443 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    let text = crate::client::read_all(&mut stream).await;
    assert!(text.contains("`nowhere.invalid:443`: its name cannot be resolved"), "{text}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off_here_too() {
    let world = World::new().await;
    let mut client = world.http1(HOST).await;
    let answer = client.send_request(post(HOST, &format!("{CHAT}?abort"), HELLO)).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.into_body().collect().await.is_err(), "the client must not take it for whole");
    let completion = &world.completions(1).await[0];
    assert_eq!((completion.status, completion.bytes_down), (Some(200), 10));
    assert!(completion.error.as_ref().unwrap().contains("did not come whole"), "{completion:?}");
}

#[tokio::test]
async fn a_client_that_goes_away_is_noticed() {
    let world = World::new().await;
    let mut client = world.http1(HOST).await;
    let answer = client.send_request(post(HOST, &format!("{CHAT}?events"), HELLO)).await.unwrap();
    let mut body = answer.into_body();
    body.frame().await.unwrap().unwrap();
    drop((body, client));
    let completion = &world.completions(1).await[0];
    assert!(
        completion.error.as_ref().unwrap().starts_with("given up before the answer ended"),
        "{completion:?}"
    );
    // Before the answer began.
    let mut client = world.http1(HOST).await;
    let request = client.send_request(post(HOST, &format!("{CHAT}?hang"), HELLO));
    assert!(tokio::time::timeout(Duration::from_millis(300), request).await.is_err());
    drop(client);
    let completion = &world.completions(2).await[1];
    assert_eq!((completion.status, completion.error.is_some()), (None, true));
    assert_eq!(world.counted("exchanges_abandoned", None), 2);
}

#[tokio::test]
async fn a_prompt_that_breaks_off_is_recorded_and_not_sent_on() {
    let world = World::new().await;
    for framing in ["content-length: 100", "transfer-encoding: chunked"] {
        let mut stream = world.tls(&format!("{HOST}:443"), HOST, &world.ca, &["http/1.1"]).await.unwrap();
        let head = format!("POST {CHAT} HTTP/1.1\r\nhost: {HOST}\r\n{framing}\r\n\r\n5\r\n{{\"mes");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        drop(stream);
    }
    assert_eq!(world.outcomes(2).await, ["rejected api.openai.com", "rejected api.openai.com"]);
    assert!(world.tool.received().is_empty());
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_recorded_over_http2() {
    let world = World::new().await;
    let stream = world.tls(&format!("{HOST}:443"), HOST, &world.ca, &["h2"]).await.unwrap();
    let (mut client, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let body = StreamBody::new(tokio_stream::wrappers::ReceiverStream::new(receiver));
    let mut request = post(HOST, CHAT, "").map(|_| body);
    *request.uri_mut() = format!("https://{HOST}{CHAT}").parse().unwrap();
    request.headers_mut().remove("host");
    let answer = tokio::spawn(client.send_request(request));
    sender.send(Ok(Frame::data(Bytes::from_static(b"{\"mess")))).await.unwrap();
    sender.send(Err(std::io::Error::other("gone"))).await.unwrap();
    assert!(answer.await.unwrap().is_err());
    drop(client);
    assert_eq!(world.outcomes(1).await, ["rejected api.openai.com"]);
    assert!(world.tool.received().is_empty());
}

#[tokio::test]
async fn nothing_passes_unrecorded() {
    for keeping in [Keeping::Refusing, Keeping::Silent] {
        for body in [HELLO, CONFIDENTIAL] {
            let mut setup = Setup { keeping, ..Setup::default() };
            setup.config.timeouts.record = Duration::from_millis(300);
            let world = World::with(setup).await;
            let answer = world.post(HOST, CHAT, body).await;
            assert_eq!(answer.status, 503, "{keeping:?} {}", answer.text());
            assert!(answer.text().contains("recorder_unavailable"), "{}", answer.text());
            assert_eq!(world.counted("records_refused", None), 1);
        }
    }
}

#[tokio::test]
async fn the_answer_waits_for_the_record() {
    let world = World::with(Setup { keeping: Keeping::Slowly, ..Setup::default() }).await;
    let mut client = world.http1(HOST).await;
    let answer = client.send_request(post(HOST, &format!("{CHAT}?events"), HELLO)).await.unwrap();
    assert_eq!(world.records().len(), 1, "the record is there when the head is");
    assert_eq!(world.records()[0].outcome, Outcome::Forwarded);
    assert_eq!(Answer::read(answer).await.status, 200);
}
