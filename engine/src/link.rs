use std::fmt;

use model::{ExchangeId, Timestamp};

/// A secret of this installation, from which digests, placeholders and links are derived.
#[derive(Clone)]
pub struct LinkKey([u8; 32]);

/// Why a link to the justification page is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It was not made by this installation for this exchange.
    #[error("the link is not valid for this exchange")]
    Forged,
    /// It was, but too long ago.
    #[error("the link has expired; try the request again to get a new one")]
    Expired,
}

impl LinkKey {
    /// Uses `secret`, which must be random.
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// A key for one purpose, so that what is made for one never counts for another.
    pub(crate) fn derived(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(&format!("bylaw 2026 {purpose}"), &self.0)
    }

    /// Keyed hash of a found text: 16 hexadecimal digits, equal for equal text.
    pub(crate) fn digest(&self, text: &str) -> String {
        let hash = blake3::keyed_hash(&self.derived("finding digest"), text.as_bytes());
        hash.to_hex().chars().take(16).collect()
    }

    /// A token that opens the justification page of one exchange until `expires`.
    pub fn token(&self, exchange: ExchangeId, expires: Timestamp) -> String {
        let signature = self.signature(exchange, expires.as_millis());
        format!("{}.{}", expires.as_millis(), signature.to_hex())
    }

    /// Checks a token made by [`LinkKey::token`]; the comparison takes the same time wherever it differs.
    pub fn verify(&self, exchange: ExchangeId, token: &str, now: Timestamp) -> Result<(), LinkError> {
        let (expires, signature) = token.split_once('.').ok_or(LinkError::Forged)?;
        let expires: i64 = expires.parse().map_err(|_| LinkError::Forged)?;
        let given = blake3::Hash::from_hex(signature).map_err(|_| LinkError::Forged)?;
        if self.signature(exchange, expires) != given {
            return Err(LinkError::Forged);
        }
        if now.as_millis() < expires { Ok(()) } else { Err(LinkError::Expired) }
    }

    fn signature(&self, exchange: ExchangeId, expires: i64) -> blake3::Hash {
        let message = format!("{exchange} {expires}");
        blake3::keyed_hash(&self.derived("justification link"), message.as_bytes())
    }
}

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<key>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_one_exchange_for_a_time() {
        let key = LinkKey::new([7; 32]);
        let (one, two) = (ExchangeId(uuid::Uuid::from_u128(1)), ExchangeId(uuid::Uuid::from_u128(2)));
        let until = Timestamp::from_millis(1_000);
        let token = key.token(one, until);
        assert_eq!(key.verify(one, &token, Timestamp::from_millis(999)), Ok(()));
        assert_eq!(key.verify(one, &token, until), Err(LinkError::Expired));
        assert_eq!(key.verify(two, &token, Timestamp::from_millis(0)), Err(LinkError::Forged));
        assert_eq!(
            LinkKey::new([8; 32]).verify(one, &token, Timestamp::from_millis(0)),
            Err(LinkError::Forged)
        );
        let later = token.replacen("1000", "9000", 1);
        for forged in [later.as_str(), "", "1000", "1000.", "x.y", "1000.00"] {
            assert_eq!(
                key.verify(one, forged, Timestamp::from_millis(0)),
                Err(LinkError::Forged),
                "{forged}"
            );
        }
    }
}
