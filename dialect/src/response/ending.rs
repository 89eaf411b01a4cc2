use serde_json::{Value, json};

use crate::{
    answer::{Notice, plain, refusal},
    dialect::Dialect,
};

use super::Shape;

/// Whether bytes of an answer have gone out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// None so far.
    No,
    /// Some, up to the end of an event, line or character.
    Yes,
}

/// What ends a stream of this content type from which the rest is withheld, so that clients show or raise `notice`
/// instead of taking what came for the whole answer.
///
/// The status has been sent, so the error travels in the stream: as the event that the service itself sends when
/// something fails half-way.
pub fn ending(dialect: Dialect, content_type: &str, begun: Begun, notice: &Notice) -> Vec<u8> {
    match (Shape::of(dialect, content_type), begun) {
        (Shape::Events, _) => events(dialect, notice),
        (Shape::Lines, _) => format!("{}\n", refusal(dialect, notice)),
        (Shape::Elements, Begun::No) => format!("[{}]", refusal(dialect, notice)),
        (Shape::Elements, Begun::Yes) => format!(",\n{}]", refusal(dialect, notice)),
        (Shape::Lengths, _) => counted(notice),
        (Shape::Html, _) => format!("<p>{}</p>", escaped(&plain(notice))),
        (Shape::Text, Begun::Yes) => format!("\n\n{}\n", plain(notice)),
        (Shape::Text | Shape::Document | Shape::Bytes, _) => plain(notice),
    }
    .into_bytes()
}

fn events(dialect: Dialect, notice: &Notice) -> String {
    let error = refusal(dialect, notice);
    match dialect {
        // SDKs raise what the member `error` of any event says.
        Dialect::OpenaiChat => format!("data: {error}\n\ndata: [DONE]\n\n"),
        // <https://platform.openai.com/docs/api-reference/responses-streaming/error>
        Dialect::OpenaiResponses | Dialect::OpenaiFiles => {
            let event = json!({
                "type": "error",
                "code": notice.code,
                "message": plain(notice),
                "param": null,
                "error": error.get("error"),
            });
            format!("event: error\ndata: {event}\n\n")
        }
        // <https://docs.anthropic.com/en/docs/build-with-claude/streaming#error-events>
        Dialect::Anthropic | Dialect::ClaudeWeb => format!("event: error\ndata: {error}\n\n"),
        Dialect::ChatgptWeb => {
            let event = json!({"message": null, "error": plain(notice), "error_code": notice.code});
            format!("data: {event}\n\ndata: [DONE]\n\n")
        }
        _ => format!("data: {error}\n\n"),
    }
}

/// A row as Google's pages get it when a call fails: `["er",null,…,code]`, in a frame with its length in UTF-16 units.
fn counted(notice: &Notice) -> String {
    let row: Value = json!([["er", null, null, null, null, notice.status, null, null, null, plain(notice)]]);
    let frame = format!("\n{row}\n");
    format!("{}{frame}", frame.encode_utf16().count())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{Begun, Dialect, Notice, ending};

    fn check(dialect: Dialect, content_type: &str, begun: Begun, expected: Expect) {
        expected.assert_eq(&ended(dialect, content_type, begun));
    }

    fn ended(dialect: Dialect, content_type: &str, begun: Begun) -> String {
        let notice = Notice {
            status: 403,
            title: "Withheld".to_owned(),
            message: "The answer holds a <key>.".to_owned(),
            code: "bylaw_blocked".to_owned(),
            help_url: None,
        };
        String::from_utf8(ending(dialect, content_type, begun, &notice)).unwrap()
    }

    #[test]
    fn events_end_with_the_services_own_error() {
        check(
            Dialect::OpenaiChat,
            "text/event-stream",
            Begun::Yes,
            expect![[r#"
            data: {"error":{"message":"Withheld. The answer holds a <key>.","type":"permission_error","param":null,"code":"bylaw_blocked"}}

            data: [DONE]

        "#]],
        );
        check(
            Dialect::OpenaiResponses,
            "text/event-stream",
            Begun::Yes,
            expect![[r#"
            event: error
            data: {"type":"error","code":"bylaw_blocked","message":"Withheld. The answer holds a <key>.","param":null,"error":{"message":"Withheld. The answer holds a <key>.","type":"permission_error","param":null,"code":"bylaw_blocked"}}

        "#]],
        );
        check(
            Dialect::Anthropic,
            "text/event-stream",
            Begun::Yes,
            expect![[r#"
            event: error
            data: {"type":"error","error":{"type":"permission_error","message":"Withheld. The answer holds a <key>."}}

        "#]],
        );
        check(
            Dialect::ChatgptWeb,
            "text/event-stream",
            Begun::Yes,
            expect![[r#"
            data: {"message":null,"error":"Withheld. The answer holds a <key>.","error_code":"bylaw_blocked"}

            data: [DONE]

        "#]],
        );
        check(
            Dialect::Gemini,
            "text/event-stream",
            Begun::No,
            expect![[r#"
            data: {"error":{"code":403,"message":"Withheld. The answer holds a <key>.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"BYLAW_BLOCKED","domain":"bylaw"}]}}

        "#]],
        );
    }

    #[test]
    fn other_streams_stay_well_formed() {
        check(
            Dialect::Gemini,
            "application/json",
            Begun::No,
            expect![[
                r#"[{"error":{"code":403,"message":"Withheld. The answer holds a <key>.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"BYLAW_BLOCKED","domain":"bylaw"}]}}]"#
            ]],
        );
        check(
            Dialect::Gemini,
            "application/json",
            Begun::Yes,
            expect![[r#"
            ,
            {"error":{"code":403,"message":"Withheld. The answer holds a <key>.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"BYLAW_BLOCKED","domain":"bylaw"}]}}]"#]],
        );
        check(
            Dialect::Json,
            "application/x-ndjson",
            Begun::Yes,
            expect![[r#"
            {"type":"about:blank","title":"Withheld","status":403,"detail":"The answer holds a <key>.","code":"bylaw_blocked"}
        "#]],
        );
        check(
            Dialect::GeminiWeb,
            "application/json",
            Begun::Yes,
            expect![[r#"
            87
            [["er",null,null,null,null,403,null,null,null,"Withheld. The answer holds a <key>."]]
        "#]],
        );
        check(
            Dialect::Text,
            "text/html",
            Begun::Yes,
            expect!["<p>Withheld. The answer holds a &lt;key&gt;.</p>"],
        );
        let told = ended(Dialect::Text, "text/plain", Begun::Yes);
        assert_eq!(told, "\n\nWithheld. The answer holds a <key>.\n");
    }
}
