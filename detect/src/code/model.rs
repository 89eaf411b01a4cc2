use super::token::{self, COMMENT, FEATURES};

/// Units of the hidden layer.
pub(super) const HIDDEN: usize = 64;
/// Slots of the table from hashes to rows; a power of two, some three times the rows.
const SLOTS: usize = 1 << 15;
/// Bits that tell which features may have a row; few enough to stay in the fastest cache.
const BITS: usize = 1 << 17;
/// Most slots looked at for a feature.
const PROBES: usize = 16;
/// What a line must make up for, in logits, if it is not code from end to end, and for each token left out: any long line
/// has some stretch like code.
const CUT: f32 = 3.5;
const LEFT_OUT: f32 = 0.1;
/// Bytes of a line of comment that are read.
const LONGEST_OPENING: usize = 160;
/// Most features a model can have.
const MOST_ROWS: usize = 1 << 14;
/// A slot without a row.
const FREE: u16 = u16::MAX;
/// Tokens of a line that are weighed.
const MOST_TOKENS: usize = 256;
/// Bytes of a line that are weighed.
const LONGEST_WEIGHED: usize = 1024;
/// What stands at the start of a file of weights.
const MAGIC: &[u8] = b"bylaw code 2\n";

/// The features that have been seen, a bit each: what is repeated most, as brackets are, says least.
#[derive(Clone)]
pub(super) struct Evidence {
    seen: [u64; MOST_ROWS / 64],
}

/// Weights of features: how much each speaks for code against text and data, and what it adds to the hidden layer of a
/// network that tells languages and kinds of data apart.
///
/// Trained by `training/code`; `docs/detectors/source-code.md` tells how.
pub(super) struct Model {
    classes: Vec<Class>,
    /// Logits a unit of `code` stands for, and what one of `rows` does.
    code_unit: f32,
    row_unit: f32,
    /// What the units of the hidden layer begin with.
    start: [f32; HIDDEN],
    /// Which features may have a row: most of those of prose have none.
    present: Vec<u64>,
    slots: Vec<(u16, u16)>,
    code: Vec<i8>,
    rows: Vec<[i8; HIDDEN]>,
}

/// A language or a kind of data.
struct Class {
    name: String,
    units: [f32; HIDDEN],
    start: f32,
}

impl Default for Evidence {
    fn default() -> Self {
        Self { seen: [0; MOST_ROWS / 64] }
    }
}

impl Evidence {
    /// Takes in what another passage says.
    pub(super) fn join(&mut self, other: &Self) {
        self.seen.iter_mut().zip(other.seen).for_each(|(seen, more)| *seen |= more);
    }

    fn add(&mut self, rows: &[u16; FEATURES]) {
        for row in rows.iter().filter(|row| **row != FREE) {
            if let Some(word) = self.seen.get_mut(usize::from(row / 64)) {
                *word |= 1 << (row % 64);
            }
        }
    }

    fn rows(&self) -> impl Iterator<Item = usize> {
        self.seen.iter().enumerate().flat_map(|(index, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                (bit < 64).then_some(index * 64 + bit)
            })
        })
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
        let names = (0..bytes.number()?).map(|_| bytes.text()).collect::<Option<Vec<_>>>()?;
        let (code_unit, row_unit, start) = (bytes.float()?, bytes.float()?, bytes.floats()?);
        let mut class = |name| Some(Class { name, units: bytes.floats()?, start: bytes.float()? });
        let classes = names.into_iter().map(&mut class).collect::<Option<Vec<_>>>()?;
        let count = bytes.number()? as usize;
        let hashes = (0..count).map(|_| bytes.number()).collect::<Option<Vec<_>>>()?;
        let signed = |byte: &u8| i8::from_le_bytes([*byte]);
        let code = bytes.take(count)?.iter().map(signed).collect();
        let mut rows = Vec::with_capacity(count);
        for _ in 0..count {
            let mut row = [0; HIDDEN];
            row.iter_mut().zip(bytes.take(HIDDEN)?).for_each(|(cell, byte)| *cell = signed(byte));
            rows.push(row);
        }
        (count <= MOST_ROWS).then_some(())?;
        Some(Self {
            classes,
            code_unit,
            row_unit,
            start,
            present: present(&hashes),
            slots: slots(&hashes)?,
            code,
            rows,
        })
    }

    /// Names of the classes, in the order in which they are told.
    pub(super) fn classes(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(|class| class.name.as_str())
    }

    /// How likely each class is, in logits.
    pub(super) fn told(&self, evidence: &Evidence) -> impl Iterator<Item = f32> {
        let (mut sums, mut count) = ([0_i32; HIDDEN], 0_u16);
        for row in evidence.rows().filter_map(|row| self.rows.get(row)) {
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i32::from(*weight));
            count += 1;
        }
        // Many features agree more than they add.
        let scale = self.row_unit / f32::from(count.max(4)).sqrt();
        let mut hidden = self.start;
        hidden.iter_mut().zip(sums).for_each(|(unit, sum)| *unit = (*unit + sum as f32 * scale).max(0.0));
        self.classes.iter().map(move |class| class.start + dot(&class.units, &hidden))
    }

    /// Finds the stretch of the line that speaks most for code; adds to the evidence what it says of its language.
    pub(super) fn weigh(&self, line: &[u8], seen: &mut Seen, evidence: &mut Evidence) -> Stretch {
        seen.0.clear();
        token::tokens(line.get(..LONGEST_WEIGHED).unwrap_or(line), |token| {
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
        let whole = seen.0.iter().flat_map(|(_, _, rows)| rows).map(|row| self.code_at(*row)).sum();
        let (sum, first, after) = best;
        let stretch = seen.0.get(first..after).unwrap_or_default();
        stretch.iter().for_each(|(_, _, rows)| evidence.add(rows));
        let strength = self.shown(sum, seen.0.len() - stretch.len(), whole);
        Stretch { start: stretch.first().map_or(0, |token| token.0), strength }
    }

    /// How surely a line is code, as [`Self::weigh`] tells it, where nothing more is asked.
    pub(super) fn strength(&self, line: &[u8]) -> f32 {
        let (mut best, mut best_length) = (0_i32, 0);
        let (mut run, mut run_length) = (0_i32, 0);
        let (mut whole, mut count) = (0_i32, 0);
        token::tokens(line.get(..LONGEST_WEIGHED).unwrap_or(line), |token| {
            if count == MOST_TOKENS {
                return;
            }
            count += 1;
            let own = token.features.iter().map(|feature| self.code_of(*feature)).sum::<i32>();
            whole += own;
            (run, run_length) = if run <= 0 { (own, 1) } else { (run + own, run_length + 1) };
            if run > best {
                (best, best_length) = (run, run_length);
            }
        });
        self.shown(best, count - best_length, whole)
    }

    /// What a line shows whose best stretch, which leaves out so many tokens, and all of it have these sums.
    fn shown(&self, best: i32, left_out: usize, whole: i32) -> f32 {
        let cut = CUT + LEFT_OUT * left_out as f32;
        (best as f32 * self.code_unit - cut).max(whole as f32 * self.code_unit)
    }

    fn code_of(&self, feature: u32) -> i32 {
        self.code_at(self.row(feature))
    }

    /// Adds to the evidence what the opening of a comment says of its language.
    pub(super) fn comment(&self, line: &[u8], evidence: &mut Evidence) {
        let mut left = COMMENT;
        let opening = line.get(..LONGEST_OPENING).unwrap_or(line);
        token::tokens(opening, |token| {
            if left > 0 {
                left -= 1;
                evidence.add(&token.features.map(|feature| self.row(feature)));
            }
        });
    }

    fn code_at(&self, row: u16) -> i32 {
        self.code.get(usize::from(row)).copied().map_or(0, i32::from)
    }

    /// The row of a feature, `FREE` if it has none.
    #[inline]
    fn row(&self, feature: u32) -> u16 {
        let (word, bit) = bit(feature);
        match self.present.get(word) {
            Some(word) if word & bit != 0 => self.find(feature),
            _ => FREE,
        }
    }

    fn find(&self, feature: u32) -> u16 {
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

/// Added up in eight sums, which run beside each other.
fn dot(one: &[f32; HIDDEN], other: &[f32; HIDDEN]) -> f32 {
    let mut sums = [0.0; 8];
    for (one, other) in one.chunks_exact(8).zip(other.chunks_exact(8)) {
        sums.iter_mut().zip(one).zip(other).for_each(|((sum, one), other)| *sum += one * other);
    }
    sums.iter().sum()
}

/// The slot where a feature is looked for first, and what tells it from others there.
fn place(feature: u32) -> (usize, u16) {
    (feature as usize % SLOTS, (feature >> 16) as u16)
}

/// The bit that tells whether a feature may have a row.
fn bit(feature: u32) -> (usize, u64) {
    let bit = feature as usize % BITS;
    (bit / 64, 1 << (bit % 64))
}

fn present(hashes: &[u32]) -> Vec<u64> {
    let mut present = vec![0; BITS / 64];
    for (word, bit) in hashes.iter().map(|hash| bit(*hash)) {
        present.get_mut(word).into_iter().for_each(|word: &mut u64| *word |= bit);
    }
    present
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

    fn floats<const COUNT: usize>(&mut self) -> Option<[f32; COUNT]> {
        let mut floats = [0.0; COUNT];
        for float in &mut floats {
            *float = self.float()?;
        }
        Some(floats)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()? as usize;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }
}
