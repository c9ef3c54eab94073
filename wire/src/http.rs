//! JSON bodies of the HTTP surface. docs/protocol.md names them.

use serde::{Deserialize, Serialize};

/// `POST /api/session`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// The account's name.
    pub account: String,
    /// The password.
    pub password: String,
}

/// Answer of `POST` and `GET /api/session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The account's name.
    pub account: String,
    /// The unit's id.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The current campaign's id.
    pub campaign: String,
    /// The server's clock, in milliseconds since 1970.
    pub now_ms: i64,
    /// Whether the server runs with `--demo`.
    pub demo: bool,
}

/// Answer of `POST /api/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Goes to `/sync?token=…`.
    pub token: String,
    /// When it ends by the server's clock, in milliseconds since 1970.
    pub expires_ms: i64,
}

/// One entry of `GET /api/documents`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentEntry {
    /// The campaign's id.
    pub campaign: String,
    /// `catalogue`, `hub`, `sheet` or `card`.
    pub kind: String,
    /// Of hubs and sheets.
    pub week: Option<u8>,
    /// Of sheets and cards.
    pub unit: Option<String>,
    /// `automerge:…`
    pub url: String,
}

/// Body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// A stable word.
    pub error: String,
    /// A sentence in the caller's language.
    pub message: String,
}
