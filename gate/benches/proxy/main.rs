//! What the proxy costs: throughput, CPU, new connections, delay of events, memory. Everything is compared with going
//! directly, in the same run; the proxy and the tool are processes of their own, so that their CPU can be told apart.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot go on fails")]

mod child; // a process of its own
mod load; // clients
mod proxy; // the proxy's process
mod tool; // the tool's process

use std::time::Duration;

use child::Child;
use load::{Request, Route};

/// How long each figure is measured.
const SPAN: Duration = Duration::from_millis(1_500);

#[tokio::main]
async fn main() {
    match std::env::var("BYLAW_BENCH_ROLE").as_deref() {
        Ok("tool") => return tool::run().await,
        Ok("proxy") => return proxy::run().await,
        _ => {}
    }
    let tool = Child::start("tool", &[]).await;
    let proxy = Child::start("proxy", &[("TOOL", &tool.address), ("ROOT", &tool.certificate)]).await;
    let direct = Route::direct(&tool);
    let through = Route::through(&proxy);
    let idle_memory = proxy.memory_kib();

    println!("proxy: 16 keep-alive connections, HTTP/1.1, TLS on both sides");
    println!(
        "{:>8} {:>9} {:>12} {:>12} {:>8} {:>10}",
        "body", "scanning", "direct/s", "proxied/s", "ratio", "CPU µs"
    );
    for kib in [1, 10, 100] {
        for (scanning, method) in [("off", "QUERY"), ("on", "POST")] {
            let request = Request::prose(method, kib * 1024);
            let alone = load::keep_alive(&direct, &request, SPAN).await;
            let before = proxy.cpu();
            let proxied = load::keep_alive(&through, &request, SPAN).await;
            let cpu = (proxy.cpu() - before).as_secs_f64() * 1e6 / proxied.count as f64;
            let (alone, proxied) = (alone.rate(), proxied.rate());
            let ratio = proxied / alone;
            println!("{kib:>4} KiB {scanning:>9} {alone:>12.0} {proxied:>12.0} {ratio:>8.2} {cpu:>10.0}");
        }
    }
    engine_alone();
    new_connections(&direct, &through, &proxy).await;
    first_seen(&through).await;
    events(&direct, &through).await;
    memory(&through, &proxy, idle_memory).await;
}

/// What of the CPU above is the engine's.
fn engine_alone() {
    let engine = proxy::engine();
    let spans = [1, 10, 100].map(|kib| {
        let request = Request::prose("POST", kib * 1024);
        format!("{kib} KiB {:.0} µs", load::engine_alone(&engine, &request).as_secs_f64() * 1e6)
    });
    println!("the engine alone, reading, scanning and deciding: {}", spans.join(", "));
    let chat = load::engine_alone(&engine, &Request::chat()).as_secs_f64() * 1e6;
    println!("  1 KiB behind 40 earlier messages of 1 KiB that it has seen: {chat:.0} µs");
}

async fn new_connections(direct: &Route, through: &Route, proxy: &Child) {
    let request = Request::prose("POST", 1024);
    let alone = load::new_connections(direct, &request, SPAN).await;
    let before = proxy.cpu();
    let proxied = load::new_connections(through, &request, SPAN).await;
    let cpu = (proxy.cpu() - before).as_secs_f64() * 1e3 / proxied.count as f64;
    let (alone, proxied) = (alone.rate(), proxied.rate());
    println!("new connections with one request each, no resumption, 16 at once:");
    println!(
        "  direct {alone:.0}/s, proxied {proxied:.0}/s, ratio {:.2}, {cpu:.2} ms CPU each",
        proxied / alone
    );
}

async fn first_seen(through: &Route) {
    let request = Request::prose("POST", 1024);
    let mut first = Vec::new();
    let mut again = Vec::new();
    for number in 0..proxy::HOSTS {
        let route = through.to(&proxy::host(number));
        first.push(load::one(&route, &request).await);
        again.push(load::one(&route, &request).await);
    }
    let (first, again) = (median(&mut first), median(&mut again));
    println!("one request over a new connection: host never seen {first:?}, host seen {again:?} (median)");
}

async fn events(direct: &Route, through: &Route) {
    let plain = Request::events("Tell me a story.");
    let redacted = Request::events("My SSN is 536-90-4399, tell me a story.");
    let alone = load::event_delay(direct, &plain).await;
    let forwarded = load::event_delay(through, &plain).await;
    let restored = load::event_delay(through, &redacted).await;
    println!("server-sent events, delay from the tool to the client, p50 of 400:");
    println!("  direct {alone:?}, forwarded {forwarded:?}, placeholders turned back {restored:?}");
}

async fn memory(through: &Route, proxy: &Child, idle: u64) {
    let request = Request::prose("POST", 1024);
    let open = load::open(through, &request, 500).await;
    let used = proxy.memory_kib();
    println!("memory at 500 intercepted connections, one request made on each: {} MiB", used / 1024);
    println!("  before any connection {} MiB (catalogue, detectors, policy)", idle / 1024);
    drop(open);
}

fn median(spans: &mut [Duration]) -> Duration {
    spans.sort_unstable();
    spans.get(spans.len() / 2).copied().unwrap_or_default()
}
