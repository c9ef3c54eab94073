//! Passwords: argon2id, hashed off the event loops, a few at a time.

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::config::HASHES_AT_ONCE;

/// 32 letters without those that are mistaken for each other.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";

static TURNS: Semaphore = Semaphore::const_new(HASHES_AT_ONCE);

/// Hashes a password for storage (argon2id with the crate's defaults: 19 MiB, 2 rounds).
pub async fn hash(password: String) -> Result<String, PasswordError> {
    in_turn(move || {
        let hash: PasswordHash = Argon2::default()
            .hash_password(password.as_bytes())
            .map_err(|_| PasswordError)?;
        Ok(hash.to_string())
    })
    .await?
}

/// Says whether the password is the hashed one; without a hash it takes as long and says no.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, PasswordError> {
    in_turn(move || match hash {
        Some(hash) => Argon2::default()
            .verify_password(password.as_bytes(), hash.as_str())
            .is_ok(),
        None => {
            let spent: Result<PasswordHash, _> =
                Argon2::default().hash_password(password.as_bytes());
            drop(spent);
            false
        }
    })
    .await
}

/// Draws a password that can be read over the telephone: `k3fm-x8wp-2nqa`.
pub fn draw() -> Result<String, PasswordError> {
    let mut random = [0; 12];
    getrandom::fill(&mut random).map_err(|_| PasswordError)?;
    let letters: Vec<u8> = random
        .iter()
        .map(|byte| LETTERS[usize::from(byte % 32)])
        .collect();
    let groups: Vec<_> = letters
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    Ok(groups.join("-"))
}

/// No randomness, or no memory for the hash.
#[derive(Debug, thiserror::Error)]
#[error("password could not be hashed")]
pub struct PasswordError;

async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PasswordError> {
    let _turn = TURNS.acquire().await.map_err(|_| PasswordError)?;
    spawn_blocking(work).await.map_err(|_| PasswordError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_fits() {
        let stored = hash("正确的密码".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        assert!(
            verify("正确的密码".into(), Some(stored.clone()))
                .await
                .unwrap()
        );
        assert!(!verify("错误的密码".into(), Some(stored)).await.unwrap());
        assert!(!verify("正确的密码".into(), None).await.unwrap());
    }

    #[test]
    fn drawn_passwords_differ_and_are_long_enough() {
        let (one, other) = (draw().unwrap(), draw().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 14);
    }
}
