use std::time::Duration;

use model::{Action, HeldBack, HeldDuty, Outcome, Record, Severity};
use serde_json::{Value, json};
use store::Role;

use crate::{
    client::Client,
    records::{id, record},
    world::{PASSWORD, World},
};

/// Longest wait for a step that follows by itself, far above the moment that it takes.
const PATIENCE: Duration = Duration::from_secs(20);

const ENFORCEMENT: &str = "## Enforcement

### ENF-1 What follows
People decide.

```ladder
window: 90d
points: {low: 1, medium: 2, high: 4, critical: 8}
steps:
  - {at: 1, do: coach}
  - {at: 4, do: assign training}
  - {at: 8, do: notify manager}
  - {at: 12, do: suspend access, for: 2d}
  - {at: 40, do: refer, to: the board}
```

### ENF-2 Suspended access
Whoever is suspended cannot use AI tools.

```rule
on: [prompt, upload, sign_in]
when: person is in group ai-suspended
then: block
severity: info
```
";

/// Asks until `holds` says yes.
async fn until(client: &Client, path: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let asking = async {
        loop {
            let answer = client.get(path).await.expect(200).json();
            if holds(&answer) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap()
}

/// Anna sends a social security number again, eleven minutes after the last time.
async fn violate(world: &World, number: u128) {
    world.wait(Duration::from_secs(11 * 60));
    let record = record(number, "anna.kovacs", world.now(), Outcome::Redacted);
    world.store.writer().append(record).await.unwrap();
}

fn states(cases: &Value) -> Vec<(u64, String)> {
    let cases = cases["cases"].as_array().unwrap();
    let state = |case: &Value| (case["step"].as_u64().unwrap(), case["state"].as_str().unwrap().to_owned());
    let mut states: Vec<_> = cases.iter().map(state).collect();
    states.sort();
    states
}

fn case(cases: &Value, step: u64) -> Value {
    cases["cases"].as_array().unwrap().iter().find(|case| case["step"] == step).unwrap().clone()
}

#[tokio::test]
async fn training_follows_by_itself_and_what_is_harsher_waits_for_somebody() {
    let world = World::looking_after_people().await;
    world.publish(ENFORCEMENT).await;
    let (admin, anna) = (world.signed_in(Role::Administrator).await, world.signed_in(Role::Employee).await);
    violate(&world, 1).await;
    let mine = until(&anna, "/api/v1/mine", |mine| mine["cases"].as_array().unwrap().len() == 2).await;
    assert_eq!(states(&mine), [(1, "taken".into()), (4, "taken".into())]);
    let training = mine["training"].as_array().unwrap();
    let assigned = training.iter().find(|module| module["id"] == "personal-data").unwrap();
    let because = &assigned["assigned"]["cause"]["violation"];
    assert_eq!(because, &json!({ "clauses": ["DATA-1"], "exchange": id(1) }));

    violate(&world, 2).await;
    violate(&world, 3).await;
    let ladder = until(&admin, "/api/v1/ladder", |ladder| states(ladder).len() == 4).await;
    assert_eq!(states(&ladder)[2..], [(8, "proposed".into()), (12, "proposed".into())]);
    let suspension = case(&ladder, 12);
    assert_eq!((&suspension["points"], suspension["violations"].as_array().unwrap().len()), (&json!(12), 3));
    assert_ne!(suspension["person"], "anna.kovacs");
    let check = json!({ "tool": "chatgpt", "text": "hello", "as_person": "anna.kovacs" });
    let action = |answer: Value| answer["verdict"]["action"].clone();
    assert_eq!(action(admin.post("/api/v1/check", &check).await.expect(200).json()), "allow");

    // A second server on the same store takes no step a second time.
    let other = world.looking_after_people_too().await;
    violate(&world, 4).await;
    until(&anna, "/api/v1/mine", |mine| mine["cases"].as_array().unwrap().len() == 4).await;
    other.stop().await;
    assert_eq!(states(&admin.get("/api/v1/ladder").await.expect(200).json()).len(), 4);

    suspend_and_appeal(&world, &admin, &anna, &suspension, &check).await;
    world.stop().await;
}

/// Ben shows source code to ChatGPT, which another clause is about.
async fn violate_code(world: &World, number: u128) {
    world.wait(Duration::from_secs(11 * 60));
    let mut record = record(number, "ben.osei", world.now(), Outcome::Redacted);
    record.facts.labels = [("source_code.python".parse().unwrap(), 1)].into();
    let duty = &mut record.verdict.duties[0];
    (duty.clause, duty.labels) = (model::ClauseId::new("SECRET-1"), vec!["source_code".parse().unwrap()]);
    world.store.writer().append(record).await.unwrap();
}

#[tokio::test]
async fn another_clause_brings_its_own_training_although_the_step_was_taken() {
    let world = World::looking_after_people().await;
    world.publish(ENFORCEMENT).await;
    let admin = world.signed_in(Role::Administrator).await;
    let assigned = |all: &Value| {
        let because = |one: &Value| one["cause"]["violation"]["clauses"][0].as_str().map(str::to_owned);
        let all = all.as_array().unwrap().iter();
        let mut told: Vec<_> =
            all.filter_map(|one| Some((because(one)?, one["module"].as_str()?.to_owned()))).collect();
        told.sort();
        told
    };
    let path = "/api/v1/training/assignments";
    let first = record(1, "ben.osei", world.now(), Outcome::Redacted);
    world.store.writer().append(first).await.unwrap();
    let told = until(&admin, path, |all| !assigned(all).is_empty()).await;
    assert_eq!(assigned(&told), [("DATA-1".to_owned(), "personal-data".to_owned())]);
    violate_code(&world, 2).await;
    let told = until(&admin, path, |all| assigned(all).len() > 1).await;
    let code = ("SECRET-1".to_owned(), "source-code-and-secrets".to_owned());
    assert_eq!(assigned(&told), [("DATA-1".to_owned(), "personal-data".to_owned()), code]);
    // Once is enough while it is open; what is reached beside it shows that the third violation was looked at.
    violate_code(&world, 3).await;
    until(&admin, "/api/v1/ladder", |ladder| states(ladder).len() == 4).await;
    assert_eq!(assigned(&admin.get(path).await.expect(200).json()).len(), 2);
    world.stop().await;
}

/// Approves a suspension, has Anna appeal, and lets somebody else overturn it.
async fn suspend_and_appeal(world: &World, admin: &Client, anna: &Client, suspension: &Value, check: &Value) {
    let action = |answer: Value| answer["verdict"]["action"].clone();
    let number = suspension["id"].as_str().unwrap();
    let decisions = format!("/api/v1/ladder/cases/{number}/decisions");
    let order =
        |order: &str, revision: u64| json!({ "order": order, "reason": "heard", "revision": revision });
    anna.post(&decisions, &order("dismiss", 1)).await.expect(403);
    admin.post(&decisions, &order("approve", 7)).await.expect(409);
    admin.post(&decisions, &order("uphold", 1)).await.expect(409);
    let approved = admin.post(&decisions, &order("approve", 1)).await.expect(200).json();
    assert_eq!(
        (&approved["state"], &approved["approved"]["by"]),
        (&json!("approved"), &json!("administrator"))
    );
    let blocked = admin.post("/api/v1/check", check).await.expect(200).json();
    assert_eq!(
        (action(blocked.clone()), &blocked["verdict"]["clauses"][0]["id"]),
        (json!("block"), &json!("ENF-2"))
    );

    let appeals = format!("/api/v1/mine/cases/{number}/appeals");
    anna.post(&appeals, &json!({ "reason": " " })).await.expect(422);
    admin.post(&appeals, &json!({ "reason": "not mine" })).await.expect(403);
    let appealed = anna.post(&appeals, &json!({ "reason": "it was a test card" })).await.expect(200).json();
    assert_eq!((&appealed["state"], &appealed["person"]), (&json!("appealed"), &json!("anna.kovacs")));
    let detail = admin.get(&format!("/api/v1/ladder/cases/{number}")).await.expect(200).json();
    let verdict = json!({ "exchange": id(3), "policy": "0123456789ab", "told": "redact", "then": null, "now": "redact" });
    assert_eq!((detail["verdicts"].as_array().unwrap().len(), &detail["verdicts"][0]), (3, &verdict));

    let refused = admin.post(&decisions, &order("overturn", 3)).await.expect(403);
    assert!(refused.text().contains("somebody else has to decide on the appeal"), "{}", refused.text());
    let account = json!({ "name": "eve", "password": PASSWORD, "role": "administrator" });
    admin.post("/api/v1/users", &account).await.expect(201);
    let mut eve = world.stranger();
    eve.sign_in("eve", PASSWORD).await.expect(200);
    let overturned = eve.post(&decisions, &order("overturn", 3)).await.expect(200).json();
    assert_eq!((&overturned["state"], &overturned["suspended_until"]), (&json!("overturned"), &Value::Null));
    assert_eq!(action(admin.post("/api/v1/check", check).await.expect(200).json()), "allow");
}

/// What was observed only: the policy wanted it blocked, but its rollout let it go on.
fn observed(number: u128, world: &World) -> Record {
    let mut record = record(number, "ben.osei", world.now(), Outcome::Blocked);
    record.outcome = Outcome::Forwarded;
    record.verdict.action = Action::Allow;
    let duty = &mut record.verdict.duties[0];
    (duty.action, duty.severity) = (Action::Allow, Severity::Critical);
    let held = vec![HeldDuty { clause: duty.clause.clone(), action: Action::Block }];
    record.verdict.held_back = Some(HeldBack { action: Action::Block, duties: held });
    record
}

#[tokio::test]
async fn data_that_left_opens_a_checklist() {
    let world = World::looking_after_people().await;
    let admin = world.signed_in(Role::Administrator).await;
    world.store.writer().append(record(1, "ben.osei", world.now(), Outcome::Redacted)).await.unwrap();
    world.store.writer().append(observed(2, &world)).await.unwrap();
    let path = "/api/v1/exposures";
    let all = until(&admin, path, |all| !all.as_array().unwrap().is_empty()).await;
    assert_eq!((all.as_array().unwrap().len(), &all[0]["exchange"]), (1, &json!(id(2))));
    let items: Vec<&str> =
        all[0]["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert!(items.contains(&"data-protection") && !items.contains(&"change-credentials"), "{items:?}");

    let orders = format!("{path}/{}/orders", all[0]["id"].as_str().unwrap());
    let mut revision = 1;
    let close = |revision: u64| json!({ "order": "close", "note": "nothing more", "revision": revision });
    admin.post(&orders, &close(1)).await.expect(409);
    for item in &items {
        let tick = json!({ "order": "tick", "item": item, "note": "done", "revision": revision });
        let ticked = admin.post(&orders, &tick).await.expect(200).json();
        admin.post(&orders, &tick).await.expect(409);
        revision = ticked["revision"].as_u64().unwrap();
    }
    let closed = admin.post(&orders, &close(revision)).await.expect(200).json();
    assert_eq!(closed["closed"]["by"], "administrator");
    // What somebody noticed themselves.
    let opened = admin.post(path, &json!({ "exchange": id(1) })).await.expect(201).json();
    assert_eq!(opened["labels"], json!(["pii.us_ssn"]));
    admin.post(path, &json!({ "exchange": id(1) })).await.expect(409);
    admin.post(path, &json!({ "exchange": id(9) })).await.expect(404);
    world.stop().await;
}
