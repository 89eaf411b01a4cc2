use std::sync::OnceLock;

use crate::{
    character::{Class, read, read_back},
    decode::Lattice,
    lexicon::Lexicon,
    line::{Line, Look},
    model::{Model, TAGS},
    pack::{Reader, Writer},
    segment::Segment,
    word::Shape,
};

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

    /// The names that begin in `from..to`; what surrounds that is seen too.
    pub fn names(&self, text: &[u8], from: usize, to: usize, mut found: impl FnMut(Name)) {
        let mut lattice = Lattice::default();
        segments(&self.lexicon, text, from, to, |segment| {
            lattice.clear();
            for index in 0..segment.words().len() {
                let mut scores = [0; TAGS];
                segment.features(&self.lexicon, index, |row| self.model.add(row, &mut scores));
                lattice.push(&scores);
            }
            lattice.decode(&self.model);
            spans(segment, &lattice.tags, &mut found);
        });
    }

    /// What training learns from: for every word that the tagger would label, where it is and the rows that speak for
    /// it. The words of one segment come in one call.
    pub fn samples(lexicon: &Lexicon, text: &[u8], mut sample: impl FnMut(Vec<(usize, usize, Vec<usize>)>)) {
        segments(lexicon, text, 0, text.len(), |segment| {
            let words = segment.words().iter().enumerate().map(|(index, word)| {
                let mut rows = Vec::new();
                segment.features(lexicon, index, |row| rows.push(row));
                (word.start, word.end, rows)
            });
            sample(words.collect());
        });
    }
}

/// Visits the segments that begin in `from..to`.
fn segments(lexicon: &Lexicon, text: &[u8], from: usize, to: usize, mut visit: impl FnMut(&Segment)) {
    let mut segment = Segment::default();
    let mut line = Line { end: from, look: Look::Code };
    let mut at = from;
    while let Some(start) = next_capital(text, at, to) {
        if start >= line.end {
            line = Line::around(text, start);
        }
        if line.look == Look::Code {
            at = line.end;
            continue;
        }
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
        at += rest.iter().position(|byte| byte.is_ascii_uppercase() || *byte >= 0xC3)?;
        let (class, _, next) = read(text, at)?;
        if class == Class::Upper && !read_back(text, at).is_some_and(|(class, ..)| class.in_word()) {
            return Some(at);
        }
        at = next;
    }
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
