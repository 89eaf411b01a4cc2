use super::{Part, Reader, place::leads_line, vocabulary::VOCABULARY};
use crate::{
    lexicon::Known,
    tagger::Kind,
    word::{Shape, Word},
};

/// Bytes between two lines of an address, at most.
const GAP: usize = 40;
/// Ends of lines between them, at most.
const LINES: usize = 2;

/// How sure it is that an element belongs to an address.
pub(super) enum Sure {
    Certainly,
    /// If something follows that does.
    WithOthers,
}

impl Reader<'_> {
    /// The next word behind separators, over few ends of lines.
    pub(super) fn skip(&self, from: usize) -> Option<Word> {
        let (mut at, mut lines) = (from, 0);
        loop {
            let word = Word::next(self.text, at);
            if word.is_break() {
                let rest = self.text.get(word.start..)?;
                let lead = rest.iter().take(GAP).take_while(|byte| **byte == b'\n' || leads_line(**byte));
                let blank = lead.count();
                lines += rest.get(..blank)?.iter().filter(|byte| **byte == b'\n').count();
                if blank == 0 || lines > LINES {
                    return None;
                }
                at = word.start + blank;
            } else if self.is(&word, b',') || self.is(&word, b'.') && at == from && !word.apart {
                at = word.end;
            } else {
                return Some(word);
            }
        }
    }

    /// What begins with the word, if it can belong to an address.
    pub(super) fn element(&self, word: &Word) -> Option<(Part, Sure)> {
        let part = |end: usize, kind: Kind| Part { start: word.start, end, kind };
        if VOCABULARY.units.holds(word) || self.is(word, b'#') {
            let mut number = Word::next(self.text, word.end);
            if self.is(&number, b'.') {
                number = Word::next(self.text, number.end);
            }
            let short = number.end - number.start <= 6;
            return (short && (is_number(&number) || number.shape == Shape::Initial))
                .then(|| (part(number.end, Kind::Address), Sure::Certainly));
        }
        if let Some(end) = self.postcode(word) {
            return Some((part(end, Kind::Address), Sure::Certainly));
        }
        let name = self.names.partition_point(|name| name.start < word.start);
        let name = self.names.get(name).filter(|name| name.start == word.start);
        if let Some(place) = name.filter(|name| name.kind == Kind::Place) {
            return Some((part(place.end, Kind::Place), Sure::Certainly));
        }
        if name.is_some_and(|name| name.kind == Kind::Person && name.words > 1) {
            return None;
        }
        if word.shape == Shape::Upper && word.end - word.start <= 3 {
            return Some((part(word.end, Kind::Place), Sure::WithOthers));
        }
        let end = self.capitals(word)?;
        Some((part(end, Kind::Place), Sure::WithOthers))
    }

    /// The end of up to four words with capitals that are no ordinary ones.
    fn capitals(&self, first: &Word) -> Option<usize> {
        let (mut word, mut end) = (*first, None);
        for _ in 0..7 {
            let link = end.is_some()
                && (self.is(&word, b'-') || word.shape == Shape::Lower && word.end - word.start <= 3);
            if word.is_capital() && (end.is_some() || self.lexicon.word(word.lower) != Known::WORD) {
                end = Some(word.end);
            } else if !link {
                break;
            }
            word = Word::next(self.text, word.end);
        }
        end
    }

    /// The end of a postcode: of four to six digits, or in the British, Canadian, Dutch and Polish forms.
    fn postcode(&self, word: &Word) -> Option<usize> {
        let length = word.end - word.start;
        let next = Word::next(self.text, word.end);
        let close = next.end - next.start <= 4;
        let digits_first = self.text.get(next.start).is_some_and(u8::is_ascii_digit);
        match word.shape {
            Shape::Number if (4..=6).contains(&length) => {
                let letters = length == 4 && next.shape == Shape::Upper && next.end - next.start == 2;
                let plus = self.is(&next, b'-') && !next.apart;
                let four = Word::next(self.text, next.end);
                match () {
                    () if letters => Some(next.end),
                    () if plus && four.shape == Shape::Number && !four.apart => Some(four.end),
                    () => Some(word.end),
                }
            }
            Shape::Number if length == 2 && self.is(&next, b'-') => {
                let three = Word::next(self.text, next.end);
                (three.shape == Shape::Number && three.end - three.start == 3 && !three.apart)
                    .then_some(three.end)
            }
            Shape::Number if length == 3 && next.shape == Shape::Number && next.end - next.start == 2 => {
                Some(next.end)
            }
            Shape::Code
                if (2..=4).contains(&length) && next.shape == Shape::Code && digits_first && close =>
            {
                Some(next.end)
            }
            Shape::Initial | Shape::Upper if length <= 2 && self.is(&next, b'-') && !next.apart => {
                let digits = Word::next(self.text, next.end);
                (digits.shape == Shape::Number && (4..=5).contains(&(digits.end - digits.start)))
                    .then_some(digits.end)
            }
            _ => None,
        }
    }
}

/// Whether a word is the number of a house, a unit or a box.
pub(super) fn is_number(word: &Word) -> bool {
    word.end - word.start <= 6 && matches!(word.shape, Shape::Number | Shape::Code)
}
