use std::{net::IpAddr, sync::Arc};

use identity::{Directory, Evidence, Identified};
use model::{Person, PersonId, Sensitive};
use quick_cache::sync::Cache;

/// How many verified credentials are remembered.
const REMEMBERED: usize = 50_000;

/// A client, as far as it is known.
#[derive(Clone, Debug)]
pub struct Who {
    /// The person, or `address:…` for a client nobody is known for.
    pub id: PersonId,
    /// The directory's entry, if there is one.
    pub person: Option<Arc<Person>>,
    /// Where the client is.
    pub address: IpAddr,
    /// Why it asks.
    pub errand: Errand,
}

/// Why a client asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Somebody uses a tool.
    Real,
    /// Bylaw tries whether the gate keeps the policy's promises: nothing may be recorded or sent on.
    Canary,
}

/// What came of identifying a client.
#[derive(Clone, Debug)]
pub enum Identity {
    /// A person of the directory.
    Known(Who),
    /// Nobody the directory knows, and no credential was offered.
    Unknown(Who),
    /// A credential was offered and is wrong.
    Denied,
}

/// Credentials that were verified under the current directory: verifying costs tens of milliseconds on purpose.
pub(crate) struct Logins {
    verified: Cache<[u8; 32], Arc<Person>>,
    key: [u8; 32],
}

impl Default for Logins {
    fn default() -> Self {
        // Only the hash of a credential is kept, keyed with bytes that live and die with this process.
        let mut key = [0; 32];
        let (first, second) = key.split_at_mut(16);
        first.copy_from_slice(uuid::Uuid::new_v4().as_bytes());
        second.copy_from_slice(uuid::Uuid::new_v4().as_bytes());
        Self { verified: Cache::new(REMEMBERED), key }
    }
}

impl Logins {
    /// Forgets all, because the directory changed.
    pub(crate) fn forget(&self) {
        self.verified.clear();
    }

    pub(crate) fn identify(
        &self,
        directory: &Directory,
        address: IpAddr,
        basic: Option<(&str, &Sensitive)>,
    ) -> Identity {
        let ticket = basic.map(|(user, password)| self.ticket(user, password));
        if let Some(person) = ticket.and_then(|ticket| self.verified.get(&ticket)) {
            return known(&person, address);
        }
        match directory.identify(&Evidence { address, basic }) {
            Identified::Person(person, _) => {
                let person = Arc::new(person.clone());
                if let Some(ticket) = ticket {
                    self.verified.insert(ticket, Arc::clone(&person));
                }
                known(&person, address)
            }
            Identified::Unknown => Identity::Unknown(stranger(address)),
            Identified::WrongPassword => Identity::Denied,
        }
    }

    fn ticket(&self, user: &str, password: &Sensitive) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(&user.len().to_le_bytes());
        hasher.update(user.as_bytes());
        hasher.update(password.reveal().as_bytes());
        *hasher.finalize().as_bytes()
    }
}

fn known(person: &Arc<Person>, address: IpAddr) -> Identity {
    Identity::Known(Who {
        id: person.id.clone(),
        person: Some(Arc::clone(person)),
        address,
        errand: Errand::Real,
    })
}

pub(crate) fn stranger(address: IpAddr) -> Who {
    Who { id: PersonId::new(format!("address:{address}")), person: None, address, errand: Errand::Real }
}
