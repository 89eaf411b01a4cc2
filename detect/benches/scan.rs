//! Throughput of one thread, all detectors on: `cargo bench -p detect --bench scan [-- prose|code|dense|FILE] [vectorscan]`.
//!
//! With a file, that is searched instead. With `vectorscan`, Hyperscan or Vectorscan searches the same texts (`scripts/need bench` installs it). Counts processor time where the system tells it (Linux), so that a busy machine does not matter much.

use std::{
    env, fs,
    hint::black_box,
    process::Command,
    sync::LazyLock,
    time::{Duration, Instant},
};

use detect::{Detectors, Layer};
use regex_automata::{meta::Regex, util::syntax};

/// Long enough to be steady, short enough to be run often.
const RUN: Duration = Duration::from_millis(1500);
const SIZE: usize = 2 << 20;
/// What asks for the comparison with Vectorscan.
const VECTORSCAN: &str = "vectorscan";
/// How much of a text the ordinary engine is given.
const SAMPLE: usize = 64 << 10;

/// Prose and code are this repository's own.
const PROSE: &str = concat!(
    include_str!("../../ARCHITECTURE.md"),
    include_str!("../../README.md"),
    include_str!("../../CONTRIBUTING.md")
);
const CODE: &str = concat!(
    include_str!("../src/load.rs"),
    include_str!("../src/scanner.rs"),
    include_str!("../src/anchors.rs")
);
const DENSE: &str = "Anna Kovacs, anna.kovacs@example.com, SSN 536-90-4399, born 1985-04-12, card 4111 1111 1111 1111, \
    phone +44 20 7946 0958, IBAN DE89370400440532013000, from 81.2.69.142, diabetes, metformin; password = \"hunter2xyz\"\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let vectorscan = arguments.iter().any(|argument| argument == VECTORSCAN);
    let only = arguments.into_iter().find(|argument| argument != VECTORSCAN);
    let begun = processor_time();
    let detectors = Detectors::builtin()?;
    println!("{:44} {:>9.1} ms", "compile all detectors", since(begun));
    let own = only.as_ref().and_then(|path| fs::read_to_string(path).ok());
    let known = [("prose", PROSE), ("code", CODE), ("dense", DENSE)];
    let asked = known.into_iter().filter(|(name, _)| only.as_ref().is_none_or(|only| only == name));
    for (name, unit) in asked.chain(own.as_deref().map(|text| ("file", text))) {
        let text = unit.repeat(1 + SIZE / unit.len().max(1));
        for layer in [Layer::Structured, Layer::Lexicon, Layer::Decode, Layer::Names, Layer::Code] {
            throughput(&detectors.only(&[layer]), &format!("{name} {layer:?}"), &text);
        }
        throughput(&detectors, name, &text);
        compare(name, &text)?;
        if vectorscan {
            compare_vectorscan(name, &text)?;
        }
    }
    if only.is_some() {
        return Ok(());
    }
    latency(&detectors, &PROSE.repeat(1 + 4096 / PROSE.len()));
    resident();
    for unit in ["1", "1 ", "@", "a", "\"", "password=", "::", "4111 1111 1111 1111 "] {
        let text = unit.repeat((1 << 20) / unit.len());
        let begun = processor_time();
        black_box(detectors.scan(text.as_bytes()));
        println!("{:44} {:>9.1} ms", format!("1 MB of {unit:?}"), since(begun));
    }
    Ok(())
}

fn throughput(detectors: &Detectors, name: &str, text: &str) {
    let (begun, mut bytes, mut hits) = (processor_time(), 0, 0);
    while processor_time() - begun < RUN {
        hits = black_box(detectors.scan(black_box(text.as_bytes()))).len();
        bytes += text.len();
    }
    println!("{name:44} {:>9.1} MB/s  ({hits} hits in {} bytes)", rate(bytes, begun), text.len());
}

/// The patterns of all detectors that need no more than a pattern, searched as one set by an ordinary regular expression
/// engine: without checks, words in context or edges.
fn compare(name: &str, text: &str) -> Result<(), Box<dyn std::error::Error>> {
    let all = all_patterns()?;
    let set = Regex::builder()
        .configure(Regex::config().nfa_size_limit(None).hybrid_cache_capacity(16 << 20))
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .build_many(&all)?;
    // Its time is not linear in the text.
    let text = text.get(..SAMPLE).unwrap_or(text);
    let (begun, mut bytes, mut matches) = (processor_time(), 0, 0);
    while processor_time() - begun < RUN {
        matches = set.find_iter(black_box(text.as_bytes())).count();
        bytes += text.len();
    }
    let title = format!("{name}, {} patterns as a regex set", all.len());
    println!("{title:44} {:>9.1} MB/s  ({matches} matches)", rate(bytes, begun));
    Ok(())
}

/// The same, by the fastest engine for it that we know.
fn compare_vectorscan(name: &str, text: &str) -> Result<(), Box<dyn std::error::Error>> {
    let folder = env::temp_dir().join(format!("bylaw-vectorscan-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let (program, list, sample) = (folder.join("search"), folder.join("patterns"), folder.join("text"));
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/vectorscan.c");
    let built = Command::new("cc").args(["-O2", source, "-lhs", "-o"]).arg(&program).status()?;
    if !built.success() {
        return Err("cannot build it; `scripts/need bench` installs what it needs".into());
    }
    fs::write(&list, all_patterns()?.join("\n"))?;
    fs::write(&sample, text)?;
    let told = Command::new(&program).args([&list, &sample]).output()?;
    fs::remove_dir_all(folder)?;
    let told = String::from_utf8(told.stdout)?;
    let [patterns, matches, bytes, seconds] = *told.split_whitespace().collect::<Vec<_>>() else {
        return Err("it told nothing".into());
    };
    let rate = bytes.parse::<f64>()? / seconds.parse::<f64>()? / 1e6;
    let title = format!("{name}, {patterns} patterns by Vectorscan");
    println!("{title:44} {rate:>9.1} MB/s  ({matches} matches)");
    Ok(())
}

/// The patterns of all detectors that need no more than a pattern.
fn all_patterns() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/detectors"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            all.extend(patterns(&fs::read_to_string(path)?)?);
        }
    }
    Ok(all)
}

/// The patterns of the detectors of a file that stand for themselves.
fn patterns(source: &str) -> Result<Vec<String>, toml::de::Error> {
    let file: toml::Table = toml::from_str(source)?;
    let detectors = file.get("detector").and_then(toml::Value::as_array).into_iter().flatten();
    let alone = detectors.filter(|detector| detector.get("lead").is_none());
    let patterns = alone.filter_map(|detector| detector.get("pattern")?.as_str());
    // A dot stands for whatever a check looks at, a name for a pattern of the file.
    let plain = patterns.filter(|pattern| !pattern.starts_with('$') && shortest(pattern) > 2);
    Ok(plain.map(str::to_owned).collect())
}

/// The length of the shortest match.
fn shortest(pattern: &str) -> usize {
    let parsed = syntax::parse_with(pattern, &syntax::Config::new().unicode(false).utf8(false));
    parsed.ok().and_then(|pattern| pattern.properties().minimum_len()).unwrap_or(0)
}

/// Megabytes a second.
#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn rate(bytes: usize, begun: Duration) -> f64 {
    bytes as f64 / (processor_time() - begun).as_secs_f64() / 1e6
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
    println!("{:44} p50 {:?}, p99 {:?}", "4 KiB prompt", at(50), at(99));
}

/// Memory of this process that is in use, where the system tells it (Linux, pages of 4 KiB).
fn resident() {
    let told = fs::read_to_string("/proc/self/statm").ok();
    let pages = told.as_deref().and_then(|text| text.split(' ').nth(1)?.parse::<usize>().ok());
    println!("{:44} {:>9} KiB", "resident, with the texts above", pages.unwrap_or(0) * 4);
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
