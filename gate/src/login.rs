use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::{CANARY, Identity, Who};
use http::{HeaderMap, HeaderValue, header::PROXY_AUTHORIZATION};
use model::Sensitive;

use crate::{client::Client, config::Strangers, gate::now};

/// What came of asking who a client is.
pub(crate) enum Login {
    /// This one.
    Welcome(Who),
    /// A name and password must be given.
    MustSignIn,
}

/// A credential that was offered, and who it turned out to be.
pub(crate) struct Known {
    offered: Option<HeaderValue>,
    who: Who,
}

/// Finds out who sent a request, from its credential or else the client's address.
pub(crate) async fn identify(client: &Arc<Client>, headers: &HeaderMap) -> Login {
    let offered = headers.get(PROXY_AUTHORIZATION);
    if let Some(known) = client.known().as_ref().filter(|known| known.offered.as_ref() == offered) {
        return Login::Welcome(known.who.clone());
    }
    let identity = match offered {
        None => client.gate.engine.identify(client.peer.ip(), None),
        Some(value) => match basic(value) {
            Some(credential) => verify(client, credential).await,
            None => Identity::Denied,
        },
    };
    let who = match identity {
        Identity::Known(who) => who,
        Identity::Unknown(who) if client.gate.config.strangers == Strangers::Welcome => who,
        Identity::Unknown(_) | Identity::Denied => {
            client.gate.metrics.logins_denied.increment();
            return Login::MustSignIn;
        }
    };
    *client.known() = Some(Known { offered: offered.cloned(), who: who.clone() });
    Login::Welcome(who)
}

/// Passwords take tens of milliseconds of CPU, so they are verified elsewhere and few at once.
async fn verify(client: &Arc<Client>, (user, password): (String, Sensitive)) -> Identity {
    if user == CANARY {
        return client.gate.engine.canary(client.peer.ip(), &password, now());
    }
    let Ok(_turn) = client.gate.logins.acquire().await else {
        return Identity::Denied;
    };
    let asked = Arc::clone(client);
    let verified = tokio::task::spawn_blocking(move || {
        asked.gate.engine.identify(asked.peer.ip(), Some((&user, &password)))
    });
    verified.await.unwrap_or(Identity::Denied)
}

/// Name and password of `Basic` credentials (RFC 7617 §2).
fn basic(value: &HeaderValue) -> Option<(String, Sensitive)> {
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), Sensitive::new(password)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &str, expected: Option<(&str, &str)>) {
        let read = basic(&HeaderValue::from_str(given).unwrap());
        let read = read.as_ref().map(|(user, password)| (user.as_str(), password.reveal()));
        assert_eq!(read, expected, "{given}");
    }

    #[test]
    fn credentials() {
        check("Basic YW5uYTpwYTpzcw==", Some(("anna", "pa:ss")));
        check("bAsIc  YW5uYTo=", Some(("anna", "")));
        check("Bearer YW5uYTpwYTpzcw==", None);
        check("Basic YW5uYQ==", None);
        check("Basic !", None);
        check("Basic", None);
    }
}
