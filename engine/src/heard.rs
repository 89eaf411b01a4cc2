use std::collections::HashMap;

use detect::Detectors;
use dialect::{Repeat, Said};

use crate::{
    examine::{Examination, Spotted, spot},
    link::LinkKey,
};

/// What is looked at again before a new piece, in bytes: words that say what it is may stand there.
const BEFORE: usize = 1024;
/// Bytes of one text that are kept; findings longer than this are found in parts.
const KEPT: usize = 64 * 1024;
/// The longest run at the end of a text that may still become a finding.
const LONGEST_RUN: usize = 4 * 1024;
/// Letters in a row from which on a run may be the beginning of a credential.
const LONG_WORD: usize = 20;

/// The texts of an answer as they grow, and what was found in them.
#[derive(Debug, Default)]
pub(crate) struct HeardTexts {
    growing: HashMap<u64, Growing>,
    /// Texts so far; each has its own number as part.
    parts: usize,
    pub(crate) examination: Examination,
}

/// A text, or the end of it.
#[derive(Debug, Default)]
struct Growing {
    part: usize,
    kept: String,
    /// Bytes of the text before what is kept.
    dropped: usize,
}

/// Whether the end of what was heard may be the beginning of a finding, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tail {
    /// It is not.
    Settled,
    /// It began with the pieces added last.
    BeganNow,
    /// It began before them.
    BeganBefore,
}

impl HeardTexts {
    /// Adds pieces and looks at what they complete.
    pub(crate) fn add(&mut self, detectors: &Detectors, key: &LinkKey, pieces: Vec<Said>) -> Tail {
        let mut tail = Tail::Settled;
        for said in pieces {
            let piece = said.text.reveal();
            let growing = match said.repeat {
                Repeat::New => self.growing.entry(said.stream).or_insert_with(|| next(&mut self.parts)),
                Repeat::Whole => &mut next(&mut self.parts),
            };
            let found = growing.add(detectors, key, piece);
            if said.repeat == Repeat::New {
                tail = tail.max(match open_run(&growing.kept) {
                    0 => Tail::Settled,
                    run if run <= piece.len() => Tail::BeganNow,
                    _ => Tail::BeganBefore,
                });
            }
            found.into_iter().for_each(|spotted| self.note(spotted));
        }
        tail
    }

    /// Adds a finding; it takes the place of what was found there when less of the text was known.
    fn note(&mut self, new: Spotted) {
        let stale = |old: &Spotted| {
            old.part == new.part
                && old.finding.label == new.finding.label
                && old.range.start < new.range.end
                && new.range.start < old.range.end
        };
        self.examination.spotted.retain(|old| !stale(old));
        self.examination.spotted.push(new);
    }
}

fn next(parts: &mut usize) -> Growing {
    *parts += 1;
    Growing { part: *parts - 1, ..Growing::default() }
}

impl Growing {
    fn add(&mut self, detectors: &Detectors, key: &LinkKey, piece: &str) -> Vec<Spotted> {
        let from = word_start(&self.kept, self.kept.len().saturating_sub(BEFORE));
        self.kept.push_str(piece);
        let mut found = spot(detectors, key, self.part, self.kept.get(from..).unwrap_or_default());
        for spotted in &mut found {
            spotted.shift(self.dropped + from);
        }
        if self.kept.len() > KEPT {
            let until = word_start(&self.kept, self.kept.len() - BEFORE);
            self.kept.drain(..until);
            self.dropped += until;
        }
        found
    }
}

/// Where the next word begins at or after `from`, so that no text is looked at from within a word.
fn word_start(text: &str, from: usize) -> usize {
    if from == 0 {
        return 0;
    }
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    rest.iter().position(|byte| byte.is_ascii_whitespace()).map_or(text.len() - rest.len(), |run| from + run)
}

/// How many bytes at the end of `text` may be the beginning of a finding: a number, an address or a long run of characters
/// without space. Words may be too, but a beginning that is only a word gives nothing away.
fn open_run(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut length = 0;
    let mut telling = false;
    for (at, byte) in bytes.iter().enumerate().rev().take(LONGEST_RUN) {
        let between_digits = *byte == b' '
            && (length == 0 || bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
            && at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_digit);
        if byte.is_ascii_whitespace() && !between_digits {
            break;
        }
        telling |= byte.is_ascii_digit() || *byte == b'@';
        length += 1;
    }
    let open = length < LONGEST_RUN && (telling || length >= LONG_WORD);
    if open { length } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::open_run;

    #[test]
    fn numbers_and_long_runs_wait() {
        for (text, waits) in [
            ("", 0),
            ("The meeting is", 0),
            ("The meeting is ", 0),
            ("call 536-90", 6),
            ("card 4111 1111 ", 10),
            ("card 4111 1111 ends", 0),
            ("in 2024, we", 0),
            ("anna@exam", 9),
            ("abcdefghijklmnopqrstuvwxyz", 26),
            (&"7".repeat(5_000), 0),
        ] {
            assert_eq!(open_run(text), waits, "{text:.40}");
        }
    }
}
