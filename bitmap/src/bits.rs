/// The places of the set bits of a word, lowest first.
#[derive(Clone, Copy, Debug)]
pub struct Bits(pub u64);

impl Iterator for Bits {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let place = self.0.trailing_zeros();
        (self.0 != 0).then(|| {
            self.0 &= self.0 - 1;
            place as usize
        })
    }
}

/// Bits at which a run begins; `before` tells whether the byte before the block belonged to the class.
#[inline]
#[must_use]
pub const fn run_starts(class: u64, before: bool) -> u64 {
    class & !(class << 1 | before as u64)
}

/// Bits from which on a class holds for 16 bytes or more; `next` is the class in the block behind.
#[inline]
#[must_use]
pub const fn runs_of_16(class: u64, next: u64) -> u64 {
    let mut both = class as u128 | (next as u128) << 64;
    both &= both >> 1;
    both &= both >> 2;
    both &= both >> 4;
    both &= both >> 8;
    both as u64
}

#[cfg(test)]
mod tests {
    use super::{Bits, run_starts, runs_of_16};

    #[test]
    fn bits_in_order() {
        assert_eq!(Bits(0b1010_0001 | 1 << 63).collect::<Vec<_>>(), [0, 5, 7, 63]);
    }

    #[test]
    fn starts_of_runs() {
        for (class, before, starts) in
            [(0b0110_0111, false, 0b0010_0001), (0b0110_0111, true, 0b0010_0000), (0, true, 0)]
        {
            assert_eq!(run_starts(class, before), starts, "{class:b}");
        }
    }

    #[test]
    fn long_runs_across_blocks() {
        for (class, next, long) in [
            (0xFFFF, 0, 1),
            (0x7FFF, 0, 0),
            (0x1_FFFF, 0, 0b11),
            (0xFF << 56, 0xFF, 1 << 56),
            (0xFF << 56, 0x7F, 0),
        ] {
            assert_eq!(runs_of_16(class, next), long, "{class:x} {next:x}");
        }
    }
}
