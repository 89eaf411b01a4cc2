use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use detect::{Detectors, Hit, file::Budget};
use model::{Finding, Label, Placement, Purpose};

use crate::link::LinkKey;

/// Findings kept in a record; facts count all of them.
pub(crate) const KEPT: usize = 100;

/// What reading a file on its way to a tool may cost. Recognising the text of images takes seconds, so it is not done here.
const FILE_BUDGET: Budget = Budget {
    memory: 24 << 20,
    unpacked: 32 << 20,
    ratio: 64,
    entries: 1_000,
    depth: 4,
    time: Duration::from_secs(5),
    image_time: Duration::ZERO,
};

/// How much of a file could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Legible {
    Whole,
    InPart,
}

/// A finding with its place in the exchange's texts.
#[derive(Clone, Debug)]
pub(crate) struct Spotted {
    pub(crate) part: usize,
    pub(crate) range: Range<usize>,
    pub(crate) finding: Finding,
}

impl Spotted {
    /// What `hit` found in the text of `part`.
    fn of(key: &LinkKey, part: usize, text: &str, hit: &Hit) -> Option<Self> {
        let range = widen(text, hit.start..hit.end);
        let found = text.get(range.clone())?;
        let finding = Finding {
            placement: placement(part, &range),
            confidence: hit.confidence,
            detector: hit.detector.to_string(),
            excerpt: detect::mask(found, &hit.label),
            digest: key.digest(found),
            label: hit.label.clone(),
        };
        Some(Self { part, range, finding })
    }

    /// A finding about a file as such: its sensitivity label, its encryption.
    fn of_file(key: &LinkKey, part: usize, hit: detect::file::FileHit) -> Self {
        let finding = Finding {
            placement: placement(part, &(0..0)),
            confidence: hit.confidence,
            detector: hit.detector.to_string(),
            digest: key.digest(&format!("{} {}", hit.path, hit.value)),
            excerpt: hit.value,
            label: hit.label,
        };
        Self { part, range: 0..0, finding }
    }

    /// The same, in a text that begins `bytes` earlier.
    pub(crate) fn shift(&mut self, bytes: usize) {
        self.range = self.range.start + bytes..self.range.end + bytes;
        self.finding.placement.start += bytes as u64;
        self.finding.placement.end += bytes as u64;
    }
}

/// What the texts of one exchange contain.
#[derive(Debug, Default)]
pub(crate) struct Examination {
    pub(crate) spotted: Vec<Spotted>,
    pub(crate) purpose: Option<Purpose>,
}

impl Examination {
    /// Scans every text with `scan`. `newest` says which ones the person has just written: they tell the purpose.
    pub(crate) fn of<'a>(
        key: &LinkKey,
        texts: impl Iterator<Item = (usize, &'a str, bool)>,
        scan: impl Fn(&str) -> Arc<[Hit]>,
    ) -> Self {
        let mut found = Self::default();
        for (part, text, newest) in texts {
            let hits = scan(text);
            found.spotted.extend(hits.iter().filter_map(|hit| Spotted::of(key, part, text, hit)));
            if newest && found.purpose.is_none() {
                found.purpose = detect::purpose(text);
            }
        }
        found
    }

    /// Reads and scans a file that is no text, part `part` of the exchange.
    pub(crate) fn add_file(
        &mut self,
        detectors: &Detectors,
        key: &LinkKey,
        part: usize,
        bytes: &[u8],
        name: Option<&str>,
    ) -> Legible {
        let found = detectors.scan_file_within(bytes, name, FILE_BUDGET);
        for inside in found.parts {
            let spotted = inside.hits.iter().filter_map(|hit| Spotted::of(key, part, &inside.text, hit));
            self.spotted.extend(spotted);
        }
        self.spotted.extend(found.files.into_iter().map(|hit| Spotted::of_file(key, part, hit)));
        if found.problems.is_empty() { Legible::Whole } else { Legible::InPart }
    }

    /// Labels with the number of different values found.
    pub(crate) fn labels(&self) -> BTreeMap<Label, u32> {
        let mut values: BTreeMap<&Label, BTreeSet<&str>> = BTreeMap::new();
        for spotted in &self.spotted {
            values.entry(&spotted.finding.label).or_default().insert(&spotted.finding.digest);
        }
        values
            .into_iter()
            .map(|(label, values)| (label.clone(), u32::try_from(values.len()).unwrap_or(u32::MAX)))
            .collect()
    }

    /// Digests of the findings under one of `labels`.
    pub(crate) fn digests(&self, labels: &[Label]) -> BTreeSet<String> {
        self.spotted
            .iter()
            .filter(|spotted| labels.iter().any(|label| spotted.finding.label.is(label)))
            .map(|spotted| spotted.finding.digest.clone())
            .collect()
    }

    /// Digests of all findings.
    pub(crate) fn all_digests(&self) -> BTreeSet<String> {
        self.spotted.iter().map(|spotted| spotted.finding.digest.clone()).collect()
    }

    /// What a record keeps.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.spotted.iter().take(KEPT).map(|spotted| spotted.finding.clone()).collect()
    }
}

pub(crate) fn spot(detectors: &Detectors, key: &LinkKey, part: usize, text: &str) -> Vec<Spotted> {
    let hits = detectors.scan(text.as_bytes());
    hits.iter().filter_map(|hit| Spotted::of(key, part, text, hit)).collect()
}

fn placement(part: usize, range: &Range<usize>) -> Placement {
    let part = u32::try_from(part).unwrap_or(u32::MAX);
    Placement { part, start: range.start as u64, end: range.end as u64 }
}

/// The range with its ends moved outward to character boundaries.
fn widen(text: &str, range: Range<usize>) -> Range<usize> {
    let end = range.end.min(text.len());
    let start = range.start.min(end);
    let start = (0..=start).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let end = (end..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    start..end
}
