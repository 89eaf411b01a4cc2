use dialect::{Dialect, Edit, RequestHead, Restorer, read, rewrite};
use model::Sensitive;
use proptest::prelude::*;

use crate::{
    golden::requests,
    requests::{edits, reading_of},
};

#[test]
fn without_edits_nothing_changes() {
    for request in requests() {
        let reading = reading_of(&request, &request.body);
        assert_eq!(rewrite(&request.body, &reading, &[]).unwrap(), request.body, "{}", request.name);
    }
}

#[test]
fn an_edit_that_says_the_same_again_reads_the_same() {
    for request in requests() {
        let reading = reading_of(&request, &request.body);
        let same = |edit: Edit| {
            let with = reading.parts[edit.part].text.reveal()[edit.range.clone()].to_owned();
            Edit { with, ..edit }
        };
        let same: Vec<Edit> = edits(&reading).into_iter().map(same).collect();
        let rewritten = rewrite(&request.body, &reading, &same).unwrap();
        let again = reading_of(&request, &rewritten);
        let texts = |reading: &dialect::Reading| {
            reading.parts.iter().map(|part| part.text.reveal().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(texts(&again), texts(&reading), "{}", request.name);
    }
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) }
}

const CONTENT_TYPES: [&str; 5] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "text/plain",
    "application/octet-stream",
];

/// Text that provokes: escapes, boundaries, percent signs, characters of every length.
fn spiky() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a", " ", "\"", "\\", "\n", "%", "+", "&", "=", "é", "✓", "😀", "\0", "[", "]", "{", "}", "--b",
        "\r\n", "\u{2028}", "536",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |bytes: &[u8]| {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | bytes.get(at).map_or(0, |byte| usize::from(*byte)));
        (0..4)
            .map(|at| if at <= bytes.len() { char::from(DIGITS[bits >> (18 - 6 * at) & 63]) } else { '=' })
            .collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

/// A body in which `text` is what the person says.
fn body_saying(shape: usize, text: &str) -> (Dialect, &'static str, Vec<u8>) {
    let json = |value: serde_json::Value| value.to_string().into_bytes();
    let percent = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02x}")).collect() };
    match shape {
        0 => (
            Dialect::OpenaiChat,
            CONTENT_TYPES[0],
            json(serde_json::json!({"messages": [{"role": "user", "content": text}]})),
        ),
        1 => {
            // Every character as an escape, as some clients send them.
            let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            (Dialect::Anthropic, CONTENT_TYPES[0], format!("{{\"system\":\"{escaped}\"}}").into_bytes())
        }
        2 => (Dialect::Form, CONTENT_TYPES[1], format!("prompt=p{}&x=y", percent(text)).into_bytes()),
        3 => {
            let inner = serde_json::json!([[text, 0], ["en"]]).to_string();
            let outer = serde_json::json!([null, inner]).to_string();
            (Dialect::GeminiWeb, CONTENT_TYPES[1], format!("f.req={}&at=x", percent(&outer)).into_bytes())
        }
        4 => {
            let data = format!("data:text/plain;base64,{}", base64(text.as_bytes()));
            let file = serde_json::json!({"type": "file", "file": {"filename": "a.txt", "file_data": data}});
            let body = serde_json::json!({"messages": [{"role": "user", "content": [file]}]});
            (Dialect::OpenaiChat, CONTENT_TYPES[0], json(body))
        }
        _ => {
            let body = format!(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{text}\r\n--b--\r\n"
            );
            (Dialect::Multipart, CONTENT_TYPES[2], body.into_bytes())
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), text in spiky(), which in 0usize..5) {
        for dialect in Dialect::ALL {
            for body in [bytes.as_slice(), text.as_bytes()] {
                let head = RequestHead { path: "/x/models/m:generateContent", content_type: Some(CONTENT_TYPES[which]) };
                if let Ok(reading) = read(dialect, &head, body) {
                    prop_assert_eq!(rewrite(body, &reading, &[]).unwrap(), body);
                }
            }
        }
    }

    #[test]
    fn damaged_golden_requests_never_panic(which in 0usize..20, at in 0usize..1500, byte: u8, cut: bool) {
        let request = &requests()[which];
        let mut body = request.body.clone();
        let at = at % body.len();
        if cut { body.truncate(at) } else { body[at] = byte }
        for dialect in Dialect::ALL {
            let head = RequestHead { path: &request.path, content_type: Some(&request.content_type) };
            if let Ok(reading) = read(dialect, &head, &body) {
                let _ = rewrite(&body, &reading, &edits(&reading)).unwrap();
            }
        }
    }

    #[test]
    fn a_rewritten_body_says_what_the_edits_say(shape in 0usize..6, before in spiky(), found in spiky(), after in spiky(), with in spiky()) {
        let text = format!("x{before}<{found}>{after}x");
        // In a form, a boundary ends the part; a zero byte makes a file binary.
        let odd = format!("{text}{with}");
        prop_assume!(shape < 4 || !(odd.contains("--b") || odd.contains('\0')));
        let (dialect, content_type, body) = body_saying(shape, &text);
        let head = RequestHead { path: "/", content_type: Some(content_type) };
        let reading = read(dialect, &head, &body).unwrap();
        let part = reading.parts.iter().position(|part| part.text.reveal().ends_with(&text));
        prop_assume!(part.is_some()); // a text that is JSON or binary is read as such
        let part = part.unwrap();
        let own = reading.parts[part].text.reveal();
        let start = own.len() - text.len() + 1 + before.len();
        let range = start..start + found.len() + 2;
        let expected = format!("{}{with}{}", &own[..range.start], &own[range.end..]);
        let rewritten = rewrite(&body, &reading, &[Edit { part, range, with }]).unwrap();
        let again = read(dialect, &head, &rewritten).unwrap();
        prop_assert!(again.parts.iter().any(|part| part.text.reveal() == expected), "{:?}", String::from_utf8_lossy(&rewritten));
    }
}

fn originals() -> Vec<(String, Sensitive)> {
    let original = |placeholder: &str, original: &str| (placeholder.to_owned(), Sensitive::new(original));
    vec![
        original("[US_SSN_4F2A]", "536-90-4399"),
        original("[NAME_91C0]", "Anna \"A\" Kovacs\n"),
        original("[NAME_91C1]", "x"),
    ]
}

/// The output for `input` cut at `cuts`.
fn restored(dialect: Dialect, content_type: &str, input: &[u8], cuts: &[usize]) -> (Vec<u8>, u32) {
    run(Restorer::new(dialect, content_type, originals()), input, cuts)
}

fn run(mut restorer: Restorer, input: &[u8], cuts: &[usize]) -> (Vec<u8>, u32) {
    let (mut output, mut from) = (Vec::new(), 0);
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (input.len() + 1)).collect();
    cuts.sort_unstable();
    cuts.push(input.len());
    for cut in cuts {
        output.extend(restorer.push(&input[from..cut]));
        from = cut;
    }
    output.extend(restorer.finish());
    (output, restorer.restored())
}

/// Pieces that are, begin, end or look like placeholders.
fn pieces() -> impl Strategy<Value = Vec<String>> {
    let piece = prop::sample::select(vec![
        "[US_SSN_4F2A]",
        "[NAME_91C0]",
        "[",
        "[US_",
        "SSN_4F2A]",
        "[NAME_91C",
        "0]",
        "1]",
        "hello ",
        "é",
        "\"",
        "]",
        "",
        "[[",
        "\n",
    ]);
    prop::collection::vec(piece.prop_map(str::to_owned), 0..12)
}

/// An answer that streams `pieces`, and how to read the text a client sees in it.
fn streamed(shape: usize, pieces: &[String]) -> (Dialect, &'static str, String) {
    let events = |events: Vec<String>| events.concat();
    let json = |value: serde_json::Value| value.to_string();
    let sse = "text/event-stream";
    match shape {
        0 => {
            let mut all: Vec<String> = pieces
                .iter()
                .map(|p| format!("data: {}\n\n", json(serde_json::json!({"id": "c", "choices": [{"index": 0, "delta": {"content": p}, "finish_reason": null}]}))))
                .collect();
            all.push("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n".to_owned());
            (Dialect::OpenaiChat, sse, events(all))
        }
        1 => {
            let mut all: Vec<String> = pieces
                .iter()
                .map(|p| format!("event: content_block_delta\r\ndata: {}\r\n\r\n", json(serde_json::json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": p}}))))
                .collect();
            all.push(
                "event: content_block_stop\r\ndata: {\"type\":\"content_block_stop\",\"index\":0}\r\n\r\n"
                    .to_owned(),
            );
            (Dialect::Anthropic, sse, events(all))
        }
        2 => {
            let all: Vec<String> = pieces
                .iter()
                .map(|p| json(serde_json::json!({"candidates": [{"content": {"parts": [{"text": p}]}}]})))
                .collect();
            (Dialect::Gemini, "application/json", format!("[{}\n]", all.join(",\r\n")))
        }
        _ => {
            let all: Vec<String> = pieces
                .iter()
                .map(|p| format!("{}\n", json(serde_json::json!({"message": {"content": p}, "done": false}))))
                .collect();
            (Dialect::OpenaiChat, "application/x-ndjson", events(all) + "{\"done\":true}\n")
        }
    }
}

/// The text a client puts together from an answer.
fn client_text(shape: usize, answer: &str) -> String {
    let values: Vec<serde_json::Value> = match shape {
        2 => serde_json::from_str(answer).unwrap(),
        3 => answer.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        _ => answer
            .lines()
            .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
            .collect(),
    };
    let pointer =
        ["/choices/0/delta/content", "/delta/text", "/candidates/0/content/parts/0/text", "/message/content"]
            [shape];
    values.iter().filter_map(|value| value.pointer(pointer)?.as_str()).collect()
}

fn plain(text: &str) -> String {
    let mut text = text.to_owned();
    for (placeholder, original) in originals() {
        text = text.replace(&placeholder, original.reveal());
    }
    text
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn streamed_answers_are_restored_however_they_are_cut(shape in 0usize..4, pieces in pieces(), cuts in prop::collection::vec(any::<usize>(), 0..12)) {
        // Lines of a service that is not known: its texts may repeat.
        let (dialect, content_type, answer) = streamed(shape, &pieces);
        let dialect = if shape == 3 { Dialect::Json } else { dialect };
        let (whole, count) = restored(dialect, content_type, answer.as_bytes(), &[]);
        let (cut, _) = restored(dialect, content_type, answer.as_bytes(), &cuts);
        prop_assert_eq!(&whole, &cut);
        let whole = String::from_utf8(whole).unwrap();
        let said = pieces.concat();
        let repeats = shape == 3 && pieces.windows(2).any(|pair| pair[1].starts_with(&pair[0]) && pair[0].contains('['));
        if !repeats {
            prop_assert_eq!(client_text(shape, &whole), plain(&said), "{}", whole);
        }
        if !said.contains('[') {
            prop_assert_eq!((whole, count), (answer, 0));
        }
    }

    #[test]
    fn documents_are_restored_however_they_are_cut(text in pieces(), cuts in prop::collection::vec(any::<usize>(), 0..12), pretty: bool) {
        let value = serde_json::json!({"choices": [{"message": {"content": text.concat(), "x": ["[NAME_91C0]", 1]}}], "a:b": {"c": text}});
        let answer = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        let (whole, _) = restored(Dialect::OpenaiChat, "application/json; charset=utf-8", answer.as_bytes(), &[]);
        let (cut, _) = restored(Dialect::OpenaiChat, "application/json", answer.as_bytes(), &cuts);
        prop_assert_eq!(&whole, &cut);
        let got: serde_json::Value = serde_json::from_slice(&whole).unwrap();
        prop_assert_eq!(got["choices"][0]["message"]["content"].as_str().unwrap(), plain(&text.concat()));
        for (placeholder, _) in originals() {
            prop_assert!(!String::from_utf8_lossy(&whole).contains(placeholder.as_str()));
        }
    }

    #[test]
    fn restoring_never_panics_and_loses_nothing(bytes in prop::collection::vec(any::<u8>(), 0..300), text in spiky(), cuts in prop::collection::vec(any::<usize>(), 0..6)) {
        for dialect in Dialect::ALL {
            for content_type in ["text/event-stream", "application/json", "application/x-ndjson", "text/plain", "text/html", "image/png", ""] {
                for input in [bytes.as_slice(), text.as_bytes()] {
                    // A text that ends like the beginning of a placeholder may move to the next event.
                    restored(dialect, content_type, input, &cuts);
                    let absent = vec![("\u{1}ABSENT".to_owned(), Sensitive::new("x"))];
                    let restorer = Restorer::new(dialect, content_type, absent);
                    let (output, count) = run(restorer, input, &cuts);
                    prop_assert_eq!((output.as_slice(), count), (input, 0), "{:?} {}", dialect, content_type);
                }
            }
        }
    }
}
