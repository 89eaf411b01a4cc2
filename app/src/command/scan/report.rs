use std::io::Write;

use anyhow::{Context, Result};
use detect::Detectors;
use serde_json::{Value, json};

use super::{Format, finding::Finding, write_line};

/// Findings on their way out. Text and JSON lines go out at once, the other forms piece by piece.
pub(super) struct Report<W> {
    format: Format,
    out: W,
    written: usize,
}

impl<W: Write> Report<W> {
    pub(super) fn new(format: Format, out: W) -> Self {
        Self { format, out, written: 0 }
    }

    pub(super) fn begin(&mut self) -> Result<()> {
        match self.format {
            Format::Text | Format::Jsonl => Ok(()),
            Format::Json => self.write("["),
            Format::Sarif => self.write(SARIF_HEAD),
        }
    }

    pub(super) fn add(&mut self, finding: &Finding) -> Result<()> {
        let comma = if self.written == 0 { "" } else { "," };
        self.written += 1;
        match self.format {
            Format::Text => write_line(&mut self.out, &text(finding)),
            Format::Jsonl => write_line(&mut self.out, &serde_json::to_string(finding)?),
            Format::Json => self.write(&format!("{comma}\n  {}", serde_json::to_string(finding)?)),
            Format::Sarif => self.write(&format!("{comma}\n{}", sarif(finding))),
        }
    }

    pub(super) fn end(&mut self, detectors: &Detectors) -> Result<()> {
        match self.format {
            Format::Text | Format::Jsonl => {}
            Format::Json => self.write("\n]\n")?,
            Format::Sarif => {
                let rules: Vec<Value> = detectors.iter().map(rule).collect();
                let driver = json!({
                    "name": "Bylaw",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                });
                self.write(&format!(
                    "\n],\"columnKind\":\"unicodeCodePoints\",\"tool\":{{\"driver\":{driver}}}}}]}}\n"
                ))?;
            }
        }
        self.out.flush().context("cannot write to standard output")
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.out.write_all(text.as_bytes()).context("cannot write to standard output")
    }
}

/// <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; members stand in any order.
const SARIF_HEAD: &str = "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"results\":[";

fn text(finding: &Finding) -> String {
    let Finding { path, part, line, column, label, confidence, excerpt, share, .. } = finding;
    let part = part.as_ref().map(|part| format!("[{part}]")).unwrap_or_default();
    let place = if *line > 0 { format!(":{line}:{column}") } else { String::new() };
    let share = share.map(|share| format!(", {:.0} % of it", share * 100.0)).unwrap_or_default();
    format!("{path}{part}{place}: {label} {confidence:.2} {excerpt}{share}")
}

fn rule(detector: &detect::Detector) -> Value {
    let mut rule = json!({"id": &*detector.id, "shortDescription": {"text": detector.describes}});
    if let (Some(rule), Some(source)) = (rule.as_object_mut(), &detector.source) {
        rule.insert("helpUri".to_owned(), json!(source));
    }
    rule
}

fn sarif(finding: &Finding) -> Value {
    let uri = finding.path.replace('\\', "/").replace('%', "%25").replace(' ', "%20");
    let mut place = json!({"artifactLocation": {"uri": uri}});
    // Lines of parts are not lines of the file.
    if let (Some(place), None, true) = (place.as_object_mut(), &finding.part, finding.line > 0) {
        place.insert("region".to_owned(), json!({"startLine": finding.line, "startColumn": finding.column}));
    }
    let mut about = json!({"label": finding.label, "confidence": finding.confidence, "part": finding.part});
    if let (Some(about), Some(share)) = (about.as_object_mut(), finding.share) {
        about.insert("share".to_owned(), json!(share));
    }
    json!({
        "ruleId": finding.detector,
        "level": if finding.label.family() == "secret" { "error" } else { "warning" },
        "message": {"text": format!("{}: {}", finding.label, finding.excerpt)},
        "locations": [{"physicalLocation": place}],
        "properties": about,
    })
}
