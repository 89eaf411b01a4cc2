//! Rules tried at the first digit of a run.

use crate::{
    byte_set::ByteSet,
    context::{Nearby, Vocabulary},
    rule::Rule,
    shapes::{Shapes, Visits as ShapeVisits},
};

/// How far digits are counted from the first of a run, and over which separators.
pub(crate) const COUNTED: usize = 48;
static SEPARATORS: ByteSet = ByteSet::new(" ./():-");
/// Most numbers in a text have no more digits than this, and few formats do.
const FEW: usize = 4;

/// Rules tried at digits, those for which few digits are enough also apart from the others.
pub(crate) struct DigitRules {
    few: Shapes,
    all: Shapes,
}

impl DigitRules {
    pub(crate) fn new<'a>(rules: impl Iterator<Item = (usize, &'a Rule)> + Clone) -> Self {
        let few = rules.clone().filter(|(_, rule)| rule.digits <= FEW);
        Self { few: Shapes::new(few), all: Shapes::new(rules) }
    }

    /// The numbers of the rules.
    #[cfg(test)]
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> {
        self.all.numbers()
    }

    /// Visits to digits of one text.
    pub(crate) fn visits<'a>(&'a self, vocabulary: &'a Vocabulary) -> Visits<'a> {
        Visits { rules: self, vocabulary, few: None, all: None }
    }
}

/// Visits to digits.
pub(crate) struct Visits<'a> {
    rules: &'a DigitRules,
    vocabulary: &'a Vocabulary,
    few: Option<ShapeVisits<'a>>,
    all: Option<ShapeVisits<'a>>,
}

impl Visits<'_> {
    /// Calls `with` for every rule to be tried at `at`, where a run of digits begins; with where its pattern matches, if
    /// that is known.
    pub(crate) fn visit(
        &mut self,
        near: &mut Nearby<'_>,
        at: usize,
        with: impl FnMut(&mut Nearby<'_>, usize, Option<usize>),
    ) {
        let count = digits_ahead(near.text().get(at..).unwrap_or_default());
        let (visits, rules) =
            if count <= FEW { (&mut self.few, &self.rules.few) } else { (&mut self.all, &self.rules.all) };
        visits.get_or_insert_with(|| rules.visits(self.vocabulary)).visit(near, at, count, with);
    }
}

/// How many digits there are up to the first byte that is neither a digit nor a separator.
fn digits_ahead(text: &[u8]) -> usize {
    let group =
        text.iter().take(COUNTED).take_while(|byte| byte.is_ascii_digit() || SEPARATORS.contains(**byte));
    group.filter(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use crate::{
        Detectors,
        anchors::{Bitmaps, Window},
        context::Nearby,
        rule::Candidate,
    };

    /// What every rule finds that is tried at each digit by itself.
    fn one_by_one(detectors: &Detectors, text: &[u8]) -> Vec<Candidate> {
        let (set, mut found) = (detectors.set(), Vec::new());
        let mut near = Nearby::new(text, set.anchors.vocabulary());
        let is_digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
        for at in (0..text.len()).filter(|at| is_digit(*at) && (*at == 0 || !is_digit(*at - 1))) {
            let count = super::digits_ahead(&text[at..]);
            for rule in set.anchors.digits.numbers().filter(|rule| set.rules[*rule].digits <= count) {
                let span = set.rules[rule].examine(&mut near, at, at + 1);
                found.extend(span.map(|(start, end, confidence)| Candidate { start, end, confidence, rule }));
            }
        }
        found
    }

    fn sorted(mut found: Vec<Candidate>) -> Vec<(usize, usize, usize, u32)> {
        let mut told: Vec<_> =
            found.drain(..).map(|c| (c.start, c.end, c.rule, c.confidence.to_bits())).collect();
        told.sort_unstable();
        told.dedup();
        told
    }

    #[test]
    fn one_walk_finds_what_every_rule_finds() {
        let detectors = Detectors::builtin().unwrap();
        let (set, mut bitmaps) = (detectors.set(), Bitmaps::default());
        let digits: Vec<usize> = set.anchors.digits.numbers().collect();
        for detector in detectors.iter() {
            let finds = detector.finds.iter().map(|example| &example.text);
            for text in finds.chain(&detector.ignores) {
                let (text, mut found) = (text.as_bytes(), Vec::new());
                set.anchors.examine_all(
                    &set.rules,
                    Window { text, from: 0, to: text.len() },
                    &mut bitmaps,
                    &mut found,
                );
                found.retain(|candidate| digits.contains(&candidate.rule));
                assert_eq!(sorted(found), sorted(one_by_one(&detectors, text)), "{detector:?}");
            }
        }
    }
}
