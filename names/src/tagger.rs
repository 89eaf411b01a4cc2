use std::sync::OnceLock;

use crate::{
    address::{self, Hint, Seed},
    character::{Class, read, read_back},
    decode::Lattice,
    lexicon::{Known, Lexicon},
    line::{Line, Look},
    model::{Model, TAGS},
    pack::{Reader, Writer},
    segment::{Segment, opens_low},
    word::{Shape, Word, hash_of},
};

/// What is read before and behind what is asked for, for addresses that reach over its ends.
const BEHIND: usize = 256;
const AHEAD: usize = 384;
/// How sure the tagger must be of a street.
const STREET: f32 = 0.5;
/// How sure of one with which nothing else stands that belongs to an address.
const SURE_STREET: f32 = 0.9;
/// Letters before a capital within a word, at most: `Mac`.
const LONGEST_PARTICLE: usize = 3;
/// Types of Rust, C++, Java and C# that stand in angle brackets, and what stands before such.
const TYPES: [&[u8]; 25] = [
    b"bool", b"byte", b"char", b"const", b"double", b"dyn", b"f32", b"f64", b"float", b"i128", b"i16",
    b"i32", b"i64", b"i8", b"impl", b"int", b"isize", b"long", b"str", b"string", b"u16", b"u32", b"u64",
    b"u8", b"usize",
];
static WEIGHTS: &[u8] = include_bytes!("../weights/names.bin");

/// What a name is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Someone.
    Person,
    /// A place.
    Place,
    /// A company, an authority, a club.
    Organisation,
    /// A street, with or without the number of a house.
    Street,
    /// A postal address, or a line of one.
    Address,
}

/// A name in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Name {
    /// What it is of.
    pub kind: Kind,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// How many words it has.
    pub words: usize,
    /// Probability that it is what `kind` says, 0 to 1.
    pub confidence: f32,
}

/// Finds names.
pub struct Tagger {
    lexicon: Lexicon,
    model: Model,
}

impl Tagger {
    /// The tagger the product ships with; unpacked at the first call. None if its weights cannot be read.
    pub fn builtin() -> Option<&'static Self> {
        static BUILT: OnceLock<Option<Tagger>> = OnceLock::new();
        BUILT.get_or_init(|| Self::from_bytes(WEIGHTS)).as_ref()
    }

    /// Of a lexicon and weights.
    pub fn new(lexicon: Lexicon, model: Model) -> Self {
        Self { lexicon, model }
    }

    /// Unpacks what [`Tagger::to_bytes`] made.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        Some(Self { lexicon: Lexicon::read(&mut reader)?, model: Model::read(&mut reader)? })
    }

    /// The lexicon and the weights, packed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.lexicon.write(&mut writer);
        self.model.write(&mut writer);
        writer.bytes
    }

    /// The names and addresses that begin in `from..to`; what surrounds that is seen too. They do not overlap.
    pub fn names(&self, text: &[u8], from: usize, to: usize, mut found: impl FnMut(Name)) {
        let (mut names, mut seeds) = (Vec::new(), Vec::new());
        let first = from.saturating_sub(BEHIND);
        let last = to.saturating_add(AHEAD).min(text.len());
        self.tag(text, first, last, &mut names, &mut seeds);
        let streets = names.iter().filter(|name| name.kind == Kind::Street && name.confidence > STREET);
        seeds.extend(streets.map(|name| {
            let hint = if name.confidence > SURE_STREET { Hint::Likely } else { Hint::Maybe };
            Seed { start: name.start, end: name.end, hint }
        }));
        seeds.sort_by_key(|seed| (seed.start, seed.end));
        let (mut addresses, mut end) = (Vec::<Name>::new(), 0);
        for seed in seeds {
            if seed.start >= end {
                end = address::read(&self.lexicon, text, seed, &names, |name| addresses.push(name))
                    .unwrap_or(end);
            }
        }
        names.retain(|name| {
            let next = addresses.partition_point(|address| address.end <= name.start);
            addresses.get(next).is_none_or(|address| name.end <= address.start)
        });
        let found_here = |name: &Name| (from..to).contains(&name.start);
        names.into_iter().chain(addresses).filter(found_here).for_each(&mut found);
    }

    fn tag(&self, text: &[u8], from: usize, to: usize, names: &mut Vec<Name>, seeds: &mut Vec<Seed>) {
        let mut lattice = Lattice::default();
        segments(&self.lexicon, text, from, to, |segment| {
            lattice.clear();
            for index in 0..segment.words().len() {
                let rows = segment.features(&self.lexicon, index);
                lattice.push(&rows.map_or([0; TAGS], |rows| self.model.scores(&rows)));
            }
            lattice.decode(&self.model);
            spans(segment, &lattice.tags, &mut |name| {
                let none = matches!(name.kind, Kind::Person | Kind::Place)
                    && (is_identifier(text, &name) || is_unknown_member(&self.lexicon, segment, &name));
                if !none {
                    names.push(name);
                }
            });
            address::seeds(text, segment.words(), |seed| seeds.push(seed));
        });
    }

    /// What training learns from: for every word that the tagger would label, where it is and the rows that speak for
    /// it. The words of one segment come in one call.
    pub fn samples(lexicon: &Lexicon, text: &[u8], mut sample: impl FnMut(Vec<(usize, usize, Vec<u32>)>)) {
        segments(lexicon, text, 0, text.len(), |segment| {
            let words = segment.words().iter().enumerate().map(|(index, word)| {
                let rows = segment.features(lexicon, index);
                (word.start, word.end, rows.map(Vec::from).unwrap_or_default())
            });
            sample(words.collect());
        });
    }
}

/// Visits the segments that begin in `from..to`.
fn segments(lexicon: &Lexicon, text: &[u8], from: usize, to: usize, mut visit: impl FnMut(&Segment)) {
    let mut segment = Segment::default();
    let mut line = Line { end: 0, look: Look::Code };
    let mut at = from;
    while at < to {
        if at >= line.end {
            if matches!(text.get(at), Some(b'\n' | b'\r')) {
                at += 1;
                continue;
            }
            line = Line::around(text, at);
        }
        let end = line.end.min(to);
        let start = match line.look {
            Look::Code | Look::Plain => None,
            Look::Low => next_known(lexicon, text, at, end),
            _ => next_capital(text, at, end),
        };
        let Some(start) = start else {
            at = line.end;
            continue;
        };
        segment.read(lexicon, text, start, line);
        at = segment.end().max(start + 1);
        if segment.is_worthwhile() {
            visit(&segment);
        }
    }
}

/// The next word in `from..to` that begins with a capital.
fn next_capital(text: &[u8], from: usize, to: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = text.get(at..to)?;
        at += maybe_capital(rest)?;
        let (class, _, next) = read(text, at)?;
        if class == Class::Upper && !read_back(text, at).is_some_and(|(class, ..)| class.in_word()) {
            return Some(at);
        }
        at = next;
    }
}

/// The first byte with which a capital may begin. Most stretches of text have none, so sixteen bytes are seen at once.
fn maybe_capital(text: &[u8]) -> Option<usize> {
    let may = |byte: &u8| byte.is_ascii_uppercase() | (*byte >= 0xC3);
    let (pieces, _) = text.as_chunks::<16>();
    let none = |piece: &&[u8; 16]| !piece.iter().fold(false, |any, byte| any | may(byte));
    let passed = pieces.iter().take_while(none).count() * 16;
    Some(passed + text.get(passed..)?.iter().position(may)?)
}

/// The next word in `from..to` that is known as a name, where nothing has capitals.
fn next_known(lexicon: &Lexicon, text: &[u8], from: usize, to: usize) -> Option<usize> {
    let mut at = from;
    while at < to {
        let word = Word::next(text, at);
        if word.start < to && opens_low(lexicon, &word) {
            return Some(word.start);
        }
        at = word.end.max(at + 1);
    }
    None
}

/// Whether a name is rather one of a file, a function, a type, a mailbox or a version: `sys.path`, `max-size`,
/// `OptionsParser`, `JSDoc`, `Box<T>`, `anna.kovacs@`, `X.Y.Z`.
fn is_identifier(text: &[u8], name: &Name) -> bool {
    let spelling = text.get(name.start..name.end).unwrap_or_default();
    let glued = |marks: &[u8]| {
        let mut triples = spelling.windows(3);
        triples.any(
            |three| matches!(three, [_, mark, next] if marks.contains(mark) && next.is_ascii_lowercase()),
        )
    };
    let low = spelling.first().is_some_and(u8::is_ascii_lowercase);
    let before = name.start.checked_sub(1).and_then(|at| text.get(at));
    let joined = before.is_some_and(|before| b"-_./".contains(before));
    let letters = || spelling.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'.');
    let version = name.kind == Kind::Person && spelling.contains(&b'.') && letters();
    // No `MacArthur` or `LaGuardia`.
    let tail = spelling.get(LONGEST_PARTICLE..).unwrap_or_default();
    let camel = tail.array_windows().any(|[one, next]| one.is_ascii_lowercase() && next.is_ascii_uppercase());
    let letters_first = spelling.array_windows().any(|[one, two, next]| {
        one.is_ascii_uppercase() && two.is_ascii_uppercase() && next.is_ascii_lowercase()
    });
    let head = text.get(..name.start).unwrap_or_default();
    let typed = head.ends_with(b"::")
        || match text.get(name.end..) {
            Some([b':', b':', ..]) => true,
            Some([b'<', inner @ ..]) => opens_type(inner),
            Some([b'[', ..]) => matches!(before, Some(b']' | b')' | b'}')),
            _ => false,
        };
    name.words == 1 && (camel || letters_first)
        || typed
        || glued(b".@_")
        || low && (glued(b"-") || joined)
        || version
        || matches!(text.get(name.end), Some(b'_' | b'('))
        || name.words == 1 && text.get(name.end) == Some(&b'@')
}

/// Whether what stands behind `<` is a type of code rather than a tag of HTML.
fn opens_type(inner: &[u8]) -> bool {
    let word = inner.split(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
    let signs = inner.first().is_some_and(|first| first.is_ascii_uppercase() || b"&('[".contains(first));
    signs || TYPES.contains(&word)
}

/// Whether a name is written as a member is, two words glued by a full stop as `S.Zero` and `Text.Whitespace`, and no
/// list of names or places has either.
fn is_unknown_member(lexicon: &Lexicon, segment: &Segment, name: &Name) -> bool {
    let listed = match name.kind {
        Kind::Place => Known::TOWN.0 | Known::REGION.0 | Known::CITY.0,
        _ => Known::GIVEN.0 | Known::SURNAME.0,
    };
    let known = |word: &Word| word.shape != Shape::Initial && lexicon.word(word.lower).0 & listed != 0;
    let mut words = segment.words().iter().filter(|word| (name.start..name.end).contains(&word.start));
    let [Some(first), Some(stop), Some(second), None] = std::array::from_fn(|_| words.next()) else {
        return false;
    };
    let written = matches!(first.shape, Shape::Initial | Shape::Capital)
        && stop.lower == hash_of(".")
        && matches!(second.shape, Shape::Capital | Shape::Mixed);
    written && !stop.apart && !second.apart && !known(first) && !known(second)
}

/// Names from tags.
fn spans(segment: &Segment, tags: &[(u8, f32)], found: &mut impl FnMut(Name)) {
    let mut open: Option<Name> = None;
    for (word, (tag, confidence)) in segment.words().iter().zip(tags) {
        let kind = match tag {
            1 | 2 => Kind::Person,
            3 | 4 => Kind::Place,
            5 | 6 => Kind::Organisation,
            7 => Kind::Street,
            _ => {
                open.take().into_iter().for_each(&mut *found);
                continue;
            }
        };
        match &mut open {
            Some(name) if name.kind == kind && matches!(tag, 2 | 4 | 6 | 7) => {
                // A full stop belongs to a name only where the name goes on.
                name.end = word.end;
                name.words += usize::from(word.shape != Shape::Mark);
                name.confidence = name.confidence.min(*confidence);
            }
            _ => {
                let name = Name { kind, start: word.start, end: word.end, words: 1, confidence: *confidence };
                open.replace(name).into_iter().for_each(&mut *found);
            }
        }
    }
    open.into_iter().for_each(found);
}

#[cfg(test)]
mod tests {
    use super::{Kind, Name, is_identifier};

    #[test]
    fn names_and_what_only_looks_like_them() {
        for (text, end, kind, is) in [
            ("Anna Kovacs@ACME", 11, Kind::Person, false),
            ("anna@example.com", 4, Kind::Person, true),
            ("OptionsParser", 13, Kind::Person, true),
            ("MacArthur", 9, Kind::Person, false),
            ("JSDoc", 5, Kind::Place, true),
            ("Box<T>", 3, Kind::Person, true),
            ("Box<b>", 3, Kind::Person, false),
            ("Box<dyn Error>", 3, Kind::Person, true),
            ("Box<strong>", 3, Kind::Person, false),
            ("Anna::new", 4, Kind::Person, true),
            ("Anna[12]", 4, Kind::Person, false),
            ("sys.path", 8, Kind::Person, true),
            ("X.Y.Z is out", 5, Kind::Person, true),
            ("J. Miller", 9, Kind::Person, false),
            ("U.S.", 4, Kind::Place, false),
        ] {
            let words = text.get(..end).unwrap_or_default().split(' ').count();
            let name = Name { kind, start: 0, end, words, confidence: 0.9 };
            assert_eq!(is_identifier(text.as_bytes(), &name), is, "{text}");
        }
    }
}
