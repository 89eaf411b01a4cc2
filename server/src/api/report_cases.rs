//! Reports without a name. Nothing here looks at a session, an address or a browser: the door to the store is
//! [`Anyone`], which keeps none of them.

use axum::{Json, extract::State, http::StatusCode};
use governance::report::{Report as Case, Reporter, Speaker};
use model::Sensitive;
use serde::{Deserialize, Serialize};
use store::{Change, Kept, Which};
use utoipa::ToSchema;

use super::reports::{NewReport, OwnReport, noted_at, own, receive, said};
use crate::{
    app::{App, Data},
    auth::Anyone,
    kept,
    web::{input::Input, problem::Problem},
};

/// Letters and digits of a case code: those that are not taken for one another (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Length of a case code without its dashes; 5 bits each, 140 in all, so that none is ever guessed.
const LENGTH: usize = 28;

/// What stands for an anonymous report.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseCode {
    /// Shown once; only its digest is kept. Whoever has it can read the answers and add to the report.
    code: String,
}

/// A case code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GivenCode {
    #[schema(value_type = String, format = Password)]
    code: Sensitive,
}

/// Something to add to an anonymous report.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCaseMessage {
    #[schema(value_type = String, format = Password)]
    code: Sensitive,
    #[schema(value_type = String)]
    text: Sensitive,
}

/// Report something without a name. Needs no account, and keeps nothing about the caller.
#[utoipa::path(post, path = "/report-cases", tag = "reports", request_body = NewReport,
    responses((status = CREATED, body = CaseCode)))]
pub(crate) async fn report_anonymously(
    Anyone { may }: Anyone,
    State(app): State<App>,
    Input(new): Input<NewReport>,
) -> Result<(StatusCode, Json<CaseCode>), Problem> {
    let code = code();
    let reporter = Reporter::Anonymous { case: digest(&code) };
    receive(app.data(&may), &may, reporter, new).await?;
    Ok((StatusCode::CREATED, Json(CaseCode { code })))
}

/// What became of the report with this case code. The code goes in the body, as addresses are logged on their way.
#[utoipa::path(post, path = "/report-cases/status", tag = "reports", request_body = GivenCode,
    responses((status = OK, body = OwnReport)))]
pub(crate) async fn read_case(
    Anyone { may }: Anyone,
    State(app): State<App>,
    Input(given): Input<GivenCode>,
) -> Result<Json<OwnReport>, Problem> {
    let data = app.data(&may);
    let kept = find(data, &given.code).await?;
    own(data, &kept).map(Json)
}

/// Add to the report with this case code.
#[utoipa::path(post, path = "/report-cases/messages", tag = "reports", request_body = NewCaseMessage,
    responses((status = OK, body = OwnReport)))]
pub(crate) async fn add_to_case(
    Anyone { may }: Anyone,
    State(app): State<App>,
    Input(new): Input<NewCaseMessage>,
) -> Result<Json<OwnReport>, Problem> {
    let data = app.data(&may);
    let kept = find(data, &new.code).await?;
    let said = said(data, &kept, Speaker::Reporter, &new.text, may.now())?;
    let at = noted_at(&kept.it.reporter, may.now());
    data.commit(Change::new(may.act("report.added_to", kept.id)).replace(&kept, &said), at).await?;
    let kept = kept::found::<Case>(&data.store, kept.id).await?;
    own(data, &kept).map(Json)
}

async fn find(data: &Data, code: &Sensitive) -> Result<Kept<Case>, Problem> {
    let of = Which { subject: Some(digest(code.reveal())), ..Which::default() };
    let found = data.store.all_kept::<Case>(&of).await?.into_iter().next();
    found.ok_or_else(|| Problem::not_found("report with this case code; check that it is complete", "…"))
}

/// A new case code in groups of four, as in `7K3F-9QXA-…`.
fn code() -> String {
    let letters: Vec<char> = rand::random::<[u8; LENGTH]>()
        .into_iter()
        .filter_map(|byte| LETTERS.get(usize::from(byte % 32)).copied().map(char::from))
        .collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What is kept of a case code. Dashes, blanks and case do not matter; `O`, `I` and `L` are read as the digits that they
/// are taken for.
fn digest(code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    blake3::hash(format!("bylaw case {plain}").as_bytes()).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_long_and_forgiving() {
        let code = code();
        assert_eq!((code.len(), code.matches('-').count()), (LENGTH + 6, 6));
        assert_ne!(code, super::code());
        let sloppy = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(digest(&sloppy), digest(&code));
        assert_ne!(digest(&code), digest(code.split_at(4).1));
    }
}
