//! How AI is used, by whatever saw it.

use std::time::Duration;

use model::{AccountKind, Concealment, Outcome, PersonId, Source, ToolId, Visibility};
use serde_json::json;
use store::{Concealed, Role, Sightings};

use crate::{records::record, world::World};

const USE: &str = "/api/v1/ai-use";

/// Four exchanges: three with ChatGPT through the gate, one with a tool that a log told of.
async fn seen(world: &World) {
    for (number, person) in [(1, "anna.kovacs"), (2, "anna.kovacs"), (3, "ben.osei"), (4, "ben.osei")] {
        let mut record =
            record(number, person, world.now().minus(Duration::from_secs(3_600)), Outcome::Forwarded);
        if person == "ben.osei" {
            record.facts.person.department = Some("Sales".to_owned());
        }
        if number == 4 {
            record.exchange.source = Source::Log;
            record.facts.tool.id = ToolId::new("claude");
            record.facts.account = AccountKind::Unknown;
            record.facts.visibility = Visibility::Name;
            record.facts.labels.clear();
            record.outcome = Outcome::Observed;
        }
        world.store.writer().append(record).await.unwrap();
    }
}

#[tokio::test]
async fn tools_are_shown_with_who_saw_them() {
    let world = World::new().await;
    seen(&world).await;
    let client = world.signed_in(Role::Auditor).await;
    let shown = client.get(USE).await.expect(200).json();
    let [chatgpt, claude] = shown["tools"].as_array().unwrap().as_slice() else { panic!("{shown}") };
    assert_eq!(
        (&chatgpt["name"], &chatgpt["exchanges"], &chatgpt["people"]),
        (&json!("ChatGPT"), &json!(3), &json!(2))
    );
    assert_eq!(chatgpt["departments"], json!({ "Legal": 1, "Sales": 1 }));
    assert_eq!(chatgpt["bytes_up"], json!(3 * 1_234));
    assert_eq!(chatgpt["accounts"], json!({ "personal": 3 }));
    assert_eq!(claude["sources"], json!({ "log": 1 }));
    assert_eq!(claude["visibility"], json!({ "name": 1 }));
    assert_eq!(claude["trend"].as_array().unwrap().len(), 30);
    assert_eq!(
        client.get(&format!("{USE}?days=1")).await.expect(200).json()["tools"].as_array().unwrap().len(),
        2
    );
    assert!(client.get(&format!("{USE}?days=0")).await.expect(400).text().contains("1 to 400"));
    world.signed_in(Role::Employee).await.get(USE).await.expect(403);
}

#[tokio::test]
async fn tools_are_exported() {
    let world = World::new().await;
    seen(&world).await;
    let client = world.signed_in(Role::Auditor).await;
    let csv = client.get("/api/v1/ai-use.csv").await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<String> = csv.text().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines[1].starts_with(
            "\"chatgpt\",\"ChatGPT\",\"OpenAI\",\"chatbot\",\"unreviewed\",\"2\",\"Legal Sales\""
        )
    );
}

#[tokio::test]
async fn where_names_are_hidden_is_shown() {
    const CONCEALMENTS: &str = "/api/v1/ai-use/concealments";
    let world = World::new().await;
    let concealed = |person: &str, department: &str, days: u32, way| Concealed {
        way,
        host: "dns.google".to_owned(),
        person: PersonId::new(person),
        department: Some(department.to_owned()),
        first: world.now().minus(Duration::from_secs(86_400) * (days + 1)),
        last: world.now().minus(Duration::from_secs(86_400) * days),
        times: 3,
    };
    let all = [
        concealed("anna.kovacs", "Legal", 1, Concealment::DnsOverHttps),
        concealed("ben.osei", "Sales", 2, Concealment::DnsOverHttps),
        concealed("ben.osei", "Sales", 40, Concealment::DnsOverTls),
    ];
    let seen = Sightings { concealed: &all, ..Sightings::default() };
    world.store.keep_sightings(seen, world.now()).await.unwrap();
    let client = world.signed_in(Role::Auditor).await;
    let shown = client.get(CONCEALMENTS).await.expect(200).json();
    let [https] = shown["concealed"].as_array().unwrap().as_slice() else { panic!("{shown}") };
    assert_eq!(
        (&https["way"], &https["host"], &https["people"], &https["times"]),
        (&json!("dns_over_https"), &json!("dns.google"), &json!(2), &json!(6))
    );
    assert_eq!(https["departments"], json!({ "Legal": 1, "Sales": 1 }));
    assert_eq!(https["first_seen"], json!(all[1].first));
    assert_eq!(https["last_seen"], json!(all[0].last));
    let longer = client.get(&format!("{CONCEALMENTS}?days=60")).await.expect(200).json();
    assert_eq!(longer["concealed"].as_array().unwrap().len(), 2);
    assert!(!longer.to_string().contains("anna.kovacs"), "people are counted, not named");
    world.signed_in(Role::Employee).await.get(CONCEALMENTS).await.expect(403);
}

#[tokio::test]
async fn flows_lead_from_departments_to_data() {
    let world = World::new().await;
    seen(&world).await;
    let client = world.signed_in(Role::Auditor).await;
    let flows = client.get(&format!("{USE}/flows")).await.expect(200).json();
    let flow = |department: &str, tool: &str, name: &str, label: serde_json::Value, exchanges: u64| json!({ "department": department, "tool": tool, "tool_name": name, "label": label, "exchanges": exchanges });
    assert_eq!(
        flows["flows"],
        json!([
            flow("Legal", "chatgpt", "ChatGPT", json!("pii"), 2),
            flow("Sales", "chatgpt", "ChatGPT", json!("pii"), 1),
            flow("Sales", "claude", "Claude", json!(null), 1),
        ])
    );
    assert_eq!(flows["rest"], 0);
}

#[tokio::test]
async fn movements_tell_who_moved_what_to_where() {
    const MOVEMENTS: &str = "/api/v1/ai-use/movements";
    let world = World::new().await;
    let at = world.now().minus(Duration::from_secs(3_600));
    for number in 1..=3 {
        let mut sent = record(number, "anna.kovacs", at, Outcome::Forwarded);
        if number == 3 {
            let found = sent.findings[0].clone();
            sent.findings.push(model::Finding { detector: "registered.merger-plan".into(), ..found });
        }
        world.store.writer().append(sent).await.unwrap();
    }
    world.store.writer().append(record(4, "ben.osei", at, Outcome::Redacted)).await.unwrap();
    let client = world.signed_in(Role::Analyst).await;
    let shown = client.get(MOVEMENTS).await.expect(200).json();
    let [pii, plan] = shown["movements"].as_array().unwrap().as_slice() else { panic!("{shown}") };
    assert_eq!(
        (&pii["label"], &pii["exchanges"], &pii["bytes_up"]),
        (&json!("pii"), &json!(3), &json!(3 * 1_234))
    );
    assert_eq!((&plan["registered"], &plan["exchanges"]), (&json!("merger-plan"), &json!(1)));
    assert_eq!((&plan["tool_name"], &plan["account"]), (&json!("ChatGPT"), &json!("personal")));
    assert!(!shown.to_string().contains("anna.kovacs"), "people are pseudonyms");

    let person = pii["person"].as_str().unwrap().replace(' ', "%20");
    for (query, many) in [
        ("registered=merger-plan", 1),
        ("label=pii.us_ssn", 1),
        ("label=phi", 0),
        ("person=Nobody%200000", 0),
        (&format!("person={person}&tool=chatgpt"), 2),
        ("tool=claude", 0),
    ] {
        let only = client.get(&format!("{MOVEMENTS}?{query}")).await.expect(200).json();
        assert_eq!(only["movements"].as_array().unwrap().len(), many, "{query}: {only}");
    }
    let both = client.get(&format!("{MOVEMENTS}?label=pii&registered=x")).await.expect(400);
    assert!(both.text().contains("not for both"), "{}", both.text());
    world.signed_in(Role::Employee).await.get(MOVEMENTS).await.expect(403);
}
