//! Quick development figures: `cargo run --release -p detect --example score -- FOLDER [--show]`.
//!
//! FOLDER holds labelled texts, one JSON object a line. Spans count as found when the label is equal and intersection
//! over union is at least one half. `--show` lists what is missed and what is found wrongly.

use std::{collections::BTreeMap, env, fs, path::Path};

use detect::{Detectors, Hit};
use serde_json::Value;

/// Labels of the corpora and ours.
const LABELS: [(&str, &str); 6] = [
    ("EMAIL_ADDRESS", "pii.email"),
    ("PHONE_NUMBER", "pii.phone"),
    ("CREDIT_CARD", "financial.payment_card"),
    ("IBAN_CODE", "financial.iban"),
    ("US_SSN", "pii.us_ssn"),
    ("IP_ADDRESS", "pii.ip_address"),
];

#[derive(Default)]
struct Tally {
    right: u32,
    wrong: u32,
    missed: u32,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let folder = arguments.first().ok_or("name the folder with the labelled texts")?;
    let show = arguments.iter().any(|argument| argument == "--show");
    let detectors = Detectors::builtin()?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            score(&detectors, &path, show)?;
        }
    }
    Ok(())
}

fn score(detectors: &Detectors, path: &Path, show: bool) -> Result<(), Box<dyn std::error::Error>> {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for line in fs::read_to_string(path)?.lines() {
        let case: Value = serde_json::from_str(line)?;
        let text = case["text"].as_str().unwrap_or_default();
        let hits = detectors.scan(text.as_bytes());
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match case.get("positive").and_then(Value::as_bool) {
            Some(positive) => secret(&mut tallies, text, &hits, positive, show, &case["label"].to_string()),
            None if name.starts_with("creddata") => {
                let positive = !case["negative"].as_bool().unwrap_or(false);
                secret(&mut tallies, text, &hits, positive, show, &case["spans"].to_string());
            }
            None if name.starts_with("phone") => {
                let found = hits.iter().any(|hit| hit.label.as_str() == "pii.phone");
                count(tallies.entry(format!("phone {}", case["format"])).or_default(), found, true);
            }
            None if name.contains("checksum") => {}
            None => spans(&mut tallies, text, &hits, &case, show),
        }
    }
    println!("{}", path.display());
    for (label, tally) in &tallies {
        let precision = ratio(tally.right, tally.right + tally.wrong);
        let recall = ratio(tally.right, tally.right + tally.missed);
        let f1 = 2.0 * precision * recall / (precision + recall).max(0.001);
        let Tally { right, wrong, missed } = tally;
        println!("  {label:28} P {precision:.3} R {recall:.3} F1 {f1:.3}  ({right} right, {wrong} wrong, {missed} missed)");
    }
    Ok(())
}

fn secret(tallies: &mut BTreeMap<String, Tally>, text: &str, hits: &[Hit], positive: bool, show: bool, label: &str) {
    let found = hits.iter().find(|hit| hit.label.family() == "secret");
    count(tallies.entry("secret".to_owned()).or_default(), found.is_some(), positive);
    if show && found.is_some() != positive {
        let by = found.map_or_else(|| format!("MISSED {label}"), |hit| format!("WRONG {} {label}", hit.detector));
        println!("{by}: {text:.160}");
    }
}

fn spans(tallies: &mut BTreeMap<String, Tally>, text: &str, hits: &[Hit], case: &Value, show: bool) {
    for (theirs, ours) in LABELS {
        let negative = case["negative_for"].as_array().is_some_and(|list| list.iter().any(|label| label == theirs));
        let expected: Vec<(usize, usize)> = case["spans"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|span| span["label"] == theirs)
            .map(|span| (byte_of(text, &span["start"]), byte_of(text, &span["end"])))
            .collect();
        let all_labelled = case.get("template").is_some();
        let found: Vec<&Hit> = hits.iter().filter(|hit| hit.label.as_str() == ours).collect();
        let tally = tallies.entry(theirs.to_owned()).or_default();
        for span in &expected {
            let right = found.iter().any(|hit| overlap((hit.start, hit.end), *span) >= 0.5);
            count(tally, right, true);
            if show && !right {
                println!("MISSED {theirs} `{}` in: {text:.160}", &text[span.0..span.1]);
            }
        }
        for hit in found {
            let right = expected.iter().any(|span| overlap((hit.start, hit.end), *span) >= 0.5);
            if !right && (negative || all_labelled) {
                tally.wrong += 1;
                if show {
                    println!("WRONG {} `{}` in: {text:.160}", hit.detector, &text[hit.start..hit.end]);
                }
            }
        }
    }
}

fn count(tally: &mut Tally, found: bool, positive: bool) {
    match (found, positive) {
        (true, true) => tally.right += 1,
        (true, false) => tally.wrong += 1,
        (false, true) => tally.missed += 1,
        (false, false) => {}
    }
}

fn byte_of(text: &str, code_points: &Value) -> usize {
    let count = usize::try_from(code_points.as_u64().unwrap_or(0)).unwrap_or(0);
    text.char_indices().nth(count).map_or(text.len(), |(at, _)| at)
}

fn overlap(one: (usize, usize), other: (usize, usize)) -> f64 {
    let shared = one.1.min(other.1).saturating_sub(one.0.max(other.0));
    let all = one.1.max(other.1) - one.0.min(other.0);
    shared as f64 / all.max(1) as f64
}

fn ratio(part: u32, all: u32) -> f64 {
    if all == 0 { 1.0 } else { f64::from(part) / f64::from(all) }
}
