use engine::{Body, Heard, Listening, Withheld};
use model::{Activity, Outcome, Uninspected};

use crate::world::*;

const SSN: &str = "536-90-4399";
const HOST: &str = "api.openai.com";
const EVENTS: &str = "text/event-stream";

/// Listens to the answer to a harmless question.
fn listen(content_type: &str) -> Result<Listening, Box<Withheld>> {
    let engine = engine();
    let asked = ask(&engine, HOST, "Write a greeting for our newsletter", at(0));
    assert_eq!(told(&asked), "forwarded OK-1, forward");
    asked.awaited.unwrap().begin(content_type, at(1))
}

fn event(text: &str) -> String {
    let delta = serde_json::json!({"choices": [{"index": 0, "delta": {"content": text}}]});
    format!("data: {delta}\n\n")
}

fn passed(heard: Heard) -> String {
    match heard {
        Heard::Pass(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        Heard::Withhold(withheld) => panic!("withheld: {:?}", withheld.record.verdict),
    }
}

fn withheld(heard: Heard) -> Box<Withheld> {
    match heard {
        Heard::Pass(bytes) => panic!("{} bytes passed", bytes.len()),
        Heard::Withhold(withheld) => withheld,
    }
}

#[test]
fn events_pass_as_they_come() {
    let mut listening = listen(EVENTS).unwrap();
    for word in ["Dear ", "friends", ", the ", "shop opens"] {
        assert_eq!(passed(listening.hear(event(word).as_bytes(), at(2))), event(word));
    }
    assert_eq!(passed(listening.end(at(3))), "");
    assert_eq!(listening.close(at(3)), None, "there is nothing to tell");
}

#[test]
fn half_an_event_waits_for_the_other_half() {
    let mut listening = listen(EVENTS).unwrap();
    let (one, other) = (event("Dear"), event(" friends"));
    let (first, second) = other.split_at(9);
    assert_eq!(passed(listening.hear(format!("{one}{first}").as_bytes(), at(2))), one);
    assert_eq!(passed(listening.hear(second.as_bytes(), at(2))), other);
}

#[test]
fn what_may_be_the_beginning_of_a_finding_waits() {
    let mut listening = listen(EVENTS).unwrap();
    assert_eq!(passed(listening.hear(event("It is 53").as_bytes(), at(2))), "");
    assert_eq!(passed(listening.hear(event("6-90").as_bytes(), at(2))), "");
    let last = event(" pieces");
    let all = [event("It is 53"), event("6-90"), last.clone()].concat();
    assert_eq!(passed(listening.hear(last.as_bytes(), at(2))), all);
}

#[test]
fn a_number_at_the_end_of_every_event_delays_each_by_one() {
    let mut listening = listen(EVENTS).unwrap();
    let mut last = String::new();
    for number in 100..120 {
        let next = event(&format!("item {number} "));
        assert_eq!(passed(listening.hear(next.as_bytes(), at(2))), last);
        last = next;
    }
    assert_eq!(passed(listening.end(at(3))), last);
}

#[test]
fn a_stream_ends_before_the_finding_with_the_tools_own_error() {
    let mut listening = listen(EVENTS).unwrap();
    let mut shown = String::new();
    for piece in ["Her SSN", " is ", "536", "-90-", "43"] {
        shown += &passed(listening.hear(event(piece).as_bytes(), at(2)));
    }
    let withheld = withheld(listening.hear(event("99, as").as_bytes(), at(2)));
    assert_eq!(shown, [event("Her SSN"), event(" is ")].concat());
    let ending = String::from_utf8(withheld.ending.to_vec()).unwrap();
    assert!(ending.starts_with("data: {\"error\":") && ending.ends_with("data: [DONE]\n\n"), "{ending}");
    assert!(ending.contains("The answer, or the rest of it, is withheld. Test Policy, ANS-1"), "{ending}");
    let record = &withheld.record;
    assert_eq!((record.outcome, record.facts.activity), (Outcome::Blocked, Activity::Receive));
    assert_eq!(record.verdict.decisive().unwrap().clause.as_str(), "ANS-1");
    assert_eq!(record.exchange.model.as_deref(), Some("gpt-5"));
    assert!(!serde_json::to_string(record).unwrap().contains(SSN) && !ending.contains(SSN));
}

#[test]
fn a_document_is_held_until_all_of_it_was_heard() {
    let document = |text: &str| serde_json::json!({"choices": [{"message": {"content": text}}]}).to_string();
    let mut listening = listen("application/json").unwrap();
    let harmless = document("Dear friends");
    assert_eq!(passed(listening.hear(harmless.as_bytes(), at(2))), "");
    assert_eq!(passed(listening.end(at(3))), harmless);

    let mut listening = listen("application/json").unwrap();
    passed(listening.hear(document(&format!("Her SSN is {SSN}")).as_bytes(), at(2)));
    let withheld = withheld(listening.end(at(3)));
    assert_eq!(withheld.answer.status, 403);
    assert!(String::from_utf8(withheld.answer.body).unwrap().contains("\"permission_error\""));
}

#[test]
fn coaching_on_an_answer_lets_the_next_one_pass() {
    let engine = engine();
    let code =
        "```python\nimport os\n\ndef main():\n    for name in os.listdir('.'):\n        print(name)\n```\n";
    let mut outcomes = Vec::new();
    for second in [1, 2] {
        let asked = ask(&engine, HOST, "How do I list files?", at(second));
        let mut listening = asked.awaited.unwrap().begin(EVENTS, at(second)).unwrap();
        outcomes.push(match listening.hear(event(code).as_bytes(), at(second)) {
            Heard::Withhold(withheld) => withheld.record.outcome,
            Heard::Pass(_) => {
                passed(listening.end(at(second)));
                listening.close(at(second)).unwrap().outcome
            }
        });
    }
    assert_eq!(outcomes, [Outcome::Coached, Outcome::Acknowledged]);
}

#[test]
fn a_reason_counts_for_more_findings_than_a_record_keeps() {
    let engine = engine();
    let list: String = (0..150).map(|number| format!("person{number}@corp-mail.com\n")).collect();
    let listen = |second| {
        let asked = ask(&engine, HOST, "Who are our customers?", at(second));
        let mut listening = asked.awaited.unwrap().begin(EVENTS, at(second)).unwrap();
        listening.hear(event(&list).as_bytes(), at(second))
    };
    let held = withheld(listen(1)).record;
    assert_eq!((held.outcome, held.findings.len()), (Outcome::Held, 100));
    engine.justify(engine::Justification {
        exchange: held.exchange.id,
        person: held.exchange.person.clone(),
        tool: held.facts.tool.id.clone(),
        clauses: held.verdict.duties.iter().map(|duty| duty.clause.clone()).collect(),
        digests: held.findings.iter().map(|finding| finding.digest.clone()).collect(),
        until: at(600),
    });
    assert!(passed(listen(2)).contains("person149"));
}

#[test]
fn what_cannot_be_read_is_not_seen() {
    let refused = listen("image/png").unwrap_err();
    assert_eq!(refused.record.exchange.uninspected, Some(Uninspected::Opaque));
    assert_eq!(refused.record.outcome, Outcome::Blocked, "nothing says that unseen answers pass");

    let mut listening = listen("application/json").unwrap();
    let refused = withheld(listening.too_large(at(2)));
    assert_eq!(refused.record.exchange.uninspected, Some(Uninspected::TooLarge));

    let mut listening = listen("application/json").unwrap();
    passed(listening.hear(b"{\"choices\": [", at(2)));
    let refused = withheld(listening.end(at(3)));
    assert_eq!(refused.record.exchange.uninspected, Some(Uninspected::Unreadable));
}

#[test]
fn nobody_listens_where_no_clause_restrains_answers_or_nothing_was_sent() {
    let engine = engine();
    let blocked = ask(&engine, "api.deepseek.com", "hello there", at(0));
    assert!(blocked.awaited.is_none());
    engine.update(|snapshot| {
        let source = snapshot.policy.source().replace("on: receive", "on: prompt");
        let taxonomy = engine::taxonomy(&snapshot.detectors, &snapshot.catalog);
        snapshot.policy = std::sync::Arc::new(policy::compile("policy.md", &source, &taxonomy).unwrap());
    });
    assert!(
        send(&engine, &anna(&engine), HOST, "/v1/chat/completions", Body::Whole(chat("Hi")), at(0))
            .awaited
            .is_none()
    );
}
