use std::fs;

use dialect::{
    Answer, Dialect, Notice, RequestHead, ResponseReader, Restorer, answer, coaching_page, error, page, read,
};
use expect_test::{Expect, expect, expect_file};
use model::Sensitive;

use crate::golden::folder;

fn notice() -> Notice {
    Notice {
        status: 403,
        title: "Not sent: <policy> \"DATA-1\"".to_owned(),
        message:
            "Personal data stays out of this tool.\nState a reason at https://bylaw.example/justify/1?t=a&b."
                .to_owned(),
        code: "bylaw_blocked".to_owned(),
        help_url: Some("https://bylaw.example/justify/1?t=a&b".to_owned()),
    }
}

fn check(answer: &Answer, expected: Expect) {
    let content_type = answer.headers.iter().find(|(name, _)| *name == "content-type").unwrap();
    let body = String::from_utf8(answer.body.clone()).unwrap();
    expected.assert_eq(&format!("{} {}\n{body}", answer.status, content_type.1));
}

#[test]
fn refusals_have_the_tools_own_shape() {
    let of = |dialect| answer(dialect, &notice());
    check(
        &of(Dialect::OpenaiChat),
        expect![[r#"
        403 application/json
        {"error":{"message":"Not sent: <policy> \"DATA-1\". Personal data stays out of this tool.\nState a reason at https://bylaw.example/justify/1?t=a&b.","type":"permission_error","param":null,"code":"bylaw_blocked"}}"#]],
    );
    check(
        &of(Dialect::Anthropic),
        expect![[r#"
        403 application/json
        {"type":"error","error":{"type":"permission_error","message":"Not sent: <policy> \"DATA-1\". Personal data stays out of this tool.\nState a reason at https://bylaw.example/justify/1?t=a&b."}}"#]],
    );
    check(
        &of(Dialect::Gemini),
        expect![[r#"
        403 application/json
        {"error":{"code":403,"message":"Not sent: <policy> \"DATA-1\". Personal data stays out of this tool.\nState a reason at https://bylaw.example/justify/1?t=a&b.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"BYLAW_BLOCKED","domain":"bylaw"},{"@type":"type.googleapis.com/google.rpc.Help","links":[{"description":"Not sent: <policy> \"DATA-1\"","url":"https://bylaw.example/justify/1?t=a&b"}]}]}}"#]],
    );
    check(
        &of(Dialect::ChatgptWeb),
        expect![[r#"
        403 application/json
        {"detail":{"message":"Not sent: <policy> \"DATA-1\". Personal data stays out of this tool.\nState a reason at https://bylaw.example/justify/1?t=a&b.","code":"bylaw_blocked"}}"#]],
    );
    check(
        &of(Dialect::Json),
        expect![[r#"
        403 application/problem+json
        {"type":"about:blank","title":"Not sent: <policy> \"DATA-1\"","status":403,"detail":"Personal data stays out of this tool.\nState a reason at https://bylaw.example/justify/1?t=a&b.","code":"bylaw_blocked","help":"https://bylaw.example/justify/1?t=a&b"}"#]],
    );
    check(
        &of(Dialect::Text),
        expect![[r#"
        403 text/plain; charset=utf-8
        Not sent: <policy> "DATA-1". Personal data stays out of this tool.
        State a reason at https://bylaw.example/justify/1?t=a&b."#]],
    );
}

#[test]
fn a_malformed_request_is_told_where() {
    let head = RequestHead { path: "/v1/messages", content_type: None };
    let cause = read(Dialect::Anthropic, &head, b"{\"a\":}").unwrap_err();
    check(
        &error(Dialect::Anthropic, &cause),
        expect![[r#"
        400 application/json
        {"type":"error","error":{"type":"invalid_request_error","message":"The request could not be read. The request could not be read: malformed JSON: not the beginning of a value at byte 5. Nothing was sent on; correct it and try again."}}"#]],
    );
}

#[test]
fn the_page_escapes_everything() {
    let mut notice = notice();
    notice.code = "<script>".to_owned();
    let html = coaching_page(&notice);
    assert!(html.contains("<h1>Not sent: &lt;policy&gt; &quot;DATA-1&quot;</h1>"));
    assert!(html.contains("href=\"https://bylaw.example/justify/1?t=a&amp;b\""));
    assert!(!html.contains("<script"));
    notice.help_url = Some("javascript:alert(1)".to_owned());
    assert!(!coaching_page(&notice).contains("javascript"));
    assert!(page(&notice).headers.iter().any(|(name, _)| *name == "content-security-policy"));
}

/// The golden answers: file, dialect, content type.
const ANSWERS: [(&str, Dialect, &str); 14] = [
    ("openai_chat.sse", Dialect::OpenaiChat, "text/event-stream; charset=utf-8"),
    ("openai_chat.json", Dialect::OpenaiChat, "application/json"),
    ("openai_chat_tools.sse", Dialect::OpenaiChat, "text/event-stream"),
    ("openai_responses.sse", Dialect::OpenaiResponses, "text/event-stream"),
    ("anthropic.sse", Dialect::Anthropic, "text/event-stream"),
    ("anthropic.json", Dialect::Anthropic, "application/json"),
    ("gemini.sse", Dialect::Gemini, "text/event-stream"),
    ("gemini.json", Dialect::Gemini, "application/json; charset=UTF-8"),
    ("chatgpt_web.sse", Dialect::ChatgptWeb, "text/event-stream"),
    ("chatgpt_web_whole.sse", Dialect::ChatgptWeb, "text/event-stream"),
    ("gemini_web.txt", Dialect::GeminiWeb, "application/json; charset=utf-8"),
    ("ollama.ndjson", Dialect::Json, "application/x-ndjson"),
    ("perplexity.sse", Dialect::Json, "text/event-stream"),
    ("plain.sse", Dialect::Json, "text/event-stream"),
];

fn originals() -> Vec<(String, Sensitive)> {
    let original = |placeholder: &str, original: &str| (placeholder.to_owned(), Sensitive::new(original));
    vec![original("[US_SSN_4F2A]", "536-90-4399"), original("[NAME_91C0]", "Anna \"Ann\" Kovács\n2nd line")]
}

#[test]
fn golden_answers_are_restored_as_expected() {
    for (file, dialect, content_type) in ANSWERS {
        let answer = fs::read(folder("answers").join(file)).unwrap();
        let mut whole = Restorer::new(dialect, content_type, originals());
        let mut restored = whole.push(&answer);
        restored.extend(whole.finish());
        let mut bytewise = Restorer::new(dialect, content_type, originals());
        let mut same: Vec<u8> = answer.iter().flat_map(|byte| bytewise.push(&[*byte])).collect();
        same.extend(bytewise.finish());
        assert_eq!(String::from_utf8_lossy(&same), String::from_utf8_lossy(&restored), "{file}");
        let restored = String::from_utf8(restored).unwrap().replace('\r', "\\r");
        assert!(whole.restored() > 0, "{file}");
        expect_file![folder("answers").join(format!("{file}.restored"))].assert_eq(&restored);

        let mut untouched =
            Restorer::new(dialect, content_type, vec![("\u{2}NONE".to_owned(), Sensitive::new("x"))]);
        let mut output = untouched.push(&answer);
        output.extend(untouched.finish());
        assert!(output == answer, "{file}");
    }
}

#[test]
fn golden_answers_are_heard_as_expected() {
    for (file, dialect, content_type) in ANSWERS {
        let answer = fs::read(folder("answers").join(file)).unwrap();
        let mut reader = ResponseReader::new(dialect, content_type);
        let mut said: Vec<_> = answer.chunks(7).flat_map(|chunk| reader.push(chunk)).collect();
        said.extend(reader.finish());
        assert_eq!(reader.unread(), 0, "{file}");
        let told: String = said
            .iter()
            .map(|said| format!("{:04x} {:?} {:?}\n", said.stream & 0xffff, said.repeat, said.text.reveal()))
            .collect();
        expect_file![folder("answers").join(format!("{file}.heard"))].assert_eq(&told);
    }
}

#[test]
fn events_wait_only_where_they_must() {
    let mut restorer = Restorer::new(Dialect::OpenaiChat, "text/event-stream", originals());
    let event = |text: &str| {
        format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n")
    };
    for (piece, expected) in
        [("Her SSN", "Her SSN"), (" is [US_", " is "), ("SSN_4F2A], [", "536-90-4399, "), ("x]", "[x]")]
    {
        let out = restorer.push(event(piece).as_bytes());
        assert_eq!(String::from_utf8(out).unwrap(), event(expected));
    }
    assert_eq!(restorer.finish(), b"");
    assert_eq!(restorer.restored(), 1);
}
