use std::io::{Cursor, Write};

use axum::{extract::State, response::IntoResponse};
use governance::{
    Framework, MANIFEST, PACK_MADE, PROOF, Proof, Summary,
    audit::{Files, Proven, Tree},
    manifest,
};
use http::header;
use model::Timestamp;
use store::{AuditFilter, Audited, Change};
use zip::{ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{
    audit::{broken, signed_tree},
    evidence,
};
use crate::{
    app::{App, Data},
    auth::{May, to},
    web::{input::Named, problem::Problem},
};

/// Most entries that a pack cites, the latest first.
const CITED: u32 = 5_000;
/// What somebody signed in with is no evidence of the policy.
const NOT_CITED: &str = "session.";

/// Make an evidence pack for a framework: a zip that `bylaw audit verify --pack` proves offline.
#[utoipa::path(post, path = "/evidence/frameworks/{id}/pack", tag = "evidence",
    params(("id" = String, Path, description = "The framework")),
    responses((status = OK, body = Vec<u8>, content_type = "application/zip")),
    extensions(("x-permission" = json!("read_audit"))))]
pub(crate) async fn make_pack(
    may: May<to::ReadAudit>,
    State(app): State<App>,
    Named(id): Named<String>,
) -> Result<impl IntoResponse, Problem> {
    let data = app.data(&may);
    let found = evidence::frameworks()?.into_iter().find(|framework| framework.id == id);
    let framework = found.ok_or_else(|| Problem::not_found("framework", &id))?;
    let mut files = contents(data, &framework, may.now()).await?;
    let (listed, subject) = manifest(&framework.id, &files);
    data.store.commit(Change::new(may.act(PACK_MADE, subject.as_str())), may.now()).await?;
    let proof = prove(&app, data, &subject).await?;
    files.insert(MANIFEST.to_owned(), listed);
    files.insert(PROOF.to_owned(), json(&proof));
    let name = format!("attachment; filename=\"bylaw-{}-{}.zip\"", framework.id, day(may.now()));
    let zipped = zipped(&files).map_err(|error| Problem::internal("write the evidence pack", &error))?;
    Ok(([(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, name)], zipped))
}

/// What a pack says, in words, as data, and the policy itself.
async fn contents(data: &Data, framework: &Framework, now: Timestamp) -> Result<Files, Problem> {
    let snapshot = data.engine.snapshot();
    let clauses = evidence::clauses(data, now).await?;
    let coverage = evidence::coverage(data, now).await?;
    let people = evidence::people(&snapshot, now);
    let summary = Summary::new(framework, &snapshot.policy, clauses, coverage, people, now);
    Ok(Files::from([
        ("summary.md".to_owned(), summary.markdown().into_bytes()),
        ("summary.html".to_owned(), summary.html().into_bytes()),
        ("evidence.json".to_owned(), json(&summary)),
        ("policy.md".to_owned(), snapshot.policy.source().as_bytes().to_vec()),
    ]))
}

/// Proves the entry about the pack, and the entries that it cites, under one checkpoint.
async fn prove(app: &App, data: &Data, subject: &str) -> Result<Proof, Problem> {
    let (tree, checkpoint) = signed_tree(data).await?;
    let made = AuditFilter { what: Some(PACK_MADE.to_owned()), ..AuditFilter::default() };
    let made = data.store.audit_page(&made, CITED).await?;
    let pack = made.iter().find(|audited| audited.entry.subject == subject);
    let pack = pack.ok_or_else(|| Problem::not_found("entry about the pack", subject))?;
    let before = AuditFilter { before: Some(pack.entry.sequence), ..AuditFilter::default() };
    let cited = data.store.audit_page(&before, CITED).await?;
    let cited = cited.iter().rev().filter(|audited| !audited.entry.what.starts_with(NOT_CITED));
    Ok(Proof {
        key: app.log_key()?.to_string(),
        pack: proven(pack, &tree)?,
        entries: cited.map(|audited| proven(audited, &tree)).collect::<Result<_, _>>()?,
        checkpoint,
    })
}

fn proven(audited: &Audited, tree: &Tree) -> Result<Proven, Problem> {
    let proven = Proven::new(&audited.entry, audited.payload.as_ref(), tree, tree.size());
    proven.map_err(|error| broken(&error))
}

pub(super) fn zipped(files: &Files) -> Result<Vec<u8>, ZipError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name.as_str(), SimpleFileOptions::default())?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// As JSON that people can read; what is given here can always be written.
pub(super) fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap_or_default()
}

fn day(now: Timestamp) -> String {
    now.to_string().chars().take(10).collect()
}
