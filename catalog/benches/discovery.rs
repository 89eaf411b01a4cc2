//! What discovery finds by names alone, what it costs, and what it keeps.

use std::{fs, hint::black_box, time::Instant};

use catalog::{
    ByName, Catalog,
    discovery::{Seen, Sighting, Sign, Signs, of_host},
};
use model::Timestamp;

const PAIRS: u64 = 500_000;

fn main() {
    names();
    let at = Timestamp::from_millis(1_795_000_000_000);
    let hosts: Vec<String> = (0..PAIRS / 10).map(|at| format!("www.host-name-{at}.example.org")).collect();
    let before = resident();
    let mut seen = Seen::new(PAIRS as usize);
    let start = Instant::now();
    for (number, host) in hosts.iter().cycle().take(PAIRS as usize).enumerate() {
        let person = number as u64 / hosts.len() as u64;
        seen.note(at, &Sighting { person, host, bytes_up: 900, bytes_down: 9_000, ..Sighting::default() });
    }
    let each = start.elapsed().as_secs_f64() * 1e9 / PAIRS as f64;
    println!("note, ten people a host: {each:.0} ns, {} bytes a pair", (resident() - before) / PAIRS);
    let start = Instant::now();
    black_box(seen.candidates(at));
    println!("candidates of {PAIRS} pairs: {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    drop(seen);

    let before = resident();
    let mut seen = Seen::new(PAIRS as usize);
    for number in 0..PAIRS {
        let host = format!("www.host-name-{number}.example.org");
        seen.note(at, &Sighting { person: number, host: &host, ..Sighting::default() });
    }
    println!("one person a host: {} bytes a pair", resident().saturating_sub(before) / PAIRS);
    black_box(&seen);
}

/// Share of the catalogue's tools that each sign of a name finds.
fn names() {
    let Ok(catalog) = Catalog::builtin() else { return eprintln!("the built-in catalogue cannot be read") };
    let used = |tool: &&catalog::Tool| tool.hosts.iter().any(|host| host.role.by_name() == ByName::Use);
    let tools: Vec<_> = catalog.tools().iter().filter(used).collect();
    for sign in [Sign::AiDomain, Sign::Brand, Sign::Word, Sign::AiWord, Sign::CommonWord] {
        let found = tools.iter().filter(|tool| tool.hosts.iter().any(|host| of_host(&host.name).has(sign)));
        println!("{}: {:.1} % of {} tools", sign.as_str(), share(found.count(), tools.len()), tools.len());
    }
    let any = |signs: Signs| signs.iter().any(|sign| sign.points() >= 50);
    let found = tools.iter().filter(|tool| tool.hosts.iter().any(|host| any(of_host(&host.name))));
    println!("any of the strong ones: {:.1} %", share(found.count(), tools.len()));
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole as f64
}

/// Bytes of memory in use: the second field of `/proc/self/statm`, in pages of 4 KiB (proc(5)).
fn resident() -> u64 {
    let text = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}
