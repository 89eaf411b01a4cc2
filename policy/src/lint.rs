use std::time::Duration;

use model::{Action, Timestamp};

use crate::{
    Clause, Policy,
    mistake::{Level, Mistake, Notice, Place},
};

/// How many examples a clause should have on each side.
const EXAMPLES: usize = 2;

/// What is no mistake, but worth a look; `places` are those of the clauses' headings.
pub(crate) fn warnings(policy: &Policy, places: &[Place], today: Option<Timestamp>) -> Vec<Notice> {
    let mut found = Vec::new();
    found.extend(today.and_then(|today| overdue(policy, today)));
    for (clause, place) in policy.clauses().iter().zip(places) {
        found.extend(few_examples(clause, *place));
        found.extend(same_rule(policy, clause, *place));
    }
    found.extend(no_alternative(policy));
    found
}

fn warning(place: Place, message: String, remedy: impl Into<String>) -> Notice {
    Notice { level: Level::Warning, mistake: Mistake { place, message, remedy: remedy.into() } }
}

fn overdue(policy: &Policy, today: Timestamp) -> Option<Notice> {
    let front = policy.front();
    let due = front.reviewed?.plus(front.review_every);
    (due < today).then(|| {
        let days = Duration::from_millis(u64::try_from(today.as_millis() - due.as_millis()).unwrap_or(0));
        let message = format!("the policy's review is {} days overdue", days.as_secs() / 86_400);
        warning(
            Place { line: 1, column: 1, length: 3 },
            message,
            "review it, then set `reviewed` to that day",
        )
    })
}

fn few_examples(clause: &Clause, place: Place) -> Option<Notice> {
    clause.machine.as_ref()?;
    let applies = clause.examples.iter().filter(|example| example.expect.without.is_none()).count();
    let applies_not = clause.examples.len() - applies;
    if applies >= EXAMPLES && applies_not >= EXAMPLES {
        return None;
    }
    let message =
        format!("{} has {applies} examples where it applies and {applies_not} where it does not", clause.id);
    Some(warning(place, message, format!("give it at least {EXAMPLES} of each")))
}

/// A clause that repeats an earlier one's rule changes nothing.
fn same_rule(policy: &Policy, clause: &Clause, place: Place) -> Option<Notice> {
    let rule = clause.rule()?;
    let earlier = policy.clauses().iter().take_while(|earlier| earlier.id != clause.id);
    let same = earlier.into_iter().find(|earlier| earlier.rule() == Some(rule))?;
    let message = format!("{} has the same rule as {}", clause.id, same.id);
    Some(warning(place, message, "merge the two clauses, or change one of the rules"))
}

/// Coaching helps little without a tool to go to.
fn no_alternative(policy: &Policy) -> Option<Notice> {
    let front = policy.front();
    let coaches = front.otherwise == Action::Coach
        || policy
            .clauses()
            .iter()
            .any(|clause| clause.action() == Some(Action::Coach) && clause.alternative().is_none());
    (coaches && front.alternative.is_none()).then(|| {
        let place = Place { line: 1, column: 1, length: 3 };
        warning(
            place,
            "coaching recommends no tool".to_owned(),
            "add, for example, `alternative: microsoft-copilot`",
        )
    })
}
