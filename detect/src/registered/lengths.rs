use serde::{Deserialize, Serialize};

/// How many letters and digits cells have, one bit for each number from one on: most runs of words have another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Lengths(u64);

/// Those of a registry that was written before lengths were.
impl Default for Lengths {
    fn default() -> Self {
        Self(u64::MAX)
    }
}

impl Lengths {
    pub(super) const NONE: Self = Self(0);

    pub(super) fn add(&mut self, length: usize) {
        self.0 |= Self::bit(length);
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, length: usize) -> bool {
        self.0 & Self::bit(length) != 0
    }

    pub(super) fn longest(self) -> usize {
        (u64::BITS - self.0.leading_zeros()) as usize
    }

    fn bit(length: usize) -> u64 {
        let place = length.checked_sub(1).and_then(|place| u32::try_from(place).ok());
        place.and_then(|place| 1_u64.checked_shl(place)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::Lengths;

    #[test]
    fn lengths_that_were_added() {
        let mut lengths = Lengths::NONE;
        [2, 11, 64, 65].into_iter().for_each(|length| lengths.add(length));
        let known: Vec<usize> = (0..70).filter(|length| lengths.has(*length)).collect();
        assert_eq!((known, lengths.longest()), (vec![2, 11, 64], 64));
        assert_eq!((Lengths::NONE.longest(), Lengths::default().longest()), (0, 64));
    }
}
