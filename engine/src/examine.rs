use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use detect::Detectors;
use model::{Finding, Label, Placement, Purpose};

use crate::link::LinkKey;

/// Findings kept in a record; facts count all of them.
pub(crate) const KEPT: usize = 100;

/// A finding with its place in the exchange's texts.
#[derive(Clone, Debug)]
pub(crate) struct Spotted {
    pub(crate) part: usize,
    pub(crate) range: Range<usize>,
    pub(crate) finding: Finding,
}

impl Spotted {
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
    /// Scans every text. `newest` says which ones the person has just written: they tell the purpose.
    pub(crate) fn of<'a>(
        detectors: &Detectors,
        key: &LinkKey,
        texts: impl Iterator<Item = (usize, &'a str, bool)>,
    ) -> Self {
        let mut found = Self::default();
        for (part, text, newest) in texts {
            found.spotted.extend(spot(detectors, key, part, text));
            if newest && found.purpose.is_none() {
                found.purpose = detect::purpose(text);
            }
        }
        found
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
    let place = |hit: detect::Hit| {
        let range = widen(text, hit.start..hit.end);
        let found = text.get(range.clone())?;
        let finding = Finding {
            placement: Placement {
                part: u32::try_from(part).unwrap_or(u32::MAX),
                start: range.start as u64,
                end: range.end as u64,
            },
            confidence: hit.confidence,
            detector: hit.detector.to_string(),
            excerpt: detect::mask(found, &hit.label),
            digest: key.digest(found),
            label: hit.label,
        };
        Some(Spotted { part, range, finding })
    };
    hits.into_iter().filter_map(place).collect()
}

/// The range with its ends moved outward to character boundaries.
fn widen(text: &str, range: Range<usize>) -> Range<usize> {
    let end = range.end.min(text.len());
    let start = range.start.min(end);
    let start = (0..=start).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let end = (end..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    start..end
}
