//! The policy as employees meet it: what changed, what they may do, that they have read it.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use engine::taxonomy;
use governance::attestation::Reading;
use model::{Action, ClauseId, PolicyVersion};
use policy::{
    Policy,
    analysis::compare,
    guide::{self, Asked, Guide, Tree},
};
use serde::{Deserialize, Serialize};
use store::Change;
use tokio::task;
use utoipa::ToSchema;

use super::mine::me;
use crate::{
    app::{App, Data},
    auth::{May, to},
    standing::theirs,
    web::{
        input::Input,
        problem::{Kind, Problem},
    },
};

/// What the policy says of ordinary work, computed from its rules.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyGuide {
    version: String,
    /// What an employee may send where.
    table: Vec<GuideCell>,
    /// The same as questions; exact for every situation that the table has.
    tree: GuideTree,
}

/// One situation.
#[derive(Serialize, ToSchema)]
pub(crate) struct GuideCell {
    data: String,
    tool: String,
    account: String,
    action: Action,
    advice: &'static str,
    clause: Option<ClauseId>,
}

/// A question, or what somebody is told in the end.
#[derive(Serialize, ToSchema)]
pub(crate) struct GuideTree {
    /// What is asked; none at an end.
    question: Option<&'static str>,
    /// Where answers lead.
    branches: Vec<GuideBranch>,
    /// What the policy says; none at a question.
    action: Option<Action>,
    advice: Option<&'static str>,
    clauses: Vec<ClauseId>,
}

/// Answers that lead to the same place.
#[derive(Serialize, ToSchema)]
pub(crate) struct GuideBranch {
    answers: Vec<String>,
    #[schema(no_recursion)]
    to: GuideTree,
}

/// What changed since I have read the policy.
#[derive(Serialize, ToSchema)]
pub(crate) struct Changes {
    /// The version that I have read last; none if I never have, or its text is not kept.
    since: Option<String>,
    /// The version in force.
    version: String,
    /// What the rules do otherwise, in words.
    sentences: Vec<ChangeSentence>,
    /// Clauses that are new, gone or say something else.
    clauses: Vec<ChangedClause>,
}

/// A difference between what two versions do.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeSentence {
    from: Action,
    to: Action,
    /// Which exchanges.
    sentence: String,
}

/// A clause that changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangedClause {
    id: ClauseId,
    title: String,
    change: ClauseChange,
}

/// What became of a clause.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClauseChange {
    Added,
    Removed,
    Changed,
}

/// That I have read a version.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReading {
    /// The version that was shown.
    policy: PolicyVersion,
}

/// What the policy says of ordinary work, as a table and as questions.
#[utoipa::path(get, path = "/policy/guide", tag = "policy",
    responses((status = OK, body = PolicyGuide)), extensions(("x-permission" = json!("read_policy"))))]
pub(crate) async fn get_policy_guide(
    may: May<to::ReadPolicy>,
    State(app): State<App>,
) -> Result<Json<PolicyGuide>, Problem> {
    let policy = Arc::clone(&app.data(&may).engine.snapshot().policy);
    let made = task::spawn_blocking(move || {
        let guide = Guide::of(&policy);
        let tree = shown(&guide::tree(&policy), &guide);
        PolicyGuide { version: policy.version().to_string(), table: cells(&policy), tree }
    });
    made.await.map(Json).map_err(|error| Problem::internal("make the guide", &error))
}

fn cells(policy: &Policy) -> Vec<GuideCell> {
    let cells = guide::table(policy).into_iter().map(|cell| GuideCell {
        data: cell.data,
        tool: cell.tool,
        account: cell.account,
        action: cell.action,
        advice: guide::advice(cell.action),
        clause: cell.clause,
    });
    cells.collect()
}

fn shown(tree: &Tree, guide: &Guide<'_>) -> GuideTree {
    match tree {
        Tree::Told(action, clauses) => GuideTree {
            question: None,
            branches: Vec::new(),
            action: Some(*action),
            advice: Some(guide::advice(*action)),
            clauses: clauses.iter().cloned().collect(),
        },
        Tree::Ask(asked, branches) => GuideTree {
            question: Some(asked.question()),
            branches: branches.iter().map(|branch| branched(branch, *asked, guide)).collect(),
            action: None,
            advice: None,
            clauses: Vec::new(),
        },
    }
}

fn branched(branch: &guide::Branch, asked: Asked, guide: &Guide<'_>) -> GuideBranch {
    let answers = branch.answers.iter().map(|answer| guide.answer(asked, *answer)).collect();
    GuideBranch { answers, to: shown(&branch.to, guide) }
}

/// What changed in the policy since I have read it.
#[utoipa::path(get, path = "/mine/changes", tag = "mine",
    responses((status = OK, body = Changes)), extensions(("x-permission" = json!("take_part"))))]
pub(crate) async fn get_my_changes(
    may: May<to::TakePart>,
    State(app): State<App>,
) -> Result<Json<Changes>, Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let me = me(&may, &snapshot)?;
    let read = theirs::<Reading>(&data.store, &me.id).await?.into_iter().next().map(|kept| kept.it.policy);
    let now = Arc::clone(&snapshot.policy);
    let then = match read {
        Some(version) if version != *now.version() => compiled(data, &version).await?,
        Some(_) => Some(Arc::clone(&now)),
        None => None,
    };
    let told = task::spawn_blocking(move || changes(then.as_deref(), &now));
    told.await.map(Json).map_err(|error| Problem::internal("compare two versions of the policy", &error))
}

/// A version that was in force, if its text is kept and still compiles.
pub(crate) async fn compiled(data: &Data, version: &PolicyVersion) -> Result<Option<Arc<Policy>>, Problem> {
    let snapshot = data.engine.snapshot();
    if snapshot.policy.version() == version {
        return Ok(Some(Arc::clone(&snapshot.policy)));
    }
    let Some(source) = data.store.policy_source(version).await? else { return Ok(None) };
    let compiled = task::spawn_blocking(move || {
        let words = taxonomy(&snapshot.detectors, &snapshot.catalog);
        policy::compile("policy.md", &source, &words).ok().map(Arc::new)
    });
    compiled.await.map_err(|error| Problem::internal("compile an earlier policy", &error))
}

fn changes(then: Option<&Policy>, now: &Policy) -> Changes {
    let sentences = then.map(|then| compare(then, now)).unwrap_or_default();
    let sentences = sentences.into_iter().map(|change| ChangeSentence {
        from: change.from,
        to: change.to,
        sentence: change.sentence,
    });
    Changes {
        since: then.map(|then| then.version().to_string()),
        version: now.version().to_string(),
        sentences: sentences.collect(),
        clauses: then.map(|then| changed_clauses(then, now)).unwrap_or_default(),
    }
}

fn changed_clauses(then: &Policy, now: &Policy) -> Vec<ChangedClause> {
    let entry = |clause: &policy::Clause, change| ChangedClause {
        id: clause.id.clone(),
        title: clause.title.clone(),
        change,
    };
    let here = now.clauses().iter().filter_map(|clause| match then.clause(&clause.id) {
        None => Some(entry(clause, ClauseChange::Added)),
        Some(old) if governance::of_clause(old) != governance::of_clause(clause) => {
            Some(entry(clause, ClauseChange::Changed))
        }
        Some(_) => None,
    });
    let gone = then.clauses().iter().filter(|clause| now.clause(&clause.id).is_none());
    here.chain(gone.map(|clause| entry(clause, ClauseChange::Removed))).collect()
}

/// Note which version I have read, so that I am told what changes later.
#[utoipa::path(post, path = "/mine/readings", tag = "mine", request_body = NewReading,
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("take_part"))))]
pub(crate) async fn add_reading(
    may: May<to::TakePart>,
    State(app): State<App>,
    Input(new): Input<NewReading>,
) -> Result<StatusCode, Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let me = me(&may, &snapshot)?;
    in_force(&new.policy, snapshot.policy.version())?;
    let reading = Reading { person: me.id.clone(), policy: new.policy, at: may.now() };
    let change = Change::new(may.act("policy.read", &reading.policy));
    let change = match theirs::<Reading>(&data.store, &me.id).await?.into_iter().next() {
        Some(kept) if kept.it.policy == reading.policy => return Ok(StatusCode::NO_CONTENT),
        Some(kept) => change.replace(&kept, &reading),
        None => change.add(governance::id_of(&format!("reading\n{}", me.id)), &reading),
    };
    data.commit(change, may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was read must be what is in force: nobody accepts what they have not seen.
pub(crate) fn in_force(shown: &PolicyVersion, current: &PolicyVersion) -> Result<(), Problem> {
    if shown == current {
        return Ok(());
    }
    let detail = format!("the policy in force is now `{current}`, not `{shown}`; read it, then try again");
    Err(Problem::new(Kind::Conflict, detail))
}
