use std::collections::BTreeMap;

use crate::{byte_set::ByteSet, written::Case};

/// Bytes whose lowest five bits make a key; folding case needs no more than dropping the bit above.
const KEYED: usize = 3;
const KEYS: usize = 1 << (5 * KEYED);

static WORD: ByteSet = ByteSet::new("A-Za-z0-9_");

/// Whether an anchor may stand within a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    Anywhere,
    AtWordStart,
}

/// Finds many literals at once, whatever their case: a table tells for every three bytes whether any can begin there.
pub(crate) struct Literals {
    anywhere: KeySet,
    at_word_starts: KeySet,
    /// For each key, where its entries begin; they end where the next key's begin.
    firsts: Vec<u16>,
    entries: Vec<Entry>,
    /// Literals of a single byte.
    single: Vec<Entry>,
}

/// A literal and the rule it serves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: u16,
    literal: Box<[u8]>,
    case: Literal,
    standing: Standing,
    rule: usize,
}

/// Whether the case of a literal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Literal {
    Exact,
    Folded,
}

/// Collects literals.
#[derive(Default)]
pub(crate) struct LiteralsBuilder(BTreeMap<(usize, Vec<u8>), (Case, Standing)>);

impl LiteralsBuilder {
    pub(crate) fn add(&mut self, rule: usize, literal: &str, case: Case, standing: Standing) {
        let opens_word = literal.bytes().next().is_some_and(|first| WORD.contains(first));
        let standing = if opens_word { standing } else { Standing::Anywhere };
        self.0.insert((rule, literal.as_bytes().to_vec()), (case, standing));
    }

    pub(crate) fn build(self) -> Literals {
        let (mut entries, mut single) = (Vec::new(), Vec::new());
        for ((rule, literal), (case, standing)) in self.0 {
            let case = if case == Case::Exact { Literal::Exact } else { Literal::Folded };
            let entry = Entry { key: 0, literal: literal.clone().into(), case, standing, rule };
            match literal.len() {
                1 => single.push(entry),
                _ => entries.extend(keys(&literal).map(|key| Entry { key, ..entry.clone() })),
            }
        }
        entries.sort();
        Literals::new(entries, single)
    }
}

impl Literals {
    fn new(entries: Vec<Entry>, single: Vec<Entry>) -> Self {
        let standing =
            |wanted| entries.iter().filter(move |entry| entry.standing == wanted).map(|entry| entry.key);
        let first = |wanted: usize| entries.partition_point(|entry| usize::from(entry.key) < wanted);
        Self {
            anywhere: KeySet::of(standing(Standing::Anywhere)),
            at_word_starts: KeySet::of(standing(Standing::AtWordStart)),
            firsts: (0..=KEYS).map(|key| u16::try_from(first(key)).unwrap_or(u16::MAX)).collect(),
            entries,
            single,
        }
    }

    /// Calls `with` with rule, start and end for every literal that begins in `from..to`.
    pub(crate) fn visit(
        &self,
        text: &[u8],
        from: usize,
        to: usize,
        mut with: impl FnMut(usize, usize, usize),
    ) {
        let visible = text.get(from..(to + KEYED - 1).min(text.len())).unwrap_or_default();
        let mut inside =
            from.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| WORD.contains(*byte));
        for (three, at) in visible.array_windows().zip(from..) {
            inside = self.look(text, at, *three, inside, &mut with);
        }
        // At the end of the text zeros stand for what is missing.
        for at in from + visible.len().saturating_sub(KEYED - 1)..to {
            let byte = |ahead: usize| text.get(at + ahead).copied().unwrap_or(0);
            inside = self.look(text, at, [byte(0), byte(1), byte(2)], inside, &mut with);
        }
        for entry in &self.single {
            let Some(byte) = entry.literal.first() else { continue };
            memchr::memchr_iter(*byte, text.get(from..to).unwrap_or_default())
                .for_each(|offset| with(entry.rule, from + offset, from + offset + 1));
        }
    }

    /// Looks for literals that begin with these three bytes, and tells whether a word goes on behind the first.
    #[inline]
    fn look(
        &self,
        text: &[u8],
        at: usize,
        [one, two, three]: [u8; KEYED],
        inside: bool,
        with: &mut impl FnMut(usize, usize, usize),
    ) -> bool {
        let word = WORD.contains(one);
        let key = key_of(one, two, three);
        // Without branches: whether a word begins here is a coin toss.
        if self.anywhere.contains(key) | (word & !inside & self.at_word_starts.contains(key)) {
            let standing = if word && inside { Standing::Anywhere } else { Standing::AtWordStart };
            self.at(text, at, key, standing, with);
        }
        word
    }

    /// Compares the literals of one key. Rare, and kept out of the loop over the text.
    #[inline(never)]
    fn at(
        &self,
        text: &[u8],
        at: usize,
        key: u16,
        standing: Standing,
        with: &mut impl FnMut(usize, usize, usize),
    ) {
        let bound = |key: usize| self.firsts.get(key).copied().map_or(0, usize::from);
        let keyed = self.entries.get(bound(key.into())..bound(usize::from(key) + 1)).unwrap_or_default();
        for entry in keyed.iter().filter(|entry| entry.standing <= standing) {
            let end = at + entry.literal.len();
            if text.get(at..end).is_some_and(|here| entry.is(here)) {
                with(entry.rule, at, end);
            }
        }
    }
}

impl Entry {
    fn is(&self, here: &[u8]) -> bool {
        // Most differ in the last byte too, which is seen sooner than what lies between.
        let folded = |text: &[u8]| text.last().map(|byte| byte & 0x1F);
        if folded(here) != folded(&self.literal) {
            return false;
        }
        match self.case {
            Literal::Exact => here == &*self.literal,
            Literal::Folded => here.eq_ignore_ascii_case(&self.literal),
        }
    }
}

/// A set of keys as bits.
struct KeySet(Box<[u64; KEYS / 64]>);

impl KeySet {
    fn of(keys: impl Iterator<Item = u16>) -> Self {
        let mut words = Box::new([0; KEYS / 64]);
        for key in keys {
            if let Some(word) = words.get_mut(usize::from(key >> 6)) {
                *word |= 1_u64 << (key & 63);
            }
        }
        Self(words)
    }

    fn contains(&self, key: u16) -> bool {
        let word = self.0.get(usize::from(key >> 6)).copied().unwrap_or(0);
        word >> (key & 63) & 1 == 1
    }
}

fn key_of(one: u8, two: u8, three: u8) -> u16 {
    u16::from(one & 0x1F) << 10 | u16::from(two & 0x1F) << 5 | u16::from(three & 0x1F)
}

/// The keys under which a literal is found; one of two bytes has a key for whatever follows it.
fn keys(literal: &[u8]) -> impl Iterator<Item = u16> + use<> {
    let at = |index: usize| literal.get(index).copied();
    let (one, two, three) = (at(0).unwrap_or(0), at(1).unwrap_or(0), at(2));
    let thirds = three.map_or(0..=0x1F, |three| three..=three);
    thirds.map(move |three| key_of(one, two, three))
}

#[cfg(test)]
mod tests {
    use super::{LiteralsBuilder, Standing};
    use crate::written::Case;

    #[test]
    fn literals_by_case_and_standing() {
        let mut builder = LiteralsBuilder::default();
        for (rule, literal, case, standing) in [
            (1, "ann", Case::Ignored, Standing::AtWordStart),
            (2, "anna", Case::Ignored, Standing::AtWordStart),
            (3, "SSN", Case::Exact, Standing::AtWordStart),
            (4, "token", Case::Ignored, Standing::Anywhere),
            (5, "@", Case::Exact, Standing::Anywhere),
            (6, "Q~", Case::Exact, Standing::Anywhere),
        ] {
            builder.add(rule, literal, case, standing);
        }
        let literals = builder.build();
        for (text, expected) in [
            ("Anna", vec![(1, 0, 3), (2, 0, 4)]),
            ("Joanna ann", vec![(1, 7, 10)]),
            ("SSN ssn", vec![(3, 0, 3)]),
            ("authToken=", vec![(4, 4, 9)]),
            ("a@b", vec![(5, 1, 2)]),
            ("xQ~y", vec![(6, 1, 3)]),
            ("xQ~", vec![(6, 1, 3)]),
            ("an", vec![]),
        ] {
            let mut found = Vec::new();
            literals.visit(text.as_bytes(), 0, text.len(), |rule, start, end| found.push((rule, start, end)));
            assert_eq!(found, expected, "{text}");
        }
    }
}
