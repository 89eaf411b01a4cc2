use std::collections::BTreeSet;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use governance::{
    Comment, ContentHash, Draft, DraftCommand, DraftRefusal, DraftState, Opinion, Position, position,
};
use model::{PolicyVersion, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Role, Store, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::{App, Data},
    auth::{May, to},
    publication::{self, DOCUMENT, off_the_runtime},
    web::{
        input::{Input, Named, Params},
        problem::{Kind, Mistake, Problem, ProblemDetails},
    },
};

/// Longest name of a draft, in characters.
const LONGEST_NAME: usize = 80;

/// A policy that is being written, in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = Draft)]
pub(crate) struct DraftSummary {
    id: Uuid,
    name: String,
    /// Changes with every edit; edits name the one they start from.
    revision: u64,
    /// The SHA-256 of the document, to which approvals are bound.
    hash: String,
    /// The version in force that it started from.
    base: Option<PolicyVersion>,
    /// Whether that version is still in force.
    current: bool,
    author: String,
    writers: Vec<String>,
    changed_at: Timestamp,
    state: DraftStateWord,
    /// When it comes or came into force, or was withdrawn.
    at: Option<Timestamp>,
    /// Why it did not come into force when it should have.
    returned: Option<String>,
    /// The functions that approved exactly this.
    approved: Vec<String>,
    /// Comments that nobody has resolved.
    open_comments: usize,
}

/// Where a draft stands.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DraftState)]
pub(crate) enum DraftStateWord {
    /// It can be written in and reviewed.
    Open,
    /// It comes into force by itself.
    Scheduled,
    /// It came into force.
    Published,
    /// It was given up.
    Withdrawn,
}

/// A policy that is being written, with its document.
#[derive(Serialize, ToSchema)]
pub(crate) struct DraftDocument {
    #[serde(flatten)]
    draft: DraftSummary,
    /// The Markdown document.
    source: String,
}

/// A draft to begin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDraft {
    /// What to call it; the policy's name if left out.
    name: Option<String>,
    /// The Markdown document of a file to import: refused whole if it has mistakes. The policy in force if left out.
    source: Option<String>,
}

/// What a draft becomes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftEdit {
    /// The whole Markdown document; it may have mistakes.
    source: String,
    /// The revision that was edited; refused if somebody else edited it meanwhile.
    revision: u64,
    /// The version in force that it builds on from now on; as before if left out.
    base: Option<PolicyVersion>,
}

/// Which revision is meant.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfRevision {
    /// The revision that was seen.
    pub(crate) revision: u64,
}

/// List the drafts, the latest begun first.
#[utoipa::path(get, path = "/drafts", tag = "drafts",
    responses((status = OK, body = Vec<DraftSummary>)), extensions(("x-permission" = json!("review_policy"))))]
pub(crate) async fn list_drafts(
    may: May<to::ReviewPolicy>,
    State(app): State<App>,
) -> Result<Json<Vec<DraftSummary>>, Problem> {
    let data = reader(&may, &app)?;
    let mut drafts = Vec::new();
    for draft in data.store.all_kept::<Draft>(&Which::default()).await? {
        drafts.push(summary(data, &draft).await?);
    }
    Ok(Json(drafts))
}

/// Begin a draft: a copy of the policy in force, or an imported file.
#[utoipa::path(post, path = "/drafts", tag = "drafts", request_body = NewDraft,
    responses((status = CREATED, body = DraftDocument), (status = UNPROCESSABLE_ENTITY, body = ProblemDetails,
        content_type = "application/problem+json", description = "Every mistake in the imported file")),
    extensions(("x-permission" = json!("write_policy"))))]
pub(crate) async fn add_draft(
    may: May<to::WritePolicy>,
    State(app): State<App>,
    Input(new): Input<NewDraft>,
) -> Result<(StatusCode, Json<DraftDocument>), Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let (policy, source) = match new.source {
        None => (snapshot.policy.front().policy.clone(), snapshot.policy.source().to_owned()),
        Some(source) => (sound(data, source.clone()).await?, source),
    };
    let name = checked_name(new.name.unwrap_or(policy))?;
    let base = publication::in_force(data).await?;
    let draft = Draft::begin(name, source, Some(base), may.actor().account.clone());
    let id = Uuid::now_v7();
    let act = may.act("draft.begun", id).with(json!({ "name": draft.name, "hash": draft.hash() }));
    data.commit(Change::new(act).add(id, &draft), may.now()).await?;
    Ok((StatusCode::CREATED, Json(document(data, found(&data.store, id).await?).await?)))
}

/// Read a draft.
#[utoipa::path(get, path = "/drafts/{id}", tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft")),
    responses((status = OK, body = DraftDocument)), extensions(("x-permission" = json!("review_policy"))))]
pub(crate) async fn get_draft(
    may: May<to::ReviewPolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<Json<DraftDocument>, Problem> {
    let data = reader(&may, &app)?;
    Ok(Json(document(data, found(&data.store, id).await?).await?))
}

/// Export a draft as a Markdown file.
#[utoipa::path(get, path = "/drafts/{id}/source", tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft")),
    responses((status = OK, body = String, content_type = "text/markdown")),
    extensions(("x-permission" = json!("review_policy"))))]
pub(crate) async fn get_draft_source(
    may: May<to::ReviewPolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<impl IntoResponse, Problem> {
    let draft = found(&reader(&may, &app)?.store, id).await?;
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], draft.it.source))
}

/// Edit a draft. Approvals of what it was become void.
#[utoipa::path(put, path = "/drafts/{id}", tag = "drafts", request_body = DraftEdit,
    params(("id" = Uuid, Path, description = "The draft")),
    responses((status = OK, body = DraftDocument)), extensions(("x-permission" = json!("write_policy"))))]
pub(crate) async fn edit_draft(
    may: May<to::WritePolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(edit): Input<DraftEdit>,
) -> Result<Json<DraftDocument>, Problem> {
    let data = app.data(&may);
    let draft = seen(&data.store, id, edit.revision).await?;
    let command =
        DraftCommand::Edit { source: edit.source, by: may.actor().account.clone(), base: edit.base };
    let next = draft.it.clone().apply(command)?;
    if next != draft.it {
        let act = may.act("draft.edited", id).with(json!({ "hash": next.hash() }));
        data.commit(Change::new(act).replace(&draft, &next), may.now()).await?;
    }
    Ok(Json(document(data, found(&data.store, id).await?).await?))
}

/// Withdraw a draft; it stays readable.
#[utoipa::path(delete, path = "/drafts/{id}", tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft"), OfRevision),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("write_policy"))))]
pub(crate) async fn withdraw_draft(
    may: May<to::WritePolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Params(of): Params<OfRevision>,
) -> Result<StatusCode, Problem> {
    let data = app.data(&may);
    let draft = seen(&data.store, id, of.revision).await?;
    let next = draft.it.clone().apply(DraftCommand::Withdraw { at: may.now() })?;
    data.commit(Change::new(may.act("draft.withdrawn", id)).replace(&draft, &next), may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What drafts are read from, for those who write, audit or review policies.
pub(crate) fn reader<'a>(may: &May<to::ReviewPolicy>, app: &'a App) -> Result<&'a Data, Problem> {
    let actor = may.actor();
    if reads_drafts(actor.role, &actor.functions) {
        return Ok(app.data(may));
    }
    let detail = "drafts are read by those who write, audit or review policies; an administrator can let your account \
                  speak for a function, such as `legal`";
    Err(Problem::new(Kind::Forbidden, detail))
}

/// Whether an account sees drafts: by its role, or because it speaks for a function.
pub(crate) fn reads_drafts(role: Role, functions: &BTreeSet<String>) -> bool {
    matches!(role, Role::Administrator | Role::PolicyAuthor | Role::Auditor) || !functions.is_empty()
}

/// The draft of this id.
pub(crate) async fn found(store: &Store, id: Uuid) -> Result<Kept<Draft>, Problem> {
    store.kept(id).await?.ok_or_else(|| Problem::not_found("draft", &id.to_string()))
}

/// The draft of this id, if it is as its editor saw it.
pub(crate) async fn seen(store: &Store, id: Uuid, revision: u64) -> Result<Kept<Draft>, Problem> {
    let draft = found(store, id).await?;
    if draft.revision == revision {
        return Ok(draft);
    }
    let detail = format!(
        "somebody else changed this draft since you loaded it: you have revision {revision}, it is at {}; look at what \
         changed and save again. Nothing was overwritten",
        draft.revision
    );
    Err(Problem::new(Kind::Conflict, detail))
}

pub(crate) async fn document(data: &Data, draft: Kept<Draft>) -> Result<DraftDocument, Problem> {
    Ok(DraftDocument { draft: summary(data, &draft).await?, source: draft.it.source })
}

pub(crate) async fn summary(data: &Data, draft: &Kept<Draft>) -> Result<DraftSummary, Problem> {
    let opinions = publication::opinions(&data.store, draft.id).await?;
    let open =
        Which { subject: Some(draft.id.to_string()), state: Some("open".to_owned()), ..Which::default() };
    let (hash, it) = (draft.it.hash(), &draft.it);
    let (state, at, returned) = told(&it.state);
    Ok(DraftSummary {
        id: draft.id,
        name: it.name.clone(),
        revision: draft.revision,
        current: it.base.as_ref() == Some(&publication::in_force(data).await?),
        base: it.base.clone(),
        author: it.author.clone(),
        writers: it.writers.iter().cloned().collect(),
        changed_at: draft.changed_at,
        state,
        at,
        returned,
        approved: approved(&opinions, &hash, &it.writers),
        hash: hash.to_string(),
        open_comments: data.store.all_kept::<Comment>(&open).await?.len(),
    })
}

fn told(state: &DraftState) -> (DraftStateWord, Option<Timestamp>, Option<String>) {
    match state {
        DraftState::Open { returned } => (DraftStateWord::Open, None, returned.clone()),
        DraftState::Scheduled { at, .. } => (DraftStateWord::Scheduled, Some(*at), None),
        DraftState::Published { at, .. } => (DraftStateWord::Published, Some(*at), None),
        DraftState::Withdrawn { at } => (DraftStateWord::Withdrawn, Some(*at), None),
    }
}

fn approved(opinions: &[Opinion], hash: &ContentHash, writers: &BTreeSet<String>) -> Vec<String> {
    let functions: BTreeSet<&String> = opinions.iter().map(|opinion| &opinion.function).collect();
    let approved = functions
        .into_iter()
        .filter(|function| matches!(position(function, opinions, hash, writers), Position::Approved(_)));
    approved.cloned().collect()
}

/// The policy's name, if the document has no mistakes.
pub(crate) async fn sound(data: &Data, source: String) -> Result<String, Problem> {
    let snapshot = data.engine.snapshot();
    let compiled = off_the_runtime(move || {
        let words = engine::taxonomy(&snapshot.detectors, &snapshot.catalog);
        policy::compile(DOCUMENT, &source, &words)
    });
    Ok(compiled.await?.map_err(mistaken)?.front().policy.clone())
}

/// Every mistake of a document that is refused whole.
pub(crate) fn mistaken(mistakes: impl IntoIterator<Item = policy::Mistake>) -> Problem {
    let errors: Vec<Mistake> = mistakes
        .into_iter()
        .map(|mistake| Mistake {
            line: mistake.place.line,
            column: mistake.place.column,
            message: mistake.message,
            remedy: Some(mistake.remedy),
        })
        .collect();
    let what = match errors.len() {
        1 => "a mistake".to_owned(),
        count => format!("{count} mistakes"),
    };
    let detail = format!("the policy has {what}, listed in `errors`; nothing has changed");
    Problem::new(Kind::PolicyMistakes, detail).with_errors(errors)
}

fn checked_name(name: String) -> Result<String, Problem> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        let detail = format!("a draft's name has 1 to {LONGEST_NAME} characters");
        return Err(Problem::new(Kind::Invalid, detail));
    }
    Ok(name.to_owned())
}

impl From<DraftRefusal> for Problem {
    fn from(refusal: DraftRefusal) -> Self {
        Self::new(Kind::Conflict, refusal.to_string())
    }
}
