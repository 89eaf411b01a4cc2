use std::{collections::BTreeMap, sync::Arc};

use http::{HeaderValue, Method};
use serde_json::json;
use server::{LineTaker, Lines, LinesOutcome, LinesRefused, LinesTaken};
use store::Role;
use tokio::sync::Mutex;

use crate::{client::Client, world::World};

const PATH: &str = "/api/v1/sensor/lines";

/// A server whose pushed lines end in `kept`; a body `full` finds no room.
async fn world(kept: &Arc<Mutex<Vec<Lines>>>) -> World {
    let kept = Arc::clone(kept);
    World::pushed(LineTaker::new(move |lines: Lines| {
        let kept = Arc::clone(&kept);
        async move {
            match &*lines.body {
                b"packed badly" => return Err(LinesRefused::Body("cannot unpack".to_owned())),
                b"full" => return Err(LinesRefused::Unkept),
                _ => kept.lock().await.push(lines),
            }
            let unread = BTreeMap::from([("format not recognised".to_owned(), 1)]);
            Ok(LinesTaken { lines: 2, observations: 1, unread, outcome: LinesOutcome::Kept })
        }
    }))
    .await
}

#[tokio::test]
async fn a_token_of_a_sensor_pushes_lines_and_nothing_else() {
    let kept = Arc::default();
    let world = world(&kept).await;
    let admin = world.signed_in(Role::Administrator).await;
    let made = admin.post("/api/v1/tokens", &json!({ "name": "squid", "role": "sensor" })).await.expect(201);
    let mut squid = Client::with_token(&world.base, made.json()["token"].as_str().unwrap());
    squid.extra.insert("idempotency-key", HeaderValue::from_static("part 7"));
    let answer =
        squid.send_bytes(Method::POST, PATH, Some("text/plain"), b"one\ntwo".to_vec()).await.expect(202);
    assert_eq!(
        answer.json(),
        json!({ "lines": 2, "observations": 1, "unread": { "format not recognised": 1 }, "outcome": "kept" })
    );
    let lines = kept.lock().await.pop().unwrap();
    assert_eq!((&*lines.body, lines.key.as_deref()), (&b"one\ntwo"[..], Some("part 7")));
    squid.get("/api/v1/tools").await.expect(403);
    squid.post("/api/v1/tokens", &json!({ "name": "more" })).await.expect(403);
}

#[tokio::test]
async fn what_cannot_be_taken_says_so() {
    let kept = Arc::default();
    let world = world(&kept).await;
    let mut admin = world.signed_in(Role::Administrator).await;
    for (body, status) in
        [(b"packed badly".to_vec(), 422), (b"full".to_vec(), 503), (vec![b'x'; 17 << 20], 413)]
    {
        admin.send_bytes(Method::POST, PATH, None, body).await.expect(status);
    }
    admin.extra.insert("idempotency-key", HeaderValue::from_bytes(b"\xff").unwrap());
    admin.send_bytes(Method::POST, PATH, None, b"x".to_vec()).await.expect(422);
    assert!(kept.lock().await.is_empty());
    Client::new(&world.base).send_bytes(Method::POST, PATH, None, b"x".to_vec()).await.expect(401);
    let nobody_reads = World::new().await;
    let admin = nobody_reads.signed_in(Role::Administrator).await;
    admin.send_bytes(Method::POST, PATH, None, b"x".to_vec()).await.expect(409);
}
