//! Recognises a browser in which an account has signed in before. A proof opens nothing: it only spares its holder
//! from waiting for others' wrong passwords, see `throttle`.

use diaodu_sync::event::Millis;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::session;
use crate::{
    config::{BROWSER_PROOFS_MAX, DAY_MILLIS, KNOWN_DAYS},
    storage::{PassDigest, Storage, StorageError},
};

/// Name of the cookie; its value is a proof for each account, the newest first, with dots between.
pub const COOKIE: &str = "diaodu_browser";
/// The setting that holds the key, in hexadecimal digits.
const KEY_SETTING: &str = "browser-key";
/// So that the key is good for nothing else.
const PURPOSE: &[u8] = b"diaodu browser 1";
/// When it ends, who it is, and 16 bytes of HMAC-SHA256.
const PROOF_BYTES: usize = 8 + 8 + 16;

/// Tells the browsers of one account apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BrowserId(pub [u8; 8]);

impl BrowserId {
    /// A browser that shows a session needs no other proof.
    pub fn of_session(digest: &PassDigest) -> BrowserId {
        let mut id = [0; 8];
        id.copy_from_slice(&digest.0[..8]);
        BrowserId(id)
    }
}

/// Signs proofs.
pub struct BrowserKey([u8; 32]);

impl BrowserKey {
    /// Reads the key, or draws it once.
    pub async fn keep(storage: &dyn Storage) -> Result<BrowserKey, StorageError> {
        let kept = storage.setting(KEY_SETTING).await?;
        if let Some(key) = kept.and_then(|kept| bytes::<32>(&kept)) {
            return Ok(BrowserKey(key));
        }
        let drawn = session::draw()?.0;
        storage.put_setting(KEY_SETTING, drawn.clone()).await?;
        Ok(BrowserKey(bytes(&drawn).unwrap_or_default()))
    }

    /// Says which of the account's browsers this is, if it is one.
    pub fn recognise(&self, cookie: &str, account: &str, now: Millis) -> Option<BrowserId> {
        proofs(cookie).find_map(|proof| self.read(proof, account, now))
    }

    /// The value of the cookie after the account has signed in; other accounts' proofs stay.
    pub fn renew(&self, cookie: &str, account: &str, now: Millis) -> Result<String, StorageError> {
        let mut id = [0; 8];
        getrandom::fill(&mut id).map_err(|error| StorageError::Failed(error.to_string()))?;
        let ends = (now.0 + KNOWN_DAYS * DAY_MILLIS).to_be_bytes();
        let body = [ends, id].concat();
        let tag = self.tag(&body, account).finalize().into_bytes();
        let whole = body.iter().chain(tag.iter().take(16));
        let own: String = whole.map(|byte| format!("{byte:02x}")).collect();
        let others = proofs(cookie).filter(|proof| self.read(proof, account, now).is_none());
        let all: Vec<_> = std::iter::once(own.as_str()).chain(others).collect();
        Ok(all[..all.len().min(BROWSER_PROOFS_MAX)].join("."))
    }

    fn read(&self, proof: &str, account: &str, now: Millis) -> Option<BrowserId> {
        let proof = bytes::<PROOF_BYTES>(proof)?;
        let (body, tag) = proof.split_at(16);
        let (ends, id) = body.split_at(8);
        let is_ours = self.tag(body, account).verify_truncated_left(tag).is_ok();
        let ends = i64::from_be_bytes(ends.try_into().ok()?);
        (is_ours && now.0 < ends).then_some(BrowserId(id.try_into().ok()?))
    }

    fn tag(&self, body: &[u8], account: &str) -> Hmac<Sha256> {
        let mut tag = Hmac::<Sha256>::new_from_slice(&self.0)
            .expect("checked: HMAC takes keys of any length");
        tag.update(PURPOSE);
        tag.update(body);
        tag.update(account.as_bytes());
        tag
    }
}

/// The `Set-Cookie` that hands out proofs; they are shown where passwords are, nowhere else.
pub fn cookie(value: &str, is_secure: bool) -> String {
    let seconds = KNOWN_DAYS * DAY_MILLIS / 1_000;
    let secure = if is_secure { "; Secure" } else { "" };
    format!(
        "{COOKIE}={value}; HttpOnly; SameSite=Strict; Path=/api/session; Max-Age={seconds}{secure}"
    )
}

fn proofs(cookie: &str) -> impl Iterator<Item = &str> {
    let whole = cookie.split('.').take(BROWSER_PROOFS_MAX);
    whole.filter(|proof| {
        proof.len() == 2 * PROOF_BYTES && proof.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

fn bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if digits.len() != 2 * N || !digits.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::memory::MemoryStorage;

    const NOW: Millis = Millis(1_000);
    const KEY: BrowserKey = BrowserKey([3; 32]);

    #[test]
    fn a_proof_is_for_its_account_its_server_and_its_time() {
        let cookie = KEY.renew("", "甲", NOW).unwrap();
        let id = KEY.recognise(&cookie, "甲", NOW);
        assert!(id.is_some());
        assert_eq!(KEY.recognise(&cookie, "乙", NOW), None);
        assert_eq!(BrowserKey([4; 32]).recognise(&cookie, "甲", NOW), None);
        let end = Millis(NOW.0 + KNOWN_DAYS * DAY_MILLIS);
        assert_eq!(KEY.recognise(&cookie, "甲", end), None);
        let mut forged = cookie.into_bytes();
        forged[20] ^= 1;
        let forged = String::from_utf8(forged).unwrap();
        assert_eq!(KEY.recognise(&forged, "甲", NOW), None);
        for junk in ["", ".", "zz", &"0".repeat(64), &"é".repeat(32)] {
            assert_eq!(KEY.recognise(junk, "甲", NOW), None, "{junk}");
        }
    }

    #[test]
    fn a_shared_browser_knows_its_last_accounts_each_once() {
        let mut cookie = String::new();
        for number in 0..BROWSER_PROOFS_MAX + 3 {
            for _ in 0..2 {
                cookie = KEY.renew(&cookie, &number.to_string(), NOW).unwrap();
            }
        }
        assert_eq!(cookie.split('.').count(), BROWSER_PROOFS_MAX);
        let is_known = |number: usize| KEY.recognise(&cookie, &number.to_string(), NOW).is_some();
        assert!(!is_known(2) && is_known(3) && is_known(BROWSER_PROOFS_MAX + 2));
    }

    #[tokio::test]
    async fn the_key_outlives_a_restart() {
        let storage = MemoryStorage::default();
        let first = BrowserKey::keep(&storage).await.unwrap();
        let second = BrowserKey::keep(&storage).await.unwrap();
        assert!(first.0 == second.0 && first.0 != [0; 32]);
    }
}
