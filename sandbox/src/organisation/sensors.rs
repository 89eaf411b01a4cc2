//! What the organisation's own sensors write: a Zeek log of connections, and the log of its resolver.
//!
//! Some of its people's use of AI does not pass the proxy, and two tools of theirs are in no list.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::json;
use tokio::{fs::OpenOptions, io::AsyncWriteExt, time::interval};
use tokio_util::sync::CancellationToken;

use super::{Member, Organisation};

/// A host that people talk to past the proxy.
struct Host {
    name: &'static str,
    /// How often, compared with the others.
    weight: u32,
    /// Typical bytes to and from it.
    bytes: (u64, u64),
    /// Who uses it; everybody if none is named.
    departments: &'static [&'static str],
}

/// Hosts that no catalogue lists and that are AI tools.
pub const UNLISTED: [&str; 2] = ["chat.ledgergpt.io", "app.draftmuse.ai"];

/// A public resolver that some ask over HTTPS, so that their questions are in no log.
const RESOLVER: &str = "dns.google";

const HOSTS: [Host; 10] = [
    Host { name: UNLISTED[0], weight: 5, bytes: (9_000, 60_000), departments: &["Finance"] },
    Host { name: UNLISTED[1], weight: 6, bytes: (4_000, 90_000), departments: &["Marketing", "Sales"] },
    Host { name: "grok.com", weight: 3, bytes: (3_000, 70_000), departments: &[] },
    Host { name: "chat.deepseek.com", weight: 2, bytes: (6_000, 80_000), departments: &["Engineering"] },
    Host { name: "www.perplexity.ai", weight: 5, bytes: (2_500, 120_000), departments: &[] },
    Host { name: RESOLVER, weight: 2, bytes: (3_000, 9_000), departments: &["Engineering"] },
    Host { name: "www.wikipedia.org", weight: 14, bytes: (1_500, 200_000), departments: &[] },
    Host { name: "mail.brightwater.example", weight: 22, bytes: (8_000, 40_000), departments: &[] },
    Host { name: "intranet.brightwater.example", weight: 16, bytes: (2_000, 90_000), departments: &[] },
    Host { name: "news.example.org", weight: 10, bytes: (1_200, 400_000), departments: &[] },
];

/// Connections that were made before the sensors are first read, so that there is something to see.
const BEFORE: u32 = 240;
/// Over how long.
const PAST: Duration = Duration::from_secs(2 * 60 * 60);
/// How often another connection is made.
const PAUSE: Duration = Duration::from_secs(2);

/// The files that the organisation's sensors write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SensorLogs {
    /// Zeek's connections and TLS handshakes, as JSON lines.
    pub zeek: PathBuf,
    /// The questions to its resolver, as Zeek sees them, as JSON lines.
    pub dns: PathBuf,
}

impl SensorLogs {
    /// The files in `folder`.
    pub fn below(folder: &Path) -> Self {
        Self { zeek: folder.join("zeek.json"), dns: folder.join("dns.json") }
    }
}

/// The address from which the member at a place of the list works.
pub(super) fn address(place: usize) -> String {
    format!("10.40.0.{}", 10 + place % 200)
}

impl Organisation {
    /// Writes what sensors see until `cancel`: at once what happened in the last two hours before `now`, in milliseconds
    /// since 1970, then connection by connection.
    pub async fn watch(
        &self,
        logs: &SensorLogs,
        now: impl Fn() -> i64,
        cancel: CancellationToken,
    ) -> io::Result<()> {
        let mut random = StdRng::seed_from_u64(self.seed ^ 0x5e50);
        let (past, begun) = (i64::try_from(PAST.as_millis()).unwrap_or_default(), now());
        let mut before: Vec<i64> = (0..BEFORE).map(|_| begun - random.random_range(0..past)).collect();
        before.sort_unstable();
        let mut lines = Lines::default();
        before.into_iter().for_each(|at| lines.add(self.connection(at, &mut random)));
        lines.append(logs).await?;
        let mut ticks = interval(PAUSE);
        while cancel.run_until_cancelled(ticks.tick()).await.is_some() {
            let mut lines = Lines::default();
            lines.add(self.connection(now(), &mut random));
            lines.append(logs).await?;
        }
        Ok(())
    }

    fn connection(&self, at: i64, random: &mut StdRng) -> Option<Connection> {
        let host = HOSTS.choose_weighted(random, |host| host.weight).ok()?;
        let uses = |member: &Member| {
            host.departments.is_empty() || host.departments.contains(&member.department.as_str())
        };
        let users: Vec<usize> = self
            .members
            .iter()
            .enumerate()
            .filter(|(_, member)| uses(member))
            .map(|(place, _)| place)
            .collect();
        let mut around = |bytes: u64| bytes * random.random_range(40..260) / 100;
        let bytes = (around(host.bytes.0), around(host.bytes.1));
        Some(Connection {
            at,
            client: address(*users.choose(random)?),
            host: host.name,
            bytes,
            seconds: random.random_range(0.4..40.0),
            port: random.random_range(32_768..60_999),
            uid: random.random(),
        })
    }
}

/// A connection past the proxy.
struct Connection {
    at: i64,
    client: String,
    host: &'static str,
    bytes: (u64, u64),
    seconds: f64,
    port: u16,
    uid: u64,
}

/// Lines for both logs.
#[derive(Default)]
struct Lines {
    zeek: String,
    dns: String,
}

impl Lines {
    fn add(&mut self, connection: Option<Connection>) {
        let Some(Connection { at, client, host, bytes, seconds, port, uid }) = connection else { return };
        let server = format!("198.51.100.{}", host.len());
        let seconds_of = |at: i64| at as f64 / 1_000.0;
        let ends = json!({
            "ts": seconds_of(at), "uid": format!("C{uid:x}"), "id.orig_h": client, "id.orig_p": port,
            "id.resp_h": server, "id.resp_p": 443,
        });
        let with = |path: &str, more: serde_json::Value| {
            let fields = [&ends, &more].into_iter().filter_map(serde_json::Value::as_object).flatten();
            let mut line = serde_json::Map::from_iter([("_path".to_owned(), json!(path))]);
            line.extend(fields.map(|(key, value)| (key.clone(), value.clone())));
            format!("{}\n", serde_json::Value::Object(line))
        };
        self.zeek += &with("ssl", json!({ "version": "TLSv13", "server_name": host, "next_protocol": "h2" }));
        let flow = json!({
            "proto": "tcp", "service": "ssl", "duration": seconds, "orig_bytes": bytes.0, "resp_bytes": bytes.1,
            "conn_state": "SF",
        });
        self.zeek += &with("conn", flow);
        let question = json!({
            "_path": "dns", "ts": seconds_of(at - 20), "uid": format!("D{uid:x}"), "id.orig_h": client,
            "id.orig_p": port, "id.resp_h": "10.40.0.2", "id.resp_p": 53, "proto": "udp", "query": host,
            "qtype_name": "A", "answers": [server], "TTLs": [300.0],
        });
        self.dns += &format!("{question}\n");
    }

    async fn append(self, logs: &SensorLogs) -> io::Result<()> {
        for (path, text) in [(&logs.dns, self.dns), (&logs.zeek, self.zeek)] {
            let mut file = OpenOptions::new().create(true).append(true).open(path).await?;
            file.write_all(text.as_bytes()).await?;
            file.flush().await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::{Catalog, discovery::Evidence};
    use model::Timestamp;

    #[test]
    fn two_tools_are_in_no_list_and_look_like_tools() {
        let catalog = Catalog::builtin().unwrap();
        let now = Timestamp::from_millis(1_795_000_000_000);
        let (looks, known) = (
            |host: &str| Evidence::of(host, now).judge(now).is_worth_a_review(),
            |host: &str| catalog.lookup(host).is_some(),
        );
        for host in HOSTS {
            let unlisted = UNLISTED.contains(&host.name);
            assert_eq!(looks(host.name) && !known(host.name), unlisted, "{}", host.name);
        }
    }

    #[tokio::test]
    async fn logs_grow() {
        let folder = tempfile::tempdir().unwrap();
        let logs = SensorLogs::below(folder.path());
        let cancel = CancellationToken::new();
        cancel.cancel();
        Organisation::new(1).unwrap().watch(&logs, || 1_795_000_000_000, cancel).await.unwrap();
        let lines = |path| std::fs::read_to_string(path).unwrap().lines().count();
        assert_eq!((lines(&logs.zeek), lines(&logs.dns)), (2 * BEFORE as usize, BEFORE as usize));
    }
}
