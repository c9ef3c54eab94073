//! 附件 that lie on this machine: on their way to the server, waiting for it, or refused.

use serde::{Deserialize, Serialize};

/// A file that a row does not have yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingFile {
    /// Drawn by this page; the server keeps it.
    pub id: String,
    /// Which week.
    pub week: u8,
    /// The row's id.
    pub row: String,
    /// Its name.
    pub name: String,
    /// So large.
    pub bytes: u64,
    /// Why the server did not take it, in its words.
    #[serde(default)]
    pub refused: Option<String>,
    /// So much of it has left this machine, in percent; `None` while it waits.
    #[serde(skip)]
    pub sent_percent: Option<u8>,
}

impl WaitingFile {
    /// Says whether it will be sent by itself.
    pub fn will_go(&self) -> bool {
        self.refused.is_none()
    }
}
