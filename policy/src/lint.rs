use std::time::Duration;

use model::{Action, Timestamp};

use crate::{
    Clause, Condition, Policy, Rule, Test,
    ladder::{Measure, SUSPENDED},
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
    found.extend(suspension_without_effect(policy, places));
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

/// Who is suspended is put into a group; a rule must act on it.
fn suspension_without_effect(policy: &Policy, places: &[Place]) -> Option<Notice> {
    let (owner, ladder) = policy.ladder()?;
    let suspends = ladder.steps.iter().any(|step| matches!(step.measure, Measure::SuspendAccess { .. }));
    let acted_on =
        |test: &Test| matches!(test, Test::Group(groups) if groups.iter().any(|group| group == SUSPENDED));
    let rules = policy.clauses().iter().filter_map(Clause::rule);
    if !suspends || rules.flat_map(Rule::conditions).flat_map(Condition::tests).any(acted_on) {
        return None;
    }
    let at = policy.clauses().iter().position(|clause| clause.id == owner.id)?;
    let message = format!("{} suspends access, but no rule acts on the group `{SUSPENDED}`", owner.id);
    let remedy = format!("add a clause with `when: person is in group {SUSPENDED}` and `then: block`");
    Some(warning(*places.get(at)?, message, remedy))
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
