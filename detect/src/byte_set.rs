/// A set of bytes, asked in constant time.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ByteSet([bool; 256]);

impl ByteSet {
    /// Reads a list of characters and ranges, as in `A-Za-z0-9._`; a dash at either end means itself.
    pub(crate) const fn new(list: &str) -> Self {
        let mut set = [false; 256];
        let mut rest = list.as_bytes();
        loop {
            match rest {
                [low, b'-', high, tail @ ..] => {
                    add(&mut set, *low, *high);
                    rest = tail;
                }
                [byte, tail @ ..] => {
                    add(&mut set, *byte, *byte);
                    rest = tail;
                }
                [] => return Self(set),
            }
        }
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).copied().unwrap_or(false)
    }

    /// How many bytes at the end of `text` belong to the set, at most `limit`.
    pub(crate) fn run_before(&self, text: &[u8], limit: usize) -> usize {
        text.iter().rev().take(limit).take_while(|byte| self.contains(**byte)).count()
    }
}

impl FromIterator<u8> for ByteSet {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        let mut set = [false; 256];
        let mut insert =
            |byte: u8| set.get_mut(usize::from(byte)).into_iter().for_each(|place| *place = true);
        bytes.into_iter().for_each(&mut insert);
        Self(set)
    }
}

#[expect(clippy::indexing_slicing, reason = "a byte is always within 256 entries")]
const fn add(set: &mut [bool; 256], low: u8, high: u8) {
    let mut byte = low as usize;
    while byte <= high as usize {
        set[byte] = true;
        byte += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::ByteSet;

    #[test]
    fn ranges_and_single_characters() {
        let set = ByteSet::new("a-c._-");
        for (byte, inside) in
            [(b'a', true), (b'c', true), (b'd', false), (b'.', true), (b'-', true), (0xFF, false)]
        {
            assert_eq!(set.contains(byte), inside, "{byte}");
        }
        assert_eq!(set.run_before(b"xxabc", 2), 2);
    }
}
