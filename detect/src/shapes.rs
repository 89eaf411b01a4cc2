//! Which formats a number may have: one walk over it tells all rules whose patterns it satisfies, so that hundreds of
//! formats cost little more than one.

use std::{
    collections::HashMap,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::OnceLock,
};

use regex_automata::util::pool::{Pool, PoolGuard};

use crate::{
    byte_set::ByteSet,
    context::{Nearby, Vocabulary},
    digits::COUNTED,
    edges::{EdgeSet, Edges, is_word},
    rule::Rule,
    union::{MOST_PATTERNS, Members, States, Union},
};

/// What checks may take off the ends of a finding.
static TRIMMED: ByteSet = ByteSet::new(" :-");
/// Distances within which the words that rules need are looked up for all rules at once.
const NEAR: [usize; 3] = [24, 40, FURTHEST];
const FURTHEST: usize = 64;

/// Rules that are tried at digits.
#[derive(Default)]
pub(crate) struct Shapes {
    /// Rules that the walk tells of, in the order of their patterns.
    shaped: Vec<Shaped>,
    /// The furthest any of them looks.
    longest: usize,
    /// Sets of bytes over which findings may begin before their digit.
    over: Vec<Over>,
    /// For every byte before a digit, what leads over it.
    leading: Vec<Leading>,
    /// For every set of edges, the patterns that have one of them.
    edged: Vec<Members>,
    /// For every count of digits among separators, the patterns that want to see no more.
    content: Vec<Members>,
    /// Patterns that need a word near, by how near: those of each distance, and all nearer ones.
    needing: Vec<(usize, Members)>,
    /// Rules that the walk cannot tell of, with the least digits they want to see.
    others: Vec<(usize, usize)>,
    /// Built when the first digit is met.
    walker: OnceLock<Option<Walker>>,
}

/// A rule whose findings are what its pattern matches, or lie within.
struct Shaped {
    rule: usize,
    pattern: Box<str>,
    /// The list of words of which it needs one near.
    needs: Option<usize>,
}

/// A set of bytes, how far patterns reach over it at the least and the most, and those that reach equally far.
struct Over {
    bytes: ByteSet,
    nearest: usize,
    furthest: usize,
    all: Members,
    patterns: Vec<(usize, Members)>,
}

/// Places in `over`, and the patterns that begin at the digit.
#[derive(Default)]
struct Leading {
    over: Vec<usize>,
    others: Members,
}

/// The patterns of all rules as one automaton.
struct Walker {
    union: Union,
    /// For every word in context, the patterns that may need it.
    needed: Vec<Members>,
    walks: Pool<Walk, NewWalk>,
}

/// Makes a walk for one more thread.
type NewWalk = Box<dyn Fn() -> Walk + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// What one thread knows of the automaton, and where findings may begin at the current digit: which patterns from where.
#[derive(Default)]
struct Walk {
    states: Option<States>,
    places: Vec<(usize, Members)>,
}

impl Shapes {
    pub(crate) fn new<'a>(rules: impl Iterator<Item = (usize, &'a Rule)>) -> Self {
        let needing = NEAR.map(|distance| (distance, Members::default())).to_vec();
        let mut all = Self { needing, ..Self::default() };
        let (mut edges, mut digits) = (Vec::new(), Vec::new());
        let mut resting = Members::default();
        for (rule, known) in rules {
            let number = all.shaped.len();
            let pattern =
                known.pattern.as_ref().filter(|_| known.finds_what_matches() && number < MOST_PATTERNS);
            let Some(pattern) = pattern else {
                all.others.push((rule, known.digits));
                continue;
            };
            match &known.reach {
                Some((over, back)) => all.reach(over, *back, number),
                None => resting.insert(number),
            }
            // What must follow is looked at sooner than words.
            let needs = known.needs.first().filter(|_| known.follow.is_none()).and_then(|context| {
                let near =
                    all.needing.iter_mut().filter(|(distance, _)| context.list_within(*distance).is_some());
                near.for_each(|(_, needing)| needing.insert(number));
                context.list_within(FURTHEST)
            });
            edges.push(EdgeSet::of(known.edges));
            all.longest = all.longest.max(known.longest);
            digits.push(known.digits);
            all.shaped.push(Shaped { rule, pattern: pattern.text().into(), needs });
        }
        all.edged =
            EdgeSet::every().map(|set| members(edges.iter().map(|own| !own.and(set).is_empty()))).collect();
        all.content =
            (0..=COUNTED).map(|count| members(digits.iter().map(|least| *least <= count))).collect();
        all.leading = (0..=u8::MAX).map(|byte| all.leading(byte, resting)).collect();
        all
    }

    fn reach(&mut self, bytes: &ByteSet, back: usize, pattern: usize) {
        let known = self.over.iter().position(|over| over.bytes == *bytes);
        let place = known.unwrap_or_else(|| {
            self.over.push(Over {
                bytes: bytes.clone(),
                nearest: back,
                furthest: back,
                all: Members::default(),
                patterns: Vec::new(),
            });
            self.over.len() - 1
        });
        let Some(over) = self.over.get_mut(place) else { return };
        over.nearest = over.nearest.min(back);
        over.furthest = over.furthest.max(back);
        over.all.insert(pattern);
        match over.patterns.iter_mut().find(|(known, _)| *known == back) {
            Some((_, patterns)) => patterns.insert(pattern),
            None => over.patterns.push((back, members_of(pattern))),
        }
    }

    fn leading(&self, byte: u8, resting: Members) -> Leading {
        let mut leading = Leading { over: Vec::new(), others: resting };
        for (over, place) in self.over.iter().zip(0..) {
            if over.bytes.contains(byte) {
                leading.over.push(place);
            } else {
                leading.others = leading.others | over.all;
            }
        }
        leading
    }

    /// The numbers of the rules.
    #[cfg(test)]
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> {
        self.shaped.iter().map(|known| known.rule).chain(self.others.iter().map(|(rule, _)| *rule))
    }

    /// Visits to digits of one text.
    pub(crate) fn visits(&self, vocabulary: &Vocabulary) -> Visits<'_> {
        let walker = self.walker.get_or_init(|| self.walker(vocabulary)).as_ref();
        Visits { rules: self, walk: walker.map(|walker| (walker, walker.walks.get())) }
    }

    /// The patterns, of those that begin at `start`, that match there between edges, and the last end of any.
    fn matching(
        &self,
        union: &Union,
        states: &mut States,
        text: &[u8],
        start: usize,
        begun: Members,
    ) -> (Members, usize) {
        let edged = |edges: EdgeSet| self.edged.get(edges.place()).copied().unwrap_or_default();
        let (mut matching, mut last) = (Members::default(), start);
        // Most walks meet nothing.
        let mut between = None;
        let seen = text.get(start..start.saturating_add(self.longest).min(text.len())).unwrap_or_default();
        union.walk(states, seen, |length, patterns| {
            let end = start + length;
            let (begun, open) = between.get_or_insert_with(|| {
                let begun = begun & edged(open_before(text, start));
                (begun, !(begun & edged(EdgeSet::of(Edges::Open))).is_empty())
            });
            if !*open && is_joined(text, end) {
                return;
            }
            let new = *begun & *patterns & !matching;
            if !new.is_empty() {
                matching = matching | new & edged(open_behind(text, end));
            }
            last = end;
        });
        (matching, last)
    }

    /// Those of the patterns that do not need a word near, and those that have one.
    fn meant(
        &self,
        walker: &Walker,
        near: &mut Nearby<'_>,
        matching: Members,
        start: usize,
        end: usize,
    ) -> Members {
        let Some((_, needing)) = self.needing.last().filter(|(_, needing)| !(matching & *needing).is_empty())
        else {
            return matching;
        };
        let needed = matching & *needing;
        let nearest = self.needing.iter().find(|(_, nearer)| (needed & !*nearer).is_empty());
        let distance = nearest.map_or(FURTHEST, |(distance, _)| *distance);
        let mut meant = matching & !*needing;
        for word in near.numbers(start.saturating_sub(distance), end.saturating_add(distance)) {
            meant = meant | needed & walker.needed.get(word).copied().unwrap_or_default();
        }
        meant
    }

    /// Where findings begin, and which of the patterns do so there.
    fn places(&self, text: &[u8], at: usize, wanted: Members, places: &mut Vec<(usize, Members)>) {
        places.clear();
        let before = text.get(..at).unwrap_or_default();
        let Some(leading) = self.leading.get(usize::from(before.last().copied().unwrap_or(0))) else {
            return;
        };
        let mut add = |start: usize, patterns: Members| {
            let patterns = patterns & wanted;
            if patterns.is_empty() {
                return;
            }
            match places.iter_mut().find(|(place, _)| *place == start) {
                Some((_, all)) => *all = *all | patterns,
                None => places.push((start, patterns)),
            }
        };
        add(at, leading.others);
        for over in leading.over.iter().filter_map(|place| self.over.get(*place)) {
            if (over.all & wanted).is_empty() {
                continue;
            }
            let run = over.bytes.run_before(before, over.furthest);
            if run <= over.nearest {
                add(at - run, over.all);
            } else {
                over.patterns.iter().for_each(|(back, patterns)| add(at - run.min(*back), *patterns));
            }
        }
    }

    fn walker(&self, vocabulary: &Vocabulary) -> Option<Walker> {
        let patterns: Vec<&str> = self.shaped.iter().map(|known| &*known.pattern).collect();
        let mut by_list: HashMap<usize, Members> = HashMap::new();
        for (known, pattern) in self.shaped.iter().zip(0..) {
            known.needs.into_iter().for_each(|list| by_list.entry(list).or_default().insert(pattern));
        }
        let needing = |lists: &Vec<usize>| {
            let all = lists.iter().filter_map(|list| by_list.get(list));
            all.fold(Members::default(), |all, patterns| all | *patterns)
        };
        let needed = vocabulary.lists_of_words().iter().map(needing).collect();
        Some(Walker { union: Union::of(&patterns)?, needed, walks: Pool::new(Box::new(Walk::default)) })
    }
}

/// Visits to digits.
pub(crate) struct Visits<'a> {
    rules: &'a Shapes,
    walk: Option<(&'a Walker, PoolGuard<'a, Walk, NewWalk>)>,
}

impl Visits<'_> {
    /// Calls `with` for every rule to be tried at `at`, where a run of digits begins that goes on for `count` digits.
    pub(crate) fn visit(
        &mut self,
        near: &mut Nearby<'_>,
        at: usize,
        count: usize,
        mut with: impl FnMut(&mut Nearby<'_>, usize, Option<usize>),
    ) {
        let (rules, text) = (self.rules, near.text());
        for (rule, digits) in &rules.others {
            if *digits == 0 || *digits <= count {
                with(near, *rule, None);
            }
        }
        let content = rules.content.get(count).copied().unwrap_or_default();
        let Some((walker, walk)) = &mut self.walk else {
            let all = content.iter().filter_map(|pattern| rules.shaped.get(pattern));
            return all.for_each(|known| with(near, known.rule, None));
        };
        let Walk { states, places } = &mut **walk;
        let states = states.get_or_insert_with(|| walker.union.states());
        rules.places(text, at, content, places);
        for (start, begun) in places.iter() {
            let (matching, last) = rules.matching(&walker.union, states, text, *start, *begun);
            if matching.is_empty() {
                continue;
            }
            let meant = rules.meant(walker, near, matching, *start, last);
            for known in meant.iter().filter_map(|pattern| rules.shaped.get(pattern)) {
                with(near, known.rule, Some(*start));
            }
        }
    }
}

fn members(all: impl Iterator<Item = bool>) -> Members {
    let mut members = Members::default();
    all.zip(0..).filter(|(inside, _)| *inside).for_each(|(_, number)| members.insert(number));
    members
}

fn members_of(member: usize) -> Members {
    let mut members = Members::default();
    members.insert(member);
    members
}

/// The edges that allow a finding to begin at `start`; all of them where a separator may be taken off.
fn open_before(text: &[u8], start: usize) -> EdgeSet {
    let trimmed = text.get(start).is_some_and(|byte| TRIMMED.contains(*byte));
    if trimmed { EdgeSet::ALL } else { EdgeSet::before(text, start) }
}

fn open_behind(text: &[u8], end: usize) -> EdgeSet {
    let last = end.checked_sub(1).and_then(|at| text.get(at));
    if last.is_some_and(|byte| TRIMMED.contains(*byte)) { EdgeSet::ALL } else { EdgeSet::behind(text, end) }
}

/// Whether a word goes on at `end`, where only open edges allow a finding to end.
fn is_joined(text: &[u8], end: usize) -> bool {
    let last = end.checked_sub(1).and_then(|at| text.get(at));
    text.get(end).is_some_and(|next| is_word(*next)) && last.is_some_and(|last| !TRIMMED.contains(*last))
}
