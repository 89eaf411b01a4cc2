use crate::{byte_set::ByteSet, edges::Edges, opening::Opening, rule::Rule};

/// Runs of digits longer than this are one kind.
const LONGEST_RUN: usize = 32;
/// How far digits are counted from the first of a run, and over which separators.
const COUNTED: usize = 48;
static SEPARATORS: ByteSet = ByteSet::new(" ./():-");
static DIGIT: ByteSet = ByteSet::new("0-9");
static WORD: ByteSet = ByteSet::new("A-Za-z0-9_");
/// Bytes told apart before a run; all others are one kind more.
static BEFORE: [ByteSet; 3] = [ByteSet::new("A-Za-z0-9_"), ByteSet::new("+"), ByteSet::new("(")];
/// Bytes told apart behind a run; all others, and the end of the text, are one kind more.
static BEHIND: [ByteSet; 6] = [
    ByteSet::new(" "),
    ByteSet::new("A-Za-z_"),
    ByteSet::new("-"),
    ByteSet::new("."),
    ByteSet::new("/"),
    ByteSet::new(":"),
];
const KINDS_BEFORE: usize = BEFORE.len() + 1;
const KINDS_BEHIND: usize = BEHIND.len() + 1;

/// Rules tried at the first digit of a run, by the length of the run and what touches it.
///
/// Learnt from the patterns when they are loaded, so that a number is tried only against formats of its shape.
pub(crate) struct DigitRules {
    shapes: Vec<Vec<Tried>>,
}

/// A rule, and the least digits it wants to see, among separators, from there on.
#[derive(Clone, Copy)]
struct Tried {
    rule: usize,
    digits: usize,
}

impl DigitRules {
    pub(crate) fn new<'a>(rules: impl Iterator<Item = (usize, &'a Rule)>) -> Self {
        let mut shapes = vec![Vec::new(); KINDS_BEFORE * (LONGEST_RUN + 1) * KINDS_BEHIND];
        for (rule, known) in rules {
            for (shape, fits) in shapes.iter_mut().zip(fitting(known)) {
                if fits {
                    shape.push(Tried { rule, digits: known.digits });
                }
            }
        }
        Self { shapes }
    }

    /// Calls `with` with every rule to be tried at `at`, where a run of digits begins.
    pub(crate) fn visit(&self, text: &[u8], at: usize, mut with: impl FnMut(usize)) {
        let rest = text.get(at..).unwrap_or_default();
        let run = rest.iter().take(LONGEST_RUN).take_while(|byte| byte.is_ascii_digit()).count();
        let before = kind(&BEFORE, at.checked_sub(1).and_then(|before| text.get(before)));
        let shape = index(before, run, kind(&BEHIND, rest.get(run)));
        let Some(tried) = self.shapes.get(shape).filter(|tried| !tried.is_empty()) else { return };
        let digits = digits_ahead(rest);
        tried.iter().filter(|tried| tried.digits <= digits).for_each(|tried| with(tried.rule));
    }
}

fn kind(kinds: &[ByteSet], byte: Option<&u8>) -> usize {
    let of = |byte: &u8| kinds.iter().position(|set| set.contains(*byte));
    byte.and_then(of).unwrap_or(kinds.len())
}

fn index(before: usize, run: usize, behind: usize) -> usize {
    (before * (LONGEST_RUN + 1) + run) * KINDS_BEHIND + behind
}

/// How many digits there are up to the first byte that is neither a digit nor a separator.
fn digits_ahead(text: &[u8]) -> usize {
    let group =
        text.iter().take(COUNTED).take_while(|byte| byte.is_ascii_digit() || SEPARATORS.contains(**byte));
    group.filter(|byte| byte.is_ascii_digit()).count()
}

/// For every shape, in the order of [`index`], whether a finding of the rule can begin there.
fn fitting(rule: &Rule) -> Vec<bool> {
    let Some(pattern) = rule.pattern.as_ref().filter(|_| rule.lead.is_none() && rule.edges != Edges::Open)
    else {
        return vec![true; KINDS_BEFORE * (LONGEST_RUN + 1) * KINDS_BEHIND];
    };
    let Some(start) = Opening::of(pattern) else { return Vec::new() };
    // Most rules do not care what stands in front, as long as it is no part of a word.
    let apart = runs(rule, Some(start.clone()));
    (0..KINDS_BEFORE)
        .flat_map(|before| match reached(rule, &start, before) {
            None if touches_word(&BEFORE, before) => runs(rule, None),
            None => apart.clone(),
            Some(reached) if touches_word(&BEFORE, before) => runs(rule, Some(reached)),
            Some(reached) => runs(rule, Some(reached.or(&start))),
        })
        .collect()
}

/// For runs of every length and each kind of byte behind, whether a finding may end at the run or go on behind it.
fn runs(rule: &Rule, mut opening: Option<Opening>) -> Vec<bool> {
    let mut fits = Vec::with_capacity((LONGEST_RUN + 1) * KINDS_BEHIND);
    for _ in 0..=LONGEST_RUN {
        let further = opening.as_ref().map_or(ByteSet::none(), Opening::next);
        let ends = opening.as_ref().is_some_and(Opening::may_end);
        fits.extend((0..KINDS_BEHIND).map(|behind| {
            let on = further.iter().any(|byte| kind(&BEHIND, Some(&byte)) == behind);
            on || ends && (rule.follow.is_some() || !touches_word(&BEHIND, behind))
        }));
        opening = opening.and_then(|opening| opening.step(&DIGIT));
    }
    // The last length stands for all longer ones, of which nothing is known but that they go on.
    let longer = opening.is_some();
    fits.iter_mut().rev().take(KINDS_BEHIND).for_each(|fits| *fits |= longer);
    fits
}

/// Where the pattern stands when the finding begins before the first digit, at a byte of that kind.
fn reached(rule: &Rule, start: &Opening, before: usize) -> Option<Opening> {
    let (over, back) = rule.reach.as_ref()?;
    over.iter().find(|byte| kind(&BEFORE, Some(byte)) == before)?;
    let first = start.step(over);
    let steps = std::iter::successors(first, |here| here.step(over)).take(*back);
    steps.reduce(|all, next| all.or(&next))
}

/// Whether bytes of the kind are parts of words.
fn touches_word(kinds: &[ByteSet], kind: usize) -> bool {
    kinds.get(kind).is_some_and(|set| set.iter().any(|byte| WORD.contains(byte)))
}
