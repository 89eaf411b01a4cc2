use std::time::Duration;

use model::{Completion, Outcome, Timestamp};
use serde_json::{Value, json};
use store::Role;

use crate::{
    client::Client,
    records::{id, record},
    world::World,
};

const LIST: &str = "/api/v1/exchanges";

/// Seven exchanges, a minute apart: Anna's with odd numbers, Ben's with even ones, the last one blocked.
async fn week(world: &World) {
    let begin = world.now().minus(Duration::from_secs(600));
    for number in 1..=7 {
        let person = if number % 2 == 1 { "anna.kovacs" } else { "ben.osei" };
        let outcome = if number == 7 { Outcome::Blocked } else { Outcome::Forwarded };
        let at = begin.plus(Duration::from_secs(60 * u64::try_from(number).unwrap()));
        world.store.writer().append(record(number, person, at, outcome)).await.unwrap();
    }
}

fn ids(page: &Value) -> Vec<u128> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap().as_u128()).collect()
}

#[tokio::test]
async fn pages_follow_one_another() {
    let world = World::new().await;
    week(&world).await;
    let client = world.signed_in(Role::Analyst).await;
    let mut seen = Vec::new();
    let mut path = format!("{LIST}?limit=3");
    for expected in [3, 3, 1] {
        let page = client.get(&path).await.expect(200).json();
        assert_eq!(ids(&page).len(), expected);
        seen.extend(ids(&page));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{LIST}?limit=3&cursor={cursor}"),
            None => assert_eq!(expected, 1),
        }
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
    let wrong = client.get(&format!("{LIST}?cursor=x")).await.expect(400);
    assert!(wrong.text().contains("not a cursor"), "{}", wrong.text());
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let world = World::new().await;
    week(&world).await;
    let client = world.signed_in(Role::Auditor).await;
    let first = client.get(LIST).await.expect(200).json()["items"][0]["person"].as_str().unwrap().to_owned();
    let anna = first.replace(' ', "%20");
    let minutes_ago = |n: u64| world.now().minus(Duration::from_secs(60 * n)).to_string();
    for (query, expected) in [
        ("action=block", vec![7]),
        ("outcome=forwarded&limit=2", vec![6, 5]),
        ("clause=DATA-1", vec![7]),
        ("label=pii&limit=1", vec![7]),
        ("tool=claude", vec![]),
        ("department=Legal&source=proxy&visibility=content&limit=1", vec![7]),
        ("q=chatgpt%20gpt-5&limit=1", vec![7]),
        ("q=nonsense", vec![]),
        (&format!("person={anna}"), vec![7, 5, 3, 1]),
        ("person=Amber%20Heron%200000", vec![]),
        (&format!("from={}&to={}", minutes_ago(8), minutes_ago(6)), vec![3, 2]),
    ] {
        let page = client.get(&format!("{LIST}?{query}")).await.expect(200).json();
        assert_eq!(ids(&page), expected, "{query}");
    }
    for (query, says) in [
        ("action=explode", "explode"),
        ("colour=red", "colour"),
        ("limit=many", "invalid digit"),
        ("from=yesterday", "from: "),
        ("label=colour", "not a valid label"),
    ] {
        let refused = client.get(&format!("{LIST}?{query}")).await.expect(400);
        assert_eq!(refused.problem(), "invalid");
        assert!(refused.text().contains(says), "{query}: {}", refused.text());
    }
}

async fn without_names(client: &Client, path: &str) -> Value {
    let answer = client.get(path).await.expect(200);
    for name in ["anna", "Anna", "ben.osei", "Ben Osei"] {
        assert!(!answer.text().contains(name), "{path} names {name}: {}", answer.text());
    }
    answer.json()
}

#[tokio::test]
async fn people_are_pseudonyms_unless_revealed() {
    let world = World::new().await;
    week(&world).await;
    world.store.writer().complete(completion(7, world.now())).await;
    world.store.writer().flush().await;
    let admin = world.signed_in(Role::Administrator).await;
    let analyst = world.signed_in(Role::Analyst).await;
    let one = format!("{LIST}/{}", id(7));

    let list = without_names(&admin, LIST).await;
    let overview = without_names(&admin, "/api/v1/overview").await;
    let detail = without_names(&admin, &one).await;
    let pseudonym = &list["items"][0]["person"];
    assert_eq!(&detail["exchange"]["person"], pseudonym);
    assert_eq!(detail["person"], json!({ "pseudonym": pseudonym, "id": null, "name": null }));
    assert!(overview["people"].as_array().unwrap().iter().any(|person| &person["pseudonym"] == pseudonym));

    let named = admin.get(&format!("{one}?reveal=true")).await.expect(200).json();
    assert_eq!(
        named["person"],
        json!({ "pseudonym": pseudonym, "id": "anna.kovacs", "name": "Anna Kovacs" })
    );
    assert_eq!(named["exchange"]["person"], "anna.kovacs");
    let refused = analyst.get(&format!("{one}?reveal=true")).await.expect(403);
    assert!(refused.text().contains("reveal_people"), "{}", refused.text());
}

#[tokio::test]
async fn a_detail_says_why() {
    let world = World::new().await;
    week(&world).await;
    world.store.writer().complete(completion(7, world.now())).await;
    world.store.writer().flush().await;
    let client = world.signed_in(Role::Analyst).await;
    let detail = client.get(&format!("{LIST}/{}", id(7))).await.expect(200).json();
    assert_eq!(detail["tool_name"], "ChatGPT");
    assert_eq!(detail["outcome"], "blocked");
    assert_eq!(detail["completion"]["bytes_down"], 77);
    assert_eq!(detail["findings"][0]["excerpt"], "•••-••-4399");
    let clause = &detail["clauses"][0];
    assert_eq!((&clause["id"], &clause["severity"]), (&json!("DATA-1"), &json!("high")));
    assert_eq!(clause["title"], "Personal data stays out of unapproved tools");
    assert!(clause["sentence"].as_str().unwrap().contains("personal data"), "{clause}");
    assert!(client.get(&format!("{LIST}/{}", id(1))).await.expect(200).json()["completion"].is_null());
    client.get(&format!("{LIST}/{}", id(99))).await.expect(404);
    client.get(&format!("{LIST}/nonsense")).await.expect(404);
}

#[tokio::test]
async fn an_overview_counts() {
    let world = World::new().await;
    week(&world).await;
    let client = world.signed_in(Role::PolicyAuthor).await;
    let overview = client.get("/api/v1/overview").await.expect(200).json();
    assert_eq!(overview["totals"], json!({ "exchanges": 7, "people": 2, "tools": 1, "interventions": 1 }));
    assert_eq!(overview["range"]["bucket_seconds"], 3 * 3_600);
    let buckets = overview["by_action"].as_array().unwrap();
    let total = |action: &str| buckets.iter().map(|bucket| bucket[action].as_u64().unwrap()).sum::<u64>();
    assert_eq!((total("allow"), total("block"), total("coach")), (6, 1, 0));
    assert_eq!(overview["by_tool"][0]["name"], "ChatGPT");
    assert_eq!(overview["by_tool"][0]["series"].as_array().unwrap().len(), buckets.len());
    assert_eq!(overview["top_clauses"][0]["title"], "Personal data stays out of unapproved tools");
    assert_eq!(
        overview["departments"][0],
        json!({ "department": "Legal", "exchanges": 7, "interventions": 1, "people": 2 })
    );

    let hour =
        client.get("/api/v1/overview?from=2026-11-22T11:00:00Z&to=2026-11-22T12:00:00Z&bucket=minute").await;
    let hour = hour.expect(200).json();
    assert_eq!(hour["by_action"].as_array().unwrap().len(), 60);
    for query in ["from=2026-11-22&to=2026-11-21", "from=2000-01-01", "bucket=year"] {
        client.get(&format!("/api/v1/overview?{query}")).await.expect(400);
    }
}

fn completion(number: u128, at: Timestamp) -> Completion {
    Completion {
        id: id(number),
        at,
        status: Some(200),
        bytes_down: 77,
        duration_ms: 12,
        restored: 0,
        error: None,
    }
}

#[tokio::test]
async fn searches_are_kept_for_everybody_who_sees_exchanges() {
    const HUNTS: &str = "/api/v1/hunts";
    let world = World::new().await;
    let analyst = world.signed_in(Role::Analyst).await;
    let hunt = |filter: Value| json!({ "name": "Blocked", "because": "Who tries again?", "filter": filter });
    for (filter, says) in [
        (json!({}), "restricts nothing"),
        (json!({ "actoin": "block" }), "unknown field `actoin`"),
        (json!({ "action": "bloc" }), "unknown variant `bloc`"),
        (json!({ "tool": "chatgpt", "limit": "3" }), "`limit` is no part"),
    ] {
        let refused = analyst.post(HUNTS, &hunt(filter)).await.expect(422);
        assert!(refused.text().contains(says), "{}", refused.text());
    }
    let kept =
        analyst.post(HUNTS, &hunt(json!({ "outcome": "blocked", "q": "a b" }))).await.expect(201).json();
    let again = analyst.post(HUNTS, &hunt(json!({ "outcome": "held" }))).await.expect(409);
    assert!(again.text().contains("another name"), "{}", again.text());

    let auditor = world.signed_in(Role::Auditor).await;
    let listed = auditor.get(HUNTS).await.expect(200).json();
    assert_eq!(listed, json!([kept]));
    auditor.post(HUNTS, &hunt(json!({ "outcome": "held" }))).await.expect(403);
    let one = format!("{HUNTS}/{}", kept["id"].as_str().unwrap());
    auditor.delete(&format!("{one}?revision=1")).await.expect(403);
    analyst.delete(&format!("{one}?revision=7")).await.expect(409);
    analyst.delete(&format!("{one}?revision={}", kept["revision"])).await.expect(204);
    assert_eq!(auditor.get(HUNTS).await.expect(200).json(), json!([]));
}
