use std::{collections::BTreeSet, time::Duration};

use governance::training::{Library, Module};
use serde_json::{Value, json};
use store::Role;

use crate::{client::Client, world::World};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const CONDITIONS: &str = "## Conditions

### TRAIN-1 Training first
Everybody passes the training.

```rule
on: prompt
when: training personal-accounts is missing
then: justify
severity: low
```

### TRAIN-2 Accept the policy
Everybody accepts the policy.

```rule
on: prompt
when: the policy is not attested
then: coach
severity: low
```
";

/// The clauses that apply to a harmless prompt of Anna's.
async fn duties(client: &Client) -> Vec<String> {
    let check = json!({ "tool": "chatgpt", "text": "hello", "as_person": "anna.kovacs" });
    let answer = client.post("/api/v1/check", &check).await.expect(200).json();
    let clauses = answer["verdict"]["clauses"].as_array().unwrap();
    clauses.iter().map(|clause| clause["id"].as_str().unwrap().to_owned()).collect()
}

fn module() -> &'static Module {
    Library::builtin().module("personal-accounts").unwrap()
}

/// The right answers, but for the first `wrong` questions.
fn answers(wrong: usize) -> Vec<BTreeSet<usize>> {
    let right = module().questions.iter().map(|question| question.right().collect::<BTreeSet<_>>());
    let spoiled = right.enumerate().map(|(at, right)| {
        if at >= wrong {
            return right;
        }
        let choices = 0..module().questions[at].choices.len();
        choices.filter(|choice| !right.contains(choice)).take(1).collect()
    });
    spoiled.collect()
}

#[tokio::test]
async fn a_module_is_failed_passed_and_lapses() {
    let world = World::new().await;
    world.publish(CONDITIONS).await;
    let (admin, anna) = (world.signed_in(Role::Administrator).await, world.signed_in(Role::Employee).await);
    assert_eq!(duties(&admin).await, ["TRAIN-1", "TRAIN-2"]);
    let due = world.now().plus(DAY * 7).to_string();
    let assign = json!({ "module": "personal-accounts", "person": "anna.kovacs", "due": due });
    let assigned = admin.post("/api/v1/training/assignments", &assign).await.expect(201).json();
    assert_eq!(assigned, json!({ "assigned": 1, "already": 0 }));
    let again = admin.post("/api/v1/training/assignments", &assign).await.expect(201).json();
    assert_eq!(again, json!({ "assigned": 0, "already": 1 }));

    let path = "/api/v1/mine/training/personal-accounts";
    let lesson = anna.get(path).await.expect(200);
    let reasons =
        module().questions.iter().flat_map(|question| &question.choices).map(|choice| &choice.because);
    for reason in reasons {
        assert!(!lesson.text().contains(reason.as_str()), "told before it was asked: {reason}");
    }
    assert!(!lesson.text().contains("\"right\""));

    let attempts = format!("{path}/attempts");
    let hand_in = |wrong| json!({ "version": module().version, "answers": answers(wrong) });
    let failed = anna.post(&attempts, &hand_in(2)).await.expect(201).json();
    assert_eq!((&failed["passed"], &failed["marks"]["right"]), (&json!(false), &json!(4)));
    assert_eq!(failed["marks"]["reread"], json!(["The same tool, another contract"]));
    assert_eq!(duties(&admin).await, ["TRAIN-1", "TRAIN-2"]);
    let passed = anna.post(&attempts, &hand_in(1)).await.expect(201).json();
    assert_eq!((&passed["passed"], &passed["marks"]["right"]), (&json!(true), &json!(5)));
    assert_eq!(duties(&admin).await, ["TRAIN-2"]);
    let assignments = admin.get("/api/v1/training/assignments").await.expect(200).json();
    assert!(assignments[0]["state"]["passed"].is_object(), "{assignments}");
    assert_ne!(assignments[0]["person"], "anna.kovacs");
    let modules = admin.get("/api/v1/training/modules").await.expect(200).json();
    let modules = modules.as_array().unwrap();
    let counted = modules.iter().find(|module| module["id"] == "personal-accounts").unwrap();
    assert_eq!((&counted["people"], &counted["passed"], &counted["open"]), (&json!(2), &json!(1), &json!(0)));
    world.wait(DAY * 366);
    let mut later = world.stranger();
    later.sign_in("administrator", crate::world::PASSWORD).await.expect(200);
    assert_eq!(duties(&later).await, ["TRAIN-1", "TRAIN-2"]);
}

#[tokio::test]
async fn answers_that_cannot_be_graded_are_refused() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    let path = "/api/v1/mine/training/personal-accounts/attempts";
    let version = module().version;
    for (body, status, says) in [
        (json!({ "version": version, "answers": [[0]] }), 422, "1 questions are answered, the quiz has 6"),
        (
            json!({ "version": version, "answers": [[0], [], [0], [0], [0], [0]] }),
            422,
            "question 2 is not answered",
        ),
        (json!({ "version": version + 1, "answers": answers(0) }), 409, "read it again"),
    ] {
        let refused = anna.post(path, &body).await.expect(status);
        assert!(refused.text().contains(says), "{}", refused.text());
    }
    anna.get("/api/v1/mine/training/nothing").await.expect(404);
    let admin = world.signed_in(Role::Administrator).await;
    let nobody = admin.get("/api/v1/mine").await.expect(403);
    assert!(nobody.text().contains("belongs to nobody in the directory"), "{}", nobody.text());
}

#[tokio::test]
async fn a_campaign_asks_until_people_accept_the_version_they_saw() {
    let world = World::new().await;
    world.publish(CONDITIONS).await;
    let (admin, anna) = (world.signed_in(Role::Administrator).await, world.signed_in(Role::Employee).await);
    let due = world.now().plus(DAY * 7).to_string();
    let open = json!({ "title": "Welcome", "due": due, "audience": { "departments": ["Legal", "Sales"] } });
    let campaign = admin.post("/api/v1/campaigns", &open).await.expect(201).json();
    assert_eq!((&campaign["people"], &campaign["accepted"]), (&json!(2), &json!(0)));
    let nobody = json!({ "title": "Welcome", "due": due, "audience": { "groups": ["none"] } });
    admin.post("/api/v1/campaigns", &nobody).await.expect(422);

    let mine = anna.get("/api/v1/mine").await.expect(200).json();
    assert_eq!(mine["policy"]["campaigns"][0]["title"], "Welcome");
    let accept = |version: &Value| json!({ "policy": version, "campaign": campaign["id"] });
    let stale = anna.post("/api/v1/mine/attestations", &accept(&json!("0123456789ab"))).await.expect(409);
    assert!(stale.text().contains("read it, then try again"), "{}", stale.text());
    let version = &mine["policy"]["version"];
    anna.post("/api/v1/mine/readings", &json!({ "policy": version })).await.expect(204);
    anna.post("/api/v1/mine/attestations", &accept(version)).await.expect(201);
    assert_eq!(duties(&admin).await, ["TRAIN-1"]);
    let evidence = admin.get("/api/v1/attestations").await.expect(200);
    let all = evidence.json();
    assert_eq!(
        (&all[0]["policy"], &all[0]["language"], &all[0]["campaign"]),
        (version, &json!("en-GB"), &campaign["id"])
    );
    assert!(!evidence.text().contains("anna"), "{}", evidence.text());

    let path = format!("/api/v1/campaigns/{}", campaign["id"].as_str().unwrap());
    let csv = admin.get(&format!("{path}/outstanding")).await.expect(200).text();
    assert_eq!(csv.lines().count(), 2);
    assert!(csv.contains("\"Ben Osei\",\"ben@example.com\",\"Welcome\""), "{csv}");
    let order = |order: &str, revision: u64| json!({ "order": order, "revision": revision });
    let orders = format!("{path}/orders");
    let reminded = admin.post(&orders, &order("remind", 1)).await.expect(200).json();
    assert_eq!((&reminded["reminders"][0]["people"], &reminded["accepted"]), (&json!(1), &json!(1)));
    admin.post(&orders, &order("close", 1)).await.expect(409);
    admin.post(&orders, &order("close", 2)).await.expect(200);
    admin.post(&orders, &order("remind", 3)).await.expect(409);

    // A version with another clause has to be accepted again, and people are told what changed.
    world.publish(&CONDITIONS.replace("then: justify", "then: block")).await;
    assert_eq!(duties(&admin).await, ["TRAIN-1", "TRAIN-2"]);
    let changes = anna.get("/api/v1/mine/changes").await.expect(200).json();
    assert_eq!((&changes["since"], &changes["clauses"][0]["id"]), (version, &json!("TRAIN-1")));
    assert_eq!(
        (&changes["sentences"][0]["from"], &changes["sentences"][0]["to"]),
        (&json!("justify"), &json!("block"))
    );
}

#[tokio::test]
async fn the_guide_tells_what_the_engine_says() {
    let world = World::new().await;
    let anna = world.signed_in(Role::Employee).await;
    let guide = anna.get("/api/v1/policy/guide").await.expect(200).json();
    let cells = guide["table"].as_array().unwrap();
    let cell = |data: &str, tool: &str| {
        let found = cells.iter().find(|cell| cell["data"] == data && cell["tool"] == tool).unwrap();
        (found["action"].clone(), found["clause"].clone())
    };
    assert_eq!(cell("personal data", "not yet reviewed"), (json!("redact"), json!("DATA-1")));
    assert_eq!(cell("personal data", "approved for such data"), (json!("allow"), Value::Null));
    assert_eq!(guide["tree"]["question"], "What does it contain?");
}

#[tokio::test]
async fn whoever_is_new_is_assigned_what_everybody_begins_with() {
    let world = World::looking_after_people().await;
    let anna = world.signed_in(Role::Employee).await;
    let assigned = async {
        loop {
            let mine = anna.get("/api/v1/mine").await.expect(200).json();
            let first = mine["training"][0].clone();
            if first["assigned"].is_object() {
                return first;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let first = tokio::time::timeout(Duration::from_secs(20), assigned).await.unwrap();
    assert_eq!((&first["id"], &first["assigned"]["cause"]), (&json!("ai-basics"), &json!("hire")));
    world.stop().await;
}

#[tokio::test]
async fn courses_of_other_systems_count_by_their_results() {
    let world = World::new().await;
    world.publish(CONDITIONS).await;
    let admin = world.signed_in(Role::Administrator).await;
    let scorm = "/api/v1/training/modules/personal-accounts/package?standard=scorm12";
    let package = admin.get(scorm).await.expect(200);
    assert_eq!(package.header("content-type"), "application/zip");
    let import = |id: &str| format!("/api/v1/training/courses?id={id}&days=365&clauses=TRAIN-1");
    let zip = governance::training::package::write(module(), governance::training::Standard::Cmi5).unwrap();
    let send = async |path: String, body: Vec<u8>| {
        admin.send_bytes(http::Method::POST, &path, Some("application/zip"), body).await
    };
    let course = send(import("elsewhere"), zip.clone()).await.expect(201).json();
    assert_eq!((&course["title"], &course["standard"]), (&json!("Personal accounts"), &json!("cmi5")));
    send(import("elsewhere"), zip.clone()).await.expect(409);
    send(import("personal-accounts"), zip.clone()).await.expect(409);
    send(import("other"), b"no zip".to_vec()).await.expect(422);

    world.publish(&CONDITIONS.replace("personal-accounts", "elsewhere")).await;
    assert_eq!(duties(&admin).await, ["TRAIN-1", "TRAIN-2"]);
    let statement = |id: &str, verb: &str, mail: &str| {
        json!({
            "id": id, "actor": { "mbox": format!("mailto:{mail}") }, "timestamp": world.now().to_string(),
            "verb": { "id": format!("http://adlnet.gov/expapi/verbs/{verb}") }, "object": { "id": course["units"][0] },
        })
    };
    let file = json!([
        statement("1", "passed", "Anna@example.com"),
        statement("2", "failed", "ben@example.com"),
        statement("3", "passed", "nobody@example.com"),
        { "what": "ever" },
    ]);
    let path = "/api/v1/training/courses/elsewhere";
    let statements = format!("{path}/statements");
    let told =
        |recorded, known| json!({ "recorded": recorded, "known": known, "ignored": 2, "strangers": 1 });
    assert_eq!(admin.post(&statements, &file).await.expect(200).json(), told(1, 0));
    assert_eq!(admin.post(&statements, &file).await.expect(200).json(), told(0, 1));
    assert_eq!(duties(&admin).await, ["TRAIN-2"]);

    let results = async |id: &str, report: &str| {
        let path = format!("/api/v1/training/courses/{id}/results");
        admin.send_bytes(http::Method::POST, &path, Some("text/csv"), report.as_bytes().to_vec()).await
    };
    let at = world.now().to_string();
    let report = format!(
        "email;status;date\nanna@example.com;passed;{at}\nben@example.com;failed;{at}\nx@example.com;passed;{at}\n"
    );
    let told =
        |recorded, known| json!({ "recorded": recorded, "known": known, "ignored": 1, "strangers": 1 });
    assert_eq!(results("elsewhere", &report).await.expect(200).json(), told(1, 0));
    assert_eq!(results("elsewhere", &report).await.expect(200).json(), told(0, 1));
    world.publish(CONDITIONS).await;
    assert_eq!(duties(&admin).await, ["TRAIN-1", "TRAIN-2"], "another course was passed");
    let refused =
        results("personal-accounts", &format!("{report}anna@example.com;won;{at}\n")).await.expect(422);
    assert!(refused.text().contains("line 5: the status is none"), "{}", refused.text());
    assert_eq!(duties(&admin).await, ["TRAIN-1", "TRAIN-2"], "nothing of it was taken");
    assert_eq!(results("personal-accounts", &report).await.expect(200).json(), told(1, 0));
    assert_eq!(duties(&admin).await, ["TRAIN-2"]);
    results("nothing", &report).await.expect(404);

    let stated = |person: &str, reason: &str| json!({ "person": person, "at": world.now().to_string(), "reason": reason });
    let completions = format!("{path}/completions");
    admin.post(&completions, &stated("ben.osei", "certificate seen")).await.expect(204);
    admin.post(&completions, &stated("ben.osei", "")).await.expect(422);
    admin.post(&completions, &stated("nobody", "certificate seen")).await.expect(422);
}
