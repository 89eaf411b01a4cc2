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
                tally
                    .counted
                    .retain(|violation| !forgiven.contains(&(violation.exchange, &violation.clause)));
                tally.points = tally.counted.iter().map(|violation| violation.points).sum();
            }
            (tally.points >= step.at).then(|| Reached { step: step.clone(), tally })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use model::{Action, ClauseId, ExchangeId, PersonId, PolicyVersion, Severity, Timestamp, ToolId};
    use uuid::Uuid;

    use super::{Case, Tally, climb};
    use crate::{
        ladder::{CaseCommand, Decision, Violation},
        sample,
    };

    const DAY: i64 = 24 * 60 * 60 * 1_000;

    fn violation(id: u128, points: u32) -> Violation {
        Violation {
            exchange: ExchangeId(Uuid::from_u128(id)),
            at: Timestamp::from_millis(11 * DAY),
            tool: ToolId::new("x"),
            clause: ClauseId::new("DATA-1"),
            severity: Severity::High,
            action: Action::Block,
            labels: Vec::new(),
            points,
        }
    }

    fn tally(violations: &[(u128, u32)]) -> Tally {
        let counted: Vec<Violation> = violations.iter().map(|&(id, points)| violation(id, points)).collect();
        Tally { points: counted.iter().map(|violation| violation.points).sum(), counted }
    }

    /// The steps that are reached on day 12 with these points, after `cases`.
    #[track_caller]
    fn check(violations: &[(u128, u32)], cases: &[Case], expected: &[u32]) {
        let policy = sample::policy("then: block", "Text.");
        let (_, ladder) = policy.ladder().unwrap();
        let now = Timestamp::from_millis(12 * DAY);
        let reached = climb(ladder, &tally(violations), cases, now);
        assert_eq!(reached.iter().map(|reached| reached.step.at).collect::<Vec<_>>(), expected);
    }

    /// The case of reaching the step at 8 points on `day` with exchange 1, dismissed or not.
    fn case(day: i64, dismissed: bool) -> Case {
        let policy = sample::policy("then: block", "Text.");
        let (clause, ladder) = policy.ladder().unwrap();
        let at = Timestamp::from_millis(day * DAY);
        let reached = climb(ladder, &tally(&[(1, 8)]), &[], at).pop().unwrap();
        let opened =
            Case::open(PersonId::new("ben"), clause.id.clone(), PolicyVersion::new("v"), reached, at);
        if !dismissed {
            return opened;
        }
        let decision = Decision { by: "ada".into(), at, reason: "a test".into() };
        opened.after(CaseCommand::Dismiss(decision)).unwrap()
    }

    #[test]
    fn steps_are_reached_once_and_what_was_forgiven_stays_so() {
        check(&[], &[], &[]);
        check(&[(1, 1)], &[], &[1]);
        check(&[(1, 8)], &[], &[1, 4, 8]);
        check(&[(1, 8)], &[case(11, false)], &[1, 4]);
        check(&[(1, 8), (2, 4)], &[case(11, false)], &[1, 4, 12]);
        // Outside the window it does not count.
        check(&[(1, 8)], &[case(1, false)], &[1, 4, 8]);
        // Dismissed: the same violations do not lead there again, new ones alone may.
        check(&[(1, 8), (2, 4)], &[case(11, true)], &[1, 4, 12]);
        check(&[(1, 8), (2, 8)], &[case(11, true)], &[1, 4, 8, 12]);
    }
}
