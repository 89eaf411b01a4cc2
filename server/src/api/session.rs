use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::{HeaderName, StatusCode, header},
};
use model::{PersonId, Sensitive, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Change, Role, UserChange};
use utoipa::ToSchema;

use super::{
    drafts::reads_drafts,
    tool_reviews::works_on_requests,
    users::{changed, hashed},
};
use crate::{
    app::App,
    auth::{self, May, Permission, RoleWord, SignedIn, permissions, to},
    web::{input::Input, problem::Problem},
};

/// Who is signed in and what they may do.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    user: SessionUser,
    /// What every request but GET must repeat in the header `x-bylaw-csrf`; empty for API tokens.
    csrf: String,
    permissions: Vec<Permission>,
    /// When the session ends, if it does by itself.
    expires_at: Option<Timestamp>,
}

/// The account that is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionUser {
    name: String,
    #[serde(with = "RoleWord")]
    #[schema(value_type = RoleWord)]
    role: Role,
    /// Who uses it, if that is somebody in the directory.
    person_id: Option<PersonId>,
    /// The functions of the organisation that it speaks for, as `legal`.
    functions: BTreeSet<String>,
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    name: String,
    #[schema(value_type = String, format = Password)]
    password: Sensitive,
}

/// A code that works once.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneTimeSignIn {
    #[schema(value_type = String, format = Password)]
    code: Sensitive,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    #[schema(value_type = String, format = Password)]
    current: Sensitive,
    #[schema(value_type = String, format = Password)]
    new: Sensitive,
}

type WithCookie = ([(HeaderName, String); 1], Json<Session>);

/// Who is signed in.
#[utoipa::path(get, path = "/session", tag = "session",
    responses((status = OK, body = Session)), extensions(("x-permission" = json!("hold_session"))))]
pub(crate) async fn get_session(may: May<to::HoldSession>) -> Json<Session> {
    let actor = may.actor();
    let session = may.session().ok();
    Json(Session {
        permissions: shown_permissions(actor.role, &actor.functions),
        user: SessionUser {
            name: actor.name.clone(),
            role: actor.role,
            person_id: actor.person.clone(),
            functions: actor.functions.clone(),
        },
        csrf: session.map(|session| session.csrf.reveal().to_owned()).unwrap_or_default(),
        expires_at: session.map(|session| session.expires_at),
    })
}

/// Sign in with name and password; sets the session's cookie.
#[utoipa::path(post, path = "/session", tag = "session", request_body = SignIn,
    responses((status = OK, body = Session)))]
pub(crate) async fn sign_in(State(app): State<App>, request: Request) -> Result<WithCookie, Problem> {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let Input(SignIn { name, password }) = Input::from_request(request, &app).await?;
    let signed_in = auth::by_password(&app, &parts, &name, password).await?;
    Ok(with_cookie(&app, signed_in))
}

/// Sign in with a code that works once; sets the session's cookie.
#[utoipa::path(post, path = "/session/one-time", tag = "session", request_body = OneTimeSignIn,
    responses((status = OK, body = Session)))]
pub(crate) async fn sign_in_once(State(app): State<App>, request: Request) -> Result<WithCookie, Problem> {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let Input(OneTimeSignIn { code }) = Input::from_request(request, &app).await?;
    let signed_in = auth::by_code(&app, &parts, code.reveal()).await?;
    Ok(with_cookie(&app, signed_in))
}

/// Sign out; the session ends at once.
#[utoipa::path(delete, path = "/session", tag = "session",
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("hold_session"))))]
pub(crate) async fn sign_out(
    may: May<to::HoldSession>,
    State(app): State<App>,
) -> Result<(StatusCode, [(HeaderName, String); 1]), Problem> {
    let session = may.session()?;
    app.data(&may).store.close_session(session.digest).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, auth::clear_cookie(app.scheme()))]))
}

/// Change one's own password. Every session of the account ends, this one too.
#[utoipa::path(put, path = "/session/password", tag = "session", request_body = PasswordChange,
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("hold_session"))))]
pub(crate) async fn change_password(
    may: May<to::HoldSession>,
    State(app): State<App>,
    request: Request,
) -> Result<(StatusCode, [(HeaderName, String); 1]), Problem> {
    may.session()?;
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let Input(PasswordChange { current, new }) = Input::from_request(request, &app).await?;
    auth::confirm(&may, &app, &parts, current).await?;
    let change = UserChange::Password(hashed(new).await?);
    app.data(&may).store.change_user(&may.actor().name, &change).await.map_err(changed)?;
    let act = may.act("password.changed", may.actor().role);
    app.data(&may).store.commit(Change::new(act), may.now()).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, auth::clear_cookie(app.scheme()))]))
}

fn with_cookie(app: &App, signed_in: SignedIn) -> WithCookie {
    let SignedIn { token, session, user } = signed_in;
    let seconds = session.expires_at.as_millis().saturating_sub(session.created_at.as_millis()) / 1_000;
    let cookie = auth::set_cookie(&token, u64::try_from(seconds).unwrap_or_default(), app.scheme());
    let answer = Session {
        permissions: shown_permissions(user.role, &user.functions),
        user: SessionUser {
            name: user.name,
            role: user.role,
            person_id: user.person,
            functions: user.functions,
        },
        csrf: session.csrf.reveal().to_owned(),
        expires_at: Some(session.expires_at),
    };
    ([(header::SET_COOKIE, cookie)], Json(answer))
}

/// What the role allows, without what it allows only to those who speak for a function.
fn shown_permissions(role: Role, functions: &BTreeSet<String>) -> Vec<Permission> {
    let may = |permission: &Permission| match permission {
        Permission::ReviewPolicy => reads_drafts(role, functions),
        Permission::ReviewTools | Permission::DecideExceptions | Permission::ReviewAssets => {
            works_on_requests(role, functions)
        }
        _ => true,
    };
    permissions(role).filter(may).collect()
}
