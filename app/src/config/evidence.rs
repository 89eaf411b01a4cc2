use std::{collections::BTreeMap, time::Duration};

use engine::Capture;
use governance::reveal::Keeping;
use serde::Deserialize;

use super::{ConfigError, Reader};
use crate::sealed::Recipients;

/// What is captured of exchanges that break the policy, for whom it is sealed, and how long it is kept.
#[derive(Clone, Debug)]
pub(crate) struct EvidenceConfig {
    pub(crate) capture: Capture,
    pub(crate) recipients: Recipients,
    pub(crate) keeping: Keeping,
}

/// The same as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEvidence {
    /// Public keys of age; without one nothing is captured.
    #[serde(default)]
    recipients: Vec<String>,
    /// The clauses whose violation is captured.
    clauses: Option<Vec<String>>,
    /// Most bytes of one exchange.
    limit: Option<u64>,
    keep: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

/// Without a word about it, captured content is kept this long.
const KEEP: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const LIMIT: usize = 256 * 1024;
/// More of one exchange is never captured: it is held in memory until it is sealed.
const MOST: usize = 8 << 20;

impl Reader<'_> {
    /// Without recipients nothing is captured; then nothing else may be said about it either, as it would have no effect.
    pub(super) fn evidence(&self, raw: RawEvidence) -> Result<Option<EvidenceConfig>, ConfigError> {
        let RawEvidence { recipients, clauses, limit, keep, labels } = raw;
        if recipients.is_empty() {
            if clauses.is_some() || limit.is_some() || keep.is_some() || !labels.is_empty() {
                let expected = "expected a public key of age, as `bylaw evidence keygen` prints it; without one nothing is \
                                captured, so that the rest of `[evidence]` has no effect";
                return Err(self.refuse("evidence.recipients", "[]", expected));
            }
            return Ok(None);
        }
        let clauses = clauses.unwrap_or_else(|| vec!["*".to_owned()]);
        if let Some(wrong) = clauses.iter().find(|pattern| !is_pattern(pattern)) {
            let expected = "expected the id of a clause or the beginning of one with `*`, as in `DATA-1`, `DATA-*` or `*`";
            return Err(self.refuse("evidence.clauses", wrong, expected));
        }
        let limit = self.size("evidence.limit", limit, LIMIT)?;
        if limit > MOST {
            return Err(self.refuse("evidence.limit", limit, "expected at most 8388608 bytes"));
        }
        // A private key written here by mistake must not be told.
        let expected = "expected public keys of age, as `bylaw evidence keygen` prints them (`age1…`)";
        let recipients =
            Recipients::read(&recipients).map_err(|_| self.refuse("evidence.recipients", "…", expected))?;
        let time = keep.map(|text| self.days("evidence.keep", &text)).transpose()?.unwrap_or(KEEP);
        let labels = self.labels("evidence.labels", labels)?;
        let capture = Capture { clauses, limit };
        Ok(Some(EvidenceConfig { capture, recipients, keeping: Keeping { time, labels } }))
    }
}

fn is_pattern(pattern: &str) -> bool {
    let id = pattern.strip_suffix('*').unwrap_or(pattern);
    !pattern.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
}
