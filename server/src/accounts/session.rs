//! Sessions and tokens: 32 random bytes at the holder, their SHA-256 here.

use diaodu_sync::event::Millis;
use sha2::{Digest, Sha256};

use super::Visitor;
use crate::{
    config::{SESSION_MILLIS, TOKEN_MILLIS},
    storage::{Pass, PassDigest, PassKind, Storage, StorageError},
};

/// Name of the cookie.
pub const COOKIE: &str = "diaodu_session";

/// What the holder keeps; shown once, never logged.
pub struct Secret(pub String);

/// Makes a pass for an account and remembers it.
///
/// Result: the secret and when it ends.
pub async fn issue(
    storage: &dyn Storage,
    kind: PassKind,
    account: &str,
    now: Millis,
) -> Result<(Secret, Millis), StorageError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| StorageError::Failed(error.to_string()))?;
    let secret: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let lasts = match kind {
        PassKind::Session => SESSION_MILLIS,
        PassKind::Token => TOKEN_MILLIS,
    };
    let expires = Millis(now.0 + lasts);
    storage
        .put_pass(
            kind,
            Pass {
                digest: digest(&secret),
                account: account.to_owned(),
                expires,
            },
        )
        .await?;
    Ok((Secret(secret), expires))
}

/// Returns whose pass this is, if it is valid now and the account may still come in.
pub async fn recognise(
    storage: &dyn Storage,
    kind: PassKind,
    secret: &str,
    now: Millis,
) -> Result<Option<Visitor>, StorageError> {
    if secret.len() != 64 {
        return Ok(None);
    }
    let digest = digest(secret);
    let Some(pass) = storage.pass(kind, digest).await? else {
        return Ok(None);
    };
    if pass.expires <= now {
        return Ok(None);
    }
    let account = storage
        .account(&pass.account)
        .await?
        .filter(|account| !account.disabled);
    Ok(account.map(|account| Visitor {
        account: account.name,
        unit: account.unit,
        digest,
        expires: pass.expires,
    }))
}

/// Finds the session's secret in a `Cookie` header.
pub fn in_cookies(header: &str) -> Option<&str> {
    header
        .split(';')
        .find_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// The `Set-Cookie` that hands out a session.
pub fn cookie(secret: &Secret) -> String {
    let seconds = SESSION_MILLIS / 1_000;
    format!(
        "{COOKIE}={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}",
        secret.0
    )
}

/// The `Set-Cookie` that takes it back.
pub fn empty_cookie() -> String {
    format!("{COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0")
}

/// What the database holds of a secret.
pub fn digest(secret: &str) -> PassDigest {
    PassDigest(Sha256::digest(secret.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use diaodu_plan::campaign::UnitId;

    use super::*;
    use crate::storage::{Account, memory::MemoryStorage};

    async fn storage_with(disabled: bool) -> MemoryStorage {
        let storage = MemoryStorage::default();
        let account = Account {
            name: "甲".into(),
            unit: UnitId("s-a".into()),
            password_hash: String::new(),
            disabled,
        };
        storage.put_accounts(vec![account]).await.unwrap();
        storage
    }

    #[tokio::test]
    async fn a_pass_opens_its_own_door_until_it_ends() {
        let storage = storage_with(false).await;
        let (secret, expires) = issue(&storage, PassKind::Token, "甲", Millis(0))
            .await
            .unwrap();
        let who = |kind, now| recognise(&storage, kind, &secret.0, now);
        assert_eq!(
            who(PassKind::Token, Millis(0))
                .await
                .unwrap()
                .unwrap()
                .account,
            "甲"
        );
        assert_eq!(who(PassKind::Session, Millis(0)).await.unwrap(), None);
        assert_eq!(who(PassKind::Token, expires).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_disabled_account_is_out_at_once() {
        let storage = storage_with(true).await;
        let (secret, _) = issue(&storage, PassKind::Session, "甲", Millis(0))
            .await
            .unwrap();
        assert_eq!(
            recognise(&storage, PassKind::Session, &secret.0, Millis(0))
                .await
                .unwrap(),
            None
        );
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(in_cookies("a=1; diaodu_session=xyz; b=2"), Some("xyz"));
        assert_eq!(in_cookies("diaodu_sessions=xyz"), None);
        assert_eq!(in_cookies(""), None);
    }
}
