//! The terms that a vendor has, as reviews rest on them.

use axum::{Json, extract::State};
use governance::tool_review::{Cause, Terms, TermsChange, ToolReview, terms_digest};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Change;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    tool_reviews::{reopen, reviewer},
    tool_rubric::questionnaire,
};
use crate::{
    app::App,
    auth::{May, to},
    kept::{self, invalid, refused},
    web::{
        input::{Input, Named},
        problem::Problem,
    },
};

/// Longest text of a vendor's terms, in characters.
const LONGEST_TERMS: usize = 500_000;

/// The vendor's terms as they are now.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTerms {
    /// The revision that was read.
    revision: u64,
    /// Where they are.
    link: String,
    /// Their text, as copied from there; only its digest is kept.
    text: String,
}

/// How the terms compare with those that were read before.
#[derive(Serialize, ToSchema)]
pub(crate) struct NotedTerms {
    change: TermsComparison,
    /// The review to go on with: another one, if the terms of a decided tool changed.
    review: Uuid,
}

/// How terms compare.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TermsComparison {
    /// There were none before.
    First,
    /// They are the same.
    Same,
    /// They differ.
    Changed,
}

/// Note the vendor's terms. Where they are no longer those that a decision rests on, another review is opened.
#[utoipa::path(post, path = "/tool-reviews/{id}/terms", tag = "tool reviews", request_body = NewTerms,
    params(("id" = Uuid, Path, description = "The review")),
    responses((status = OK, body = NotedTerms)), extensions(("x-permission" = json!("review_tools"))))]
pub(crate) async fn note_terms(
    may: May<to::ReviewTools>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewTerms>,
) -> Result<Json<NotedTerms>, Problem> {
    let data = reviewer(&may, &app)?;
    let kept = kept::seen::<ToolReview>(&data.store, id, new.revision).await?;
    questionnaire()?.check("rights.terms", &new.link).map_err(invalid)?;
    if new.text.trim().is_empty() || new.text.chars().count() > LONGEST_TERMS {
        return Err(invalid(format!("`text` is the text of the terms, at most {LONGEST_TERMS} characters")));
    }
    let terms = Terms {
        link: new.link,
        sha256: terms_digest(&new.text),
        by: may.actor().name.clone(),
        at: may.now(),
    };
    let change = Terms::compare(kept.it.terms.as_ref(), &new.text);
    let act =
        may.act("tool_review.terms_noted", id).with(json!({ "sha256": terms.sha256, "link": terms.link }));
    let review = match (kept.it.decided(), change) {
        (Some(_), TermsChange::Changed) => {
            let cause = Cause::TermsChanged { note: format!("noted by {}", may.actor().name) };
            let again = ToolReview { terms: Some(terms), ..kept.it.again(id, cause) };
            reopen(data, &kept, &again, Change::new(act), may.now()).await?
        }
        (Some(_), TermsChange::First | TermsChange::Same) | (None, _)
            if kept.it.stage.as_str() != "closed" =>
        {
            let noted = ToolReview { terms: Some(terms), ..kept.it.clone() };
            data.commit(Change::new(act).replace(&kept, &noted), may.now()).await?;
            id
        }
        _ => return Err(refused("a review that is closed takes no terms; ask for the tool again")),
    };
    Ok(Json(NotedTerms { change: change.into(), review }))
}

impl From<TermsChange> for TermsComparison {
    fn from(change: TermsChange) -> Self {
        match change {
            TermsChange::First => Self::First,
            TermsChange::Same => Self::Same,
            TermsChange::Changed => Self::Changed,
        }
    }
}
