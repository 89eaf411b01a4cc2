use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use model::{Outcome, Uninspected};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::{
    client::{Answer, get, post},
    world::{CHAT, HELLO, HOST, SSN, Setup, World},
};

/// For what should come at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// The tool sends the next event only after the person has the last one: a gate that gathers would wait for ever.
#[tokio::test]
async fn events_arrive_one_by_one() {
    let world = World::new().await;
    let mut client = world.http1(HOST).await;
    let asking = client.send_request(post(HOST, &format!("{CHAT}?steps"), HELLO));
    world.tool.step();
    let mut stream = asking.await.unwrap().into_body();
    for character in "Hello there".chars() {
        let mut event = String::new();
        while !event.ends_with("\n\n") {
            let frame = timeout(PATIENCE, stream.frame()).await.expect("the event is held back");
            let data = frame.unwrap().unwrap().into_data().unwrap();
            event.push_str(std::str::from_utf8(&data).unwrap());
        }
        assert!(event.contains(&format!("{{\"content\":\"{character}\"}}")), "{event}");
        world.tool.step();
    }
}

#[tokio::test]
async fn placeholders_are_turned_back_across_events() {
    let world = World::new().await;
    let mut client = world.http1(HOST).await;
    let answer = client.send_request(post(HOST, &format!("{CHAT}?events"), SSN)).await.unwrap();
    let text = String::from_utf8(Answer::read(answer).await.body.to_vec()).unwrap();
    let mut said = String::new();
    for event in text.split("\n\n").filter_map(|event| event.strip_prefix("data: ")) {
        if let Ok(delta) = serde_json::from_str::<serde_json::Value>(event) {
            said.push_str(delta["choices"][0]["delta"]["content"].as_str().unwrap_or_default());
        }
    }
    assert_eq!(said, "My SSN is 536-90-4399.");
    assert!(!String::from_utf8_lossy(&world.tool.last().body).contains("536-90-4399"));
    assert_eq!(world.completions(1).await[0].restored, 1);
}

#[tokio::test]
async fn large_bodies_pass_bit_by_bit() {
    let world = World::with(Setup { body_limit: 64 * 1024, ..Setup::default() }).await;
    let large: Vec<u8> = (0..20_000_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for mut request in [post(HOST, "/upload/anything", large.clone()), post(HOST, "/v1/files", large.clone())]
    {
        request.headers_mut().insert("content-type", "application/octet-stream".parse().unwrap());
        let mut client = world.http1(HOST).await;
        let answer = Answer::read(client.send_request(request).await.unwrap()).await;
        assert_eq!(answer.status, 200);
        assert!(answer.body == large, "the answer is what was sent");
        assert!(world.tool.last().body == large, "the tool received what was sent");
    }
}

#[tokio::test]
async fn a_websocket_passes_and_is_recorded_as_not_inspected() {
    let world = World::new().await;
    let mut client = world.http1(HOST).await;
    let mut request = get(HOST, "/v1/realtime");
    for (name, value) in [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let answer = client.send_request(request).await.unwrap();
    assert_eq!(answer.status(), 101);
    assert_eq!(answer.headers()["upgrade"], "websocket");
    let mut socket = TokioIo::new(hyper::upgrade::on(answer).await.unwrap());
    for message in ["one", "two"] {
        socket.write_all(message.as_bytes()).await.unwrap();
        let mut echoed = [0; 3];
        socket.read_exact(&mut echoed).await.unwrap();
        assert_eq!(echoed, message.as_bytes());
    }
    drop(socket);
    let received = world.tool.last();
    assert_eq!(received.headers["sec-websocket-key"], "dGhlIHNhbXBsZSBub25jZQ==");
    world.outcomes(1).await;
    let record = &world.records()[0];
    assert_eq!(
        (record.outcome, record.exchange.uninspected),
        (Outcome::Forwarded, Some(Uninspected::WebSocket))
    );
    let completion = &world.completions(1).await[0];
    assert_eq!((completion.status, completion.bytes_down), (Some(101), 6));
    assert_eq!(world.counted("bytes_unscanned", Some("web_socket")), 12);
}

#[tokio::test]
async fn a_websocket_is_refused_where_the_policy_says_so() {
    let world = World::with(Setup { uninspected: "block", ..Setup::default() }).await;
    let mut client = world.http1(HOST).await;
    let mut request = get(HOST, "/v1/realtime");
    request.headers_mut().insert("connection", "Upgrade".parse().unwrap());
    request.headers_mut().insert("upgrade", "websocket".parse().unwrap());
    assert_eq!(client.send_request(request).await.unwrap().status(), 403);
    assert!(world.tool.received().is_empty());
}

/// Each of a hundred small requests would take 40 ms if any path waited for a delayed acknowledgement; on a busy machine
/// not even the fastest would be faster.
#[tokio::test]
async fn small_writes_do_not_wait() {
    let world = World::new().await;
    let mut client = world.http1(HOST).await;
    let mut fastest = Duration::MAX;
    for _ in 0..100 {
        client.ready().await.unwrap();
        let begun = Instant::now();
        Answer::read(client.send_request(post(HOST, CHAT, HELLO)).await.unwrap()).await;
        fastest = fastest.min(begun.elapsed());
    }
    assert!(fastest < Duration::from_millis(35), "{fastest:?}");
}
