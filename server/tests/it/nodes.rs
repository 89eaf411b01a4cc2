//! Two nodes on one store.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use engine::Engine;
use serde_json::{Value, json};
use store::Role;
use testkit::Postgres;

use crate::world::World;

/// Longest wait for another node, far above the second that it takes.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn what_one_node_is_told_the_other_follows() {
    follows(World::new().await).await;
}

/// The same on a real server. The requirement is five seconds; both nodes look once a second, and the time is printed, as a
/// limit on a busy machine would fail for reasons of its own.
#[tokio::test]
async fn what_one_node_is_told_the_other_follows_on_postgresql() {
    let database = tokio::task::spawn_blocking(|| Postgres::shared().database()).await.unwrap();
    follows(World::on(database).await).await;
}

async fn follows(world: World) {
    let admin = world.signed_in(Role::Administrator).await;
    let other = world.beside().await;
    let source = admin.get("/api/v1/policy/source").await.expect(200).text();
    let changed = source.replace("then: redact", "then: block").replace("expect: redact", "expect: block");
    assert_ne!(source, changed);
    admin
        .put("/api/v1/policy", &json!({ "source": changed, "emergency": "to see it on the other node" }))
        .await
        .expect(200);
    let approved = json!({ "state": "approved", "approved_for": [], "reason": "reviewed" });
    admin.put("/api/v1/tools/claude/decision", &approved).await.expect(200);
    let begun = Instant::now();
    until(&other.engine, |engine| {
        let snapshot = engine.snapshot();
        snapshot.policy.source() == changed && snapshot.approvals.keys().any(|tool| tool.as_str() == "claude")
    })
    .await;
    println!("in force on the other node after {:.1?}", begun.elapsed());
    let check: Value = json!({ "tool": "chatgpt", "text": "SSN 536-90-4399" });
    let mut client = other.stranger();
    client.sign_in("administrator", crate::world::PASSWORD).await.expect(200);
    let answer = client.post("/api/v1/check", &check).await.expect(200).json();
    assert_eq!(answer["verdict"]["action"], "block");
    other.stop().await;
    world.stop().await;
}

async fn until(engine: &Arc<Engine>, holds: impl Fn(&Engine) -> bool) {
    let waiting = async {
        while !holds(engine) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap();
}
