//! Exceptions that people ask for and functions agree to.

use std::time::Duration;

use serde_json::{Value, json};
use store::Role;

use crate::{client::Client, world::World};

const PATH: &str = "/api/v1/exception-requests";

fn request(changes: Value) -> Value {
    let mut body = json!({ "clause": "DATA-1", "lasts_seconds": 3_600, "reason": "audit support" });
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

async fn step(client: &Client, request: &Value, step: Value) -> crate::client::Answer {
    let path = format!("{PATH}/{}/steps", request["id"].as_str().unwrap());
    client.post(&path, &json!({ "revision": request["revision"], "step": step })).await
}

async fn action(client: &Client, person: &str, text: &str) -> Value {
    let check = json!({ "tool": "chatgpt", "text": text, "as_person": person });
    client.post("/api/v1/check", &check).await.expect(200).json()["verdict"]["action"].clone()
}

const SSN: &str = "SSN 536-90-4399";

#[tokio::test]
async fn an_exception_is_asked_for_agreed_to_counts_and_ends_by_itself() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    let analyst = world.signed_in(Role::Analyst).await;
    let sam = world.speaking_for("sam", Role::Employee, &["security"]).await;
    let terms = anna.get(&format!("{PATH}/terms")).await.expect(200).json();
    assert_eq!((&terms[0]["clause"], &terms[0]["needed"]), (&json!("DATA-1"), &json!(["security"])));
    assert_eq!(terms[0]["longest_seconds"], 90 * 86_400);

    let asked = anna.post(PATH, &request(json!({}))).await.expect(201).json();
    assert_eq!((&asked["state"], &asked["person"]), (&json!("requested"), &json!("anna.kovacs")));
    assert_eq!(action(&analyst, "anna.kovacs", SSN).await, "redact");
    let queue = sam.get(&format!("{PATH}?state=requested")).await.expect(200).json();
    assert_eq!((&queue[0]["id"], &queue[0]["mine"]), (&asked["id"], &json!(["security"])));
    let granted = step(&sam, &asked, json!({ "agree": { "function": "security" } })).await.expect(200).json();
    assert_eq!((&granted["state"], &granted["signatures"][0]["by"]), (&json!("in_force"), &json!("sam")));
    assert_eq!(granted["until"], world.now().plus(Duration::from_secs(3_600)).to_string());
    assert_eq!(action(&analyst, "anna.kovacs", SSN).await, "allow", "in force at once");
    assert_eq!(action(&analyst, "ben.osei", SSN).await, "redact");

    world.wait(Duration::from_millis(3_599_999));
    assert_eq!(action(&analyst, "anna.kovacs", SSN).await, "allow");
    world.wait(Duration::from_millis(1));
    assert_eq!(
        action(&analyst, "anna.kovacs", SSN).await,
        "redact",
        "over by itself, without anybody's doing"
    );
    assert_eq!(anna.get(&format!("{PATH}/mine")).await.expect(200).json()[0]["state"], "over");
    assert!(step(&sam, &granted, json!({ "revoke": {} })).await.expect(409).text().contains("over already"));
}

#[tokio::test]
async fn labels_bound_an_exception() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    let analyst = world.signed_in(Role::Analyst).await;
    let sam = world.speaking_for("sam", Role::Employee, &["security"]).await;
    let asked = anna
        .post(PATH, &request(json!({ "labels": ["pii.email"], "tool": "chatgpt" })))
        .await
        .expect(201)
        .json();
    step(&sam, &asked, json!({ "agree": { "function": "security", "lasts_seconds": 120 } }))
        .await
        .expect(200);
    assert_eq!(action(&analyst, "anna.kovacs", "write to jo@example.com").await, "allow");
    assert_eq!(action(&analyst, "anna.kovacs", &format!("write to jo@example.com, {SSN}")).await, "redact");
    world.wait(Duration::from_secs(120));
    assert_eq!(
        action(&analyst, "anna.kovacs", "write to jo@example.com").await,
        "redact",
        "the shorter time counts"
    );
}

#[tokio::test]
async fn nobody_decides_for_themselves_or_for_a_function_they_do_not_speak_for() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    let admin = world.signed_in(Role::Administrator).await;
    let lee = world.speaking_for("lee", Role::Employee, &["legal"]).await;
    let ben = world.person_for("ben", "ben.osei", &["security"]).await;
    let agree = |function: &str| json!({ "agree": { "function": function } });
    let for_anna = anna.post(PATH, &request(json!({}))).await.expect(201).json();
    assert!(
        step(&admin, &for_anna, agree("security")).await.expect(403).text().contains("does not speak for")
    );
    assert!(step(&lee, &for_anna, agree("legal")).await.expect(409).text().contains("it asks `security`"));
    assert!(
        step(&anna, &for_anna, agree("security")).await.expect(403).text().contains("does not speak for")
    );
    for own in [json!({}), json!({ "person": "ben.osei" })] {
        let asked = ben.post(PATH, &request(own)).await.expect(201).json();
        assert_eq!(asked["mine"], json!([]));
        assert!(step(&ben, &asked, agree("security")).await.expect(409).text().contains("nobody decides"));
    }
    let for_ben = admin.post(PATH, &request(json!({ "person": "ben.osei" }))).await.expect(201).json();
    assert!(step(&ben, &for_ben, agree("security")).await.expect(409).text().contains("nobody decides"));
    let deny = json!({ "deny": { "function": "security", "reason": "use the approved tool" } });
    let denied = step(&ben, &for_anna, deny).await.expect(200).json();
    assert_eq!((&denied["state"], &denied["denied"]), (&json!("denied"), &json!("use the approved tool")));
    assert!(anna.get(PATH).await.expect(403).text().contains("speak for a function"));
}

#[tokio::test]
async fn a_request_is_withdrawn_and_an_exception_taken_back() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    let analyst = world.signed_in(Role::Analyst).await;
    let sam = world.speaking_for("sam", Role::Employee, &["security"]).await;
    let asked = anna.post(PATH, &request(json!({}))).await.expect(201).json();
    assert!(
        step(&sam, &asked, json!({ "withdraw": {} })).await.expect(403).text().contains("only whoever asked")
    );
    step(&anna, &asked, json!({ "withdraw": {} })).await.expect(200);
    step(&sam, &asked, json!({ "agree": { "function": "security" } })).await.expect(409);

    let asked = anna.post(PATH, &request(json!({}))).await.expect(201).json();
    let granted = step(&sam, &asked, json!({ "agree": { "function": "security" } })).await.expect(200).json();
    let revoked = step(&sam, &granted, json!({ "revoke": {} })).await.expect(200).json();
    assert_eq!(revoked["state"], "revoked");
    assert_eq!(action(&analyst, "anna.kovacs", SSN).await, "redact");
    let admin = world.signed_in(Role::Administrator).await;
    let listed = admin.get("/api/v1/exceptions").await.expect(200).json();
    assert_eq!(
        (&listed[0]["state"], &listed[0]["approved_by"]),
        (&json!("revoked"), &json!("sam for security"))
    );
    let log = world.store.audit(0, 100).await.unwrap().into_iter().map(|audited| audited.entry.what);
    let acts: Vec<String> = log.filter(|what| what.starts_with("exception.")).collect();
    let expected =
        ["requested", "withdrawn", "requested", "granted", "revoked"].map(|verb| format!("exception.{verb}"));
    assert_eq!(acts, expected);
}

#[tokio::test]
async fn requests_must_make_sense() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    for (changes, status, says) in [
        (json!({ "clause": "DATA-9" }), 422, "no clause `DATA-9`"),
        (json!({ "tool": "nothing" }), 422, "no tool `nothing`"),
        (json!({ "reason": " " }), 422, "give the reason"),
        (json!({ "lasts_seconds": 5 }), 422, "at least a minute and at most 90 days"),
        (json!({ "lasts_seconds": 91 * 86_400 }), 422, "at most 90 days"),
        (json!({ "group": "nobody" }), 422, "nobody in the directory belongs"),
        (json!({ "person": "ben.osei" }), 403, "ask for yourself"),
        (json!({ "labels": ["colour"] }), 422, "colour"),
    ] {
        let refused = anna.post(PATH, &request(changes)).await.expect(status);
        assert!(refused.text().contains(says), "{}", refused.text());
    }
    assert_eq!(anna.get(&format!("{PATH}/mine")).await.expect(200).json(), json!([]));
}

#[tokio::test]
async fn a_clause_may_forbid_exceptions_or_ask_more_functions() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    let policy = crate::world::POLICY
        .replace("then: redact\n", "then: redact\nexceptions: [security, legal]\n")
        .replace("data: secret\nthen: block\n", "data: secret\nthen: block\nexceptions: none\n");
    let policy = policy.replace("otherwise: allow\n", "otherwise: allow\nlongest_exception: 8h\n");
    world.put_in_force(&policy);
    let anna = world.signed_in(Role::Employee).await;
    let refused = anna.post(PATH, &request(json!({ "clause": "DATA-2" }))).await.expect(422);
    assert!(refused.text().contains("nobody may be exempted from DATA-2"), "{}", refused.text());
    anna.post(PATH, &request(json!({ "lasts_seconds": 9 * 3_600 }))).await.expect(422);
    let asked = anna.post(PATH, &request(json!({}))).await.expect(201).json();
    assert_eq!(asked["needed"], json!(["legal", "security"]));
    let sam = world.speaking_for("sam", Role::Employee, &["security"]).await;
    let lee = world.speaking_for("lee", Role::Employee, &["legal"]).await;
    let half = step(&sam, &asked, json!({ "agree": { "function": "security" } })).await.expect(200).json();
    assert_eq!(half["state"], "requested");
    assert_eq!(action(&admin, "anna.kovacs", SSN).await, "redact");
    step(&lee, &half, json!({ "agree": { "function": "legal" } })).await.expect(200);
    assert_eq!(action(&admin, "anna.kovacs", SSN).await, "allow");
}
