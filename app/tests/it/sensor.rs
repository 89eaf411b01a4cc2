use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use model::Source;

use crate::{
    push::{curl, token_of},
    world::{World, bylaw, root},
};

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
    kept_of(world, Source::Log, "perplexity")
}

/// How many flows to a tool the store knows of a source, and how often a host that no tool has was used.
fn kept_of(world: &World, source: Source, tool: &str) -> (usize, u64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = store::Store::open(&world.store_url).await.unwrap();
        let filter = store::ExchangeFilter { sources: vec![source], ..Default::default() };
        let page = store.exchanges(&filter, None, store::PAGE_LIMIT).await.unwrap();
        let flows = page.items.iter().filter(|row| {
            row.record.facts.visibility == model::Visibility::Flow
                && row.record.facts.tool.id.as_str() == tool
        });
        let times = store.sightings().await.unwrap().iter().map(|seen| seen.times).sum();
        let kept = (flows.count(), times);
        store.close().await;
        kept
    })
}

fn wait_for(world: &World, expected: (usize, u64)) {
    wait_until(expected, || kept(world));
}

fn wait_until<T: PartialEq + std::fmt::Debug>(expected: T, seen: impl Fn() -> T) {
    let begun = Instant::now();
    while seen() != expected {
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}, not {expected:?}", seen());
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
fn resolvers_that_hide_names_are_kept() {
    let world = World::with_settings("[[sensor.log]]\nfile = \"zeek.json\"\n");
    append(&world.folder.path().join("zeek.json"), &connection(1, "dns.google"));
    wait_until(1, || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let store = store::Store::open(&world.store_url).await.unwrap();
            let all = store.concealments(model::Timestamp::from_millis(0)).await.unwrap();
            store.close().await;
            let of = |seen: &store::Concealed| (seen.way, seen.host == "dns.google");
            assert!(all.iter().all(|seen| of(seen) == (model::Concealment::DnsOverHttps, true)), "{all:?}");
            all.len()
        })
    });
}

/// What is no log: prose, credentials, code, tables and messages, all written by others, and our own pages.
#[test]
fn what_is_no_log_shows_no_use() {
    let folders =
        ["../shared/data/fetched/detect", "../shared/data/fetched/ner", "policies", "docs/adr", "detect/src"];
    let files = folders.iter().flat_map(|folder| {
        let inside = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        inside.filter(|path| path.is_file()).map(|path| path.display().to_string()).collect::<Vec<_>>()
    });
    let files: Vec<String> = files.collect();
    assert!(files.len() > 40, "{files:?}");
    let mut command = vec!["observe", "--format", "jsonl"];
    command.extend(files.iter().map(String::as_str));
    let seen = bylaw(&command);
    assert!(seen.success, "{}", seen.text);
    let rows: Vec<&str> = seen.text.lines().filter(|line| line.starts_with('{')).collect();
    assert!(rows.is_empty(), "{rows:#?}");
    assert!(seen.text.contains("format not recognised"), "what was not read is counted");
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

#[test]
fn logs_name_each_others_flows_in_whichever_order_they_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let ends =
        "\"id.orig_h\":\"10.9.0.7\",\"id.orig_p\":40000,\"id.resp_h\":\"198.51.100.9\",\"id.resp_p\":443";
    let flow = format!(
        "{{\"_path\":\"conn\",\"ts\":1795000010.5,\"uid\":\"C1\",{ends},\"proto\":\"tcp\",\"orig_bytes\":9,\"resp_bytes\":99}}\n"
    );
    let (flows, hellos) = (
        file("conn.log", &flow),
        file(
            "ssl.log",
            &format!(
                "{{\"_path\":\"ssl\",\"ts\":1795000010.5,\"uid\":\"C1\",{ends},\"server_name\":\"claude.ai\"}}\n"
            ),
        ),
    );
    let cloud = file(
        "flows.log",
        "2 1 eni-1 10.0.0.5 198.51.100.20 49152 443 6 20 4249 1795000010 1795000060 ACCEPT OK\n",
    );
    let answers = file(
        "dns.log",
        "{\"query_timestamp\":\"2026-11-18T11:06:39Z\",\"query_name\":\"api.anthropic.com.\",\"query_type\":\"A\",\
         \"answers\":[{\"Rdata\":\"198.51.100.20\"}],\"srcaddr\":\"10.0.0.5\",\"transport\":\"UDP\"}\n",
    );
    for files in [[&flows, &hellos, &cloud, &answers], [&answers, &cloud, &hellos, &flows]] {
        let mut arguments = vec!["observe", "--format", "jsonl"];
        arguments.extend(files.map(String::as_str));
        let printed = bylaw(&arguments);
        let rows: Vec<serde_json::Value> =
            printed.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let named = |up: u64| rows.iter().find(|row| row["bytes_up"] == up).map(|row| row["tool"].clone());
        assert_eq!(named(9), Some("claude".into()), "{}", printed.text);
        assert_eq!(named(4249), Some("anthropic-api".into()), "{}", printed.text);
    }
}

#[test]
fn pushed_lines_count_once() {
    let world = World::with_settings("[sensor]\naside = \"unread.txt\"\n");
    let token = format!("Authorization: Bearer {}", token_of(&world, "sensor"));
    let url = format!("{}/api/v1/sensor/lines", world.console);
    let push = |text: &str, key: &str| {
        let body = world.folder.path().join("body");
        fs::write(&body, text).unwrap();
        let (body, key) = (format!("@{}", body.display()), format!("Idempotency-Key: {key}"));
        curl(&["--header", &token, "--header", &key, "--data-binary", &body, &url])
    };
    let lines = connection(1, "www.perplexity.ai") + "no line of any log\n";
    let first = push(&lines, "one");
    let unread = serde_json::json!({ "format not recognised": 1 });
    assert_eq!(
        first,
        serde_json::json!({ "lines": 3, "observations": 2, "unread": unread, "outcome": "kept" })
    );
    assert_eq!(kept(&world), (1, 0));
    assert_eq!(push(&lines, "one")["outcome"], "repeated");
    push(&connection(2, "chat.unheard-llm.ai"), "two");
    push(&connection(2, "chat.unheard-llm.ai"), "two");
    assert_eq!(kept(&world), (1, 2));
    let aside = fs::read_to_string(world.folder.path().join("unread.txt")).unwrap();
    assert_eq!(aside, "format not recognised\tno line of any log\n");
}

/// A port that nothing listens on.
#[test]
fn applications_and_categories_of_firewalls_count_without_names() {
    let world = World::with_settings("");
    let token = format!("Authorization: Bearer {}", token_of(&world, "sensor"));
    let flow = "Nov 18 11:06:50 fw 1,2026/11/18 11:06:50,007051000012345,TRAFFIC,end,2561,2026/11/18 11:06:50,10.9.0.7,\
                198.51.100.9,203.0.113.5,198.51.100.9,web,corp\\ann,,openai-chatgpt,vsys1,trust,untrust,ethernet1/2,ethernet1/1,\
                default,2026/11/18 11:06:50,12345,1,51234,443,40001,443,0x400053,tcp,allow,145123,45123,100000,250,\
                2026/11/18 11:05:50,60,any,,1234567,0x8000000000000000,10.0.0.0-10.255.255.255,Country,,120,130,tcp-fin\n";
    let site = "date=2026-11-18 time=11:06:50 devname=\"fw\" logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" \
                level=\"notice\" srcip=10.9.0.7 srcport=51234 dstip=198.51.100.9 dstport=443 proto=6 action=\"close\" \
                sentbyte=4512 rcvdbyte=99123 appcat=\"GenAI\" app=\"Unheard\" hostname=\"plain.example\"\n";
    let body = world.folder.path().join("body");
    fs::write(&body, format!("{flow}{site}")).unwrap();
    let (body, url) = (format!("@{}", body.display()), format!("{}/api/v1/sensor/lines", world.console));
    let answer =
        curl(&["--header", &token, "--header", "Idempotency-Key: one", "--data-binary", &body, &url]);
    assert_eq!(answer["observations"], 2, "{answer}");
    assert_eq!(kept_of(&world, Source::Log, "chatgpt"), (1, 1));
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn syslog_over_tls_has_a_certificate_of_bylaws_own_authority() {
    let port = free_port();
    let world = World::with_settings(&format!("[sensor]\nsyslog_tls = [\"127.0.0.1:{port}\"]\n"));
    let mut client = std::process::Command::new("openssl")
        .args(["s_client", "-quiet", "-verify_return_error", "-verify_hostname", "localhost", "-connect"])
        .arg(format!("127.0.0.1:{port}"))
        .arg("-CAfile")
        .arg(world.certificate())
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("openssl: `make test` installs it");
    let lines = connection(1, "www.perplexity.ai").replace('{', "<134>Nov 18 11:06:40 zeek zeek: {");
    client.stdin.as_mut().unwrap().write_all(lines.as_bytes()).unwrap();
    client.stdin.as_mut().unwrap().flush().unwrap();
    wait_for(&world, (1, 0));
    client.kill().unwrap();
    client.wait().unwrap();
}

#[test]
fn a_log_that_cannot_be_read_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("zeek.json");
    fs::create_dir(&log).unwrap();
    let world = World::with_settings(&format!("[[sensor.log]]\nfile = {log:?}\n"));
    let token = format!("Authorization: Bearer {}", token_of(&world, "analyst"));
    let url = format!("{}/metrics", world.console);
    let failures = || {
        let output =
            std::process::Command::new("curl").args(["--silent", "--header", &token, &url]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().any(|line| {
            line.strip_prefix("bylaw_sensor_sources_failed_total ").is_some_and(|count| count != "0")
        })
    };
    wait_until(true, failures);
    fs::remove_dir(&log).unwrap();
    append(&log, &connection(1, "www.perplexity.ai"));
    wait_for(&world, (1, 0));
}

#[test]
fn a_running_bylaw_reads_captures() {
    let tools = "[[tool]]\nid = \"chat-tools\"\nname = \"Chat\"\nvendor = \"Test\"\ncategory = \"chatbot\"\n\
                 hosts = [\"chat.tools.test\"]\n";
    let folder = tempfile::tempdir().unwrap();
    let catalogue = folder.path().join("tools.toml");
    fs::write(&catalogue, tools).unwrap();
    let capture = root().join("sensor/captures/stream.pcap");
    let world = World::with_settings(&format!(
        "[catalog]\nfile = {catalogue:?}\n[[sensor.capture]]\nfile = {capture:?}\n"
    ));
    wait_until(1, || kept_of(&world, Source::Packet, "chat-tools").0);
}
