use std::{fmt, time::Duration};

use catalog::{Match, Role};
use http::HeaderMap;
use model::{AccountKind, PersonId, Timestamp, ToolId};
use quick_cache::sync::Cache;

use crate::{
    link::LinkKey,
    login::{Errand, Who},
    open::Head,
    snapshot::Snapshot,
};

/// Accounts that are remembered, one for each person and tool.
const REMEMBERED: usize = 100_000;
/// How long: a working day. Then a request must show the account again.
const LASTS: Duration = Duration::from_secs(12 * 60 * 60);
/// Where clients put keys of programming interfaces.
const KEY_HEADERS: [&str; 4] = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];
/// Where addresses of sign-in pages name who is about to sign in (OpenID Connect Core 1.0 §3.1.2.1, and what Google and
/// Microsoft add to it).
const HINTS: [&str; 4] = ["login_hint", "hd", "domain_hint", "username"];

/// What tells the organisation's own accounts from others.
#[derive(Clone, Default)]
pub struct Accounts {
    /// Domains of its e-mail addresses, lower case.
    pub domains: Vec<String>,
    /// Keyed hashes of its own API keys: see [`LinkKey::api_key`].
    pub keys: Vec<KeyHash>,
}

/// Keyed hash of an API key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyHash(blake3::Hash);

/// The text is no keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a keyed hash has 64 hexadecimal digits")]
pub struct InvalidKeyHash;

/// Which kind of account each person was last seen with at each tool.
pub(crate) struct KnownAccounts {
    known: Cache<(PersonId, ToolId), (AccountKind, Timestamp)>,
}

impl Default for KnownAccounts {
    fn default() -> Self {
        Self { known: Cache::new(REMEMBERED) }
    }
}

impl LinkKey {
    /// Keyed hash of one of the organisation's own API keys, for the configuration.
    pub fn api_key(&self, key: &str) -> KeyHash {
        KeyHash(blake3::keyed_hash(&self.derived("api key"), key.trim().as_bytes()))
    }
}

impl Snapshot {
    /// Which kind of account a request is made with that shows none beside its host and path, by somebody of whom
    /// nothing is remembered.
    pub fn account(&self, host: &str, path: &str) -> AccountKind {
        let by_name = self.catalog.lookup(host).map_or(AccountKind::Unknown, |found| found.account(path));
        if by_name != AccountKind::Unknown {
            return by_name;
        }
        let tenants = &self.settings.tenants;
        let by_id = tenants.account_by_id(host, path, &HeaderMap::new());
        by_id.or_else(|| tenants.account_by_control(host)).unwrap_or(AccountKind::Unknown)
    }
}

impl KnownAccounts {
    /// Which kind of account a request is made with: what it shows by itself, or showed before.
    pub(crate) fn of(
        &self,
        snapshot: &Snapshot,
        who: &Who,
        head: &Head<'_>,
        found: &Match<'_>,
        now: Timestamp,
    ) -> AccountKind {
        let path = head.path_and_query.split('?').next().unwrap_or_default();
        let by_name = found.account(path);
        if by_name != AccountKind::Unknown {
            return by_name;
        }
        let settings = &snapshot.settings;
        let shown = settings
            .tenants
            .account_by_id(head.host, path, head.headers)
            .or_else(|| by_key(snapshot, found, head.headers))
            .or_else(|| by_hint(&settings.accounts, head.path_and_query));
        if let Some(account) = shown {
            self.learn(who, &found.tool.id, account, now);
            return account;
        }
        self.remembered(who, &found.tool.id, now)
            .or_else(|| settings.tenants.account_by_control(head.host))
            .unwrap_or(AccountKind::Unknown)
    }

    /// Remembers an account.
    pub(crate) fn learn(&self, who: &Who, tool: &ToolId, account: AccountKind, now: Timestamp) {
        if who.errand == Errand::Real {
            self.known.insert((who.id.clone(), tool.clone()), (account, now));
        }
    }

    fn remembered(&self, who: &Who, tool: &ToolId, now: Timestamp) -> Option<AccountKind> {
        let (account, at) = self.known.get(&(who.id.clone(), tool.clone()))?;
        (now < at.plus(LASTS)).then_some(account)
    }
}

/// A key that is registered is the organisation's; another one is somebody's own, if any are registered at all.
fn by_key(snapshot: &Snapshot, found: &Match<'_>, headers: &HeaderMap) -> Option<AccountKind> {
    let settings = &snapshot.settings;
    if settings.accounts.keys.is_empty() || found.host.role != Role::Api {
        return None;
    }
    let given = KEY_HEADERS.into_iter().find_map(|name| headers.get(name)?.to_str().ok())?;
    let key = given.strip_prefix("Bearer ").or(given.strip_prefix("bearer ")).unwrap_or(given);
    let own = settings.accounts.keys.contains(&settings.key.api_key(key));
    Some(if own { AccountKind::Corporate } else { AccountKind::Personal })
}

/// What the address of a sign-in page says of who is about to sign in.
fn by_hint(accounts: &Accounts, path_and_query: &str) -> Option<AccountKind> {
    if accounts.domains.is_empty() {
        return None;
    }
    let (_, query) = path_and_query.split_once('?')?;
    let hint = query.split('&').find_map(|field| {
        let (name, value) = field.split_once('=')?;
        HINTS.contains(&name).then_some(value)
    })?;
    let domain = hint.rsplit(['@']).next().unwrap_or(hint);
    let domain = domain.rsplit("%40").next().unwrap_or(domain).to_ascii_lowercase();
    if !domain.contains('.') {
        return None;
    }
    let own = accounts.domains.contains(&domain);
    Some(if own { AccountKind::Corporate } else { AccountKind::Personal })
}

impl std::str::FromStr for KeyHash {
    type Err = InvalidKeyHash;

    fn from_str(text: &str) -> Result<Self, InvalidKeyHash> {
        blake3::Hash::from_hex(text).map(Self).map_err(|_| InvalidKeyHash)
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_hex())
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} domains, {} keys>", self.domains.len(), self.keys.len())
    }
}
