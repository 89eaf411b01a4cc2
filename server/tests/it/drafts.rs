use serde_json::{Value, json};
use store::Role;

use crate::{
    client::Client,
    world::{POLICY, World},
};

const DRAFTS: &str = "/api/v1/drafts";

/// Begins a draft of the policy in force.
pub(crate) async fn begin(author: &Client) -> Value {
    author.post(DRAFTS, &json!({})).await.expect(201).json()
}

/// Where `what` of a draft is.
pub(crate) fn at(draft: &Value, what: &str) -> String {
    format!("{DRAFTS}/{}{what}", draft["id"].as_str().unwrap())
}

/// A draft that says `source`.
pub(crate) async fn edit(author: &Client, draft: &Value, source: &str) -> Value {
    let edit = json!({ "source": source, "revision": draft["revision"] });
    author.put(&at(draft, ""), &edit).await.expect(200).json()
}

/// A draft that is stricter than the policy in force.
pub(crate) fn stricter() -> String {
    POLICY.replace("then: redact", "then: block").replace("expect: redact", "expect: block")
}

pub(crate) fn approval(function: &str, draft: &Value) -> Value {
    json!({ "function": function, "hash": draft["hash"], "stance": "approves" })
}

fn standings(review: &Value) -> Vec<(&str, &str)> {
    let approvals = review["approvals"].as_array().unwrap().iter();
    approvals.map(|it| (it["function"].as_str().unwrap(), it["standing"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn the_second_of_two_editors_is_told_and_nothing_is_overwritten() {
    let world = World::new().await;
    let ada = world.speaking_for("ada", Role::PolicyAuthor, &[]).await;
    let ben = world.speaking_for("ben", Role::PolicyAuthor, &[]).await;
    let draft = begin(&ada).await;
    assert_eq!(
        (&draft["name"], &draft["source"], &draft["state"]),
        (&json!("acceptable-ai-use"), &json!(POLICY), &json!("open"))
    );
    let edited = edit(&ada, &draft, "# half written").await;
    let late = json!({ "source": POLICY, "revision": draft["revision"] });
    let refused = ben.put(&at(&draft, ""), &late).await.expect(409);
    assert!(refused.text().contains("Nothing was overwritten"), "{}", refused.text());
    let now = ben.get(&at(&draft, "")).await.expect(200).json();
    assert_eq!((&now["source"], &now["writers"]), (&json!("# half written"), &json!(["ada"])));
    let again = edit(&ben, &edited, POLICY).await;
    assert_eq!((&again["writers"], &again["hash"]), (&json!(["ada", "ben"]), &draft["hash"]));
    assert_eq!(ben.get(&at(&draft, "/source")).await.expect(200).text(), POLICY);
    // A save that changes nothing is no edit.
    assert_eq!(edit(&ben, &again, POLICY).await["revision"], again["revision"]);

    let path = format!("{}?revision={}", at(&draft, ""), again["revision"]);
    ada.delete(&path).await.expect(204);
    ada.delete(&path).await.expect(409);
    let list = ada.get(DRAFTS).await.expect(200).json();
    assert_eq!(list[0]["state"], "withdrawn");
}

#[tokio::test]
async fn a_broken_import_is_refused_whole_with_places() {
    let world = World::new().await;
    let author = world.signed_in(Role::PolicyAuthor).await;
    let broken = POLICY.replace("severity: high", "severity: hihg").replace("data: secret", "data: secretes");
    let refused = author.post(DRAFTS, &json!({ "source": broken })).await.expect(422);
    assert_eq!(refused.problem(), "policy_mistakes");
    let errors = refused.json()["errors"].clone();
    assert_eq!(errors.as_array().unwrap().len(), 2, "{errors}");
    assert!(errors[0]["line"].as_u64().unwrap() > 1 && errors[0]["remedy"].is_string(), "{errors}");
    assert_eq!(author.get(DRAFTS).await.expect(200).json(), json!([]));
    let named = json!({ "source": stricter(), "name": "Stricter for spring" });
    let draft = author.post(DRAFTS, &named).await.expect(201).json();
    assert_eq!((&draft["name"], &draft["source"]), (&json!("Stricter for spring"), &json!(stricter())));
}

#[tokio::test]
async fn approvals_are_bound_to_what_was_read() {
    let world = World::new().await;
    let ada = world.speaking_for("ada", Role::PolicyAuthor, &["security"]).await;
    let leo = world.speaking_for("leo", Role::Employee, &["legal"]).await;
    let draft = edit(&ada, &begin(&ada).await, &stricter()).await;
    let opinions = at(&draft, "/opinions");
    let review = async || leo.get(&at(&draft, "/review")).await.expect(200).json();

    let foreign = leo.post(&opinions, &approval("security", &draft)).await.expect(403);
    assert!(foreign.text().contains("only for legal"), "{}", foreign.text());
    let own = ada.post(&opinions, &approval("security", &draft)).await.expect(403);
    assert!(own.text().contains("somebody else"), "{}", own.text());
    leo.post(&opinions, &approval("legal", &draft)).await.expect(204);
    let seen = review().await;
    assert_eq!(standings(&seen), [("legal", "approved"), ("security", "missing")]);
    assert_eq!((&seen["draft"]["approved"], &seen["mine"]), (&json!(["legal"]), &json!(["legal"])));

    // Any edit makes the approval void, and it cannot be given again for what the draft was.
    let edited = edit(&ada, &draft, &stricter().replace("Secrets stay here", "Secrets stay with us")).await;
    assert_eq!(standings(&review().await), [("legal", "void"), ("security", "missing")]);
    let stale = leo.post(&opinions, &approval("legal", &draft)).await.expect(409);
    assert!(stale.text().contains("has changed since you read it"), "{}", stale.text());

    let what = "Say which law this follows from";
    let ask =
        json!({ "function": "legal", "hash": edited["hash"], "stance": "asks_for_changes", "what": what });
    leo.post(&opinions, &ask).await.expect(204);
    let seen = review().await;
    assert_eq!(standings(&seen)[0], ("legal", "changes_asked"));
    assert_eq!(seen["approvals"][0]["what"], what);
    leo.post(&opinions, &approval("legal", &edited)).await.expect(204);
    assert_eq!(standings(&review().await)[0], ("legal", "approved"));
}

#[tokio::test]
async fn a_review_shows_what_changes_in_sentences() {
    let world = World::new().await;
    let ada = world.signed_in(Role::PolicyAuthor).await;
    let clause = "\n### PEOPLE-2 Be kind\nTreat people well.\n";
    let draft = edit(&ada, &begin(&ada).await, &format!("{}{clause}", stricter())).await;
    let review = ada.get(&at(&draft, "/review")).await.expect(200).json();
    let differences = &review["differences"];
    assert_eq!(
        (&differences["added"], &differences["rules"], &differences["removed"], &differences["words"]),
        (&json!(["PEOPLE-2"]), &json!(["DATA-1"]), &json!([]), &json!([])),
        "{differences}"
    );
    let change = &differences["changes"][0];
    assert_eq!(
        (&change["from"], &change["to"], &change["relaxes"]),
        (&json!("redact"), &json!("block"), &json!(false))
    );
    assert!(change["sentence"].as_str().unwrap().contains("personal data"), "{change}");
    let changes: Vec<&str> =
        review["clauses"].as_array().unwrap().iter().map(|it| it["change"].as_str().unwrap()).collect();
    assert_eq!(changes, ["rule", "same", "same", "same", "added"]);

    let half = edit(&ada, &draft, &stricter().replace("then: block", "then: blokc")).await;
    let review = ada.get(&at(&half, "/review")).await.expect(200).json();
    assert_eq!(review["clauses"], json!([]));
    assert_eq!(review["mistakes"].as_array().unwrap().len(), 2, "{review}");
}

#[tokio::test]
async fn comments_are_made_on_clauses_and_resolved() {
    let world = World::new().await;
    let ada = world.signed_in(Role::PolicyAuthor).await;
    let leo = world.speaking_for("leo", Role::Employee, &["legal"]).await;
    let draft = begin(&ada).await;
    let comments = at(&draft, "/comments");
    leo.post(&comments, &json!({ "text": "  " })).await.expect(422);
    let on = json!({ "clause": "DATA-1", "text": "Is a work address personal data?" });
    let made = leo.post(&comments, &on).await.expect(201).json();
    assert_eq!((&made["clause"], &made["by"]), (&json!("DATA-1"), &json!("leo")));
    let comment = format!("/api/v1/comments/{}", made["id"].as_str().unwrap());
    let open = async || ada.get(&at(&draft, "")).await.expect(200).json()["open_comments"].clone();
    assert_eq!(open().await, 1);
    let resolved = ada.put(&comment, &json!({ "resolved": true })).await.expect(200).json();
    assert_eq!(resolved["resolved_by"], "policy_author");
    ada.put(&comment, &json!({ "resolved": true })).await.expect(409);
    assert_eq!(open().await, 0);
    let review = leo.get(&at(&draft, "/review")).await.expect(200).json();
    assert_eq!(review["comments"][0]["text"], "Is a work address personal data?");
}

#[tokio::test]
async fn drafts_are_seen_by_those_who_write_audit_or_review() {
    let world = World::new().await;
    let ada = world.signed_in(Role::PolicyAuthor).await;
    let draft = begin(&ada).await;
    let employee = world.signed_in(Role::Employee).await;
    let refused = employee.get(&at(&draft, "")).await.expect(403);
    assert!(refused.text().contains("speak for a function"), "{}", refused.text());
    let may = async |client: &Client| {
        let session = client.get("/api/v1/session").await.expect(200).json();
        session["permissions"].as_array().unwrap().contains(&json!("review_policy"))
    };
    assert!(!may(&employee).await);
    let admin = world.signed_in(Role::Administrator).await;
    let functions = "/api/v1/users/employee/functions";
    let wrong = admin.put(functions, &json!({ "functions": ["Legal Team"] })).await.expect(422);
    assert!(wrong.text().contains("`Legal Team` is not a function"), "{}", wrong.text());
    let user = admin.put(functions, &json!({ "functions": ["privacy", "legal"] })).await.expect(200).json();
    assert_eq!(user["functions"], json!(["legal", "privacy"]));
    admin.put("/api/v1/users/nobody/functions", &json!({ "functions": [] })).await.expect(404);
    assert!(may(&employee).await);
    employee.get(&at(&draft, "")).await.expect(200);
    employee.get("/api/v1/drafts").await.expect(200);
    // Who reviews does not write.
    employee.put(&at(&draft, ""), &json!({ "source": "", "revision": 1 })).await.expect(403);
}
