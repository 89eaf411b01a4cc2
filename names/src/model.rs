use crate::pack::{Reader, Writer};

/// Rows of weights: two to the power of this.
pub(crate) const ROW_BITS: u32 = 20;
/// Rows of weights.
pub const ROWS: usize = 1 << ROW_BITS;
/// What a word can be: nothing, the first or a further word of a person's, a place's or an organisation's name, or a
/// word of a street's.
pub const TAGS: usize = 8;
/// Weights are kept in steps of one over this.
pub const STEPS: f32 = 24.0;

/// How many rows speak for a word.
pub(crate) const FEATURES: usize = 32;
/// The places of the rows that speak for a word.
pub(crate) type Rows = [u32; FEATURES];
/// One weight for each tag.
pub type Row = [i8; TAGS];

/// Weights of a linear-chain conditional random field (Lafferty, McCallum, Pereira 2001) over hashed features.
pub struct Model {
    rows: Vec<Row>,
    /// Exponentials of the weights from one tag to the next; by the second, then the first. The last first is the start.
    steps: [[f32; TAGS + 1]; TAGS],
    /// The same by the first tag, then the second, and those from the start.
    onward: [[f32; TAGS]; TAGS],
    opening: [f32; TAGS],
    written: [[i8; TAGS + 1]; TAGS],
}

impl Model {
    /// From weights in steps, each [`STEPS`] to one: of the features, and from each tag, or the start, to each tag.
    pub fn new(rows: Vec<Row>, written: [[i8; TAGS + 1]; TAGS]) -> Self {
        let mut steps = written.map(|row| row.map(|weight| (f32::from(weight) / STEPS).exp()));
        // A further word continues a name of its own kind only.
        for (to, row) in steps.iter_mut().enumerate() {
            for (from, weight) in row.iter_mut().enumerate() {
                if !may_follow(from, to) {
                    *weight = 0.0;
                }
            }
        }
        let onward = std::array::from_fn(|from| steps.map(|row| row.get(from).copied().unwrap_or(0.0)));
        let opening = steps.map(|row| row[TAGS]);
        Self { rows, steps, onward, opening, written }
    }

    /// The sums of the weights of some rows.
    pub(crate) fn scores(&self, rows: &Rows) -> [i16; TAGS] {
        let mut scores = [0; TAGS];
        for row in rows.iter().filter_map(|row| self.rows.get(*row as usize)) {
            scores.iter_mut().zip(row).for_each(|(score, weight)| *score += i16::from(*weight));
        }
        scores
    }

    /// By what the first tag's weight is multiplied when the second follows it; the start is tag [`TAGS`].
    pub(crate) fn steps(&self) -> &[[f32; TAGS + 1]; TAGS] {
        &self.steps
    }

    /// The same by the first tag, then the second.
    pub(crate) fn onward(&self) -> &[[f32; TAGS]; TAGS] {
        &self.onward
    }

    /// The same from the start to each tag.
    pub(crate) fn opening(&self) -> &[f32; TAGS] {
        &self.opening
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.number(STEPS as u32);
        self.written.iter().flatten().for_each(|weight| writer.byte(weight.cast_unsigned()));
        let used = self.rows.iter().enumerate().filter(|(_, row)| row.iter().any(|weight| *weight != 0));
        let used: Vec<(usize, &Row)> = used.collect();
        writer.number(used.len() as u32);
        let mut previous = 0;
        for (at, row) in used {
            writer.number((at - previous) as u32);
            previous = at;
            let present = row.iter().rev().fold(0, |bits, weight| bits << 1 | u8::from(*weight != 0));
            writer.byte(present);
            row.iter().filter(|weight| **weight != 0).for_each(|weight| writer.byte(weight.cast_unsigned()));
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        if reader.number()? != STEPS as u32 {
            return None;
        }
        let mut written = [[0; TAGS + 1]; TAGS];
        for weight in written.iter_mut().flatten() {
            *weight = reader.byte()?.cast_signed();
        }
        let mut rows = vec![[0; TAGS]; ROWS];
        let mut at = 0_usize;
        for _ in 0..reader.number()? {
            at += reader.number()? as usize;
            let present = reader.byte()?;
            for (bit, weight) in rows.get_mut(at)?.iter_mut().enumerate() {
                if present >> bit & 1 == 1 {
                    *weight = reader.byte()?.cast_signed();
                }
            }
        }
        Some(Self::new(rows, written))
    }
}

/// Whether the second tag may follow the first; tag [`TAGS`] is the start.
pub fn may_follow(from: usize, to: usize) -> bool {
    let goes_on = matches!(to, 2 | 4 | 6);
    !goes_on || from == to || from == to - 1
}
