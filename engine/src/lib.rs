//! Walks one exchange to one verdict: identity → catalogue → dialect → detection → policy.
//!
//! The hot path asks three times, one way: [`Engine::open`] with the request's head, [`Inspection::close`] with its body,
//! and what comes back says what to do and what to record. Where the policy has a say in answers, [`Awaited::begin`] and
//! [`Listening::hear`] go on with the tool's answer. The check API, policy examples and `bylaw check` walk the same
//! path, so there is one truth. No network, no disk, no clock: time comes in as a value. Content lives here only as long
//! as the exchange; what is remembered between exchanges are keyed hashes.

mod account; // whose account a request is made with
mod acknowledge; // who was coached or gave a reason, for how long
mod awaited; // answers that the policy has a say in
mod canary; // a synthetic person at the gate
mod check; // a text instead of traffic
mod decision; // what the gate is told
mod evidence; // content that is captured
mod examine; // content -> findings
mod examples; // the policy's own tests
mod exception; // exemptions as data
mod facts; // what the verdict may depend on
mod heard; // the texts of an answer as they grow
mod inspection; // body -> decision
mod link; // signed links to the justification page
mod listening; // answer -> what passes
mod login; // proxy credentials, verified once
mod notice; // verdict -> what the person reads
mod observed; // what packets and logs tell of
mod open; // head -> what to do with the body
mod placeholder; // typed stand-ins for redacted text
mod rollout; // what a policy that is brought in step by step holds back
mod scanned; // what texts contain, remembered
mod snapshot; // everything an exchange sees, in one version
mod standing; // what people have earned since the directory was read
mod tenant; // headers that restrict accounts
mod tunnel; // connections whose content stays closed

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use detect::Detectors;
use http::HeaderMap;
use model::{AccountKind, Record, Sensitive, Timestamp};

pub use account::{Accounts, InvalidKeyHash, KeyHash};
pub use acknowledge::Justification;
pub use awaited::Awaited;
pub use canary::CANARY;
pub use check::{Check, CheckError, Checked, Parcel};
pub use decision::{Body, Decision, Next, Restore};
pub use dialect::{
    Answer, Arrival, Restorer,
    encoding::{DecodeError, StreamDecoder},
};
pub use evidence::{Capture, Evidence};
pub use examples::{ExampleResult, run_examples};
pub use exception::{Exception, Exceptions, Holder};
pub use inspection::Inspection;
pub use link::{LinkError, LinkKey};
pub use listening::{Heard, Listening, Withheld};
pub use login::{Errand, Identity, Who};
pub use observed::Sighting;
pub use open::{Head, HostPlan, Opening};
pub use rollout::Rollout;
pub use snapshot::{Settings, Snapshot, taxonomy};
pub use standing::{Earned, Standing};
pub use tenant::{Restricted, Tenants, TenantsError};

/// The engine: the current snapshot and the little that is remembered between exchanges.
pub struct Engine {
    current: ArcSwap<Snapshot>,
    acknowledgements: Arc<acknowledge::Acknowledgements>,
    accounts: account::KnownAccounts,
    logins: login::Logins,
    scanned: ArcSwap<scanned::Scanned>,
    /// Held by whoever makes the next snapshot from the current one.
    updating: Mutex<()>,
}

impl Engine {
    /// An engine that starts with `snapshot`.
    pub fn new(snapshot: Snapshot) -> Self {
        Self {
            scanned: ArcSwap::from_pointee(scanned::Scanned::new(Arc::clone(&snapshot.detectors))),
            current: ArcSwap::from_pointee(snapshot),
            acknowledgements: Arc::default(),
            accounts: account::KnownAccounts::default(),
            logins: login::Logins::default(),
            updating: Mutex::new(()),
        }
    }

    /// The snapshot that new exchanges see.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Makes `snapshot` the one that new exchanges see; exchanges under way keep theirs.
    pub fn publish(&self, snapshot: Snapshot) {
        let before = self.current.swap(Arc::new(snapshot));
        if !Arc::ptr_eq(&before.directory, &self.current.load().directory) {
            self.logins.forget();
        }
    }

    /// Changes the current snapshot: `change` gets a copy, which is then published. Of several at once, none is lost.
    pub fn update(&self, change: impl FnOnce(&mut Snapshot)) {
        let _turn = self.updating.lock().unwrap_or_else(PoisonError::into_inner);
        let mut snapshot = Snapshot::clone(&self.current.load());
        change(&mut snapshot);
        self.publish(snapshot);
    }

    /// What to do with a connection to `host`.
    pub fn host(&self, host: &str) -> HostPlan {
        self.current.load().host(host)
    }

    /// Who a client is. Verifying a password for the first time takes tens of milliseconds of CPU; later it is cached.
    pub fn identify(&self, address: IpAddr, basic: Option<(&str, &Sensitive)>) -> Identity {
        self.logins.identify(&self.current.load().directory, address, basic)
    }

    /// The synthetic person who signs in as [`CANARY`] with this password.
    pub fn canary(&self, address: IpAddr, password: &Sensitive, now: Timestamp) -> Identity {
        let key = &self.current.load().settings.key;
        key.synthetic(password, address, now).map_or(Identity::Denied, Identity::Known)
    }

    /// The record of a connection to a pass-through host; `None` if the host belongs to no tool.
    pub fn tunnelled(&self, who: &Who, host: &str, now: Timestamp) -> Option<Record> {
        open::tunnelled(&self.current.load(), who, host, now)
    }

    /// The record of a use that packets or another system's log told of; `None` if it is none of a tool.
    pub fn observed(&self, sighting: &Sighting<'_>) -> Option<Record> {
        observed::observed(&self.current.load(), sighting)
    }

    /// Who was seen; `None` if the evidence names neither a person nor an address.
    pub fn whose(&self, sighting: &Sighting<'_>) -> Option<Who> {
        observed::who(&self.current.load(), sighting)
    }

    /// Looks at a request's head and says what to do with its body.
    pub fn open(&self, who: &Who, head: &Head<'_>, now: Timestamp) -> Opening {
        let snapshot = self.snapshot();
        let scanned = self.scanned(&snapshot.detectors);
        open::open(snapshot, &self.acknowledgements, &self.accounts, scanned, who, head, now)
    }

    /// What these detectors have scanned; nothing yet if others scanned before.
    fn scanned(&self, detectors: &Arc<Detectors>) -> Arc<scanned::Scanned> {
        let known = self.scanned.load_full();
        if known.is_by(detectors) {
            return known;
        }
        let new = Arc::new(scanned::Scanned::new(Arc::clone(detectors)));
        self.scanned.store(Arc::clone(&new));
        new
    }

    /// Deletes what a client set itself of the tenant controls' headers, and sets what is configured for `host`.
    pub fn restrict(&self, host: &str, headers: &mut HeaderMap) -> Restricted {
        self.current.load().settings.tenants.restrict(host, headers)
    }

    /// Whether a configured tenant control names `host`.
    pub fn is_restricted(&self, host: &str) -> bool {
        self.current.load().settings.tenants.name(host)
    }

    /// Remembers that a vendor refused a request because of the tenant control on it: the account is not the
    /// organisation's.
    pub fn account_refused(&self, who: &Who, host: &str, now: Timestamp) {
        if let Some(found) = self.current.load().catalog.lookup(host) {
            self.accounts.learn(who, &found.tool.id, AccountKind::Personal, now);
        }
    }

    /// Asks the policy about a text, as if a person sent it to a tool. Nothing is recorded or remembered.
    pub fn check(&self, check: &Check, now: Timestamp) -> Result<Checked, CheckError> {
        check::check(&self.current.load(), check, now)
    }

    /// Lets the exchange that the person gave a reason for pass when it is tried again.
    pub fn justify(&self, justification: Justification) {
        self.acknowledgements.justify(justification);
    }
}
