//! Hosts that look like tools, from evidence to the catalogue.

use std::time::Duration;

use governance::retention::Retention;
use model::PersonId;
use serde_json::{Value, json};
use store::{HostSighting, Role, Sightings};

use crate::{client::Client, world::World};

const FOUND: &str = "/api/v1/found-hosts";

async fn seen(world: &World, host: &str, people: &[&str]) {
    let now = world.now();
    let sighting = |person: &&str| HostSighting {
        host: host.to_owned(),
        person: PersonId::new(*person),
        department: Some("Sales".to_owned()),
        first: now.minus(Duration::from_secs(3_600)),
        last: now,
        times: 4,
        bytes_up: 2_000,
        bytes_down: 90_000,
        signs: 0,
    };
    let sightings: Vec<HostSighting> = people.iter().map(sighting).collect();
    world.store.keep_sightings(Sightings { hosts: &sightings, ..Sightings::default() }, now).await.unwrap();
}

async fn one(client: &Client, host: &str) -> Value {
    let all = client.get(FOUND).await.expect(200).json();
    let found = all.as_array().unwrap().iter().find(|found| found["host"] == host);
    found.cloned().unwrap_or(Value::Null)
}

#[tokio::test]
async fn what_looks_like_a_tool_is_found() {
    let world = World::new().await;
    seen(&world, "chat.acme-llm.ai", &["anna.kovacs", "ben.osei"]).await;
    seen(&world, "api.acme-llm.ai", &["ben.osei"]).await;
    seen(&world, "www.example.com", &["anna.kovacs"]).await;
    let analyst = world.signed_in(Role::Analyst).await;
    let found = one(&analyst, "acme-llm.ai").await;
    assert_eq!(found["hosts"], json!(["api.acme-llm.ai", "chat.acme-llm.ai"]));
    assert_eq!(
        (&found["people"], &found["times"], &found["bytes_up"]),
        (&json!(2), &json!(12), &json!(6_000))
    );
    assert_eq!((&found["state"], &found["revision"]), (&json!("open"), &json!(0)));
    assert_eq!(found["departments"], json!({ "Sales": 2 }));
    assert!(
        found["reasons"].as_array().unwrap().iter().any(|why| why.as_str().unwrap().contains("`.ai`")),
        "{found}"
    );
    assert!(found["entry"].as_str().unwrap().contains("[[tool]]"));
    assert_eq!(one(&analyst, "example.com").await, Value::Null);
    world.signed_in(Role::Employee).await.get(FOUND).await.expect(403);
}

#[tokio::test]
async fn what_was_seen_is_kept_as_long_as_records_are() {
    const DAY: Duration = Duration::from_secs(86_400);
    let world = World::new().await;
    seen(&world, "old.acme-llm.ai", &["anna.kovacs"]).await;
    world.wait(DAY * 40);
    seen(&world, "new.acme-llm.ai", &["ben.osei"]).await;
    let _keeping = world.keeping(Retention { records: Some(DAY * 30), ..Retention::default() }).await;
    let hosts = async || -> Vec<String> {
        let sightings = world.store.sightings().await.unwrap();
        sightings.into_iter().map(|seen| seen.host).collect()
    };
    while hosts().await.len() > 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(hosts().await, ["new.acme-llm.ai"]);
}

#[tokio::test]
async fn a_found_tool_is_listed_and_rules_see_it() {
    let world = World::new().await;
    seen(&world, "chat.acme-llm.ai", &["anna.kovacs"]).await;
    let analyst = world.signed_in(Role::Analyst).await;
    let opinion = |revision: u64, opinion: Value| json!({ "revision": revision, "opinion": opinion });
    let to = format!("{FOUND}/acme-llm.ai/opinion");
    let taken = opinion(0, json!({ "list": { "name": "ChatGPT", "category": "chatbot" } }));
    assert!(analyst.post(&to, &taken).await.expect(409).text().contains("another name"));
    let list = opinion(0, json!({ "list": { "name": "Acme Chat", "category": "chatbot" } }));
    let listed = analyst.post(&to, &list).await.expect(200).json();
    assert_eq!((&listed["state"], &listed["tool"]), (&json!("listed"), &json!("acme-chat")));
    let tool = analyst.get("/api/v1/tools/acme-chat").await.expect(200).json();
    assert_eq!((&tool["name"], &tool["category"]), (&json!("Acme Chat"), &json!("chatbot")));
    assert!(world.engine.snapshot().catalog.lookup("chat.acme-llm.ai").is_some());
    analyst.post(&to, &list).await.expect(409);

    let review = opinion(1, json!({ "review": { "name": "", "category": "chatbot" } }));
    let in_review = analyst.post(&to, &review).await.expect(200).json();
    assert_eq!(in_review["state"], "in_review");
    let review = format!("/api/v1/tool-reviews/{}", in_review["review"].as_str().unwrap());
    assert!(analyst.get(&review).await.expect(200).text().contains("\"found\""));
    let acts = world.store.audit(0, 100).await.unwrap();
    let acts: Vec<&str> = acts.iter().map(|act| act.entry.what.as_str()).collect();
    assert!(acts.contains(&"found_host.listed") && acts.contains(&"found_host.review_asked"), "{acts:?}");
}

#[tokio::test]
async fn what_is_no_tool_is_dismissed_with_a_reason() {
    let world = World::new().await;
    seen(&world, "chat.acme-llm.ai", &["anna.kovacs"]).await;
    let analyst = world.signed_in(Role::Analyst).await;
    let to = format!("{FOUND}/acme-llm.ai/opinion");
    let dismiss = |reason: &str| json!({ "revision": 0, "opinion": { "dismiss": { "reason": reason } } });
    assert!(analyst.post(&to, &dismiss(" ")).await.expect(422).text().contains("`reason`"));
    let dismissed = analyst.post(&to, &dismiss("our own support line")).await.expect(200).json();
    assert_eq!(
        (&dismissed["state"], &dismissed["reason"]),
        (&json!("dismissed"), &json!("our own support line"))
    );
    let again = analyst.post(&to, &json!({ "revision": 1, "opinion": "reopen" })).await.expect(200).json();
    assert_eq!(again["state"], "open");
    analyst.post(&format!("{FOUND}/example.com/opinion"), &dismiss("x")).await.expect(404);
    world.signed_in(Role::Auditor).await.post(&to, &dismiss("x")).await.expect(403);
}
