use std::collections::HashMap;

use model::{
    Action, ClauseId, ExchangeId, Label, Outcome, PersonKind, Record, Severity, Source, Timestamp, ToolId,
};
use policy::ladder::Ladder;
use serde::{Deserialize, Serialize};

/// That an exchange broke a clause. Names the exchange, never its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Violation {
    /// The exchange.
    pub exchange: ExchangeId,
    /// When.
    pub at: Timestamp,
    /// On which tool.
    pub tool: ToolId,
    /// The clause.
    pub clause: ClauseId,
    /// Its severity then.
    pub severity: Severity,
    /// What it asked for.
    pub action: Action,
    /// What was found that the clause is about.
    pub labels: Vec<Label>,
    /// What it counts.
    pub points: u32,
}

/// What someone's violations count together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The sum.
    pub points: u32,
    /// The violations that count, latest first.
    pub counted: Vec<Violation>,
}

/// The violations in one record.
///
/// None where nobody was identified, where someone only asked what the policy says, and where the policy let a second try
/// pass: whoever took the advice, or gave the reason that was asked for, did what the policy wants. A clause that applied
/// only because content was not seen is none either: nobody knows whether it was broken.
pub fn violations(record: &Record, ladder: &Ladder) -> Vec<Violation> {
    let Record { exchange, facts, verdict, outcome, .. } = record;
    let followed = matches!(outcome, Outcome::Acknowledged | Outcome::Justified | Outcome::Rejected);
    if followed || exchange.source != Source::Proxy || facts.person.kind == PersonKind::Unknown {
        return Vec::new();
    }
    let duties =
        verdict.duties.iter().filter(|duty| !duty.uninspected && ladder.counts.contains(&duty.action));
    let found = duties.map(|duty| Violation {
        exchange: exchange.id,
        at: exchange.at,
        tool: facts.tool.id.clone(),
        clause: duty.clause.clone(),
        severity: duty.severity,
        action: duty.action,
        labels: facts
            .labels
            .keys()
            .filter(|found| duty.labels.iter().any(|label| found.is(label)))
            .cloned()
            .collect(),
        points: ladder.points.of(duty.severity),
    });
    found.filter(|violation| violation.points > 0).collect()
}

/// What one person's violations count at `now`: those within the window, repetitions within the ladder's time once, and of
/// the clauses of one exchange only the gravest.
pub fn tally(mut violations: Vec<Violation>, ladder: &Ladder, now: Timestamp) -> Tally {
    let from = now.minus(ladder.window);
    violations.retain(|violation| from < violation.at && violation.at <= now);
    violations.sort_by(|one, other| {
        (one.at, one.exchange, other.points, &one.clause).cmp(&(
            other.at,
            other.exchange,
            one.points,
            &other.clause,
        ))
    });
    violations.dedup_by_key(|violation| violation.exchange);
    let mut latest: HashMap<(ClauseId, ToolId), Timestamp> = HashMap::new();
    violations.retain(|violation| {
        let key = (violation.clause.clone(), violation.tool.clone());
        let repeated = latest.get(&key).is_some_and(|earlier| violation.at < earlier.plus(ladder.repeats));
        if !repeated {
            latest.insert(key, violation.at);
        }
        !repeated
    });
    violations.reverse();
    let points = violations.iter().fold(0_u32, |sum, violation| sum.saturating_add(violation.points));
    Tally { points, counted: violations }
}

#[cfg(test)]
mod tests {
    use model::{Action, ClauseId, ExchangeId, Severity, Timestamp, ToolId};
    use policy::ladder::Ladder;
    use uuid::Uuid;

    use super::{Violation, tally};
    use crate::sample;

    const MINUTE: i64 = 60 * 1_000;

    fn ladder() -> Ladder {
        sample::policy("then: block", "Text.").ladder().unwrap().1.clone()
    }

    /// What violations `(exchange, minute, clause, tool, severity)` count on day 11, and the exchanges that count.
    #[track_caller]
    fn check(given: &[(u128, i64, &str, &str, Severity)], points: u32, counted: &[u128]) {
        let ladder = ladder();
        let violations = given.iter().map(|&(id, minute, clause, tool, severity)| Violation {
            exchange: ExchangeId(Uuid::from_u128(id)),
            at: Timestamp::from_millis(minute * MINUTE),
            tool: ToolId::new(tool),
            clause: ClauseId::new(clause),
            severity,
            action: Action::Block,
            labels: Vec::new(),
            points: ladder.points.of(severity),
        });
        let told = tally(violations.collect(), &ladder, Timestamp::from_millis(11 * 24 * 60 * MINUTE));
        let exchanges: Vec<u128> =
            told.counted.iter().map(|violation| violation.exchange.0.as_u128()).collect();
        assert_eq!((told.points, exchanges.as_slice()), (points, counted));
    }

    #[test]
    fn what_violations_count() {
        use Severity::{Critical, High, Low};
        const DAY: i64 = 24 * 60;
        check(&[], 0, &[]);
        // The window: ten days before day 11, its end included.
        check(
            &[
                (1, DAY, "A-1", "x", High),
                (2, DAY + 1, "A-1", "x", High),
                (3, 11 * DAY + 1, "A-1", "x", High),
            ],
            4,
            &[2],
        );
        // Repetitions within ten minutes of the one that counts.
        check(
            &[(1, 5_000, "A-1", "x", Low), (2, 5_009, "A-1", "x", Low), (3, 5_010, "A-1", "x", Low)],
            2,
            &[3, 1],
        );
        check(
            &[(1, 5_000, "A-1", "x", Low), (2, 5_001, "A-1", "y", Low), (3, 5_002, "A-2", "x", Low)],
            3,
            &[3, 2, 1],
        );
        // One exchange that breaks several clauses counts by the gravest.
        check(
            &[(1, 5_000, "A-1", "x", Low), (1, 5_000, "A-2", "x", Critical), (1, 5_000, "A-3", "x", High)],
            8,
            &[1],
        );
    }
}
