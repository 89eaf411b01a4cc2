use std::collections::BTreeSet;

use http::Method;
use serde_json::Value;

use crate::world::World;

fn document() -> Value {
    serde_json::from_str(&server::openapi()).unwrap()
}

#[tokio::test]
async fn the_description_is_served_to_anyone() {
    let world = World::new().await;
    let answer = world.stranger().get("/api/v1/openapi.json").await.expect(200);
    assert_eq!(answer.text(), server::openapi());
    assert_eq!(document()["openapi"], "3.1.0");
}

/// Methods the router answers are told by the `Allow` header of a method that it does not.
#[tokio::test]
async fn it_lists_exactly_the_methods_that_are_served() {
    let world = World::new().await;
    let client = world.stranger();
    for (path, item) in document()["paths"].as_object().unwrap() {
        let described: BTreeSet<String> =
            item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        let concrete = path.replace(['{', '}'], "");
        let answer = client.send(Method::PATCH, &concrete, None).await.expect(405);
        assert_eq!(answer.problem(), "method");
        let allowed = answer.header("allow").split(',').map(|method| method.trim().to_owned());
        let served: BTreeSet<String> = allowed.filter(|method| method != "HEAD").collect();
        assert_eq!(described, served, "{path}");
    }
    let unknown = client.get("/api/v1/nothing").await.expect(404);
    assert_eq!(unknown.problem(), "not_found");
    assert!(unknown.json()["request_id"].is_string());
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                    let pointer = reference.trim_start_matches('#');
                    assert!(document.pointer(pointer).is_some(), "{reference}");
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}

#[test]
fn operations_are_named_and_say_what_they_need() {
    let mut names = BTreeSet::new();
    let open = ["sign_in", "sign_in_once", "get_health", "report_anonymously", "read_case", "add_to_case"];
    for item in document()["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert_eq!(operation["x-permission"].is_string(), !open.contains(&name.as_str()), "{name}");
            assert!(operation["summary"].is_string(), "{name}");
            assert!(operation["responses"]["default"].is_object(), "{name}");
            assert!(names.insert(name.clone()), "{name} twice");
        }
    }
}

#[test]
fn answers_have_every_field_and_requests_may_leave_some_out() {
    let document = document();
    let required = |name: &str| document["components"]["schemas"][name]["required"].as_array().unwrap().len();
    let properties =
        |name: &str| document["components"]["schemas"][name]["properties"].as_object().unwrap().len();
    for answer in ["Problem", "Mistake", "ExchangeSummary", "ExchangeDetail", "Facts", "Tool", "Session"] {
        assert_eq!(required(answer), properties(answer), "{answer}");
    }
    for (request, needed) in
        [("Check", 1), ("NewPolicy", 1), ("ToolDecision", 2), ("NewException", 3), ("NewToken", 1)]
    {
        assert_eq!(required(request), needed, "{request}");
    }
}
