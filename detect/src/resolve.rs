use std::cmp::Ordering;

use crate::{
    hit::Hit,
    rule::{BACK, Candidate, Companions, LONGEST, NEAR, Rule},
};

/// Turns candidates into hits: looks for companions and lets the best of overlapping candidates win.
///
/// Works in the order of the text and holds back only what later text could still change.
#[derive(Default)]
pub(crate) struct Resolver {
    /// Whether mentions are reported too.
    pub(crate) mentions: bool,
    /// Candidates not decided yet.
    pending: Vec<Candidate>,
    /// Candidates that may be companions of those to come, by start.
    seen: Vec<Candidate>,
    /// The best candidate so far of those that overlap at the frontier.
    leading: Option<Candidate>,
}

impl Resolver {
    /// Takes new candidates; all that begin before `frontier` are known with them. Emits the hits that are final.
    pub(crate) fn settle(
        &mut self,
        rules: &[Rule],
        new: &mut Vec<Candidate>,
        frontier: usize,
        mut emit: impl FnMut(Hit),
    ) {
        self.seen.extend(new.iter().copied());
        self.pending.append(new);
        self.pending.sort_by(by_place);
        self.seen.sort_by(by_place);
        let ready = self.pending.iter().take_while(|c| c.end.saturating_add(NEAR) < frontier).count();
        for candidate in self.pending.drain(..ready) {
            if has_companion(rules, &candidate, &self.seen) && reports(rules, &candidate, self.mentions) {
                let lead = self.leading.take();
                let (next, done) = contest(lead, candidate);
                self.leading = Some(next);
                done.and_then(|winner| hit(rules, winner)).into_iter().for_each(&mut emit);
            }
        }
        let next = self.pending.first().map_or(frontier, |c| c.start.min(frontier));
        if self.leading.is_some_and(|leading| leading.end <= next) {
            self.leading.take().and_then(|winner| hit(rules, winner)).into_iter().for_each(&mut emit);
        }
        let forgotten = next.saturating_sub(LONGEST + NEAR + BACK);
        self.seen.drain(..self.seen.partition_point(|candidate| candidate.start < forgotten));
    }
}

fn by_place(one: &Candidate, other: &Candidate) -> Ordering {
    (one.start, other.end, one.rule).cmp(&(other.start, one.end, other.rule))
}

/// The one to go on with, and the one that is finally a hit, if they do not overlap.
fn contest(leading: Option<Candidate>, next: Candidate) -> (Candidate, Option<Candidate>) {
    match leading {
        None => (next, None),
        Some(leading) if leading.end <= next.start => (next, Some(leading)),
        Some(leading) if better(&next, &leading) => (next, None),
        Some(leading) => (leading, None),
    }
}

/// The surer one, then the longer one, then the one that stands earlier.
fn better(next: &Candidate, leading: &Candidate) -> bool {
    let length = |candidate: &Candidate| candidate.end - candidate.start;
    next.confidence.total_cmp(&leading.confidence).then(length(next).cmp(&length(leading)))
        == Ordering::Greater
}

fn reports(rules: &[Rule], candidate: &Candidate, mentions: bool) -> bool {
    rules.get(candidate.rule).is_some_and(|rule| rule.reports(mentions))
}

fn has_companion(rules: &[Rule], candidate: &Candidate, seen: &[Candidate]) -> bool {
    let Some(companions) = rules.get(candidate.rule).and_then(|rule| rule.beside.as_ref()) else {
        return true;
    };
    let from = candidate.start.saturating_sub(companions.within + BACK);
    let first = seen.partition_point(|other| other.start < from);
    let reachable = |other: &&Candidate| other.start <= candidate.end + companions.within;
    let mut near = seen.get(first..).unwrap_or_default().iter().take_while(reachable);
    near.any(|other| {
        other.end + companions.within >= candidate.start && accompanies(rules, companions, other)
    })
}

fn accompanies(rules: &[Rule], companions: &Companions, other: &Candidate) -> bool {
    let Some(rule) = rules.get(other.rule) else { return false };
    rule.supports() && companions.labels.iter().any(|label| rule.about.label.is(label))
}

fn hit(rules: &[Rule], winner: Candidate) -> Option<Hit> {
    let about = &rules.get(winner.rule)?.about;
    Some(Hit {
        label: about.label.clone(),
        start: winner.start,
        end: winner.end,
        confidence: winner.confidence,
        detector: about.id.clone(),
        share: None,
    })
}
