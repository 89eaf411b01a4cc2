use axum::http::request::Parts;
use governance::Act;
use model::{Sensitive, Timestamp};
use store::{Change, OneTimeUse, Session, Store, User};

use super::{
    May,
    may::IDLE,
    password::{self, Verification},
    role::to,
    secret::Token,
    throttle::{Subject, Throttle, Wait},
};
use crate::{
    app::App,
    web::{
        origin,
        problem::{Kind, Problem},
    },
};

/// A session that has just begun, and what its browser shows to be recognised.
pub(crate) struct SignedIn {
    pub(crate) token: Token,
    pub(crate) session: Session,
    pub(crate) user: User,
}

/// Signs someone in by name and password.
pub(crate) async fn by_password(
    app: &App,
    parts: &Parts,
    name: &str,
    password: Sensitive,
) -> Result<SignedIn, Problem> {
    origin::same_site(&parts.method, &parts.headers)?;
    let now = app.now();
    let subjects = [Subject::name(name), Subject::address(app.client_address(parts))];
    begin(app, &subjects, now)?;
    let store = &app.guarded().for_authorisation().store;
    let user = store.user(name).await?.filter(|user| user.disabled_at.is_none());
    let known = user.as_ref().and_then(|user| user.password_hash.clone());
    let verified = password::verify(password, known).await;
    let verified = verified.map_err(|error| Problem::internal("check the password", &error))?;
    match (verified, user) {
        (Verification::Right, Some(user)) => {
            app.throttle().succeeded(&subjects);
            open(store, user, now).await
        }
        _ => Err(refused(app, "name or password is wrong; an administrator can set a new password")),
    }
}

/// Signs someone in by a code that works once.
pub(crate) async fn by_code(app: &App, parts: &Parts, code: &str) -> Result<SignedIn, Problem> {
    origin::same_site(&parts.method, &parts.headers)?;
    let now = app.now();
    let subjects = [Subject::address(app.client_address(parts))];
    begin(app, &subjects, now)?;
    let store = &app.guarded().for_authorisation().store;
    let used = match Token::read(code) {
        Some(token) => store.use_one_time_login(token.digest(), now).await?,
        None => OneTimeUse::Unknown,
    };
    let name = match used {
        OneTimeUse::Accepted { user } => user,
        OneTimeUse::UsedBefore => return Err(refused(app, "this link was used before; ask for a new one")),
        OneTimeUse::Expired => return Err(refused(app, "this link has expired; ask for a new one")),
        OneTimeUse::Unknown => return Err(refused(app, "this link is not valid; ask for a new one")),
    };
    match store.user(&name).await?.filter(|user| user.disabled_at.is_none()) {
        Some(user) => {
            app.throttle().succeeded(&subjects);
            open(store, user, now).await
        }
        None => Err(refused(app, "the account of this link may not sign in")),
    }
}

/// Whether `password` is that of the account; counted like a sign-in.
pub(crate) async fn confirm(
    may: &May<to::HoldSession>,
    app: &App,
    parts: &Parts,
    password: Sensitive,
) -> Result<(), Problem> {
    let name = &may.actor().name;
    let subjects = [Subject::name(name), Subject::address(app.client_address(parts))];
    begin(app, &subjects, may.now())?;
    let user = app.data(may).store.user(name).await?;
    let verified = password::verify(password, user.and_then(|user| user.password_hash)).await;
    match verified.map_err(|error| Problem::internal("check the password", &error))? {
        Verification::Right => {
            app.throttle().succeeded(&subjects);
            Ok(())
        }
        Verification::Wrong => Err(Problem::new(Kind::Forbidden, "the current password is wrong")),
    }
}

fn begin(app: &App, subjects: &[Subject], now: Timestamp) -> Result<(), Problem> {
    let throttle: &Throttle = app.throttle();
    throttle.begin(subjects, now).map_err(|Wait(wait)| {
        app.metrics().sign_in_refused();
        let detail = format!("too many attempts have failed; try again in {} s", wait.as_secs().max(1));
        Problem::new(Kind::TooManyAttempts, detail).after(wait)
    })
}

fn refused(app: &App, detail: &str) -> Problem {
    app.metrics().sign_in_refused();
    Problem::new(Kind::SignedOut, detail)
}

async fn open(store: &Store, user: User, now: Timestamp) -> Result<SignedIn, Problem> {
    store.sweep(now).await?;
    let token = Token::random();
    let session = Session {
        digest: token.digest(),
        user: user.name.clone(),
        csrf: Sensitive::new(Token::random().reveal()),
        created_at: now,
        expires_at: now.plus(IDLE),
        last_seen_at: now,
    };
    store.open_session(&session).await?;
    let act = Act::new("session.opened", user.role, user.name.as_str());
    store.commit(Change::new(act), now).await?;
    Ok(SignedIn { token, session, user })
}
