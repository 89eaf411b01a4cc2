//! Incidents, from what was found to what came of it.

use std::time::Duration;

use behavior::{Deviation, Entity, Expected, Family, Reason, Unit};
use governance::{
    Act,
    incident::{Evidence, Incident, Sign},
};
use model::{Outcome, PersonId, Severity, ToolId};
use serde_json::{Value, json};
use store::{Change, Role};
use uuid::Uuid;

use crate::{
    client::Client,
    records::{id, record},
    world::{NOON, PASSWORD, World},
};

const INCIDENTS: &str = "/api/v1/incidents";
const SUPPRESSIONS: &str = "/api/v1/suppressions";
const LADDER: &str = "## Enforcement

### ENF-1 What follows
People decide.

```ladder
window: 90d
points: {low: 1, medium: 2, high: 4, critical: 8}
steps:
  - {at: 90, do: coach}
```

### ENF-2 Suspended access
Whoever is suspended cannot use AI tools.

```rule
on: [prompt, upload, sign_in]
when: person is in group ai-suspended
then: block
severity: info
```

### ENF-3 More care
Whoever counts as of high risk states a reason.

```rule
on: [prompt]
when: risk is high
then: justify
severity: info
```
";

/// Longest wait for what a server does by itself, far above the moment that it takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks for incidents until there are as many.
async fn until(client: &Client, path: &str, many: usize) -> Vec<Value> {
    let asking = async {
        loop {
            let items = listed(client, path).await;
            if items.len() == many {
                return items;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap()
}

async fn listed(client: &Client, path: &str) -> Vec<Value> {
    client.get(path).await.expect(200).json()["items"].as_array().unwrap().clone()
}

async fn one(client: &Client, id: &Value) -> Value {
    client.get(&format!("{INCIDENTS}/{}", id.as_str().unwrap())).await.expect(200).json()
}

async fn act(client: &Client, incident: &Value, what: &str, body: Value) -> Value {
    let path = format!("{INCIDENTS}/{}/{what}", incident["id"].as_str().unwrap());
    let mut whole = json!({ "revision": incident["revision"] });
    whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let answer = client.post(&path, &whole).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.text());
    answer.json()
}

/// That `person` sent so many bytes to a personal account within 40 minutes.
fn bytes(person: &str, observed: f64) -> Evidence {
    let at = model::Timestamp::from_millis(NOON);
    let since = at.minus(Duration::from_secs(40 * 60));
    let reason = Reason {
        family: Family::Pers,
        channel: "personal_bytes".into(),
        observed,
        expected: Expected { low: 2e5, high: 1.4e6, peers: Some(6e5) },
        unit: Unit::Bytes,
        surprise: 12.0,
        tool: Some(ToolId::new("chatgpt")),
        data: Some("pii.us_ssn".into()),
    };
    let (entity, people) = (Entity::Person(PersonId::new(person)), vec![PersonId::new(person)]);
    let deviation = Deviation { at, entity, people, since, score: 20.0, reasons: vec![reason] };
    Evidence { at, since, sign: Sign::Deviation(deviation) }
}

/// Puts an incident into the store, as the learner does.
async fn opened(world: &World, evidence: Evidence) -> Value {
    let id = Uuid::now_v7();
    let change = Change::new(Act::new("incident.opened", id, "bylaw")).add(id, &Incident::open(evidence));
    world.store.commit(change, world.now()).await.unwrap();
    json!(id)
}

#[tokio::test]
async fn data_that_left_opens_one_incident_and_repeats_are_absorbed() {
    let world = World::looking_after_people().await;
    let analyst = world.signed_in(Role::Analyst).await;
    // Under a policy that is only observed, content leaves although a grave clause wants it held back.
    for number in 1..=3 {
        world.wait(Duration::from_secs(60));
        let mut gone = record(number, "anna.kovacs", world.now(), Outcome::Redacted);
        gone.outcome = Outcome::Forwarded;
        world.store.writer().append(gone).await.unwrap();
    }
    let incidents = until(&analyst, INCIDENTS, 1).await;
    let mut incident = one(&analyst, &incidents[0]["id"]).await;
    while incident["exchanges"].as_array().unwrap().len() < 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        incident = one(&analyst, &incidents[0]["id"]).await;
    }
    assert_eq!((&incident["kind"], &incident["severity"]), (&json!("violations"), &json!("high")));
    let told = incident["narrative"].to_string();
    assert!(told.contains("broke DATA-1 3 times at ChatGPT with pii.us_ssn"), "{told}");
    assert!(told.contains("3 times the content reached the tool"), "{told}");
    assert!(!incident.to_string().contains("anna.kovacs"), "people are pseudonyms");
    assert_eq!(incident["clauses"][0]["id"], "DATA-1");
    assert!(incident["playbook"].as_array().unwrap().len() >= 3);
    // A second server on the same store opens no second one.
    let other = world.looking_after_people_too().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    other.stop().await;
    assert_eq!(listed(&analyst, INCIDENTS).await.len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn a_series_of_attempts_calls_somebody_and_single_ones_do_not() {
    let world = World::looking_after_people().await;
    let analyst = world.signed_in(Role::Analyst).await;
    for number in 1..=5 {
        assert_eq!(listed(&analyst, INCIDENTS).await.len(), 0, "before attempt {number}");
        world.wait(Duration::from_secs(60));
        let attempt = record(number, "anna.kovacs", world.now(), Outcome::Redacted);
        world.store.writer().append(attempt).await.unwrap();
        // The same of somebody else counts for them.
        let other = record(
            100 + number,
            "ben.osei",
            world.now().minus(Duration::from_secs(3_600 * number as u64)),
            Outcome::Redacted,
        );
        world.store.writer().append(other).await.unwrap();
    }
    let incidents = until(&analyst, INCIDENTS, 1).await;
    assert!(incidents[0]["headline"].as_str().unwrap().contains("DATA-1 5 times"), "{}", incidents[0]);
    let exchanges = one(&analyst, &incidents[0]["id"]).await["exchanges"].clone();
    assert!(exchanges.as_array().unwrap().iter().any(|exchange| exchange["id"] == json!(id(5))));
    world.stop().await;
}

#[tokio::test]
async fn people_take_an_incident_from_open_to_closed_and_nothing_is_overwritten() {
    let world = World::new().await;
    let analyst = world.signed_in(Role::Analyst).await;
    let id = opened(&world, bytes("anna.kovacs", 156e6)).await;
    let incident = one(&analyst, &id).await;
    assert_eq!(
        (&incident["reasons"][0]["observed_words"], &incident["reasons"][0]["usual_words"]),
        (&json!("156 MB"), &json!("200 KB to 1.4 MB"))
    );
    assert_eq!(incident["chart"]["high"], 1.4e6);
    assert_eq!(incident["labels"], json!(["pii.us_ssn"]));

    let path = format!("{INCIDENTS}/{}", id.as_str().unwrap());
    let stale = json!({ "revision": 9, "step": { "triage": {} } });
    analyst.post(&format!("{path}/steps"), &stale).await.expect(409);
    let early = json!({ "revision": 1, "step": { "close": { "closing": "benign", "because": "x" } } });
    let refused = analyst.post(&format!("{path}/steps"), &early).await.expect(409).text();
    assert!(refused.contains("an incident that is open cannot be closed"), "{refused}");
    let incident = act(&analyst, &incident, "steps", json!({ "step": { "triage": {} } })).await;
    assert_eq!((&incident["state"], &incident["owner"]), (&json!("triaged"), &json!("analyst")));
    let incident = act(&analyst, &incident, "steps", json!({ "step": { "investigate": {} } })).await;
    let step = json!({ "step": "what", "note": "one archive" });
    let incident = act(&analyst, &incident, "playbook", step).await;
    assert_eq!(incident["playbook"][0]["done"]["note"], "one archive");
    let said = json!({ "text": "asked her manager" });
    let incident = analyst.post(&format!("{path}/comments"), &said).await.expect(200).json();
    assert_eq!(incident["comments"][0]["by"], "analyst");
    let incident = act(&analyst, &incident, "steps", json!({ "step": { "contain": {} } })).await;
    let close =
        json!({ "step": { "close": { "closing": "policy_gap", "because": "nobody said how else" } } });
    let incident = act(&analyst, &incident, "steps", close).await;
    assert_eq!(
        (&incident["closing"], &incident["because"]),
        (&json!("policy_gap"), &json!("nobody said how else"))
    );
    assert_eq!(listed(&analyst, &format!("{INCIDENTS}?live=true")).await.len(), 0);
    assert_eq!(listed(&analyst, &format!("{INCIDENTS}?state=closed&kind=data_movement")).await.len(), 1);

    let auditor = world.signed_in(Role::Auditor).await;
    auditor.post(&format!("{path}/steps"), &json!({})).await.expect(403);
    world.signed_in(Role::Employee).await.get(INCIDENTS).await.expect(403);
    let acts = world.store.audit(0, 100).await.unwrap();
    let acts: Vec<&str> = acts.iter().map(|act| act.entry.what.as_str()).collect();
    for act in ["incident.opened", "incident.triaged", "incident.contained", "incident.closed"] {
        assert!(acts.contains(&act), "{act}: {acts:?}");
    }
}

#[tokio::test]
async fn a_name_is_shown_to_who_may_see_it_and_leaves_a_trace() {
    let world = World::new().await;
    let (admin, analyst) = (world.signed_in(Role::Administrator).await, world.signed_in(Role::Analyst).await);
    let id = opened(&world, bytes("anna.kovacs", 156e6)).await;
    let path = format!("{INCIDENTS}/{}?reveal=true", id.as_str().unwrap());
    analyst.get(&path).await.expect(403);
    let before = world.store.audit_size().await.unwrap();
    let incident = admin.get(&path).await.expect(200).json();
    assert_eq!(incident["persons"][0]["name"], "Anna Kovacs");
    assert!(incident["narrative"][0].as_str().unwrap().starts_with("Anna Kovacs: sent 156 MB"), "{incident}");
    let acts = world.store.audit(before, 10).await.unwrap();
    assert_eq!((acts.len(), acts[0].entry.what.as_str()), (1, "person.revealed"));
    assert_eq!(acts[0].entry.subject, id.as_str().unwrap());
}

#[tokio::test]
async fn incidents_are_merged_split_and_linked() {
    let world = World::new().await;
    let analyst = world.signed_in(Role::Analyst).await;
    let (anna, ben) =
        (opened(&world, bytes("anna.kovacs", 156e6)).await, opened(&world, bytes("ben.osei", 99e6)).await);
    let incident = one(&analyst, &ben).await;
    let whole = act(&analyst, &incident, "merge", json!({ "into": anna })).await;
    assert_eq!((&whole["id"], whole["evidence"].as_array().unwrap().len()), (&anna, 2));
    assert_eq!(whole["persons"].as_array().unwrap().len(), 2);
    let merged = one(&analyst, &ben).await;
    assert_eq!((&merged["state"], &merged["merged_into"]), (&json!("merged"), &anna));
    let all = json!({ "revision": whole["revision"], "evidence": [0, 1] });
    let path = format!("{INCIDENTS}/{}/split", anna.as_str().unwrap());
    assert!(analyst.post(&path, &all).await.expect(422).text().contains("not all of it"));
    let other = act(&analyst, &whole, "split", json!({ "evidence": [1] })).await;
    assert_eq!((other["evidence"].as_array().unwrap().len(), &other["links"]["incidents"][0]), (1, &anna));
    let first = one(&analyst, &anna).await;
    assert_eq!(first["persons"].as_array().unwrap().len(), 1, "{first}");
    let links = json!({ "revision": first["revision"], "links": { "exchanges": [id(77)] } });
    let path = format!("{INCIDENTS}/{}/links", anna.as_str().unwrap());
    assert!(analyst.put(&path, &links).await.expect(422).text().contains("there is no exchange"));
}

#[tokio::test]
async fn what_follows_goes_through_the_policy_and_is_taken_back() {
    let world = World::new().await;
    world.publish(LADDER).await;
    let (admin, analyst) = (world.signed_in(Role::Administrator).await, world.signed_in(Role::Analyst).await);
    let anna = world.signed_in(Role::Employee).await;
    let id = opened(&world, bytes("anna.kovacs", 156e6)).await;
    let incident = one(&analyst, &id).await;
    let person = incident["persons"][0]["pseudonym"].clone();
    let check = json!({ "tool": "chatgpt", "text": "hello", "as_person": "anna.kovacs" });
    let action =
        async || admin.post("/api/v1/check", &check).await.expect(200).json()["verdict"]["action"].clone();
    let respond =
        |response: Value| json!({ "person": person, "response": response, "because": "to be safe" });

    let risk = respond(json!({ "raise_risk": { "level": "high", "days": 3 } }));
    let incident = act(&analyst, &incident, "responses", risk).await;
    assert_eq!((&incident["persons"][0]["risk"], action().await), (&json!("high"), json!("justify")));
    let raised = incident["responses"][0]["id"].as_str().unwrap().to_owned();
    let what = format!("responses/{raised}/revocation");
    let incident = act(&analyst, &incident, &what, json!({ "because": "explained" })).await;
    assert_eq!(
        (&incident["responses"][0]["state"]["state"], action().await),
        (&json!("revoked"), json!("allow"))
    );

    // Suspension waits for somebody who decides cases, and is in the person's own view.
    let incident = act(&analyst, &incident, "responses", respond(json!({ "suspend": { "days": 2 } }))).await;
    assert_eq!((&incident["responses"][1]["case"], action().await), (&json!("proposed"), json!("allow")));
    let case = incident["responses"][1]["id"].as_str().unwrap().to_owned();
    let decision = json!({ "order": "approve", "reason": "seen the exchanges", "revision": 1 });
    let path = format!("/api/v1/ladder/cases/{case}/decisions");
    analyst.post(&path, &decision).await.expect(403);
    admin.post(&path, &decision).await.expect(200);
    assert_eq!(action().await, "block");
    let mine = anna.get("/api/v1/mine").await.expect(200).json();
    assert_eq!(mine["cases"][0]["incident"], id);
    let what = format!("responses/{case}/revocation");
    let incident = act(&analyst, &incident, &what, json!({ "because": "it was a migration" })).await;
    assert_eq!((&incident["responses"][1]["case"], action().await), (&json!("lifted"), json!("allow")));

    let unknown = json!({ "revision": incident["revision"], "person": "Amber Auk 0000", "response": { "coach": {} }, "because": "x" });
    let path = format!("{INCIDENTS}/{}/responses", id.as_str().unwrap());
    analyst.post(&path, &unknown).await.expect(422);
}

#[tokio::test]
async fn benign_becomes_a_rule_that_ends_and_can_be_taken_back() {
    let world = World::new().await;
    let analyst = world.signed_in(Role::Analyst).await;
    let id = opened(&world, bytes("anna.kovacs", 156e6)).await;
    let rule = json!({ "incident": id, "evidence": 0, "reason": 0, "days": 30, "because": "a migration" });
    let added = analyst.post(SUPPRESSIONS, &rule).await.expect(201).json();
    assert_eq!(
        (&added["state"], &added["up_to"], &added["family"]),
        (&json!("standing"), &json!(234e6), &json!("pers"))
    );
    for (field, value, says) in [
        ("days", json!(0), "`days` is 1 to 180"),
        ("up_to", json!(1.0), "at least what was seen: 156 MB"),
        ("reason", json!(7), "none of that deviation's reasons"),
        ("evidence", json!(7), "no deviation of this incident"),
        ("because", json!(" "), "give `because`"),
    ] {
        let mut wrong = rule.clone();
        wrong[field] = value;
        let refused = analyst.post(SUPPRESSIONS, &wrong).await.expect(422).text();
        assert!(refused.contains(says), "{refused}");
    }
    world.wait(Duration::from_secs(30 * 24 * 60 * 60));
    let mut analyst = Client::new(&world.base);
    analyst.sign_in("analyst", PASSWORD).await.expect(200);
    let rules = analyst.get(SUPPRESSIONS).await.expect(200).json();
    assert_eq!(rules[0]["state"], "expired");
    let path = format!("{SUPPRESSIONS}/{}/revocation", added["id"].as_str().unwrap());
    let revoke = json!({ "revision": added["revision"], "because": "no longer" });
    assert_eq!(analyst.post(&path, &revoke).await.expect(200).json()["state"], "revoked");
    let again = json!({ "revision": 2, "because": "no longer" });
    analyst.post(&path, &again).await.expect(409);
}

#[tokio::test]
async fn an_entity_page_shows_tools_labels_and_hours_without_names() {
    let world = World::new().await;
    let analyst = world.signed_in(Role::Analyst).await;
    for number in 1..=3 {
        let at = world.now().minus(Duration::from_secs(3_600 * 24 * number as u64));
        world.store.writer().append(record(number, "anna.kovacs", at, Outcome::Redacted)).await.unwrap();
    }
    let id = opened(&world, bytes("anna.kovacs", 156e6)).await;
    let person = one(&analyst, &id).await["persons"][0]["pseudonym"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/entities/person/{}", person.replace(' ', "%20"));
    let entity = analyst.get(&path).await.expect(200).json();
    assert_eq!((&entity["department"], entity["days"].as_array().unwrap().len()), (&json!("Legal"), 3));
    assert_eq!(
        (&entity["tools"][0]["tool"]["id"], &entity["tools"][0]["bytes"]),
        (&json!("chatgpt"), &json!(3 * 1_234))
    );
    assert!(
        entity["labels"]
            .as_array()
            .unwrap()
            .iter()
            .any(|label| label["label"] == "pii" && label["exchanges"] == 3)
    );
    let hours: u64 = entity["hours"].as_array().unwrap().iter().map(|hour| hour.as_u64().unwrap()).sum();
    assert_eq!((hours, entity["hours"].as_array().unwrap().len()), (3, 168));
    assert_eq!(entity["incidents"][0]["id"], id);
    assert!(!entity.to_string().contains("anna"), "people are pseudonyms");
    analyst.get("/api/v1/entities/person/Amber%20Auk%200000").await.expect(404);
    let legal = analyst.get("/api/v1/entities/department/Legal").await.expect(200).json();
    assert_eq!(legal["days"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn nobody_works_on_an_incident_about_themselves() {
    let world = World::new().await;
    let id = opened(&world, bytes("anna.kovacs", 156e6)).await;
    let user = store::User {
        name: "anna-the-analyst".to_owned(),
        password_hash: Some(server::hash_password(model::Sensitive::new(PASSWORD)).await.unwrap()),
        role: Role::Analyst,
        person: Some(PersonId::new("anna.kovacs")),
        created_at: world.now(),
        disabled_at: None,
        functions: Default::default(),
    };
    world.store.create_user(&user).await.unwrap();
    let mut anna = Client::new(&world.base);
    anna.sign_in("anna-the-analyst", PASSWORD).await.expect(200);
    let path = format!("{INCIDENTS}/{}/steps", id.as_str().unwrap());
    let step = json!({ "revision": 1, "step": { "triage": {} } });
    assert!(anna.post(&path, &step).await.expect(403).text().contains("about you"));
    assert_eq!(Severity::High.as_str(), one(&anna, &id).await["severity"].as_str().unwrap());
}
