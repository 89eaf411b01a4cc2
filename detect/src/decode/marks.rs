use bitmap::{BLOCK, Bits, Code, runs_of_16};

/// Where in a part of a text anything encoded may begin.
pub(super) struct Marks {
    first: usize,
    blocks: Vec<Code>,
}

impl Marks {
    /// Reads `first..last`, as far as there is such text.
    pub(super) fn of(text: &[u8], first: usize, last: usize) -> Self {
        let mut blocks = Vec::new();
        bitmap::code(text.get(first..last.min(text.len())).unwrap_or_default(), &mut blocks);
        Self { first, blocks }
    }

    /// Bytes that may begin an escape, or a character that stands for another.
    pub(super) fn escapes(&self) -> impl Iterator<Item = usize> {
        let blocks = self.blocks.iter().zip((self.first..).step_by(BLOCK));
        blocks.flat_map(|(block, at)| Bits(block.escape).map(move |bit| at + bit))
    }

    /// The first place from `at` on where 16 bytes follow of which base64 may be made.
    pub(super) fn packed(&self, at: usize) -> Option<usize> {
        let skipped = at.checked_sub(self.first)?;
        let blocks = self.blocks.get(skipped / BLOCK..)?;
        let next = blocks.iter().skip(1).map(|block| block.packed).chain([0]);
        let mut within = u64::MAX << (skipped % BLOCK);
        for ((block, next), place) in blocks.iter().zip(next).zip((at - skipped % BLOCK..).step_by(BLOCK)) {
            let long = runs_of_16(block.packed, next) & within;
            if long != 0 {
                return Some(place + long.trailing_zeros() as usize);
            }
            within = u64::MAX;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn what_may_be_encoded() {
        let text = format!("{} a=b %40 {} é", "x ".repeat(40), "k".repeat(20));
        let marks = Marks::of(text.as_bytes(), 8, text.len());
        let at = |part: &str| text.find(part).unwrap();
        let escapes: Vec<usize> = marks.escapes().collect();
        assert_eq!(escapes, [at("=b"), at("%40"), at("é"), at("é") + 1]);
        assert_eq!(marks.packed(8), Some(at("kk")));
        assert_eq!(marks.packed(at("kk") + 4), Some(at("kk") + 4));
        assert_eq!(marks.packed(at("kk") + 5), None);
    }
}
