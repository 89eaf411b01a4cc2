use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use axum::{Json, extract::State};
use catalog::Inspection;
use engine::{Snapshot, run_examples};
use governance::{
    Answers, ClauseEvidence, ControlEvidence, Coverage, Framework, Passing, PeopleCoverage, ToolCoverage,
    Upheld,
    training::{Library, Module},
};
use model::{Activity, ClauseId, Person, Timestamp, ToolId, Visibility};
use serde::Serialize;
use store::{InspectionCount, Span};
use tokio::task;
use utoipa::ToSchema;

use crate::{
    app::{App, Data},
    auth::{May, to},
    canaries,
    web::problem::Problem,
};

/// How far back it is counted what was inspected.
const LOOKED_BACK: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What shows that the policy holds.
#[derive(Serialize, ToSchema)]
pub(crate) struct Evidence {
    /// The version of the policy in force.
    policy: String,
    clauses: Vec<ClauseEvidence>,
    people: PeopleCoverage,
}

/// A framework with the clauses that serve its points.
#[derive(Serialize, ToSchema)]
pub(crate) struct FrameworkEvidence {
    id: String,
    name: String,
    title: String,
    /// Where its text is.
    source: String,
    /// Whether and since when it applies, and what must be checked.
    status: String,
    controls: Vec<ControlEvidence>,
}

/// What shows that each clause holds, and how many people know the policy.
#[utoipa::path(get, path = "/evidence", tag = "evidence",
    responses((status = OK, body = Evidence)), extensions(("x-permission" = json!("read_evidence"))))]
pub(crate) async fn list_clause_evidence(
    may: May<to::ReadEvidence>,
    State(app): State<App>,
) -> Result<Json<Evidence>, Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    Ok(Json(Evidence {
        policy: snapshot.policy.version().to_string(),
        clauses: clauses(data, may.now()).await?,
        people: people(&snapshot, may.now()),
    }))
}

/// What of the last 30 days' exchanges was inspected, and what was not.
#[utoipa::path(get, path = "/evidence/coverage", tag = "evidence",
    responses((status = OK, body = Coverage)), extensions(("x-permission" = json!("read_evidence"))))]
pub(crate) async fn get_coverage(
    may: May<to::ReadEvidence>,
    State(app): State<App>,
) -> Result<Json<Coverage>, Problem> {
    coverage(app.data(&may), may.now()).await.map(Json)
}

/// The frameworks, with what serves each of their points.
#[utoipa::path(get, path = "/evidence/frameworks", tag = "evidence",
    responses((status = OK, body = Vec<FrameworkEvidence>)),
    extensions(("x-permission" = json!("read_evidence"))))]
pub(crate) async fn list_frameworks(
    may: May<to::ReadEvidence>,
    State(app): State<App>,
) -> Result<Json<Vec<FrameworkEvidence>>, Problem> {
    let snapshot = app.data(&may).engine.snapshot();
    let shown = |framework: Framework| FrameworkEvidence {
        controls: framework
            .controls
            .iter()
            .map(|control| ControlEvidence::of(control, &snapshot.policy))
            .collect(),
        id: framework.id,
        name: framework.name,
        title: framework.title,
        source: framework.source,
        status: framework.status,
    };
    Ok(Json(frameworks()?.into_iter().map(shown).collect()))
}

pub(super) fn frameworks() -> Result<Vec<Framework>, Problem> {
    Framework::shipped().map_err(|error| Problem::internal("read the frameworks", &error))
}

/// What shows that each clause of the policy in force holds.
pub(super) async fn clauses(data: &Data, now: Timestamp) -> Result<Vec<ClauseEvidence>, Problem> {
    let snapshot = data.engine.snapshot();
    let policy = &snapshot.policy;
    let ids: Vec<ClauseId> = policy.clauses().iter().map(|clause| clause.id.clone()).collect();
    let last = data.store.last_applied(&ids).await?;
    let counts = data.store.clause_counts(now).await?;
    let mut exceptions = BTreeMap::<ClauseId, u64>::new();
    for exception in data.store.open_exceptions(now).await? {
        *exceptions.entry(exception.clause).or_default() += 1;
    }
    let tested = data.engine.snapshot();
    let results = task::spawn_blocking(move || run_examples(&tested.policy, &tested)).await;
    let results = results.map_err(|error| Problem::internal("run the examples", &error))?;
    let frameworks = frameworks()?;
    let run = canaries::latest(&data.store).await?;
    let canaries = run.map(|run| run.results).unwrap_or_default();
    let knowing = Knowing::of(&snapshot, now);
    let shown = policy.clauses().iter().map(|clause| {
        let examples = results.iter().filter(|result| result.clause == clause.id);
        let passing = examples.clone().filter(|result| result.difference.is_none()).count() as u64;
        ClauseEvidence {
            id: clause.id.clone(),
            title: clause.title.clone(),
            section: clause
                .section
                .and_then(|at| policy.sections().get(at))
                .map(|section| section.title.clone())
                .unwrap_or_default(),
            upheld_by: upheld_by(clause),
            action: clause.action(),
            severity: clause.severity(),
            labels: clause.labels(),
            last_triggered: last.get(&clause.id).copied(),
            week: counts.get(&clause.id).map_or(0, |counts| counts.week),
            examples: Passing { passing, total: examples.count() as u64 },
            canaries: Passing {
                passing: canaries.iter().filter(|sent| sent.clause == clause.id && sent.passes()).count()
                    as u64,
                total: canaries.iter().filter(|sent| sent.clause == clause.id).count() as u64,
            },
            trained: knowing.trained_in(clause),
            attested: knowing.attested(),
            open_exceptions: exceptions.get(&clause.id).copied().unwrap_or_default(),
            serves: serves(&frameworks, clause),
        }
    });
    Ok(shown.collect())
}

fn serves(frameworks: &[Framework], clause: &policy::Clause) -> BTreeMap<String, Vec<String>> {
    let points = frameworks.iter().map(|framework| {
        let fits = |control: &&governance::Control| control.clauses.iter().any(|kind| kind.fits(clause));
        let ids = framework.controls.iter().filter(fits).map(|control| control.id.clone());
        (framework.id.clone(), ids.collect::<Vec<_>>())
    });
    points.filter(|(_, ids)| !ids.is_empty()).collect()
}

/// A clause without a rule is upheld by training if its id says that it is about training.
fn upheld_by(clause: &policy::Clause) -> Upheld {
    match clause.machine {
        Some(_) => Upheld::Rule,
        None if clause.id.as_str().starts_with("TRAIN-") => Upheld::Training,
        None => Upheld::People,
    }
}

/// What each of the people has learned and accepted.
struct Knowing<'a>(Vec<(&'a Person, BTreeSet<String>, Acceptance)>);

/// Whether somebody's acceptance of the policy counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Acceptance {
    Counts,
    Missing,
}

impl<'a> Knowing<'a> {
    fn of(snapshot: &'a Snapshot, now: Timestamp) -> Self {
        let known = |person| {
            let accepted =
                if is_attested(snapshot, person, now) { Acceptance::Counts } else { Acceptance::Missing };
            (person, modules(snapshot, person, now), accepted)
        };
        Self(snapshot.directory.people().iter().map(known).collect())
    }

    fn trained_in(&self, clause: &policy::Clause) -> Passing {
        let teaching: Vec<&Module> =
            Library::builtin().modules().filter(|module| module.teaches(clause)).collect();
        let mut count = Passing::default();
        for (person, passed, _) in &self.0 {
            let mut theirs = teaching.iter().filter(|module| module.audience.covers(person)).peekable();
            if theirs.peek().is_some() {
                count.total += 1;
                count.passing += u64::from(theirs.all(|module| passed.contains(&module.id)));
            }
        }
        count
    }

    fn attested(&self) -> Passing {
        let accepted = self.0.iter().filter(|(_, _, accepted)| *accepted == Acceptance::Counts);
        Passing { passing: accepted.count() as u64, total: self.0.len() as u64 }
    }
}

/// How many of the people know the policy at `now`.
pub(super) fn people(snapshot: &Snapshot, now: Timestamp) -> PeopleCoverage {
    let people = snapshot.directory.people();
    let mut trained = BTreeMap::<String, u64>::new();
    for person in people {
        for module in modules(snapshot, person, now) {
            *trained.entry(module).or_default() += 1;
        }
    }
    let attested = people.iter().filter(|person| is_attested(snapshot, person, now)).count() as u64;
    PeopleCoverage { people: people.len() as u64, attested, trained }
}

fn is_attested(snapshot: &Snapshot, person: &Person, now: Timestamp) -> bool {
    let earned = snapshot.standing.of(&person.id).and_then(|earned| earned.attested_until);
    [person.attested_until, earned].into_iter().flatten().any(|until| now < until)
}

fn modules(snapshot: &Snapshot, person: &Person, now: Timestamp) -> BTreeSet<String> {
    let earned = snapshot.standing.of(&person.id).map(|earned| &earned.training);
    let all = person.training.iter().chain(earned.into_iter().flatten());
    all.filter(|(_, until)| now < **until).map(|(module, _)| module.clone()).collect()
}

/// What of the exchanges before `now` was inspected.
pub(super) async fn coverage(data: &Data, now: Timestamp) -> Result<Coverage, Problem> {
    let span = Span { from: now.minus(LOOKED_BACK), to: now.plus(Duration::from_millis(1)) };
    let counts = data.store.inspection(span).await?;
    Ok(covered(&data.engine.snapshot(), &counts, now))
}

fn covered(snapshot: &Snapshot, counts: &[InspectionCount], now: Timestamp) -> Coverage {
    let whole = |count: &InspectionCount| {
        count.uninspected.is_none() && count.visibility == Visibility::Content.as_str()
    };
    let mut uninspected = BTreeMap::<String, u64>::new();
    let mut tools = BTreeMap::<&ToolId, ToolCoverage>::new();
    let mut seen = BTreeSet::new();
    for count in counts {
        let tool = tools.entry(&count.tool).or_insert_with(|| ToolCoverage {
            tool: count.tool.clone(),
            exchanges: 0,
            uninspected: 0,
        });
        tool.exchanges += count.exchanges;
        if count.visibility != Visibility::Name.as_str() {
            seen.insert(&count.tool);
        }
        if !whole(count) {
            tool.uninspected += count.exchanges;
            let reason = count.uninspected.clone().unwrap_or_else(|| format!("{}_only", count.visibility));
            *uninspected.entry(reason).or_default() += count.exchanges;
        }
    }
    let by_name_only =
        tools.keys().filter(|tool| !seen.contains(*tool)).map(|tool| (*tool).clone()).collect();
    let exchanges: u64 = counts.iter().map(|count| count.exchanges).sum();
    let mut partly: Vec<_> = tools.into_values().filter(|tool| tool.uninspected > 0).collect();
    partly.sort_by_key(|tool| std::cmp::Reverse(tool.uninspected));
    let pinned = snapshot.catalog.tools().iter().filter(|tool| {
        !tool.hosts.is_empty() && tool.hosts.iter().all(|host| host.inspection == Inspection::Pinned)
    });
    let policy = &snapshot.policy;
    Coverage {
        from: now.minus(LOOKED_BACK),
        to: now,
        exchanges,
        inspected: exchanges - uninspected.values().sum::<u64>(),
        uninspected,
        tools: partly,
        by_name_only,
        pass_through: snapshot.settings.pass_through.clone(),
        pinned: pinned.map(|tool| tool.id.clone()).collect(),
        answers: if policy.restrains(Activity::Receive) { Answers::Inspected } else { Answers::NotInspected },
        by_people: policy
            .clauses()
            .iter()
            .filter(|clause| clause.machine.is_none())
            .map(|clause| clause.id.clone())
            .collect(),
    }
}
