use std::time::Duration;

use model::{Outcome, PersonId};
use serde_json::{Value, json};
use store::{Capture, CaptureOutline, Role};

use crate::{
    client::Client,
    records::{id, record},
    world::{PASSWORD, World},
};

const SEALED: &[u8] = b"age-encryption.org/v1\nsealed elsewhere";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Two exchanges of Anna's, the first of which was captured and is kept for 30 days.
async fn captured() -> World {
    let world = World::new().await;
    for number in [1, 2] {
        let record = record(number, "anna.kovacs", world.now(), Outcome::Redacted);
        world.store.writer().append(record).await.unwrap();
    }
    let outline = CaptureOutline {
        exchange: id(1),
        person: PersonId::new("anna.kovacs"),
        at: world.now(),
        until: world.now().plus(30 * DAY),
        bytes: 40,
        whole: 90,
    };
    world.store.keep_capture(Capture { outline, sealed: SEALED.to_vec() }).await.unwrap();
    world
}

async fn eve(world: &World, admin: &Client) -> Client {
    let account = json!({ "name": "eve", "password": PASSWORD, "role": "auditor" });
    admin.post("/api/v1/users", &account).await.expect(201);
    let mut eve = world.stranger();
    eve.sign_in("eve", PASSWORD).await.expect(200);
    eve
}

fn asking(number: u128) -> String {
    format!("/api/v1/exchanges/{}/reveals", id(number))
}

fn at(reveal: &Value, more: &str) -> String {
    format!("/api/v1/reveals/{}/{more}", reveal["id"].as_str().unwrap())
}

fn decision(reveal: &Value, decide: &str) -> Value {
    json!({ "revision": reveal["revision"], "decide": decide, "reason": "incident 7" })
}

#[tokio::test]
async fn two_people_see_what_an_exchange_held_and_each_time_is_in_the_log() {
    let world = captured().await;
    let (admin, analyst) = (world.signed_in(Role::Administrator).await, world.signed_in(Role::Analyst).await);
    let eve = eve(&world, &admin).await;
    let detail = |number: u128| format!("/api/v1/exchanges/{}", id(number));
    let shown = analyst.get(&detail(1)).await.expect(200).json()["captured"].clone();
    assert_eq!((&shown["bytes"], &shown["whole"]), (&json!(40), &json!(90)));
    assert_eq!(analyst.get(&detail(2)).await.expect(200).json()["captured"], Value::Null);

    analyst.post(&asking(1), &json!({ "reason": "curious" })).await.expect(403);
    admin.post(&asking(1), &json!({ "reason": " " })).await.expect(422);
    admin.post(&asking(2), &json!({ "reason": "incident 7" })).await.expect(404);
    let asked = admin.post(&asking(1), &json!({ "reason": "incident 7" })).await.expect(201).json();
    assert_eq!((&asked["state"], &asked["yours_to_decide"]), (&json!("asked"), &json!(false)));
    admin.post(&at(&asked, "content"), &json!({})).await.expect(409);
    let alone = admin.post(&at(&asked, "decision"), &decision(&asked, "grant")).await.expect(403);
    assert!(alone.text().contains("somebody else must"), "{}", alone.text());

    let listed = eve.get("/api/v1/reveals").await.expect(200).json();
    assert_eq!(listed[0]["yours_to_decide"], json!(true));
    let granted = eve.post(&at(&asked, "decision"), &decision(&asked, "grant")).await.expect(200).json();
    assert_eq!((&granted["state"], &granted["decided"]["by"]), (&json!("granted"), &json!("eve")));
    eve.post(&at(&asked, "decision"), &decision(&asked, "decline")).await.expect(409);
    for person in [&admin, &eve] {
        let fetched = person.post(&at(&asked, "content"), &json!({})).await.expect(200);
        assert_eq!((fetched.body.as_ref(), fetched.header("content-type")), (SEALED, "application/age"));
    }
    let log = world.store.audit(0, 100).await.unwrap();
    let acts: Vec<&str> = log.iter().map(|act| act.entry.what.as_str()).collect();
    for (what, times) in [("evidence.asked", 1), ("evidence.granted", 1), ("evidence.revealed", 2)] {
        assert_eq!(acts.iter().filter(|act| **act == what).count(), times, "{acts:?}");
    }
    world.stop().await;
}

#[tokio::test]
async fn captured_content_goes_with_its_time_its_record_and_its_person() {
    let world = captured().await;
    let admin = world.signed_in(Role::Administrator).await;
    let copy = admin.post("/api/v1/privacy/people/anna.kovacs/export", &json!({})).await.expect(200);
    let name = format!("captured/{}.age", id(1));
    assert!(copy.body.windows(name.len()).any(|window| window == name.as_bytes()));

    let kept = async || world.store.capture_outline(id(1)).await.unwrap().is_some();
    assert_eq!(world.store.expire_captures(world.now().plus(29 * DAY)).await.unwrap(), 0);
    assert!(kept().await);
    assert_eq!(world.store.expire_captures(world.now().plus(30 * DAY)).await.unwrap(), 1);
    assert!(!kept().await);
    let last = world.store.audit(0, 100).await.unwrap().pop().unwrap();
    assert_eq!((last.entry.what.as_str(), last.entry.subject.as_str()), ("evidence.expired", "1 captures"));
    assert!(world.store.exchange(id(1)).await.unwrap().is_some(), "the record stays");

    let outline = CaptureOutline {
        exchange: id(2),
        person: PersonId::new("anna.kovacs"),
        at: world.now(),
        until: world.now().plus(DAY),
        bytes: 40,
        whole: 40,
    };
    world.store.keep_capture(Capture { outline: outline.clone(), sealed: SEALED.to_vec() }).await.unwrap();
    world.store.remove_records(&[id(2).0], "test", json!({}), world.now()).await.unwrap();
    assert_eq!(world.store.captured(id(2)).await.unwrap(), None, "it goes with its record");
    let again = CaptureOutline { exchange: id(1), ..outline };
    world.store.keep_capture(Capture { outline: again, sealed: SEALED.to_vec() }).await.unwrap();
    let anna = PersonId::new("anna.kovacs");
    let erased = world.store.erase_person(&anna, &[], "test", world.now()).await.unwrap();
    assert_eq!((erased.captures, erased.records), (1, 1));
    assert!(world.store.captures_of(&anna).await.unwrap().is_empty());
    world.stop().await;
}
