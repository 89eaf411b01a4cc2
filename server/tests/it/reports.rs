//! The reporting channel.

use std::{fs, time::Duration};

use serde_json::{Value, json};
use store::Role;

use crate::{client::Client, world::World};

const REPORTS: &str = "/api/v1/reports";
const CASES: &str = "/api/v1/report-cases";
const TEXT: &str = "My team lead pastes the customer list into a private account, tell-tale-4711";

async fn step(client: &Client, report: &Value, step: Value) -> Value {
    let path = format!("{REPORTS}/{}/steps", report["id"].as_str().unwrap());
    client.post(&path, &json!({ "revision": report["revision"], "step": step })).await.expect(200).json()
}

#[tokio::test]
async fn an_anonymous_report_is_answered_by_its_case_code() {
    let world = World::new().await;
    let stranger = world.stranger();
    let report =
        json!({ "about": "violation", "text": TEXT, "tools": ["some chat app"], "clauses": ["DATA-1"] });
    let code = stranger.post(CASES, &report).await.expect(201).json()["code"].as_str().unwrap().to_owned();
    let status = format!("{CASES}/status");
    let case = stranger.post(&status, &json!({ "code": code })).await.expect(200).json();
    assert_eq!((&case["state"], &case["id"]), (&json!("received"), &Value::Null));
    assert_eq!(
        case["messages"][0],
        json!({ "from": "reporter", "at": "2026-11-22T00:00:00.000Z", "text": TEXT })
    );

    let analyst = world.signed_in(Role::Analyst).await;
    let queue = analyst.get(&format!("{REPORTS}?state=received")).await.expect(200).json();
    assert_eq!((&queue[0]["reporter"], &queue[0]["messages"]), (&Value::Null, &json!([])));
    let path = format!("{REPORTS}/{}", queue[0]["id"].as_str().unwrap());
    let taken = step(&analyst, &queue[0], json!({ "take": {} })).await;
    assert_eq!((&taken["owner"], &taken["messages"][0]["text"]), (&json!("analyst"), &json!(TEXT)));
    analyst.post(&format!("{path}/messages"), &json!({ "text": "Which account?" })).await.expect(200);
    let answered = stranger.post(&status, &json!({ "code": code.to_lowercase() })).await.expect(200).json();
    assert_eq!((&answered["state"], &answered["messages"][1]["from"]), (&json!("triage"), &json!("handler")));
    assert!(!answered.to_string().contains("analyst"), "reporters do not see who handles the case");
    let more = json!({ "code": code, "text": "The one with the cat" });
    stranger.post(&format!("{CASES}/messages"), &more).await.expect(200);
    let report = analyst.get(&path).await.expect(200).json();
    assert_eq!(report["messages"][2]["text"], "The one with the cat");

    let links =
        json!({ "revision": report["revision"], "links": { "clauses": ["DATA-1"], "tools": ["chatgpt"] } });
    let report = analyst.put(&format!("{path}/links"), &links).await.expect(200).json();
    let report = step(&analyst, &report, json!({ "investigate": {} })).await;
    let erase = |report: &Value| format!("{path}?revision={}", report["revision"]);
    assert!(analyst.delete(&erase(&report)).await.expect(409).text().contains("close it first"));
    let report = step(&analyst, &report, json!({ "close": { "finding": "confirmed" } })).await;
    let closed = stranger.post(&status, &json!({ "code": code })).await.expect(200).json();
    assert_eq!((&closed["state"], &closed["finding"]), (&json!("closed"), &json!("confirmed")));
    analyst.delete(&erase(&report)).await.expect(204);
    stranger.post(&status, &json!({ "code": code })).await.expect(404);
}

/// Everything that the store's files hold, as bytes.
fn stored(world: &World) -> Vec<u8> {
    let files = fs::read_dir(world.folder()).unwrap();
    files.flat_map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

#[tokio::test]
async fn nothing_that_says_who_reported_is_kept() {
    let world = World::new().await;
    // Somebody who is signed in, and whose browser and proxy tell a lot.
    let mut anna = world.signed_in(Role::Employee).await;
    for (name, value) in [
        ("user-agent", "Tell-Tale-Browser/9"),
        ("x-forwarded-for", "203.0.113.77"),
        ("referer", "https://tell-tale.example"),
    ] {
        anna.extra.insert(name, value.parse().unwrap());
    }
    let before = world.store.audit_size().await.unwrap();
    world.wait(Duration::from_millis(4_321_987));
    let report = json!({ "about": "violation", "text": TEXT });
    let code = anna.post(CASES, &report).await.expect(201).json()["code"].as_str().unwrap().to_owned();
    let more = json!({ "code": code, "text": "and tell-tale-4712" });
    anna.post(&format!("{CASES}/messages"), &more).await.expect(200);

    let kept = stored(&world);
    let holds = |text: &str| kept.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("report.received"), "what was written is looked at");
    for telling in [
        "Tell-Tale-Browser",
        "203.0.113.77",
        "tell-tale.example",
        "tell-tale-47",
        &code,
        &code.replace('-', ""),
    ] {
        assert!(!holds(telling), "{telling}");
    }
    let acts = world.store.audit(before, 10).await.unwrap();
    assert_eq!(acts.len(), 2);
    for act in acts {
        let (by, detail) = act.payload.unwrap().told().unwrap();
        assert_eq!((by.as_str(), detail), ("anonymous", Value::Null));
        // No entry is dated before its predecessor: here she signed in at noon. When she wrote is not told.
        assert_eq!(act.entry.at.to_string(), "2026-11-22T12:00:00.000Z");
    }
    let kept = world.store.all_kept::<governance::report::Report>(&Default::default()).await.unwrap();
    let times = [kept[0].created_at, kept[0].changed_at].map(|at| at.to_string());
    assert_eq!(times, ["2026-11-22T00:00:00.000Z", "2026-11-22T00:00:00.000Z"]);
    let mine = anna.get(&format!("{REPORTS}/mine")).await.expect(200).json();
    assert_eq!(mine, json!([]), "not even her own list knows");
}

#[tokio::test]
async fn a_report_under_one_s_name_is_followed_without_a_code() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    let made = anna.post(REPORTS, &json!({ "about": "risky_tool", "text": TEXT })).await.expect(201).json();
    let path = format!("{REPORTS}/mine/{}/messages", made["id"].as_str().unwrap());
    anna.post(&path, &json!({ "text": "More" })).await.expect(200);
    let mine = anna.get(&format!("{REPORTS}/mine")).await.expect(200).json();
    assert_eq!(mine[0]["messages"].as_array().unwrap().len(), 2);
    let analyst = world.signed_in(Role::Analyst).await;
    analyst.post(&path, &json!({ "text": "not mine" })).await.expect(404);
    let queue = analyst.get(REPORTS).await.expect(200).json();
    assert_eq!(queue[0]["reporter"], "employee");
    anna.get(REPORTS).await.expect(403);
    assert!(!String::from_utf8_lossy(&stored(&world)).contains("tell-tale-4711"), "texts are sealed");
}

#[tokio::test]
async fn reports_must_make_sense_and_codes_must_fit() {
    let world = World::new().await;
    let stranger = world.stranger();
    for (report, says) in [
        (json!({ "about": "violation", "text": " " }), "`text` has 1 to"),
        (json!({ "about": "gossip", "text": "x" }), "unknown variant"),
        (json!({ "about": "other", "text": "x", "tools": [""] }), "name at most"),
    ] {
        assert!(stranger.post(CASES, &report).await.expect(422).text().contains(says));
    }
    let wrong = json!({ "code": "0000-0000-0000-0000-0000-0000-0000" });
    assert!(
        stranger
            .post(&format!("{CASES}/status"), &wrong)
            .await
            .expect(404)
            .text()
            .contains("check that it is complete")
    );
}

#[tokio::test]
async fn anonymous_reports_are_slowed_down() {
    let world = World::new().await;
    let stranger = world.stranger();
    let report = json!({ "about": "other", "text": "x" });
    let mut heard = 0;
    while stranger.post(CASES, &report).await.status == 201 {
        heard += 1;
    }
    assert_eq!(heard, 30);
    let refused = stranger.post(CASES, &report).await.expect(429);
    assert_eq!(refused.header("retry-after"), "3600");
    world.wait(Duration::from_secs(3_600));
    stranger.post(CASES, &report).await.expect(201);
}
