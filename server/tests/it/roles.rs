use http::Method;
use http_body_util::BodyExt;
use hyper::body::Bytes;
use serde_json::{Value, json};
use server::{Permission, permissions};
use store::Role;

use crate::{
    client::Client,
    world::{PASSWORD, World},
};

/// What the documentation promises: who has which permission.
const MATRIX: &str = "
    permission         administrator analyst policy_author auditor employee sensor
    read_overview      yes           yes     yes           yes     no       no
    read_exchanges     yes           yes     no            yes     no       no
    reveal_people      yes           no      no            no      no       no
    read_tools         yes           yes     yes           yes     yes      no
    decide_tools       yes           yes     no            no      no       no
    read_policy        yes           yes     yes           yes     yes      no
    write_policy       yes           no      yes           no      no       no
    publish_policy     yes           no      yes           no      no       no
    review_policy      yes           yes     yes           yes     yes      no
    check              yes           yes     yes           yes     yes      no
    check_as_person    yes           yes     yes           no      no       no
    read_people        yes           no      no            no      no       no
    push_lines         yes           no      no            no      no       yes
    manage_users       yes           no      no            no      no       no
    manage_exceptions  yes           no      no            no      no       no
    make_requests      yes           yes     yes           yes     yes      no
    review_tools       yes           yes     yes           yes     yes      no
    decide_exceptions  yes           yes     yes           yes     yes      no
    review_assets      yes           yes     yes           yes     yes      no
    report             yes           yes     yes           yes     yes      no
    handle_reports     yes           yes     no            no      no       no
    read_incidents     yes           yes     no            yes     no       no
    handle_incidents   yes           yes     no            no      no       no
    set_budget         yes           no      no            no      no       no
    read_audit         yes           no      no            yes     no       no
    read_evidence      yes           yes     yes           yes     no       no
    run_canaries       yes           yes     yes           no      no       no
    reveal_evidence    yes           no      no            yes     no       no
    manage_privacy     yes           no      no            no      no       no
    use_tokens         yes           yes     yes           yes     no       no
    justify            yes           yes     yes           yes     yes      no
    read_metrics       yes           yes     no            yes     no       no
    take_part          yes           yes     yes           yes     yes      no
    read_standing      yes           no      no            yes     no       no
    manage_training    yes           no      no            no      no       no
    decide_cases       yes           no      no            no      no       no
    hold_session       yes           yes     yes           yes     yes      no
";

#[test]
fn roles_have_their_permissions() {
    let mut lines = MATRIX.trim().lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let roles = lines.next().unwrap();
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), Permission::ALL.len());
    for line in lines {
        for (role, expected) in roles.iter().zip(&line).skip(1) {
            let role: Role = role.parse().unwrap();
            let has = permissions(role).any(|permission| permission.as_str() == line[0]);
            assert_eq!(has, *expected == "yes", "{role} {}", line[0]);
        }
    }
}

struct Endpoint {
    method: Method,
    path: String,
    permission: Option<String>,
}

/// Every endpoint of the description, with places in paths filled by names that do not exist.
fn endpoints() -> Vec<Endpoint> {
    let document: Value = serde_json::from_str(&server::openapi()).unwrap();
    let mut all = vec![Endpoint {
        method: Method::GET,
        path: "/metrics".into(),
        permission: Some("read_metrics".into()),
    }];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push(Endpoint {
                method: method.to_uppercase().parse().unwrap(),
                path: filled(path),
                permission: operation["x-permission"].as_str().map(ToOwned::to_owned),
            });
        }
    }
    all
}

fn filled(path: &str) -> String {
    let uuid = "00000000-0000-7000-8000-000000000000";
    let path = path.replace("{exchange_id}", uuid).replace("{name}", "nobody");
    let path = path
        .replace("{tool}", "nothing")
        .replace("{file}", uuid)
        .replace("{response}", uuid)
        .replace("{kind}", "person");
    if path.contains("/tools/") { path.replace("{id}", "nothing") } else { path.replace("{id}", uuid) }
}

/// Only whether the door opens is asked, not what is behind it: bodies are unusable on purpose.
async fn knock(client: &Client, endpoint: &Endpoint) -> (u16, String) {
    if endpoint.path.ends_with("/live") {
        let answer = client.begin(endpoint.method.clone(), &endpoint.path, None, Vec::new()).await;
        let status = answer.status().as_u16();
        let body =
            if status == 200 { Bytes::new() } else { answer.into_body().collect().await.unwrap().to_bytes() };
        return (status, String::from_utf8_lossy(&body).into_owned());
    }
    let body = (endpoint.method != Method::GET).then(|| json!({ "unknown": 1 }));
    let answer = client.send(endpoint.method.clone(), &endpoint.path, body.as_ref()).await;
    (answer.status.as_u16(), answer.text())
}

#[tokio::test]
async fn every_endpoint_opens_for_the_roles_that_may_and_for_nobody_else() {
    let world = World::new().await;
    let endpoints = endpoints();
    assert!(endpoints.len() > 25, "{}", endpoints.len());
    for endpoint in endpoints.iter().filter(|endpoint| endpoint.permission.is_some()) {
        let (status, body) = knock(&world.stranger(), endpoint).await;
        assert_eq!(status, 401, "stranger {} {} {body}", endpoint.method, endpoint.path);
    }
    for role in Role::ALL {
        let mut client = world.signed_in(role).await;
        for endpoint in &endpoints {
            let (status, body) = knock(&client, endpoint).await;
            let may = endpoint
                .permission
                .as_ref()
                .is_none_or(|needed| permissions(role).any(|permission| permission.as_str() == needed));
            let refused = status == 401 || body.contains("this needs the permission");
            let door = format!("{role} {} {}: {status} {body}", endpoint.method, endpoint.path);
            assert!(may != refused && status < 500, "{door}");
            if endpoint.method == Method::DELETE && endpoint.path.ends_with("/session") {
                client.sign_in(role.as_str(), PASSWORD).await.expect(200);
            }
        }
    }
}
