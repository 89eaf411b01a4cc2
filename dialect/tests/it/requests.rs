use std::fmt::Write;

use dialect::{Dialect, Edit, Reading, RequestHead, read, recognise, rewrite};
use expect_test::{ExpectFile, expect, expect_file};

use crate::golden::{Request, folder, requests};

/// What is replaced in golden requests, and by what.
const REPLACED: [(&str, &str); 2] = [("536-90-4399", "[US_SSN_4F2A]"), ("Anna Kovacs", "[NAME_91C0]")];

pub(crate) fn dialect_of(request: &Request) -> Dialect {
    let hosts =
        [("chatgpt_web", "chatgpt.com"), ("claude_web", "claude.ai"), ("gemini_web", "gemini.google.com")];
    let host = hosts
        .iter()
        .find(|(name, _)| request.name.starts_with(name))
        .map_or("api.example.com", |(_, host)| host);
    recognise(host, "POST", &request.path, Some(&request.content_type), None)
}

pub(crate) fn reading_of(request: &Request, body: &[u8]) -> Reading {
    let head = RequestHead { path: &request.path, content_type: Some(&request.content_type) };
    read(dialect_of(request), &head, body).unwrap_or_else(|error| panic!("{}: {error}", request.name))
}

/// The edits that replace what [`REPLACED`] lists.
pub(crate) fn edits(reading: &Reading) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (part, text) in reading.parts.iter().map(|part| part.text.reveal()).enumerate() {
        for (find, with) in REPLACED {
            let found = text.match_indices(find);
            edits.extend(found.map(|(at, _)| Edit {
                part,
                range: at..at + find.len(),
                with: with.to_owned(),
            }));
        }
    }
    edits
}

fn told(reading: &Reading, dialect: Dialect) -> String {
    let mut told = format!("{} {}", dialect.as_str(), reading.activity.as_str());
    let named = [("model", &reading.model), ("conversation", &reading.conversation)];
    for (name, value) in named.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        write!(told, " {name}={value}").unwrap();
    }
    told.push_str(if reading.streaming { " streaming\n" } else { "\n" });
    for part in &reading.parts {
        write!(told, "{:?}{}", part.role, if part.newest { " now" } else { "" }).unwrap();
        if let Some(file) = &part.file {
            let name = file.name.as_deref().unwrap_or("-");
            write!(told, " file {name} {}", file.media_type.as_deref().unwrap_or("-")).unwrap();
        }
        match part.opaque {
            Some(opaque) => writeln!(told, ": {} opaque bytes", opaque.bytes).unwrap(),
            None => writeln!(told, ": {:?}", part.text.reveal()).unwrap(),
        }
    }
    told
}

#[test]
fn golden_requests_read_as_expected() {
    for request in requests() {
        let reading = reading_of(&request, &request.body);
        expected(&request, "read").assert_eq(&told(&reading, dialect_of(&request)));
    }
}

#[test]
fn golden_requests_are_rewritten_as_expected() {
    for request in requests() {
        let reading = reading_of(&request, &request.body);
        let rewritten = rewrite(&request.body, &reading, &edits(&reading)).unwrap();
        let again = reading_of(&request, &rewritten);
        assert!(edits(&again).is_empty(), "{}: {}", request.name, told(&again, dialect_of(&request)));
        let file = [request.head.as_slice(), &rewritten].concat();
        let shown: String =
            file.utf8_chunks().map(|c| format!("{}{}", c.valid(), c.invalid().escape_ascii())).collect();
        expected(&request, "rewritten").assert_eq(&shown.replace('\r', "\\r").replace('\0', "\\0"));
    }
}

fn expected(request: &Request, what: &str) -> ExpectFile {
    expect_file![folder("requests").join(format!("{}.{what}", request.name))]
}

/// What is wrong with `body`.
fn check_error(dialect: Dialect, content_type: &str, body: &[u8], expected: expect_test::Expect) {
    let head = RequestHead { path: "/", content_type: Some(content_type) };
    expected.assert_eq(&read(dialect, &head, body).unwrap_err().to_string());
}

#[test]
fn malformed_bodies_are_refused_with_a_place() {
    let json = "application/json";
    check_error(
        Dialect::OpenaiChat,
        json,
        b"{\"messages\":[",
        expect!["malformed JSON: the text ends where a value is due at byte 13"],
    );
    check_error(Dialect::Anthropic, json, b"{\"a\":\"\xff\"}", expect!["invalid UTF-8 at byte 6"]);
    check_error(
        Dialect::Gemini,
        json,
        b"{} {}",
        expect!["malformed JSON: text after the end of the value at byte 3"],
    );
    check_error(
        Dialect::Json,
        json,
        &b"[".repeat(200),
        expect!["malformed JSON: nested too deeply at byte 96"],
    );
    check_error(
        Dialect::GeminiWeb,
        "application/x-www-form-urlencoded",
        b"a=b&f.req=%5B",
        expect!["malformed JSON: the text ends where a value is due at byte 10"],
    );
    check_error(
        Dialect::Multipart,
        "multipart/form-data",
        b"x",
        expect!["malformed multipart form: the content type names no boundary at byte 0"],
    );
    check_error(
        Dialect::OpenaiFiles,
        "multipart/form-data; boundary=b",
        b"--b\r\nA: b\r\n\r\nhalf",
        expect!["malformed multipart form: the body ends before the closing boundary at byte 17"],
    );
}
