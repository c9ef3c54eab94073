//! How far this page and the server agree, and what this machine keeps.

/// The line to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connection {
    /// Being dialled.
    #[default]
    Connecting,
    /// Up.
    Online,
    /// Down; it is dialled again after a while.
    Offline,
}

/// What this machine keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keeping {
    /// Everything.
    #[default]
    Lasting,
    /// Nothing: this browser does not allow it.
    Nothing,
    /// The last write failed; it is tried again.
    Failing,
}

/// How far this page and the server agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// The line.
    pub connection: Connection,
    /// Own changes that the server has not acknowledged.
    pub unsent: usize,
    /// Documents of the week that are here.
    pub documents_here: usize,
    /// Documents of the week.
    pub documents_all: usize,
    /// Why the server opens no line, in its words.
    pub refusal: Option<String>,
    /// What this machine keeps.
    pub keeping: Keeping,
    /// What was kept of a document could not be read; it was fetched anew.
    pub was_damaged: bool,
}

/// What the status line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summary {
    /// The server has everything, and we have everything.
    Synced,
    /// Documents are on their way to us.
    Loading,
    /// Own changes are on their way.
    Unsent,
    /// No line yet.
    Connecting,
    /// No line.
    Offline,
    /// No line, and own changes wait.
    OfflineUnsent,
}

impl Status {
    /// Says it in one word.
    pub fn summary(&self) -> Summary {
        match self.connection {
            Connection::Offline if self.unsent > 0 => Summary::OfflineUnsent,
            Connection::Offline => Summary::Offline,
            Connection::Connecting if self.unsent > 0 => Summary::Unsent,
            Connection::Connecting => Summary::Connecting,
            Connection::Online if self.unsent > 0 => Summary::Unsent,
            Connection::Online if self.documents_here < self.documents_all => Summary::Loading,
            Connection::Online => Summary::Synced,
        }
    }
}

impl Summary {
    /// Returns the key of its sentence.
    pub fn key(self) -> &'static str {
        match self {
            Summary::Synced => "sync-synced",
            Summary::Loading => "sync-loading",
            Summary::Unsent => "sync-unsent",
            Summary::Connecting => "sync-connecting",
            Summary::Offline => "sync-offline",
            Summary::OfflineUnsent => "sync-offline-unsent",
        }
    }

    /// Returns the word for `data-state`.
    pub fn state(self) -> &'static str {
        match self {
            Summary::Synced => "ok",
            Summary::Loading | Summary::Connecting => "busy",
            Summary::Unsent => "unsent",
            Summary::Offline | Summary::OfflineUnsent => "offline",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(connection: Connection, unsent: usize, here: usize, expected: Summary) {
        let status = Status {
            connection,
            unsent,
            documents_here: here,
            documents_all: 3,
            ..Status::default()
        };
        assert_eq!(status.summary(), expected);
    }

    #[test]
    fn nothing_is_called_synced_before_it_is() {
        check(Connection::Online, 0, 3, Summary::Synced);
        check(Connection::Online, 0, 2, Summary::Loading);
        check(Connection::Online, 1, 3, Summary::Unsent);
        check(Connection::Offline, 0, 3, Summary::Offline);
        check(Connection::Offline, 2, 3, Summary::OfflineUnsent);
    }
}
