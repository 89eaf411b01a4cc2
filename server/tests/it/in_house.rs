use serde_json::json;
use store::Role;

use crate::world::World;

const MODELS: &str = "/api/v1/in-house-models";

#[tokio::test]
async fn a_registered_model_is_a_tool_until_it_is_withdrawn() {
    let world = World::new().await;
    let analyst = world.signed_in(Role::Analyst).await;
    let model = json!({
        "name": "Research LLM", "hosts": ["llm.example.com", "10.20.30.40"], "category": "self_hosted", "shape": "openai"
    });
    let made = analyst.post(MODELS, &model).await.expect(201).json();
    assert_eq!((&made["tool"], &made["state"]), (&"research-llm".into(), &"registered".into()));
    let catalog = || world.engine.snapshot().catalog.clone();
    let found = |host: &str| catalog().lookup(host).map(|found| found.tool.id.to_string());
    assert_eq!(found("llm.example.com").as_deref(), Some("research-llm"));
    assert!(catalog().endpoint("llm.example.com", "POST", "/v1/chat/completions").is_some());
    assert!(catalog().by_address("10.20.30.40".parse().unwrap()).is_some());
    analyst.get("/api/v1/tools/research-llm").await.expect(200);
    analyst.post(MODELS, &model).await.expect(409);

    let amended = json!({ "name": "Research LLM", "hosts": ["ai.example.com"], "category": "chatbot", "shape": "other" });
    analyst.put(&format!("{MODELS}/research-llm?revision=99"), &amended).await.expect(409);
    let path = format!("{MODELS}/research-llm?revision={}", made["revision"]);
    let changed = analyst.put(&path, &amended).await.expect(200).json();
    assert_eq!((found("llm.example.com"), found("ai.example.com").as_deref()), (None, Some("research-llm")));

    let path = format!("{MODELS}/research-llm?revision={}", changed["revision"]);
    let gone = analyst.delete(&path).await.expect(200).json();
    assert_eq!((found("ai.example.com"), &gone["state"]), (None, &"withdrawn".into()));
    analyst.get("/api/v1/tools/research-llm").await.expect(404);
    analyst.post(MODELS, &model).await.expect(201);
    assert_eq!(found("llm.example.com").as_deref(), Some("research-llm"));
}

#[tokio::test]
async fn a_model_that_is_no_model_of_ours_is_refused() {
    let world = World::new().await;
    let analyst = world.signed_in(Role::Analyst).await;
    for (name, hosts, status) in [
        ("Ours", json!(["chatgpt.com"]), 409),
        ("ChatGPT", json!(["llm.example.com"]), 409),
        ("Ours", json!([]), 422),
        ("Ours", json!(["https://llm"]), 422),
        ("!", json!(["llm.example.com"]), 422),
    ] {
        let model = json!({ "name": name, "hosts": hosts, "category": "self_hosted", "shape": "ollama" });
        analyst.post(MODELS, &model).await.expect(status);
    }
    assert_eq!(analyst.get(MODELS).await.expect(200).json(), json!([]));
}
