use axum::{Json, extract::State};
use governance::audit::{Proven, Tree, hex};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{AuditFilter, Audited, WholeReport};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::{App, Data},
    auth::{May, to},
    web::{
        input::Params,
        problem::{Kind, Problem},
    },
};

/// Entries on a page, unless asked otherwise.
const PAGE: u32 = 50;
/// Most entries on a page.
const LONGEST_PAGE: u32 = 200;
/// Most faults that are listed.
const FAULTS: usize = 100;

/// Which entries; what is left out does not restrict.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// What was done: a noun, as in `exception`, or a noun and a verb, as in `exception.granted`.
    what: Option<String>,
    /// Part of what it was done to: a clause, a tool, a version.
    subject: Option<String>,
    /// Not before.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Entries before this place, for the next page.
    before: Option<u64>,
    /// How many; 50 if left out, at most 200.
    limit: Option<u32>,
}

/// Some entries of the audit log, the latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditPage {
    items: Vec<AuditEntry>,
    /// What to give as `before` for the next page; `null` on the last one.
    next: Option<u64>,
    /// How many entries the log has.
    size: u64,
}

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// Its place, counted from 0.
    sequence: u64,
    at: Timestamp,
    /// The noun and the verb, as in `exception.granted`.
    what: String,
    /// The ids of what it was done to.
    subject: String,
    /// Who did it; `null` if that was erased.
    by: Option<String>,
    /// What else is to be known.
    detail: Option<Value>,
    /// Whether who did it and the details were erased.
    erased: bool,
}

/// The log's latest signed root.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditCheckpoint {
    /// The log's public key (c2sp.org/signed-note).
    key: String,
    /// The checkpoint (c2sp.org/tlog-checkpoint); `null` while the log is empty.
    checkpoint: Option<String>,
}

/// Which entry to prove.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProofQuery {
    /// The entry's place.
    sequence: u64,
}

/// An entry with what proves it to be in the log.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditProof {
    /// What was hashed.
    leaf: String,
    /// Hashes from the leaf to the root, in hexadecimal, the nearest first (RFC 6962 §2.1.1).
    proof: Vec<String>,
    /// The signed root that it leads to.
    checkpoint: String,
}

/// Which earlier size to prove.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExtensionQuery {
    /// How many entries the earlier checkpoint covers.
    from: u64,
}

/// What proves that the log still begins with what an earlier checkpoint covers.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditExtension {
    /// Hashes in hexadecimal (RFC 6962 §2.1.2).
    proof: Vec<String>,
    /// The signed root that they lead to.
    checkpoint: String,
}

/// What came of verifying the whole log and the records it commits to.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditVerification {
    entries: u64,
    /// Payloads that are there and match.
    payloads: u64,
    /// Payloads that were erased, as an entry says.
    erased: u64,
    checkpoints: u64,
    /// Records that are as they were written.
    records: u64,
    /// Records that are kept no longer, as an entry says.
    records_removed: u64,
    /// Records that no entry commits to yet.
    records_waiting: u64,
    /// How many things are wrong.
    faults: u64,
    /// The first of them, in the order of the entries.
    first: Vec<AuditFault>,
}

/// Something that is not as the log was written.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditFault {
    /// The entry that it is about.
    sequence: u64,
    /// What is wrong.
    says: String,
}

/// List the audit log, the latest entry first.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditQuery),
    responses((status = OK, body = AuditPage)), extensions(("x-permission" = json!("read_audit"))))]
pub(crate) async fn list_audit(
    may: May<to::ReadAudit>,
    State(app): State<App>,
    Params(query): Params<AuditQuery>,
) -> Result<Json<AuditPage>, Problem> {
    let store = &app.data(&may).store;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE);
    let AuditQuery { what, subject, from, to, before, .. } = query;
    let filter = AuditFilter { what, subject, from, to, before };
    let entries = store.audit_page(&filter, limit).await?;
    let full = entries.len() == limit as usize;
    let last = entries.last().map(|audited| audited.entry.sequence);
    Ok(Json(AuditPage {
        items: entries.into_iter().map(shown).collect(),
        next: last.filter(|last| full && *last > 0),
        size: store.audit_size().await?,
    }))
}

/// The audit log's public key and its latest checkpoint, to be kept elsewhere.
#[utoipa::path(get, path = "/audit/checkpoint", tag = "audit",
    responses((status = OK, body = AuditCheckpoint)), extensions(("x-permission" = json!("read_audit"))))]
pub(crate) async fn get_audit_checkpoint(
    may: May<to::ReadAudit>,
    State(app): State<App>,
) -> Result<Json<AuditCheckpoint>, Problem> {
    let checkpoint = app.data(&may).store.checkpoint().await?;
    Ok(Json(AuditCheckpoint { key: app.log_key()?.to_string(), checkpoint }))
}

/// Prove that an entry is in the log.
#[utoipa::path(get, path = "/audit/proof", tag = "audit", params(ProofQuery),
    responses((status = OK, body = AuditProof)), extensions(("x-permission" = json!("read_audit"))))]
pub(crate) async fn prove_audit_entry(
    may: May<to::ReadAudit>,
    State(app): State<App>,
    Params(query): Params<ProofQuery>,
) -> Result<Json<AuditProof>, Problem> {
    let data = app.data(&may);
    let (tree, checkpoint) = signed_tree(data).await?;
    let unknown = || Problem::not_found("entry", &query.sequence.to_string());
    if query.sequence >= tree.size() {
        return Err(unknown());
    }
    let found = data.store.audit(query.sequence, 1).await?;
    let audited = found.first().ok_or_else(unknown)?;
    let proven = Proven::new(&audited.entry, None, &tree, tree.size()).map_err(|error| broken(&error))?;
    Ok(Json(AuditProof { leaf: proven.leaf, proof: proven.proof, checkpoint }))
}

/// Prove that the log extends an earlier one.
#[utoipa::path(get, path = "/audit/extension", tag = "audit", params(ExtensionQuery),
    responses((status = OK, body = AuditExtension)), extensions(("x-permission" = json!("read_audit"))))]
pub(crate) async fn prove_audit_extension(
    may: May<to::ReadAudit>,
    State(app): State<App>,
    Params(query): Params<ExtensionQuery>,
) -> Result<Json<AuditExtension>, Problem> {
    let (tree, checkpoint) = signed_tree(app.data(&may)).await?;
    if query.from == 0 || query.from > tree.size() {
        let detail = format!("`from` is a size from 1 to {}", tree.size());
        return Err(Problem::new(Kind::Invalid, detail));
    }
    let proof = tree.prove_extension(query.from, tree.size()).map_err(|error| broken(&error))?;
    Ok(Json(AuditExtension { proof: proof.iter().map(|hash| hex(hash)).collect(), checkpoint }))
}

/// Verify the whole log, and the records it commits to, as `bylaw audit verify` does.
#[utoipa::path(get, path = "/audit/verification", tag = "audit",
    responses((status = OK, body = AuditVerification)), extensions(("x-permission" = json!("read_audit"))))]
pub(crate) async fn verify_audit(
    may: May<to::ReadAudit>,
    State(app): State<App>,
) -> Result<Json<AuditVerification>, Problem> {
    Ok(Json(app.data(&may).store.verify(app.log_key()?, None).await?.into()))
}

/// The log's tree as it was signed last.
pub(super) async fn signed_tree(data: &Data) -> Result<(Tree, String), Problem> {
    let damaged =
        || Problem::new(Kind::Conflict, "the audit log cannot prove this: `bylaw audit verify` says why");
    let tree = data.store.audit_tree().await?.ok_or_else(damaged)?;
    let mut checkpoints = data.store.checkpoints().await?;
    let checkpoint = checkpoints.remove(&tree.size()).ok_or_else(damaged)?;
    Ok((tree, checkpoint))
}

pub(super) fn broken(error: &dyn std::error::Error) -> Problem {
    Problem::internal("prove an entry of the audit log", error)
}

fn shown(audited: Audited) -> AuditEntry {
    let told = audited.payload.as_ref().and_then(governance::Payload::told);
    let (by, detail) = told.map_or((None, None), |(by, detail)| (Some(by), Some(detail)));
    AuditEntry {
        sequence: audited.entry.sequence,
        at: audited.entry.at,
        what: audited.entry.what,
        subject: audited.entry.subject,
        by,
        detail: detail.filter(|detail| !detail.is_null()),
        erased: audited.payload.is_none(),
    }
}

impl From<WholeReport> for AuditVerification {
    fn from(report: WholeReport) -> Self {
        let first = report.log.faults.iter().take(FAULTS);
        Self {
            entries: report.log.entries,
            payloads: report.log.payloads,
            erased: report.log.erased,
            checkpoints: report.log.checkpoints,
            records: report.records,
            records_removed: report.records_removed,
            records_waiting: report.records_waiting,
            faults: report.log.faults.len() as u64,
            first: first
                .map(|fault| AuditFault { sequence: fault.sequence(), says: fault.to_string() })
                .collect(),
        }
    }
}
