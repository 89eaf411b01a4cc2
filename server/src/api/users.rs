use std::collections::BTreeSet;

use axum::{Json, extract::State, http::StatusCode};
use model::{PersonId, Sensitive, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, ChangeUserError, CreateUserError, Effect, Role, UserChange};
use utoipa::ToSchema;

use crate::{
    app::{App, Data},
    auth::{self, May, PasswordError, RoleWord, to},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// Longest account name, in characters.
const LONGEST_NAME: usize = 128;
/// Longest name of a function, in characters.
const LONGEST_FUNCTION: usize = 40;

/// Someone who signs in to Bylaw.
#[derive(Serialize, ToSchema)]
pub(crate) struct User {
    name: String,
    #[serde(with = "RoleWord")]
    #[schema(value_type = RoleWord)]
    role: Role,
    /// Who uses the account, if that is somebody in the directory.
    person_id: Option<PersonId>,
    created_at: Timestamp,
    /// Since when it may not sign in.
    disabled_at: Option<Timestamp>,
    /// The functions of the organisation that it speaks for in reviews, as `legal`.
    functions: BTreeSet<String>,
}

/// The functions that an account speaks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserFunctions {
    /// Each in lower-case letters, digits and dashes, as the policy's `approvals` and its clauses name them.
    functions: BTreeSet<String>,
}

/// An account to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUser {
    name: String,
    /// At least 12 characters.
    #[schema(value_type = String, format = Password)]
    password: Sensitive,
    #[serde(with = "RoleWord")]
    #[schema(value_type = RoleWord)]
    role: Role,
    /// Who uses the account, if that is somebody in the directory.
    person_id: Option<PersonId>,
}

/// List the accounts.
#[utoipa::path(get, path = "/users", tag = "users",
    responses((status = OK, body = Vec<User>)), extensions(("x-permission" = json!("manage_users"))))]
pub(crate) async fn list_users(
    may: May<to::ManageUsers>,
    State(app): State<App>,
) -> Result<Json<Vec<User>>, Problem> {
    let users = app.data(&may).store.users().await?;
    Ok(Json(users.into_iter().map(User::from).collect()))
}

/// Add an account.
#[utoipa::path(post, path = "/users", tag = "users", request_body = NewUser,
    responses((status = CREATED, body = User)), extensions(("x-permission" = json!("manage_users"))))]
pub(crate) async fn add_user(
    may: May<to::ManageUsers>,
    State(app): State<App>,
    Input(new): Input<NewUser>,
) -> Result<(StatusCode, Json<User>), Problem> {
    may.session()?;
    if new.role == Role::Sensor {
        let detail = "`sensor` is a role for tokens: make one for the system that pushes its logs";
        return Err(Problem::new(Kind::Invalid, detail));
    }
    let data = app.data(&may);
    let user = store::User {
        name: checked_name(&new.name)?,
        person: known_person(data, new.person_id)?,
        role: new.role,
        password_hash: Some(hashed(new.password).await?),
        created_at: may.now(),
        disabled_at: None,
        functions: BTreeSet::new(),
    };
    data.store.create_user(&user).await.map_err(|error| match error {
        CreateUserError::NameTaken { .. } => Problem::new(Kind::Conflict, error.to_string()),
        CreateUserError::Store(cause) => cause.into(),
    })?;
    let act = may.act("user.added", user.role).with(json!({ "user": user.name }));
    data.store.commit(Change::new(act), may.now()).await?;
    Ok((StatusCode::CREATED, Json(user.into())))
}

/// Say for which functions of the organisation an account speaks: whose approvals it gives.
#[utoipa::path(put, path = "/users/{name}/functions", tag = "users", request_body = UserFunctions,
    params(("name" = String, Path, description = "The account")),
    responses((status = OK, body = User)), extensions(("x-permission" = json!("manage_users"))))]
pub(crate) async fn set_functions(
    may: May<to::ManageUsers>,
    State(app): State<App>,
    Named(name): Named<String>,
    Input(UserFunctions { functions }): Input<UserFunctions>,
) -> Result<Json<User>, Problem> {
    may.session()?;
    let data = app.data(&may);
    checked_functions(&functions)?;
    let user = data.store.user(&name).await?.ok_or_else(|| Problem::not_found("account", &name))?;
    let act = may.act("user.functions", "account").with(json!({ "account": name, "functions": functions }));
    data.commit(Change::new(act).functions(&name, functions.clone()), may.now()).await?;
    Ok(Json(User::from(store::User { functions, ..user })))
}

/// Remove an account, its sessions and the API tokens it made.
#[utoipa::path(delete, path = "/users/{name}", tag = "users",
    params(("name" = String, Path, description = "The account")),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("manage_users"))))]
pub(crate) async fn remove_user(
    may: May<to::ManageUsers>,
    State(app): State<App>,
    Named(name): Named<String>,
) -> Result<StatusCode, Problem> {
    may.session()?;
    if may.actor().name == name {
        return Err(Problem::new(
            Kind::Conflict,
            "nobody can remove their own account; ask another administrator",
        ));
    }
    let store = &app.data(&may).store;
    store.change_user(&name, &UserChange::Delete).await.map_err(changed)?;
    for token in store.api_tokens().await?.into_iter().filter(|token| token.created_by == name) {
        let (Effect::Done | Effect::Absent) = store.delete_api_token(&token.name).await?;
    }
    let act = may.act("user.removed", "account").with(json!({ "user": name }));
    store.commit(Change::new(act), may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The hash of a new password, if it is good enough.
pub(crate) async fn hashed(password: Sensitive) -> Result<Sensitive, Problem> {
    auth::hash_password(password).await.map_err(|error| match error {
        PasswordError::TooShort | PasswordError::TooLong => Problem::new(Kind::Invalid, error.to_string()),
        PasswordError::Hash(_) | PasswordError::Stopping => Problem::internal("hash the password", &error),
    })
}

/// Why an account was not changed.
pub(crate) fn changed(error: ChangeUserError) -> Problem {
    match error {
        ChangeUserError::Unknown { .. } => Problem::new(Kind::NotFound, error.to_string()),
        ChangeUserError::LastAdministrator { .. } => Problem::new(Kind::Conflict, error.to_string()),
        ChangeUserError::Store(cause) => cause.into(),
    }
}

fn checked_name(name: &str) -> Result<String, Problem> {
    let sound = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+');
    if !name.is_empty() && name.chars().count() <= LONGEST_NAME && name.chars().all(sound) {
        return Ok(name.to_owned());
    }
    let detail = format!("a name has 1 to {LONGEST_NAME} letters, digits and `.` `-` `_` `@` `+`");
    Err(Problem::new(Kind::Invalid, detail))
}

fn checked_functions(functions: &BTreeSet<String>) -> Result<(), Problem> {
    let sound = |function: &String| {
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        (1..=LONGEST_FUNCTION).contains(&function.len()) && function.chars().all(word)
    };
    match functions.iter().find(|function| !sound(function)) {
        None => Ok(()),
        Some(wrong) => {
            let detail = format!(
                "`{wrong}` is not a function: write lower-case letters, digits and dashes, at most {LONGEST_FUNCTION}, as in \
                 `legal`"
            );
            Err(Problem::new(Kind::Invalid, detail))
        }
    }
}

fn known_person(data: &Data, id: Option<PersonId>) -> Result<Option<PersonId>, Problem> {
    match id {
        Some(id) if data.engine.snapshot().directory.person(id.as_str()).is_none() => {
            let detail =
                format!("there is nobody called `{id}` in the directory; GET /api/v1/people lists everybody");
            Err(Problem::new(Kind::Invalid, detail))
        }
        id => Ok(id),
    }
}

impl From<store::User> for User {
    fn from(user: store::User) -> Self {
        Self {
            name: user.name,
            role: user.role,
            person_id: user.person,
            created_at: user.created_at,
            disabled_at: user.disabled_at,
            functions: user.functions,
        }
    }
}
