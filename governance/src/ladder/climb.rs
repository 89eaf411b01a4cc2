use model::Timestamp;
use policy::ladder::{Ladder, Step};

use super::{Case, Tally};

/// A step that someone has reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The step.
    pub step: Step,
    /// What led there.
    pub tally: Tally,
}

/// The steps that a tally reaches and that were not reached before, within the window, by violations that still count.
///
/// `cases` are the person's. A step whose earlier case was dismissed or overturned is reached anew only with points beyond
/// those of that case: the violations that were judged then are not held against the person a second time.
pub fn climb(ladder: &Ladder, tally: &Tally, cases: &[Case], now: Timestamp) -> Vec<Reached> {
    let from = now.minus(ladder.window);
    let recent: Vec<&Case> = cases.iter().filter(|case| from < case.at).collect();
    let forgiven: Vec<_> = recent
        .iter()
        .filter(|case| case.is_forgiven())
        .flat_map(|case| case.violations.iter().map(|violation| (violation.exchange, &violation.clause)))
        .collect();
    ladder
        .steps
        .iter()
        .filter(|step| !recent.iter().any(|case| !case.is_forgiven() && case.step == step.at))
        .filter_map(|step| {
            let mut tally = tally.clone();
            let judged = recent.iter().any(|case| case.is_forgiven() && case.step == step.at);
            if judged {
                tally.counted.retain(|violation| !forgiven.contains(&(violation.exchange, &violation.clause)));
                tally.points = tally.counted.iter().map(|violation| violation.points).sum();
            }
            (tally.points >= step.at).then(|| Reached { step: step.clone(), tally })
        })
        .collect()
}
