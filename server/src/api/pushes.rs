use axum::{Json, extract::State};
use engine::taxonomy;
use governance::{ContentHash, Draft, DraftCommand, Way};
use model::PolicyVersion;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Store, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    differences::{Differences, differences},
    drafts::{mistaken, sound},
    policy::{LintNotice, lint_notice},
    reviews::{GateCheck, gate_checks},
};
use crate::{
    app::{App, Data},
    auth::{May, to},
    publication::{self, DOCUMENT, Submission, case, off_the_runtime},
    web::{
        input::Input,
        problem::{Problem, ProblemDetails},
    },
};

/// A policy file out of a repository.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Push {
    /// The Markdown document.
    source: String,
    /// The hash of the draft that may be overwritten although it was changed in the console since the last push.
    replaces: Option<String>,
}

/// What a push came to.
#[derive(Serialize, ToSchema)]
pub(crate) struct Pushed {
    draft: Uuid,
    /// The policy's name, which is the draft's.
    name: String,
    outcome: PushOutcome,
    hash: String,
    /// What someone should look at.
    notices: Vec<LintNotice>,
    differences: Differences,
    checks: Vec<GateCheck>,
}

/// What became of the draft.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PushOutcome {
    /// It was begun.
    Begun,
    /// It was changed; approvals of what it was are void.
    Changed,
    /// It was that already.
    Unchanged,
}

/// Make a draft of a file, or update the one that was made of it before. With mistakes it is refused whole.
#[utoipa::path(post, path = "/drafts/push", tag = "drafts", request_body = Push,
    responses((status = OK, body = Pushed), (status = UNPROCESSABLE_ENTITY, body = ProblemDetails,
        content_type = "application/problem+json", description = "Every mistake in the file")),
    extensions(("x-permission" = json!("write_policy"))))]
pub(crate) async fn push_draft(
    may: May<to::WritePolicy>,
    State(app): State<App>,
    Input(push): Input<Push>,
) -> Result<Json<Pushed>, Problem> {
    let data = app.data(&may);
    let name = sound(data, push.source.clone()).await?;
    let base = publication::in_force(data).await?;
    let (id, outcome) = match pushed_before(&data.store, &name).await? {
        Some(draft) => (draft.id, update(&may, data, &draft, push, base).await?),
        None => {
            let draft = Draft::push(name, push.source, Some(base), may.actor().account.clone());
            let id = Uuid::now_v7();
            let act = may.act("draft.begun", id).with(json!({ "hash": draft.hash(), "pushed": true }));
            data.commit(Change::new(act).add(id, &draft), may.now()).await?;
            (id, PushOutcome::Begun)
        }
    };
    report(&may, data, id, outcome).await
}

/// The open draft that this policy was pushed to before, the latest if there are several.
async fn pushed_before(store: &Store, name: &str) -> Result<Option<Kept<Draft>>, Problem> {
    let which = Which { subject: Some(name.to_owned()), state: Some("open".to_owned()), ..Which::default() };
    let drafts = store.all_kept::<Draft>(&which).await?;
    Ok(drafts.into_iter().find(|draft| draft.it.pushed.is_some()))
}

async fn update(
    may: &May<to::WritePolicy>,
    data: &Data,
    draft: &Kept<Draft>,
    push: Push,
    base: PolicyVersion,
) -> Result<PushOutcome, Problem> {
    let before = draft.it.hash();
    let command = DraftCommand::Push {
        source: push.source,
        by: may.actor().account.clone(),
        base: Some(base),
        replaces: push.replaces.map(ContentHash::given),
    };
    let next = draft.it.clone().apply(command)?;
    if next == draft.it {
        return Ok(PushOutcome::Unchanged);
    }
    let act = may.act("draft.edited", draft.id).with(json!({ "hash": next.hash(), "pushed": true }));
    data.commit(Change::new(act).replace(draft, &next), may.now()).await?;
    Ok(if next.hash() == before { PushOutcome::Unchanged } else { PushOutcome::Changed })
}

async fn report(
    may: &May<to::WritePolicy>,
    data: &Data,
    id: Uuid,
    outcome: PushOutcome,
) -> Result<Json<Pushed>, Problem> {
    let draft = super::drafts::found(&data.store, id).await?;
    let submission = Submission {
        source: &draft.it.source,
        base: draft.it.base.as_ref(),
        draft: Some(&draft),
        way: &Way::Reviewed,
    };
    let case = case(data, &submission).await?;
    let checks = gate_checks(&case.gate);
    let Some(policy) = case.examined.policy else { return Err(mistaken(case.examined.mistakes)) };
    let (snapshot, source, now) = (data.engine.snapshot(), draft.it.source.clone(), may.now());
    let (notices, differences) = off_the_runtime(move || {
        let words = taxonomy(&snapshot.detectors, &snapshot.catalog);
        let notices = policy::lint_on(DOCUMENT, &source, &words, Some(now));
        (notices, differences(&snapshot.policy, &policy))
    })
    .await?;
    Ok(Json(Pushed {
        draft: id,
        name: draft.it.name,
        outcome,
        hash: case.hash.to_string(),
        notices: notices.into_iter().map(lint_notice).collect(),
        differences,
        checks,
    }))
}
