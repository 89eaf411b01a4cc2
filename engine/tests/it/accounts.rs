use std::{collections::BTreeMap, sync::Arc};

use catalog::TenantGiven;
use engine::{Accounts, Engine, Head, Opening, Tenants};
use model::AccountKind;

use crate::world::{at, engine, headers, someone};

const OURS: &str = "550e8400-e29b-41d4-a716-446655440000";

/// An engine that knows the organisation's domain, one API key, and its workspaces.
fn knowing() -> Engine {
    let engine = engine();
    engine.update(|snapshot| {
        let mut settings = (*snapshot.settings).clone();
        let given: BTreeMap<_, _> = ["anthropic", "chatgpt"]
            .map(|control| (control.to_owned(), TenantGiven::One(OURS.to_owned())))
            .into();
        settings.tenants = Tenants::new(&snapshot.catalog, &given).unwrap();
        settings.accounts =
            Accounts { domains: vec!["example.com".to_owned()], keys: vec![settings.key.api_key("sk-ours")] };
        snapshot.settings = Arc::new(settings);
    });
    engine
}

#[track_caller]
fn ask(
    engine: &Engine,
    address: &str,
    host: &str,
    path: &str,
    fields: &[(&'static str, &str)],
    seconds: i64,
) -> Option<AccountKind> {
    let headers = headers(fields);
    let method = if host.starts_with("auth.") { "GET" } else { "POST" };
    let head = Head { method, host, path_and_query: path, headers: &headers };
    match engine.open(&someone(engine, address), &head, at(seconds)) {
        Opening::Inspect(inspection) => {
            let body = engine::Body::Whole(br#"{"messages":[]}"#.as_slice().into());
            inspection.close(body, at(seconds)).record.map(|record| record.facts.account)
        }
        Opening::Decided(decision) => decision.record.map(|record| record.facts.account),
        Opening::Ignore => None,
    }
}

#[test]
fn registered_keys_are_the_organisations() {
    let engine = knowing();
    for (host, field, value, expected) in [
        ("api.openai.com", "authorization", "Bearer sk-ours", AccountKind::Corporate),
        ("api.openai.com", "authorization", "Bearer sk-theirs", AccountKind::Personal),
        ("api.groq.com", "x-api-key", "sk-ours", AccountKind::Corporate),
    ] {
        let path =
            if host == "api.groq.com" { "/openai/v1/chat/completions" } else { "/v1/chat/completions" };
        let got = ask(&engine, "10.0.0.1", host, path, &[(field, value)], 0);
        assert_eq!(got, Some(expected), "{host} {field}");
    }
    // Without registered keys, a key tells nothing.
    let got = ask(
        &self::engine(),
        "10.0.0.1",
        "api.openai.com",
        "/v1/chat/completions",
        &[("authorization", "Bearer sk-ours")],
        0,
    );
    assert_eq!(got, Some(AccountKind::Unknown));
}

#[test]
fn what_a_sign_in_page_tells_counts_for_hours() {
    let engine = knowing();
    let chat = "/backend-api/f/conversation";
    for (hint, expected) in [
        ("login_hint=jo%40gmail.com", AccountKind::Personal),
        ("x=1&login_hint=jo@Example.com", AccountKind::Corporate),
        ("hd=example.com", AccountKind::Corporate),
        ("hd=example.org", AccountKind::Personal),
    ] {
        let page = format!("/authorize?{hint}");
        assert_eq!(
            ask(&engine, "10.0.0.1", "auth.openai.com", &page, &[], 0),
            None,
            "the page itself is no use"
        );
        assert_eq!(ask(&engine, "10.0.0.1", "chatgpt.com", chat, &[], 3_600), Some(expected), "{hint}");
    }
    ask(&engine, "10.0.0.1", "auth.openai.com", "/authorize?hd=example.org", &[], 0);
    // Another person, and the same one the next day, are what the control makes them.
    assert_eq!(ask(&engine, "10.0.0.2", "chatgpt.com", chat, &[], 60), Some(AccountKind::Corporate));
    assert_eq!(ask(&engine, "10.0.0.1", "chatgpt.com", chat, &[], 50_000), Some(AccountKind::Corporate));
}

#[test]
fn the_account_of_a_canary_is_known_beforehand() {
    let snapshot = knowing().snapshot();
    for (host, path, expected) in [
        ("chatgpt.com", "/backend-api/f/conversation", AccountKind::Corporate),
        ("chatgpt.com", "/backend-anon/f/conversation", AccountKind::Anonymous),
        (
            "claude.ai",
            "/api/organizations/canary/chat_conversations/canary/completion",
            AccountKind::Personal,
        ),
        ("poe.com", "/api/gql_POST", AccountKind::Unknown),
        ("nowhere.example", "/", AccountKind::Unknown),
    ] {
        assert_eq!(snapshot.account(host, path), expected, "{host}{path}");
    }
}
