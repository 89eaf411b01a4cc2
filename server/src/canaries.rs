//! Sends the policy's own examples through the live gate and compares what it decides with what the policy promises.

mod own; // those that operators define

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
};

use engine::{Engine, ExampleResult, HostPlan, Snapshot, run_examples};
use governance::{
    Act,
    canary::{CanaryResult, CanaryRun, Got, OwnCanary},
    incident::{Evidence, Incident, IncidentKind, Sign},
};
use model::{
    AccountKind, Activity, Approval, ClauseId, PersonFacts, Sensitive, Timestamp, ToolId, Verdict, Visibility,
};
use policy::Example;
use serde_json::{Value, json};
use store::{Change, CommitError, Kept, QueryError, Store, Which};
use uuid::Uuid;

use crate::incidents::Desk;

pub(crate) use own::{due, obstacle};

/// Most canaries that are sent for one clause.
const EACH: usize = 2;

/// A request that looks like a person's, and who that person is.
#[derive(Debug)]
pub struct Probe {
    /// The tool's host.
    pub host: String,
    /// The path that takes prompts.
    pub path: String,
    /// The body, JSON.
    pub body: Sensitive,
    /// What the gate is told of the synthetic person.
    pub person: PersonFacts,
    /// The tenant controls whose headers the request must carry when it goes on.
    pub tenants: Vec<String>,
}

/// Sends a probe through the gate; the error says in words why nothing was decided.
type Send = dyn Fn(Probe) -> Pin<Box<dyn Future<Output = Result<Verdict, String>> + std::marker::Send>>
    + std::marker::Send
    + Sync;

/// The way through the live gate.
#[derive(Clone)]
pub struct Prober(Arc<Send>);

impl Prober {
    /// Sends probes with `send`.
    pub fn new<F>(send: impl Fn(Probe) -> F + std::marker::Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Verdict, String>> + std::marker::Send + 'static,
    {
        Self(Arc::new(move |probe| Box::pin(send(probe))))
    }
}

impl fmt::Debug for Prober {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<way through the gate>")
    }
}

/// Canaries were not run, or what came of them was not kept.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] QueryError),
    /// What came of it was not kept.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// Sends every canary that fits what is decided now, keeps what came of it, and opens or extends the incident of each broken promise.
pub async fn run(
    store: &Store,
    engine: &Engine,
    prober: &Prober,
    by: &str,
    now: Timestamp,
) -> Result<CanaryRun, RunError> {
    let snapshot = engine.snapshot();
    let planned = plan(&snapshot, now);
    let tested: BTreeSet<&ClauseId> = planned.iter().map(|planned| &planned.clause).collect();
    let with_rule = snapshot.policy.clauses().iter().filter(|clause| clause.machine.is_some());
    let untested =
        with_rule.filter(|clause| !tested.contains(&clause.id)).map(|clause| clause.id.clone()).collect();
    let mut results = Vec::new();
    for planned in planned {
        results.push(planned.send(prober).await);
    }
    for canary in own::all(store).await? {
        results.push(own::send(&canary, &snapshot, prober, now).await);
    }
    let policy = snapshot.policy.version().to_string();
    let run = CanaryRun { at: now, policy, results, untested };
    keep(store, &run, by, now).await?;
    Ok(run)
}

/// Sends canaries that have a time of their own; what came of the others the latest time stays.
pub(crate) async fn run_own(
    store: &Store,
    engine: &Engine,
    prober: &Prober,
    canaries: &[Kept<OwnCanary>],
    now: Timestamp,
) -> Result<(), RunError> {
    let snapshot = engine.snapshot();
    let before = latest(store).await?;
    let (mut results, untested) = before.map(|run| (run.results, run.untested)).unwrap_or_default();
    for Kept { it: canary, .. } in canaries {
        let result = own::send(canary, &snapshot, prober, now).await;
        results.retain(|earlier| earlier.own != result.own);
        results.push(result);
    }
    let policy = snapshot.policy.version().to_string();
    keep(store, &CanaryRun { at: now, policy, results, untested }, "schedule", now).await
}

/// The latest run, if there was one.
pub async fn latest(store: &Store) -> Result<Option<CanaryRun>, QueryError> {
    let runs = store.all_kept::<CanaryRun>(&Which::default()).await?;
    Ok(runs.into_iter().next().map(|kept| kept.it))
}

async fn keep(store: &Store, run: &CanaryRun, by: &str, now: Timestamp) -> Result<(), RunError> {
    let passing = run.results.iter().filter(|result| result.passes()).count();
    let subject = format!("{} {passing}/{}", run.policy, run.results.len());
    let mut change = Change::new(Act::new("canaries.run", subject, by));
    // Of runs, the latest is kept; the audit log tells of all.
    change = match store.all_kept::<CanaryRun>(&Which::default()).await?.first() {
        Some(kept) => change.replace(kept, run),
        None => change.add(Uuid::now_v7(), run),
    };
    let mut desk = Desk::with(failures(store).await?);
    for (clause, result) in broken(run) {
        let sign = Sign::Canary {
            clause: clause.clone(),
            policy: run.policy.clone(),
            result: result.clone(),
            times: 1,
        };
        desk.note(Evidence { at: now, since: now, sign });
    }
    Ok(store.commit(desk.added_to(change), now).await?)
}

/// The incidents about promises that were not kept, the latest first: another failure of the same clause belongs to one.
pub(crate) async fn failures(store: &Store) -> Result<Vec<Kept<Incident>>, QueryError> {
    let which = Which { subject: Some(IncidentKind::Canary.as_str().to_owned()), ..Which::default() };
    store.all_kept(&which).await
}

/// One broken promise for each clause.
fn broken(run: &CanaryRun) -> BTreeMap<&ClauseId, &CanaryResult> {
    let failed = run.results.iter().filter(|result| !result.passes());
    failed.map(|result| (&result.clause, result)).collect()
}

struct Planned {
    clause: ClauseId,
    example: u32,
    tool: ToolId,
    expect: policy::Expectation,
    probe: Probe,
}

impl Planned {
    async fn send(self, prober: &Prober) -> CanaryResult {
        let Self { clause, example, tool, expect, probe } = self;
        let got = match (prober.0)(probe).await {
            Err(reason) => Got::Failed { reason },
            Ok(verdict) if expect.matches(&verdict).is_ok() => Got::Promised,
            Ok(verdict) => Got::Decided {
                action: verdict.action,
                clauses: verdict.duties.into_iter().map(|duty| duty.clause).collect(),
            },
        };
        CanaryResult { clause, example, own: None, tool, expected: expect.action, got }
    }
}

/// Examples whose promise holds in the surroundings that the live gate will find.
fn plan(snapshot: &Snapshot, now: Timestamp) -> Vec<Planned> {
    let mut planned = Vec::new();
    let mut sent = BTreeMap::<ClauseId, usize>::new();
    for result in run_examples(&snapshot.policy, snapshot) {
        let clause = snapshot.policy.clause(&result.clause);
        let example = clause.and_then(|clause| clause.examples.get(result.number));
        let many = sent.entry(result.clause.clone()).or_default();
        if *many >= EACH {
            continue;
        }
        if let Some(one) = example.and_then(|example| plan_one(snapshot, &result, example, now)) {
            *many += 1;
            planned.push(one);
        }
    }
    planned
}

fn plan_one(
    snapshot: &Snapshot,
    result: &ExampleResult,
    example: &Example,
    now: Timestamp,
) -> Option<Planned> {
    let plain = example.file.is_none()
        && example.on == Activity::Prompt
        && example.purpose.is_none()
        && !example.sandbox
        && example.visibility == Visibility::Content
        && example.exempt.is_empty();
    if !plain {
        return None;
    }
    let Way { host, path, dialect, account } = way(snapshot, &example.tool)?;
    let live = snapshot.approvals.get(&example.tool).map_or_else(Approval::default, |given| given.at(now));
    let mut facts = result.facts.clone();
    facts.account = account;
    facts.tool.state = live.state;
    facts.tool.approved_for = live.approved_for;
    example.expect.matches(&snapshot.policy.decide(&facts)).ok()?;
    let tenants = snapshot.settings.tenants.controls(&host).map(str::to_owned).collect();
    Some(Planned {
        clause: result.clause.clone(),
        example: u32::try_from(result.number + 1).unwrap_or(u32::MAX),
        tool: example.tool.clone(),
        expect: example.expect.clone(),
        probe: Probe {
            host,
            path,
            body: body(&dialect, example.says.reveal()),
            person: example.person.clone(),
            tenants,
        },
    })
}

/// Where a prompt to a tool goes.
struct Way {
    host: String,
    path: String,
    dialect: String,
    account: AccountKind,
}

/// A host and path of the tool that the gate opens and that take a prompt as JSON.
fn way(snapshot: &Snapshot, tool: &ToolId) -> Option<Way> {
    let tool = snapshot.catalog.tool(tool.as_str())?;
    let hosts = tool.hosts.iter().filter(|host| host.kind != catalog::HostKind::Wildcard);
    hosts.into_iter().find_map(|host| {
        let found = snapshot.catalog.lookup(&host.name)?;
        tool.endpoints.iter().find_map(|endpoint| {
            let path = filled(endpoint.path.as_str());
            let listed = found.endpoint("POST", &path)?;
            let fits = listed.activity == Activity::Prompt
                && DIALECTS.contains(&&*listed.dialect)
                && snapshot.host(&host.name) == HostPlan::Intercept;
            let (host, dialect) = (host.name.to_string(), listed.dialect.to_string());
            fits.then(|| Way { account: snapshot.account(&host, &path), host, path, dialect })
        })
    })
}

/// A path of the pattern's form: `canary` in place of what is in braces.
fn filled(pattern: &str) -> String {
    let mut path = String::new();
    for (number, piece) in pattern.split(['{', '}']).enumerate() {
        path.push_str(if number % 2 == 0 { piece } else { "canary" });
    }
    path
}

/// Wire formats that canaries are written in.
const DIALECTS: [&str; 4] = ["openai_chat", "anthropic", "chatgpt_web", "json"];

/// A request of one prompt.
fn body(dialect: &str, says: &str) -> Sensitive {
    let body: Value = match dialect {
        "openai_chat" | "anthropic" => {
            json!({ "model": "canary", "max_tokens": 16, "messages": [{ "role": "user", "content": says }] })
        }
        "chatgpt_web" => json!({
            "action": "next", "model": "canary",
            "messages": [{ "id": "1", "author": { "role": "user" },
                "content": { "content_type": "text", "parts": [says] } }],
        }),
        _ => json!({ "prompt": says }),
    };
    Sensitive::new(body.to_string())
}
