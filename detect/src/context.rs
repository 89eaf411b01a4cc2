use std::{collections::HashMap, ops::Range, sync::OnceLock};

use bitmap::{BLOCK, Bits};

use crate::{
    byte_set::ByteSet,
    edges::is_word,
    keyed::{Keyed, KeyedBuilder, KeyedBy},
    written::Case,
};

/// Bytes within which a word in context counts fully, before a candidate and behind it.
const CLOSE_BEFORE: usize = 40;
const CLOSE_BEHIND: usize = 16;
/// Bytes in which words are looked up at once.
const STRETCH: usize = BLOCK;

/// All lists of words in context, so that one look finds the words of all.
#[derive(Default)]
pub(crate) struct Vocabulary {
    lists: HashMap<Vec<String>, usize>,
    /// Made when it is first needed.
    words: OnceLock<Words>,
}

/// The words of all lists, by number.
struct Words {
    keyed: Keyed,
    /// For each list, its words as bits.
    lists: Vec<Vec<u64>>,
    /// For each word, the lists it stands in.
    lists_of: Vec<Vec<usize>>,
    /// The signs with which some begin, so that these may stand anywhere.
    signs: ByteSet,
}

impl Vocabulary {
    /// Takes a list in and numbers it.
    pub(crate) fn number(&mut self, list: Vec<String>) -> usize {
        let next = self.lists.len();
        *self.lists.entry(list).or_insert(next)
    }

    /// For each word, the lists it stands in.
    pub(crate) fn lists_of_words(&self) -> &[Vec<usize>] {
        &self.words().lists_of
    }

    fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::of(&self.lists))
    }
}

impl Words {
    fn of(lists: &HashMap<Vec<String>, usize>) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut keyed = KeyedBuilder::default();
        let mut bits: Vec<Vec<u64>> = vec![Vec::new(); lists.len()];
        let mut lists_of: Vec<Vec<usize>> = Vec::new();
        for (list, place) in lists {
            let Some(bits) = bits.get_mut(*place) else { continue };
            for word in list.iter().filter(|word| !word.is_empty()) {
                let next = numbers.len();
                let number = *numbers.entry(word.to_ascii_lowercase()).or_insert_with(|| {
                    keyed.add(next, word, Case::Ignored);
                    lists_of.push(Vec::new());
                    next
                });
                lists_of.get_mut(number).into_iter().for_each(|lists| lists.push(*place));
                bits.resize(bits.len().max(number / 64 + 1), 0);
                set_bit(bits, number);
            }
        }
        let firsts = numbers.keys().filter_map(|word| word.bytes().next());
        let signs = firsts.filter(|first| first.is_ascii() && !is_word(*first)).collect();
        Self { keyed: keyed.build(KeyedBy::Start), lists: bits, lists_of, signs }
    }

    fn has(&self, list: usize, word: usize) -> bool {
        self.lists.get(list).is_some_and(|bits| has_bit(bits, word))
    }

    /// The lists a word stands in.
    fn lists_of(&self, word: usize) -> &[usize] {
        self.lists_of.get(word).map(Vec::as_slice).unwrap_or_default()
    }

    /// Numbers of 64 bits that a bit for each list takes.
    fn width(&self) -> usize {
        self.lists.len().div_ceil(64)
    }
}

/// The words in context that stand in a text, looked up stretch by stretch when they are first asked for.
pub(crate) struct Nearby<'a> {
    text: &'a [u8],
    vocabulary: &'a Vocabulary,
    /// For each stretch looked at, where its words begin and end in `found`.
    stretches: Vec<Option<(usize, usize)>>,
    /// For each stretch, the lists of which it has words, a bit each, in as many numbers as the lists need.
    lists: Vec<u64>,
    found: Vec<Standing>,
}

/// A word that stands alone.
#[derive(Clone, Copy)]
struct Standing {
    start: usize,
    end: usize,
    word: usize,
}

impl<'a> Nearby<'a> {
    pub(crate) fn new(text: &'a [u8], vocabulary: &'a Vocabulary) -> Self {
        Self { text, vocabulary, stretches: Vec::new(), lists: Vec::new(), found: Vec::new() }
    }

    pub(crate) fn text(&self) -> &'a [u8] {
        self.text
    }

    /// The words of a list that stand between `from` and `to`, by where they begin.
    fn words(&mut self, list: usize, from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> {
        let words = self.vocabulary.words();
        let (to, stretches) = self.looked_at(from, to);
        let (own, width) = (&*self, words.width());
        // Most stretches have no word of a list.
        let having = stretches.filter(move |stretch| has_bit(&own.lists, stretch * width * 64 + list));
        let standing = having.flat_map(|stretch| own.standing(stretch));
        let within = standing.filter(move |word| word.start >= from && word.end <= to);
        within.filter(move |word| words.has(list, word.word)).map(|word| (word.start, word.end))
    }

    /// The numbers of all words that stand between `from` and `to`.
    pub(crate) fn numbers(&mut self, from: usize, to: usize) -> impl Iterator<Item = usize> {
        let (to, stretches) = self.looked_at(from, to);
        let own = &*self;
        let standing = stretches.flat_map(|stretch| own.standing(stretch));
        standing.filter(move |word| word.start >= from && word.end <= to).map(|word| word.word)
    }

    pub(crate) fn vocabulary(&self) -> &'a Vocabulary {
        self.vocabulary
    }

    /// The stretches that `from..to` lies in, looked at, and where the text ends before `to`.
    fn looked_at(&mut self, from: usize, to: usize) -> (usize, Range<usize>) {
        let to = to.min(self.text.len());
        let stretches = from / STRETCH..to.div_ceil(STRETCH).max(from / STRETCH);
        stretches.clone().for_each(|stretch| self.look(stretch));
        (to, stretches)
    }

    fn standing(&self, stretch: usize) -> impl Iterator<Item = &Standing> {
        let (first, last) = self.stretches.get(stretch).copied().flatten().unwrap_or_default();
        self.found.get(first..last).unwrap_or_default().iter()
    }

    /// Looks up the words that begin in a stretch, unless that is done.
    #[inline]
    fn look(&mut self, stretch: usize) {
        if self.stretches.get(stretch).is_none_or(Option::is_none) {
            self.look_up(stretch);
        }
    }

    #[inline(never)]
    fn look_up(&mut self, stretch: usize) {
        let words = self.vocabulary.words();
        if self.stretches.is_empty() {
            let count = self.text.len() / STRETCH + 1;
            self.stretches.resize(count, None);
            self.lists.resize(count * words.width(), 0);
        }
        let Some(seen) = self.stretches.get_mut(stretch) else { return };
        let (first, begin) = (self.found.len(), stretch * STRETCH);
        let lists = self.lists.get_mut(stretch * words.width()..).unwrap_or_default();
        let script = bitmap::script(self.text.get(begin..).unwrap_or_default());
        let before = begin.checked_sub(1).and_then(|before| self.text.get(before));
        let in_letters = before.is_some_and(u8::is_ascii_alphabetic);
        let apart = !(script.letter << 1 | u64::from(in_letters));
        let opens = |bit: &usize| self.text.get(begin + bit).is_some_and(|byte| words.signs.contains(*byte));
        let signs = Bits(!(script.word | script.high)).filter(opens);
        for bit in Bits(script.word & apart | script.high).chain(signs) {
            words.keyed.look(self.text, begin + bit, &mut |word, start, end| {
                if stands_alone(self.text, start, end) {
                    self.found.push(Standing { start, end, word });
                    words.lists_of(word).iter().for_each(|list| set_bit(lists, *list));
                }
            });
        }
        *seen = Some((first, self.found.len()));
    }
}

fn has_bit(bits: &[u64], at: usize) -> bool {
    bits.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
}

fn set_bit(bits: &mut [u64], at: usize) {
    bits.get_mut(at / 64).into_iter().for_each(|bits| *bits |= 1 << (at % 64));
}

/// Whole words of which at least one stands near a candidate, or that it has its text nearly to itself.
#[derive(Clone)]
pub(crate) struct Context {
    /// Number of the list of words.
    list: usize,
    before: usize,
    after: usize,
    alone: Option<usize>,
}

impl Context {
    pub(crate) fn new(list: usize, before: usize, after: usize) -> Self {
        Self { list, before, after, alone: None }
    }

    /// This context, which holds too where at most so many bytes stand beside the candidate.
    pub(crate) fn or_alone(self, alone: Option<usize>) -> Self {
        Self { alone, ..self }
    }

    /// Whether one of the words stands within reach of `start..end`, or hardly anything else stands in the text.
    pub(crate) fn holds(&self, near: &mut Nearby<'_>, start: usize, end: usize) -> bool {
        self.is_alone(near.text, start, end)
            || near.words(self.list, start.saturating_sub(self.before), start).next().is_some()
            || near.words(self.list, end, end.saturating_add(self.after)).next().is_some()
    }

    /// Whether it may hold for some part of `start..end`.
    pub(crate) fn may_hold(&self, near: &mut Nearby<'_>, start: usize, end: usize) -> bool {
        let (from, to) = (start.saturating_sub(self.before), end.saturating_add(self.after));
        self.is_alone(near.text, start, end) || near.words(self.list, from, to).next().is_some()
    }

    /// The list of which a word must stand within so many bytes, if that is what it asks for.
    pub(crate) fn list_within(&self, most: usize) -> Option<usize> {
        (self.alone.is_none() && self.before.max(self.after) <= most).then_some(self.list)
    }

    fn is_alone(&self, text: &[u8], start: usize, end: usize) -> bool {
        self.alone.is_some_and(|most| start + text.len().saturating_sub(end) <= most)
    }

    /// The word nearest to `start..end`, those before it first; of several at one place the longest.
    pub(crate) fn nearest(&self, near: &mut Nearby<'_>, start: usize, end: usize) -> Option<(usize, usize)> {
        let before = near.words(self.list, start.saturating_sub(self.before), start);
        let closest = before.min_by_key(|word| (start - word.1, word.0));
        closest.or_else(|| {
            let after = near.words(self.list, end, end.saturating_add(self.after));
            after.min_by_key(|word| (word.0, usize::MAX - word.1))
        })
    }

    /// How much a word at that place counts: fully where it stands close, half at the end of the reach. Words behind a
    /// candidate have to stand closer.
    pub(crate) fn weight(&self, word: (usize, usize), start: usize, end: usize) -> f32 {
        let (distance, close, reach) = match start.checked_sub(word.1) {
            Some(distance) => (distance, CLOSE_BEFORE, self.before),
            None => (word.0.saturating_sub(end), CLOSE_BEHIND, self.after),
        };
        let bytes = |count: usize| u16::try_from(count).map_or(f32::MAX, f32::from);
        let share = bytes(distance.saturating_sub(close)) / bytes(reach.saturating_sub(close).max(1));
        1.0 - 0.5 * share.min(1.0)
    }
}

/// Whether no letter continues the word at either end; digits and underscores may, as in `phone_1`.
pub(crate) fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let at = |index: usize| text.get(index).copied().unwrap_or(b' ');
    let opens = !is_word(at(start)) || start == 0 || !at(start - 1).is_ascii_alphabetic();
    let closes = end == 0 || !is_word(at(end - 1)) || !at(end).is_ascii_alphabetic();
    opens && closes
}

#[cfg(test)]
mod tests {
    use super::{Context, Nearby, Vocabulary};

    #[test]
    fn whole_words_within_reach() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.number(vec!["12345".into()]);
        let context =
            Context::new(vocabulary.number(vec!["tel".into(), "call me".into(), "тел".into()]), 12, 8);
        for (text, near) in [
            ("tel 12345", true),
            ("TEL: 12345", true),
            ("hotel 12345", false),
            ("tel, as it was before, 12345", false),
            ("12345 (tel)", true),
            ("call me: 12345", true),
            ("my_tel = 12345", true),
            ("тел. 12345", true),
        ] {
            let start = text.find("12345").unwrap();
            let mut words = Nearby::new(text.as_bytes(), &vocabulary);
            assert_eq!(context.holds(&mut words, start, start + 5), near, "{text}");
            assert!(!near || context.may_hold(&mut words, start, start + 5), "{text}");
        }
    }

    #[test]
    fn the_nearest_word() {
        let mut vocabulary = Vocabulary::default();
        let list = ["phone", "phone number", "number", "cell"].map(String::from);
        let context = Context::new(vocabulary.number(list.to_vec()), 60, 30);
        for (text, nearest) in [
            ("cell or phone number 12345 (cell)", Some("phone number")),
            ("12345 phone number, number", Some("phone number")),
            (&format!("{} phone {} 12345", "x ".repeat(300), "x ".repeat(20)), Some("phone")),
            ("12345 here", None),
        ] {
            let start = text.find("12345").unwrap();
            let mut words = Nearby::new(text.as_bytes(), &vocabulary);
            let found = context.nearest(&mut words, start, start + 5);
            assert_eq!(found.map(|(start, end)| &text[start..end]), nearest, "{text}");
        }
    }

    #[test]
    fn nearer_words_count_more() {
        let context = Context::new(0, 140, 116);
        let candidate = (200, 210);
        for (word, weight) in
            [((195, 198), 1.0), ((157, 160), 1.0), ((57, 60), 0.5), ((212, 215), 1.0), ((276, 279), 0.75)]
        {
            assert!((context.weight(word, candidate.0, candidate.1) - weight).abs() < 1e-3, "{word:?}");
        }
    }

    #[test]
    fn hardly_anything_beside_it() {
        let mut vocabulary = Vocabulary::default();
        let context = Context::new(vocabulary.number(Vec::new()), 1, 1).or_alone(Some(4));
        for (text, alone) in [("12345", true), ("\"12345\",", true), ("at 12345 today", false)] {
            let start = text.find("12345").unwrap();
            let mut words = Nearby::new(text.as_bytes(), &vocabulary);
            assert_eq!(context.holds(&mut words, start, start + 5), alone, "{text}");
        }
    }
}
