//! What is learned from stored records: deviations, each once, whatever happens to the process.

use std::{sync::Arc, time::Duration};

use behavior::Settings;
use model::{AccountKind, Action, Outcome, Record, Timestamp};
use serde_json::{Value, json};
use server::{Permission, Secret};
use store::{Change, Role};

use crate::{
    client::Client,
    records::{id, record},
    world::World,
};

const INCIDENTS: &str = "/api/v1/incidents";
const DAY: i64 = 86_400_000;
/// Longest wait for what is learned, far above the seconds that it takes.
const PATIENCE: Duration = Duration::from_secs(60);

fn settings() -> Settings {
    Settings { budget: 20.0, learning: Duration::from_secs(14 * 86_400), ..Settings::default() }
}

/// An ordinary exchange of somebody: an approved tool, the company's account, a few kilobytes.
fn ordinary(number: u128, person: &str, at: Timestamp, bytes: u64) -> Record {
    let mut record = record(number, person, at, Outcome::Forwarded);
    record.facts.account = AccountKind::Corporate;
    record.facts.tool.state = model::ToolState::Approved;
    record.facts.labels.clear();
    record.findings.clear();
    record.verdict.action = Action::Allow;
    record.exchange.bytes_up = bytes;
    record
}

/// Four weeks of thirty people up to the world's noon, in the order of time; on the last day Anna sends 160 MB to an account of
/// her own within half an hour.
fn weeks(world: &World) -> Vec<Record> {
    let midnight = world.now().as_millis() - world.now().as_millis().rem_euclid(DAY);
    let mut records = Vec::new();
    for day in 0..28_i64 {
        for person in 0..30_i64 {
            for visit in 0..4_i64 {
                let spread = (person * 37 + visit * 101 + day * 13) % 90;
                let hour = 8 + visit;
                let at = midnight - (27 - day) * DAY + (hour * 60 + spread % 60) * 60_000 + spread * 311;
                let name = if person == 0 { "anna.kovacs".to_owned() } else { format!("person-{person}") };
                let number = u128::try_from(1 + day * 1_000 + person * 10 + visit).unwrap();
                records.push(ordinary(
                    number,
                    &name,
                    Timestamp::from_millis(at),
                    2_000 + 120 * spread.unsigned_abs(),
                ));
            }
        }
    }
    for file in 0..8_i64 {
        let at = midnight + 10 * 3_600_000 + file * 240_000;
        let number = u128::try_from(900_000 + file).unwrap();
        let mut gone = ordinary(number, "anna.kovacs", Timestamp::from_millis(at), 20_000_000);
        gone.facts.account = AccountKind::Personal;
        gone.facts.labels = [("source_code.rust".parse().unwrap(), 40)].into();
        records.push(gone);
    }
    records.sort_by_key(|record| record.exchange.at);
    records
}

async fn stored(world: &World, records: Vec<Record>) {
    let writer = world.store.writer();
    let appends = records.into_iter().map(|record| {
        let writer = writer.clone();
        tokio::spawn(async move { writer.append(record).await.unwrap() })
    });
    for append in appends.collect::<Vec<_>>() {
        append.await.unwrap();
    }
    world.store.commit_records(world.now()).await.unwrap();
}

async fn until(client: &Client, path: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let begun = std::time::Instant::now();
    loop {
        let answer = client.get(path).await.expect(200).json();
        if holds(&answer) {
            return answer;
        }
        if begun.elapsed() > PATIENCE {
            let budget = client.get("/api/v1/deviations/budget").await.text();
            panic!("{path}: {answer}\n{budget}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn about_anna(list: &Value) -> bool {
    list["items"].as_array().unwrap().iter().any(|item| item["kind"] == "data_movement")
}

/// Waits until as much was learned as the budget page says.
async fn learned(client: &Client, events: u64) -> Value {
    until(client, "/api/v1/deviations/budget", |budget| {
        let learning = &budget["learning"];
        let sum = |names: &[&str]| names.iter().filter_map(|name| learning[*name].as_u64()).sum::<u64>();
        sum(&["learned", "late", "too_late", "ahead", "duplicates", "no_room"]) >= events
    })
    .await
}

#[tokio::test]
async fn a_bulk_transfer_opens_one_incident_that_a_newcomer_understands() {
    let world = World::learning(settings()).await;
    let analyst = world.signed_in(Role::Analyst).await;
    stored(&world, weeks(&world)).await;
    let list = until(&analyst, INCIDENTS, about_anna).await;
    let found: Vec<&Value> =
        list["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "data_movement").collect();
    assert_eq!(found.len(), 1, "{list}");
    let path = format!("{INCIDENTS}/{}", found[0]["id"].as_str().unwrap());
    let incident = analyst.get(&path).await.expect(200).json();
    let told = incident["narrative"].to_string();
    assert!(told.contains("MB") && told.contains("usual day"), "{told}");
    assert!(!incident.to_string().contains("anna.kovacs"), "people are pseudonyms");
    let behind = incident["exchanges"].as_array().unwrap();
    assert!(behind.iter().any(|exchange| exchange["bytes_up"] == 20_000_000), "one click to the exchanges");

    // Why was this one raised, and another one not?
    let why = |number: u128| format!("/api/v1/exchanges/{}/why-not-raised", id(number));
    let raised = analyst.get(&why(900_003)).await.expect(200).json();
    assert_eq!((&raised["answer"], &raised["incident"]), (&json!("raised"), &incident["id"]));
    let usual = analyst.get(&why(27_051)).await.expect(200).json();
    assert_eq!(usual["answer"], "usual", "{usual}");

    // Asked against achieved.
    let budget = learned(&analyst, 3_368).await;
    assert_eq!((&budget["per_week"], &budget["by"]), (&json!(20.0), &Value::Null));
    let weeks: u64 =
        budget["weeks"].as_array().unwrap().iter().map(|week| week["raised"].as_u64().unwrap()).sum();
    assert!(weeks >= 1, "{budget}");
    world.stop().await;
}

#[tokio::test]
async fn a_restart_in_mid_stream_raises_the_same() {
    let whole = World::learning(settings()).await;
    let all = weeks(&whole);
    let analyst = whole.signed_in(Role::Analyst).await;
    stored(&whole, all.clone()).await;
    learned(&analyst, 3_368).await;
    until(&analyst, INCIDENTS, about_anna).await;
    let expected = raised(&whole).await;
    whole.stop().await;

    let first = World::learning(settings()).await;
    let analyst = first.signed_in(Role::Analyst).await;
    let (early, late) = all.split_at(1_700);
    let noon = first.now();
    first.set_clock(early.last().unwrap().exchange.at);
    stored(&first, early.to_vec()).await;
    learned(&analyst, 1_700).await;
    // The other begins where the first stops, and does not learn anything twice.
    let second = first.learning_too(settings()).await;
    first.stop().await;
    let mut analyst = Client::new(&second.base);
    analyst.sign_in("analyst", crate::world::PASSWORD).await.expect(200);
    stored(&second, late.to_vec()).await;
    learned(&analyst, 3_368).await;
    second.set_clock(noon);
    analyst.sign_in("analyst", crate::world::PASSWORD).await.expect(200);
    until(&analyst, INCIDENTS, about_anna).await;
    assert_eq!(raised(&second).await, expected);
    second.stop().await;
}

/// What was raised: when, about what, how surprising.
async fn raised(world: &World) -> Vec<String> {
    let incidents =
        world.store.all_kept::<governance::incident::Incident>(&Default::default()).await.unwrap();
    let signs = incidents.iter().flat_map(|kept| &kept.it.evidence);
    let mut told: Vec<String> = signs
        .filter_map(|evidence| match &evidence.sign {
            governance::incident::Sign::Deviation(deviation) => {
                Some(format!("{} {:?} {:.6}", deviation.at, deviation.entity, deviation.score))
            }
            _ => None,
        })
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn a_state_that_cannot_be_read_is_refused_and_told() {
    let world = World::learning(settings()).await;
    let analyst = world.signed_in(Role::Analyst).await;
    stored(&world, weeks(&world)).await;
    until(&analyst, INCIDENTS, about_anna).await;
    let before = raised(&world).await;
    // Somebody changes what was kept, past Bylaw: it is not what its digest says any more.
    let digest = analyst.get("/api/v1/deviations/budget").await.expect(200).json()["kept"]["digest"].clone();
    assert_eq!(digest.as_str().unwrap().len(), 64);
    damage(&world).await;
    let other = world.learning_too(settings()).await;
    world.stop().await;
    let mut elsewhere = Client::new(&other.base);
    elsewhere.sign_in("analyst", crate::world::PASSWORD).await.expect(200);
    let list = until(&elsewhere, INCIDENTS, |list| {
        list["items"].as_array().unwrap().iter().any(|item| item["kind"] == "learning")
    })
    .await;
    let alarm = list["items"].as_array().unwrap().iter().find(|item| item["kind"] == "learning").unwrap();
    assert!(alarm["headline"].as_str().unwrap().contains("could not be read and was refused"), "{alarm}");
    learned(&elsewhere, 3_368).await;
    assert_eq!(raised(&other).await, before, "what was raised before is not raised again");
    other.stop().await;
}

/// Makes the latest state name another file than the one that it was kept in.
async fn damage(world: &World) {
    let kept = world.store.all_kept::<Tampered>(&Default::default()).await.unwrap().remove(0);
    let mut state = kept.it.clone();
    state.0["latest"]["file"] = json!(uuid::Uuid::from_u128(7));
    let act = governance::Act::new("test.damaged", "state", "test");
    let change = Change::new(act).keep_file(uuid::Uuid::from_u128(7), b"bylawbh3 and nonsense".to_vec());
    world.store.commit(change.replace(&kept, &state), world.now()).await.unwrap();
}

/// What is kept of what was learned, as JSON.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct Tampered(Value);

impl governance::Lifecycle for Tampered {
    const KIND: &'static str = "learned_state";

    fn state(&self) -> &'static str {
        "kept"
    }
}

#[tokio::test]
async fn the_budget_is_set_by_who_may_and_holds_from_then_on() {
    let world = World::learning(settings()).await;
    let (admin, analyst) = (world.signed_in(Role::Administrator).await, world.signed_in(Role::Analyst).await);
    let path = "/api/v1/deviations/budget";
    until(&admin, path, |budget| !budget["learning"].is_null()).await;
    let ask = |per_week: f64, revision: u64| json!({ "per_week": per_week, "revision": revision });
    analyst.put(path, &ask(3.0, 0)).await.expect(403);
    assert!(admin.put(path, &ask(0.0, 0)).await.expect(422).text().contains("above 0"));
    let set = admin.put(path, &ask(3.0, 0)).await.expect(200).json();
    assert_eq!(
        (&set["per_week"], &set["by"], &set["revision"]),
        (&json!(3.0), &json!("administrator"), &json!(1))
    );
    admin.put(path, &ask(4.0, 0)).await.expect(409);
    assert!(Permission::ALL.iter().any(|permission| permission.as_str() == "set_budget"));
    world.stop().await;
}

#[tokio::test]
async fn a_rule_keeps_what_it_covers_and_counts_it() {
    let world = World::learning(settings()).await;
    let analyst = world.signed_in(Role::Analyst).await;
    let all = weeks(&world);
    // A rule that says whatever Anna does is benign, made of an incident that was raised on the same history elsewhere.
    let probe = World::learning(settings()).await;
    let prober = probe.signed_in(Role::Analyst).await;
    stored(&probe, all.clone()).await;
    until(&prober, INCIDENTS, about_anna).await;
    let incidents =
        probe.store.all_kept::<governance::incident::Incident>(&Default::default()).await.unwrap();
    let incident = incidents.into_iter().find(|kept| kept.it.kind.as_str() == "data_movement").unwrap();
    let governance::incident::Sign::Deviation(deviation) = &incident.it.evidence[0].sign else { panic!() };
    let from = Timestamp::from_millis(0);
    let until_day = world.now().plus(Duration::from_secs(86_400));
    let mut change = Change::new(governance::Act::new("suppression.added", "test", "test"));
    for (number, reason) in deviation.reasons.iter().enumerate() {
        let rule = governance::incident::Suppression {
            about: incident.it.about.clone(),
            family: reason.family,
            tool: None,
            up_to: reason.observed * 2.0,
            because: "a migration".to_owned(),
            by: "test".to_owned(),
            from,
            until: until_day,
            incident: None,
            count: 0,
            latest: Vec::new(),
            state: governance::incident::SuppressionState::Standing,
        };
        change = change.add(uuid::Uuid::from_u128(number as u128 + 1), &rule);
    }
    world.store.commit(change, world.now()).await.unwrap();
    stored(&world, all).await;
    let rules = until(&analyst, "/api/v1/suppressions", |rules| {
        rules.as_array().unwrap().iter().any(|rule| rule["count"] != json!(0))
    })
    .await;
    let list = analyst.get(INCIDENTS).await.expect(200).json();
    assert!(!about_anna(&list), "{list} {rules}");
    let why =
        analyst.get(&format!("/api/v1/exchanges/{}/why-not-raised", id(900_003))).await.expect(200).json();
    assert_eq!(why["answer"], "suppressed", "{why}");
    world.stop().await;
    probe.stop().await;
}

#[tokio::test]
async fn levels_that_rise_for_everybody_open_an_incident() {
    let world = World::learning(settings()).await;
    let analyst = world.signed_in(Role::Analyst).await;
    let midnight = world.now().as_millis() - world.now().as_millis().rem_euclid(DAY);
    let mut records = Vec::new();
    for day in 0..60_i64 {
        for person in 0..25_i64 {
            for visit in 0..3_i64 {
                let spread = (person * 37 + visit * 101 + day * 13) % 90;
                let at = midnight - (59 - day) * DAY + (8 + visit) * 3_600_000 + spread * 31_000;
                let grown = 1.05_f64.powi(i32::try_from((day - 30).max(0)).unwrap());
                let bytes = ((2_000 + 120 * spread) as f64 * grown) as u64;
                let number = u128::try_from(1 + day * 1_000 + person * 10 + visit).unwrap();
                records.push(ordinary(
                    number,
                    &format!("person-{person}"),
                    Timestamp::from_millis(at),
                    bytes,
                ));
            }
        }
    }
    records.sort_by_key(|record| record.exchange.at);
    stored(&world, records).await;
    let list = until(&analyst, INCIDENTS, |list| {
        list["items"].as_array().unwrap().iter().any(|item| item["kind"] == "learning")
    })
    .await;
    let alarm = list["items"].as_array().unwrap().iter().find(|item| item["kind"] == "learning").unwrap();
    assert!(
        alarm["headline"].as_str().unwrap().contains("has risen for everybody by a factor of 1."),
        "{alarm}"
    );
    world.stop().await;
}

#[tokio::test]
async fn who_is_erased_is_forgotten_in_memory_and_in_what_is_kept() {
    let world = World::learning(settings()).await;
    let (admin, analyst) = (world.signed_in(Role::Administrator).await, world.signed_in(Role::Analyst).await);
    stored(&world, weeks(&world)).await;
    until(&analyst, INCIDENTS, about_anna).await;
    learned(&analyst, 3_368).await;
    assert!(!holding(&world, "anna.kovacs").await.is_empty(), "kept with the incident");

    let ask = json!({ "person": "anna.kovacs", "reason": "request of 3 May" });
    let asked = admin.post("/api/v1/privacy/erasures", &ask).await.expect(201).json();
    let new = json!({ "name": "eve", "password": crate::world::PASSWORD, "role": "administrator" });
    admin.post("/api/v1/users", &new).await.expect(201);
    let mut eve = world.stranger();
    eve.sign_in("eve", crate::world::PASSWORD).await.expect(200);
    let path = format!("/api/v1/privacy/erasures/{}/decision", asked["id"].as_str().unwrap());
    let confirm = json!({ "revision": asked["revision"], "decide": "confirm" });
    eve.post(&path, &confirm).await.expect(200);

    let left = holding(&world, "anna.kovacs").await;
    assert!(left.is_empty(), "{left:?}");
    let others = holding(&world, "person-7").await;
    assert_eq!(others.len(), 1, "one state is kept, and knows the others");
    let before = learned(&analyst, 3_368).await;
    // Learning goes on from there.
    let midnight = world.now().as_millis() - world.now().as_millis().rem_euclid(DAY);
    let next = ordinary(990_000, "person-7", Timestamp::from_millis(midnight + 11 * 3_600_000 + 7), 3_000);
    stored(&world, vec![next]).await;
    let after = learned(&analyst, 3_369).await;
    let count = |budget: &Value| budget["learning"]["learned"].as_u64().unwrap();
    assert_eq!(count(&after), count(&before) + 1);
    world.stop().await;
}

#[tokio::test]
async fn a_budget_is_tried_on_what_is_stored_and_a_person_is_explained() {
    let world = World::learning(settings()).await;
    let analyst = world.signed_in(Role::Analyst).await;
    stored(&world, weeks(&world)).await;
    until(&analyst, INCIDENTS, about_anna).await;
    learned(&analyst, 3_368).await;

    let directory = Arc::clone(&world.engine.snapshot().directory);
    let (mut tried, mut records) = (Vec::new(), 0);
    let learner = server::replay_stored(
        &world.store,
        directory.people(),
        settings(),
        &Secret::new([6; 32]),
        &mut |deviation| tried.push(deviation),
        &mut |count| records = count,
    )
    .await
    .unwrap();
    assert_eq!((records, learner.people()), (3_368, 31), "thirty, and one more of the directory");
    let same = |told: &String| {
        tried
            .iter()
            .any(|one| told.starts_with(&one.at.to_string()) && told.ends_with(&format!("{:.6}", one.score)))
    };
    let raised = raised(&world).await;
    assert!(!raised.is_empty() && raised.iter().all(same), "{raised:?}\n{tried:#?}");
    assert!(!format!("{tried:?}").contains("anna.kovacs"), "people are pseudonyms");

    let anna = model::PersonId::new("anna.kovacs");
    let explain =
        |person| server::explain_kept(&world.store, person, settings(), "command line", world.now());
    let known = explain(&anna).await.unwrap();
    assert_eq!(known.person, anna);
    assert!(
        known.days > 10.0 && known.tools.iter().any(|(tool, ..)| tool.as_str() == "chatgpt"),
        "{known:?}"
    );
    let admin = world.signed_in(Role::Administrator).await;
    let log = admin.get("/api/v1/audit").await.expect(200).text();
    assert!(log.contains("learning.explained"), "who asks is in the log: {log}");
    let nobody = explain(&model::PersonId::new("nobody")).await.unwrap_err().to_string();
    assert!(nobody.contains("nothing is learned of `nobody`"), "{nobody}");
    world.stop().await;
}

/// The states that are kept and hold a name.
async fn holding(world: &World, name: &str) -> Vec<String> {
    let kept = world.store.all_kept::<Tampered>(&Default::default()).await.unwrap();
    let mut found = Vec::new();
    for state in kept {
        for which in ["latest", "before"] {
            let Some(file) = state.it.0[which]["file"].as_str() else { continue };
            let bytes = world.store.file(file.parse().unwrap()).await.unwrap().unwrap();
            if bytes.windows(name.len()).any(|window| window == name.as_bytes()) {
                found.push(which.to_owned());
            }
        }
    }
    found
}
