use std::time::Duration;

use model::Outcome;
use serde_json::{Value, json};
use store::Role;

use crate::{
    client::Client,
    drafts::{approval, at, begin, edit, stricter},
    records::record,
    world::{PASSWORD, POLICY, World},
};

const HOUR: Duration = Duration::from_secs(3_600);
/// Longest wait for what happens by itself within a second or two.
const PATIENCE: Duration = Duration::from_secs(20);

/// An author and those who approve.
struct Organisation {
    world: World,
    ada: Client,
    leo: Client,
    sam: Client,
}

impl Organisation {
    async fn new() -> Self {
        let world = World::new().await;
        let ada = world.speaking_for("ada", Role::PolicyAuthor, &[]).await;
        let leo = world.speaking_for("leo", Role::Employee, &["legal"]).await;
        let sam = world.speaking_for("sam", Role::Analyst, &["security"]).await;
        Self { world, ada, leo, sam }
    }

    /// A draft of `source` that was approved and tried.
    async fn reviewed(&self, source: &str) -> Value {
        let draft = edit(&self.ada, &begin(&self.ada).await, source).await;
        self.backtest(&draft).await;
        self.approve(&draft).await;
        draft
    }

    async fn approve(&self, draft: &Value) {
        self.leo.post(&at(draft, "/opinions"), &approval("legal", draft)).await.expect(204);
        self.sam.post(&at(draft, "/opinions"), &approval("security", draft)).await.expect(204);
    }

    /// Runs a backtest and waits for it.
    async fn backtest(&self, draft: &Value) -> Value {
        let path = at(draft, "/backtests");
        let begun = self.ada.post(&path, &json!({ "days": 30 })).await.expect(202).json();
        let path = format!("/api/v1/backtests/{}", begun["id"].as_str().unwrap());
        let done = async {
            loop {
                let trial = self.ada.get(&path).await.expect(200).json();
                if trial["state"] != "running" {
                    return trial;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, done).await.unwrap()
    }

    async fn publish(&self, draft: &Value, more: Value) -> Value {
        let draft = self.publication(draft, more);
        self.ada.post(&draft.0, &draft.1).await.expect(200).json()
    }

    fn publication(&self, draft: &Value, more: Value) -> (String, Value) {
        let mut body = json!({ "revision": draft["revision"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        (at(draft, "/publication"), body)
    }

    /// What the policy in force says of a social security number, and what it would if carried out in full.
    async fn says(&self) -> (String, String) {
        says(&self.sam).await
    }

    async fn until_it_says(&self, action: &str) {
        until_it_says(&self.sam, action).await;
    }
}

async fn says(client: &Client) -> (String, String) {
    let check = json!({ "tool": "chatgpt", "text": "The SSN of our customer is 536-90-4399" });
    let verdict = client.post("/api/v1/check", &check).await.expect(200).json()["verdict"].clone();
    let full = verdict["held_back"]["action"].as_str().unwrap_or("the same").to_owned();
    (verdict["action"].as_str().unwrap().to_owned(), full)
}

async fn until_it_says(client: &Client, action: &str) {
    let waiting = async {
        while says(client).await.0 != action {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap();
}

fn failed(review: &Value) -> Vec<&str> {
    let checks = review["checks"].as_array().unwrap().iter();
    checks.filter(|it| it["outcome"] == "failed").map(|it| it["check"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_draft_comes_into_force_once_everything_is_in_order() {
    let place = Organisation::new().await;
    let draft =
        edit(&place.ada, &begin(&place.ada).await, &POLICY.replace("then: redact", "then: block")).await;
    let review = async |draft: &Value| place.ada.get(&at(draft, "/review")).await.expect(200).json();
    assert_eq!(failed(&review(&draft).await), ["examples", "backtest", "approvals"]);
    let (path, body) = place.publication(&draft, json!({}));
    let refused = place.ada.post(&path, &body).await.expect(409);
    assert!(refused.text().contains("1 of 4 examples fail"), "{}", refused.text());

    let draft = edit(&place.ada, &draft, &stricter()).await;
    place.approve(&draft).await;
    assert_eq!(failed(&review(&draft).await), ["backtest"]);
    place.backtest(&draft).await;
    assert_eq!(failed(&review(&draft).await), Vec::<&str>::new());
    assert_eq!(place.says().await.0, "redact");
    place.leo.post(&path, &body).await.expect(403);
    let published = place.publish(&draft, json!({})).await;
    assert_eq!(published["state"], "published");
    assert_eq!(place.says().await, ("block".to_owned(), "the same".to_owned()));
    place.ada.post(&path, &body).await.expect(409);
    let acts = place.world.store.audit(0, 50).await.unwrap();
    let acts: Vec<&str> = acts.iter().map(|act| act.entry.what.as_str()).collect();
    assert_eq!(acts.last(), Some(&"policy.published"), "{acts:?}");
    assert_eq!(acts.iter().filter(|what| **what == "draft.approved").count(), 2, "{acts:?}");
}

#[tokio::test]
async fn a_draft_of_an_older_version_does_not_replace_a_newer_one() {
    let place = Organisation::new().await;
    let first = place.reviewed(&stricter()).await;
    let second = place.reviewed(&POLICY.replace("Secrets stay here", "Secrets stay with us")).await;
    place.publish(&first, json!({})).await;
    let (path, body) = place.publication(&second, json!({}));
    let refused = place.ada.post(&path, &body).await.expect(409);
    assert!(refused.text().contains("base the draft on it"), "{}", refused.text());
    let stored = place.world.store.policy().await.unwrap().unwrap();
    assert_eq!(stored.source, stricter());
    // Named as its base, the newer version is what the draft builds on; what was approved stays approved.
    let source = POLICY.replace("Secrets stay here", "Secrets stay with us");
    let edit =
        json!({ "source": source, "revision": second["revision"], "base": stored.publication.version });
    let second = place.ada.put(&at(&second, ""), &edit).await.expect(200).json();
    assert_eq!(place.publish(&second, json!({})).await["state"], "published");
}

#[tokio::test]
async fn a_scheduled_draft_comes_into_force_by_itself_on_every_node() {
    let place = Organisation::new().await;
    let other = place.world.beside().await;
    let mut elsewhere = other.stranger();
    elsewhere.sign_in("sam", PASSWORD).await.expect(200);
    let draft = place.reviewed(&stricter()).await;
    let (path, body) = place.publication(&draft, json!({ "at": place.world.now() }));
    place.ada.post(&path, &body).await.expect(422);
    let at_one = place.world.now().plus(HOUR);
    let scheduled = place.publish(&draft, json!({ "at": at_one })).await;
    assert_eq!((&scheduled["state"], &scheduled["at"]), (&json!("scheduled"), &json!(at_one.to_string())));
    let late = json!({ "source": POLICY, "revision": scheduled["revision"] });
    let refused = place.ada.put(&at(&draft, ""), &late).await.expect(409);
    assert!(refused.text().contains("take back its date first"), "{}", refused.text());

    let unscheduled = format!("{path}?revision={}", scheduled["revision"]);
    let open = place.ada.delete(&unscheduled).await.expect(200).json();
    place.publish(&open, json!({ "at": at_one })).await;
    assert_eq!(place.says().await.0, "redact");
    place.world.wait(HOUR);
    place.until_it_says("block").await;
    until_it_says(&elsewhere, "block").await;
    let publications = place.world.store.publications().await.unwrap();
    assert_eq!(publications.len(), 1, "one node published it");
    assert_eq!(place.ada.get(&at(&draft, "")).await.expect(200).json()["state"], "published");
    other.stop().await;
}

#[tokio::test]
async fn a_scheduled_draft_whose_base_is_gone_is_returned_with_the_reason() {
    let place = Organisation::new().await;
    let admin = place.world.signed_in(Role::Administrator).await;
    let draft = place.reviewed(&stricter()).await;
    place.publish(&draft, json!({ "at": place.world.now().plus(HOUR) })).await;
    let urgent = POLICY.replace("Secrets stay here", "Secrets stay with us");
    let emergency = json!({ "source": urgent, "emergency": "Credentials are leaking" });
    admin.put("/api/v1/policy", &emergency).await.expect(200);
    place.world.wait(HOUR);
    let waiting = async {
        loop {
            let draft = place.ada.get(&at(&draft, "")).await.expect(200).json();
            if draft["state"] == "open" {
                return draft;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let returned = tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    assert!(returned["returned"].as_str().unwrap().contains("base the draft on it"), "{returned}");
    assert_eq!(place.world.store.policy().await.unwrap().unwrap().source, urgent);
}

#[tokio::test]
async fn a_version_is_brought_in_step_by_step() {
    let place = Organisation::new().await;
    let draft = place.reviewed(&stricter()).await;
    let unknown = json!({ "rollout": { "whole": "observe", "clauses": { "DATA-9": "coach" } } });
    let (path, body) = place.publication(&draft, unknown);
    place.ada.post(&path, &body).await.expect(422);
    place.publish(&draft, json!({ "rollout": { "whole": "observe" } })).await;
    assert_eq!(place.says().await, ("allow".to_owned(), "block".to_owned()));

    let rollout = "/api/v1/policy/rollout";
    let step = async |revision: u64, stages: Value| {
        place.ada.put(rollout, &json!({ "revision": revision, "stages": stages })).await
    };
    assert_eq!(place.leo.get(rollout).await.expect(200).json()["whole"], "observe");
    let moved = step(1, json!({ "whole": "coach" })).await.expect(200).json();
    assert_eq!((&moved["whole"], &moved["revision"]), (&json!("coach"), &json!(2)));
    assert_eq!(place.says().await, ("coach".to_owned(), "block".to_owned()));
    step(1, json!({ "whole": "enforce" })).await.expect(409);
    step(2, json!({ "whole": "enforce", "clauses": { "DATA-1": "coach" } })).await.expect(200);
    assert_eq!(place.says().await, ("coach".to_owned(), "block".to_owned()));
    // The next version takes over what is held back.
    let next = place.reviewed(&stricter().replace("Secrets stay here", "Secrets stay with us")).await;
    place.publish(&next, json!({})).await;
    assert_eq!(place.says().await, ("coach".to_owned(), "block".to_owned()));
    step(1, json!({ "whole": "enforce" })).await.expect(200);
    assert_eq!(place.says().await, ("block".to_owned(), "the same".to_owned()));
}

#[tokio::test]
async fn an_earlier_version_comes_back_with_one_request() {
    let place = Organisation::new().await;
    let versions = async || place.leo.get("/api/v1/policy/versions").await.expect(200).json();
    let words = POLICY.replace("Secrets stay here", "Secrets stay with us");
    place.publish(&place.reviewed(&words).await, json!({})).await;
    place.publish(&place.reviewed(&stricter()).await, json!({ "rollout": { "whole": "coach" } })).await;
    let before = versions().await;
    let (now, earlier) = (before[0]["version"].clone(), before[1]["version"].clone());
    let path = format!("/api/v1/policy/versions/{}", earlier.as_str().unwrap());
    assert_eq!(place.ada.get(&format!("{path}/source")).await.expect(200).text(), words);
    let differences = place.ada.get(&format!("{path}/differences")).await.expect(200).json();
    assert_eq!(differences["changes"][0]["relaxes"], true, "{differences}");

    let back = async |version: &Value, base: &Value, reason: &str| {
        let body = json!({ "version": version, "base": base, "reason": reason });
        place.ada.post("/api/v1/policy/rollback", &body).await
    };
    back(&earlier, &earlier, "it blocks too much").await.expect(409);
    back(&now, &now, "it blocks too much").await.expect(409);
    back(&json!("0123456789ab"), &now, "it blocks too much").await.expect(404);
    back(&earlier, &now, "").await.expect(422);
    let after = back(&earlier, &now, "it blocks too much").await.expect(200).json();
    assert_eq!((&after[0]["version"], &after[0]["in_force"]), (&earlier, &json!(true)));
    assert_eq!(place.says().await, ("redact".to_owned(), "the same".to_owned()));
}

#[tokio::test]
async fn a_backtest_tells_what_would_change_for_whom() {
    let place = Organisation::new().await;
    let now = place.world.now();
    let writer = place.world.store.writer();
    for (number, person, ago) in [(1, "anna.kovacs", 1), (2, "anna.kovacs", 2), (3, "ben.osei", 3)] {
        writer.append(record(number, person, now.minus(HOUR * ago), Outcome::Redacted)).await.unwrap();
    }
    writer.append(record(4, "ben.osei", now.minus(HOUR * 24 * 40), Outcome::Redacted)).await.unwrap();
    let draft = edit(&place.ada, &begin(&place.ada).await, &stricter()).await;
    place.ada.post(&at(&draft, "/backtests"), &json!({ "days": 0 })).await.expect(422);
    let trial = place.backtest(&draft).await;
    let report = &trial["report"];
    assert_eq!(
        (&trial["state"], &report["records"], &report["distinct"], &report["people"]),
        (&json!("done"), &json!(3), &json!(1), &json!(2))
    );
    let change = &report["changes"][0];
    assert_eq!(
        (&change["from"], &change["to"], &change["clause"]),
        (&json!("redact"), &json!("block"), &json!("DATA-1"))
    );
    assert_eq!(
        (&change["exchanges"], &change["people"], &change["tools"]["chatgpt"]),
        (&json!(3), &json!(2), &json!(3))
    );
    assert_eq!(change["examples"][0]["findings"][0]["excerpt"], "•••-••-4399");
    assert!(!trial.to_string().contains("anna"), "no names: {trial}");
    assert_eq!(report["after"]["per_person_and_week"], 1.5);
    let listed = place.leo.get(&at(&draft, "/backtests")).await.expect(200).json();
    assert_eq!(listed[0]["id"], trial["id"]);
    // Of another content nothing is known.
    let edited = edit(&place.ada, &draft, POLICY).await;
    assert_eq!(place.leo.get(&at(&edited, "/backtests")).await.expect(200).json(), json!([]));
    let half = edit(&place.ada, &edited, "# half written").await;
    let refused = place.ada.post(&at(&half, "/backtests"), &json!({ "days": 30 })).await.expect(422);
    assert_eq!(refused.problem(), "policy_mistakes");
}
