//! Captures of real clients give the flows that they were seen to give, agreed with tshark.

mod hardship; // what goes wrong in captures
mod packing; // the same packets in other wrappings

use std::{fs, path::PathBuf};

use sensor::{
    Observation,
    packet::{Limits, Summary, read_capture},
};

fn captures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures")
}

fn read(name: &str) -> (Vec<Observation>, Summary) {
    let file = fs::read(captures().join(name)).unwrap();
    let mut seen = Vec::new();
    let summary =
        read_capture(&file[..], &Limits::default(), &mut |observation| seen.push(observation)).unwrap();
    (seen, summary)
}

#[test]
fn every_capture_gives_its_answers() {
    let mut compared = 0;
    for entry in fs::read_dir(captures()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "pcap") {
            continue;
        }
        let (seen, _) = read(path.file_name().unwrap().to_str().unwrap());
        let expected = fs::read_to_string(path.with_extension("expected.jsonl")).unwrap();
        let lines: Vec<String> = seen.iter().map(|seen| serde_json::to_string(seen).unwrap()).collect();
        for (number, (line, expected)) in lines.iter().zip(expected.lines()).enumerate() {
            assert_eq!(line, expected, "{} line {}", path.display(), number + 1);
        }
        assert_eq!(lines.len(), expected.lines().count(), "{}", path.display());
        compared += 1;
    }
    assert!(compared >= 10, "{compared} captures");
}
