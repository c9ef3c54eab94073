//! Who may come in: passwords, sessions, tokens, known browsers, and a brake on guessing.

pub mod browser;
pub mod password;
pub mod session;
pub mod throttle;

use diaodu_plan::{
    campaign::UnitId,
    permission::{AccountRole, Author},
};
use diaodu_sync::event::Millis;

use crate::storage::{Account, PassDigest};

/// Somebody who has shown a valid pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The account's name.
    pub account: String,
    /// The person's name; may be empty.
    pub person: String,
    /// Its unit.
    pub unit: UnitId,
    /// What it may do.
    pub role: AccountRole,
    /// The password is a one-time one.
    pub must_change: bool,
    /// The pass opens nothing that writes.
    pub reads_only: bool,
    /// The pass shown.
    pub digest: PassDigest,
    /// When the pass ends.
    pub expires: Millis,
}

impl Visitor {
    /// Returns who this is for `plan`: whoever shows a pass that only reads, writes nothing.
    pub fn author(&self) -> Author {
        Author {
            account: self.account.clone(),
            unit: self.unit.clone(),
            role: if self.reads_only {
                AccountRole::Viewer
            } else {
                self.role
            },
        }
    }

    /// Says whether this is the office, with a pass that writes.
    pub fn is_office(&self) -> bool {
        self.role == AccountRole::Office && !self.reads_only
    }
}

/// Says whether nobody could administer any more if an account became like `after`.
///
/// `all`: every account as it is.
pub fn is_last_office(all: &[Account], after: &Account) -> bool {
    let administers = |account: &Account| account.role == AccountRole::Office && !account.disabled;
    let (same, others): (Vec<&Account>, Vec<&Account>) =
        all.iter().partition(|account| account.name == after.name);
    let did = same.into_iter().any(administers);
    did && !administers(after) && !others.into_iter().any(administers)
}

/// Says whether a name can be an account's: visible ASCII letters, digits, `-`, `_`, `.`, or letters of other scripts.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= crate::config::ACCOUNT_BYTES_MAX
        && name
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.'))
}
