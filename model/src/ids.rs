use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

/// A name that does not fit its noun's form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a valid {noun}: {expected}")]
pub struct InvalidId {
    /// The noun, as in "clause id".
    pub noun: &'static str,
    /// What was given.
    pub given: String,
    /// What would be accepted.
    pub expected: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps a name that is already known to be well formed.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

text_id! {
    /// A person's stable name in the directory, for example `anna.kovacs`.
    PersonId
}
text_id! {
    /// A tool's stable name in the catalogue, for example `chatgpt` or `anthropic-api`.
    ToolId
}
text_id! {
    /// A clause's stable id: upper-case words, a dash, a number, for example `DATA-1`.
    ClauseId
}
text_id! {
    /// The version of a policy: the first 12 hexadecimal digits of the BLAKE3 hash of its source text.
    PolicyVersion
}

impl FromStr for ClauseId {
    type Err = InvalidId;

    fn from_str(given: &str) -> Result<Self, InvalidId> {
        let well_formed = given.rsplit_once('-').is_some_and(|(word, number)| {
            word.starts_with(|c: char| c.is_ascii_uppercase())
                && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
                && !word.ends_with('-')
                && !number.is_empty()
                && number.chars().all(|c| c.is_ascii_digit())
        });
        if well_formed {
            Ok(Self::new(given))
        } else {
            Err(InvalidId {
                noun: "clause id",
                given: given.to_owned(),
                expected: "letters, a dash, a number, as in `DATA-1`",
            })
        }
    }
}

/// One exchange, everywhere: a UUID of version 7 (RFC 9562 §5.7), so ids sort by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExchangeId(pub Uuid);

impl ExchangeId {
    /// A new id whose time is `now`, to the millisecond (RFC 9562 §5.7).
    pub fn at(now: Timestamp) -> Self {
        let millis = u64::try_from(now.as_millis()).unwrap_or_default();
        let nanos = u32::try_from(millis % 1_000).unwrap_or_default() * 1_000_000;
        Self(Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, millis / 1_000, nanos)))
    }

    /// The id of what is known by its time and by `digest` of what it says: the same evidence read twice gets the same.
    pub fn of(at: Timestamp, digest: &[u8; 10]) -> Self {
        let millis = u64::try_from(at.as_millis()).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(millis, digest).into_uuid())
    }
}

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ExchangeId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::ClauseId;

    #[test]
    fn clause_ids() {
        for (text, valid) in [
            ("DATA-1", true),
            ("A-B-12", true),
            ("DATA1", false),
            ("data-1", false),
            ("DATA-", false),
            ("-1", false),
            ("DATA--1", false),
        ] {
            assert_eq!(text.parse::<ClauseId>().is_ok(), valid, "{text}");
        }
    }
}
