use serde_json::json;
use store::Role;

use crate::world::World;

const PATH: &str = "/api/v1/check";
const SSN: &str = "Größe: the SSN of our customer is 536-90-4399.";

#[tokio::test]
async fn a_text_that_would_be_redacted() {
    let world = World::new().await;
    let client = world.signed_in(Role::Employee).await;
    let asked = json!({ "tool": "chatgpt", "text": SSN, "account": "personal", "purpose": "writing" });
    let result = client.post(PATH, &asked).await.expect(200).json();
    let verdict = &result["verdict"];
    assert_eq!(verdict["action"], "redact");
    assert_eq!(
        verdict["sentence"],
        "This would be sent with the sensitive parts replaced: DATA-1, Personal data stays out of unapproved tools."
    );
    assert_eq!(
        (&verdict["clauses"][0]["id"], &verdict["clauses"][0]["severity"]),
        (&json!("DATA-1"), &json!("high"))
    );
    let finding = &result["findings"][0];
    let place = |end: &str| usize::try_from(finding[end].as_u64().unwrap()).unwrap();
    assert_eq!(
        (&finding["label"], &SSN[place("start")..place("end")]),
        (&json!("pii.us_ssn"), "536-90-4399")
    );
    assert!(finding["excerpt"].as_str().unwrap().ends_with("4399"), "{finding}");
    let redacted = result["redacted_text"].as_str().unwrap();
    assert!(
        redacted.starts_with("Größe: the SSN of our customer is [US_SSN_") && !redacted.contains("4399"),
        "{redacted}"
    );
    let facts = &result["facts"];
    assert_eq!((&facts["account"], &facts["purpose"]), (&json!("personal"), &json!("writing")));
    assert_eq!(facts["person"]["department"], "Legal", "an account asks as its own person");
    assert_eq!(world.store.writer().counts().records_appended, 0, "nothing is recorded");
}

#[tokio::test]
async fn what_is_allowed_and_what_is_not() {
    let world = World::new().await;
    let client = world.signed_in(Role::Auditor).await;
    let greeting = json!({ "tool": "chatgpt", "text": "Write a birthday greeting" });
    let result = client.post(PATH, &greeting).await.expect(200).json();
    assert_eq!(result["verdict"]["action"], "allow");
    assert!(result["redacted_text"].is_null() && result["findings"] == json!([]), "{result}");
    let file = json!({ "tool": "chatgpt", "text": "Hello", "file_name": "notes.txt" });
    assert_eq!(client.post(PATH, &file).await.expect(200).json()["facts"]["activity"], "upload");
    for (body, says) in [
        (json!({ "tool": "nothing", "text": "x" }), "unknown tool `nothing`"),
        (json!({ "text": "x" }), "missing field `tool`"),
        (json!({ "tool": "chatgpt", "activity": "sing" }), "sing"),
        (json!({ "tool": "chatgpt", "colour": "red" }), "colour"),
    ] {
        let refused = client.post(PATH, &body).await.expect(422);
        assert!(refused.text().contains(says), "{}", refused.text());
    }
}

#[tokio::test]
async fn asking_as_somebody_else_needs_more() {
    let world = World::new().await;
    let asked = |person: &str| json!({ "tool": "chatgpt", "text": "x", "as_person": person });
    let auditor = world.signed_in(Role::Auditor).await;
    assert_eq!(auditor.post(PATH, &asked("ben.osei")).await.expect(403).problem(), "forbidden");
    let analyst = world.signed_in(Role::Analyst).await;
    let result = analyst.post(PATH, &asked("ben.osei")).await.expect(200).json();
    assert_eq!(result["facts"]["person"]["department"], "Sales");
    let refused = analyst.post(PATH, &asked("nobody")).await.expect(422);
    assert!(refused.text().contains("unknown person `nobody`"), "{}", refused.text());
}
