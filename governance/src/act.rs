use std::borrow::Cow;

use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Something that was done and must stay provable.
///
/// The audit log keeps what was done, to what, and when; who did it and the details lie beside the log, which holds a
/// commitment to them only: they can be erased, and the log still verifies.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// The noun and the verb, as in `exception.granted`.
    pub what: &'static str,
    /// The ids of what it was done to: a version, a clause, a tool, a number. Never a person, as it stays for ever.
    pub subject: String,
    /// Who did it.
    pub by: String,
    /// What else is to be known; never content of exchanges.
    pub detail: Value,
}

/// What can be erased of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Random bytes, so that the commitment does not tell what is committed to.
    pub salt: [u8; 16],
    /// JSON: `{"by":…,"detail":…}`.
    pub body: Vec<u8>,
}

/// One entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place, counted from 0 without gaps.
    pub sequence: u64,
    /// When the act was committed.
    pub at: Timestamp,
    /// See [`Act::what`].
    pub what: String,
    /// See [`Act::subject`].
    pub subject: String,
    /// See [`Payload::commitment`].
    pub commitment: [u8; 32],
}

#[derive(Serialize)]
struct Body<'a> {
    by: &'a str,
    detail: &'a Value,
}

/// The body of a payload as it is read back.
#[derive(Deserialize)]
struct Told {
    by: String,
    detail: Value,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Leaf<'a> {
    seq: u64,
    at: i64,
    what: Cow<'a, str>,
    subject: Cow<'a, str>,
    payload: String,
}

impl Act {
    /// Nothing but who did what to what.
    pub fn new(what: &'static str, subject: impl ToString, by: impl Into<String>) -> Self {
        Self { what, subject: subject.to_string(), by: by.into(), detail: Value::Null }
    }

    /// The same with details.
    pub fn with(self, detail: Value) -> Self {
        Self { detail, ..self }
    }

    /// What can be erased of it; `salt` is random and used once.
    pub fn payload(&self, salt: [u8; 16]) -> Payload {
        // Strings and JSON values can always be written as JSON.
        let body = serde_json::to_vec(&Body { by: &self.by, detail: &self.detail }).unwrap_or_default();
        Payload { salt, body }
    }
}

impl Payload {
    /// SHA-256 over salt and body.
    pub fn commitment(&self) -> [u8; 32] {
        Sha256::new().chain_update(self.salt).chain_update(&self.body).finalize().into()
    }

    /// Who did it, and the details; `None` if the body is not what [`Act::payload`] writes.
    pub fn told(&self) -> Option<(String, Value)> {
        serde_json::from_slice(&self.body).ok().map(|Told { by, detail }| (by, detail))
    }
}

impl Entry {
    /// The bytes that the log's tree is built from: one JSON object with the keys `seq`, `at` (milliseconds since 1970),
    /// `what`, `subject`, `payload` (the commitment in hexadecimal), in this order and without blanks.
    pub fn leaf(&self) -> Vec<u8> {
        let payload = crate::audit::hex(&self.commitment);
        let leaf = Leaf {
            seq: self.sequence,
            at: self.at.as_millis(),
            what: Cow::Borrowed(&self.what),
            subject: Cow::Borrowed(&self.subject),
            payload,
        };
        // Numbers and strings can always be written as JSON.
        serde_json::to_vec(&leaf).unwrap_or_default()
    }

    /// Reads what [`Entry::leaf`] writes; `None` for any other bytes.
    pub fn from_leaf(bytes: &[u8]) -> Option<Self> {
        let leaf: Leaf<'_> = serde_json::from_slice(bytes).ok()?;
        let entry = Self {
            sequence: leaf.seq,
            at: Timestamp::from_millis(leaf.at),
            what: leaf.what.into_owned(),
            subject: leaf.subject.into_owned(),
            commitment: crate::audit::hash_from_hex(&leaf.payload).ok()?,
        };
        (entry.leaf() == bytes).then_some(entry)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_commits_to_its_payload() {
        let act = Act::new("exception.granted", "DATA-1", "ada").with(json!({"until": 5}));
        let payload = act.payload([7; 16]);
        assert_eq!(payload.told(), Some(("ada".to_owned(), json!({"until": 5}))));
        assert_ne!(payload.commitment(), act.payload([8; 16]).commitment());
        let entry = Entry {
            sequence: 3,
            at: Timestamp::from_millis(12),
            what: act.what.to_owned(),
            subject: act.subject.clone(),
            commitment: [0xab; 32],
        };
        let leaf = String::from_utf8(entry.leaf()).unwrap();
        let payload = "ab".repeat(32);
        let expected = r#"{"seq":3,"at":12,"what":"exception.granted","subject":"DATA-1","payload":""#;
        assert_eq!(leaf, format!("{expected}{payload}\"}}"));
        assert_eq!(Entry::from_leaf(leaf.as_bytes()), Some(entry));
        assert_eq!(Entry::from_leaf(leaf.replace(":12", ": 12").as_bytes()), None);
    }
}
