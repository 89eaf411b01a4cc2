use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::{PasswordHash, SaltString},
};
use model::Sensitive;

/// A hash that no password has, for names that do not exist. Parameters are Argon2's defaults.
pub(crate) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Above this memory (KiB) or these passes, sign-in could be used to exhaust the machine.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;

/// A password that cannot be hashed: longer than Argon2 takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidPassword;

impl std::fmt::Display for InvalidPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the password cannot be hashed: it is too long")
    }
}

impl std::error::Error for InvalidPassword {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    Right,
    Wrong,
}

/// Whether `password` has `hash`, a PHC string.
pub(crate) fn verify(hash: &str, password: &Sensitive) -> Check {
    let parsed = PasswordHash::new(hash);
    let outcome =
        parsed.and_then(|hash| Argon2::default().verify_password(password.reveal().as_bytes(), &hash));
    outcome.map_or(Check::Wrong, |()| Check::Right)
}

/// What is wrong with `hash` as a password hash, if something is.
pub(crate) fn fault(hash: &str) -> Option<&'static str> {
    let Ok(parsed) = PasswordHash::new(hash) else {
        return Some("give a PHC string, as in `$argon2id$v=19$m=19456,t=2,p=1$…$…`");
    };
    if !parsed.algorithm.as_str().starts_with("argon2") || parsed.hash.is_none() {
        return Some("use Argon2: `$argon2id$…`");
    }
    let within = |name, most| parsed.params.get_decimal(name).is_none_or(|given| given <= most);
    if within("m", MOST_MEMORY) && within("t", MOST_PASSES) {
        None
    } else {
        Some("use at most m=262144 and t=16: more would let sign-in exhaust the machine")
    }
}

/// The PHC string of `password` for the directory, with Argon2id and its default parameters (RFC 9106). `salt` is to
/// be random.
pub fn hash_password(password: &Sensitive, salt: &[u8; 16]) -> Result<String, InvalidPassword> {
    let salt = SaltString::encode_b64(salt).map_err(|_| InvalidPassword)?;
    let hash = Argon2::default().hash_password(password.reveal().as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|_| InvalidPassword)
}

#[cfg(test)]
mod tests {
    use super::{NOBODY, fault};

    #[test]
    fn only_bounded_argon2_hashes_are_taken() {
        let tail = "$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for (hash, accepted) in [
            (NOBODY.to_owned(), true),
            (format!("$argon2id$v=19$m=262144,t=16,p=1{tail}"), true),
            (format!("$argon2id$v=19$m=262145,t=1,p=1{tail}"), false),
            (format!("$argon2id$v=19$m=8,t=17,p=1{tail}"), false),
            (format!("$pbkdf2-sha256$i=1000{tail}"), false),
            ("$argon2id$v=19$m=19456,t=2,p=1".to_owned(), false),
            ("secret".to_owned(), false),
        ] {
            assert_eq!(fault(&hash).is_none(), accepted, "{hash}");
        }
    }
}
