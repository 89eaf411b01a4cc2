use std::collections::BTreeMap;

use model::{ClauseId, ExchangeId, PersonId, Timestamp};

use super::{Case, Remedy, Violation};
use crate::training::{Assignment, AssignmentState, Cause, Library};

/// A module that someone has to take, and the violations that it follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The module.
    pub module: String,
    /// The clauses that were broken.
    pub clauses: Vec<ClauseId>,
    /// The latest exchange that broke one.
    pub exchange: ExchangeId,
}

impl Lesson {
    /// The same as an assignment.
    pub fn assigned(&self, person: &PersonId, at: Timestamp, due: Timestamp) -> Assignment {
        let cause = Cause::Violation { clauses: self.clauses.clone(), exchange: self.exchange };
        let (person, module) = (person.clone(), self.module.clone());
        Assignment { person, module, cause, at, due, state: AssignmentState::Open }
    }
}

/// What `violations`, the latest first, are to be followed by, where a step of the ladder asks for training: the modules on
/// what was broken.
pub fn lessons(violations: &[Violation], library: &Library) -> Vec<Lesson> {
    lessons_where(violations, library, |_, _| true)
}

fn lessons_where(
    violations: &[Violation],
    library: &Library,
    needs: impl Fn(&Violation, &str) -> bool,
) -> Vec<Lesson> {
    let mut lessons = BTreeMap::<&str, Lesson>::new();
    for violation in violations {
        let modules = library.after(&violation.clause, &violation.labels).into_iter();
        for module in modules.filter(|module| needs(violation, &module.id)) {
            let lesson = lessons.entry(&module.id).or_insert_with(|| Lesson {
                module: module.id.clone(),
                clauses: Vec::new(),
                exchange: violation.exchange,
            });
            if !lesson.clauses.contains(&violation.clause) {
                lesson.clauses.push(violation.clause.clone());
            }
        }
    }
    lessons.into_values().collect()
}

/// What has to be learned beyond the steps that were taken: the step that asks for training stands, and clauses were broken
/// since that it was not about.
///
/// `violations` are those within the window, the latest first; `cases` and `assignments` are the person's. A module is not
/// assigned again while it is open, nor if it was passed or withdrawn after the violation, nor for a clause for which it was
/// assigned within the window.
pub fn further(
    violations: &[Violation],
    cases: &[Case],
    assignments: &[Assignment],
    library: &Library,
    from: Timestamp,
) -> Vec<Lesson> {
    let standing =
        |case: &&Case| case.remedy == Remedy::AssignTraining && from < case.at && !case.is_forgiven();
    let Some(since) = cases.iter().filter(standing).map(|case| case.at).min() else { return Vec::new() };
    let later: Vec<Violation> =
        violations.iter().filter(|violation| since <= violation.at).cloned().collect();
    lessons_where(&later, library, |violation, module| {
        let mut theirs = assignments.iter().filter(|assignment| assignment.module == module);
        !theirs.any(|assignment| settles(assignment, violation, from))
    })
}

/// Whether what was assigned is what `violation` asks for.
fn settles(assignment: &Assignment, violation: &Violation, from: Timestamp) -> bool {
    let for_it = matches!(&assignment.cause, Cause::Violation { clauses, .. }
        if from < assignment.at && clauses.contains(&violation.clause));
    for_it
        || match &assignment.state {
            AssignmentState::Open => true,
            AssignmentState::Passed { at } | AssignmentState::Withdrawn { at, .. } => violation.at <= *at,
        }
}

#[cfg(test)]
mod tests {
    use model::{Action, ClauseId, ExchangeId, PersonId, PolicyVersion, Severity, Timestamp, ToolId};
    use uuid::Uuid;

    use super::{Assignment, Case, Library, Violation, further, lessons};
    use crate::{
        ladder::{Tally, climb},
        sample,
        training::AssignmentState,
    };

    const DAY: i64 = 24 * 60 * 60 * 1_000;

    fn day(number: i64) -> Timestamp {
        Timestamp::from_millis(number * DAY)
    }

    fn violation(on: i64, clause: &str, label: &str) -> Violation {
        Violation {
            exchange: ExchangeId(Uuid::from_u128(on as u128)),
            at: day(on),
            tool: ToolId::new("x"),
            clause: ClauseId::new(clause),
            severity: Severity::High,
            action: Action::Block,
            labels: vec![label.parse().unwrap()],
            points: 4,
        }
    }

    /// The case of the step that asks for training, reached by what was broken on that day.
    fn trained(violation: &Violation) -> Case {
        let policy = sample::policy("then: block", "Text.");
        let (clause, ladder) = policy.ladder().unwrap();
        let tally = Tally { points: 4, counted: vec![violation.clone()] };
        let reached = climb(ladder, &tally, &[], violation.at).pop().unwrap();
        Case::open(PersonId::new("ben"), clause.id.clone(), PolicyVersion::new("v"), reached, violation.at)
    }

    fn assigned(violation: &Violation, state: AssignmentState) -> Vec<Assignment> {
        let lessons = lessons(std::slice::from_ref(violation), Library::builtin());
        let assigned =
            lessons.iter().map(|lesson| lesson.assigned(&PersonId::new("ben"), violation.at, day(99)));
        assigned.map(|assignment| Assignment { state: state.clone(), ..assignment }).collect()
    }

    #[test]
    fn another_clause_is_learned_although_the_step_was_taken() {
        let first = violation(10, "DATA-1", "pii.email");
        let (cases, open) = ([trained(&first)], assigned(&first, AssignmentState::Open));
        let passed = assigned(&first, AssignmentState::Passed { at: day(12) });
        let code = |on| violation(on, "CODE-7", "source_code");
        let check = |violations: &[Violation], cases: &[Case], known: &[Assignment], expected: &[&str]| {
            let lessons = further(violations, cases, known, Library::builtin(), day(0));
            let modules: Vec<&str> = lessons.iter().map(|lesson| lesson.module.as_str()).collect();
            assert_eq!(modules, expected, "{violations:?} {known:?}");
        };
        // What the step was about is assigned with it.
        check(std::slice::from_ref(&first), &cases, &open, &[]);
        check(&[violation(13, "DATA-1", "pii.email"), first.clone()], &cases, &passed, &[]);
        // Another clause on the same data, after the module was passed.
        check(&[violation(11, "DATA-9", "pii.email")], &cases, &passed, &[]);
        check(&[violation(13, "DATA-9", "pii.email")], &cases, &passed, &["personal-data"]);
        check(&[violation(13, "DATA-9", "pii.email")], &cases, &open, &[]);
        // Another clause on other data.
        let coding = assigned(&code(13), AssignmentState::Open);
        assert!(!coding.is_empty());
        let modules: Vec<&str> = coding.iter().map(|assignment| assignment.module.as_str()).collect();
        check(&[code(13), first.clone()], &cases, &open, &modules);
        check(&[code(13), first.clone()], &cases, &[open.clone(), coding].concat(), &[]);
        // No step asks for training yet, or it was about what came before it.
        check(&[code(13)], &[], &[], &[]);
        check(&[code(9)], &cases, &open, &[]);
    }
}
