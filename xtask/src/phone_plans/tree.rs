use std::collections::BTreeMap;

/// First digits of numbers, and how long the whole number may be.
#[derive(Default)]
pub(super) struct Tree {
    /// One bit a length.
    lengths: u32,
    next: BTreeMap<u8, Tree>,
}

impl Tree {
    /// Allows numbers of `length` digits that begin with `first`.
    pub(super) fn add(&mut self, first: &[u8], length: usize) {
        match first.split_first() {
            None => self.lengths |= 1 << length,
            Some((digit, rest)) => self.next.entry(*digit).or_default().add(rest, length),
        }
    }

    /// The tree in one line. Digits that allow the same share an entry; where all ten end there, they are left out.
    pub(super) fn text(&self) -> String {
        if self.next.is_empty() {
            return (1..26).filter(|length| self.lengths & 1 << length != 0).map(letter).collect();
        }
        let mut entries: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (digit, tree) in &self.next {
            entries.entry(tree.text()).or_default().push(*digit);
        }
        let leaf = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
        if let [(text, digits)] = entries.iter().collect::<Vec<_>>().as_slice()
            && digits.len() == 10
            && leaf(text)
        {
            return (*text).clone();
        }
        let written = |(text, digits): (&String, &Vec<u8>)| {
            let digits = ranges(digits);
            if leaf(text) { format!("{digits}{text}") } else { format!("{digits}({text})") }
        };
        entries.iter().map(written).collect()
    }
}

/// A length as a letter: `a` is 1.
fn letter(length: u8) -> char {
    char::from(b'a' + length - 1)
}

/// Digits in order, three or more in a row as a range.
fn ranges(digits: &[u8]) -> String {
    let mut text = String::new();
    let runs = digits.chunk_by(|one, next| next - one == 1);
    for run in runs {
        match run {
            [first, .., last] if run.len() > 2 => text.push_str(&format!("{first}-{last}")),
            _ => run.iter().for_each(|digit| text.push(char::from(b'0' + digit))),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn equal_branches_share_an_entry() {
        let mut tree = Tree::default();
        for (first, length) in
            [([1, 0], 9), ([1, 1], 9), ([1, 2], 9), ([2, 0], 9), ([2, 1], 9), ([2, 2], 9), ([3, 7], 8)]
        {
            tree.add(&first, length);
        }
        assert_eq!(tree.text(), "12(0-2i)3(7h)");
    }
}
