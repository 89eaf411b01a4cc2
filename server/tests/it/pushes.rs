use serde_json::{Value, json};
use store::Role;

use crate::{
    client::Client,
    drafts::{at, edit, stricter},
    world::{POLICY, World},
};

const PUSH: &str = "/api/v1/drafts/push";

/// A program with the role of a policy author.
async fn pipeline(world: &World) -> (Client, Client) {
    let author = world.signed_in(Role::PolicyAuthor).await;
    let made = author.post("/api/v1/tokens", &json!({ "name": "ci" })).await.expect(201).json();
    let program = Client::with_token(&world.base, made["token"].as_str().unwrap());
    (author, program)
}

#[tokio::test]
async fn a_file_makes_a_draft_and_later_pushes_update_it() {
    let world = World::new().await;
    let (author, program) = pipeline(&world).await;
    let push = async |source: &str| program.post(PUSH, &json!({ "source": source })).await.expect(200).json();
    let begun = push(&stricter()).await;
    assert_eq!((&begun["outcome"], &begun["name"]), (&json!("begun"), &json!("acceptable-ai-use")));
    assert_eq!(begun["differences"]["rules"], json!(["DATA-1"]));
    let wanting: Vec<&Value> =
        begun["checks"].as_array().unwrap().iter().filter(|check| check["outcome"] == "failed").collect();
    assert_eq!(wanting.iter().map(|check| &check["check"]).collect::<Vec<_>>(), ["backtest", "approvals"]);
    assert!(wanting[1]["says"].as_str().unwrap().contains("`legal` has not approved it"), "{wanting:?}");
    assert!(begun["notices"].as_array().unwrap().iter().all(|notice| notice["severity"] == "warning"));
    assert_eq!(push(&stricter()).await["outcome"], "unchanged");
    let changed = push(POLICY).await;
    assert_eq!((&changed["outcome"], &changed["draft"]), (&json!("changed"), &begun["draft"]));
    let drafts = author.get("/api/v1/drafts").await.expect(200).json();
    assert_eq!((drafts.as_array().unwrap().len(), &drafts[0]["author"]), (1, &json!("policy_author")));
}

#[tokio::test]
async fn a_push_with_mistakes_or_over_someone_s_work_is_refused() {
    let world = World::new().await;
    let (author, program) = pipeline(&world).await;
    let broken = json!({ "source": POLICY.replace("then: redact", "then: forbid") });
    let refused = program.post(PUSH, &broken).await.expect(422);
    assert_eq!(refused.json()["errors"][0]["column"], 7, "{}", refused.text());
    assert_eq!(author.get("/api/v1/drafts").await.expect(200).json(), json!([]));

    let begun = program.post(PUSH, &json!({ "source": POLICY })).await.expect(200).json();
    let draft = json!({ "id": begun["draft"], "revision": 1 });
    let edited = edit(&author, &draft, &stricter()).await;
    let further = POLICY.replace("Secrets stay here", "Secrets stay with us");
    let refused = program.post(PUSH, &json!({ "source": further })).await.expect(409);
    assert!(refused.text().contains("changed in the console since the last push"), "{}", refused.text());
    assert_eq!(author.get(&at(&draft, "/source")).await.expect(200).text(), stricter());
    let known = json!({ "source": further, "replaces": edited["hash"] });
    assert_eq!(program.post(PUSH, &known).await.expect(200).json()["outcome"], "changed");
}
