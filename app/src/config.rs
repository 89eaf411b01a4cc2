//! The configuration as used: checked, complete, every path resolved against the file's folder.

mod evidence;
mod nearest;
mod raw;
mod sensor;

use std::{
    collections::BTreeMap,
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use catalog::TenantGiven;
use engine::Accounts;
use governance::retention::Retention;
use ipnet::IpNet;
use model::{Approval, Label, ToolId};

pub(crate) use self::sensor::{FollowedLog, Interface, SensorConfig, TlsIdentity, utc_offset};
pub(crate) use evidence::EvidenceConfig;
use raw::{RawBehavior, RawConfig};

/// What a Bylaw process runs with.
#[derive(Debug)]
pub(crate) struct Config {
    /// Folder for keys and the embedded database.
    pub(crate) data: PathBuf,
    pub(crate) console_listen: SocketAddr,
    /// Where people reach the console, without a slash at the end; where it listens if not given.
    pub(crate) console_url: Option<String>,
    pub(crate) gate_listen: SocketAddr,
    pub(crate) require_identity: bool,
    pub(crate) ports: Vec<u16>,
    pub(crate) pass_through: Vec<String>,
    pub(crate) allow_addresses: Vec<IpNet>,
    /// PEM files with certificate authorities to trust beside the system's.
    pub(crate) trust: Vec<PathBuf>,
    /// Where to connect instead, by host.
    pub(crate) connect: BTreeMap<String, SocketAddr>,
    pub(crate) body_limit: usize,
    pub(crate) decoded_limit: usize,
    pub(crate) max_connections: usize,
    pub(crate) sandbox_networks: Vec<IpNet>,
    pub(crate) store_url: String,
    /// The policy to publish when the store has none yet; the balanced starter policy if not given.
    pub(crate) policy: Option<PathBuf>,
    pub(crate) people: Option<PathBuf>,
    pub(crate) detectors: Option<PathBuf>,
    pub(crate) catalog: Option<PathBuf>,
    /// Where evidence comes from beside the gate.
    pub(crate) sensor: SensorConfig,
    /// Public keys of those whose catalogue bundles are believed.
    pub(crate) bundle_keys: Vec<String>,
    /// How long records are kept.
    pub(crate) retention: Retention,
    /// What is captured of exchanges that break the policy; nothing if `None`.
    pub(crate) evidence: Option<EvidenceConfig>,
    /// How often canaries are sent; never if `None`.
    pub(crate) canaries_every: Option<Duration>,
    /// What is given for tenant controls, by control; checked against the catalogue when that is read.
    pub(crate) tenants: BTreeMap<String, TenantGiven>,
    /// What tells the organisation's own accounts from others.
    pub(crate) accounts: Accounts,
    /// How deviations from what is usual are learned; not at all if `None`.
    pub(crate) behavior: Option<behavior::Settings>,
    /// Decisions about tools; those made in the console come after them.
    pub(crate) tools: BTreeMap<ToolId, Approval>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("cannot read the configuration `{path}`; `bylaw init` writes a first one")]
    Read {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("configuration `{path}`: {message}")]
    Form { path: PathBuf, message: String },
    #[error("configuration `{path}`: `{key} = {value}`: {expected}")]
    Value { path: PathBuf, key: &'static str, value: String, expected: &'static str },
}

impl Config {
    /// Reads and checks a file.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            fs::read_to_string(path).map_err(|cause| ConfigError::Read { path: path.to_owned(), cause })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let raw: RawConfig = toml::from_str(text).map_err(|error| ConfigError::Form {
            path: path.to_owned(),
            message: nearest::explain(&error),
        })?;
        Reader { path }.config(raw)
    }
}

/// Turns what is written into what is used, naming the key of what cannot be.
struct Reader<'a> {
    path: &'a Path,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const ADDRESS: &str = "expected an address and a port, as in `127.0.0.1:8600`";
const NETWORK: &str = "expected a network, as in `10.0.0.0/8`";
const SIZE: &str = "expected a number of bytes, at least 1024";

impl Reader<'_> {
    fn config(&self, raw: RawConfig) -> Result<Config, ConfigError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let beside = |path: PathBuf| folder.join(path);
        let data = beside(raw.data.unwrap_or_else(|| "bylaw-data".into()));
        let default_store = || format!("sqlite://{}", data.join("bylaw.db").display());
        Ok(Config {
            console_listen: self.address("console.listen", raw.console.listen, "127.0.0.1:8600")?,
            console_url: raw.console.url.map(|url| self.url(url)).transpose()?,
            gate_listen: self.address("gate.listen", raw.gate.listen, "127.0.0.1:8601")?,
            require_identity: raw.gate.require_identity.unwrap_or(false),
            ports: raw.gate.ports.unwrap_or_else(|| vec![80, 443]),
            pass_through: lower(raw.gate.pass_through.unwrap_or_default()),
            allow_addresses: self.networks("gate.allow_addresses", raw.gate.allow_addresses)?,
            trust: raw.gate.trust.unwrap_or_default().into_iter().map(beside).collect(),
            connect: self.connect(raw.gate.connect.unwrap_or_default())?,
            body_limit: self.size("gate.body_limit", raw.gate.body_limit, 8 << 20)?,
            decoded_limit: self.size("gate.decoded_limit", raw.gate.decoded_limit, 32 << 20)?,
            max_connections: raw.gate.max_connections.unwrap_or(10_000) as usize,
            sandbox_networks: self.networks("gate.sandbox_networks", raw.gate.sandbox_networks)?,
            store_url: raw.store.url.unwrap_or_else(default_store),
            policy: raw.policy.file.map(beside),
            people: raw.people.file.map(beside),
            detectors: raw.detect.file.map(beside),
            catalog: raw.catalog.file.map(beside),
            sensor: self.sensor(raw.sensor, beside)?,
            bundle_keys: raw.catalog.bundle_keys,
            retention: Retention {
                records: raw
                    .retention
                    .records
                    .map(|text| self.days("retention.records", &text))
                    .transpose()?,
                labels: self.labels("retention.labels", raw.retention.labels)?,
            },
            evidence: self.evidence(raw.evidence)?,
            canaries_every: self.every(raw.canaries.every)?,
            tenants: raw.tenants,
            accounts: self.accounts(raw.accounts.domains, raw.accounts.api_keys)?,
            behavior: self.behavior(raw.behavior)?,
            tools: raw.tool,
            data,
        })
    }

    fn refuse(&self, key: &'static str, value: impl ToString, expected: &'static str) -> ConfigError {
        ConfigError::Value { path: self.path.to_owned(), key, value: value.to_string(), expected }
    }

    fn address(
        &self,
        key: &'static str,
        given: Option<String>,
        default: &str,
    ) -> Result<SocketAddr, ConfigError> {
        let text = given.unwrap_or_else(|| default.to_owned());
        text.parse().map_err(|_| self.refuse(key, &text, ADDRESS))
    }

    fn url(&self, url: String) -> Result<String, ConfigError> {
        if url.starts_with("https://") || url.starts_with("http://") {
            return Ok(url.trim_end_matches('/').to_owned());
        }
        Err(self.refuse("console.url", url, "expected an address that starts with `https://`"))
    }

    fn networks(&self, key: &'static str, given: Option<Vec<String>>) -> Result<Vec<IpNet>, ConfigError> {
        let network = |text: String| text.parse().map_err(|_| self.refuse(key, &text, NETWORK));
        given.unwrap_or_default().into_iter().map(network).collect()
    }

    fn connect(&self, given: BTreeMap<String, String>) -> Result<BTreeMap<String, SocketAddr>, ConfigError> {
        let entry = |(host, text): (String, String)| {
            let address = text.parse().map_err(|_| self.refuse("gate.connect", &text, ADDRESS))?;
            Ok((host.to_ascii_lowercase(), address))
        };
        given.into_iter().map(entry).collect()
    }

    fn days(&self, key: &'static str, text: &str) -> Result<Duration, ConfigError> {
        let days = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok()).filter(|days| *days > 0);
        days.map(|days| DAY * days)
            .ok_or_else(|| self.refuse(key, text, "expected a number of days, as in `400d`"))
    }

    fn labels(
        &self,
        key: &'static str,
        given: BTreeMap<String, String>,
    ) -> Result<BTreeMap<Label, Duration>, ConfigError> {
        let entry = |(label, text): (String, String)| {
            let label =
                label.parse().map_err(|_| self.refuse(key, &label, "expected a label, as in `phi`"))?;
            Ok((label, self.days(key, &text)?))
        };
        given.into_iter().map(entry).collect()
    }

    fn accounts(&self, domains: Vec<String>, keys: Vec<String>) -> Result<Accounts, ConfigError> {
        let expected = "expected a domain of e-mail addresses, as in `example.com`";
        if let Some(domain) =
            domains.iter().find(|domain| !domain.contains('.') || domain.contains(['@', ' ']))
        {
            return Err(self.refuse("accounts.domains", domain, expected));
        }
        // A key written here by mistake must not be told.
        let key = |text: String| {
            let expected =
                "expected a keyed hash, as `bylaw accounts hash` prints it, and not the key itself";
            text.parse().map_err(|_| self.refuse("accounts.api_keys", "…", expected))
        };
        let keys = keys.into_iter().map(key).collect::<Result<_, _>>()?;
        Ok(Accounts { domains: domains.iter().map(|domain| domain.to_ascii_lowercase()).collect(), keys })
    }

    /// Hours or minutes; `never` switches canaries off.
    fn every(&self, given: Option<String>) -> Result<Option<Duration>, ConfigError> {
        let text = given.unwrap_or_else(|| "6h".to_owned());
        if text == "never" {
            return Ok(None);
        }
        let unit = |suffix, seconds| {
            let number = text.strip_suffix(suffix)?.parse::<u64>().ok().filter(|number| *number > 0)?;
            Some(Duration::from_secs(number.saturating_mul(seconds)))
        };
        let every = unit('h', 3_600).or_else(|| unit('m', 60));
        let expected = "expected hours or minutes, as in `6h` or `30m`, or `never`";
        every.map(Some).ok_or_else(|| self.refuse("canaries.every", &text, expected))
    }

    /// A budget of 0 switches learning off.
    fn behavior(&self, given: RawBehavior) -> Result<Option<behavior::Settings>, ConfigError> {
        let defaults = behavior::Settings::default();
        let budget = given.budget.unwrap_or(defaults.budget);
        if !(0.0..=1_000.0).contains(&budget) {
            let expected = "expected deviations a week, from 0 (none are learned) to 1000";
            return Err(self.refuse("behavior.budget", budget, expected));
        }
        let learning = given.learning.map(|text| self.days("behavior.learning", &text)).transpose()?;
        let learning = learning.unwrap_or(defaults.learning);
        Ok((budget > 0.0).then_some(behavior::Settings { budget, learning, ..defaults }))
    }

    fn size(&self, key: &'static str, given: Option<u64>, default: usize) -> Result<usize, ConfigError> {
        let Some(bytes) = given else { return Ok(default) };
        usize::try_from(bytes)
            .ok()
            .filter(|&bytes| bytes >= 1024)
            .ok_or_else(|| self.refuse(key, bytes, SIZE))
    }
}

fn lower(names: Vec<String>) -> Vec<String> {
    names.iter().map(|name| name.trim_start_matches("*.").to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got = match Config::parse(Path::new("/etc/bylaw/bylaw.toml"), text) {
            Ok(config) => format!("{} {}", config.data.display(), config.store_url),
            Err(error) => error.to_string(),
        };
        assert!(got.contains(expected), "{got}");
    }

    #[test]
    fn an_empty_file_is_a_whole_configuration() {
        check("", "/etc/bylaw/bylaw-data sqlite:///etc/bylaw/bylaw-data/bylaw.db");
    }

    #[test]
    fn mistakes_name_the_key_and_the_remedy() {
        check("[gate]\nlisen = \"x\"", "line 2: unknown key `lisen`; did you mean `listen`?");
        check("[gates]", "unknown key `gates`; did you mean `gate`?");
        check("[gate]\nlisten = \"8601\"", "`gate.listen = 8601`: expected an address and a port");
        check("[gate]\nbody_limit = 3", "`gate.body_limit = 3`: expected a number of bytes");
        check("[gate]\nsandbox_networks = [\"ten\"]", "`gate.sandbox_networks = ten`: expected a network");
        check("[tool.chatgpt]\nstate = \"aproved\"", "line 2");
        check("[console]\nurl = \"bylaw.example\"", "starts with `https://`");
        check("[retention]\nrecords = \"soon\"", "`retention.records = soon`: expected a number of days");
        check("[retention]\nlabels = { \"a b\" = \"3d\" }", "expected a label");
        check("[behavior]\nbudget = -1", "`behavior.budget = -1`: expected deviations a week");
        check("[behavior]\nlearning = \"long\"", "`behavior.learning = long`: expected a number of days");
        check("[evidence]\nkeep = \"9d\"", "nothing is captured");
        check(
            "[evidence]\nrecipients = [\"AGE-SECRET-KEY-1X\"]",
            "`evidence.recipients = …`: expected public keys",
        );
        check("[canaries]\nevery = \"often\"", "`canaries.every = often`: expected hours or minutes");
        check(
            "[accounts]\ndomains = [\"jo@example.com\"]",
            "`accounts.domains = jo@example.com`: expected a domain",
        );
        check("[accounts]\napi_keys = [\"sk-secret\"]", "`accounts.api_keys = …`: expected a keyed hash");
        check("[tenants]\nchatgpt = 7", "line 2");
        check(
            "[sensor]\nsyslog_tls = [\"6514\"]",
            "`sensor.syslog_tls = 6514`: expected an address and a port",
        );
        check("[sensor]\nsyslog_key = \"a.pem\"", "together, or neither");
        check("[sensor]\nutc_offset = \"CET\"", "`sensor.utc_offset = CET`: expected hours and minutes");
        check("[sensor]\ninterface = \"-w\"", "`sensor.interface = -w`: expected a network interface");
        check("[[sensor.log]]\nfile = \"a\"\nsquid_format = \"%ts%ru\"", "`sensor.log.squid_format`");
        check("data = ", "line 1");
    }

    #[test]
    fn the_file_that_init_writes_is_valid() {
        check(crate::command::init::TEMPLATE, "/etc/bylaw/bylaw-data");
    }
}
