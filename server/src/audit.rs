//! The audit log: what is entered, and the chain that shows whether anything was taken out or altered.

use diaodu_sync::event::{Millis, SavedChange};
use diaodu_wire::repo::DocumentId;
use sha2::{Digest, Sha256};

/// The hash before the first entry.
pub const BEGINNING: [u8; 32] = [0; 32];

/// What an entry tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody signed in.
    SignIn,
    /// Somebody gave a wrong password, or was made to wait.
    SignInFailure,
    /// Somebody signed out.
    SignOut,
    /// A change was accepted; the detail is its hash.
    Change,
    /// A change was refused; the detail is the reason and the cells.
    Refusal,
    /// A command was carried out: accounts, sessions, settings; never a password.
    Command,
    /// A week, or the log itself, was exported.
    Export,
}

impl Kind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Kind; 7] = [
        Kind::SignIn,
        Kind::SignInFailure,
        Kind::SignOut,
        Kind::Change,
        Kind::Refusal,
        Kind::Command,
        Kind::Export,
    ];

    /// Returns the stable word.
    pub fn word(self) -> &'static str {
        match self {
            Kind::SignIn => "sign-in",
            Kind::SignInFailure => "sign-in-failure",
            Kind::SignOut => "sign-out",
            Kind::Change => "change",
            Kind::Refusal => "refusal",
            Kind::Command => "command",
            Kind::Export => "export",
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// By the server's clock.
    pub at: Millis,
    /// A word of `Kind`.
    pub kind: String,
    /// Who did it; as it was typed where nobody was signed in.
    pub account: String,
    /// What it was done to: a document, an account, a week.
    pub subject: String,
    /// What else there is to know; no password, no token, nothing that was typed into a cell.
    pub detail: String,
}

/// An entry as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Rises by one.
    pub number: i64,
    /// What is told.
    pub entry: Entry,
    /// Over the hash before and all fields.
    pub hash: [u8; 32],
}

/// Which entries are asked for; newest first, or oldest first behind a number.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// By this account alone.
    pub account: Option<String>,
    /// Of this kind alone.
    pub kind: Option<String>,
    /// That hold this text in subject or detail.
    pub text: Option<String>,
    /// Older than this number.
    pub before: Option<i64>,
    /// Newer than this number, and the oldest of them first.
    pub after: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

impl Entry {
    /// Makes an entry.
    pub fn new(at: Millis, kind: Kind, account: &str, subject: &str, detail: &str) -> Entry {
        Entry {
            at,
            kind: kind.word().to_owned(),
            account: account.to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_owned(),
        }
    }

    /// Makes the entry of an accepted change.
    pub fn of_change(document: DocumentId, change: &SavedChange) -> Entry {
        Entry::new(
            change.received,
            Kind::Change,
            &change.author.0,
            &document.to_string(),
            &change.hash.to_string(),
        )
    }

    /// Returns the hash that this entry gets after `previous`. Each field is led by its length, so that none runs into the next.
    pub fn link(&self, previous: &[u8; 32]) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(previous);
        hasher.update(self.at.0.to_be_bytes());
        for field in [&self.kind, &self.account, &self.subject, &self.detail] {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.finalize().into()
    }
}

/// Returns the number of the first entry that does not follow from the one before it; rows in order, `previous` stands before
/// the first.
pub fn first_break(previous: &[u8; 32], rows: &[Row]) -> Option<i64> {
    let mut previous = *previous;
    for row in rows {
        if row.entry.link(&previous) != row.hash {
            return Some(row.number);
        }
        previous = row.hash;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Vec<Row> {
        let mut previous = BEGINNING;
        let row = |number: i64| {
            let entry = Entry::new(Millis(number), Kind::SignIn, "甲", "", &number.to_string());
            previous = entry.link(&previous);
            Row {
                number,
                entry,
                hash: previous,
            }
        };
        (1..=5).map(row).collect()
    }

    #[test]
    fn an_untouched_log_has_no_break() {
        assert_eq!(first_break(&BEGINNING, &log()), None);
        let rows = log();
        assert_eq!(first_break(&rows[1].hash, &rows[2..]), None);
    }

    #[test]
    fn what_is_altered_taken_out_or_moved_is_found() {
        let mut altered = log();
        altered[2].entry.account = "乙".to_owned();
        assert_eq!(first_break(&BEGINNING, &altered), Some(3));
        let mut shifted = log();
        shifted[2].entry.account = String::new();
        shifted[2].entry.subject = "甲".to_owned();
        assert_eq!(first_break(&BEGINNING, &shifted), Some(3));
        let mut shortened = log();
        shortened.remove(1);
        assert_eq!(first_break(&BEGINNING, &shortened), Some(3));
        let mut moved = log();
        moved.swap(3, 4);
        assert_eq!(first_break(&BEGINNING, &moved), Some(5));
    }
}
