use std::collections::BTreeSet;

use axum::{Json, extract::State, http::StatusCode};
use governance::report::{
    Links, Message, Report as Case, ReportCommand, ReportFinding, ReportKind, ReportStage, Reporter, Speaker,
};
use model::{ClauseId, Sensitive, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Change, Kept, Which};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    app::{App, Data},
    auth::{May, to},
    kept::{self, From, invalid, refused},
    web::{
        input::{Input, Named, Params},
        problem::{Kind, Problem},
    },
};

/// Longest text of a report, in characters.
const LONGEST_TEXT: usize = 10_000;
/// Most clauses, tools or exchanges that a report is connected with.
const MOST_LINKS: usize = 20;

/// What somebody reports.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReport {
    about: ReportKind,
    /// What was seen.
    #[schema(value_type = String)]
    text: Sensitive,
    /// Clauses that it is about, if known.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    clauses: BTreeSet<ClauseId>,
    /// Tools that it is about, in any words.
    #[serde(default)]
    tools: BTreeSet<String>,
}

/// Something that is said about a report.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMessage {
    #[schema(value_type = String)]
    pub(super) text: Sensitive,
}

/// A report as those who handle it see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Report {
    id: Uuid,
    revision: u64,
    about: ReportKind,
    /// The account that reports; nobody knows if there is none.
    reporter: Option<String>,
    state: ReportState,
    owner: Option<String>,
    finding: Option<ReportFinding>,
    links: Links,
    /// The day of the report.
    reported_on: Timestamp,
    /// What was said, first what was reported; empty in lists.
    messages: Vec<ReportMessage>,
}

/// A report as whoever made it sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnReport {
    /// Its id; none where the case code stands for it.
    id: Option<Uuid>,
    about: ReportKind,
    state: ReportState,
    finding: Option<ReportFinding>,
    reported_on: Timestamp,
    messages: Vec<ReportMessage>,
}

/// One thing that was said.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportMessage {
    from: MessageFrom,
    at: Timestamp,
    text: String,
}

/// Who said something.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MessageFrom {
    /// Whoever reported.
    Reporter,
    /// Those who handle reports.
    Handler,
}

/// How far a report is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportState {
    /// Nobody has looked at it.
    Received,
    /// Someone sees what it is.
    Triage,
    /// Someone looks into it.
    Investigating,
    /// It was looked into.
    Closed,
}

/// What is done about a report.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReportStep {
    /// The revision that was read.
    revision: u64,
    step: ReportStep,
}

/// A step of a report.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ReportStep {
    /// Look what it is, or take it over.
    Take {},
    /// Look into it.
    Investigate {},
    /// Say what came out.
    Close {
        /// What.
        finding: ReportFinding,
    },
    /// Look again.
    Reopen {},
}

/// What a report is connected with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLinks {
    /// The revision that was read.
    revision: u64,
    links: Links,
}

/// Which reports are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichReports {
    /// Those in this state only.
    state: Option<ReportState>,
}

/// List the reports, the latest first, without what they say.
#[utoipa::path(get, path = "/reports", tag = "reports", params(WhichReports),
    responses((status = OK, body = Vec<Report>)), extensions(("x-permission" = json!("handle_reports"))))]
pub(crate) async fn list_reports(
    may: May<to::HandleReports>,
    State(app): State<App>,
    Params(which): Params<WhichReports>,
) -> Result<Json<Vec<Report>>, Problem> {
    let of = Which { state: which.state.map(|state| state.as_str().to_owned()), ..Which::default() };
    let reports = app.data(&may).store.all_kept::<Case>(&of).await?;
    Ok(Json(reports.iter().map(|kept| shown(kept, Vec::new())).collect()))
}

/// One report with what was said.
#[utoipa::path(get, path = "/reports/{id}", tag = "reports",
    params(("id" = Uuid, Path, description = "The report")),
    responses((status = OK, body = Report)), extensions(("x-permission" = json!("handle_reports"))))]
pub(crate) async fn get_report(
    may: May<to::HandleReports>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<Json<Report>, Problem> {
    whole(app.data(&may), id).await
}

/// Take a report, look into it, close it or open it again.
#[utoipa::path(post, path = "/reports/{id}/steps", tag = "reports", request_body = NewReportStep,
    params(("id" = Uuid, Path, description = "The report")),
    responses((status = OK, body = Report)), extensions(("x-permission" = json!("handle_reports"))))]
pub(crate) async fn step_report(
    may: May<to::HandleReports>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewReportStep>,
) -> Result<Json<Report>, Problem> {
    let data = app.data(&may);
    let kept = kept::seen::<Case>(&data.store, id, new.revision).await?;
    let by = may.actor().name.clone();
    let command = match new.step {
        ReportStep::Take {} => ReportCommand::Take { by },
        ReportStep::Investigate {} => ReportCommand::Investigate,
        ReportStep::Close { finding } => ReportCommand::Close { finding },
        ReportStep::Reopen {} => ReportCommand::Reopen { by },
    };
    let act = may.act(command.act(), id);
    let case = kept.it.clone().follow(command).map_err(refused)?;
    data.commit(Change::new(act).replace(&kept, &case), may.now()).await?;
    whole(data, id).await
}

/// Answer whoever reported; they do not see who does.
#[utoipa::path(post, path = "/reports/{id}/messages", tag = "reports", request_body = NewMessage,
    params(("id" = Uuid, Path, description = "The report")),
    responses((status = OK, body = Report)), extensions(("x-permission" = json!("handle_reports"))))]
pub(crate) async fn answer_report(
    may: May<to::HandleReports>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewMessage>,
) -> Result<Json<Report>, Problem> {
    let data = app.data(&may);
    let kept = kept::found::<Case>(&data.store, id).await?;
    let said = said(data, &kept, Speaker::Handler(may.actor().name.clone()), &new.text, may.now())?;
    data.commit(Change::new(may.act("report.answered", id)).replace(&kept, &said), may.now()).await?;
    whole(data, id).await
}

/// Connect a report with clauses, tools and exchanges.
#[utoipa::path(put, path = "/reports/{id}/links", tag = "reports", request_body = NewLinks,
    params(("id" = Uuid, Path, description = "The report")),
    responses((status = OK, body = Report)), extensions(("x-permission" = json!("handle_reports"))))]
pub(crate) async fn link_report(
    may: May<to::HandleReports>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewLinks>,
) -> Result<Json<Report>, Problem> {
    let data = app.data(&may);
    let kept = kept::seen::<Case>(&data.store, id, new.revision).await?;
    bounded(&new.links)?;
    for exchange in &new.links.exchanges {
        if data.store.exchange(*exchange).await?.is_none() {
            return Err(invalid(format!("there is no exchange `{exchange}`")));
        }
    }
    let case = Case { links: new.links, ..kept.it.clone() };
    data.commit(Change::new(may.act("report.linked", id)).replace(&kept, &case), may.now()).await?;
    whole(data, id).await
}

/// Erase a report with everything that was said. That there was one stays in the audit log, nothing else.
#[utoipa::path(delete, path = "/reports/{id}", tag = "reports",
    params(("id" = Uuid, Path, description = "The report"), From),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("handle_reports"))))]
pub(crate) async fn erase_report(
    may: May<to::HandleReports>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Params(from): Params<From>,
) -> Result<StatusCode, Problem> {
    let data = app.data(&may);
    let kept = kept::seen::<Case>(&data.store, id, from.revision).await?;
    if !matches!(kept.it.stage, ReportStage::Closed { .. }) {
        return Err(refused("only a closed report is erased; close it first"));
    }
    data.commit(Change::new(may.act("report.erased", id)).remove(&kept), may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keeps a new report; its id.
pub(super) async fn receive(
    data: &Data,
    may: &May<to::Report>,
    reporter: Reporter,
    new: NewReport,
) -> Result<Uuid, Problem> {
    let links = Links { clauses: new.clauses, tools: new.tools, exchanges: BTreeSet::new() };
    bounded(&links)?;
    // Version 4: the id says nothing about the time.
    let id = Uuid::new_v4();
    let case = Case::new(new.about, reporter, links, sealed(data, id, &new.text)?, may.now());
    let at = noted_at(&case.reporter, may.now());
    data.commit(Change::new(may.act("report.received", id)).add(id, &case), at).await?;
    Ok(id)
}

/// When the store notes what a reporter does: to the day, if nobody is to know who it is.
pub(super) fn noted_at(reporter: &Reporter, now: Timestamp) -> Timestamp {
    match reporter {
        Reporter::Anonymous { .. } => governance::report::day(now),
        Reporter::Named { .. } => now,
    }
}

/// The report with one more message.
pub(super) fn said(
    data: &Data,
    kept: &Kept<Case>,
    from: Speaker,
    text: &Sensitive,
    now: Timestamp,
) -> Result<Case, Problem> {
    kept.it.clone().with(from, sealed(data, kept.id, text)?, now).map_err(refused)
}

/// The report as whoever made it sees it.
pub(super) fn own(data: &Data, kept: &Kept<Case>) -> Result<OwnReport, Problem> {
    let named = matches!(kept.it.reporter, Reporter::Named { .. });
    Ok(OwnReport {
        id: named.then_some(kept.id),
        about: kept.it.about,
        state: ReportState::of(&kept.it.stage),
        finding: finding(&kept.it.stage),
        reported_on: governance::report::day(kept.created_at),
        messages: opened(data, kept)?,
    })
}

fn sealed(data: &Data, id: Uuid, text: &Sensitive) -> Result<String, Problem> {
    let length = text.reveal().trim().chars().count();
    if length == 0 || length > LONGEST_TEXT {
        return Err(invalid(format!("`text` has 1 to {LONGEST_TEXT} characters")));
    }
    data.seal()?.seal(id, text).map_err(|error| Problem::internal("seal the text", &error))
}

fn opened(data: &Data, kept: &Kept<Case>) -> Result<Vec<ReportMessage>, Problem> {
    let seal = data.seal()?;
    let open = |message: &Message| {
        let text = seal
            .open(kept.id, &message.sealed)
            .map_err(|error| Problem::internal("read the report", &error))?;
        let from = match &message.from {
            Speaker::Reporter => MessageFrom::Reporter,
            Speaker::Handler(_) => MessageFrom::Handler,
        };
        Ok(ReportMessage { from, at: message.at, text: text.reveal().to_owned() })
    };
    kept.it.messages.iter().map(open).collect()
}

fn bounded(links: &Links) -> Result<(), Problem> {
    let sizes = [links.clauses.len(), links.tools.len(), links.exchanges.len()];
    let long = links.tools.iter().any(|tool| tool.trim().is_empty() || tool.chars().count() > 200);
    if sizes.into_iter().any(|size| size > MOST_LINKS) || long {
        let detail =
            format!("name at most {MOST_LINKS} clauses, tools and exchanges, tools in 1 to 200 characters");
        return Err(Problem::new(Kind::Invalid, detail));
    }
    Ok(())
}

async fn whole(data: &Data, id: Uuid) -> Result<Json<Report>, Problem> {
    let kept = kept::found::<Case>(&data.store, id).await?;
    let messages = opened(data, &kept)?;
    Ok(Json(shown(&kept, messages)))
}

fn shown(kept: &Kept<Case>, messages: Vec<ReportMessage>) -> Report {
    Report {
        id: kept.id,
        revision: kept.revision,
        about: kept.it.about,
        reporter: match &kept.it.reporter {
            Reporter::Anonymous { .. } => None,
            Reporter::Named { account, .. } => Some(account.clone()),
        },
        state: ReportState::of(&kept.it.stage),
        owner: kept.it.stage.owner().map(str::to_owned),
        finding: finding(&kept.it.stage),
        links: kept.it.links.clone(),
        reported_on: governance::report::day(kept.created_at),
        messages,
    }
}

const fn finding(stage: &ReportStage) -> Option<ReportFinding> {
    match stage {
        ReportStage::Closed { finding, .. } => Some(*finding),
        _ => None,
    }
}

impl ReportState {
    const fn of(stage: &ReportStage) -> Self {
        match stage {
            ReportStage::Received => Self::Received,
            ReportStage::Triage { .. } => Self::Triage,
            ReportStage::Investigating { .. } => Self::Investigating,
            ReportStage::Closed { .. } => Self::Closed,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Triage => "triage",
            Self::Investigating => "investigating",
            Self::Closed => "closed",
        }
    }
}
