use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{ApiToken as Stored, Change, CreateApiTokenError, Effect, Role};
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::{Actor, May, RoleWord, Token, permissions, to},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Longest life of a token, in days.
const LONGEST_LIFE: u32 = 3_650;
/// Longest name of a token, in characters.
const LONGEST_NAME: usize = 64;

/// A token that a program signs in with, without the token itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiToken {
    /// What it is for.
    name: String,
    #[serde(with = "RoleWord")]
    #[schema(value_type = RoleWord)]
    role: Role,
    created_by: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

/// A token to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    /// What it is for; unique.
    name: String,
    /// What it allows; one's own role if left out, and never more than that.
    role: Option<String>,
    /// For how many days it works; for good if left out.
    days: Option<u32>,
}

/// A token that was made. It is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeToken {
    name: String,
    token: String,
}

/// List one's own API tokens; administrators see everybody's.
#[utoipa::path(get, path = "/tokens", tag = "tokens",
    responses((status = OK, body = Vec<ApiToken>)), extensions(("x-permission" = json!("use_tokens"))))]
pub(crate) async fn list_tokens(
    may: May<to::UseTokens>,
    State(app): State<App>,
) -> Result<Json<Vec<ApiToken>>, Problem> {
    let tokens = app.data(&may).store.api_tokens().await?;
    let mine = tokens.into_iter().filter(|token| may_see(may.actor(), token));
    Ok(Json(mine.map(ApiToken::from).collect()))
}

/// Make an API token.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = NewToken,
    responses((status = CREATED, body = MadeToken)), extensions(("x-permission" = json!("use_tokens"))))]
pub(crate) async fn add_token(
    may: May<to::UseTokens>,
    State(app): State<App>,
    Input(new): Input<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), Problem> {
    may.session()?;
    let token = Token::for_api();
    let kept = Stored {
        digest: token.digest(),
        name: checked_name(&new.name)?,
        role: checked_role(may.actor().role, new.role.as_deref())?,
        created_at: may.now(),
        created_by: may.actor().name.clone(),
        expires_at: end(new.days, may.now())?,
        last_used_at: None,
    };
    app.data(&may).store.create_api_token(&kept).await.map_err(|error| match error {
        CreateApiTokenError::NameTaken { .. } => Problem::new(Kind::Conflict, error.to_string()),
        CreateApiTokenError::Store(cause) => cause.into(),
    })?;
    let act = may.act("token.made", kept.role).with(json!({ "token": kept.name }));
    app.data(&may).store.commit(Change::new(act), may.now()).await?;
    Ok((StatusCode::CREATED, Json(MadeToken { name: kept.name, token: token.reveal().to_owned() })))
}

/// Make an API token stop working.
#[utoipa::path(delete, path = "/tokens/{name}", tag = "tokens",
    params(("name" = String, Path, description = "The token's name")),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("use_tokens"))))]
pub(crate) async fn remove_token(
    may: May<to::UseTokens>,
    State(app): State<App>,
    Named(name): Named<String>,
) -> Result<StatusCode, Problem> {
    may.session()?;
    let store = &app.data(&may).store;
    let tokens = store.api_tokens().await?;
    let mine = tokens.iter().any(|token| token.name == name && may_see(may.actor(), token));
    if !mine || store.delete_api_token(&name).await? == Effect::Absent {
        return Err(Problem::not_found("API token", &name));
    }
    let act = may.act("token.removed", "token").with(json!({ "token": name }));
    store.commit(Change::new(act), may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn may_see(actor: &Actor, token: &Stored) -> bool {
    actor.role == Role::Administrator || token.created_by == actor.name
}

fn checked_name(name: &str) -> Result<String, Problem> {
    let name = name.trim();
    if name.is_empty()
        || name.chars().count() > LONGEST_NAME
        || name.chars().any(|c| c == '/' || c.is_control())
    {
        let detail =
            format!("say what the token is for in `name`: 1 to {LONGEST_NAME} characters without `/`");
        return Err(Problem::new(Kind::Invalid, detail));
    }
    Ok(name.to_owned())
}

/// The role asked for, if it allows nothing that one's own does not.
fn checked_role(own: Role, asked: Option<&str>) -> Result<Role, Problem> {
    let Some(word) = asked else { return Ok(own) };
    let role: Role =
        word.parse().map_err(|error: store::UnknownRole| Problem::new(Kind::Invalid, error.to_string()))?;
    match permissions(role).find(|permission| !permission.roles().contains(&own)) {
        None => Ok(role),
        Some(more) => {
            let detail = format!("a token cannot do more than its maker: `{role}` has `{}`", more.as_str());
            Err(Problem::new(Kind::Forbidden, detail))
        }
    }
}

fn end(days: Option<u32>, now: Timestamp) -> Result<Option<Timestamp>, Problem> {
    match days {
        Some(0) => Err(Problem::new(Kind::Invalid, "a token works for at least 1 day")),
        Some(days) => Ok(Some(now.plus(DAY * days.min(LONGEST_LIFE)))),
        None => Ok(None),
    }
}

impl From<Stored> for ApiToken {
    fn from(token: Stored) -> Self {
        Self {
            name: token.name,
            role: token.role,
            created_by: token.created_by,
            created_at: token.created_at,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
        }
    }
}
