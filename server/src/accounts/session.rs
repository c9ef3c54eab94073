//! Sessions and tokens: 32 random bytes at the holder, their SHA-256 here.

use diaodu_sync::event::Millis;
use sha2::{Digest, Sha256};

use super::Visitor;
use crate::{
    config::USE_NOTED_MILLIS,
    storage::{Pass, PassDigest, PassKind, Storage, StorageError},
};

/// Name of the cookie.
pub const COOKIE: &str = "diaodu_session";

/// What the holder keeps; shown once, never logged.
pub struct Secret(pub String);

/// What a new pass is to be.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Session or token.
    pub kind: PassKind,
    /// Whose.
    pub account: &'a str,
    /// How long it lasts at most.
    pub millis: i64,
    /// Where it came from, or what its holder calls it.
    pub label: String,
    /// Whether it opens nothing that writes.
    pub reads_only: bool,
}

/// Makes a pass for an account and remembers it.
///
/// Result: the secret and when it ends.
pub async fn issue(
    storage: &dyn Storage,
    wanted: Wanted<'_>,
    now: Millis,
) -> Result<(Secret, Millis), StorageError> {
    let secret = draw()?;
    let expires = Millis(now.0 + wanted.millis);
    let pass = Pass {
        digest: digest(&secret.0),
        account: wanted.account.to_owned(),
        expires,
        created: now,
        used: now,
        label: wanted.label,
        reads_only: wanted.reads_only,
    };
    storage.put_pass(wanted.kind, pass).await?;
    Ok((secret, expires))
}

/// Draws 32 random bytes.
pub fn draw() -> Result<Secret, StorageError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| StorageError::Failed(error.to_string()))?;
    Ok(Secret(
        random.iter().map(|byte| format!("{byte:02x}")).collect(),
    ))
}

/// Returns whose pass this is, if it is valid now and the account may still come in; notes that it was shown.
///
/// `idle_millis`: a session that was not shown for so long has ended.
pub async fn recognise(
    storage: &dyn Storage,
    kind: PassKind,
    secret: &str,
    now: Millis,
    idle_millis: i64,
) -> Result<Option<Visitor>, StorageError> {
    if secret.len() != 64 {
        return Ok(None);
    }
    let digest = digest(secret);
    let Some(pass) = storage.pass(kind, digest).await? else {
        return Ok(None);
    };
    if end(kind, &pass, idle_millis) <= now {
        return Ok(None);
    }
    let account = storage.account(&pass.account).await?;
    let Some(account) = account.filter(|account| !account.disabled) else {
        return Ok(None);
    };
    // To the minute: not every request is worth a write. A disk that takes none keeps nobody out.
    if now.0 - pass.used.0 >= USE_NOTED_MILLIS
        && let Err(error) = storage.use_pass(kind, digest, now).await
    {
        tracing::warn!("use of a session not noted: {error}");
    }
    Ok(Some(Visitor {
        account: account.name,
        person: account.person,
        unit: account.unit,
        role: account.role,
        must_change: account.must_change,
        reads_only: pass.reads_only,
        digest,
        expires: pass.expires,
    }))
}

/// Returns when a pass ends if it is not shown again, or `None` if it is not there any more; does not count as showing it.
pub async fn ends(
    storage: &dyn Storage,
    kind: PassKind,
    digest: PassDigest,
    idle_millis: i64,
) -> Result<Option<Millis>, StorageError> {
    let pass = storage.pass(kind, digest).await?;
    Ok(pass.map(|pass| end(kind, &pass, idle_millis)))
}

/// A session that was not shown for `idle_millis` ends before its time; a token does not.
fn end(kind: PassKind, pass: &Pass, idle_millis: i64) -> Millis {
    match kind {
        PassKind::Session => pass.expires.min(Millis(pass.used.0 + idle_millis)),
        PassKind::Token => pass.expires,
    }
}

/// Finds the cookie of that name in a `Cookie` header.
pub fn in_cookies<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header
        .split(';')
        .find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The `Set-Cookie` that hands out a session.
pub fn cookie(secret: &Secret, millis: i64, is_secure: bool) -> String {
    let seconds = millis / 1_000;
    let secure = if is_secure { "; Secure" } else { "" };
    format!(
        "{COOKIE}={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}",
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
    use diaodu_plan::{campaign::UnitId, permission::AccountRole};

    use super::*;
    use crate::storage::{Account, memory::MemoryStorage};

    async fn storage_with(disabled: bool) -> MemoryStorage {
        let storage = MemoryStorage::default();
        let account = Account {
            name: "甲".into(),
            person: String::new(),
            unit: UnitId("s-a".into()),
            role: AccountRole::Unit,
            password_hash: String::new(),
            must_change: false,
            disabled,
        };
        storage.put_accounts(vec![account]).await.unwrap();
        storage
    }

    const IDLE: i64 = 1_000_000;

    fn wanted(kind: PassKind) -> Wanted<'static> {
        Wanted {
            kind,
            account: "甲",
            millis: 3 * IDLE,
            label: String::new(),
            reads_only: false,
        }
    }

    async fn is_known(storage: &MemoryStorage, kind: PassKind, secret: &Secret, now: i64) -> bool {
        let visitor = recognise(storage, kind, &secret.0, Millis(now), IDLE).await;
        visitor.unwrap().is_some()
    }

    #[tokio::test]
    async fn a_pass_opens_its_own_door_until_it_ends() {
        let storage = storage_with(false).await;
        let issued = issue(&storage, wanted(PassKind::Token), Millis(0)).await;
        let (secret, expires) = issued.unwrap();
        assert!(is_known(&storage, PassKind::Token, &secret, 0).await);
        assert!(!is_known(&storage, PassKind::Session, &secret, 0).await);
        assert!(is_known(&storage, PassKind::Token, &secret, expires.0 - 1).await);
        assert!(!is_known(&storage, PassKind::Token, &secret, expires.0).await);
    }

    #[tokio::test]
    async fn a_session_that_is_used_lives_to_its_end_and_one_that_is_not_ends_before() {
        let storage = storage_with(false).await;
        let session = || issue(&storage, wanted(PassKind::Session), Millis(0));
        let (used, expires) = session().await.unwrap();
        let (idle, _) = session().await.unwrap();
        for now in (0..expires.0).step_by(IDLE as usize / 2) {
            assert!(
                is_known(&storage, PassKind::Session, &used, now).await,
                "{now}"
            );
        }
        assert!(!is_known(&storage, PassKind::Session, &used, expires.0).await);
        assert!(!is_known(&storage, PassKind::Session, &idle, IDLE).await);
    }

    #[tokio::test]
    async fn a_disabled_account_is_out_at_once() {
        let storage = storage_with(true).await;
        let issued = issue(&storage, wanted(PassKind::Session), Millis(0)).await;
        let (secret, _) = issued.unwrap();
        assert!(!is_known(&storage, PassKind::Session, &secret, 0).await);
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(
            in_cookies("a=1; diaodu_session=xyz; b=2", COOKIE),
            Some("xyz")
        );
        assert_eq!(in_cookies("diaodu_sessions=xyz", COOKIE), None);
        assert_eq!(in_cookies("", COOKIE), None);
    }
}
