use std::time::Duration;

use serde_json::{Value, json};
use store::Role;

use crate::{client::Client, world::World};

const USERS: &str = "/api/v1/users";
const TOKENS: &str = "/api/v1/tokens";

#[tokio::test]
async fn administrators_add_and_remove_accounts() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    let new = |name: &str, password: &str, person: Value| json!({ "name": name, "password": password, "role": "employee", "person_id": person });
    let good = "a good long password";
    let added = admin.post(USERS, &new("ben", good, json!("ben.osei"))).await.expect(201).json();
    assert_eq!((&added["role"], &added["person_id"]), (&json!("employee"), &json!("ben.osei")));
    assert!(added.get("password_hash").is_none());
    assert_eq!(admin.post(USERS, &new("ben", good, Value::Null)).await.expect(409).problem(), "conflict");
    for (name, password, person, says) in [
        ("x", "short", Value::Null, "at least 12 characters"),
        ("", good, Value::Null, "letters, digits"),
        ("a b", good, Value::Null, "letters, digits"),
        ("x", good, json!("nobody"), "nobody called `nobody`"),
    ] {
        let refused = admin.post(USERS, &new(name, password, person)).await.expect(422);
        assert!(refused.text().contains(says), "{}", refused.text());
    }
    let unknown =
        admin.post(USERS, &json!({ "name": "x", "password": good, "role": "boss" })).await.expect(422);
    assert_eq!(unknown.json()["errors"][0]["line"], 1);

    let mut ben = world.stranger();
    ben.sign_in("ben", good).await.expect(200);
    let names = |answer: Value| {
        answer.as_array().unwrap().iter().map(|user| user["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(admin.get(USERS).await.expect(200).json()), ["administrator", "ben"]);
    admin.delete("/api/v1/users/ben").await.expect(204);
    admin.delete("/api/v1/users/ben").await.expect(404);
    ben.get("/api/v1/session").await.expect(401);
    let oneself = admin.delete("/api/v1/users/administrator").await.expect(409);
    assert!(oneself.text().contains("their own account"), "{}", oneself.text());
}

#[tokio::test]
async fn tokens_let_programs_in_with_their_role() {
    let world = World::new().await;
    let analyst = world.signed_in(Role::Analyst).await;
    let made = analyst.post(TOKENS, &json!({ "name": "dashboard", "days": 1 })).await.expect(201).json();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("bylaw_"), "{token}");
    let program = Client::with_token(&world.base, token);
    program.get("/api/v1/exchanges").await.expect(200);
    program.get("/metrics").await.expect(200);
    let session = program.get("/api/v1/session").await.expect(200).json();
    assert_eq!(
        (&session["user"]["name"], &session["csrf"]),
        (&json!("analyst (token dashboard)"), &json!(""))
    );
    let check = json!({ "tool": "chatgpt", "text": "hello" });
    program.post("/api/v1/check", &check).await.expect(200);
    program.get("/api/v1/users").await.expect(403);
    let minted = program.post(TOKENS, &json!({ "name": "another" })).await.expect(403);
    assert!(minted.text().contains("for people only"), "{}", minted.text());

    let listed = analyst.get(TOKENS).await.expect(200).json();
    assert_eq!((&listed[0]["name"], &listed[0]["role"]), (&json!("dashboard"), &json!("analyst")));
    assert!(!analyst.get(TOKENS).await.text().contains(token), "a token is shown once");
    world.wait(Duration::from_secs(24 * 3_600));
    program.get("/api/v1/exchanges").await.expect(401);
}

#[tokio::test]
async fn a_token_cannot_do_more_than_its_maker_and_goes_with_them() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    let analyst = world.signed_in(Role::Analyst).await;
    let auditor = world.signed_in(Role::Auditor).await;
    let more = analyst.post(TOKENS, &json!({ "name": "x", "role": "administrator" })).await.expect(403);
    assert!(more.text().contains("cannot do more than its maker"), "{}", more.text());
    analyst.post(TOKENS, &json!({ "name": "x", "role": "boss" })).await.expect(422);
    analyst.post(TOKENS, &json!({ "name": " ", "role": "analyst" })).await.expect(422);
    analyst.post(TOKENS, &json!({ "name": "x", "days": 0 })).await.expect(422);
    let made = analyst.post(TOKENS, &json!({ "name": "x", "role": "employee" })).await.expect(201).json();
    analyst.post(TOKENS, &json!({ "name": "x" })).await.expect(409);
    let program = Client::with_token(&world.base, made["token"].as_str().unwrap());
    program.get("/api/v1/policy").await.expect(200);
    program.get("/api/v1/exchanges").await.expect(403);

    assert_eq!(auditor.get(TOKENS).await.expect(200).json(), json!([]));
    auditor.delete("/api/v1/tokens/x").await.expect(404);
    assert_eq!(admin.get(TOKENS).await.expect(200).json()[0]["created_by"], "analyst");
    admin.delete("/api/v1/users/analyst").await.expect(204);
    program.get("/api/v1/policy").await.expect(401);
}
