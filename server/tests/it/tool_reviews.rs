//! From a wish to a decision that rules see.

use std::time::Duration;

use http::Method;
use model::Outcome;
use serde_json::{Value, json};
use store::Role;

use crate::{
    client::Client,
    records::record,
    world::{PASSWORD, World},
};

const REQUESTS: &str = "/api/v1/tool-requests";
const REVIEWS: &str = "/api/v1/tool-reviews";
/// Longest wait for the server's own tasks, far above what they take.
const PATIENCE: Duration = Duration::from_secs(30);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn step(client: &Client, review: &Value, step: Value) -> Value {
    let path = format!("{REVIEWS}/{}/steps", review["review"]["id"].as_str().unwrap());
    let body = json!({ "revision": review["review"]["revision"], "step": step });
    client.post(&path, &body).await.expect(200).json()
}

async fn the_review(client: &Client) -> Value {
    let reviews = client.get(REVIEWS).await.expect(200).json();
    let path = format!("{REVIEWS}/{}", reviews[0]["id"].as_str().unwrap());
    client.get(&path).await.expect(200).json()
}

fn decision(world: &World, approved_for: &[&str], days: u32) -> Value {
    json!({
        "outcome": "conditional", "approved_for": approved_for, "conditions": "Corporate accounts only.",
        "reason": "SOC 2 in scope.", "until": world.now().plus(DAY * days).to_string(),
    })
}

/// Anna wants a tool, which is reviewed, proposed and agreed to by `security`.
async fn decided(world: &World, wish: Value, approved_for: &[&str], days: u32) -> (Client, Value) {
    let anna = world.signed_in(Role::Employee).await;
    anna.post(REQUESTS, &wish).await.expect(201);
    let sam = world.speaking_for("sam", Role::Employee, &["security"]).await;
    let review = step(&sam, &the_review(&sam).await, json!({ "take": {} })).await;
    let proposed = json!({ "propose": { "decision": decision(world, approved_for, days) } });
    let review = step(&sam, &review, proposed).await;
    let review = step(&sam, &review, json!({ "sign": { "function": "security" } })).await;
    (sam, review)
}

async fn action(client: &Client, tool: &str) -> Value {
    let check = json!({ "tool": tool, "text": "SSN 536-90-4399" });
    client.post("/api/v1/check", &check).await.expect(200).json()["verdict"]["action"].clone()
}

#[tokio::test]
async fn a_wish_becomes_a_decision_that_rules_see_and_that_lapses() {
    let world = World::new().await;
    let mut anna = world.signed_in(Role::Employee).await;
    assert_eq!(action(&anna, "chatgpt").await, "redact");
    let wish = json!({ "tool": "chatgpt", "purpose": "draft contracts", "data": ["pii"] });
    let asked = anna.post(REQUESTS, &wish).await.expect(201).json();
    assert_eq!(
        (&asked["state"], &asked["name"], &asked["people"]),
        (&json!("waiting"), &json!("ChatGPT"), &json!(1))
    );
    assert!(anna.post(REQUESTS, &wish).await.expect(409).text().contains("asked for `chatgpt` already"));

    let sam = world.speaking_for("sam", Role::Employee, &["security"]).await;
    let review = the_review(&sam).await;
    assert_eq!(
        (&review["review"]["cause"]["cause"], &review["review"]["people"]),
        (&json!("requested"), &json!(1))
    );
    assert_eq!((&review["needed"], &review["mine"]), (&json!(["security"]), &json!(["security"])));
    assert!(!review.to_string().contains("anna"), "wishes are shown under pseudonyms");
    let review = step(&sam, &review, json!({ "take": {} })).await;
    assert_eq!((&review["review"]["reviewer"], &review["review"]["score"]), (&json!("sam"), &json!(0)));
    assert_eq!(anna.get("/api/v1/tools/chatgpt").await.expect(200).json()["state"], "under_review");

    let path = format!("{REVIEWS}/{}/answers", review["review"]["id"].as_str().unwrap());
    let answers = json!({ "revision": review["review"]["revision"], "answers": [
        { "question": "training.inputs", "value": "never", "note": "clause 4.2" },
        { "question": "assurance.penetration_test", "value": "2026-06-01" },
    ] });
    let review = sam.put(&path, &answers).await.expect(200).json();
    let line = |id: &str| {
        let lines = review["score"]["lines"].as_array().unwrap();
        lines.iter().find(|line| line["question"] == id).unwrap().clone()
    };
    assert_eq!(
        (&line("training.inputs")["points"], &line("identity.sso")["points"]),
        (&json!(100), &json!(0))
    );
    assert!(line("training.inputs")["because"].as_str().unwrap().contains("Never, by contract"));
    assert!(review["review"]["score"].as_u64().unwrap() > 5);
    assert!(sam.put(&path, &answers).await.expect(409).text().contains("Nothing was overwritten"));

    let until = decision(&world, &["pii"], 90);
    let review = step(&sam, &review, json!({ "propose": { "decision": until } })).await;
    assert_eq!(action(&anna, "chatgpt").await, "redact", "a proposal counts for nothing");
    let review = step(&sam, &review, json!({ "sign": { "function": "security" } })).await;
    assert_eq!(
        (&review["review"]["state"], &review["signatures"][0]["by"]),
        (&json!("decided"), &json!("sam"))
    );
    assert_eq!(action(&anna, "chatgpt").await, "allow");
    let tool = anna.get("/api/v1/tools/chatgpt").await.expect(200).json();
    assert_eq!((&tool["state"], &tool["decided_by"]), (&json!("conditional"), &json!("sam for security")));
    assert!(tool["reason"].as_str().unwrap().contains("Conditions: Corporate accounts only."));
    let mine = anna.get(REQUESTS).await.expect(200).json();
    assert_eq!(
        (&mine[0]["state"], &mine[0]["conditions"]),
        (&json!("decided"), &json!("Corporate accounts only."))
    );

    world.wait(DAY * 90);
    anna.sign_in("employee", PASSWORD).await.expect(200);
    assert_eq!(action(&anna, "chatgpt").await, "redact", "the decision lapses by itself");
    let acts: Vec<String> =
        world.store.audit(0, 100).await.unwrap().into_iter().map(|audited| audited.entry.what).collect();
    for act in
        ["tool.requested", "tool_review.taken", "tool_review.answered", "tool_review.signed", "tool.decided"]
    {
        assert!(acts.iter().any(|what| what == act), "{act}: {acts:?}");
    }
}

#[tokio::test]
async fn requests_for_one_tool_join_one_review() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    let wish = |name: &str, host: Option<&str>| json!({ "name": name, "host": host, "purpose": "slides" });
    let asked = anna
        .post(REQUESTS, &wish("Slide Maker", Some("https://slides.example.net/new")))
        .await
        .expect(201)
        .json();
    assert_eq!((&asked["tool"], &asked["name"]), (&json!("slide-maker"), &json!("Slide Maker")));

    world.person("ben", "ben.osei").await;
    let mut ben = world.stranger();
    ben.sign_in("ben", PASSWORD).await.expect(200);
    let other = ben.post(REQUESTS, &wish("Slides", Some("slides.example.net"))).await.expect(201).json();
    assert_eq!(
        (&other["tool"], &other["people"]),
        (&json!("slide-maker"), &json!(2)),
        "the same host is the same tool"
    );
    let known = ben.post(REQUESTS, &wish("whatever", Some("chatgpt.com"))).await.expect(201).json();
    assert_eq!(known["tool"], "chatgpt", "a host that the catalogue knows");
    let known = ben.post(REQUESTS, &wish("perplexity", None)).await.expect(201).json();
    assert_eq!(known["name"], "Perplexity", "a name that the catalogue knows");

    let reviews = world.signed_in(Role::Analyst).await.get(REVIEWS).await.expect(200).json();
    let people = |tool: &str| {
        let mine: Vec<&Value> =
            reviews.as_array().unwrap().iter().filter(|one| one["tool"] == tool).collect();
        assert_eq!(mine.len(), 1, "{tool}");
        mine[0]["people"].clone()
    };
    assert_eq!((people("slide-maker"), people("chatgpt")), (json!(2), json!(1)));
    let path = format!("{REQUESTS}/{}?revision=1", other["id"].as_str().unwrap());
    anna.delete(&path).await.expect(404);
    ben.delete(&path).await.expect(204);
    assert_eq!(anna.get(REQUESTS).await.expect(200).json()[0]["people"], 1);
}

#[tokio::test]
async fn wishes_must_make_sense() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    for (wish, says) in [
        (json!({ "purpose": "x" }), "say which tool"),
        (json!({ "tool": "chatgpt", "name": "x", "purpose": "x" }), "say which tool"),
        (json!({ "tool": "nothing", "purpose": "x" }), "no tool `nothing`"),
        (json!({ "name": "!", "purpose": "x" }), "at least two letters"),
        (json!({ "name": "Slides", "host": "10.0.0.1", "purpose": "x" }), "written as `tool.example.com`"),
        (json!({ "tool": "chatgpt", "purpose": " " }), "give `purpose`"),
    ] {
        let refused = anna.post(REQUESTS, &wish).await.expect(422);
        assert!(refused.text().contains(says), "{}", refused.text());
    }
    let admin = world.signed_in(Role::Administrator).await;
    let wish = json!({ "tool": "chatgpt", "purpose": "x" });
    assert!(
        admin.post(REQUESTS, &wish).await.expect(403).text().contains("belongs to nobody in the directory")
    );
    assert!(anna.get(REVIEWS).await.expect(403).text().contains("speak for a function"));
}

#[tokio::test]
async fn a_tool_that_the_catalogue_did_not_know_is_governed_once_it_is_decided() {
    let world = World::new().await;
    let wish = json!({ "name": "Slide Maker", "host": "slides.example.net", "purpose": "slides" });
    assert!(world.engine.snapshot().catalog.lookup("slides.example.net").is_none());
    let (sam, review) = decided(&world, wish, &["pii"], 90).await;
    assert_eq!(review["review"]["host"], "slides.example.net");
    let found =
        world.engine.snapshot().catalog.lookup("app.slides.example.net").map(|found| found.tool.id.clone());
    assert_eq!(found.unwrap().as_str(), "slide-maker");
    assert_eq!(sam.get("/api/v1/tools/slide-maker").await.expect(200).json()["state"], "conditional");
    assert_eq!(action(&sam, "slide-maker").await, "allow");
}

#[tokio::test]
async fn only_those_who_speak_for_a_function_agree() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    anna.post(REQUESTS, &json!({ "tool": "chatgpt", "purpose": "x" })).await.expect(201);
    let analyst = world.signed_in(Role::Analyst).await;
    let lee = world.speaking_for("lee", Role::Employee, &["legal"]).await;
    let review = step(&analyst, &the_review(&analyst).await, json!({ "take": {} })).await;
    let path = format!("{REVIEWS}/{}/steps", review["review"]["id"].as_str().unwrap());
    let body =
        |review: &Value, step: Value| json!({ "revision": review["review"]["revision"], "step": step });
    for (changes, says) in [
        (json!({ "outcome": "approved" }), "conditional approval"),
        (json!({ "until": null }), "an approval lapses"),
        (json!({ "reason": "" }), "give the reason"),
    ] {
        let mut decision = decision(&world, &[], 30);
        for (key, value) in changes.as_object().unwrap() {
            decision[key] = value.clone();
        }
        let refused = analyst
            .post(&path, &body(&review, json!({ "propose": { "decision": decision } })))
            .await
            .expect(422);
        assert!(refused.text().contains(says), "{}", refused.text());
    }
    let review =
        step(&analyst, &review, json!({ "propose": { "decision": decision(&world, &[], 30) } })).await;
    let sign = |function: &str| body(&review, json!({ "sign": { "function": function } }));
    assert!(
        analyst
            .post(&path, &sign("security"))
            .await
            .expect(403)
            .text()
            .contains("does not speak for `security`")
    );
    assert!(lee.post(&path, &sign("legal")).await.expect(409).text().contains("does not need `legal`"));
    let review = step(&analyst, &review, json!({ "return": {} })).await;
    let review = step(&analyst, &review, json!({ "close": { "reason": "the vendor is gone" } })).await;
    assert_eq!(
        (&review["review"]["state"], &review["closed"]),
        (&json!("closed"), &json!("the vendor is gone"))
    );
    assert_eq!(anna.get(REQUESTS).await.expect(200).json()[0]["closed"], "the vendor is gone");
}

#[tokio::test]
async fn evidence_is_kept_for_reviewers_only() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    anna.post(REQUESTS, &json!({ "tool": "chatgpt", "purpose": "x" })).await.expect(201);
    let analyst = world.signed_in(Role::Analyst).await;
    let review = step(&analyst, &the_review(&analyst).await, json!({ "take": {} })).await;
    let path = format!("{REVIEWS}/{}/evidence", review["review"]["id"].as_str().unwrap());
    let send = |name: &'static str, bytes: Vec<u8>, revision: u64| {
        let (analyst, to) =
            (&analyst, format!("{path}?name={name}&question=assurance.certificates&revision={revision}"));
        async move { analyst.send_bytes(Method::POST, &to, Some("application/octet-stream"), bytes).await }
    };
    let revision = review["review"]["revision"].as_u64().unwrap();
    let report = b"%PDF-1.7 SOC 2 Type II".to_vec();
    let added = send("soc2.pdf", report.clone(), revision).await.expect(201).json();
    assert_eq!((&added["media_type"], &added["size"]), (&json!("application/pdf"), &json!(report.len())));
    assert_eq!(added["sha256"].as_str().unwrap().len(), 64);
    assert!(
        send("page.html", b"<html>".to_vec(), revision + 1).await.expect(422).text().contains("not taken")
    );
    assert!(
        send("big.txt", vec![b'x'; 10 * 1024 * 1024 + 1], revision + 1)
            .await
            .expect(422)
            .text()
            .contains("10 MB")
    );
    send("huge.txt", vec![b'x'; 11 * 1024 * 1024], revision + 1).await.expect(413);
    send("stale.txt", b"x".to_vec(), revision).await.expect(409);

    let file = format!("{path}/{}", added["id"].as_str().unwrap());
    let got = analyst.get(&file).await.expect(200);
    assert_eq!(got.body.to_vec(), report);
    assert!(got.header("content-disposition").starts_with("attachment;"));
    anna.get(&file).await.expect(403);
    analyst.delete(&format!("{file}?revision={}", revision + 1)).await.expect(204);
    analyst.get(&file).await.expect(404);
    let id = added["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(world.store.file(id).await.unwrap(), None, "the bytes are gone too");
}

#[tokio::test]
async fn weights_are_the_organisation_s() {
    let world = World::new().await;
    let analyst = world.signed_in(Role::Analyst).await;
    let path = format!("{REVIEWS}/rubric");
    let rubric = analyst.get(&path).await.expect(200).json();
    assert_eq!((&rubric["revision"], &rubric["weights"]), (&json!(0), &json!({})));
    let weights = |revision: u64, weights: Value| json!({ "revision": revision, "weights": weights });
    let set = analyst.put(&path, &weights(0, json!({ "identity.sso": 10 }))).await.expect(200).json();
    assert_eq!((&set["revision"], &set["weights"]["identity.sso"]), (&json!(1), &json!(10)));
    analyst.put(&path, &weights(0, json!({}))).await.expect(409);
    for (given, says) in [
        (json!({ "identity.sso": 11 }), "more than 10"),
        (json!({ "rights.terms": 1 }), "cannot have a weight"),
        (json!({ "nothing": 1 }), "no question `nothing`"),
    ] {
        assert!(analyst.put(&path, &weights(1, given)).await.expect(422).text().contains(says));
    }
}

/// Waits for the server's own task to open a review of the tool for `cause`.
async fn reopened(client: &Client, cause: &str) -> Value {
    let waiting = async {
        loop {
            let reviews = client.get(&format!("{REVIEWS}?state=open")).await.expect(200).json();
            if let Some(review) =
                reviews.as_array().unwrap().iter().find(|one| one["cause"]["cause"] == cause)
            {
                return review.clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap()
}

#[tokio::test]
async fn a_decision_that_lapses_soon_is_looked_at_again() {
    let world = World::new().await;
    let (mut sam, review) = decided(&world, json!({ "tool": "chatgpt", "purpose": "x" }), &[], 31).await;
    world.wait(DAY + Duration::from_secs(1));
    sam.sign_in("sam", PASSWORD).await.expect(200);
    let again = reopened(&sam, "expiry").await;
    assert_ne!(again["id"], review["review"]["id"]);
    let detail = sam.get(&format!("{REVIEWS}/{}", again["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!(detail["earlier"][0]["id"], review["review"]["id"]);
    assert_eq!(
        sam.get("/api/v1/tools/chatgpt").await.expect(200).json()["state"],
        "conditional",
        "until it lapses"
    );
}

#[tokio::test]
async fn behaviour_that_contradicts_a_decision_is_looked_at() {
    let world = World::new().await;
    let (sam, _) = decided(&world, json!({ "tool": "chatgpt", "purpose": "x" }), &["source_code"], 300).await;
    world.wait(Duration::from_secs(60));
    for (number, outcome) in [(1, Outcome::Forwarded), (2, Outcome::Redacted), (3, Outcome::Forwarded)] {
        world.store.writer().append(record(number, "ben.osei", world.now(), outcome)).await.unwrap();
    }
    world.wait(Duration::from_secs(3_600));
    let again = reopened(&sam, "contradicted").await;
    assert_eq!(
        (&again["cause"]["labels"], &again["cause"]["exchanges"]),
        (&json!(["pii.us_ssn"]), &json!(2))
    );
}

#[tokio::test]
async fn terms_that_changed_open_another_review() {
    let world = World::new().await;
    let (sam, review) = decided(&world, json!({ "tool": "chatgpt", "purpose": "x" }), &[], 300).await;
    let id = review["review"]["id"].as_str().unwrap().to_owned();
    let note = |revision: u64, text: &str| json!({ "revision": revision, "link": "https://example.com/terms", "text": text });
    let path = format!("{REVIEWS}/{id}/terms");
    let revision = review["review"]["revision"].as_u64().unwrap();
    let first = sam.post(&path, &note(revision, "Your inputs are yours.")).await.expect(200).json();
    assert_eq!((&first["change"], &first["review"]), (&json!("first"), &json!(id)));
    let same = sam.post(&path, &note(revision + 1, "Your inputs\n are yours.")).await.expect(200).json();
    assert_eq!(same["change"], "same");
    let changed = sam.post(&path, &note(revision + 2, "Your inputs are ours.")).await.expect(200).json();
    assert_eq!(changed["change"], "changed");
    let again =
        sam.get(&format!("{REVIEWS}/{}", changed["review"].as_str().unwrap())).await.expect(200).json();
    assert_eq!(
        (&again["review"]["cause"]["cause"], &again["review"]["state"]),
        (&json!("terms_changed"), &json!("open"))
    );
    sam.post(&path, &note(revision, "x")).await.expect(409);
}
