use std::sync::Arc;

use model::Label;

use crate::{
    automaton::Automaton,
    byte_set::ByteSet,
    context::{Context, Nearby},
    detector::{Detector, Role},
    edges::Edges,
    explain::Reason,
    names::NameKind,
    validate::{self, Check, Found},
    written::Placeholders,
};

/// The furthest a rule looks ahead of its anchor.
pub(crate) const LONGEST: usize = 8 * 1024;
/// The furthest a rule looks back from its anchor, words in context included.
pub(crate) const BACK: usize = 512;
/// The furthest any word in context or companion may stand from a finding.
pub(crate) const NEAR: usize = 400;
/// Where nothing else is said, a finding with its lead is at most this long.
pub(crate) const USUAL_LENGTH: usize = 512;

/// One detector, compiled: from an anchor to a candidate, over a bounded window.
pub(crate) struct Rule {
    pub(crate) about: Arc<Detector>,
    /// How far before the anchor the finding may begin, and over which bytes.
    pub(crate) reach: Option<(ByteSet, usize)>,
    /// What stands between the anchor and the finding.
    pub(crate) lead: Option<Automaton>,
    /// The finding; without one it is the anchor itself.
    pub(crate) pattern: Option<Automaton>,
    /// What must come behind it.
    pub(crate) follow: Option<Automaton>,
    pub(crate) longest: usize,
    /// Least digits, among separators, from an anchor at a digit on.
    pub(crate) digits: usize,
    pub(crate) edges: Edges,
    pub(crate) check: Option<Check>,
    pub(crate) entropy: f32,
    pub(crate) placeholders: Placeholders,
    pub(crate) needs: Vec<Context>,
    pub(crate) unless: Vec<Context>,
    pub(crate) helps: Vec<(Context, f32)>,
    pub(crate) beside: Option<Companions>,
    /// The reader of names that finds it.
    pub(crate) name_of: Option<NameKind>,
}

/// Labels of which a candidate must stand near to count.
pub(crate) struct Companions {
    pub(crate) labels: Vec<Label>,
    pub(crate) within: usize,
}

/// A span that a rule accepts, before companions and overlaps are looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) confidence: f32,
    /// Index of its rule.
    pub(crate) rule: usize,
}

/// The logarithm of the odds of a probability; certainty either way is kept in bounds.
pub(crate) fn log_odds(probability: f32) -> f32 {
    let bounded = probability.clamp(0.01, 0.99);
    (bounded / (1.0 - bounded)).ln()
}

/// The probability of given logarithmic odds.
pub(crate) fn probability(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

impl Rule {
    /// The span this rule finds at an anchor, if any, and how sure it is.
    pub(crate) fn examine(
        &self,
        near: &mut Nearby<'_>,
        anchor: usize,
        anchor_end: usize,
    ) -> Option<(usize, usize, f32)> {
        let (start, end) = self.span(near.text(), anchor, anchor_end)?;
        if self.check.is_none_or(Check::keeps_within) && !self.may_be_meant(near, start, end) {
            return None;
        }
        self.judge(near, start, end)
    }

    /// The same where its pattern is known to match from `start` on.
    pub(crate) fn examine_match(&self, near: &mut Nearby<'_>, start: usize) -> Option<(usize, usize, f32)> {
        let end = self.matched(near.text(), start)?;
        if !self.may_be_meant(near, start, end) {
            return None;
        }
        self.judge(near, start, end)
    }

    /// Whether the words it needs may stand near a finding within `start..end`.
    fn may_be_meant(&self, near: &mut Nearby<'_>, start: usize, end: usize) -> bool {
        self.needs.iter().all(|context| context.may_hold(near, start, end))
    }

    /// Judges the span that its pattern has found.
    fn judge(&self, near: &mut Nearby<'_>, start: usize, end: usize) -> Option<(usize, usize, f32)> {
        let text = near.text();
        let found = Found { text, start, end };
        let judged = match self.check {
            Some(check) => check.judge(found)?,
            None => found.accepted(self.about.confidence),
        };
        let (start, end) = (judged.start, judged.end);
        if !self.edges_hold(text, start, end) || !self.content_holds(text.get(start..end)?) {
            return None;
        }
        let mut holds = |context: &Context| context.holds(near, start, end);
        if !self.needs.iter().all(&mut holds) || self.unless.iter().any(holds) {
            return None;
        }
        let prior = judged.confidence.unwrap_or(self.about.confidence);
        Some((start, end, self.weigh(near, start, end, prior, |_| ())))
    }

    /// How sure a span is: the odds of its kind, multiplied by what each word in context says for it.
    fn weigh(
        &self,
        near: &mut Nearby<'_>,
        start: usize,
        end: usize,
        prior: f32,
        mut told: impl FnMut(Reason),
    ) -> f32 {
        let mut odds = log_odds(prior);
        for (context, adds) in &self.helps {
            if let Some(word) = context.nearest(near, start, end) {
                // `adds` is written as what it adds to the detector's own confidence.
                let most = log_odds(self.about.confidence + adds) - log_odds(self.about.confidence);
                let adds = most * context.weight(word, start, end);
                odds += adds;
                told(Reason::word(near.text(), word, adds));
            } else if context.holds(near, start, end) {
                odds += log_odds(self.about.confidence + adds) - log_odds(self.about.confidence);
            }
        }
        // Rounded, so that what is equally sure on paper is so here.
        ((probability(odds) * 1000.0).round() / 1000.0).clamp(0.05, 0.99)
    }

    /// What speaks for a span that this rule has found.
    pub(crate) fn reasons(&self, near: &mut Nearby<'_>, start: usize, end: usize) -> Vec<Reason> {
        let text = near.text();
        let judged = self.check.map(|check| check.judge(Found { text, start, end }));
        let checked = judged.flatten().and_then(|accepted| accepted.confidence);
        let mut reasons = vec![Reason::Prior { confidence: self.about.confidence }];
        reasons.extend(
            self.check.map(|_| Reason::Check { confidence: checked.unwrap_or(self.about.confidence) }),
        );
        let needed = self.needs.iter().filter_map(|context| context.nearest(near, start, end));
        reasons.extend(needed.map(|word| Reason::word(text, word, 0.0)));
        self.weigh(near, start, end, checked.unwrap_or(self.about.confidence), |reason| reasons.push(reason));
        reasons
    }

    fn span(&self, text: &[u8], anchor: usize, anchor_end: usize) -> Option<(usize, usize)> {
        let first = match &self.reach {
            Some((over, back)) => anchor - over.run_before(text.get(..anchor)?, *back),
            None if self.starts_apart() && !self.edges.open_before(text, anchor) => return None,
            None => anchor,
        };
        let start = match &self.lead {
            Some(lead) => lead.end(text, anchor_end, self.longest)?,
            None => first,
        };
        if self.pattern.is_some() {
            return Some((start, self.matched(text, start)?));
        }
        if let Some(follow) = &self.follow {
            follow.end(text, anchor_end, USUAL_LENGTH)?;
        }
        (start < anchor_end).then_some((start, anchor_end))
    }

    /// Where its pattern ends that begins at `start`.
    fn matched(&self, text: &[u8], start: usize) -> Option<usize> {
        let end = self.pattern.as_ref()?.end(text, start, self.longest)?;
        if let Some(follow) = &self.follow {
            follow.end(text, end, USUAL_LENGTH)?;
        }
        (start < end).then_some(end)
    }

    /// Whether a finding is what its pattern matches, without what may be taken off at either end.
    pub(crate) fn finds_what_matches(&self) -> bool {
        self.lead.is_none() && self.check.is_none_or(Check::keeps_ends)
    }

    /// Whether nothing may touch the anchor from the left.
    pub(crate) fn starts_apart(&self) -> bool {
        self.reach.is_none() && self.lead.is_none() && self.edges != Edges::Open
    }

    /// A lead already says what stands before the finding, so only its end is looked at then.
    fn edges_hold(&self, text: &[u8], start: usize, end: usize) -> bool {
        (self.lead.is_some() || self.edges.open_before(text, start)) && self.edges.open_after(text, end)
    }

    fn content_holds(&self, found: &[u8]) -> bool {
        (self.entropy <= 0.0 || validate::entropy(found) >= self.entropy)
            && (self.placeholders == Placeholders::Accepted || !validate::is_placeholder(found))
    }

    /// Whether its findings are reported; mentions are where they are asked for.
    pub(crate) fn reports(&self, mentions: bool) -> bool {
        match self.about.role {
            Role::Finding => true,
            Role::Mention => mentions,
            Role::Cue => false,
        }
    }

    /// Whether what it finds supports other detectors.
    pub(crate) fn supports(&self) -> bool {
        self.about.role != Role::Mention
    }
}
