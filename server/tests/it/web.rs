use http::Method;
use serde_json::json;
use store::Role;

use crate::world::World;

#[tokio::test]
async fn every_answer_has_security_headers() {
    let world = World::new().await;
    let client = world.stranger();
    for path in ["/", "/exchanges", "/api/v1/session", "/api/v1/nothing", "/health", "/assets/nothing.js"] {
        let answer = client.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path}");
        let private = path.starts_with("/api/");
        assert_eq!(answer.header("cache-control") == "no-store", private, "{path}");
    }
}

#[tokio::test]
async fn the_console_or_how_to_build_it() {
    let world = World::new().await;
    let client = world.stranger();
    for path in ["/", "/exchanges", "/people/anna.kovacs", "/justify/123?t=x"] {
        let page = client.get(path).await.expect(200);
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
    }
    for path in ["/assets/nothing.js", "/nothing.css", "/../Cargo.toml", "/%2e%2e/Cargo.toml"] {
        let answer = client.get(path).await;
        assert!(!answer.text().contains("[package]"), "{path}");
    }
    client.get("/assets/nothing.js").await.expect(404);
    client.send(Method::POST, "/", None).await.expect(405);
}

#[tokio::test]
async fn health_is_open_and_metrics_are_not() {
    let world = World::new().await;
    let client = world.stranger();
    for path in ["/health", "/api/v1/health"] {
        let health = client.get(path).await.expect(200).json();
        assert_eq!((&health["status"], &health["store"]), (&json!("ok"), &json!("ok")));
    }
    client.get("/metrics").await.expect(401);
    let auditor = world.signed_in(Role::Auditor).await;
    let metrics = auditor.get("/metrics").await.expect(200).text();
    let line =
        "bylaw_server_requests_answered_total{route=\"/api/v1/session\",method=\"POST\",status=\"200\"} 1";
    assert!(metrics.contains(line), "{metrics}");
    assert!(metrics.contains("bylaw_store_records_appended_total 0"), "{metrics}");
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    world.store.close().await;
    client.get("/health").await.expect(503);
}

#[tokio::test]
async fn unreadable_requests_say_where() {
    let world = World::new().await;
    let client = world.signed_in(Role::Employee).await;
    let send = |media: &'static str, body: &'static str| {
        let client = &client;
        async move { client.send_bytes(Method::POST, "/api/v1/check", Some(media), body.into()).await }
    };
    let broken = send("application/json", "{\n  \"tool\": }").await.expect(400);
    assert_eq!(broken.header("content-type"), "application/problem+json");
    assert_eq!(broken.json()["errors"][0]["line"], 2);
    assert_eq!(broken.json()["request_id"], broken.header("x-request-id"));
    send("application/json; charset=utf-8", "{}").await.expect(422);
    assert_eq!(send("text/plain", "{}").await.expect(415).problem(), "media_type");
    let huge = json!({ "current": "x".repeat(70_000), "new": "x" });
    let refused = client.put("/api/v1/session/password", &huge).await.expect(413);
    assert_eq!(refused.problem(), "too_large");
}
