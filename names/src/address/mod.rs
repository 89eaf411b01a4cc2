//! Street addresses: a street's name with a number, and what belongs to it before and behind.

mod element; // what follows a street
mod place; // where in its line something stands
mod seed; // words that may name a street
mod vocabulary; // words that addresses are made of

pub(crate) use seed::{Hint, Seed, seeds};

use self::{
    element::{Sure, is_number},
    place::{opens_line, previous_line},
    vocabulary::VOCABULARY,
};
use crate::{
    lexicon::Lexicon,
    tagger::{Kind, Name},
    word::{Shape, Word},
};

/// Elements behind a street, and words before it, that are looked at.
const MOST: usize = 14;
const MOST_AHEAD: usize = 4;

/// Reads the address around a seed, if there is one, and gives its parts. In a sentence it is one, and so is the value of
/// a field; in a block of lines each element is one, and so are a number before a whole street and a town that
/// alone follows it.
pub(crate) fn read(
    lexicon: &Lexicon,
    text: &[u8],
    seed: Seed,
    names: &[Name],
    mut found: impl FnMut(Name),
) -> Option<usize> {
    let reader = Reader { lexicon, text, names };
    if seed.hint == Hint::Military {
        let (start, end) = reader.military(seed)?;
        found(Name { kind: Kind::Address, start, end, words: 3, confidence: 0.95 });
        return Some(end);
    }
    if seed.hint != Hint::Box && reader.is_code(seed) {
        return None;
    }
    let street = reader.street(seed);
    if let Some((start, end)) = reader.corner(seed, &street) {
        found(Name { kind: Kind::Address, start, end, words: 3, confidence: 0.9 });
        return Some(end);
    }
    if !street.numbered {
        return None;
    }
    let tail = reader.tail(street.end);
    let first = street.ahead.first().map_or(street.start, |part| part.start);
    let last = tail.parts.last().map_or(street.end, |part| part.end);
    let between = street.behind && !street.ahead.is_empty();
    let confidence = match (seed.hint, tail.confirms || between) {
        (Hint::Maybe, false) => return None,
        (Hint::Box, false) if street.start == seed.start => return None,
        (_, true) => 0.95,
        (_, false) => 0.85,
    };
    if !tail.confirms && seed.hint == Hint::Likely && reader.is_year(first) {
        return None;
    }
    let name = |start: usize, end: usize, kind: Kind| Name { kind, start, end, words: 2, confidence };
    let lines = text.get(first..last).is_some_and(|lines| lines.contains(&b'\n'));
    let block = lines && opens_line(text, first) && !reader.in_field(first);
    if seed.hint == Hint::Box || tail.is_conclusive() && !block {
        found(name(first, last, Kind::Address));
    } else {
        let own = Part { start: street.start, end: street.end, kind: Kind::Address };
        let parts = street.ahead.iter().chain([&own]).chain(&tail.parts);
        parts.for_each(|part| found(name(part.start, part.end, part.kind)));
    }
    Some(last)
}

/// Part of an address.
struct Part {
    start: usize,
    end: usize,
    kind: Kind,
}

/// A street with its number.
struct Street {
    start: usize,
    end: usize,
    /// Units and numbers before a street that has a number of its own.
    ahead: Vec<Part>,
    /// Whether a number has been seen.
    numbered: bool,
    /// Whether it stands behind the name.
    behind: bool,
}

/// What follows a street.
#[derive(Default)]
struct Tail {
    parts: Vec<Part>,
    /// Whether any of it makes it surer that there is an address.
    confirms: bool,
}

impl Tail {
    /// Whether more than a town follows.
    fn is_conclusive(&self) -> bool {
        self.parts.len() > 1 || self.parts.first().is_some_and(|part| part.kind == Kind::Address)
    }
}

struct Reader<'a> {
    lexicon: &'a Lexicon,
    text: &'a [u8],
    names: &'a [Name],
}

impl Reader<'_> {
    fn street(&self, seed: Seed) -> Street {
        if seed.hint == Hint::Box {
            let (start, numbered) = self.before_box(seed);
            let (end, behind) = self.number_behind(seed.end, numbered);
            return Street { start, end, ahead: Vec::new(), numbered: numbered || behind, behind };
        }
        let start = self.street_start(seed.start);
        let mut ahead = self.ahead(start);
        let (end, behind) = self.number_behind(self.street_end(seed), !ahead.is_empty());
        let numbered = behind || !ahead.is_empty();
        let own = if behind { None } else { ahead.pop() };
        let start = own.map_or(start, |number| number.start);
        Street { start, end, ahead, numbered, behind }
    }

    /// Where the street's name begins, with a word for street that stands before what was tagged.
    fn street_start(&self, at: usize) -> usize {
        let mut start = at;
        for _ in 0..3 {
            let mut word = Word::before(self.text, start);
            if self.is(&word, b'.') {
                word = Word::before(self.text, word.start);
            }
            if !VOCABULARY.starts.holds(&word) {
                break;
            }
            start = word.start;
        }
        // No mark is the beginning.
        let first = Word::next(self.text, start);
        if first.shape == Shape::Mark { first.end } else { start }
    }

    /// Numbers and units before a street, the first of them first.
    fn ahead(&self, from: usize) -> Vec<Part> {
        let (mut at, mut parts) = (from, Vec::new());
        for _ in 0..MOST_AHEAD {
            let mut word = Word::before(self.text, at);
            let comma = self.is(&word, b',') && !parts.is_empty();
            if comma {
                word = Word::before(self.text, word.start);
            }
            let unit = self.unit_before(&word);
            if !is_number(&word) || self.is_part(&word) || comma && unit.is_none() {
                break;
            }
            let start = unit.unwrap_or(word.start);
            parts.push(Part { start, end: word.end, kind: Kind::Address });
            at = start;
        }
        parts.reverse();
        parts
    }

    /// Whether a number is part of a date, a version or an amount: `2012.06.06`, `0.6.19`.
    fn is_part(&self, number: &Word) -> bool {
        let touches = |mark: Option<&u8>| matches!(mark, Some(b'.' | b':' | b'=' | b'_' | b'$' | b'%'));
        let digit = |at: usize| self.text.get(at).is_some_and(u8::is_ascii_digit);
        let before = number.start.checked_sub(1).and_then(|at| self.text.get(at));
        touches(before) && number.start.checked_sub(2).is_some_and(digit)
            || touches(self.text.get(number.end)) && digit(number.end + 1)
    }

    /// Where `Apt.` begins, if it stands before this number.
    fn unit_before(&self, number: &Word) -> Option<usize> {
        let mut word = Word::before(self.text, number.start);
        if self.is(&word, b'.') {
            word = Word::before(self.text, word.start);
        }
        VOCABULARY.units.holds(&word).then_some(word.start)
    }

    /// The words before a box, and whether a number is among them.
    fn before_box(&self, seed: Seed) -> (usize, bool) {
        let (mut start, mut numbered) = (seed.start, false);
        for _ in 0..8 {
            let word = Word::before(self.text, start);
            let number = word.shape == Shape::Number;
            let mark = self.is(&word, b'.') || self.is(&word, b',');
            if !number && !mark && !VOCABULARY.before_box.holds(&word) {
                break;
            }
            numbered |= number;
            start = word.start;
        }
        let first = Word::next(self.text, start);
        (if first.shape == Shape::Mark { first.end } else { start }, numbered)
    }

    /// The end of the street's name, with a word for street that stands behind what was tagged.
    fn street_end(&self, seed: Seed) -> usize {
        let next = Word::next(self.text, seed.end);
        let further = VOCABULARY.ends.holds(&next) || next.is_capital() && VOCABULARY.maybe.holds(&next);
        if further { next.end } else { seed.end }
    }

    /// Where the street ends: the number behind its name, if there is one; and whether there is.
    fn number_behind(&self, from: usize, numbered: bool) -> (usize, bool) {
        let mut word = Word::next(self.text, from);
        let mut comma = false;
        for _ in 0..3 {
            comma |= self.is(&word, b',');
            let skipped = self.is(&word, b'.')
                || self.is(&word, b',') && !numbered
                || VOCABULARY.numbering.holds(&word);
            if !skipped {
                break;
            }
            word = Word::next(self.text, word.end);
        }
        let short = word.end - word.start <= if comma { 3 } else { 6 };
        if !is_number(&word) || !short || self.is_part(&word) {
            return (from, false);
        }
        let next = Word::next(self.text, word.end);
        let goes_on = (self.is(&next, b'/') || self.is(&next, b'-')) && !next.apart;
        let further = Word::next(self.text, next.end);
        match () {
            () if goes_on && is_number(&further) && !further.apart => (further.end, true),
            () if next.shape == Shape::Initial && next.apart => (next.end, true),
            () => (word.end, true),
        }
    }

    /// `the corner of Oak Street and 5th Avenue`.
    fn corner(&self, seed: Seed, street: &Street) -> Option<(usize, usize)> {
        let first = street.ahead.first().map_or(street.start, |part| part.start);
        let of = Word::before(self.text, first);
        let corner = Word::before(self.text, of.start);
        if !self.reads(&of, b"of") || !self.reads(&corner, b"corner") {
            return None;
        }
        let mut and = Word::next(self.text, street.end);
        if self.is(&and, b'.') {
            and = Word::next(self.text, and.end);
        }
        let other = Word::next(self.text, and.end);
        let both = self.reads(&and, b"and") || self.is(&and, b'&');
        if !both || !other.is_capital() && !is_number(&other) || !street.numbered && seed.hint < Hint::Likely
        {
            return None;
        }
        let mut end = other.end;
        for _ in 0..4 {
            let next = Word::next(self.text, end);
            if !next.is_capital() && !is_number(&next) {
                break;
            }
            end = next.end;
        }
        let the = Word::before(self.text, corner.start);
        Some((if self.reads(&the, b"the") { the.start } else { corner.start }, end))
    }

    /// `APO AE 09001` with the line before it, which names a unit or a ship.
    fn military(&self, seed: Seed) -> Option<(usize, usize)> {
        let region = Word::next(self.text, seed.end);
        let code = Word::next(self.text, region.end);
        let five = code.shape == Shape::Number && code.end - code.start == 5;
        if !five || !VOCABULARY.military_regions.holds(&region) {
            return None;
        }
        let (mut at, mut start) = (seed.start, seed.start);
        for _ in 0..8 {
            let word = Word::before(self.text, at);
            at = if word.is_break() { previous_line(self.text, word.start)? } else { word.start };
            if VOCABULARY.military_starts.holds(&word) {
                start = word.start;
                break;
            }
        }
        Some((start, code.end))
    }

    /// Units, towns, regions, postcodes and countries behind a street.
    fn tail(&self, from: usize) -> Tail {
        let (mut at, mut doubtful) = (from, Vec::new());
        let mut tail = Tail::default();
        for _ in 0..MOST {
            let Some(word) = self.skip(at) else { break };
            match self.element(&word) {
                Some((part, Sure::Certainly)) => {
                    at = part.end;
                    tail.confirms = true;
                    tail.parts.append(&mut doubtful);
                    tail.parts.push(part);
                }
                Some((part, Sure::WithOthers)) if doubtful.len() < 2 => {
                    at = part.end;
                    doubtful.push(part);
                }
                _ => break,
            }
        }
        // Behind a comma or on a line of its own the last may be a town nobody knows.
        let last = doubtful.into_iter().next().filter(|part| self.stands_alone(part));
        tail.parts.extend(last);
        tail
    }

    /// Whether a comma or the end of a line stands before a part, and no further word behind it.
    fn stands_alone(&self, part: &Part) -> bool {
        let (before, next) = (Word::before(self.text, part.start), Word::next(self.text, part.end));
        part.kind == Kind::Place
            && (self.is(&before, b',') || before.is_break())
            && matches!(next.shape, Shape::Break | Shape::Mark)
    }

    fn is(&self, word: &Word, mark: u8) -> bool {
        word.shape == Shape::Mark && self.text.get(word.start) == Some(&mark)
    }

    fn reads(&self, word: &Word, spelling: &[u8]) -> bool {
        self.text.get(word.start..word.end).is_some_and(|text| text.eq_ignore_ascii_case(spelling))
    }

    /// Whether so few capitals are rather an abbreviation, as a bank's in `IE29 AIBK 9311 5212`.
    fn is_code(&self, seed: Seed) -> bool {
        let name = self.text.get(seed.start..seed.end).unwrap_or_default();
        name.len() <= 4 && name.iter().all(u8::is_ascii_uppercase)
    }

    /// Whether the address begins with a year, as in `in 1929 Wall Street`.
    fn is_year(&self, start: usize) -> bool {
        let first = self.text.get(start..start + 4).unwrap_or_default();
        (first.starts_with(b"19") || first.starts_with(b"20")) && first.iter().all(u8::is_ascii_digit)
    }

    /// Whether the line before ends as the name of a field: `Address:`.
    fn in_field(&self, start: usize) -> bool {
        let mut before = Word::before(self.text, start);
        if before.is_break()
            && let Some(end) = previous_line(self.text, before.start)
        {
            before = Word::before(self.text, end);
        }
        self.is(&before, b':')
    }
}
