//! Time to find a tool by its host name, and to load the catalogue, as `bylaw` does on every start.

use std::{hint::black_box, time::Instant};

use catalog::Catalog;

const ROUNDS: u32 = 200_000;
const STARTS: u32 = 20;
const STRANGERS: usize = 10_000;

fn main() {
    let Ok(catalog) = Catalog::builtin() else { return eprintln!("the built-in catalogue cannot be read") };
    let hosts: usize = catalog.tools().iter().map(|tool| tool.hosts.len()).sum();
    println!("{} tools, {hosts} hosts", catalog.tools().len());
    let start = Instant::now();
    for _ in 0..STARTS {
        black_box(Catalog::builtin().is_ok());
    }
    println!("start: {:.1} ms", start.elapsed().as_secs_f64() * 1e3 / f64::from(STARTS));
    for (what, host) in [
        ("exact", "chatgpt.com"),
        ("below a suffix", "a.b.c.chatgpt.com"),
        ("wildcard", "bedrock-runtime.eu-central-1.amazonaws.com"),
        ("unknown", "www.example.org"),
    ] {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            black_box(catalog.lookup(black_box(host)));
        }
        println!("lookup, {what}: {:.0} ns", start.elapsed().as_secs_f64() * 1e9 / f64::from(ROUNDS));
    }
    every_host(&catalog);
    strangers(&catalog);
}

/// Every catalogued name, one after another.
fn every_host(catalog: &Catalog) {
    let tools = catalog.tools().iter();
    let names: Vec<String> =
        tools.flat_map(|tool| tool.hosts.iter().map(|host| host.name.replace('*', "x"))).collect();
    report("every catalogued name", catalog, &names);
}

/// Names that the catalogue does not know, under the top-level domains it knows best.
fn strangers(catalog: &Catalog) {
    let ends = ["com", "ai", "amazonaws.com", "google.com", "io", "example"];
    let names: Vec<String> = ends
        .iter()
        .cycle()
        .take(STRANGERS)
        .enumerate()
        .map(|(at, end)| format!("www.host-{at}.{end}"))
        .collect();
    report("10,000 unknown names", catalog, &names);
}

fn report(what: &str, catalog: &Catalog, names: &[String]) {
    let rounds = ROUNDS as usize / names.len() + 1;
    let start = Instant::now();
    for _ in 0..rounds {
        for name in names {
            black_box(catalog.lookup(black_box(name)));
        }
    }
    let each = start.elapsed().as_secs_f64() * 1e9 / (rounds * names.len()) as f64;
    println!("lookup, {what}: {each:.0} ns");
}
