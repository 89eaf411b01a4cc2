use std::time::Duration;

use model::Outcome;
use serde_json::{Value, json};
use store::Role;

use crate::{records::record, world::World};

fn find<'a>(tools: &'a Value, id: &str) -> &'a Value {
    tools.as_array().unwrap().iter().find(|tool| tool["id"] == id).unwrap()
}

#[tokio::test]
async fn the_catalogue_with_its_use() {
    let world = World::new().await;
    for (number, outcome) in [(1, Outcome::Forwarded), (2, Outcome::Blocked)] {
        world.store.writer().append(record(number, "anna.kovacs", world.now(), outcome)).await.unwrap();
    }
    let client = world.signed_in(Role::Employee).await;
    let tools = client.get("/api/v1/tools").await.expect(200).json();
    assert!(tools.as_array().unwrap().len() >= 60);
    let chatgpt = find(&tools, "chatgpt");
    assert_eq!((&chatgpt["name"], &chatgpt["state"]), (&json!("ChatGPT"), &json!("unreviewed")));
    assert_eq!((&chatgpt["exchanges"], &chatgpt["people"]), (&json!(2), &json!(1)));
    assert_eq!(chatgpt["by_action"], json!({ "allow": 1, "block": 1 }));
    assert_eq!(chatgpt["last_seen"], world.now().to_string());
    assert!(chatgpt["hosts"].as_array().unwrap().contains(&json!("chatgpt.com")), "{chatgpt}");
    assert_eq!(&client.get("/api/v1/tools/chatgpt").await.expect(200).json(), chatgpt);
    client.get("/api/v1/tools/nothing").await.expect(404);
}

#[tokio::test]
async fn a_decision_counts_at_once_and_lapses_by_itself() {
    let world = World::new().await;
    let client = world.signed_in(Role::Analyst).await;
    let path = "/api/v1/tools/chatgpt/decision";
    let check = json!({ "tool": "chatgpt", "text": "The SSN of our customer is 536-90-4399" });
    let action = |answer: Value| answer["verdict"]["action"].clone();
    let decision = json!({
        "state": "approved", "approved_for": ["pii"], "reason": "contract signed",
        "until": world.now().plus(Duration::from_secs(3_600)).to_string(),
    });
    let decided = client.put(path, &decision).await.expect(200).json();
    assert_eq!((&decided["state"], &decided["approved_for"]), (&json!("approved"), &json!(["pii"])));
    assert_eq!((&decided["decided_by"], &decided["reason"]), (&json!("analyst"), &json!("contract signed")));
    assert_eq!(action(client.post("/api/v1/check", &check).await.expect(200).json()), "allow");

    world.wait(Duration::from_secs(3_600));
    assert_eq!(client.get("/api/v1/tools/chatgpt").await.expect(200).json()["state"], "under_review");
    assert_eq!(action(client.post("/api/v1/check", &check).await.expect(200).json()), "redact");
}

#[tokio::test]
async fn decisions_must_make_sense() {
    let world = World::new().await;
    let client = world.signed_in(Role::Administrator).await;
    let decide = |tool: &str, decision: Value| {
        let path = format!("/api/v1/tools/{tool}/decision");
        let client = &client;
        async move { client.put(&path, &decision).await }
    };
    decide("nothing", json!({ "state": "denied", "reason": "x" })).await.expect(404);
    for (decision, says) in [
        (json!({ "state": "denied", "reason": " " }), "give `reason`"),
        (json!({ "state": "denied", "reason": "x", "approved_for": ["pii"] }), "leave `approved_for` empty"),
        (json!({ "state": "perhaps", "reason": "x" }), "perhaps"),
        (json!({ "state": "approved", "reason": "x", "approved_for": ["colour"] }), "not a valid label"),
    ] {
        let refused = decide("chatgpt", decision).await.expect(422);
        assert!(refused.text().contains(says), "{}", refused.text());
    }
    assert!(world.store.tool_decisions().await.unwrap().is_empty());
}
