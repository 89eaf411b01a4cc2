use std::time::Duration;

use http::Method;
use model::Sensitive;
use serde_json::json;
use server::{Scheme, hash_password};
use store::{Role, UserChange};

use crate::{
    client::Client,
    world::{PASSWORD, World},
};

const SESSION: &str = "/api/v1/session";

#[tokio::test]
async fn a_session_from_beginning_to_end() {
    let world = World::new().await;
    world.add(Role::Employee).await;
    let mut client = world.stranger();
    let refused = client.get(SESSION).await.expect(401);
    assert_eq!(
        (refused.problem().as_str(), refused.header("www-authenticate")),
        ("signed_out", "Bearer realm=\"bylaw\"")
    );

    let begun = client.sign_in("employee", PASSWORD).await.expect(200);
    let cookie = begun.header("set-cookie");
    assert!(cookie.starts_with("bylaw_session="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax"), "{cookie}");
    let session = client.get(SESSION).await.expect(200).json();
    assert_eq!(session, begun.json());
    assert_eq!(
        session["user"],
        json!({ "name": "employee", "role": "employee", "person_id": "anna.kovacs", "functions": [] })
    );
    assert_eq!(
        session["permissions"],
        json!([
            "read_tools",
            "read_policy",
            "check",
            "make_requests",
            "report",
            "justify",
            "take_part",
            "hold_session"
        ])
    );

    let ended = client.delete(SESSION).await.expect(204);
    assert!(ended.header("set-cookie").starts_with("bylaw_session=; Path=/; Max-Age=0;"));
    client.get(SESSION).await.expect(401);
}

#[tokio::test]
async fn a_session_ends_when_idle_and_in_any_case_after_a_week() {
    let world = World::new().await;
    let client = world.signed_in(Role::Auditor).await;
    let hours = |n: u64| Duration::from_secs(n * 3_600);
    for _ in 0..16 {
        world.wait(hours(10));
        client.get(SESSION).await.expect(200);
    }
    world.wait(hours(9));
    client.get(SESSION).await.expect(401);

    let other = world.stranger();
    let mut idle = other;
    idle.sign_in("auditor", PASSWORD).await.expect(200);
    world.wait(hours(12));
    idle.get(SESSION).await.expect(401);
}

#[tokio::test]
async fn over_https_the_cookie_is_secure() {
    let world = World::with(Scheme::Https).await;
    world.add(Role::Analyst).await;
    let answer = world.stranger().sign_in("analyst", PASSWORD).await.expect(200);
    assert!(answer.header("set-cookie").ends_with("; Secure"));
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
}

#[tokio::test]
async fn wrong_passwords_are_slowed_down_by_name() {
    let world = World::new().await;
    world.add(Role::Analyst).await;
    let mut client = world.stranger();
    for _ in 0..5 {
        let refused = client.sign_in("analyst", "wrong password").await.expect(401);
        assert_eq!(refused.problem(), "signed_out");
    }
    let limited = client.sign_in("analyst", PASSWORD).await.expect(429);
    assert_eq!((limited.problem().as_str(), limited.header("retry-after")), ("too_many_attempts", "1"));
    world.wait(Duration::from_secs(1));
    client.sign_in("ANALYST", "wrong password").await.expect(401);
    let limited = client.sign_in("analyst", PASSWORD).await.expect(429);
    assert_eq!(limited.header("retry-after"), "2");
    world.wait(Duration::from_secs(2));
    client.sign_in("analyst", PASSWORD).await.expect(200);
    client.sign_in("analyst", "wrong password").await.expect(401);
}

#[tokio::test]
async fn guesses_are_slowed_down_by_address_whatever_the_name() {
    let world = World::new().await;
    let from = |address: &str| {
        let mut client = world.stranger();
        client.extra.insert("x-forwarded-for", address.parse().unwrap());
        client
    };
    for n in 0..20 {
        from("203.0.113.7").sign_in(&format!("nobody {n}"), "wrong password").await.expect(401);
    }
    from("203.0.113.7").sign_in("nobody", "wrong password").await.expect(429);
    from("203.0.113.8").sign_in("nobody", "wrong password").await.expect(401);
    for n in 0..20 {
        let code = json!({ "code": format!("{n:064x}") });
        from("203.0.113.9").post("/api/v1/session/one-time", &code).await.expect(401);
    }
    from("203.0.113.9").post("/api/v1/session/one-time", &json!({ "code": "x" })).await.expect(429);
}

#[tokio::test]
async fn a_code_signs_in_once() {
    let world = World::new().await;
    world.add(Role::Administrator).await;
    let code = json!({ "code": world.one_time_code("administrator").await });
    let late = json!({ "code": world.one_time_code("administrator").await });
    let mut client = world.stranger();
    let answer = client.post("/api/v1/session/one-time", &code).await.expect(200);
    client.remember(&answer);
    client.get("/api/v1/users").await.expect(200);
    let again = client.post("/api/v1/session/one-time", &code).await.expect(401);
    assert!(again.text().contains("used before"), "{}", again.text());
    world.wait(Duration::from_secs(3_600));
    let expired = world.stranger().post("/api/v1/session/one-time", &late).await.expect(401);
    assert!(expired.text().contains("expired"), "{}", expired.text());
}

#[tokio::test]
async fn disabled_accounts_stay_out() {
    let world = World::new().await;
    let client = world.signed_in(Role::Analyst).await;
    let code = json!({ "code": world.one_time_code("analyst").await });
    world.store.change_user("analyst", &UserChange::Disable(world.now())).await.unwrap();
    client.get(SESSION).await.expect(401);
    world.stranger().sign_in("analyst", PASSWORD).await.expect(401);
    world.stranger().post("/api/v1/session/one-time", &code).await.expect(401);
}

#[tokio::test]
async fn changes_need_the_console() {
    let world = World::new().await;
    let mut client = world.signed_in(Role::PolicyAuthor).await;
    let lint = json!({ "source": "" });
    let post = "/api/v1/policy/lint";
    client.post(post, &lint).await.expect(200);

    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        client.extra.insert(name, value.parse().unwrap());
        assert_eq!(client.post(post, &lint).await.expect(403).problem(), "csrf", "{name}: {value}");
        assert_eq!(client.sign_in("x", "y").await.expect(403).problem(), "csrf", "{name}: {value}");
        client.get(SESSION).await.expect(200);
        client.extra.clear();
    }
    client.extra.insert("x-bylaw-csrf", "0".repeat(64).parse().unwrap());
    client.forget_csrf();
    assert_eq!(client.post(post, &lint).await.expect(403).problem(), "csrf");
    client.extra.clear();
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let path = if method == Method::DELETE { SESSION } else { "/api/v1/policy" };
        let path = if method == Method::POST { post } else { path };
        assert_eq!(client.send(method, path, Some(&lint)).await.expect(403).problem(), "csrf");
    }
    client.get(SESSION).await.expect(200);
}

#[tokio::test]
async fn a_new_password_ends_every_session() {
    let world = World::new().await;
    let client = world.signed_in(Role::Auditor).await;
    let change = |current: &str, new: &str| json!({ "current": current, "new": new });
    let path = "/api/v1/session/password";
    client.put(path, &change("wrong password", "another good password")).await.expect(403);
    let short = client.put(path, &change(PASSWORD, "short")).await.expect(422);
    assert!(short.text().contains("12 characters"), "{}", short.text());
    client.put(path, &change(PASSWORD, "another good password")).await.expect(204);
    client.get(SESSION).await.expect(401);
    Client::new(&world.base).sign_in("auditor", PASSWORD).await.expect(401);
    Client::new(&world.base).sign_in("auditor", "another good password").await.expect(200);
    assert!(hash_password(Sensitive::new("short")).await.is_err());
}
