//! How fast bodies are read, rewritten and restored: `cargo bench -p dialect`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports, and stops where it cannot")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use dialect::{Dialect, Edit, Reading, RequestHead, Restorer, read, rewrite};
use model::Sensitive;

fn main() {
    for kilobytes in [1, 10, 100] {
        let body = chat(kilobytes * 1024);
        let head = RequestHead { path: "/v1/chat/completions", content_type: Some("application/json") };
        let reading = read(Dialect::OpenaiChat, &head, &body).unwrap();
        let edits = edits(&reading);
        report(&format!("read chat {kilobytes} KB"), body.len(), || {
            read(Dialect::OpenaiChat, &head, black_box(&body)).unwrap()
        });
        report(&format!("rewrite {} edits in {kilobytes} KB", edits.len()), body.len(), || {
            rewrite(black_box(&body), &reading, &edits).unwrap()
        });
    }
    let answer = events(2_000);
    report("restore 2,000 events, nothing held", answer.len(), || restore(black_box(&answer), "[NONE_0000]"));
    report("restore 2,000 events, 10 % held", answer.len(), || restore(black_box(&answer), "[US_SSN_4F2A]"));
}

/// A conversation of about `size` bytes with an SSN in every turn.
fn chat(size: usize) -> Vec<u8> {
    let turn = "Please summarise this complaint for the team: “the invoice was wrong”,\\nSSN 536-90-4399, thank you. ";
    let mut messages = Vec::new();
    let mut length = 0;
    while length < size {
        let role = if messages.len() % 2 == 0 { "user" } else { "assistant" };
        messages.push(format!("{{\"role\":\"{role}\",\"content\":\"{}\"}}", turn.repeat(6)));
        length += turn.len() * 6;
    }
    format!("{{\"model\":\"m\",\"stream\":true,\"messages\":[{}]}}", messages.join(",")).into_bytes()
}

fn edits(reading: &Reading) -> Vec<Edit> {
    let found = reading.parts.iter().enumerate().flat_map(|(part, said)| {
        let text = said.text.reveal();
        text.match_indices("536-90-4399").map(move |(at, ssn)| (part, at..at + ssn.len()))
    });
    found.map(|(part, range)| Edit { part, range, with: "[US_SSN_4F2A]".to_owned() }).collect()
}

fn events(count: usize) -> Vec<u8> {
    let event = |n: usize| {
        let text = match n % 20 {
            7 => " is [US_SSN",
            8 => "_4F2A]",
            _ => " some words",
        };
        format!(
            "data: {{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1763800000,\"model\":\"gpt-4.1\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"logprobs\":null,\"finish_reason\":null}}]}}\n\n"
        )
    };
    (0..count).map(event).collect::<String>().into_bytes()
}

fn restore(answer: &[u8], placeholder: &str) -> Vec<u8> {
    let originals = vec![(placeholder.to_owned(), Sensitive::new("536-90-4399"))];
    let mut restorer = Restorer::new(Dialect::OpenaiChat, "text/event-stream", originals);
    let mut out = restorer.push(answer);
    out.extend(restorer.finish());
    out
}

/// Runs `work` for half a second and says how fast it went.
fn report<T>(name: &str, bytes: usize, mut work: impl FnMut() -> T) {
    let (start, busy, mut runs) = (Instant::now(), busy(), 0_u32);
    while start.elapsed() < Duration::from_millis(500) {
        black_box(work());
        runs += 1;
    }
    let spent = self::busy().zip(busy).map_or(start.elapsed(), |(now, then)| now - then);
    let each = spent / runs;
    let speed = bytes as f64 / 1e6 / each.as_secs_f64();
    println!("{name:40} {:>10.2} µs {speed:>9.0} MB/s", each.as_secs_f64() * 1e6);
}

/// Time this thread has spent on a processor, where the system tells: on a busy machine the clock would lie.
fn busy() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
