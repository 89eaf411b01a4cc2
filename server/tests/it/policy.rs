use serde_json::{Value, json};
use store::Role;

use crate::{
    records::record,
    world::{POLICY, World},
};

const PATH: &str = "/api/v1/policy";

fn clause<'a>(policy: &'a Value, id: &str) -> &'a Value {
    policy["clauses"].as_array().unwrap().iter().find(|clause| clause["id"] == id).unwrap()
}

/// The policy with a mistake in each of its rules.
fn mistaken() -> String {
    POLICY.replace("severity: high", "severity: hihg").replace("data: secret", "data: secretes")
}

#[tokio::test]
async fn employees_read_the_policy_with_its_examples_and_counts() {
    let world = World::new().await;
    world
        .store
        .writer()
        .append(record(1, "anna.kovacs", world.now(), model::Outcome::Redacted))
        .await
        .unwrap();
    let client = world.signed_in(Role::Employee).await;
    let policy = client.get(PATH).await.expect(200).json();
    assert_eq!((&policy["title"], &policy["otherwise"]), (&json!("AI Usage Policy"), &json!("allow")));
    let data = clause(&policy, "DATA-1");
    assert_eq!(data["section"], "Data handling");
    assert!(data["prose_html"].as_str().unwrap().contains("<strong>not approved</strong>"), "{data}");
    assert!(data["why_html"].as_str().unwrap().contains("may be kept"), "{data}");
    assert_eq!((&data["action"], &data["severity"]), (&json!("redact"), &json!("high")));
    assert_eq!(data["counts"], json!({ "day": 1, "week": 1 }));
    assert_eq!(data["upheld_by"], "rule");
    let examples = data["examples"].as_array().unwrap();
    assert_eq!(examples.len(), 2);
    assert!(examples.iter().all(|example| example["passes"] == true && example["got"].is_null()), "{data}");
    assert_eq!(clause(&policy, "PEOPLE-1")["upheld_by"], "people");
    client.get("/api/v1/policy/source").await.expect(403);
}

#[tokio::test]
async fn authors_read_the_source_and_have_drafts_checked() {
    let world = World::new().await;
    let author = world.signed_in(Role::PolicyAuthor).await;
    let source = author.get("/api/v1/policy/source").await.expect(200);
    assert_eq!(source.header("content-type"), "text/markdown; charset=utf-8");
    assert_eq!(source.text(), POLICY);

    let lint = |source: String| json!({ "source": source });
    let report = author.post("/api/v1/policy/lint", &lint(mistaken())).await.expect(200).json();
    let mistakes = report["mistakes"].as_array().unwrap();
    assert_eq!(mistakes.iter().filter(|mistake| mistake["severity"] == "error").count(), 2, "{report}");
    assert!(mistakes.iter().all(|mistake| mistake["remedy"].is_string()), "{report}");
    let report = author.post("/api/v1/policy/lint", &lint(POLICY.to_owned())).await.expect(200).json();
    assert!(
        report["mistakes"].as_array().unwrap().iter().all(|notice| notice["severity"] == "warning"),
        "{report}"
    );
}

#[tokio::test]
async fn a_policy_with_mistakes_is_refused_whole_and_the_one_in_force_stays() {
    let world = World::new().await;
    let author = world.signed_in(Role::PolicyAuthor).await;
    let before = world.engine.snapshot().policy.version().clone();
    let refused = author.put(PATH, &json!({ "source": mistaken() })).await.expect(422);
    assert_eq!(refused.problem(), "policy_mistakes");
    let errors = refused.json()["errors"].clone();
    assert_eq!(errors.as_array().unwrap().len(), 2, "{errors}");
    let line = POLICY.lines().position(|line| line == "data: secret").unwrap() + 1;
    assert_eq!((&errors[1]["line"], &errors[1]["column"]), (&json!(line), &json!(7)), "{errors}");
    assert!(errors[1]["message"].as_str().unwrap().contains("secretes"), "{errors}");
    assert!(errors[1]["remedy"].as_str().unwrap().contains("secret"), "{errors}");
    assert_eq!(world.engine.snapshot().policy.version(), &before);
    assert!(world.store.policy().await.unwrap().is_none());
}

#[tokio::test]
async fn where_no_function_has_to_approve_a_policy_is_published_at_once() {
    let world = World::of(&POLICY.replace("approvals: [security, legal]\n", "")).await;
    let author = world.signed_in(Role::PolicyAuthor).await;
    let source = author.get("/api/v1/policy/source").await.expect(200).text();
    let check = json!({ "tool": "chatgpt", "text": "The SSN of our customer is 536-90-4399" });
    let action = |answer: Value| answer["verdict"]["action"].clone();
    assert_eq!(action(author.post("/api/v1/check", &check).await.expect(200).json()), "redact");

    let failing = source.replace("then: redact", "then: block");
    let refused = author.put(PATH, &json!({ "source": failing })).await.expect(409);
    assert!(refused.text().contains("1 of 4 examples fail, as DATA-1"), "{}", refused.text());
    let stricter = failing.replace("expect: redact DATA-1", "expect: block DATA-1");
    let published = author.put(PATH, &json!({ "source": stricter })).await.expect(200).json();
    assert_eq!(
        (&published["published_by"], &published["published_at"]),
        (&json!("policy_author"), &json!(world.now().to_string()),)
    );
    assert_eq!(action(author.post("/api/v1/check", &check).await.expect(200).json()), "block");
    let stored = world.store.policy().await.unwrap().unwrap();
    assert_eq!((stored.source.as_str(), stored.publication.sequence), (stricter.as_str(), 1));

    let stale = json!({ "source": source, "base": "0123456789ab" });
    assert_eq!(author.put(PATH, &stale).await.expect(409).problem(), "conflict");
    let fresh = json!({ "source": source, "base": published["version"] });
    author.put(PATH, &fresh).await.expect(200);
    assert_eq!(world.store.policy().await.unwrap().unwrap().publication.sequence, 2);
}

#[tokio::test]
async fn where_functions_have_to_approve_only_an_emergency_goes_without() {
    let world = World::new().await;
    let author = world.signed_in(Role::PolicyAuthor).await;
    let admin = world.signed_in(Role::Administrator).await;
    // Leaving them out does not get rid of them.
    for source in [POLICY.to_owned(), POLICY.replace("approvals: [security, legal]\n", "")] {
        let refused = author.put(PATH, &json!({ "source": source })).await.expect(409);
        assert!(refused.text().contains("`security` has not approved it"), "{}", refused.text());
    }
    let source = POLICY.replace("Secrets stay here", "Secrets stay with us");
    let urgent = |reason: &str| json!({ "source": source, "emergency": reason });
    let reason = "Credentials are leaking through a new tool";
    let refused = author.put(PATH, &urgent(reason)).await.expect(403);
    assert!(refused.text().contains("only administrators"), "{}", refused.text());
    admin.put(PATH, &urgent("now")).await.expect(422);
    admin.put(PATH, &urgent(reason)).await.expect(200);
    assert_eq!(world.store.policy().await.unwrap().unwrap().source, source);
    let entries = world.store.audit(0, 10).await.unwrap();
    let (by, detail) = entries.last().unwrap().payload.as_ref().unwrap().told().unwrap();
    assert_eq!(entries.last().unwrap().entry.what, "policy.published_in_emergency");
    assert_eq!((by.as_str(), &detail["reason"]), ("administrator", &json!(reason)));
}

#[tokio::test]
async fn the_library_s_clauses_compile_as_they_are() {
    let world = World::new().await;
    let author = world.signed_in(Role::PolicyAuthor).await;
    let library = author.get("/api/v1/policy/library").await.expect(200).json();
    let library = library.as_array().unwrap();
    assert!(library.len() >= 8, "{}", library.len());
    for clause in library {
        let (id, source) = (clause["id"].as_str().unwrap(), clause["source"].as_str().unwrap());
        let source = source.replace(id, &format!("LIB-{id}"));
        let preview = json!({ "source": format!("{POLICY}\n{source}\n") });
        let shown = author.post("/api/v1/policy/preview", &preview).await.expect(200).json();
        let last = shown["clauses"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["change"], &last["sentence"]), (&json!("added"), &clause["sentence"]), "{source}");
    }
}

#[tokio::test]
async fn a_policy_may_be_large_but_not_without_end() {
    let world = World::new().await;
    let author = world.signed_in(Role::PolicyAuthor).await;
    let padded = |bytes: usize| json!({ "source": format!("{POLICY}\n{}", "word ".repeat(bytes / 5)) });
    author.post("/api/v1/policy/lint", &padded(1 << 20)).await.expect(200);
    assert_eq!(author.post("/api/v1/policy/lint", &padded(5 << 20)).await.expect(413).problem(), "too_large");
}
