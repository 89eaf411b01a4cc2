//! Street addresses: a street's name with a number, and what belongs to it before and behind.

use std::sync::LazyLock;

use crate::{
    lexicon::{Known, Lexicon},
    tagger::{Kind, Name},
    word::{Shape, Word, hash_of},
};

/// Words behind a street's name that hardly mean anything else.
const STREET_ENDS: &str = "street road rd avenue ave av boulevard blvd lane ln terrace crescent cres highway hwy freeway \
    parkway pkwy turnpike esplanade alley causeway strasse straße str gasse weg platz allee ufer ring damm chaussee laan straat \
    gracht plein kade dreef gatan gata vägen torget gate veien vei vej gade allé stræde katu tie kuja polku utca út útja tér \
    krt körút sor iela gatvė cad caddesi sok sokak sokağı bulvarı mnt tänav u";
/// Words behind a street's name that may mean much else.
const STREET_MAYBE: &str = "st dr drive way place pl court ct close square sq park row walk grove gardens hill green mews quay \
    wharf plaza circle cir trail trl path loop rise view ridge heights mall bypass isle estates villas";
/// Words before a street's name.
const STREET_STARTS: &str = "rue avenue av boulevard bd chemin impasse allée quai place route cours via viale corso piazza largo \
    vicolo strada calle avenida avda paseo plaza carrer camino carretera rua travessa praça rodovia ul ulica al aleja aleje pl os \
    ulitsa ulice nám náměstí námestie jalan jl jln gang gg str strada bulevardul calea aleea intrarea οδός λεωφόρος улица ул am an \
    zur zum";
const UNITS: &str = "apt apartment suite ste unit flat floor fl room rm bldg building door lok app apto appt étage piso escalera \
    stiege top box no nr block blok hse lot wing level";
const BOXES: &str = "box postfach postbus apartado casilla bp boks boîte postboks pobox pmb";
const BEFORE_BOX: &str = "p o po post office psc unit cmr apo gpo";
/// Post offices of the US forces, and what their addresses begin with (USPS Publication 28, section 225).
const MILITARY: &str = "apo fpo dpo";
const MILITARY_STARTS: &str = "uss usns uscgc usnv psc cmr unit";
const NUMBERING: &str = "no nr n num č čp numéro número";

struct Vocabulary {
    ends: Vec<u32>,
    maybe: Vec<u32>,
    starts: Vec<u32>,
    units: Vec<u32>,
    boxes: Vec<u32>,
    before_box: Vec<u32>,
    numbering: Vec<u32>,
    military: Vec<u32>,
    military_starts: Vec<u32>,
    /// Endings of compound names of streets, as in `Hauptstraße`.
    endings: Vec<&'static [u8]>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let hashes = |words: &str| {
        let mut hashes: Vec<u32> = words.split_whitespace().map(hash_of).collect();
        hashes.sort_unstable();
        hashes
    };
    Vocabulary {
        ends: hashes(STREET_ENDS),
        maybe: hashes(STREET_MAYBE),
        starts: hashes(STREET_STARTS),
        units: hashes(UNITS),
        boxes: hashes(BOXES),
        before_box: hashes(BEFORE_BOX),
        numbering: hashes(NUMBERING),
        military: hashes(MILITARY),
        military_starts: hashes(MILITARY_STARTS),
        endings: [
            "straße",
            "strasse",
            "gasse",
            "straat",
            "gracht",
            "gatan",
            "gata",
            "vägen",
            "vegur",
            "braut",
            "stræti",
            "veien",
            "vej",
            "gade",
            "katu",
            "kuja",
            "utca",
            "allee",
            "laan",
            "plein",
            "kade",
            "platz",
            "promenade",
        ]
        .map(str::as_bytes)
        .to_vec(),
    }
});

fn among(list: &[u32], word: &Word) -> bool {
    list.binary_search(&word.lower).is_ok()
}

/// How much a run of words reads like a street's name.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) enum Hint {
    /// Only with something that confirms it.
    Maybe,
    Likely,
    /// A box at the post office.
    Box,
    /// A post office of the forces.
    Military,
}

/// Where an address may be: words that may name a street.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) hint: Hint,
}

/// Seeds among the words of a segment: runs that begin or end as names of streets do.
pub(crate) fn seeds(text: &[u8], words: &[Word], mut seed: impl FnMut(Seed)) {
    let vocabulary = &*VOCABULARY;
    let mut run: Option<usize> = None;
    for (at, word) in words.iter().enumerate() {
        let comma = word.shape == Shape::Mark && text.get(word.start) == Some(&b',');
        if comma
            || at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|before| apart(text, before, word))
        {
            run = None;
        }
        if comma {
            continue;
        }
        let first = *run.get_or_insert(at);
        let Some(opening) = words.get(first) else { continue };
        let spelling = text.get(word.start..word.end).unwrap_or_default();
        let compound = vocabulary
            .endings
            .iter()
            .any(|ending| spelling.len() > ending.len() + 2 && spelling.ends_with(ending));
        if among(&vocabulary.military, word) && word.shape == Shape::Upper {
            seed(Seed { start: word.start, end: word.end, hint: Hint::Military });
        } else if among(&vocabulary.boxes, word) {
            seed(Seed { start: word.start, end: word.end, hint: Hint::Box });
        } else if at > first && among(&vocabulary.ends, word) || compound {
            seed(Seed { start: opening.start, end: word.end, hint: Hint::Likely });
        } else if at > first && among(&vocabulary.maybe, word) {
            seed(Seed { start: opening.start, end: word.end, hint: Hint::Maybe });
        }
        if word.is_capital() && among(&vocabulary.starts, word) {
            let rest = words.get(at + 1..).unwrap_or_default();
            let length = rest.iter().take_while(|next| text.get(next.start) != Some(&b',')).count();
            if let Some(last) = rest.get(..length).and_then(<[Word]>::last) {
                seed(Seed { start: word.start, end: last.end, hint: Hint::Likely });
            }
        }
    }
}

fn apart(text: &[u8], before: &Word, word: &Word) -> bool {
    text.get(before.end..word.start).is_none_or(|between| between.contains(&b'\n'))
}

/// Reads the address around a seed, if there is one, and gives its parts: one, or one for each line of a block.
pub(crate) fn read(
    lexicon: &Lexicon,
    text: &[u8],
    seed: Seed,
    names: &[Name],
    mut found: impl FnMut(Name),
) -> Option<usize> {
    let mut reader = Reader { lexicon, text, names, parts: Vec::new(), numbered: false, places: 0 };
    if seed.hint == Hint::Military {
        let (start, end) = reader.military(seed)?;
        found(Name { kind: Kind::Address, start, end, words: 3, confidence: 0.95 });
        return Some(end);
    }
    let seed = Seed { end: reader.street_end(seed), ..seed };
    let start = reader.start(seed);
    let end = reader.number_behind(seed);
    if !reader.numbered {
        return None;
    }
    reader.parts.push(Part { start, end, kind: Kind::Address });
    reader.go_on(end);
    let confirmed = reader.places > 0 || reader.parts.len() > 1;
    let confidence = match (seed.hint, confirmed) {
        (Hint::Maybe, false) => return None,
        (_, true) => 0.95,
        (_, false) => 0.85,
    };
    if !confirmed && seed.hint == Hint::Likely && reader.is_year(start) {
        return None;
    }
    let last = reader.parts.last().map_or(end, |part| part.end);
    let name = |start: usize, end: usize, kind: Kind| Name { kind, start, end, words: 2, confidence };
    let block = seed.hint != Hint::Box
        && reader.opens_line(start)
        && text.get(start..last).is_some_and(|lines| lines.contains(&b'\n'));
    if block {
        reader.parts.iter().for_each(|part| found(name(part.start, part.end, part.kind)));
    } else {
        found(name(start, last, Kind::Address));
    }
    Some(last)
}

/// Part of an address.
struct Part {
    start: usize,
    end: usize,
    kind: Kind,
}

struct Reader<'a> {
    lexicon: &'a Lexicon,
    text: &'a [u8],
    names: &'a [Name],
    parts: Vec<Part>,
    /// Whether a number has been seen.
    numbered: bool,
    /// Places and postcodes seen behind it.
    places: usize,
}

impl Reader<'_> {
    /// Where the address begins: numbers, or the words before a box.
    fn start(&mut self, seed: Seed) -> usize {
        let mut start = seed.start;
        for _ in 0..8 {
            let word = Word::before(self.text, start);
            if seed.hint == Hint::Box {
                let part = among(&VOCABULARY.before_box, &word)
                    || word.shape == Shape::Number
                    || self.is(&word, b'.')
                    || self.is(&word, b',');
                if !part {
                    break;
                }
                start = word.start;
                continue;
            }
            let unit = self.numbered
                && (among(&VOCABULARY.units, &word)
                    || self.is(&word, b'.') && self.is_unit_before(word.start));
            let street = !self.numbered
                && (among(&VOCABULARY.starts, &word)
                    || self.is(&word, b'.') && self.opens_street(word.start));
            if !unit && !street && !is_number(&word) {
                break;
            }
            self.numbered |= is_number(&word);
            start = word.start;
        }
        // No mark is the beginning.
        let first = Word::next(self.text, start);
        if first.shape == Shape::Mark { first.end } else { start }
    }

    /// The end of the street's name, with a word for street that stands behind what was tagged.
    fn street_end(&self, seed: Seed) -> usize {
        let next = Word::next(self.text, seed.end);
        let further = among(&VOCABULARY.ends, &next) || next.is_capital() && among(&VOCABULARY.maybe, &next);
        if further && seed.hint != Hint::Box { next.end } else { seed.end }
    }

    /// `APO AE 09001` with the line before it, which names a unit or a ship.
    fn military(&self, seed: Seed) -> Option<(usize, usize)> {
        let region = Word::next(self.text, seed.end);
        let code = Word::next(self.text, region.end);
        if region.shape != Shape::Upper || code.shape != Shape::Number || code.end - code.start != 5 {
            return None;
        }
        let (mut at, mut start) = (seed.start, seed.start);
        for _ in 0..8 {
            let word = Word::before(self.text, at);
            at = if word.is_break() { word.start.checked_sub(1)? } else { word.start };
            if among(&VOCABULARY.military_starts, &word) {
                start = word.start;
                break;
            }
        }
        Some((start, code.end))
    }

    fn is_unit_before(&self, at: usize) -> bool {
        among(&VOCABULARY.units, &Word::before(self.text, at))
    }

    fn opens_street(&self, at: usize) -> bool {
        among(&VOCABULARY.starts, &Word::before(self.text, at))
    }

    fn is(&self, word: &Word, mark: u8) -> bool {
        word.shape == Shape::Mark && self.text.get(word.start) == Some(&mark)
    }

    /// Where the street ends: the number behind its name, if there is one.
    fn number_behind(&mut self, seed: Seed) -> usize {
        let mut end = seed.end;
        let mut word = Word::next(self.text, end);
        let mut comma = false;
        for _ in 0..3 {
            comma |= self.is(&word, b',');
            let skipped = self.is(&word, b'.')
                || self.is(&word, b',') && !self.numbered
                || among(&VOCABULARY.numbering, &word);
            if !skipped {
                break;
            }
            word = Word::next(self.text, word.end);
        }
        let short = word.end - word.start <= if comma { 3 } else { 6 };
        if is_number(&word) && short {
            (end, self.numbered) = (word.end, true);
            let next = Word::next(self.text, end);
            let goes_on = (self.is(&next, b'/') || self.is(&next, b'-')) && !next.apart;
            let further = Word::next(self.text, next.end);
            if goes_on && is_number(&further) && !further.apart {
                end = further.end;
            } else if next.shape == Shape::Initial && next.apart {
                end = next.end;
            }
        }
        end
    }

    /// Takes in units, towns, regions, postcodes and countries.
    fn go_on(&mut self, from: usize) {
        let (mut at, mut doubtful) = (from, Vec::new());
        for _ in 0..14 {
            let Some(word) = self.skip(at) else { break };
            match self.element(&word) {
                Some((part, Sure::Certainly)) => {
                    at = part.end;
                    self.places += usize::from(part.kind == Kind::Place || !self.is_unit(&word));
                    self.parts.append(&mut doubtful);
                    self.parts.push(part);
                }
                Some((part, Sure::WithOthers)) if doubtful.len() < 2 => {
                    at = part.end;
                    doubtful.push(part);
                }
                _ => break,
            }
        }
    }

    /// The next word behind separators, over at most two ends of lines.
    fn skip(&self, from: usize) -> Option<Word> {
        let (mut at, mut lines) = (from, 0);
        loop {
            let word = Word::next(self.text, at);
            if word.is_break() {
                let rest = self.text.get(word.start..)?;
                let blank = rest
                    .iter()
                    .take(40)
                    .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'>'))
                    .count();
                lines += rest.get(..blank)?.iter().filter(|byte| **byte == b'\n').count();
                if blank == 0 || lines > 2 {
                    return None;
                }
                at = word.start + blank;
            } else if self.is(&word, b',')
                || self.is(&word, b'>')
                || self.is(&word, b'.') && at == from && !word.apart
            {
                at = word.end;
            } else {
                return Some(word);
            }
        }
    }

    fn is_unit(&self, word: &Word) -> bool {
        among(&VOCABULARY.units, word) || self.is(word, b'#')
    }

    fn element(&self, word: &Word) -> Option<(Part, Sure)> {
        let part = |end: usize, kind: Kind| Part { start: word.start, end, kind };
        if self.is_unit(word) {
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
        let place = self.names.iter().find(|name| name.start == word.start && name.kind == Kind::Place);
        if let Some(place) = place {
            return Some((part(place.end, Kind::Place), Sure::Certainly));
        }
        if word.shape == Shape::Upper && word.end - word.start <= 3 {
            return Some((part(word.end, Kind::Address), Sure::WithOthers));
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

    /// Whether the address begins with a year, as in `in 1929 Wall Street`.
    fn is_year(&self, start: usize) -> bool {
        let first = self.text.get(start..start + 4).unwrap_or_default();
        (first.starts_with(b"19") || first.starts_with(b"20")) && first.iter().all(u8::is_ascii_digit)
    }

    fn opens_line(&self, start: usize) -> bool {
        let before = Word::before(self.text, start);
        before.is_break() || self.is(&before, b'>')
    }
}

/// How sure it is that an element belongs to an address.
enum Sure {
    Certainly,
    /// If something follows that does.
    WithOthers,
}

fn is_number(word: &Word) -> bool {
    word.end - word.start <= 6 && matches!(word.shape, Shape::Number | Shape::Code)
}
