use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use governance::{
    Lifecycle,
    audit::hex,
    reveal::{Reveal, RevealCommand, RevealRefused, RevealState, Word},
};
use http::header;
use model::{ExchangeId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{CaptureOutline, Change, Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{May, to},
    kept::{self, text},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// What is known of an exchange's content that was captured, without opening it.
#[derive(Serialize, ToSchema)]
pub(crate) struct CapturedContent {
    /// Until when it is kept.
    until: Timestamp,
    /// Bytes that were captured, and of how many.
    bytes: u64,
    whole: u64,
}

impl From<CaptureOutline> for CapturedContent {
    fn from(outline: CaptureOutline) -> Self {
        Self { until: outline.until, bytes: outline.bytes, whole: outline.whole }
    }
}

/// A request to see what an exchange held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReveal {
    /// Why it has to be seen, for example an incident's number.
    reason: String,
}

/// What somebody decides about such a request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevealDecision {
    /// The revision that was looked at.
    revision: u64,
    /// What is decided.
    decide: RevealDecided,
    /// Why.
    reason: String,
}

/// What is decided about a reveal.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RevealDecided {
    /// Agree; must be somebody else than who asked.
    Grant,
    /// Do not agree; must be somebody else than who asked.
    Decline,
    /// Take it back; must be who asked.
    Withdraw,
}

/// How a reveal stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RevealStanding {
    /// Waits for somebody else.
    Asked,
    /// Both people may fetch it.
    Granted,
    /// Somebody else did not agree.
    Declined,
    /// Taken back.
    Withdrawn,
}

/// A request to see what an exchange held, and what became of it.
#[derive(Serialize, ToSchema)]
#[schema(as = Reveal)]
pub(crate) struct ShownReveal {
    id: Uuid,
    revision: u64,
    exchange: ExchangeId,
    asked: Word,
    state: RevealStanding,
    /// What was decided, by whom and why.
    decided: Option<Word>,
    /// Until when those two may fetch it.
    fetched_until: Option<Timestamp>,
    /// Whether whoever asks for this list may decide.
    yours_to_decide: bool,
    /// Whether they may fetch it now.
    yours_to_fetch: bool,
}

/// List the requests to see what exchanges held, the latest first.
#[utoipa::path(get, path = "/reveals", tag = "evidence",
    responses((status = OK, body = Vec<ShownReveal>)), extensions(("x-permission" = json!("reveal_evidence"))))]
pub(crate) async fn list_reveals(
    may: May<to::RevealEvidence>,
    State(app): State<App>,
) -> Result<Json<Vec<ShownReveal>>, Problem> {
    let all = app.data(&may).store.all_kept::<Reveal>(&Which::default()).await?;
    Ok(Json(all.into_iter().map(|kept| shown(kept, &may)).collect()))
}

/// Ask to see what an exchange held; somebody else has to agree.
#[utoipa::path(post, path = "/exchanges/{id}/reveals", tag = "evidence", request_body = NewReveal,
    params(("id" = ExchangeId, Path, description = "The exchange")),
    responses((status = CREATED, body = ShownReveal)), extensions(("x-permission" = json!("reveal_evidence"))))]
pub(crate) async fn ask_reveal(
    may: May<to::RevealEvidence>,
    State(app): State<App>,
    Named(exchange): Named<ExchangeId>,
    Input(new): Input<NewReveal>,
) -> Result<(StatusCode, Json<ShownReveal>), Problem> {
    may.session()?;
    let data = app.data(&may);
    let asked = word(&may, &new.reason)?;
    let Some(outline) = data.store.capture_outline(exchange).await? else {
        return Err(Problem::not_found("captured content of exchange", &exchange.to_string()));
    };
    let id = Uuid::now_v7();
    let act = may.act("evidence.asked", exchange).with(json!({ "reveal": id, "reason": asked.reason }));
    let reveal = Reveal { exchange, person: outline.person, asked, state: RevealState::Asked };
    data.store.commit(Change::new(act).add(id, &reveal), may.now()).await?;
    Ok((StatusCode::CREATED, Json(shown(kept::found::<Reveal>(&data.store, id).await?, &may))))
}

/// Agree to a reveal, decline it, or take it back.
#[utoipa::path(post, path = "/reveals/{id}/decision", tag = "evidence", request_body = RevealDecision,
    params(("id" = Uuid, Path, description = "The request")),
    responses((status = OK, body = ShownReveal)), extensions(("x-permission" = json!("reveal_evidence"))))]
pub(crate) async fn decide_reveal(
    may: May<to::RevealEvidence>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(decision): Input<RevealDecision>,
) -> Result<Json<ShownReveal>, Problem> {
    may.session()?;
    let data = app.data(&may);
    let kept = kept::seen::<Reveal>(&data.store, id, decision.revision).await?;
    let word = word(&may, &decision.reason)?;
    let reason = word.reason.clone();
    let (command, what) = match decision.decide {
        RevealDecided::Grant => (RevealCommand::Grant(word), "evidence.granted"),
        RevealDecided::Decline => (RevealCommand::Decline(word), "evidence.declined"),
        RevealDecided::Withdraw => (RevealCommand::Withdraw(word), "evidence.withdrawn"),
    };
    let next = kept.it.after(command, may.actor().person.as_ref()).map_err(refused)?;
    let act = may.act(what, kept.it.exchange).with(json!({ "reveal": id, "reason": reason }));
    data.store.commit(Change::new(act).replace(&kept, &next), may.now()).await?;
    Ok(Json(shown(kept::found::<Reveal>(&data.store, id).await?, &may)))
}

/// What the exchange held, still encrypted: `bylaw evidence open` opens it where the private key is. Each time is an entry in
/// the audit log, made before the first byte is handed out.
#[utoipa::path(post, path = "/reveals/{id}/content", tag = "evidence",
    params(("id" = Uuid, Path, description = "The request")),
    responses((status = OK, body = Vec<u8>, content_type = "application/age")),
    extensions(("x-permission" = json!("reveal_evidence"))))]
pub(crate) async fn fetch_reveal(
    may: May<to::RevealEvidence>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<impl IntoResponse, Problem> {
    may.session()?;
    let data = app.data(&may);
    let Kept { it: reveal, .. } = kept::found::<Reveal>(&data.store, id).await?;
    reveal.may_fetch(&may.actor().account, may.now()).map_err(refused)?;
    let Some(captured) = data.store.captured(reveal.exchange).await? else {
        return Err(Problem::not_found("captured content of exchange", &reveal.exchange.to_string()));
    };
    let hash = hex(&Sha256::digest(&captured.sealed));
    let act = may.act("evidence.revealed", reveal.exchange).with(json!({ "reveal": id, "sha256": hash }));
    data.store.commit(Change::new(act), may.now()).await?;
    let name = format!("attachment; filename=\"{}.age\"", reveal.exchange);
    Ok((
        [(header::CONTENT_TYPE, "application/age".to_owned()), (header::CONTENT_DISPOSITION, name)],
        captured.sealed,
    ))
}

fn word(may: &May<to::RevealEvidence>, reason: &str) -> Result<Word, Problem> {
    Ok(Word { by: may.actor().account.clone(), at: may.now(), reason: text(reason, "reason")? })
}

fn refused(refused: RevealRefused) -> Problem {
    let kind = match refused {
        RevealRefused::SamePerson | RevealRefused::NotTheirs | RevealRefused::Own => Kind::Forbidden,
        RevealRefused::Over(_) | RevealRefused::NotGranted(_) | RevealRefused::Late => Kind::Conflict,
    };
    Problem::new(kind, refused.to_string())
}

fn shown(kept: Kept<Reveal>, may: &May<to::RevealEvidence>) -> ShownReveal {
    let Kept { id, revision, it, .. } = kept;
    let account = &may.actor().account;
    let theirs = it.asked.by == *account || may.actor().person.as_ref() == it.person();
    ShownReveal {
        id,
        revision,
        exchange: it.exchange,
        state: match it.state {
            RevealState::Asked => RevealStanding::Asked,
            RevealState::Granted(_) => RevealStanding::Granted,
            RevealState::Declined(_) => RevealStanding::Declined,
            RevealState::Withdrawn(_) => RevealStanding::Withdrawn,
        },
        decided: it.decided().cloned(),
        fetched_until: it.fetched_until(),
        yours_to_decide: it.state == RevealState::Asked && !theirs,
        yours_to_fetch: it.may_fetch(account, may.now()).is_ok(),
        asked: it.asked,
    }
}
