use model::{PersonId, Sensitive};
use store::{
    ApiToken, ChangeUserError, CreateApiTokenError, CreateUserError, Digest, Effect, OneTimeLogin,
    OneTimeUse, Role, Session, User, UserChange,
};
use tokio::task::JoinSet;

use crate::{
    history::instant,
    place::{Place, on_both},
};

on_both!(
    users_are_kept_and_changed,
    an_administrator_always_remains,
    two_administrators_cannot_unseat_each_other,
    sessions_end_when_they_should,
    a_one_time_code_is_accepted_once,
    api_tokens_live_and_die,
);

fn user(name: &str, role: Role) -> User {
    User {
        name: name.into(),
        password_hash: Some(Sensitive::new("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA")),
        role,
        person: None,
        created_at: instant(1_000),
        disabled_at: None,
        functions: Default::default(),
    }
}

fn session(secret: &str, user: &str, expires_at: i64) -> Session {
    Session {
        digest: Digest::of(secret),
        user: user.into(),
        csrf: Sensitive::new("csrf"),
        created_at: instant(0),
        expires_at: instant(expires_at),
        last_seen_at: instant(0),
    }
}

async fn users_are_kept_and_changed(place: Place) {
    let store = place.open().await;
    let (ada, mut ben) = (user("ada", Role::Administrator), user("ben", Role::Analyst));
    for user in [&ben, &ada] {
        store.create_user(user).await.unwrap();
    }
    let again = store.create_user(&ada).await.unwrap_err();
    assert!(matches!(again, CreateUserError::NameTaken { .. }), "{again:?}");
    assert_eq!(store.users().await.unwrap(), [ada, ben.clone()]);
    assert_eq!(store.user("Ben").await.unwrap(), None);

    ben.role = Role::Auditor;
    ben.person = Some(PersonId::new("ben.okafor"));
    ben.password_hash = Some(Sensitive::new("other"));
    ben.disabled_at = Some(instant(5));
    for change in [
        UserChange::Role(ben.role),
        UserChange::Person(ben.person.clone()),
        UserChange::Password(Sensitive::new("other")),
        UserChange::Disable(instant(5)),
    ] {
        store.change_user("ben", &change).await.unwrap();
    }
    assert_eq!(store.user("ben").await.unwrap(), Some(ben));
    store.change_user("ben", &UserChange::Enable).await.unwrap();
    assert_eq!(store.user("ben").await.unwrap().unwrap().disabled_at, None);
    store.change_user("ben", &UserChange::Delete).await.unwrap();
    let gone = store.change_user("ben", &UserChange::Enable).await.unwrap_err();
    assert!(matches!(gone, ChangeUserError::Unknown { .. }), "{gone:?}");
}

async fn an_administrator_always_remains(place: Place) {
    let store = place.open().await;
    store.create_user(&user("ada", Role::Administrator)).await.unwrap();
    let disabled = User { disabled_at: Some(instant(1)), ..user("bea", Role::Administrator) };
    store.create_user(&disabled).await.unwrap();
    for change in [UserChange::Role(Role::Analyst), UserChange::Disable(instant(2)), UserChange::Delete] {
        let refused = store.change_user("ada", &change).await.unwrap_err();
        assert!(matches!(refused, ChangeUserError::LastAdministrator { .. }), "{change:?}: {refused:?}");
    }
    store.change_user("ada", &UserChange::Role(Role::Administrator)).await.unwrap();
    store.change_user("bea", &UserChange::Enable).await.unwrap();
    store.change_user("ada", &UserChange::Delete).await.unwrap();
}

async fn two_administrators_cannot_unseat_each_other(place: Place) {
    let store = place.open().await;
    for round in 0..10 {
        let names = [format!("a{round}"), format!("b{round}")];
        for name in &names {
            store.create_user(&user(name, Role::Administrator)).await.unwrap();
        }
        for other in store.users().await.unwrap() {
            if !names.contains(&other.name) && other.role == Role::Administrator {
                store.change_user(&other.name, &UserChange::Delete).await.unwrap();
            }
        }
        let mut tasks = JoinSet::new();
        for name in names {
            let store = store.clone();
            tasks.spawn(async move { store.change_user(&name, &UserChange::Role(Role::Employee)).await });
        }
        while let Some(result) = tasks.join_next().await {
            let result = result.unwrap();
            assert!(matches!(result, Ok(()) | Err(ChangeUserError::LastAdministrator { .. })), "{result:?}");
        }
        let left =
            store.users().await.unwrap().iter().filter(|user| user.role == Role::Administrator).count();
        assert_eq!(left, 1, "round {round}");
    }
}

async fn sessions_end_when_they_should(place: Place) {
    let store = place.open().await;
    for name in ["ada", "ben"] {
        store.create_user(&user(name, Role::Administrator)).await.unwrap();
    }
    let kept = session("s1", "ada", 100);
    for session in [&kept, &session("s2", "ada", 50), &session("s3", "ben", 100)] {
        store.open_session(session).await.unwrap();
    }
    let digest = kept.digest;
    let found = store.session(digest, instant(99)).await.unwrap();
    assert_eq!(found, Some((kept.clone(), user("ada", Role::Administrator))));
    assert_eq!(store.session(digest, instant(100)).await.unwrap(), None);
    assert_eq!(store.session(Digest::of("other"), instant(0)).await.unwrap(), None);

    assert_eq!(store.touch_session(digest, instant(60), instant(160)).await.unwrap(), Effect::Done);
    let (touched, _) = store.session(digest, instant(100)).await.unwrap().unwrap();
    assert_eq!((touched.last_seen_at, touched.expires_at), (instant(60), instant(160)));

    assert_eq!(store.sweep(instant(50)).await.unwrap(), Effect::Done);
    assert_eq!(store.sweep(instant(50)).await.unwrap(), Effect::Absent);
    assert_eq!(store.close_session(Digest::of("s2")).await.unwrap(), Effect::Absent);
    assert_eq!(store.close_sessions_of("ada").await.unwrap(), Effect::Done);
    assert_eq!(store.session(digest, instant(0)).await.unwrap(), None);
    store.change_user("ben", &UserChange::Disable(instant(1))).await.unwrap();
    assert_eq!(store.session(Digest::of("s3"), instant(0)).await.unwrap(), None);
    assert!(store.open_session(&session("s4", "nobody", 100)).await.is_err());
}

async fn a_one_time_code_is_accepted_once(place: Place) {
    let store = place.open().await;
    store.create_user(&user("ada", Role::Administrator)).await.unwrap();
    let digest = Digest::of("code");
    let login = OneTimeLogin { digest, user: "ada".into(), created_at: instant(0), expires_at: instant(100) };
    store.create_one_time_login(&login).await.unwrap();
    assert_eq!(store.use_one_time_login(digest, instant(100)).await.unwrap(), OneTimeUse::Expired);
    assert_eq!(store.use_one_time_login(Digest::of("?"), instant(0)).await.unwrap(), OneTimeUse::Unknown);
    let mut tasks = JoinSet::new();
    for _ in 0..10 {
        let store = store.clone();
        tasks.spawn(async move { store.use_one_time_login(digest, instant(99)).await.unwrap() });
    }
    let mut outcomes = Vec::new();
    while let Some(outcome) = tasks.join_next().await {
        outcomes.push(outcome.unwrap());
    }
    let accepted = outcomes.iter().filter(|outcome| **outcome == OneTimeUse::Accepted { user: "ada".into() });
    assert_eq!(accepted.count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == OneTimeUse::UsedBefore).count(), 9);
}

async fn api_tokens_live_and_die(place: Place) {
    let store = place.open().await;
    let token = ApiToken {
        digest: Digest::of("token"),
        name: "ci".into(),
        role: Role::PolicyAuthor,
        created_at: instant(0),
        created_by: "ada".into(),
        expires_at: Some(instant(100)),
        last_used_at: None,
    };
    store.create_api_token(&token).await.unwrap();
    let again =
        store.create_api_token(&ApiToken { digest: Digest::of("x"), ..token.clone() }).await.unwrap_err();
    assert!(matches!(again, CreateApiTokenError::NameTaken { .. }), "{again:?}");
    assert_eq!(store.api_token(token.digest, instant(99)).await.unwrap(), Some(token.clone()));
    assert_eq!(store.api_token(token.digest, instant(100)).await.unwrap(), None);
    assert_eq!(store.touch_api_token(token.digest, instant(7)).await.unwrap(), Effect::Done);
    let used = ApiToken { last_used_at: Some(instant(7)), ..token.clone() };
    assert_eq!(store.api_tokens().await.unwrap(), [used]);
    assert_eq!(store.delete_api_token("ci").await.unwrap(), Effect::Done);
    assert_eq!(store.delete_api_token("ci").await.unwrap(), Effect::Absent);
    assert_eq!(store.api_token(token.digest, instant(0)).await.unwrap(), None);
}
