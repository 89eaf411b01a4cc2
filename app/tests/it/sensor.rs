use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use model::Source;

use crate::world::{World, bylaw, root};

/// A connection of one of Zeek's logs in JSON, number `number` of its day.
pub(crate) fn connection(number: u64, host: &str) -> String {
    let ends = format!(
        "\"ts\":{}.5,\"uid\":\"C{number}\",\"id.orig_h\":\"10.9.0.7\",\"id.orig_p\":{},\"id.resp_h\":\"198.51.100.9\",\
         \"id.resp_p\":443",
        1_795_000_000 + number * 60,
        40_000 + number
    );
    format!(
        "{{\"_path\":\"ssl\",{ends},\"server_name\":\"{host}\",\"next_protocol\":\"h2\"}}\n\
         {{\"_path\":\"conn\",{ends},\"proto\":\"tcp\",\"service\":\"ssl\",\"duration\":2.5,\"orig_bytes\":900,\
         \"resp_bytes\":52000}}\n"
    )
}

pub(crate) fn append(log: &Path, text: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(log).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// How many flows to Perplexity the store knows, and how often a host that no tool has was used.
fn kept(world: &World) -> (usize, u64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = store::Store::open(&world.store_url).await.unwrap();
        let filter = store::ExchangeFilter { sources: vec![Source::Log], ..Default::default() };
        let page = store.exchanges(&filter, None, store::PAGE_LIMIT).await.unwrap();
        let flows = page.items.iter().filter(|row| {
            row.record.facts.visibility == model::Visibility::Flow
                && row.record.facts.tool.id.as_str() == "perplexity"
        });
        let times = store.sightings().await.unwrap().iter().map(|seen| seen.times).sum();
        let kept = (flows.count(), times);
        store.close().await;
        kept
    })
}

fn wait_for(world: &World, expected: (usize, u64)) {
    let begun = Instant::now();
    while kept(world) != expected {
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}, not {expected:?}", kept(world));
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_log_is_followed_and_each_line_counts_once_after_a_kill() {
    let mut world =
        World::with_settings("[sensor]\naside = \"unread.txt\"\n[[sensor.log]]\nfile = \"zeek.json\"\n");
    let log = world.folder.path().join("zeek.json");
    append(&log, &connection(1, "www.perplexity.ai"));
    append(&log, &connection(2, "chat.unheard-llm.ai"));
    append(&log, "no line of any log\n");
    wait_for(&world, (1, 2));
    world.kill();
    append(&log, &connection(3, "www.perplexity.ai"));
    world.restart();
    append(&log, &connection(4, "chat.unheard-llm.ai"));
    wait_for(&world, (2, 4));
    let aside = fs::read_to_string(world.folder.path().join("unread.txt")).unwrap();
    assert_eq!(aside, "format not recognised\tno line of any log\n");
}

#[test]
fn observe_prints_tools_and_candidates() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("zeek.json");
    append(&log, &connection(1, "www.perplexity.ai"));
    append(&log, &connection(2, "chat.unheard-llm.ai"));
    append(&log, &connection(3, "www.example.org"));
    let log = log.display().to_string();
    let printed = bylaw(&["observe", &log]);
    assert!(printed.success, "{}", printed.text);
    assert!(
        printed.text.contains("Perplexity") && printed.text.contains("unheard-llm.ai (score"),
        "{}",
        printed.text
    );
    assert!(!printed.text.contains("example.org"), "{}", printed.text);

    let lines = bylaw(&["observe", "--format", "jsonl", &log]);
    let rows: Vec<serde_json::Value> =
        lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 6);
    let flow = &rows[1];
    assert_eq!(
        (&flow["tool"], &flow["role"], &flow["visibility"]),
        (&"perplexity".into(), &"app".into(), &"flow".into())
    );
    assert_eq!(
        (&flow["client"], &flow["port"], &flow["bytes_up"]),
        (&"10.9.0.7".into(), &443.into(), &900.into())
    );
    assert_eq!(rows[5]["reasons"], serde_json::json!([]));
    for field in
        ["ts", "server", "transport", "host_from", "alpn", "ja3", "ja4", "ech", "bytes_down", "category"]
    {
        assert!(flow.get(field).is_some(), "{field}");
    }
}

#[test]
fn observe_reads_captures() {
    let capture = root().join("sensor/captures");
    let files: Vec<String> = fs::read_dir(capture)
        .unwrap()
        .map(|entry| entry.unwrap().path().display().to_string())
        .filter(|path| path.ends_with(".pcap") || path.ends_with(".pcapng"))
        .collect();
    assert!(!files.is_empty());
    for file in &files {
        let printed = bylaw(&["observe", "--format", "jsonl", file]);
        assert!(printed.success && printed.text.lines().count() > 0, "{file}: {}", printed.text);
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let missing = bylaw(&["observe", "/nowhere/x.pcap"]);
    assert_eq!(missing.code, Some(2), "{}", missing.text);
    assert!(missing.text.contains("cannot read `/nowhere/x.pcap`"), "{}", missing.text);
    let folder = tempfile::tempdir().unwrap();
    let garbage = folder.path().join("x.log");
    fs::write(&garbage, "one\ntwo\n").unwrap();
    let printed = bylaw(&["observe", &garbage.display().to_string()]);
    assert!(
        printed.success && printed.text.contains("2 not read: lines: format not recognised"),
        "{}",
        printed.text
    );
    let unknown = bylaw(&["observe", "--log-format", "runes", "x"]);
    assert!(!unknown.success && unknown.text.contains("zeek-json"), "{}", unknown.text);
}
