//! Quick development figures: `cargo run --release -p detect --example score -- FOLDER [--show]`.
//!
//! FOLDER holds labelled texts, one JSON object a line. Spans count as found when the label is equal and intersection
//! over union is at least one half. `--show` lists what is missed and what is found wrongly.

use std::{collections::BTreeMap, env, fs, path::Path};

use detect::{Detectors, Hit};
use serde::Deserialize;

/// Labels of the corpora and ours.
const LABELS: [(&str, &str); 6] = [
    ("EMAIL_ADDRESS", "pii.email"),
    ("PHONE_NUMBER", "pii.phone"),
    ("CREDIT_CARD", "financial.payment_card"),
    ("IBAN_CODE", "financial.iban"),
    ("US_SSN", "pii.us_ssn"),
    ("IP_ADDRESS", "pii.ip_address"),
];

/// A labelled text of any of the corpora.
#[derive(Deserialize)]
struct Case {
    text: String,
    #[serde(default)]
    label: String,
    positive: Option<bool>,
    negative: Option<bool>,
    format: Option<String>,
    template: Option<u32>,
    valid: Option<bool>,
    spans: Option<Vec<Span>>,
    #[serde(default)]
    negative_for: Vec<String>,
}

/// A labelled span, in code points.
#[derive(Deserialize)]
struct Span {
    start: usize,
    end: usize,
    #[serde(default)]
    label: String,
}

#[derive(Default)]
struct Tally {
    right: u32,
    wrong: u32,
    missed: u32,
}

#[derive(Default)]
struct Score {
    tallies: BTreeMap<String, Tally>,
    /// What was missed or found wrongly.
    errors: Vec<String>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let folder = arguments.first().ok_or("name the folder with the labelled texts")?;
    let detectors = Detectors::builtin()?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            let score = Score::of(&detectors, &path)?;
            score.print(&path, arguments.iter().any(|argument| argument == "--show"));
        }
    }
    Ok(())
}

impl Score {
    fn of(detectors: &Detectors, path: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let mut score = Self::default();
        for line in fs::read_to_string(path)?.lines() {
            let case: Case = serde_json::from_str(line)?;
            let hits = detectors.scan(case.text.as_bytes());
            let credentials =
                path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("creddata"));
            match (&case.format, case.positive) {
                (Some(format), _) => score.phone(format, &hits),
                (None, Some(positive)) => score.credential(&case, &hits, positive),
                (None, None) if credentials => score.credential(&case, &hits, case.negative != Some(true)),
                (None, None) if case.valid.is_some() => {}
                (None, None) => {
                    LABELS.iter().for_each(|(theirs, ours)| score.spans(&case, &hits, theirs, ours))
                }
            }
        }
        Ok(score)
    }

    fn print(&self, path: &Path, show: bool) {
        println!("{}", path.display());
        self.errors.iter().filter(|_| show).for_each(|error| println!("{error}"));
        for (label, Tally { right, wrong, missed }) in &self.tallies {
            let (precision, recall) = (ratio(*right, right + wrong), ratio(*right, right + missed));
            let f1 = 2.0 * precision * recall / (precision + recall).max(0.001);
            println!(
                "  {label:20} P {precision:.3} R {recall:.3} F1 {f1:.3}  ({right} right, {wrong} wrong, {missed} missed)"
            );
        }
    }

    fn phone(&mut self, format: &str, hits: &[Hit]) {
        let found = hits.iter().any(|hit| hit.label.as_str() == "pii.phone");
        self.tally(&format!("phone, {format}")).count(found, true);
    }

    fn credential(&mut self, case: &Case, hits: &[Hit], positive: bool) {
        let found = hits.iter().find(|hit| hit.label.family() == "secret");
        self.tally("credential").count(found.is_some(), positive);
        let (text, label) = (&case.text, &case.label);
        match (found, positive) {
            (None, true) => self.errors.push(format!("MISSED {label}: {text:.160}")),
            (Some(hit), false) => self.errors.push(format!("WRONG {} {label}: {text:.160}", hit.detector)),
            _ => {}
        }
    }

    fn spans(&mut self, case: &Case, hits: &[Hit], theirs: &str, ours: &str) {
        let text = &case.text;
        let place = |span: &Span| (byte_of(text, span.start), byte_of(text, span.end));
        let expected: Vec<_> =
            case.spans.iter().flatten().filter(|span| span.label == theirs).map(place).collect();
        let found: Vec<&Hit> = hits.iter().filter(|hit| hit.label.as_str() == ours).collect();
        for span in &expected {
            let right = found.iter().any(|hit| overlap((hit.start, hit.end), *span) >= 0.5);
            self.tally(theirs).count(right, true);
            if !right {
                self.errors.push(format!("MISSED {theirs} at {span:?} in: {text:.160}"));
            }
        }
        // Only where everything is labelled, or where they say so, is what we find wrong.
        let told = case.template.is_some() || case.negative_for.iter().any(|label| label == theirs);
        for hit in found.into_iter().filter(|_| told) {
            if !expected.iter().any(|span| overlap((hit.start, hit.end), *span) >= 0.5) {
                self.tally(theirs).count(true, false);
                self.errors
                    .push(format!("WRONG {} at {}..{} in: {text:.160}", hit.detector, hit.start, hit.end));
            }
        }
    }

    fn tally(&mut self, label: &str) -> &mut Tally {
        self.tallies.entry(label.to_owned()).or_default()
    }
}

impl Tally {
    fn count(&mut self, found: bool, positive: bool) {
        match (found, positive) {
            (true, true) => self.right += 1,
            (true, false) => self.wrong += 1,
            (false, true) => self.missed += 1,
            (false, false) => {}
        }
    }
}

fn byte_of(text: &str, code_points: usize) -> usize {
    text.char_indices().nth(code_points).map_or(text.len(), |(at, _)| at)
}

#[expect(clippy::cast_precision_loss, reason = "texts are short")]
fn overlap(one: (usize, usize), other: (usize, usize)) -> f64 {
    let shared = one.1.min(other.1).saturating_sub(one.0.max(other.0));
    let all = one.1.max(other.1) - one.0.min(other.0);
    shared as f64 / all.max(1) as f64
}

fn ratio(part: u32, all: u32) -> f64 {
    if all == 0 { 1.0 } else { f64::from(part) / f64::from(all) }
}
