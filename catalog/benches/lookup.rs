//! Time to find a tool by its host name.

use std::{hint::black_box, time::Instant};

use catalog::Catalog;

const ROUNDS: u32 = 200_000;

fn main() {
    let Ok(catalog) = Catalog::builtin() else { return eprintln!("the built-in catalogue cannot be read") };
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
}
