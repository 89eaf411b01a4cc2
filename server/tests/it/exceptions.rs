use std::time::Duration;

use serde_json::{Value, json};
use store::Role;

use crate::world::World;

const PATH: &str = "/api/v1/exceptions";

fn grant(world: &World, changes: Value) -> Value {
    let until = world.now().plus(Duration::from_secs(3_600)).to_string();
    let mut body =
        json!({ "person": "ben.osei", "clause": "DATA-1", "until": until, "reason": "audit support" });
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[tokio::test]
async fn an_exception_counts_while_it_is_in_force() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    let check = json!({ "tool": "chatgpt", "text": "SSN 536-90-4399", "as_person": "ben.osei" });
    let action = |answer: Value| answer["verdict"]["action"].clone();
    assert_eq!(action(admin.post("/api/v1/check", &check).await.expect(200).json()), "redact");
    let granted = admin.post(PATH, &grant(&world, json!({}))).await.expect(201).json();
    assert_eq!((&granted["state"], &granted["approved_by"]), (&json!("in_force"), &json!("administrator")));
    assert_eq!(action(admin.post("/api/v1/check", &check).await.expect(200).json()), "allow");

    let path = format!("{PATH}/{}", granted["id"].as_str().unwrap());
    admin.delete(&path).await.expect(204);
    admin.delete(&path).await.expect(404);
    assert_eq!(action(admin.post("/api/v1/check", &check).await.expect(200).json()), "redact");
    assert_eq!(admin.get(PATH).await.expect(200).json()[0]["state"], "revoked");

    let later = world.now().plus(Duration::from_secs(60)).to_string();
    let granted = admin.post(PATH, &grant(&world, json!({ "from": later }))).await.expect(201).json();
    assert_eq!(granted["state"], "to_come");
    world.wait(Duration::from_secs(60));
    assert_eq!(action(admin.post("/api/v1/check", &check).await.expect(200).json()), "allow");
    world.wait(Duration::from_secs(3_600));
    assert_eq!(admin.get(PATH).await.expect(200).json()[0]["state"], "over");
}

#[tokio::test]
async fn exceptions_must_make_sense() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    for (changes, says) in [
        (json!({ "group": "x" }), "either `person` or `group`"),
        (json!({ "person": null }), "either `person` or `group`"),
        (json!({ "person": "nobody" }), "nobody called `nobody`"),
        (json!({ "clause": "DATA-9" }), "no clause `DATA-9`"),
        (json!({ "tool": "nothing" }), "no tool `nothing`"),
        (json!({ "until": "2026-01-01" }), "must be after"),
        (json!({ "reason": "" }), "give `reason`"),
    ] {
        let refused = admin.post(PATH, &grant(&world, changes)).await.expect(422);
        assert!(refused.text().contains(says), "{}", refused.text());
    }
    assert_eq!(admin.get(PATH).await.expect(200).json(), json!([]));
}
