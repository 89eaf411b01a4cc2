//! The register of what was made with AI.

use serde_json::{Value, json};
use store::Role;

use crate::world::World;

const ASSETS: &str = "/api/v1/assets";

fn declaration(changes: Value) -> Value {
    let mut body = json!({
        "title": "Spring picture", "kind": "image", "tool": "midjourney", "made_on": "2026-11-20",
        "licence": "vendor's terms, commercial use", "contribution": "edited", "contribution_text": "=retouched",
        "used_in": "website",
    });
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[tokio::test]
async fn an_asset_is_declared_flagged_and_reviewed() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    let made = anna
        .post(ASSETS, &declaration(json!({ "contribution": "none", "contribution_text": "" })))
        .await
        .expect(201)
        .json();
    assert_eq!((&made["state"], &made["tool_name"]), (&json!("declared"), &json!("Midjourney")));
    assert_eq!(made["flags"], json!(["machine_made", "unreviewed_tool"]));
    let path = format!("{ASSETS}/{}", made["id"].as_str().unwrap());

    let lee = world.speaking_for("lee", Role::Employee, &["legal"]).await;
    let sam = world.speaking_for("sam", Role::Employee, &["security"]).await;
    let opinion = |revision: &Value, verdict: &str| json!({ "revision": revision, "verdict": verdict, "text": "print only" });
    let to = format!("{path}/opinion");
    assert!(sam.post(&to, &opinion(&made["revision"], "clear")).await.expect(403).text().contains("`legal`"));
    let seen = lee.post(&to, &opinion(&made["revision"], "restrict")).await.expect(200).json();
    assert_eq!((&seen["state"], &seen["said"]["text"]), (&json!("restricted"), &json!("print only")));
    lee.post(&to, &opinion(&made["revision"], "bar")).await.expect(409);

    let amended = json!({ "revision": seen["revision"], "declared": declaration(json!({})) });
    let amended = anna.put(&path, &amended).await.expect(200).json();
    assert_eq!((&amended["state"], &amended["flags"]), (&json!("declared"), &json!(["unreviewed_tool"])));
    lee.put(&path, &json!({ "revision": amended["revision"], "declared": declaration(json!({})) }))
        .await
        .expect(404);
    assert_eq!(anna.get(&format!("{ASSETS}/mine")).await.expect(200).json()[0]["id"], made["id"]);
    anna.get(ASSETS).await.expect(403);
    let csv = lee.get(&format!("{ASSETS}/register.csv")).await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<String> = csv.text().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[1].contains("\"Spring picture\",\"image\",\"Midjourney\",\"2026-11-20\""), "{}", lines[1]);
    assert!(lines[1].contains("\"'=retouched\"") && lines[1].contains("\"unreviewed_tool\""), "{}", lines[1]);
    anna.delete(&format!("{path}?revision={}", amended["revision"])).await.expect(204);
    assert_eq!(lee.get(ASSETS).await.expect(200).json()[0]["state"], "withdrawn");
}

/// What a review establishes flags what was made with the tool, and the policy says which flags it wants.
#[tokio::test]
async fn a_tool_trained_on_unlicensed_material_is_flagged_as_the_policy_says() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    anna.post(ASSETS, &declaration(json!({}))).await.expect(201);
    anna.post("/api/v1/tool-requests", &json!({ "tool": "midjourney", "purpose": "pictures" }))
        .await
        .expect(201);
    let sam = world.speaking_for("sam", Role::Employee, &["security", "legal"]).await;
    let reviews = sam.get("/api/v1/tool-reviews").await.expect(200).json();
    let path = format!("/api/v1/tool-reviews/{}", reviews[0]["id"].as_str().unwrap());
    let mut revision = 1;
    let answers = json!([{ "question": "training.provenance", "value": "disputed" }]);
    let denied = json!({ "outcome": "denied", "reason": "rights are disputed" });
    for (to, body) in [
        ("steps", json!({ "step": { "take": {} } })),
        ("answers", json!({ "answers": answers })),
        ("steps", json!({ "step": { "propose": { "decision": denied } } })),
        ("steps", json!({ "step": { "sign": { "function": "security" } } })),
    ] {
        let mut body = body;
        body["revision"] = json!(revision);
        let to = format!("{path}/{to}");
        let answer =
            if to.ends_with("answers") { sam.put(&to, &body).await } else { sam.post(&to, &body).await };
        revision = answer.expect(200).json()["review"]["revision"].as_u64().unwrap();
    }
    let flags = || async { anna.get(&format!("{ASSETS}/mine")).await.expect(200).json()[0]["flags"].clone() };
    assert_eq!(flags().await, json!(["unlicensed_training"]));
    let policy =
        crate::world::POLICY.replace("otherwise: allow\n", "otherwise: allow\nasset_flags: [machine made]\n");
    world.put_in_force(&policy);
    assert_eq!(flags().await, json!([]));
}

#[tokio::test]
async fn declarations_must_make_sense() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    for (changes, says) in [
        (json!({ "title": "" }), "`title` has"),
        (json!({ "tool": "" }), "`tool` names"),
        (json!({ "licence": "" }), "`licence` says"),
        (json!({ "contribution_text": "" }), "`contribution_text` says"),
        (json!({ "made_on": "2027-01-01" }), "lies in the future"),
        (json!({ "used_in": "" }), "`used_in` says"),
    ] {
        let refused = anna.post(ASSETS, &declaration(changes)).await.expect(422);
        assert!(refused.text().contains(says), "{}", refused.text());
    }
}
