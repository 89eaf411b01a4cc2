use std::collections::BTreeMap;

use crate::{anchors::Serves, byte_set::ByteSet};

/// Bytes whose lowest five bits make a key; folding case needs no more than dropping the bit above.
pub(crate) const KEYED: usize = 3;
const KEYS: usize = 1 << (5 * KEYED);

static WORD: ByteSet = ByteSet::new("A-Za-z0-9_");

/// Literals of at least three bytes that are looked for at the starts of words only.
pub(crate) struct WordStarts {
    /// For each key of three bytes, where its literals begin; they end where the next key's begin.
    firsts: Vec<u16>,
    /// Literals in lower case, by key.
    literals: Vec<(Vec<u8>, Vec<Serves>)>,
}

impl WordStarts {
    pub(crate) fn new(literals: BTreeMap<Vec<u8>, Vec<Serves>>) -> Self {
        let mut literals: Vec<_> = literals.into_iter().collect();
        literals.sort_by_key(|(literal, _)| key(literal));
        let first = |wanted: usize| literals.partition_point(|(literal, _)| key(literal) < wanted);
        let firsts = (0..=KEYS).map(|wanted| u16::try_from(first(wanted)).unwrap_or(u16::MAX)).collect();
        Self { firsts, literals }
    }

    /// Calls `with` for every rule whose literal stands at the start of a word in `from..to`.
    pub(crate) fn visit(&self, text: &[u8], from: usize, to: usize, mut with: impl FnMut(usize, usize, usize)) {
        let mut inside = from.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| WORD.contains(*byte));
        for (byte, at) in text.get(from..to).unwrap_or_default().iter().zip(from..) {
            let word = WORD.contains(*byte);
            if word && !inside {
                self.at(text, at, &mut with);
            }
            inside = word;
        }
    }

    fn at(&self, text: &[u8], at: usize, with: &mut impl FnMut(usize, usize, usize)) {
        let Some(rest) = text.get(at..) else { return };
        for (literal, served) in self.keyed(key(rest)) {
            let Some(here) = rest.get(..literal.len()).filter(|here| here.eq_ignore_ascii_case(literal)) else { continue };
            for serves in served.iter().filter(|serves| serves.accepts(here)) {
                with(serves.rule, at, at + literal.len());
            }
        }
    }

    fn keyed(&self, key: usize) -> &[(Vec<u8>, Vec<Serves>)] {
        let bound = |key: usize| self.firsts.get(key).copied().map_or(0, usize::from);
        self.literals.get(bound(key)..bound(key + 1)).unwrap_or_default()
    }
}

/// The key of the first three bytes.
fn key(text: &[u8]) -> usize {
    text.iter().take(KEYED).fold(0, |key, byte| key << 5 | usize::from(byte & 0x1F))
}

#[cfg(test)]
mod tests {
    use super::{Serves, WordStarts};

    #[test]
    fn at_starts_of_words_only() {
        let serves = |rule| vec![Serves { rule, exactly: None }];
        let exact = vec![Serves { rule: 3, exactly: Some(b"SSN".as_slice().into()) }];
        let words = WordStarts::new([(b"ann".to_vec(), serves(1)), (b"anna".to_vec(), serves(2)), (b"ssn".to_vec(), exact)].into());
        for (text, expected) in [
            ("Anna", vec![(1, 0, 3), (2, 0, 4)]),
            ("Joanna ann", vec![(1, 7, 10)]),
            ("SSN ssn", vec![(3, 0, 3)]),
            ("an", vec![]),
        ] {
            let mut found = Vec::new();
            words.visit(text.as_bytes(), 0, text.len(), |rule, start, end| found.push((rule, start, end)));
            assert_eq!(found, expected, "{text}");
        }
    }
}
