//! JSON body about who wrote a document.

use serde::{Deserialize, Serialize};

/// Answer of `GET /api/documents/ID/changes`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Who wrote them, each account once for every unit that it wrote as.
    pub writers: Vec<Writer>,
    /// Hash in hexadecimal digits, place among the writers, received in milliseconds since 1970; in the order of arrival.
    pub changes: Vec<(String, usize, i64)>,
    /// For `after`: what comes behind these.
    pub through: i64,
    /// Whether there is more behind it already.
    pub more: bool,
}

/// Who wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// The account; `@server` for the server itself.
    pub account: String,
    /// The person's name as it is now; may be empty.
    pub person: String,
    /// The account's unit when it wrote; empty for the server itself.
    pub unit: String,
}
