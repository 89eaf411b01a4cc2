//! Every format's sample lines, written here from the vendors' documentation, against the observations they must come to.

use std::{fs, path::PathBuf};

use sensor::{
    Observation,
    log::{Clock, Format, Reader, Settings},
};
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples")
}

fn settings(format: Option<Format>) -> Settings {
    let reference = "2026-11-23T04:00:00Z".parse().ok();
    Settings { format, clock: Clock { reference, offset_minutes: 0 }, ..Settings::default() }
}

/// An observation as JSON without what it does not say.
fn written(observation: &Observation) -> String {
    let mut value = serde_json::to_value(observation).unwrap();
    let said = |value: &Value| !(value.is_null() || *value == Value::Array(Vec::new()));
    value.as_object_mut().unwrap().retain(|_, value| said(value));
    value.to_string()
}

fn read(mut reader: Reader, lines: &[u8]) -> (Vec<String>, Reader) {
    let mut seen = Vec::new();
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        if let Err(bad) = reader.line(line, &mut |observation| seen.push(written(&observation))) {
            println!("{bad}: {}", String::from_utf8_lossy(line));
        }
    }
    reader.finish();
    (seen, reader)
}

/// The lines of a sample and the observations expected of it; with `BYLAW_WRITE_SAMPLES` set, the latter are written anew.
fn sample(name: &str) -> (Vec<u8>, Vec<String>) {
    let lines = fs::read(folder().join(format!("{name}.log"))).unwrap();
    let expected = folder().join(format!("{name}.expected.jsonl"));
    if std::env::var_os("BYLAW_WRITE_SAMPLES").is_some() {
        let (seen, _) = read(Reader::with(settings(None)), &lines);
        fs::write(&expected, seen.join("\n") + "\n").unwrap();
    }
    let expected = fs::read_to_string(expected).unwrap().lines().map(str::to_owned).collect();
    (lines, expected)
}

fn samples() -> impl Iterator<Item = Format> {
    Format::ALL.into_iter().filter(|format| *format != Format::SquidCustom)
}

#[test]
fn samples_come_to_what_is_expected() {
    let read_first: Vec<_> = samples().map(|format| (format, sample(format.as_str()))).collect();
    for (format, (lines, expected)) in read_first {
        let (seen, reader) = read(Reader::with(settings(None)), &lines);
        assert_eq!(seen, expected, "{}", format.as_str());
        assert_eq!(reader.summary().bad.len(), 0, "{}: {:?}", format.as_str(), reader.summary());
    }
}

/// With its own format forced, a sample comes to the same, unless lines of several formats are mixed in it.
#[test]
fn a_format_can_be_forced() {
    let mixed = [Format::Ecs, Format::VpcFlow, Format::Route53];
    for format in samples().filter(|format| !mixed.contains(format)) {
        let (lines, expected) = sample(format.as_str());
        let (seen, _) = read(Reader::with(settings(Some(format))), &lines);
        assert_eq!(seen, expected, "{}", format.as_str());
    }
}

/// What one line says must not change when lines of all other formats come between.
#[test]
fn formats_may_be_mixed() {
    let headed = [Format::ZeekTsv, Format::VpcFlow];
    let files: Vec<_> =
        samples().filter(|format| !headed.contains(format)).map(|format| sample(format.as_str())).collect();
    let count = |lines: &[u8]| lines.iter().filter(|byte| **byte == b'\n').count();
    let most = files.iter().map(|(lines, _)| count(lines)).max().unwrap();
    let mut mixed = Vec::new();
    for at in 0..most {
        for (lines, _) in &files {
            mixed.extend(lines.split(|byte| *byte == b'\n').nth(at).unwrap_or_default());
            mixed.push(b'\n');
        }
    }
    let (mut seen, reader) = read(Reader::with(settings(None)), &mixed);
    let mut expected: Vec<_> = files.into_iter().flat_map(|(_, expected)| expected).collect();
    seen.sort();
    expected.sort();
    assert_eq!(reader.summary().bad.len(), 0, "{:?}", reader.summary());
    assert_eq!(seen, expected);
}

/// A line cut anywhere is a bad line or says less, or of its last value a beginning; never one field's value as another's.
#[test]
fn cut_lines_say_nothing_wrong() {
    for format in samples() {
        let (lines, _) = sample(format.as_str());
        let lines: Vec<&[u8]> = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        for (number, line) in lines.iter().enumerate() {
            for cut in 0..line.len() {
                let mut reader = Reader::with(settings(None));
                for before in lines
                    .iter()
                    .take(number)
                    .filter(|line| line.starts_with(b"#") || line.starts_with(b"version "))
                {
                    reader.line(before, &mut |_| ()).unwrap();
                }
                let mut whole = Vec::new();
                let mut part = Vec::new();
                let _ = reader.line(&line[..cut], &mut |observation| part.push(observation));
                let _ = reader.line(line, &mut |observation| whole.push(observation));
                for (part, whole) in part.iter().zip(&whole) {
                    less(part, whole, &String::from_utf8_lossy(&line[..cut]));
                }
            }
        }
    }
}

/// Every value of the part is that of the whole, its beginning, or was not said in the whole at all.
fn less(part: &Observation, whole: &Observation, line: &str) {
    let (part, whole) = (serde_json::to_value(part).unwrap(), serde_json::to_value(whole).unwrap());
    let bare = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    for (key, value) in part.as_object().unwrap() {
        let full = &whole[key];
        // What several fields may say, the surest of which may be cut off.
        let derived = matches!(
            &**key,
            "at" | "host_from" | "transport" | "handling" | "certificate" | "vendor_category"
        );
        let (mut value, full) = (bare(value), bare(full));
        if key == "duration_ms" {
            value.truncate(value.trim_end_matches('0').len());
        }
        // Where only spaces part values, the beginning of the next key cannot be told from a value's last word.
        let begins = value == "null"
            || full.starts_with(value.trim_matches([':', '"', '\\']))
            || value.starts_with(&format!("{full} "));
        assert!(derived || begins, "{key} is {value} instead of {full} in {line}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    /// Arbitrary bytes are read or refused, whatever the format is said to be.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        for format in Format::ALL.into_iter().map(Some).chain([None]) {
            read(Reader::with(settings(format)), &bytes);
        }
    }

    /// So are sample lines with bytes changed.
    #[test]
    fn damaged_lines_are_read_or_refused(format in 0..Format::ALL.len(), line in 0_usize..12, at in 0_usize..600, byte: u8) {
        let name = Format::ALL[format].as_str();
        let Ok(lines) = fs::read(folder().join(format!("{name}.log"))) else { return Ok(()) };
        let mut lines: Vec<Vec<u8>> = lines.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let count = lines.len();
        if let Some(place) = lines[line % count].get_mut(at) {
            *place = byte;
        }
        let (seen, reader) = read(Reader::with(settings(None)), &lines.join(&b'\n'));
        assert_eq!(seen.len() as u64, reader.summary().observations);
    }
}
