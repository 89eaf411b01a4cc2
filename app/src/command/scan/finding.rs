use anyhow::{Result, bail};
use detect::{Detectors, Hit, file::FileHit};
use model::Label;
use serde::Serialize;

/// What is reported of a finding.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    /// The file.
    pub(super) path: String,
    /// Where in the file, if it holds parts: a sheet, a page, a file inside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) part: Option<String>,
    /// Line and column in the text of the part, from 1; columns count code points. 0 for findings about the file itself.
    pub(super) line: usize,
    pub(super) column: usize,
    /// Bytes in the text of the part.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) label: Label,
    pub(super) confidence: f32,
    pub(super) detector: String,
    /// How much of a registered document has appeared in the part, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) share: Option<f32>,
    /// Masked.
    pub(super) excerpt: String,
}

impl Finding {
    /// A finding in the text of a part.
    pub(super) fn in_text(path: &str, part: Option<&str>, text: &str, hit: Hit) -> Self {
        let before = text.as_bytes().get(..hit.start).unwrap_or_default();
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lead = before.get(line_start..).unwrap_or_default();
        let found = text.as_bytes().get(hit.start..hit.end).unwrap_or_default();
        Self {
            path: path.to_owned(),
            part: part.map(str::to_owned),
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            column: 1 + String::from_utf8_lossy(lead).chars().count(),
            start: hit.start,
            end: hit.end,
            excerpt: detect::mask(&String::from_utf8_lossy(found), &hit.label),
            label: hit.label,
            confidence: hit.confidence,
            detector: hit.detector.to_string(),
            share: hit.share,
        }
    }

    /// A finding about a file as such.
    pub(super) fn about_file(path: &str, part: Option<&str>, hit: FileHit) -> Self {
        Self {
            path: path.to_owned(),
            part: part.map(str::to_owned),
            line: 0,
            column: 0,
            start: 0,
            end: 0,
            label: hit.label,
            confidence: hit.confidence,
            detector: hit.detector.to_string(),
            share: None,
            excerpt: hit.value,
        }
    }
}

/// Which findings are reported.
pub(super) struct Wanted {
    labels: Vec<Label>,
    least: f32,
}

impl Wanted {
    pub(super) fn new(detectors: &Detectors, labels: &[String], least: f32) -> Result<Self> {
        if !(0.0..=1.0).contains(&least) {
            bail!("`--least {least}` is no probability: give a number from 0 to 1");
        }
        let known = detectors.labels();
        let read = |text: &String| {
            let label: Label = text.parse()?;
            if !known.iter().any(|known| known.is(&label)) {
                bail!("no detector finds `{label}`: `bylaw detectors` lists what there is");
            }
            Ok(label)
        };
        Ok(Self { labels: labels.iter().map(read).collect::<Result<_>>()?, least })
    }

    pub(super) fn wants(&self, finding: &Finding) -> bool {
        let asked = self.labels.is_empty() || self.labels.iter().any(|label| finding.label.is(label));
        asked && finding.confidence >= self.least
    }
}
