use std::time::Duration;

use engine::{Body, Decision, Engine, Head, Opening, Snapshot, Who};
use http::HeaderMap;
use model::{ClauseId, ExchangeId, Outcome, PersonId, Record, Timestamp};
use serde_json::{Value, json};
use store::Role;

use crate::{
    records::{id, record},
    world::World,
};

const REASON: &str = "The regulator asked for exactly this text.";

fn path(exchange: ExchangeId, token: &str) -> String {
    format!("/api/v1/justifications/{exchange}?t={token}")
}

fn reason(text: &str) -> Value {
    json!({ "reason": text })
}

async fn held(world: &World) -> ExchangeId {
    world.store.writer().append(record(1, "anna.kovacs", world.now(), Outcome::Held)).await.unwrap();
    id(1)
}

#[tokio::test]
async fn a_link_lets_its_holder_give_the_reason_without_an_account() {
    let world = World::new().await;
    let exchange = held(&world).await;
    let link = path(exchange, &world.key.token(exchange, world.now().plus(Duration::from_secs(3_600))));
    let stranger = world.stranger();
    let open = stranger.get(&link).await.expect(200).json();
    assert_eq!((&open["state"], &open["until"]), (&json!("open"), &Value::Null));
    assert_eq!(open["exchange"]["tool_name"], "ChatGPT");
    assert_eq!(open["exchange"]["clauses"][0]["title"], "Personal data stays out of unapproved tools");
    assert!(open["exchange"]["clauses"][0]["why"].as_str().unwrap().contains("may be kept"), "{open}");

    for short in ["", "because", &"x".repeat(2_001)] {
        stranger.post(&link, &reason(short)).await.expect(422);
    }
    let given = stranger.post(&link, &reason(&format!("  {REASON} "))).await.expect(200).json();
    let until = world.now().plus(Duration::from_secs(15 * 60));
    assert_eq!((&given["state"], &given["until"]), (&json!("given"), &json!(until.to_string())));
    assert_eq!(stranger.get(&link).await.expect(200).json()["state"], "given");
    assert_eq!(stranger.post(&link, &reason(REASON)).await.expect(409).problem(), "conflict");

    let stored = world.store.justification(exchange).await.unwrap().unwrap();
    assert_eq!((stored.person.as_str(), stored.reason.reveal()), ("anna.kovacs", REASON));
    assert_eq!((stored.clauses, stored.until), (vec![ClauseId::new("DATA-1")], until));
}

#[tokio::test]
async fn forged_foreign_and_expired_links_are_refused() {
    let world = World::new().await;
    let exchange = held(&world).await;
    let until = world.now().plus(Duration::from_secs(3_600));
    let good = world.key.token(exchange, until);
    let later = good.replacen(&until.as_millis().to_string(), &(until.as_millis() + 1).to_string(), 1);
    let other_key = engine::LinkKey::new([9; 32]).token(exchange, until);
    let other_exchange = world.key.token(id(2), until);
    for forged in ["", "x", "1.2", later.as_str(), other_key.as_str(), other_exchange.as_str()] {
        let link = path(exchange, forged);
        assert_eq!(world.stranger().get(&link).await.expect(403).problem(), "forbidden", "{forged}");
        assert_eq!(world.stranger().post(&link, &reason(REASON)).await.expect(403).problem(), "forbidden");
    }
    let unknown = world.stranger().get(&path(id(2), &other_exchange)).await.expect(404);
    assert_eq!(unknown.problem(), "not_found");
    world.wait(Duration::from_secs(3_600));
    let expired = world.stranger().post(&path(exchange, &good), &reason(REASON)).await.expect(410);
    assert_eq!(expired.problem(), "expired");
    assert!(world.store.justification(exchange).await.unwrap().is_none());
}

#[tokio::test]
async fn with_an_account_people_give_reasons_for_their_own_exchanges_only() {
    let world = World::new().await;
    let exchange = held(&world).await;
    world.store.writer().append(record(2, "ben.osei", world.now(), Outcome::Held)).await.unwrap();
    world.store.writer().append(record(3, "anna.kovacs", world.now(), Outcome::Blocked)).await.unwrap();
    let at = |exchange: ExchangeId| format!("/api/v1/justifications/{exchange}");
    world.stranger().get(&at(exchange)).await.expect(401);
    let anna = world.signed_in(Role::Employee).await;
    anna.get(&at(id(2))).await.expect(404);
    anna.post(&at(id(2)), &reason(REASON)).await.expect(404);
    assert_eq!(anna.get(&at(id(3))).await.expect(200).json()["state"], "not_needed");
    anna.post(&at(id(3)), &reason(REASON)).await.expect(409);
    anna.post(&at(exchange), &reason(REASON)).await.expect(200);
    let nobody = world.signed_in(Role::Auditor).await;
    let refused = nobody.get(&at(exchange)).await.expect(403);
    assert!(refused.text().contains("use the link"), "{}", refused.text());
}

/// Anna asks a model about a marked document.
fn ask(engine: &Engine, now: Timestamp) -> Record {
    let person = engine.snapshot().directory.person("anna.kovacs").cloned().map(std::sync::Arc::new);
    let who = Who {
        id: PersonId::new("anna.kovacs"),
        person,
        address: [10, 0, 0, 1].into(),
        errand: engine::Errand::Real,
    };
    let mut headers = HeaderMap::new();
    headers.insert("content-type", "application/json".parse().unwrap());
    let head = Head {
        method: "POST",
        host: "api.openai.com",
        path_and_query: "/v1/chat/completions",
        headers: &headers,
    };
    let body =
        json!({ "model": "gpt-5", "messages": [{ "role": "user", "content": "CONFIDENTIAL\nOur plans" }] });
    let Opening::Inspect(inspection) = engine.open(&who, &head, now) else { panic!("not inspected") };
    let Decision { record, .. } = inspection.close(Body::Whole(body.to_string().into()), now);
    record.unwrap()
}

#[tokio::test]
async fn a_reason_lets_the_retry_pass_also_after_a_restart() {
    let world = World::new().await;
    let record = ask(&world.engine, world.now());
    assert_eq!(record.outcome, Outcome::Held);
    let exchange = record.exchange.id;
    world.store.writer().append(record).await.unwrap();
    let link = path(exchange, &world.key.token(exchange, world.now().plus(Duration::from_secs(60))));
    world.stranger().post(&link, &reason(REASON)).await.expect(200);
    assert_eq!(ask(&world.engine, world.now()).outcome, Outcome::Justified);

    let restarted = Engine::new(Snapshot::clone(&world.engine.snapshot()));
    assert_eq!(ask(&restarted, world.now()).outcome, Outcome::Held);
    server::restore(&world.store, &restarted, world.now()).await.unwrap();
    assert_eq!(ask(&restarted, world.now()).outcome, Outcome::Justified);
    world.wait(Duration::from_secs(15 * 60));
    assert_eq!(ask(&restarted, world.now()).outcome, Outcome::Held, "the time for the retry is over");
}
