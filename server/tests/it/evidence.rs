use std::{
    io::{Cursor, Read},
    time::Duration,
};

use governance::{
    audit::{Files, PublicKey},
    verify_pack,
};
use http::Method;
use model::{Action, Outcome, PolicyVersion, Verdict};
use serde_json::{Value, json};
use server::canaries::Prober;
use store::Role;

use crate::{client::Client, records::record, world::World};

async fn key(client: &Client) -> PublicKey {
    let told = client.get("/api/v1/audit/checkpoint").await.expect(200).json();
    told["key"].as_str().unwrap().parse().unwrap()
}

async fn decide(client: &Client, tool: &str) {
    let decision = json!({ "state": "denied", "reason": "no contract" });
    client.put(&format!("/api/v1/tools/{tool}/decision"), &decision).await.expect(200);
}

async fn zipped(client: &Client, path: &str) -> Files {
    let answer = client.send(Method::POST, path, None).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/zip");
    unzipped(answer.body.to_vec())
}

fn unzipped(bytes: Vec<u8>) -> Files {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Files::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

#[tokio::test]
async fn the_log_lists_what_was_done_by_whom() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    decide(&admin, "chatgpt").await;
    decide(&admin, "claude").await;
    let page = admin.get("/api/v1/audit").await.expect(200).json();
    let what: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|e| e["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["tool.decided", "tool.decided", "session.opened"]);
    assert_eq!((&page["size"], &page["next"]), (&json!(3), &Value::Null));
    assert_eq!(
        (&page["items"][0]["by"], &page["items"][0]["subject"]),
        (&json!("administrator"), &json!("claude"))
    );
    for (query, count) in [
        ("what=tool", 2),
        ("what=tool.decided&subject=CHAT", 1),
        ("what=tool.de", 0),
        ("subject=%25", 0),
        ("from=2026-11-23", 0),
        ("to=2026-11-23", 3),
        ("before=1", 1),
        ("limit=2", 2),
    ] {
        let page = admin.get(&format!("/api/v1/audit?{query}")).await.expect(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
    }
    let page = admin.get("/api/v1/audit?limit=2").await.expect(200).json();
    assert_eq!(page["next"], 1);
    admin.get("/api/v1/audit?unknown=1").await.expect(400);
}

#[tokio::test]
async fn reveals_and_accounts_are_in_the_log() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    let seen = record(1, "anna.kovacs", world.now(), Outcome::Redacted);
    world.store.writer().append(seen.clone()).await.unwrap();
    admin.get(&format!("/api/v1/exchanges/{}?reveal=true", seen.exchange.id)).await.expect(200);
    let new = json!({ "name": "eve", "password": "correct horse battery", "role": "auditor" });
    admin.post("/api/v1/users", &new).await.expect(201);
    admin.delete("/api/v1/users/eve").await.expect(204);
    let token = json!({ "name": "ci" });
    admin.post("/api/v1/tokens", &token).await.expect(201);
    admin.delete("/api/v1/tokens/ci").await.expect(204);
    let page = admin.get("/api/v1/audit").await.expect(200).json();
    let what: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|e| e["what"].as_str().unwrap()).collect();
    let expected =
        ["token.removed", "token.made", "user.removed", "user.added", "person.revealed", "session.opened"];
    assert_eq!(what, expected);
    assert!(!page.to_string().contains("anna.kovacs"), "whom is told by the exchange only");
    assert_eq!(page["items"][3]["detail"]["user"], "eve");
}

#[tokio::test]
async fn entries_are_proved_and_the_whole_log_is_verified() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    world.store.writer().append(record(1, "anna.kovacs", world.now(), Outcome::Redacted)).await.unwrap();
    for tool in ["chatgpt", "claude", "gemini"] {
        decide(&admin, tool).await;
    }
    world.store.commit_records(world.now()).await.unwrap();
    let key = key(&admin).await;
    let proof = admin.get("/api/v1/audit/proof?sequence=1").await.expect(200).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let proven = governance::audit::Proven {
        sequence: 1,
        leaf: text(&proof["leaf"]),
        proof: proof["proof"].as_array().unwrap().iter().map(text).collect(),
        payload: None,
    };
    let entry = proven.check(&text(&proof["checkpoint"]), &key).unwrap();
    assert_eq!((entry.what.as_str(), entry.subject.as_str()), ("tool.decided", "chatgpt"));
    admin.get("/api/v1/audit/proof?sequence=99").await.expect(404);
    let extension = admin.get("/api/v1/audit/extension?from=2").await.expect(200).json();
    assert!(!extension["proof"].as_array().unwrap().is_empty());
    admin.get("/api/v1/audit/extension?from=99").await.expect(422);
    let verified = admin.get("/api/v1/audit/verification").await.expect(200).json();
    assert_eq!(
        (&verified["faults"], &verified["entries"], &verified["records"]),
        (&json!(0), &json!(5), &json!(1))
    );
}

#[tokio::test]
async fn each_clause_has_its_evidence() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    world.store.writer().append(record(1, "anna.kovacs", world.now(), Outcome::Redacted)).await.unwrap();
    let until = world.now().plus(Duration::from_secs(3_600)).to_string();
    let exception = json!({ "person": "ben.osei", "clause": "DATA-1", "until": until, "reason": "audit" });
    admin.post("/api/v1/exceptions", &exception).await.expect(201);
    let evidence = admin.get("/api/v1/evidence").await.expect(200).json();
    let clause = &evidence["clauses"][0];
    assert_eq!((&clause["id"], &clause["upheld_by"]), (&json!("DATA-1"), &json!("rule")));
    assert_eq!(clause["examples"], json!({ "passing": 2, "total": 2 }));
    assert_eq!(clause["trained"], json!({ "passing": 0, "total": 2 }), "two people are to know it");
    assert_eq!(clause["attested"], json!({ "passing": 0, "total": 2 }));
    assert_eq!((&clause["open_exceptions"], &clause["week"]), (&json!(1), &json!(1)));
    assert_eq!(clause["last_triggered"], world.now().to_string());
    assert!(clause["serves"]["gdpr"].as_array().unwrap().contains(&json!("Art. 5(1)(c)")), "{clause}");
    assert_eq!(evidence["people"], json!({ "people": 2, "attested": 0, "trained": {} }));
    let frameworks = admin.get("/api/v1/evidence/frameworks").await.expect(200).json();
    assert_eq!(frameworks.as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn what_is_not_inspected_is_told() {
    let world = World::new().await;
    let analyst = world.signed_in(Role::Analyst).await;
    for number in 0..3 {
        let mut seen = record(number, "anna.kovacs", world.now(), Outcome::Forwarded);
        if number == 2 {
            seen.facts.visibility = model::Visibility::Name;
            seen.facts.tool.id = model::ToolId::new("claude");
            seen.exchange.uninspected = Some(model::Uninspected::PassThrough);
        }
        world.store.writer().append(seen).await.unwrap();
    }
    let coverage = analyst.get("/api/v1/evidence/coverage").await.expect(200).json();
    assert_eq!((&coverage["exchanges"], &coverage["inspected"]), (&json!(3), &json!(2)));
    assert_eq!(coverage["uninspected"], json!({ "pass_through": 1 }));
    assert_eq!(coverage["by_name_only"], json!(["claude"]));
    assert_eq!(coverage["tools"], json!([{ "tool": "claude", "exchanges": 1, "uninspected": 1 }]));
}

#[tokio::test]
async fn a_pack_proves_itself_offline() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    decide(&admin, "chatgpt").await;
    let files = zipped(&admin, "/api/v1/evidence/frameworks/gdpr/pack").await;
    let key = key(&admin).await;
    let report = verify_pack(&files, Some(&key)).unwrap();
    assert_eq!((report.framework.as_str(), report.files, report.entries), ("gdpr", 4, 1));
    let summary = String::from_utf8(files["summary.md"].clone()).unwrap();
    assert!(summary.contains("| Art. 5(1)(c) |") && summary.contains("DATA-1"), "{summary}");
    for name in files.keys() {
        let mut altered = files.clone();
        let bytes = altered.get_mut(name).unwrap();
        let last = bytes.len() - 2;
        bytes[last] ^= 1;
        assert!(verify_pack(&altered, Some(&key)).is_err(), "{name}");
    }
    admin.send(Method::POST, "/api/v1/evidence/frameworks/nothing/pack", None).await.expect(404);
}

/// A gate that lets everything pass.
fn careless() -> Prober {
    Prober::new(|_| async {
        Ok(Verdict {
            action: Action::Allow,
            duties: Vec::new(),
            otherwise: true,
            policy: PolicyVersion::new("x"),
            faults: Vec::new(),
            held_back: None,
        })
    })
}

#[tokio::test]
async fn a_broken_promise_is_open_until_it_is_explained() {
    let world = World::probed(careless()).await;
    let author = world.signed_in(Role::PolicyAuthor).await;
    assert_eq!(author.get("/api/v1/canaries").await.expect(200).json()["at"], Value::Null);
    let run = author.send(Method::POST, "/api/v1/canaries", None).await.expect(200).json();
    let failed: Vec<&Value> =
        run["results"].as_array().unwrap().iter().filter(|result| result["passes"] == false).collect();
    assert_eq!(failed.len(), 1, "{run}");
    assert_eq!((&failed[0]["clause"], &failed[0]["expected"]), (&json!("DATA-1"), &json!("redact")));
    author.send(Method::POST, "/api/v1/canaries", None).await.expect(200);
    let failures = author.get("/api/v1/canaries/failures").await.expect(200).json();
    assert_eq!(failures.as_array().unwrap().len(), 1, "the same promise: {failures}");
    let failure = &failures[0];
    assert_eq!((&failure["clause"], &failure["state"]), (&json!("DATA-1"), &json!("open")));
    // It is an incident, and people deal with it there.
    let analyst = world.signed_in(Role::Analyst).await;
    let path = format!("/api/v1/incidents/{}", failure["incident"].as_str().unwrap());
    let incident = analyst.get(&path).await.expect(200).json();
    assert_eq!((&incident["kind"], &incident["about"]["name"]), (&json!("canary"), &json!("DATA-1")));
    assert!(incident["narrative"].to_string().contains("did not keep what DATA-1 promises"), "{incident}");
    let step = |incident: &Value, step: Value| json!({ "revision": incident["revision"], "step": step });
    let steps = format!("{path}/steps");
    let taken = analyst.post(&steps, &step(&incident, json!({ "triage": {} }))).await.expect(200).json();
    let close = json!({ "close": { "closing": "confirmed", "because": "the gate was careless" } });
    analyst.post(&steps, &step(&taken, close)).await.expect(200);
    let failures = author.get("/api/v1/canaries/failures").await.expect(200).json();
    assert_eq!(failures[0]["explanation"], "the gate was careless");
    author.send(Method::POST, "/api/v1/canaries", None).await.expect(200);
    let failures = author.get("/api/v1/canaries/failures").await.expect(200).json();
    assert_eq!(
        (failures.as_array().unwrap().len(), &failures[0]["state"]),
        (1, &json!("open")),
        "again: {failures}"
    );
}

#[tokio::test]
async fn people_define_canaries_of_their_own() {
    let world = World::probed(careless()).await;
    let author = world.signed_in(Role::PolicyAuthor).await;
    let path = "/api/v1/canaries/own";
    let canary = json!({ "name": "keys of our vault", "clause": "DATA-2", "tool": "chatgpt",
        "text": "Why does vault-key-0000 fail?", "group": "engineers", "expect": "block", "every_hours": 1 });
    let with = |key: &str, value: Value| {
        let mut other = canary.clone();
        other[key] = value;
        other
    };
    author.post(path, &with("clause", json!("DATA-99"))).await.expect(422);
    author.post(path, &with("tool", json!("nothing"))).await.expect(422);
    author.post(path, &with("person", json!("anna.kovacs"))).await.expect(422);
    author.post(path, &with("every_hours", json!(0))).await.expect(422);
    let defined = author.post(path, &canary).await.expect(201).json();
    author.post(path, &canary).await.expect(409);
    let run = author.send(Method::POST, "/api/v1/canaries", None).await.expect(200).json();
    let own: Vec<&Value> =
        run["results"].as_array().unwrap().iter().filter(|result| result["own"] != Value::Null).collect();
    assert_eq!((own.len(), &own[0]["own"], &own[0]["passes"]), (1, &canary["name"], &json!(false)), "{run}");
    let failures = author.get("/api/v1/canaries/failures").await.expect(200).json();
    assert!(failures.as_array().unwrap().iter().any(|failure| failure["clause"] == "DATA-2"), "{failures}");
    author.delete(&format!("{path}/{}", defined["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(author.get(path).await.expect(200).json(), json!([]));
    world.stop().await;
}

#[tokio::test]
async fn without_a_gate_canaries_have_no_way_to_go() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    admin.send(Method::POST, "/api/v1/canaries", None).await.expect(409);
}

#[tokio::test]
async fn a_person_gets_a_copy_and_may_be_forgotten() {
    let world = World::new().await;
    let admin = world.signed_in(Role::Administrator).await;
    for (number, person) in [(1, "anna.kovacs"), (2, "anna.kovacs"), (3, "ben.osei")] {
        world.store.writer().append(record(number, person, world.now(), Outcome::Redacted)).await.unwrap();
    }
    world.store.commit_records(world.now()).await.unwrap();
    let until = world.now().plus(Duration::from_secs(3_600)).to_string();
    let exception = json!({ "person": "anna.kovacs", "clause": "DATA-1", "until": until, "reason": "audit" });
    admin.post("/api/v1/exceptions", &exception).await.expect(201);

    let files = zipped(&admin, "/api/v1/privacy/people/anna.kovacs/export").await;
    let kept: Value = serde_json::from_slice(&files["kept.json"]).unwrap();
    assert_eq!(kept["exchanges"].as_array().unwrap().len(), 2);
    assert_eq!(kept["exceptions"].as_array().unwrap().len(), 1);
    assert!(!kept.to_string().contains("ben.osei"), "nothing about others");
    admin.send(Method::POST, "/api/v1/privacy/people/nobody/export", None).await.expect(404);

    let ask = json!({ "person": "anna.kovacs", "reason": "request of 3 May" });
    let asked = admin.post("/api/v1/privacy/erasures", &ask).await.expect(201).json();
    admin.post("/api/v1/privacy/erasures", &json!({ "person": "nobody", "reason": "x" })).await.expect(404);
    admin
        .post("/api/v1/privacy/erasures", &json!({ "person": "anna.kovacs", "reason": "" }))
        .await
        .expect(422);
    let path = format!("/api/v1/privacy/erasures/{}/decision", asked["id"].as_str().unwrap());
    let confirm = json!({ "revision": asked["revision"], "decide": "confirm" });
    let alone = admin.post(&path, &confirm).await.expect(409);
    assert!(alone.text().contains("another administrator"), "{}", alone.text());

    let new = json!({ "name": "eve", "password": "correct horse battery", "role": "administrator" });
    admin.post("/api/v1/users", &new).await.expect(201);
    let mut eve = world.stranger();
    eve.sign_in("eve", "correct horse battery").await.expect(200);
    let done = eve.post(&path, &confirm).await.expect(200).json();
    assert_eq!(
        (&done["state"], &done["person"], &done["erased"]["records"]),
        (&json!("done"), &Value::Null, &json!(2))
    );
    eve.post(&path, &confirm).await.expect(409);

    let left = world.store.about(&model::PersonId::new("anna.kovacs"), &[]).await.unwrap();
    assert!(left.records.is_empty() && left.exceptions.is_empty() && left.audit.is_empty(), "{left:?}");
    let verified = admin.get("/api/v1/audit/verification").await.expect(200).json();
    assert_eq!((&verified["faults"], &verified["records_removed"]), (&json!(0), &json!(2)), "{verified}");
    assert!(verified["erased"].as_u64().unwrap() > 0);
    assert_eq!(admin.get("/api/v1/exchanges").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
}
