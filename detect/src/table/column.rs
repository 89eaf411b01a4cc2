use std::collections::HashMap;

use crate::rule::{Candidate, log_odds, probability};

/// Cells of one shape from which on they speak for each other.
const FEWEST: u32 = 8;
/// Most cells of a shape are of that kind: what the others are, too.
const MOST: f32 = 0.9;
/// So few are that chance has made them fit.
const FEW: f32 = 0.3;
/// What a column adds to the logarithm of the odds.
const SUPPORT: f32 = 1.0;
const DOUBT: f32 = -1.5;
/// Shapes of one column that are told apart.
const SHAPES: usize = 64;

/// What the cells of a column were found to be, by their shape: length, and where letters, digits and signs stand.
#[derive(Default)]
pub(super) struct Column {
    shapes: HashMap<u64, Shape>,
}

/// Cells of one shape.
#[derive(Default)]
struct Shape {
    cells: u32,
    /// Different values, as far as they follow each other.
    different: u32,
    last: u64,
    /// How many cells each rule accepts.
    accepted: HashMap<usize, u32>,
}

impl Column {
    /// Counts a cell and the rules that take it for theirs.
    pub(super) fn count(&mut self, value: &[u8], rules: impl Iterator<Item = usize>) {
        let shape = shape(value);
        if self.shapes.len() >= SHAPES && !self.shapes.contains_key(&shape) {
            return;
        }
        let known = self.shapes.entry(shape).or_default();
        known.cells += 1;
        let hash = hashed(value.iter().copied());
        known.different += u32::from(hash != known.last);
        known.last = hash;
        for rule in rules {
            *known.accepted.entry(rule).or_default() += 1;
        }
    }

    /// What the column says for a candidate that is all of a cell.
    pub(super) fn weigh(&self, value: &[u8], candidate: &mut Candidate) {
        let Some(known) = self.shapes.get(&shape(value)).filter(|known| known.different >= FEWEST) else {
            return;
        };
        let accepted = known.accepted.get(&candidate.rule).copied().unwrap_or(0);
        let share = f64::from(accepted) / f64::from(known.cells);
        let adds = match share as f32 {
            MOST.. => SUPPORT,
            ..FEW => DOUBT,
            _ => return,
        };
        candidate.confidence = probability(log_odds(candidate.confidence) + adds);
    }
}

/// Which kind of character stands where, with letters of either case alike.
fn shape(value: &[u8]) -> u64 {
    hashed(value.iter().map(|byte| match byte {
        b'0'..=b'9' => b'0',
        b'A'..=b'Z' | b'a'..=b'z' | 0x80.. => b'a',
        sign => *sign,
    }))
}

/// FNV-1a, <http://www.isthe.com/chongo/tech/comp/fnv/>: cells are short, and nothing rests on collisions.
fn hashed(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3))
}
