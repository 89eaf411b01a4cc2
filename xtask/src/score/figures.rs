use std::fmt;

/// What a measure came to.
#[derive(Clone, Copy)]
pub(super) enum Figure {
    /// Findings against what is there.
    Found(Tally),
    /// A part of a whole.
    Share { part: u32, all: u32 },
    /// Findings in so many bytes.
    Rate { findings: u32, bytes: usize },
}

/// Findings against what is there.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) right: u32,
    pub(super) wrong: u32,
    pub(super) missed: u32,
}

impl Tally {
    /// Counts one that is there or not, and is found or not.
    pub(super) fn count(&mut self, found: bool, there: bool) {
        match (found, there) {
            (true, true) => self.right += 1,
            (true, false) => self.wrong += 1,
            (false, true) => self.missed += 1,
            (false, false) => {}
        }
    }

    /// Takes in the counts of another.
    pub(super) fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }

    pub(super) fn precision(self) -> f64 {
        ratio(self.right, self.right + self.wrong)
    }

    pub(super) fn recall(self) -> f64 {
        ratio(self.right, self.right + self.missed)
    }

    pub(super) fn f1(self) -> f64 {
        ratio(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

impl Figure {
    /// Whether there was nothing to measure.
    pub(super) fn is_empty(self) -> bool {
        match self {
            Self::Found(Tally { right, wrong, missed }) => right + wrong + missed == 0,
            Self::Share { all, .. } => all == 0,
            Self::Rate { bytes, .. } => bytes == 0,
        }
    }

    /// The share, or the findings per million bytes.
    pub(super) fn value(self) -> f64 {
        match self {
            Self::Found(tally) => tally.f1(),
            Self::Share { part, all } => ratio(part, all),
            Self::Rate { findings, bytes } => per_megabyte(findings, bytes),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Found(tally @ Tally { right, wrong, missed }) => write!(
                f,
                "P {:.3} R {:.3} **F1 {:.3}** ({right} right, {wrong} wrong, {missed} missed)",
                tally.precision(),
                tally.recall(),
                tally.f1()
            ),
            Self::Share { part, all } => write!(f, "**{:.2} %** ({part} of {all})", 100.0 * ratio(part, all)),
            Self::Rate { findings, bytes } => {
                let rate = per_megabyte(findings, bytes);
                write!(f, "**{rate:.3}** per MB ({findings} in {:.1} MB)", megabytes(bytes))
            }
        }
    }
}

/// A part of a whole; all of nothing.
fn ratio(part: u32, all: u32) -> f64 {
    if all == 0 { 1.0 } else { f64::from(part) / f64::from(all) }
}

fn per_megabyte(findings: u32, bytes: usize) -> f64 {
    if bytes == 0 { 0.0 } else { f64::from(findings) / megabytes(bytes) }
}

#[expect(clippy::cast_precision_loss, reason = "texts are far shorter than 2^52 bytes")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn the_usual_measures() {
        let tally = Tally { right: 6, wrong: 2, missed: 4 };
        assert!((tally.precision() - 0.75).abs() < 1e-9);
        assert!((tally.recall() - 0.6).abs() < 1e-9);
        assert!((tally.f1() - 2.0 * 0.75 * 0.6 / 1.35).abs() < 1e-9);
        assert!((Tally::default().f1() - 1.0).abs() < 1e-9);
    }
}
