use tokio::io::AsyncWriteExt;

use crate::{
    client::{read_all, read_head},
    world::{CHAT, HELLO, HOST, Setup, World},
};

/// Sends `bytes` over a connection that the proxy opened; returns all that comes back.
async fn inside(world: &World, bytes: &[u8]) -> String {
    let mut stream = world.tls(&format!("{HOST}:443"), HOST, &world.ca, &["http/1.1"]).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    read_all(&mut stream).await
}

#[tokio::test]
async fn what_cannot_be_framed_is_refused() {
    let head = format!("POST {CHAT} HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/json\r\n");
    for (fields, status) in [
        ("content-length: 5\r\ncontent-length: 6\r\n\r\nhello", "400"),
        ("content-length: +5\r\n\r\nhello", "400"),
        ("content-length: 5, 6\r\n\r\nhello", "400"),
        ("transfer-encoding: chunked, gzip\r\n\r\n", "400"),
        ("transfer-encoding: gzip, chunked\r\nconnection: close\r\n\r\n0\r\n\r\n", "501"),
        ("transfer-encoding : chunked\r\n\r\n0\r\n\r\n", "400"),
        ("transfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", "400"),
        ("transfer-encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n", "400"),
        ("transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello", "400"),
        ("bad header: 1\r\n\r\n", "400"),
        ("x: a\x01b\r\n\r\n", "400"),
        ("host: other.example\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", "400"),
    ] {
        let world = World::new().await;
        let answer = inside(&world, format!("{head}{fields}").as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{fields:?}: {answer:?}");
        assert!(world.tool.received().is_empty(), "{fields:?}");
        assert!(world.counted("requests_refused", Some("malformed")) > 0, "{fields:?}");
    }
}

#[tokio::test]
async fn broken_chunking_is_recorded() {
    let world = World::new().await;
    let head = format!("POST {CHAT} HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/json\r\n");
    inside(&world, format!("{head}transfer-encoding: chunked\r\n\r\n5\r\n{{\"mes\r\nzz\r\n").as_bytes())
        .await;
    assert_eq!(world.outcomes(1).await, ["rejected api.openai.com"]);
}

/// Length and chunking together: the chunks count, the length goes, the connection ends (RFC 9112 §6.3), so that what
/// was inspected is what the tool reads, and nothing after it is a second request.
#[tokio::test]
async fn two_framings_cannot_smuggle_a_request() {
    let smuggled = format!("POST /smuggled HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: 0\r\n\r\n");
    let chunk = format!("{:x}\r\n{HELLO}\r\n0\r\n\r\n", HELLO.len());
    for fields in [
        "transfer-encoding: chunked\r\ncontent-length: 4\r\n",
        "content-length: 4\r\ntransfer-encoding: chunked\r\n",
    ] {
        let world = World::new().await;
        let head =
            format!("POST {CHAT} HTTP/1.1\r\nhost: {HOST}\r\n{fields}content-type: application/json\r\n\r\n");
        let answer = inside(&world, format!("{head}{chunk}{smuggled}").as_bytes()).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "the connection ends: {answer}");
        let received = world.tool.received();
        assert_eq!(received.len(), 1, "{received:?}");
        assert_eq!(received[0].body, HELLO, "what was inspected is what arrived");
        assert_eq!(received[0].headers.get("transfer-encoding"), None, "framed anew");
    }
}

#[tokio::test]
async fn heads_are_bounded() {
    let world = World::new().await;
    let many: String = (0..200).map(|number| format!("x-{number}: 1\r\n")).collect();
    let long = format!("x: {}\r\n", "a".repeat(100_000));
    for fields in [many, long] {
        let answer =
            inside(&world, format!("POST {CHAT} HTTP/1.1\r\nhost: {HOST}\r\n{fields}\r\n").as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    let long = format!("CONNECT {}:443 HTTP/1.1\r\n\r\n", "a".repeat(300));
    assert!(world.raw(&long).await.1.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn authorities_that_are_none_are_refused() {
    let world = World::new().await;
    for target in [
        "",
        "example.com",
        "example.com:",
        "example.com:99999",
        "user@example.com:443",
        "a%00b:443",
        "a..b:443",
    ] {
        let (_, answer) = world.raw(&format!("CONNECT {target} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{target}: {answer}");
    }
    for line in ["GET https://api.openai.com/ HTTP/1.1", "GET ftp://x/ HTTP/1.1"] {
        let (_, answer) = world.raw(&format!("{line}\r\nhost: x\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{line}: {answer}");
    }
}

#[tokio::test]
async fn slow_heads_and_bodies_are_given_up() {
    let mut setup = Setup::default();
    setup.config.timeouts.head = std::time::Duration::from_millis(300);
    setup.config.timeouts.body = std::time::Duration::from_millis(300);
    let world = World::with(setup).await;
    let mut stream = world.tcp().await;
    stream.write_all(b"CONNECT api.op").await.unwrap();
    read_all(&mut stream).await;
    let mut stream = world.tls(&format!("{HOST}:443"), HOST, &world.ca, &["http/1.1"]).await.unwrap();
    let head = format!("POST {CHAT} HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: 100\r\n\r\n{{");
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 400"));
    assert_eq!(world.outcomes(1).await, ["rejected api.openai.com"]);
}

#[tokio::test]
async fn noise_does_not_harm() {
    let world = World::new().await;
    for bytes in
        [&b"\x16\x03\x01\x00\x05hello"[..], b"\x00\x00\x00", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\r\n\r\n"]
    {
        let mut stream = world.tcp().await;
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        read_all(&mut stream).await;
        let mut stream = world.connect(&format!("{HOST}:443")).await;
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        read_all(&mut stream).await;
    }
    assert_eq!(world.post(HOST, CHAT, HELLO).await.status, 200, "still healthy");
}
