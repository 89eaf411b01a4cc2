use super::token::{self, COMMENT, FEATURES};

/// Columns of a row of weights: the classes and padding.
pub(super) const WIDTH: usize = 80;
/// Slots of the table from hashes to rows; a power of two, some three times the rows.
const SLOTS: usize = 1 << 14;
/// Most slots looked at for a feature.
const PROBES: usize = 16;
/// What a line must make up for, in logits, if it is not code from end to end: any line has some stretch like code.
const CUT: f32 = 4.0;
/// Bytes of a comment that are read.
const LONGEST_OPENING: usize = 80;
/// Most features a model can have.
const MOST_ROWS: usize = 1 << 13;
/// A slot without a row.
const FREE: u16 = u16::MAX;
/// Tokens of a line that are weighed.
const MOST_TOKENS: usize = 256;
/// What stands at the start of a file of weights.
const MAGIC: &[u8] = b"bylaw code 1\n";

/// What has been seen for each class, in the units of the weights. Each feature counts once: what is repeated most, as
/// brackets are, says least.
#[derive(Clone)]
pub(super) struct Evidence {
    sums: [i32; WIDTH],
    seen: [u64; MOST_ROWS / 64],
}

/// Weights of features: how much each speaks for code against text and data, and for each language or kind of data.
///
/// Trained by `training/code`; `docs/detectors/source-code.md` tells how.
pub(super) struct Model {
    classes: Vec<String>,
    /// Logits a unit of `code` and of `rows` stands for.
    code_unit: f32,
    class_unit: f32,
    slots: Vec<(u16, u16)>,
    code: Vec<i8>,
    rows: Vec<[i8; WIDTH]>,
}

impl Default for Evidence {
    fn default() -> Self {
        Self { sums: [0; WIDTH], seen: [0; MOST_ROWS / 64] }
    }
}

impl Evidence {
    /// What speaks for each class, in the order of the model's classes.
    pub(super) fn sums(&self) -> &[i32] {
        &self.sums
    }

    /// Takes in what another passage says.
    pub(super) fn join(&mut self, other: &Self) {
        self.sums.iter_mut().zip(other.sums).for_each(|(sum, more)| *sum += more);
        self.seen.iter_mut().zip(other.seen).for_each(|(seen, more)| *seen |= more);
    }

    fn is_first(&mut self, row: u16) -> bool {
        let bit = 1 << (row % 64);
        let Some(word) = self.seen.get_mut(usize::from(row / 64)) else { return false };
        let first = *word & bit == 0;
        *word |= bit;
        first
    }
}

/// The tokens of a line with the rows of their features: kept to be used again.
#[derive(Default)]
pub(super) struct Seen(Vec<(usize, usize, [u16; FEATURES])>);

/// The part of a line that is code.
pub(super) struct Stretch {
    /// Where it begins.
    pub(super) start: usize,
    /// How surely it is code, in logits.
    pub(super) strength: f32,
}

impl Model {
    /// Reads a file of weights.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes.strip_prefix(MAGIC)?);
        let classes = (0..bytes.number()?).map(|_| bytes.text()).collect::<Option<Vec<_>>>()?;
        let (code_unit, class_unit) = (bytes.float()?, bytes.float()?);
        let count = bytes.number()? as usize;
        let hashes = (0..count).map(|_| bytes.number()).collect::<Option<Vec<_>>>()?;
        let signed = |byte: &u8| i8::from_le_bytes([*byte]);
        let code = bytes.take(count)?.iter().map(signed).collect();
        let mut rows = Vec::with_capacity(count);
        for _ in 0..count {
            let mut row = [0; WIDTH];
            let written = bytes.take(classes.len())?;
            row.iter_mut().zip(written).for_each(|(cell, byte)| *cell = signed(byte));
            rows.push(row);
        }
        Some(Self { classes, code_unit, class_unit, slots: slots(&hashes)?, code, rows })
    }

    /// Names of the classes, in the order of the evidence.
    pub(super) fn classes(&self) -> &[String] {
        &self.classes
    }

    /// How much evidence is in logits.
    pub(super) fn logits(&self, evidence: i32) -> f32 {
        evidence as f32 * self.class_unit
    }

    /// Finds the stretch of the line that speaks most for code; adds to the evidence what it says of its language.
    pub(super) fn weigh(&self, line: &[u8], seen: &mut Seen, evidence: Option<&mut Evidence>) -> Stretch {
        seen.0.clear();
        token::tokens(line, |token| {
            if seen.0.len() < MOST_TOKENS {
                seen.0.push((token.start, token.end, token.features.map(|feature| self.row(feature))));
            }
        });
        let (mut best, mut run) = ((0_i32, 0, 0), (0_i32, 0));
        for (index, (_, _, rows)) in seen.0.iter().enumerate() {
            if run.0 <= 0 {
                run = (0, index);
            }
            run.0 += rows.iter().map(|row| self.code_at(*row)).sum::<i32>();
            if run.0 > best.0 {
                best = (run.0, run.1, index + 1);
            }
        }
        let whole = seen.0.iter().flat_map(|(_, _, rows)| rows).map(|row| self.code_at(*row)).sum::<i32>()
            as f32
            * self.code_unit;
        let (sum, first, after) = best;
        let stretch = seen.0.get(first..after).unwrap_or_default();
        if let Some(evidence) = evidence {
            stretch.iter().for_each(|(_, _, rows)| self.add(rows, evidence));
        }
        let strength = (sum as f32 * self.code_unit - CUT).max(whole);
        Stretch { start: stretch.first().map_or(0, |token| token.0), strength }
    }

    /// Adds to the evidence what the opening of a comment says of its language.
    pub(super) fn comment(&self, line: &[u8], evidence: &mut Evidence) {
        let mut left = COMMENT;
        let opening = line.get(..LONGEST_OPENING).unwrap_or(line);
        token::tokens(opening, |token| {
            if left > 0 {
                left -= 1;
                self.add(&token.features.map(|feature| self.row(feature)), evidence);
            }
        });
    }

    fn add(&self, rows: &[u16; FEATURES], evidence: &mut Evidence) {
        for row in rows {
            if let Some(weights) = self.rows.get(usize::from(*row)).filter(|_| evidence.is_first(*row)) {
                evidence.sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += i32::from(*weight));
            }
        }
    }

    fn code_at(&self, row: u16) -> i32 {
        self.code.get(usize::from(row)).copied().map_or(0, i32::from)
    }

    /// The row of a feature, `FREE` if it has none.
    fn row(&self, feature: u32) -> u16 {
        let (first, check) = place(feature);
        for slot in (first..first + PROBES).map(|slot| slot % SLOTS) {
            let (known, row) = self.slots.get(slot).copied().unwrap_or((0, FREE));
            if row == FREE || known == check {
                return row;
            }
        }
        FREE
    }
}

/// The slot where a feature is looked for first, and what tells it from others there.
fn place(feature: u32) -> (usize, u16) {
    (feature as usize % SLOTS, (feature >> 16) as u16)
}

fn slots(hashes: &[u32]) -> Option<Vec<(u16, u16)>> {
    let mut slots = vec![(0, FREE); SLOTS];
    for (row, hash) in hashes.iter().enumerate() {
        let (first, check) = place(*hash);
        let mut free = (first..first + PROBES).map(|slot| slot % SLOTS);
        let free = free.find(|slot| slots.get(*slot).is_some_and(|(_, row)| *row == FREE));
        if let Some(slot) = free.and_then(|slot| slots.get_mut(slot)) {
            *slot = (check, u16::try_from(row).ok().filter(|row| *row != FREE)?);
        }
    }
    Some(slots)
}

/// Reads numbers and texts off the front of bytes.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn float(&mut self) -> Option<f32> {
        self.number().map(f32::from_bits)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()? as usize;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }
}
