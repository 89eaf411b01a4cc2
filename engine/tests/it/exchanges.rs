use bytes::Bytes;
use engine::{Body, HostPlan, Justification, Next};
use model::{ClauseId, Sensitive, ToolId, Uninspected, Visibility};

use crate::world::*;

const SSN: &str = "536-90-4399";
const OPENAI: &str = "api.openai.com";
const CODE: &str =
    "```python\nimport os\n\ndef main():\n    for name in os.listdir('.'):\n        print(name)\n```";

fn key() -> String {
    ["AKIA", "QYLPMN5HHHFPZAM2"].concat()
}

#[test]
fn what_is_asked_and_what_happens() {
    for (text, expected) in [
        ("Write a greeting for our newsletter", "forwarded OK-1, forward"),
        (&format!("Anna Kovacs has SSN {SSN}"), "redacted DATA-1, rewrite"),
        (&format!("Why does {} fail?", key()), "blocked SEC-1, answer 403"),
        (&format!("SSN {SSN} and {}", key()), "blocked SEC-1, answer 403"),
        (&format!("What does this do?\n{CODE}"), "held CODE-1, answer 403"),
    ] {
        assert_eq!(told(&ask(&engine(), OPENAI, text, at(0))), expected, "{text}");
    }
}

#[test]
fn approvals_decide() {
    let engine = engine();
    let text = format!("Anna Kovacs has SSN {SSN}\n{CODE}");
    let body = |text: &str| Body::Whole(chat(text));
    let to = |host, path, text: &str| told(&send(&engine, &anna(&engine), host, path, body(text), at(0)));
    assert_eq!(to("api.anthropic.com", "/v1/messages", &text), "forwarded OK-1, forward");
    assert_eq!(
        to("api.groq.com", "/openai/v1/chat/completions", "hello there"),
        "coached otherwise, answer 403"
    );
    assert_eq!(to("api.deepseek.com", "/chat/completions", "hello there"), "blocked DENY-1, answer 403");
}

#[test]
fn a_redacted_body_holds_placeholders_and_the_answer_is_turned_back() {
    let decision = ask(&engine(), OPENAI, &format!("Repeat: SSN {SSN}, again {SSN}"), at(0));
    let record = decision.record.as_ref().unwrap();
    assert_eq!(record.facts.labels.values().copied().collect::<Vec<_>>(), [1], "one value, found twice");
    assert_eq!(record.findings.len(), 2);
    assert!(!serde_json::to_string(record).unwrap().contains(SSN), "no content in the record");
    let Next::Rewrite { body, restore } = decision.next else { panic!("not rewritten") };
    let sent = String::from_utf8(body.to_vec()).unwrap();
    assert!(!sent.contains(SSN), "{sent}");
    let start = sent.find("[US_SSN_").unwrap();
    let placeholder = &sent[start..start + sent[start..].find(']').unwrap() + 1];
    assert_eq!(sent.matches(placeholder).count(), 2);

    let mut restorer = restore.restorer("application/json");
    let answer = format!(r#"{{"choices":[{{"message":{{"content":"It is {placeholder}."}}}}]}}"#);
    let mut restored = restorer.push(answer.as_bytes());
    restored.extend(restorer.finish());
    assert_eq!(String::from_utf8(restored).unwrap(), answer.replace(placeholder, SSN));
    assert!(!format!("{restore:?}").contains(SSN), "what holds content does not print it");
}

#[test]
fn coaching_lets_a_retry_of_the_same_pass_for_a_time() {
    let engine = engine();
    let told_at = |seconds| told(&ask(&engine, "api.groq.com", "hello there", at(seconds)));
    assert_eq!(told_at(0), "coached otherwise, answer 403");
    assert_eq!(told_at(599), "acknowledged otherwise, forward");
    assert_eq!(told_at(601), "coached otherwise, answer 403");
}

#[test]
fn a_reason_lets_the_same_content_pass_and_nothing_more() {
    let engine = engine();
    let held = ask(&engine, OPENAI, CODE, at(0));
    assert_eq!(told(&held), "held CODE-1, answer 403");
    let record = held.record.as_ref().unwrap();
    assert!(
        answer_text(&held).contains(&format!("https://bylaw.example.com/justify/{}?t=", record.exchange.id))
    );
    engine.justify(Justification {
        exchange: record.exchange.id,
        person: record.exchange.person.clone(),
        tool: ToolId::new("openai-api"),
        clauses: vec![ClauseId::new("CODE-1")],
        digests: record.findings.iter().map(|finding| finding.digest.clone()).collect(),
        until: at(600),
    });
    assert_eq!(told(&ask(&engine, OPENAI, CODE, at(1))), "justified CODE-1, forward");
    let other = CODE.replace("listdir", "scandir");
    assert_eq!(told(&ask(&engine, OPENAI, &other, at(1))), "held CODE-1, answer 403");
    assert_eq!(told(&ask(&engine, OPENAI, CODE, at(600))), "held CODE-1, answer 403");
}

#[test]
fn a_reason_covers_more_findings_than_a_record_keeps() {
    let engine = engine();
    let many: Vec<String> =
        (0..150).map(|n| format!("Text.\n{}", CODE.replace("main", &format!("main_{n}")))).collect();
    let text = many.join("\n\nThen, in plain words, something else happens here.\n\n");
    let held = ask(&engine, OPENAI, &text, at(0)).record.unwrap();
    assert!(held.facts.labels.values().any(|&count| count > 100), "{:?}", held.facts.labels);
    engine.justify(Justification {
        exchange: held.exchange.id,
        person: held.exchange.person.clone(),
        tool: ToolId::new("openai-api"),
        clauses: vec![ClauseId::new("CODE-1")],
        digests: held.findings.iter().map(|finding| finding.digest.clone()).collect(),
        until: at(600),
    });
    assert_eq!(told(&ask(&engine, OPENAI, &text, at(1))), "justified CODE-1, forward");
}

#[test]
fn what_cannot_be_read_is_the_policy_s_choice() {
    let engine = engine();
    let anna = anna(&engine);
    let path = "/v1/chat/completions";
    let zipped = |text: &str| Bytes::from(dialect::encoding::encode("gzip", text.as_bytes()).unwrap());
    let bomb = zipped(&" ".repeat(5 << 20));
    let whole = chat(&format!("SSN {SSN}"));
    let gzip = headers(&[("content-type", "application/json"), ("content-encoding", "gzip")]);
    for (what, headers, body, expected, reason) in [
        (
            "gzip",
            &gzip,
            Body::Whole(zipped(std::str::from_utf8(&whole).unwrap())),
            "redacted DATA-1, rewrite",
            None,
        ),
        ("bomb", &gzip, Body::Whole(bomb), "blocked DATA-1, answer 403", Some(Uninspected::Bomb)),
        (
            "no gzip",
            &gzip,
            Body::Whole(whole.clone()),
            "blocked DATA-1, answer 403",
            Some(Uninspected::Unreadable),
        ),
        (
            "too large",
            &headers(&[("content-type", "application/json")]),
            Body::TooLarge { prefix: whole.clone() },
            "blocked DATA-1, answer 403",
            Some(Uninspected::TooLarge),
        ),
        (
            "broken",
            &headers(&[("content-type", "application/json")]),
            Body::Broken { bytes: 7, reason: "invalid chunk size".to_owned() },
            "rejected DATA-1, answer 400",
            Some(Uninspected::Truncated),
        ),
        (
            "no JSON",
            &headers(&[("content-type", "application/json")]),
            Body::Whole(Bytes::from_static(b"{\"messages\": [")),
            "blocked DATA-1, answer 403",
            Some(Uninspected::Unreadable),
        ),
    ] {
        let decision = send_with(&engine, &anna, OPENAI, path, headers, body, at(0));
        assert_eq!(told(&decision), expected, "{what}");
        let record = decision.record.unwrap();
        assert_eq!(record.exchange.uninspected, reason, "{what}");
        let seen = if reason.is_none() { Visibility::Content } else { Visibility::Flow };
        assert_eq!(record.facts.visibility, seen, "{what}");
    }
}

#[test]
fn unlisted_paths_count_only_when_something_is_found() {
    let engine = engine();
    let anna = anna(&engine);
    let body = |text: &str| Body::Whole(format!("{{\"note\":\"{text}\"}}").into());
    let to = |text: &str| told(&send(&engine, &anna, OPENAI, "/v9/new", body(text), at(0)));
    assert_eq!(to("all is well"), "no exchange, forward");
    assert_eq!(to(&format!("SSN {SSN}")), "redacted DATA-1, rewrite");
    let unknown = send(&engine, &anna, "www.example.org", "/v1/chat/completions", body("x"), at(0));
    assert_eq!(told(&unknown), "no exchange, forward");
}

#[test]
fn hosts() {
    let engine = engine();
    for (host, expected) in [
        ("api.openai.com", HostPlan::Intercept),
        ("chatgpt.com", HostPlan::Intercept),
        ("chat.deepseek.com", HostPlan::PassThrough),
        ("www.example.org", HostPlan::Tunnel),
        ("evil-openai.com", HostPlan::Tunnel),
        ("api.openai.com.evil.net", HostPlan::Tunnel),
    ] {
        assert_eq!(engine.host(host), expected, "{host}");
    }
    let record = engine.tunnelled(&anna(&engine), "chat.deepseek.com", at(0)).unwrap();
    assert_eq!(record.exchange.uninspected, Some(Uninspected::PassThrough));
    assert!(engine.tunnelled(&anna(&engine), "www.example.org", at(0)).is_none());
}

#[test]
fn earlier_turns_are_redacted_too() {
    let engine = engine();
    let body = serde_json::json!({"model": "gpt-5", "messages": [
        {"role": "user", "content": format!("SSN {SSN}")},
        {"role": "assistant", "content": format!("Noted: {SSN}.")},
        {"role": "user", "content": "Thank you. Repeat it."},
    ]});
    let decision = send(
        &engine,
        &anna(&engine),
        OPENAI,
        "/v1/chat/completions",
        Body::Whole(body.to_string().into()),
        at(0),
    );
    let Next::Rewrite { body, .. } = decision.next else { panic!("not rewritten") };
    assert!(!String::from_utf8_lossy(&body).contains(SSN));
}

#[test]
fn notices_say_clause_reason_and_remedy_and_never_the_text() {
    let engine = engine();
    let text = answer_text(&ask(&engine, OPENAI, &format!("Why does {} fail?", key()), at(0)));
    for expected in ["Test Policy", "SEC-1", "Credentials", "Remove what is named above"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(!text.contains(&key()) && !text.contains("PMN5"), "{text}");
    let _ = Sensitive::new(text);
}

#[test]
fn nothing_is_said_to_be_named_that_is_not() {
    let engine = engine();
    let told = answer_text(&ask(&engine, "api.deepseek.com", &format!("SSN {SSN}"), at(0)));
    assert!(told.contains("DENY-1") && !told.contains("named above"), "{told}");
}

/// A file as OpenAI's SDKs upload it.
fn upload(name: &str, content: &[u8]) -> model::Record {
    let engine = engine();
    let head = "--b\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\nuser_data\r\n--b\r\n";
    let file = format!("content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let body = [head.as_bytes(), file.as_bytes(), content, b"\r\n--b--\r\n"].concat();
    let headers = headers(&[("content-type", "multipart/form-data; boundary=b")]);
    let body = Body::Whole(body.into());
    send_with(&engine, &anna(&engine), OPENAI, "/v1/files", &headers, body, at(0)).record.unwrap()
}

#[test]
fn files_are_read_whatever_their_format() {
    let sample = |name: &str| std::fs::read(format!("../detect/tests/files/{name}")).unwrap();
    for name in ["customers.xlsx", "customers.pdf", "customers.ods"] {
        let record = upload(name, &sample(name));
        assert_eq!(record.outcome.as_str(), "blocked", "{name}: what is in a file cannot be replaced");
        assert_eq!(record.verdict.decisive().unwrap().clause.as_str(), "DATA-1", "{name}");
        assert_eq!(
            (record.facts.visibility, record.exchange.uninspected),
            (Visibility::Content, None),
            "{name}"
        );
    }
    let record = upload("locked.xlsx", &sample("locked.xlsx"));
    assert_eq!(record.exchange.uninspected, Some(Uninspected::Opaque));
    assert!(record.findings.iter().any(|finding| finding.label.as_str() == "marking.encrypted_file"));
    let record = upload("scan.png", &sample("scan.png"));
    assert_eq!(
        record.exchange.uninspected,
        Some(Uninspected::Opaque),
        "images are not recognised on the way"
    );
}
