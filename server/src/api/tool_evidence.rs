use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::IntoResponse,
};
use governance::tool_review::{Evidence, EvidenceError, LARGEST_EVIDENCE, MOST_EVIDENCE, ToolReview};
use serde::Deserialize;
use serde_json::json;
use store::Change;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{tool_reviews::reviewer, tool_rubric::questionnaire};
use crate::{
    app::App,
    auth::{May, to},
    kept::{self, From, invalid, refused},
    web::{
        input::{Named, Params},
        problem::Problem,
    },
};

/// Largest request body: a file, and a little more so that its size is judged by what says how large it may be.
pub(crate) const BODY: usize = LARGEST_EVIDENCE + 1024;

/// What is said of a file.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AboutFile {
    /// The revision of the review that was read.
    revision: u64,
    /// The file's name, with an extension.
    name: String,
    /// The question it belongs to, if to one.
    question: Option<String>,
}

/// A file of a review.
#[derive(Deserialize)]
pub(crate) struct OneFile {
    id: Uuid,
    file: Uuid,
}

/// Add a file that answers rest on: the request's body is its bytes. PDF, PNG, JPEG, plain text and Office files without
/// macros are taken, up to 10 MB.
#[utoipa::path(post, path = "/tool-reviews/{id}/evidence", tag = "tool reviews",
    params(("id" = Uuid, Path, description = "The review"), AboutFile),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = CREATED, body = Evidence)), extensions(("x-permission" = json!("review_tools"))))]
pub(crate) async fn add_evidence(
    may: May<to::ReviewTools>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Params(about): Params<AboutFile>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Evidence>), Problem> {
    let data = reviewer(&may, &app)?;
    let kept = kept::seen::<ToolReview>(&data.store, id, about.revision).await?;
    let mut review = kept.it.clone().editing().map_err(refused)?;
    if review.evidence.len() >= MOST_EVIDENCE {
        return Err(invalid(EvidenceError::Count));
    }
    if let Some(question) =
        about.question.as_ref().filter(|id| questionnaire().is_ok_and(|q| q.question(id).is_none()))
    {
        return Err(invalid(format!("the questionnaire has no question `{question}`")));
    }
    let file = Uuid::now_v7();
    let evidence = Evidence::of(file, &about.name, &bytes, &may.actor().name, may.now()).map_err(invalid)?;
    let evidence = Evidence { question: about.question, ..evidence };
    review.evidence.push(evidence.clone());
    let act =
        may.act("tool_review.evidence_added", id).with(json!({ "file": file, "sha256": evidence.sha256 }));
    let change = Change::new(act).replace(&kept, &review).keep_file(file, bytes.to_vec());
    data.commit(change, may.now()).await?;
    Ok((StatusCode::CREATED, Json(evidence)))
}

/// Download a file of a review.
#[utoipa::path(get, path = "/tool-reviews/{id}/evidence/{file}", tag = "tool reviews",
    params(("id" = Uuid, Path, description = "The review"), ("file" = Uuid, Path, description = "The file")),
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream")),
    extensions(("x-permission" = json!("review_tools"))))]
pub(crate) async fn get_evidence(
    may: May<to::ReviewTools>,
    State(app): State<App>,
    Named(OneFile { id, file }): Named<OneFile>,
) -> Result<impl IntoResponse, Problem> {
    let data = reviewer(&may, &app)?;
    let review = kept::found::<ToolReview>(&data.store, id).await?;
    let evidence = review.it.evidence.into_iter().find(|evidence| evidence.id == file);
    let evidence = evidence.ok_or_else(|| Problem::not_found("file of this review", &file.to_string()))?;
    let bytes = data.store.file(file).await?;
    let bytes = bytes.ok_or_else(|| Problem::not_found("file of this review", &file.to_string()))?;
    // Never shown in the page's own origin: a browser saves it, and would sandbox it if it did not.
    let headers: [(HeaderName, String); 4] = [
        (header::CONTENT_TYPE, evidence.media_type),
        (header::CONTENT_DISPOSITION, attachment(&evidence.name)),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes))
}

/// Remove a file from a review that is under way.
#[utoipa::path(delete, path = "/tool-reviews/{id}/evidence/{file}", tag = "tool reviews",
    params(("id" = Uuid, Path, description = "The review"), ("file" = Uuid, Path, description = "The file"), From),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("review_tools"))))]
pub(crate) async fn remove_evidence(
    may: May<to::ReviewTools>,
    State(app): State<App>,
    Named(OneFile { id, file }): Named<OneFile>,
    Params(from): Params<From>,
) -> Result<StatusCode, Problem> {
    let data = reviewer(&may, &app)?;
    let kept = kept::seen::<ToolReview>(&data.store, id, from.revision).await?;
    let mut review = kept.it.clone().editing().map_err(refused)?;
    let before = review.evidence.len();
    review.evidence.retain(|evidence| evidence.id != file);
    if review.evidence.len() == before {
        return Err(Problem::not_found("file of this review", &file.to_string()));
    }
    let act = may.act("tool_review.evidence_removed", id).with(json!({ "file": file }));
    let change = Change::new(act).replace(&kept, &review);
    // An earlier review of the tool may rest on the same file.
    let of = store::Which { subject: Some(review.tool.as_str().to_owned()), ..store::Which::default() };
    let others = data.store.all_kept::<ToolReview>(&of).await?;
    let used =
        others.iter().any(|other| other.id != id && other.it.evidence.iter().any(|one| one.id == file));
    let change = if used { change } else { change.drop_file(file) };
    data.commit(change, may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// RFC 6266 with a name in UTF-8 by RFC 8187; every byte but letters, digits and `.` is written in percent.
fn attachment(name: &str) -> String {
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn names_are_encoded() {
        assert_eq!(
            attachment("SOC 2 (Größe).pdf"),
            "attachment; filename*=UTF-8''SOC%202%20%28Gr%C3%B6%C3%9Fe%29.pdf"
        );
    }
}
