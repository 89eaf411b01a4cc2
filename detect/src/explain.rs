use std::sync::Arc;

use model::Label;
use serde::Serialize;

use crate::{
    context::Nearby,
    detectors::Detectors,
    hit::Hit,
    rule::{Candidate, Rule},
    scanner,
    table::Headed,
};

/// Why a span of a text is what it is said to be, and what else it could have been.
///
/// Holds places and words of the detectors' own lists, nothing else of the text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// What won.
    pub winner: Weighed,
    /// What lost against it, the surest first.
    pub runners_up: Vec<RunnerUp>,
}

/// A span as one detector sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Weighed {
    /// What it would be.
    pub label: Label,
    /// Id of the detector.
    pub detector: Arc<str>,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Probability that it is what the label says, 0 to 1.
    pub confidence: f32,
    /// What that rests on.
    pub reasons: Vec<Reason>,
}

/// A span that overlaps the winner and is not reported.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunnerUp {
    /// What it would have been.
    pub weighed: Weighed,
    /// Why it is not.
    pub lost: Lost,
}

/// Something that speaks for a span.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// An unremarkable finding of the detector is right with this probability.
    Prior {
        /// 0 to 1.
        confidence: f32,
    },
    /// Its check, such as a checksum or an issuer's range, holds, and makes it this probable.
    Check {
        /// 0 to 1.
        confidence: f32,
    },
    /// A word of the detector's lists stands near it.
    Word {
        /// The word, in lower case.
        word: String,
        /// Its first byte.
        start: usize,
        /// What it adds to the logarithm of the odds; nothing where the detector requires it.
        adds: f32,
    },
    /// It stands in a table, below a header that says something.
    Header {
        /// What stands at the head of its column, in lower case.
        header: String,
    },
}

/// Why a span is not reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lost {
    /// The winner is surer.
    LessSure,
    /// As sure, but shorter or later.
    Shorter,
    /// Its detector reports nothing by itself: a cue or a mention.
    NotReported,
    /// Its detector wants a companion that does not stand near.
    Alone,
}

impl Reason {
    /// A word in context at its place in the text.
    pub(crate) fn word(text: &[u8], (start, end): (usize, usize), adds: f32) -> Self {
        let word = String::from_utf8_lossy(text.get(start..end).unwrap_or_default()).to_lowercase();
        Self::Word { word, start, adds }
    }
}

/// Every hit that a rule has found, with its reasons and what lost against it.
pub(crate) fn explain(detectors: &Detectors, text: &[u8]) -> Vec<Explained> {
    let rules = &detectors.set().rules;
    let near = &mut Nearby::new(text, detectors.set().anchors.vocabulary());
    let (hits, candidates, headed) = scanner::scan_with_candidates(detectors, text);
    let weighed = |near: &mut Nearby<'_>, candidate: &Candidate| weighed(rules, &headed, near, candidate);
    let explained = hits.iter().filter_map(|hit| {
        let winner = candidates.iter().find(|candidate| is_of(rules, candidate, hit))?;
        let overlapping = candidates
            .iter()
            .filter(|other| *other != winner && other.start < winner.end && winner.start < other.end);
        let mut runners_up: Vec<RunnerUp> =
            overlapping.filter_map(|other| runner_up(rules, winner, other, weighed(near, other)?)).collect();
        runners_up.sort_by(|one, other| other.weighed.confidence.total_cmp(&one.weighed.confidence));
        Some(Explained { winner: weighed(near, winner)?, runners_up })
    });
    explained.collect()
}

fn is_of(rules: &[Rule], candidate: &Candidate, hit: &Hit) -> bool {
    let own = rules.get(candidate.rule).is_some_and(|rule| rule.about.id == hit.detector);
    own && (candidate.start, candidate.end) == (hit.start, hit.end)
}

fn runner_up(rules: &[Rule], winner: &Candidate, other: &Candidate, weighed: Weighed) -> Option<RunnerUp> {
    let rule = rules.get(other.rule)?;
    let lost = if !rule.reports(false) {
        Lost::NotReported
    } else if other.confidence < winner.confidence {
        Lost::LessSure
    } else if other.confidence > winner.confidence && rule.beside.is_some() {
        Lost::Alone
    } else {
        Lost::Shorter
    };
    Some(RunnerUp { weighed, lost })
}

fn weighed(
    rules: &[Rule],
    headed: &[Headed],
    near: &mut Nearby<'_>,
    candidate: &Candidate,
) -> Option<Weighed> {
    let rule = rules.get(candidate.rule)?;
    let cell = headed.iter().find(|cell| cell.start <= candidate.start && candidate.end <= cell.end);
    let mut reasons = rule.reasons(near, candidate.start, candidate.end);
    reasons.extend(cell.map(|cell| Reason::Header { header: cell.header.clone() }));
    Some(Weighed {
        label: rule.about.label.clone(),
        detector: Arc::clone(&rule.about.id),
        start: candidate.start,
        end: candidate.end,
        confidence: candidate.confidence,
        reasons,
    })
}

#[cfg(test)]
mod tests {
    use super::{Explained, Lost, Reason};
    use crate::Detectors;

    fn explained(text: &str) -> Vec<Explained> {
        Detectors::builtin().unwrap().explain(text.as_bytes())
    }

    #[test]
    fn a_card_wins_with_reasons() {
        let all = explained("my credit card is 4111 1111 1111 1111");
        let card = all.iter().find(|known| known.winner.label.as_str() == "financial.payment_card").unwrap();
        assert!(card.winner.reasons.iter().any(|reason| matches!(reason, Reason::Check { .. })));
        let words = card.winner.reasons.iter().filter_map(|reason| match reason {
            Reason::Word { word, adds, .. } if *adds > 0.0 => Some(word.as_str()),
            _ => None,
        });
        assert!(words.eq(["card"]), "{card:?}");
        assert!(card.runners_up.iter().all(|other| other.weighed.confidence <= card.winner.confidence));
        assert!(card.runners_up.iter().any(|other| other.lost == Lost::LessSure), "{card:?}");
    }

    #[test]
    fn a_header_is_a_reason() {
        let rows: String = (10..50).map(|row| format!("member of the staff,C{row}X004{row}\n")).collect();
        let all = explained(&format!("role,passport number\n{rows}"));
        let last = all.last().unwrap();
        assert_eq!(last.winner.label.as_str(), "pii.passport");
        assert!(last.winner.reasons.contains(&Reason::Header { header: "passport number".to_owned() }));
    }

    #[test]
    fn every_hit_of_a_rule_is_explained() {
        let text = "write to jo@example.com, call (212) 736-5000, SSN 536-90-4399";
        let hits = Detectors::builtin().unwrap().scan(text.as_bytes());
        assert_eq!(explained(text).len(), hits.len());
    }
}
