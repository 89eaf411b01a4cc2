//! Throughput of one thread, all detectors on: `cargo bench -p detect [-- prose|code|dense]`.
//!
//! Counts processor time where the system tells it (Linux), so that a busy machine does not matter much.

use std::{
    env, fs,
    hint::black_box,
    sync::LazyLock,
    time::{Duration, Instant},
};

use detect::{Detectors, Layer};

/// Long enough to be steady, short enough to be run often.
const RUN: Duration = Duration::from_millis(1500);
const SIZE: usize = 2 << 20;

const PROSE: &str = "The committee met again in spring, and after a long discussion it agreed that the library should open on \
    Sundays. Nobody had expected so many visitors: some came for the books, others for the quiet, a few for the warm radiators. \
    The new chair thanked everyone and said that the budget, though small, would last until the end of the year.\n\n";
const CODE: &str = "/// Adds a visitor and tells whether the room is full.\npub fn admit(&mut self, visitor: Visitor) -> Result<Room, Full> {\n    \
    if self.visitors.len() >= self.capacity {\n        return Err(Full { capacity: self.capacity });\n    }\n    \
    self.visitors.push(visitor);\n    let next = self.visitors.iter().map(|v| v.age).max().unwrap_or(0);\n    Ok(Room { next })\n}\n\n";
const DENSE: &str = "Anna Kovacs, anna.kovacs@example.com, SSN 536-90-4399, born 1985-04-12, card 4111 1111 1111 1111, \
    phone +44 20 7946 0958, IBAN DE89370400440532013000, from 81.2.69.142, diabetes, metformin; password = \"hunter2xyz\"\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let only = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let begun = processor_time();
    let detectors = Detectors::builtin()?;
    println!("{:28} {:>9.1} ms", "compile all detectors", since(begun));
    for (name, unit) in [("prose", PROSE), ("code", CODE), ("dense", DENSE)] {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let text = unit.repeat(SIZE / unit.len());
        for layer in [Layer::Structured, Layer::Lexicon, Layer::Code] {
            throughput(&detectors.only(&[layer]), &format!("{name} {layer:?}"), &text);
        }
        throughput(&detectors, name, &text);
    }
    if only.is_some() {
        return Ok(());
    }
    latency(&detectors, &PROSE.repeat(1 + 4096 / PROSE.len()));
    for unit in ["1", "1 ", "@", "a", "\"", "password=", "::", "4111 1111 1111 1111 "] {
        let text = unit.repeat((1 << 20) / unit.len());
        let begun = processor_time();
        black_box(detectors.scan(text.as_bytes()));
        println!("{:28} {:>9.1} ms", format!("1 MB of {unit:?}"), since(begun));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn throughput(detectors: &Detectors, name: &str, text: &str) {
    let (begun, mut bytes, mut hits) = (processor_time(), 0, 0);
    while processor_time() - begun < RUN {
        hits = black_box(detectors.scan(black_box(text.as_bytes()))).len();
        bytes += text.len();
    }
    let speed = bytes as f64 / (processor_time() - begun).as_secs_f64() / 1e6;
    println!("{name:28} {speed:>9.1} MB/s  ({hits} hits in {} bytes)", text.len());
}

fn latency(detectors: &Detectors, text: &str) {
    let prompt = text.as_bytes().get(..4096).unwrap_or_default();
    let mut times: Vec<Duration> = (0..20_000)
        .map(|_| {
            let begun = Instant::now();
            black_box(detectors.scan(black_box(prompt)));
            begun.elapsed()
        })
        .collect();
    times.sort();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!("{:28} p50 {:?}, p99 {:?}", "4 KiB prompt", at(50), at(99));
}

/// Time this process has spent on a processor; elapsed time where the system does not tell.
fn processor_time() -> Duration {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| BEGUN.elapsed(), Duration::from_nanos)
}

fn since(begun: Duration) -> f64 {
    (processor_time() - begun).as_secs_f64() * 1e3
}
