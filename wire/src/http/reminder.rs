//! JSON bodies about reminders.

use serde::{Deserialize, Serialize};

/// Answer of `GET /api/reminders`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RemindersView {
    /// Minutes before due, the earliest moment first.
    pub minutes: Vec<u16>,
    /// The server sends mail.
    pub mail: bool,
    /// The server posts to a webhook.
    pub webhook: bool,
    /// Those that were given, by week; for the office.
    pub given: Vec<GivenEntry>,
}

/// A reminder that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenEntry {
    /// Which week.
    pub week: u8,
    /// Minutes before due.
    pub minutes: u16,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// How many units owed reports.
    pub units: u32,
    /// Deliveries that are tried.
    pub waiting: usize,
    /// Deliveries that were taken.
    pub sent: usize,
    /// Deliveries that nobody took.
    pub given_up: usize,
}
