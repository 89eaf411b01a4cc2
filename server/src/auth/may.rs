use std::{collections::BTreeSet, marker::PhantomData, time::Duration};

use axum::{extract::FromRequestParts, http::request::Parts};
use governance::Act;
use model::{PersonId, Timestamp};
use store::{Digest, QueryError, Role, Session, Store};

use super::{
    credential::Credential,
    role::{Permission, Permitted},
    secret,
};
use crate::{
    app::App,
    web::{
        origin,
        problem::{Kind, Problem},
    },
};

/// The header that proves that a page of the console made a request.
const CSRF_HEADER: &str = "x-bylaw-csrf";
/// A session ends this long after its latest request…
pub(super) const IDLE: Duration = Duration::from_secs(12 * 60 * 60);
/// …and this long after it began.
pub(super) const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// The latest request of a session or token is noted this often at most.
const NOTED: Duration = Duration::from_secs(5 * 60);

/// Proof that the current request's maker may do `P`. Only this module makes it.
#[derive(Debug)]
pub(crate) struct May<P> {
    actor: Actor,
    now: Timestamp,
    permitted: PhantomData<fn() -> P>,
}

/// Who makes a request.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    /// The account's name, as decisions are signed with it.
    pub(crate) name: String,
    /// The account that answers for it: for a token, its maker's.
    pub(crate) account: String,
    /// Its role.
    pub(crate) role: Role,
    /// The functions of the organisation that the account speaks for, as `legal`; none for programs.
    pub(crate) functions: BTreeSet<String>,
    /// Who uses it, where that is known.
    pub(crate) person: Option<PersonId>,
    /// How the request was recognised.
    pub(crate) by: By,
}

/// How a request was recognised.
#[derive(Clone, Debug)]
pub(crate) enum By {
    /// By a browser's session.
    Session(Session),
    /// By a program's token.
    Api(Digest),
    /// By a signed link to one exchange's justification page.
    Link,
    /// It was not: nobody is asked who makes an anonymous report.
    Anyone,
}

impl<P> May<P> {
    /// Who makes the request.
    pub(crate) const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// When.
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    /// What the audit log says of something that the actor does to `subject`.
    pub(crate) fn act(&self, what: &'static str, subject: impl ToString) -> Act {
        Act::new(what, subject, self.actor.name.as_str())
    }

    /// The browser's session, for what only people may do.
    pub(crate) fn session(&self) -> Result<&Session, Problem> {
        match &self.actor.by {
            By::Session(session) => Ok(session),
            By::Api(_) | By::Link | By::Anyone => {
                let detail = "this is for people only: sign in with name and password instead of a token";
                Err(Problem::new(Kind::Forbidden, detail))
            }
        }
    }

    /// Proof that the same actor may also do `Q`.
    pub(crate) fn and<Q: Permitted>(&self) -> Result<May<Q>, Problem> {
        authorize(self.actor.clone(), self.now)
    }

    /// For people who are not asked who they are.
    pub(super) fn of_anyone(now: Timestamp) -> Self {
        let name = "anonymous".to_owned();
        let actor = Actor {
            account: name.clone(),
            name,
            role: Role::Employee,
            functions: BTreeSet::new(),
            person: None,
            by: By::Anyone,
        };
        Self { actor, now, permitted: PhantomData }
    }

    /// For holders of a link that was verified.
    pub(super) fn by_link(now: Timestamp) -> Self {
        let name = "a link".to_owned();
        let actor = Actor {
            account: name.clone(),
            name,
            role: Role::Employee,
            functions: BTreeSet::new(),
            person: None,
            by: By::Link,
        };
        Self { actor, now, permitted: PhantomData }
    }
}

impl<P: Permitted> FromRequestParts<App> for May<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.now();
        let actor = recognise(parts, app, now).await?;
        authorize(actor, now)
    }
}

/// The same proof for a request that goes on for long: the session or token may have ended meanwhile.
pub(crate) async fn still_may<P: Permitted>(may: &May<P>, app: &App) -> Result<May<P>, Problem> {
    let now = app.now();
    let store = &app.guarded().for_authorisation().store;
    let actor = match &may.actor.by {
        By::Session(session) => by_session(store, session.digest, now).await?,
        By::Api(digest) => by_api_token(store, *digest, now).await?,
        By::Link | By::Anyone => None,
    };
    authorize(actor.ok_or_else(signed_out)?, now)
}

fn authorize<P: Permitted>(actor: Actor, now: Timestamp) -> Result<May<P>, Problem> {
    if P::PERMISSION.roles().contains(&actor.role) {
        return Ok(May { actor, now, permitted: PhantomData });
    }
    Err(forbidden(&actor, P::PERMISSION))
}

/// Why `actor` may not, and who may.
fn forbidden(actor: &Actor, permission: Permission) -> Problem {
    let roles: Vec<&str> = permission.roles().iter().map(|role| role.as_str()).collect();
    let detail = format!(
        "this needs the permission `{}`, which the role `{}` of `{}` does not have; these roles do: {}",
        permission.as_str(),
        actor.role,
        actor.name,
        roles.join(", ")
    );
    Problem::new(Kind::Forbidden, detail)
}

fn signed_out() -> Problem {
    let detail =
        "sign in at /sign-in, or send an API token as `Authorization: Bearer …`; a session may have ended";
    Problem::new(Kind::SignedOut, detail)
}

/// Finds out who makes a request, and that no other site made a browser send it.
async fn recognise(parts: &Parts, app: &App, now: Timestamp) -> Result<Actor, Problem> {
    origin::same_site(&parts.method, &parts.headers)?;
    let store = &app.guarded().for_authorisation().store;
    let actor = match Credential::read(&parts.headers) {
        Some(Credential::Session(token)) => by_session(store, token.digest(), now).await?,
        Some(Credential::Api(token)) => by_api_token(store, token.digest(), now).await?,
        None => None,
    };
    let actor = actor.ok_or_else(signed_out)?;
    match &actor.by {
        By::Session(session) if !parts.method.is_safe() => from_console(parts, session)?,
        By::Session(_) | By::Api(_) | By::Link | By::Anyone => {}
    }
    Ok(actor)
}

async fn by_session(store: &Store, digest: Digest, now: Timestamp) -> Result<Option<Actor>, QueryError> {
    let Some((session, user)) = store.session(digest, now).await? else { return Ok(None) };
    if session.last_seen_at.plus(NOTED) <= now {
        let end = now.plus(IDLE).min(session.created_at.plus(LONGEST));
        store.touch_session(digest, now, end).await?;
    }
    let by = By::Session(session);
    let store::User { name, role, person, functions, .. } = user;
    Ok(Some(Actor { account: name.clone(), name, role, functions, person, by }))
}

async fn by_api_token(store: &Store, digest: Digest, now: Timestamp) -> Result<Option<Actor>, QueryError> {
    let Some(token) = store.api_token(digest, now).await? else { return Ok(None) };
    if token.last_used_at.is_none_or(|used| used.plus(NOTED) <= now) {
        store.touch_api_token(digest, now).await?;
    }
    let name = format!("{} (token {})", token.created_by, token.name);
    let (account, functions) = (token.created_by, BTreeSet::new());
    Ok(Some(Actor { name, account, role: token.role, functions, person: None, by: By::Api(digest) }))
}

fn from_console(parts: &Parts, session: &Session) -> Result<(), Problem> {
    let given = parts.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
    if given.is_some_and(|given| secret::same(given, session.csrf.reveal())) {
        return Ok(());
    }
    let detail = format!("send the value `csrf` of GET /api/v1/session in the header `{CSRF_HEADER}`");
    Err(Problem::new(Kind::CrossSite, detail))
}
