use super::{
    place::{opens_line, previous_line},
    vocabulary::{VOCABULARY, is_compound},
};
use crate::word::{Shape, Word};

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
        let compound = is_compound(text.get(word.start..word.end).unwrap_or_default());
        if !compound && !vocabulary.seeds.may_hold(word) {
            continue;
        }
        if vocabulary.military.holds(word) {
            seed(Seed { start: word.start, end: word.end, hint: Hint::Military });
        } else if vocabulary.boxes.holds(word) {
            seed(Seed { start: word.start, end: word.end, hint: Hint::Box });
        } else if vocabulary.homes.holds(word) {
            before_unit(text, word).into_iter().for_each(&mut seed);
        } else if at > first && vocabulary.ends.holds(word) || compound {
            seed(Seed { start: opening.start, end: word.end, hint: Hint::Likely });
        } else if at > first && vocabulary.maybe.holds(word) {
            seed(Seed { start: opening.start, end: word.end, hint: Hint::Maybe });
        }
        if word.is_capital() && vocabulary.starts.holds(word) {
            let rest = words.get(at + 1..).unwrap_or_default();
            let length = rest.iter().take_while(|next| text.get(next.start) != Some(&b',')).count();
            if let Some(last) = rest.get(..length).and_then(<[Word]>::last) {
                seed(Seed { start: word.start, end: last.end, hint: Hint::Likely });
            }
        }
    }
}

/// The name of a street before `Apt. 4`, with a number on either side of it: `12 Longacre, Apt. 4`.
fn before_unit(text: &[u8], unit: &Word) -> Option<Seed> {
    let line = opens_line(text, unit.start).then(|| previous_line(text, unit.start));
    let mut word = Word::before(text, line.map_or(Some(unit.start), |end| end)?);
    if text.get(word.start) == Some(&b',') {
        word = Word::before(text, word.start);
    }
    if word.shape == Shape::Number {
        word = Word::before(text, word.start);
    }
    let end = word.end;
    let mut start = None;
    for _ in 0..5 {
        let goes_on = word.is_capital() || start.is_some() && word.shape == Shape::Lower;
        if !goes_on {
            break;
        }
        if word.is_capital() {
            start = Some(word.start);
        }
        word = Word::before(text, word.start);
    }
    Some(Seed { start: start?, end, hint: Hint::Maybe })
}

fn apart(text: &[u8], before: &Word, word: &Word) -> bool {
    text.get(before.end..word.start).is_none_or(|between| between.contains(&b'\n'))
}
