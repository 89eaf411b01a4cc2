use std::{sync::LazyLock, thread};

use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::{self, PasswordHash, SaltString},
};
use model::Sensitive;
use tokio::{sync::Semaphore, task};

/// Shortest password accepted, in characters.
pub const SHORTEST: usize = 12;
/// Longest password accepted, in bytes: hashing time must not be for strangers to choose.
pub const LONGEST: usize = 256;

/// Why a password cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too easy to guess.
    #[error("the password is too short: use at least {SHORTEST} characters")]
    TooShort,
    /// Longer than anybody types.
    #[error("the password is too long: use at most {LONGEST} bytes")]
    TooLong,
    /// The hash function failed.
    #[error("cannot hash the password")]
    Hash(#[source] password_hash::Error),
    /// The process is stopping.
    #[error("cannot hash the password: the server is stopping")]
    Stopping,
}

/// Whether a password is the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    Right,
    Wrong,
}

/// Hashing takes a core and 19 MiB for tens of milliseconds, on purpose: no more run at once than there are cores.
static HASHERS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(thread::available_parallelism().map_or(2, usize::from)));

/// Hashed when a name is unknown, so that the answer takes as long as for a known one.
static NOBODY: LazyLock<Option<String>> =
    LazyLock::new(|| hash_now(&Sensitive::new("nobody has this password")).ok());

/// Hashes a new password with Argon2id, in the PHC string format.
pub async fn hash(password: Sensitive) -> Result<Sensitive, PasswordError> {
    if password.reveal().chars().count() < SHORTEST {
        return Err(PasswordError::TooShort);
    }
    if password.len() > LONGEST {
        return Err(PasswordError::TooLong);
    }
    let hash = off_the_runtime(move || hash_now(&password)).await?.map_err(PasswordError::Hash)?;
    Ok(Sensitive::new(hash))
}

/// Compares `password` with `known`, the stored hash; without one it takes as long and says `Wrong`.
pub(crate) async fn verify(
    password: Sensitive,
    known: Option<Sensitive>,
) -> Result<Verification, PasswordError> {
    if password.len() > LONGEST {
        return Ok(Verification::Wrong);
    }
    off_the_runtime(move || match known {
        Some(known) => verify_now(&password, known.reveal()),
        None => {
            NOBODY.as_deref().map(|nobody| verify_now(&password, nobody));
            Verification::Wrong
        }
    })
    .await
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PasswordError> {
    let _turn = HASHERS.acquire().await.map_err(|_| PasswordError::Stopping)?;
    task::spawn_blocking(work).await.map_err(|_| PasswordError::Stopping)
}

fn hash_now(password: &Sensitive) -> Result<String, password_hash::Error> {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>())?;
    let hash = Argon2::default().hash_password(password.reveal().as_bytes(), &salt)?;
    Ok(hash.to_string())
}

fn verify_now(password: &Sensitive, known: &str) -> Verification {
    let verified = PasswordHash::new(known)
        .and_then(|known| Argon2::default().verify_password(password.reveal().as_bytes(), &known));
    match verified {
        Ok(()) => Verification::Right,
        Err(_) => Verification::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_verifies_its_own_password_only() {
        let known = hash(Sensitive::new("correct horse battery")).await.unwrap();
        assert!(known.reveal().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let verified =
            |text: &str, known: Option<&str>| verify(Sensitive::new(text), known.map(Sensitive::new));
        assert_eq!(
            verified("correct horse battery", Some(known.reveal())).await.unwrap(),
            Verification::Right
        );
        assert_eq!(
            verified("correct horse batterz", Some(known.reveal())).await.unwrap(),
            Verification::Wrong
        );
        assert_eq!(verified("correct horse battery", Some("not a hash")).await.unwrap(), Verification::Wrong);
        assert_eq!(verified("correct horse battery", None).await.unwrap(), Verification::Wrong);
        assert_eq!(
            verified(&"x".repeat(LONGEST + 1), Some(known.reveal())).await.unwrap(),
            Verification::Wrong
        );
    }

    #[tokio::test]
    async fn length_is_bounded_both_ways() {
        assert!(matches!(hash(Sensitive::new("short")).await, Err(PasswordError::TooShort)));
        assert!(matches!(hash(Sensitive::new("x".repeat(LONGEST + 1))).await, Err(PasswordError::TooLong)));
    }
}
