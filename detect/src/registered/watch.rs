use super::{
    cell::Words,
    document::Passages,
    normal::normalise,
    rows::Rows,
    snapshot::{Match, Snapshot},
    winnow::Winnow,
};

/// A text being compared with what is registered, as it comes.
pub(crate) struct Watch {
    snapshot: Snapshot,
    /// Place of the next character.
    at: usize,
    /// The beginning of a character that was cut.
    cut: Vec<u8>,
    words: Words,
    rows: Rows,
    winnow: Winnow,
    passages: Passages,
}

impl Watch {
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            at: 0,
            cut: Vec::new(),
            words: Words::default(),
            rows: Rows::default(),
            winnow: Winnow::default(),
            passages: Passages::default(),
        }
    }

    /// Takes the next piece and gives what is certain now.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Vec<Match> {
        let mut found = Vec::new();
        let mut rest = piece;
        while let ([first, after @ ..], false) = (rest, self.cut.is_empty()) {
            self.cut.push(*first);
            rest = after;
            let cut = std::mem::take(&mut self.cut);
            self.read(&cut, &mut found);
        }
        self.read(rest, &mut found);
        found
    }

    /// Ends the text and gives the rest.
    pub(crate) fn finish(&mut self) -> Vec<Match> {
        let mut found = Vec::new();
        self.at += std::mem::take(&mut self.cut).len();
        let Self { snapshot, words, rows, .. } = self;
        words.end(self.at, snapshot, |candidate| {
            if candidate.normal.len() > 1 && snapshot.may_hold(candidate.quick) {
                rows.push(&candidate, snapshot, &mut found);
            }
        });
        if let Some(last) = self.winnow.finish() {
            self.passages.push(&last, &self.snapshot, &mut found);
        }
        self.passages.finish(&self.snapshot, &mut found);
        found
    }

    /// How much of the document of that id has appeared.
    pub(super) fn share(&self, id: &str) -> f32 {
        let mut known = self.snapshot.known_all().filter(|(_, known)| *known.id == *id);
        known.next().map_or(0.0, |(owner, known)| self.passages.share(owner, known))
    }

    /// Reads bytes; the beginning of a character at their end is kept, bytes that are none are no letters.
    fn read(&mut self, bytes: &[u8], found: &mut Vec<Match>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.text(text, found);
                    return;
                }
                Err(cause) => {
                    let (valid, after) = rest.split_at(cause.valid_up_to());
                    self.text(std::str::from_utf8(valid).unwrap_or_default(), found);
                    let Some(length) = cause.error_len() else {
                        self.cut = after.to_vec();
                        return;
                    };
                    self.character(char::REPLACEMENT_CHARACTER, length, found);
                    rest = after.get(length..).unwrap_or_default();
                }
            }
        }
    }

    fn text(&mut self, text: &str, found: &mut Vec<Match>) {
        let mut rest = text;
        loop {
            let letters = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
            let (word, behind) = rest.split_at(letters);
            self.letters(word.as_bytes(), found);
            let mut behind = behind.chars();
            let Some(character) = behind.next() else { return };
            self.character(character, character.len_utf8(), found);
            rest = behind.as_str();
        }
    }

    /// Takes letters and digits of ASCII that stand together: most of most texts.
    fn letters(&mut self, letters: &[u8], found: &mut Vec<Match>) {
        let Self { snapshot, words, winnow, passages, at, .. } = self;
        if snapshot.has_tables() && !letters.is_empty() {
            words.push_ascii(letters, *at);
        }
        if snapshot.has_documents() {
            for (letter, place) in letters.iter().zip(*at..) {
                let fingerprint = winnow.push(letter.to_ascii_lowercase(), place, snapshot.salt());
                if let Some(fingerprint) = fingerprint.filter(|found| snapshot.may_hold(found.hash)) {
                    passages.push(&fingerprint, snapshot, found);
                }
            }
        }
        *at += letters.len();
    }

    fn character(&mut self, character: char, length: usize, found: &mut Vec<Match>) {
        let Self { snapshot, words, rows, winnow, passages, at, .. } = self;
        if snapshot.has_tables() {
            words.push(character, *at, snapshot, |candidate| {
                if candidate.normal.len() > 1 && snapshot.may_hold(candidate.quick) {
                    rows.push(&candidate, snapshot, found);
                }
            });
        }
        if snapshot.has_documents() {
            normalise(character, |byte| {
                if let Some(fingerprint) = winnow.push(byte, *at, snapshot.salt())
                    && snapshot.may_hold(fingerprint.hash)
                {
                    passages.push(&fingerprint, snapshot, found);
                }
            });
        }
        *at += length;
    }
}
