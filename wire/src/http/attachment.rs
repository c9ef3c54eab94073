//! Bodies about files of rows.

use serde::{Deserialize, Serialize};

/// Answer of `PUT /api/attachments/ID`, and one entry of `GET /api/weeks/N/attachments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentEntry {
    /// Its id, in 32 hexadecimal digits.
    pub id: String,
    /// The row's id.
    pub row: String,
    /// The file's name.
    pub name: String,
    /// `pdf`, `png` or `jpeg`.
    pub kind: String,
    /// So large.
    pub bytes: u64,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub sha256: String,
    /// Which account attached it.
    pub account: String,
    /// Whose account it was then; may be empty.
    #[serde(default)]
    pub person: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

/// The query of `PUT /api/attachments/ID`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentPlace {
    /// Which week.
    pub week: u8,
    /// The row's id.
    pub row: String,
    /// The file's name.
    pub name: String,
    /// It goes with a 更正申请, and comes to the row once that is agreed to.
    #[serde(default)]
    pub correction: bool,
}
