//! Who may come in: passwords, sessions, tokens, and a brake on guessing.

pub mod password;
pub mod session;
pub mod throttle;

use diaodu_plan::campaign::UnitId;
use diaodu_sync::event::Millis;

use crate::storage::PassDigest;

/// Somebody who has shown a valid pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The account's name.
    pub account: String,
    /// Its unit.
    pub unit: UnitId,
    /// The pass shown.
    pub digest: PassDigest,
    /// When the pass ends.
    pub expires: Millis,
}

/// Says whether a name can be an account's: visible ASCII letters, digits, `-`, `_`, `.`, or letters of other scripts.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= crate::config::ACCOUNT_BYTES_MAX
        && name
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.'))
}
