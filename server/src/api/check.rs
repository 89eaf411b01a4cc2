use std::sync::Arc;

use axum::{Json, extract::State};
use engine::{CheckError, Checked, Parcel, Snapshot};
use model::{
    AccountKind, Action, Activity, ClauseId, Facts, HeldBack, Label, PersonId, Purpose, Sensitive, Severity,
    ToolId, Verdict,
};
use serde::{Deserialize, Serialize};
use tokio::task;
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::{May, to},
    web::{
        input::Input,
        problem::{Kind, Problem},
    },
};

/// What somebody might send to a tool.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Check {
    /// The text, or the content of the file as text.
    #[schema(value_type = Option<String>)]
    text: Option<Sensitive>,
    /// The file's name, if it is a file.
    file_name: Option<String>,
    /// The tool it would go to.
    tool: ToolId,
    /// How the person would be signed in there.
    account: Option<AccountKind>,
    /// What would be done; an upload if a file is named and nothing is said.
    activity: Option<Activity>,
    /// What it would be for; guessed from the text if nothing is said.
    purpose: Option<Purpose>,
    /// Who would send it; oneself if nobody is named.
    as_person: Option<PersonId>,
}

/// What would happen.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckResult {
    verdict: CheckVerdict,
    findings: Vec<CheckFinding>,
    /// The text as the tool would get it, if the verdict is to redact.
    redacted_text: Option<String>,
    /// What the verdict rests on.
    facts: Facts,
}

/// What the policy says.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckVerdict {
    action: Action,
    /// The verdict in words.
    sentence: String,
    /// Every clause that applies, strictest first.
    clauses: Vec<CheckClause>,
    /// What the policy's rollout holds back.
    held_back: Option<HeldBack>,
}

/// A clause that applies.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckClause {
    id: ClauseId,
    title: String,
    why: Option<String>,
    action: Action,
    severity: Severity,
}

/// Something found in the text.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckFinding {
    label: Label,
    /// First byte in the text, in UTF-8.
    start: u64,
    /// One past the last byte.
    end: u64,
    confidence: f32,
    excerpt: String,
}

/// Ask what the policy says of a text; nothing is sent or recorded.
#[utoipa::path(post, path = "/check", tag = "check", request_body = Check,
    responses((status = OK, body = CheckResult)), extensions(("x-permission" = json!("check"))))]
pub(crate) async fn check(
    may: May<to::Check>,
    State(app): State<App>,
    Input(asked): Input<Check>,
) -> Result<Json<CheckResult>, Problem> {
    if asked.as_person.is_some() {
        may.and::<to::CheckAsPerson>()?;
    }
    let engine = Arc::clone(&app.data(&may).engine);
    let snapshot = engine.snapshot();
    let own = may.actor().person.clone().filter(|id| snapshot.directory.person(id.as_str()).is_some());
    let check = engine::Check {
        parcel: Parcel::Text { text: asked.text.unwrap_or_default(), file: asked.file_name },
        tool: asked.tool,
        activity: asked.activity,
        account: asked.account.unwrap_or_default(),
        purpose: asked.purpose,
        person: asked.as_person.or(own),
    };
    let now = may.now();
    let checked = task::spawn_blocking(move || engine.check(&check, now));
    match checked.await.map_err(|error| Problem::internal("check the text", &error))? {
        Ok(checked) => Ok(Json(result(&snapshot, checked))),
        Err(error) => Err(refused(&error)),
    }
}

fn refused(error: &CheckError) -> Problem {
    Problem::new(Kind::Invalid, error.to_string())
}

fn result(snapshot: &Snapshot, checked: Checked) -> CheckResult {
    let verdict = checked.record.verdict;
    let findings = checked.findings.into_iter().map(|finding| CheckFinding {
        label: finding.label,
        start: finding.placement.start,
        end: finding.placement.end,
        confidence: finding.confidence,
        excerpt: finding.excerpt,
    });
    CheckResult {
        findings: findings.collect(),
        redacted_text: checked.redacted.map(|text| text.reveal().to_owned()),
        facts: checked.record.facts,
        verdict: CheckVerdict {
            action: verdict.action,
            sentence: sentence(snapshot, &verdict),
            clauses: clauses(snapshot, &verdict),
            held_back: verdict.held_back,
        },
    }
}

fn clauses(snapshot: &Snapshot, verdict: &Verdict) -> Vec<CheckClause> {
    let known =
        verdict.duties.iter().filter_map(|duty| snapshot.policy.clause(&duty.clause).map(|c| (duty, c)));
    known
        .map(|(duty, clause)| CheckClause {
            id: clause.id.clone(),
            title: clause.title.clone(),
            why: clause.why.clone(),
            action: duty.action,
            severity: duty.severity,
        })
        .collect()
}

fn sentence(snapshot: &Snapshot, verdict: &Verdict) -> String {
    let does = match verdict.action {
        Action::Allow => "This is allowed",
        Action::Coach => "You would be advised first, and could then send it",
        Action::Justify => "You would have to state a reason first",
        Action::Redact => "This would be sent with the sensitive parts replaced",
        Action::Block => "This would not be sent",
    };
    match verdict.decisive().and_then(|duty| snapshot.policy.clause(&duty.clause)) {
        Some(clause) => format!("{does}: {}, {}.", clause.id, clause.title),
        None if verdict.otherwise => {
            format!("{does}: no clause speaks of it, so the policy's `otherwise` applies.")
        }
        None => format!("{does}."),
    }
}
