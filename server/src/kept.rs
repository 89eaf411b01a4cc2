use governance::Lifecycle;
use model::PersonId;
use serde::Deserialize;
use store::{Kept, Store};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    auth::May,
    web::problem::{Kind, Problem},
};

/// Longest text that people send with a step, in characters.
const LONGEST_TEXT: usize = 2_000;

/// Which revision a change starts from.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct From {
    /// The revision that was read.
    pub(crate) revision: u64,
}

/// The one of this id.
pub(crate) async fn found<T: Lifecycle>(store: &Store, id: Uuid) -> Result<Kept<T>, Problem> {
    store.kept(id).await?.ok_or_else(|| Problem::not_found(&T::KIND.replace('_', " "), &id.to_string()))
}

/// The one of this id, if it still is as whoever changes it saw it.
pub(crate) async fn seen<T: Lifecycle>(store: &Store, id: Uuid, revision: u64) -> Result<Kept<T>, Problem> {
    let kept = found::<T>(store, id).await?;
    if kept.revision == revision {
        return Ok(kept);
    }
    let detail = format!(
        "somebody else changed this {} since you loaded it: you have revision {revision}, it is at {}; load it again, \
         then repeat what you did. Nothing was overwritten",
        T::KIND.replace('_', " "),
        kept.revision
    );
    Err(Problem::new(Kind::Conflict, detail))
}

/// Who in the directory asks; what people do for themselves needs to know.
pub(crate) fn myself<P>(may: &May<P>) -> Result<PersonId, Problem> {
    may.actor().person.clone().ok_or_else(|| {
        let detail = "this account belongs to nobody in the directory; ask an administrator to connect it with you, or \
                      use your own account";
        Problem::new(Kind::Forbidden, detail)
    })
}

/// A text that says something and is not too long; `field` is where it was sent.
pub(crate) fn text(given: &str, field: &str) -> Result<String, Problem> {
    let text = given.trim();
    if text.is_empty() || text.chars().count() > LONGEST_TEXT {
        return Err(invalid(format!("give `{field}`, at most {LONGEST_TEXT} characters")));
    }
    Ok(text.to_owned())
}

/// What was sent makes no sense.
pub(crate) fn invalid(error: impl ToString) -> Problem {
    Problem::new(Kind::Invalid, error.to_string())
}

/// What was asked for does not fit the state that the thing is in.
pub(crate) fn refused(error: impl ToString) -> Problem {
    Problem::new(Kind::Conflict, error.to_string())
}
