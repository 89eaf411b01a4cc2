use http_body_util::BodyExt;
use model::{Activity, Outcome};

use crate::{
    client::{Answer, post},
    world::{ANSWERS, CHAT, HELLO, HOST, Keeping, SSN, Setup, World},
};

const ADDRESS: &str = "anna@corp-mail.com";
/// A prompt that the policy allows, and whose answer it withholds.
const ASKS: &str =
    r#"{"model":"gpt-5","messages":[{"role":"user","content":"Write to anna@corp-mail.com today"}]}"#;

async fn world() -> World {
    World::with(Setup { clauses: ANSWERS, ..Setup::default() }).await
}

async fn ask(world: &World, path: &str, body: &'static str) -> Answer {
    let mut client = world.http1(HOST).await;
    Answer::read(client.send_request(post(HOST, path, body)).await.unwrap()).await
}

fn activities(world: &World) -> Vec<(Activity, Outcome)> {
    world.records().iter().map(|record| (record.facts.activity, record.outcome)).collect()
}

#[tokio::test]
async fn answers_without_findings_pass_as_they_are() {
    let world = world().await;
    for path in [CHAT, &format!("{CHAT}?gzip"), &format!("{CHAT}?events")] {
        let answer = ask(&world, path, HELLO).await;
        assert_eq!(answer.status, 200, "{path}");
        let expected = if path.ends_with("events") { "\"H\"" } else { "Hello there" };
        assert!(answer.text().contains(expected), "{path}: {}", answer.text());
    }
    assert_eq!(world.completions(3).await.iter().filter(|end| end.error.is_none()).count(), 3);
    assert_eq!(world.records().len(), 3, "nothing to tell of the answers");
    assert!(world.counted("answer_bytes_scanned", None) > 0);
    assert_eq!(world.counted("bytes_unscanned", Some("answer")), 0);
}

#[tokio::test]
async fn a_withheld_document_is_answered_with_the_tools_error() {
    let world = world().await;
    for path in [CHAT, &format!("{CHAT}?gzip")] {
        let answer = ask(&world, path, ASKS).await;
        assert_eq!(answer.status, 403);
        assert!(answer.text().contains("ANS-1") && !answer.text().contains(ADDRESS), "{}", answer.text());
    }
    let blocked = (Activity::Receive, Outcome::Blocked);
    let forwarded = (Activity::Prompt, Outcome::Forwarded);
    assert_eq!(activities(&world), [forwarded, blocked, forwarded, blocked]);
    let ends = world.completions(2).await;
    assert!(ends.iter().all(|end| end.error.as_deref().is_some_and(|error| error.contains("withheld"))));
}

#[tokio::test]
async fn a_withheld_stream_ends_with_an_error_event() {
    let world = world().await;
    let answer = ask(&world, &format!("{CHAT}?events"), ASKS).await;
    assert_eq!(answer.status, 200, "the head was sent");
    let said: String = answer
        .text()
        .split("\n\n")
        .filter_map(|event| serde_json::from_str(event.strip_prefix("data: ")?).ok())
        .filter_map(|event: serde_json::Value| {
            event["choices"][0]["delta"]["content"].as_str().map(str::to_owned)
        })
        .collect();
    assert!("Write to anna".starts_with(&said) && said.starts_with("Write to"), "{said}");
    assert!(answer.text().contains("data: {\"error\":") && answer.text().ends_with("data: [DONE]\n\n"));
    assert_eq!(
        activities(&world),
        [(Activity::Prompt, Outcome::Forwarded), (Activity::Receive, Outcome::Blocked)]
    );
}

#[tokio::test]
async fn placeholders_are_turned_back_in_answers_that_are_heard() {
    let world = world().await;
    for path in [CHAT, &format!("{CHAT}?gzip")] {
        let answer = ask(&world, path, SSN).await;
        assert!(answer.text().contains("536-90-4399"), "{}", answer.text());
    }
    let ends = world.completions(2).await;
    assert!(ends.iter().all(|end| end.restored == 1 && end.error.is_none()), "{ends:?}");
}

#[tokio::test]
async fn a_stream_breaks_where_its_end_cannot_be_recorded() {
    let world =
        World::with(Setup { clauses: ANSWERS, keeping: Keeping::RefusingAnswers, ..Setup::default() }).await;
    let mut client = world.http1(HOST).await;
    let answer = client.send_request(post(HOST, &format!("{CHAT}?events"), ASKS)).await.unwrap();
    let (mut shown, mut stream) = (String::new(), answer.into_body());
    let broken = loop {
        match stream.frame().await {
            Some(Ok(frame)) => shown.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap()),
            end => break matches!(end, Some(Err(_))),
        }
    };
    assert!(broken && !shown.contains("error") && !shown.contains('@'), "{shown}");
}

#[tokio::test]
async fn what_was_heard_is_recorded_when_the_client_goes_away() {
    const COACHING: &str = "\n### ANS-2 Marked answers\nThey are noticed.\n\n```rule\non: receive\ndata: pii.us_ssn\nwhen: tool is approved\nthen: block\n```\n";
    let world = World::with(Setup { clauses: COACHING, ..Setup::default() }).await;
    let mut client = world.http1(HOST).await;
    let answer = client.send_request(post(HOST, &format!("{CHAT}?events"), ASKS)).await.unwrap();
    let mut stream = answer.into_body();
    let mut shown = String::new();
    while !shown.contains("\"y\"") {
        shown.push_str(
            std::str::from_utf8(&stream.frame().await.unwrap().unwrap().into_data().unwrap()).unwrap(),
        );
    }
    drop((stream, client));
    world.completions(1).await;
    let heard = activities(&world);
    assert_eq!(heard, [(Activity::Prompt, Outcome::Forwarded), (Activity::Receive, Outcome::Forwarded)]);
}
