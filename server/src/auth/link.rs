use axum::{extract::FromRequestParts, http::request::Parts};
use engine::LinkError;
use model::{ExchangeId, PersonId};
use serde::Deserialize;

use super::{May, role::to};
use crate::{
    app::App,
    web::{
        input::{Named, Params},
        origin,
        problem::{Kind, Problem},
    },
};

/// What a link to the justification page carries.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkQuery {
    /// The signed token.
    t: Option<String>,
}

/// Someone who may give the reason for one exchange: who holds its signed link, or the person themselves.
pub(crate) struct Justifier {
    pub(crate) may: May<to::Justify>,
    pub(crate) exchange: ExchangeId,
    pub(crate) whose: Whose,
}

/// Whose exchanges someone may give reasons for.
pub(crate) enum Whose {
    /// The one that the link is for.
    LinkHolder,
    /// This person's own.
    Person(PersonId),
}

impl FromRequestParts<App> for Justifier {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Named(exchange) = Named::<ExchangeId>::from_request_parts(parts, app).await?;
        let Params(LinkQuery { t }) = Params::from_request_parts(parts, app).await?;
        match t {
            Some(token) => by_link(parts, app, exchange, &token),
            None => by_account(parts, app, exchange).await,
        }
    }
}

/// A link is in nobody's cookie jar, so another site cannot make a browser use it without knowing it.
fn by_link(parts: &Parts, app: &App, exchange: ExchangeId, token: &str) -> Result<Justifier, Problem> {
    origin::same_site(&parts.method, &parts.headers)?;
    let now = app.now();
    let snapshot = app.guarded().for_authorisation().engine.snapshot();
    snapshot.settings.key.verify(exchange, token, now).map_err(|error| match error {
        LinkError::Forged => Problem::new(Kind::Forbidden, error.to_string()),
        LinkError::Expired => Problem::new(Kind::Expired, error.to_string()),
    })?;
    Ok(Justifier { may: May::by_link(now), exchange, whose: Whose::LinkHolder })
}

async fn by_account(parts: &mut Parts, app: &App, exchange: ExchangeId) -> Result<Justifier, Problem> {
    let may = May::<to::Justify>::from_request_parts(parts, app).await?;
    match may.actor().person.clone() {
        Some(person) => Ok(Justifier { may, exchange, whose: Whose::Person(person) }),
        None => {
            let detail =
                "this account belongs to nobody in the directory; use the link from the tool's answer";
            Err(Problem::new(Kind::Forbidden, detail))
        }
    }
}
