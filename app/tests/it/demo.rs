use governance::incident::{Incident, IncidentKind};
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// From the first printed line to the first numbers in the console, as `make run` promises.
const A_MINUTE: Duration = Duration::from_secs(60);
/// Until what deviates in the organisation's past has been learned, on a busy machine.
const MINUTES: Duration = Duration::from_secs(240);

#[test]
fn the_demo_fills_the_console_within_a_minute_and_its_curl_lines_do_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_bylaw"))
        .args(["demo", "--console", "127.0.0.1:0", "--gate", "127.0.0.1:0", "--folder"])
        .arg(folder.path().join("demo"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut printed = String::new();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    while !printed.contains("Stop with Ctrl-C") {
        printed += &(lines.next().expect("the demo ended").unwrap() + "\n");
    }
    let started = Instant::now();
    for (what, status) in [("allowed", "200"), ("redacted", "200"), ("blocked", "403")] {
        let command = printed.split(&format!("# {what}\n")).nth(1).unwrap().split("\n\n").next().unwrap();
        let output = Command::new("sh")
            .args(["-c", &format!("{command} -s -w '\\n%{{http_code}}'")])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.ends_with(status), "{what}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
        if what == "redacted" {
            assert!(text.contains("536-90-4399"), "the answer is turned back: {text}");
        }
    }
    let database = folder.path().join("demo/bylaw-data/bylaw.db");
    let exchanges = loop {
        let exchanges = crate::durability::stored(&format!("sqlite://{}", database.display()));
        if exchanges >= 30 || started.elapsed() > A_MINUTE {
            break exchanges;
        }
        std::thread::sleep(Duration::from_secs(1));
    };
    let url = format!("sqlite://{}", database.display());
    let wanted = [IncidentKind::DataMovement, IncidentKind::Automation, IncidentKind::NewTool];
    let missing = loop {
        let opened = incidents(&url);
        let missing: Vec<IncidentKind> =
            wanted.iter().filter(|kind| !opened.contains(kind)).copied().collect();
        if missing.is_empty() || started.elapsed() > MINUTES {
            break missing;
        }
        std::thread::sleep(Duration::from_secs(2));
    };
    let _ = demo.kill();
    let _ = demo.wait();
    assert!(exchanges >= 30, "{exchanges} exchanges in a minute");
    assert!(missing.is_empty(), "no incident was opened of {missing:?}");
}

/// Of which kinds incidents were opened by what was learned.
fn incidents(url: &str) -> Vec<IncidentKind> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = store::Store::open(url).await.unwrap();
        let kept = store.all_kept::<Incident>(&store::Which::default()).await.unwrap();
        store.close().await;
        kept.iter().map(|kept| kept.it.kind).collect()
    })
}
