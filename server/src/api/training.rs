//! Training as administrators run it: modules, assignments, what they changed, how everybody stands.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use axum::{Json, extract::State, http::StatusCode};
use engine::Snapshot;
use governance::{
    id_of, ladder,
    training::{
        Assignment, AssignmentCommand, AssignmentState, Attempt, Audience, Cause, Effect, Library, Module,
        effect,
    },
};
use model::{Action, PersonId, Source, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Cursor, ExchangeFilter, PAGE_LIMIT, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::learning::module;
use crate::{
    app::{App, Data},
    auth::{May, to},
    kept,
    standing::Counts,
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// How far violations are looked at before and after a pass.
const SPAN: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// Pages of exchanges that are looked at for the effect of a module.
const PAGES: usize = 200;

/// A module, with how many have taken it.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrainingModule {
    id: String,
    title: String,
    version: u32,
    minutes: u32,
    pass_percent: u32,
    /// Whom it is for, in words.
    audience: String,
    /// Clauses of the policy in force that it teaches.
    clauses: Vec<model::ClauseId>,
    questions: usize,
    /// People of the audience.
    people: usize,
    /// Those of them whose pass counts now.
    passed: usize,
    /// Assignments to be done.
    open: usize,
    /// Those of them whose time is over.
    overdue: usize,
}

/// What a module changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModuleEffect {
    module: String,
    /// Days before and after a pass that are looked at.
    days: u64,
    effect: Effect,
    /// Whether there were more exchanges than are looked at, so that the oldest are missing.
    truncated: bool,
}

/// That somebody has to take a module. The person is a pseudonym.
#[derive(Serialize, ToSchema)]
pub(crate) struct AssignmentView {
    id: Uuid,
    revision: u64,
    person: String,
    module: String,
    cause: Cause,
    at: Timestamp,
    due: Timestamp,
    state: AssignmentState,
}

/// A module to assign.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAssignment {
    module: String,
    /// To one person; otherwise to all of `audience`.
    person: Option<PersonId>,
    #[serde(default)]
    audience: Audience,
    due: Timestamp,
}

/// How many were assigned a module.
#[derive(Serialize, ToSchema)]
pub(crate) struct Assigned {
    /// New assignments.
    assigned: usize,
    /// People who have an open one already.
    already: usize,
}

/// That an assignment is not needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    reason: String,
}

/// How somebody stands. Pseudonymous, unless names are asked for and may be seen.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonStanding {
    /// The pseudonym.
    person: String,
    department: Option<String>,
    /// Until when their acceptance of the policy counts.
    accepted_until: Option<Timestamp>,
    /// Modules whose pass counts now.
    passed: Vec<String>,
    /// Modules to be done.
    open: Vec<String>,
    /// Assignments whose time is over.
    overdue: usize,
    suspended_until: Option<Timestamp>,
    /// Cases that wait for a decision.
    cases: usize,
}

/// List the modules.
#[utoipa::path(get, path = "/training/modules", tag = "training",
    responses((status = OK, body = Vec<TrainingModule>)), extensions(("x-permission" = json!("read_standing"))))]
pub(crate) async fn list_modules(
    may: May<to::ReadStanding>,
    State(app): State<App>,
) -> Result<Json<Vec<TrainingModule>>, Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let open = open(data, None).await?;
    let shown = |module: &Module| {
        let people = snapshot.directory.people().iter().filter(|person| module.audience.covers(person));
        let counts = people.map(|person| Counts::of(person, &snapshot.standing, may.now()));
        let passed: Vec<bool> = counts
            .map(|counts| counts.training.get(&module.id).is_some_and(|until| may.now() < *until))
            .collect();
        let mine: Vec<_> = open.iter().filter(|kept| kept.it.module == module.id).collect();
        TrainingModule {
            id: module.id.clone(),
            title: module.title.clone(),
            version: module.version,
            minutes: module.minutes,
            pass_percent: module.pass_percent,
            audience: module.audience.words(),
            clauses: taught(module, &snapshot).map(|clause| clause.id.clone()).collect(),
            questions: module.questions.len(),
            people: passed.len(),
            passed: passed.iter().filter(|passed| **passed).count(),
            open: mine.len(),
            overdue: mine.iter().filter(|kept| kept.it.due <= may.now()).count(),
        }
    };
    Ok(Json(Library::builtin().modules().map(shown).collect()))
}

fn taught<'a>(module: &'a Module, snapshot: &'a Snapshot) -> impl Iterator<Item = &'a policy::Clause> {
    snapshot.policy.clauses().iter().filter(|clause| module.teaches(clause))
}

/// Violations of a module's clauses, for each person and 30 days, before and after people passed it.
#[utoipa::path(get, path = "/training/modules/{module}/effect", tag = "training",
    params(("module" = String, Path, description = "The module")),
    responses((status = OK, body = ModuleEffect)), extensions(("x-permission" = json!("read_standing"))))]
pub(crate) async fn get_effect(
    may: May<to::ReadStanding>,
    State(app): State<App>,
    Named(id): Named<String>,
) -> Result<Json<ModuleEffect>, Problem> {
    let data = app.data(&may);
    let module = module(&id)?;
    let which = Which { state: Some("passed".to_owned()), subject: Some(id.clone()), ..Which::default() };
    let mut passed: BTreeMap<PersonId, Timestamp> = BTreeMap::new();
    for kept in data.store.all_kept::<Attempt>(&which).await? {
        let first = passed.entry(kept.it.person).or_insert(kept.it.at);
        *first = kept.it.at.min(*first);
    }
    let (violations, since, truncated) = violations(data, module, &passed, may.now()).await?;
    let effect = effect(&passed, &violations, since, SPAN, may.now());
    Ok(Json(ModuleEffect { module: id, days: SPAN.as_secs() / 86_400, effect, truncated }))
}

/// Violations of what the module teaches by those who passed it, and the instant from which they are complete.
async fn violations(
    data: &Data,
    module: &Module,
    passed: &BTreeMap<PersonId, Timestamp>,
    now: Timestamp,
) -> Result<(Vec<(PersonId, Timestamp)>, Timestamp, bool), Problem> {
    let Some(first) = passed.values().min() else { return Ok((Vec::new(), now, false)) };
    let snapshot = data.engine.snapshot();
    let Some((_, rules)) = snapshot.policy.ladder() else { return Ok((Vec::new(), now, false)) };
    let mut since = first.minus(SPAN);
    let filter = ExchangeFilter {
        from: Some(since),
        persons: passed.keys().cloned().collect(),
        sources: vec![Source::Proxy],
        actions: Action::ALL.into_iter().filter(|action| *action > Action::Allow).collect(),
        ..ExchangeFilter::default()
    };
    let (mut found, mut cursor): (Vec<_>, Option<Cursor>) = (Vec::new(), None);
    for _ in 0..PAGES {
        let page = data.store.exchanges(&filter, cursor, PAGE_LIMIT).await?;
        for row in page.items {
            let (record, of) = (&row.record, &row.record.exchange);
            let broke = |violation: &ladder::Violation| {
                module.names(&violation.clause) || module.covers(&violation.labels)
            };
            if ladder::violations(record, rules).iter().any(broke) {
                found.push((of.person.clone(), of.at));
            }
            since = since.min(of.at);
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok((found, first.minus(SPAN), false));
        }
    }
    let oldest = found.iter().map(|(_, at)| *at).min().unwrap_or(now);
    Ok((found, oldest, true))
}

/// List the assignments, the latest first.
#[utoipa::path(get, path = "/training/assignments", tag = "training",
    responses((status = OK, body = Vec<AssignmentView>)), extensions(("x-permission" = json!("read_standing"))))]
pub(crate) async fn list_assignments(
    may: May<to::ReadStanding>,
    State(app): State<App>,
) -> Result<Json<Vec<AssignmentView>>, Problem> {
    let data = app.data(&may);
    let all = data.store.all_kept::<Assignment>(&Which::default()).await?;
    Ok(Json(all.into_iter().map(|kept| shown(kept, data)).collect()))
}

fn shown(kept: store::Kept<Assignment>, data: &Data) -> AssignmentView {
    let Assignment { person, module, cause, at, due, state } = kept.it;
    let person = data.pseudonyms.of(&person);
    AssignmentView { id: kept.id, revision: kept.revision, person, module, cause, at, due, state }
}

/// Assign a module to a person, or to all of an audience.
#[utoipa::path(post, path = "/training/assignments", tag = "training", request_body = NewAssignment,
    responses((status = CREATED, body = Assigned)), extensions(("x-permission" = json!("manage_training"))))]
pub(crate) async fn assign_module(
    may: May<to::ManageTraining>,
    State(app): State<App>,
    Input(new): Input<NewAssignment>,
) -> Result<(StatusCode, Json<Assigned>), Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let module = module(&new.module)?;
    let people = asked(&new, &may, &snapshot)?;
    let busy: BTreeSet<PersonId> =
        open(data, Some(&module.id)).await?.into_iter().map(|kept| kept.it.person).collect();
    let (already, fresh): (Vec<_>, Vec<_>) = people.into_iter().partition(|person| busy.contains(person));
    let act = may.act("training.assigned", &module.id);
    let mut change = Change::new(act.with(json!({ "people": fresh, "due": new.due })));
    for person in &fresh {
        let cause = Cause::Asked { by: may.actor().name.clone() };
        let state = AssignmentState::Open;
        let module = module.id.clone();
        let assignment =
            Assignment { person: person.clone(), module, cause, at: may.now(), due: new.due, state };
        change = change.add(id_of(&assignment.key()), &assignment);
    }
    if !fresh.is_empty() {
        data.commit(change, may.now()).await?;
    }
    Ok((StatusCode::CREATED, Json(Assigned { assigned: fresh.len(), already: already.len() })))
}

fn asked(
    new: &NewAssignment,
    may: &May<to::ManageTraining>,
    snapshot: &Snapshot,
) -> Result<Vec<PersonId>, Problem> {
    let invalid = |detail: String| Err(Problem::new(Kind::Invalid, detail));
    if new.due <= may.now() {
        return invalid(format!("`due` ({}) must be in the future", new.due));
    }
    if let Some(person) = &new.person {
        if snapshot.directory.person(person.as_str()).is_none() {
            return invalid(format!("there is nobody called `{person}` in the directory"));
        }
        return Ok(vec![person.clone()]);
    }
    let people = snapshot.directory.people().iter().filter(|person| new.audience.covers(person));
    let people: Vec<PersonId> = people.map(|person| person.id.clone()).collect();
    if people.is_empty() {
        return invalid(format!(
            "nobody in the directory belongs to {}; choose others",
            new.audience.words()
        ));
    }
    Ok(people)
}

/// Withdraw an assignment.
#[utoipa::path(post, path = "/training/assignments/{id}/withdrawal", tag = "training",
    params(("id" = Uuid, Path, description = "The assignment")), request_body = Withdrawal,
    responses((status = OK, body = AssignmentView)), extensions(("x-permission" = json!("manage_training"))))]
pub(crate) async fn withdraw_assignment(
    may: May<to::ManageTraining>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(given): Input<Withdrawal>,
) -> Result<Json<AssignmentView>, Problem> {
    let data = app.data(&may);
    let reason = kept::text(&given.reason, "reason")?;
    let Some(kept) = data.store.kept::<Assignment>(id).await? else {
        return Err(Problem::not_found("assignment", &id.to_string()));
    };
    let command = AssignmentCommand::Withdraw { by: may.actor().name.clone(), at: may.now(), reason };
    let next = kept.it.after(command).map_err(|refused| Problem::new(Kind::Conflict, refused.to_string()))?;
    let act = may.act("training.withdrawn", id).with(json!({ "state": next.state }));
    data.commit(Change::new(act).replace(&kept, &next), may.now()).await?;
    Ok(Json(shown(store::Kept { revision: kept.revision + 1, it: next, ..kept }, data)))
}

/// How everybody in the directory stands with policy, training and ladder.
#[utoipa::path(get, path = "/people/standing", tag = "training",
    responses((status = OK, body = Vec<PersonStanding>)), extensions(("x-permission" = json!("read_standing"))))]
pub(crate) async fn list_standing(
    may: May<to::ReadStanding>,
    State(app): State<App>,
) -> Result<Json<Vec<PersonStanding>>, Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let open = open(data, None).await?;
    let waiting = Which { state: Some("proposed".to_owned()), ..Which::default() };
    let waiting = data.store.all_kept::<ladder::Case>(&waiting).await?;
    let shown = |person: &model::Person| {
        let counts = Counts::of(person, &snapshot.standing, may.now());
        let mine: Vec<_> = open.iter().filter(|kept| kept.it.person == person.id).collect();
        let passed = counts.training.iter().filter(|(_, until)| may.now() < **until);
        PersonStanding {
            person: data.pseudonyms.of(&person.id),
            department: person.department.clone(),
            accepted_until: counts.accepted,
            passed: passed.map(|(module, _)| module.clone()).collect(),
            open: mine.iter().map(|kept| kept.it.module.clone()).collect(),
            overdue: mine.iter().filter(|kept| kept.it.due <= may.now()).count(),
            suspended_until: counts.suspended,
            cases: waiting.iter().filter(|kept| kept.it.person == person.id).count(),
        }
    };
    let mut people: Vec<PersonStanding> = snapshot.directory.people().iter().map(shown).collect();
    people.sort_by(|one, other| one.person.cmp(&other.person));
    Ok(Json(people))
}

/// The open assignments, of one module or of all.
async fn open(data: &Data, module: Option<&str>) -> Result<Vec<store::Kept<Assignment>>, Problem> {
    let which =
        Which { state: Some("open".to_owned()), subject: module.map(str::to_owned), ..Which::default() };
    Ok(data.store.all_kept::<Assignment>(&which).await?)
}
