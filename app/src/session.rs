//! Who sits at the desk, as far as the page knows. The last session is kept, so that the table opens without a server.

use diaodu_wire::http::Session;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{self, FetchError},
    browser,
    replica::indexed_db::Disk,
};

/// Kept on disk and not in the browser's memory of choices: a crash may take back a minute of the latter.
const KEPT_AS: &str = "session";
/// The note is the machine's, no account's.
const MACHINE: &str = "";
/// Set while the server does not know yet that the person has signed out.
const LEAVING: &str = "diaodu.leaving";

/// Who sits at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Desk {
    /// Not known yet.
    Opening,
    /// Nobody.
    Nobody,
    /// Somebody. Signed in with the server, or remembered from the last time.
    Taken(Session),
}

/// The session of this page, in the context of every screen.
#[derive(Debug, Clone, Copy)]
pub struct SessionState {
    /// Who sits here.
    pub desk: RwSignal<Desk>,
    /// The session as the server told it last: unit and role may change while the page is open.
    pub current: RwSignal<Option<Session>>,
    /// The server has ended the session while the page was open: the same person may sign in again in place.
    pub is_expired: RwSignal<bool>,
    /// Server's clock minus this machine's, in milliseconds.
    pub clock_offset_ms: RwSignal<i64>,
}

impl SessionState {
    /// Makes the state of a page that has just been opened.
    pub fn new() -> SessionState {
        SessionState {
            desk: RwSignal::new(Desk::Opening),
            current: RwSignal::new(None),
            is_expired: RwSignal::new(false),
            clock_offset_ms: RwSignal::new(0),
        }
    }

    /// Finds the session in the context of a component.
    pub fn expect() -> SessionState {
        expect_context()
    }

    /// Asks the server who is signed in; without a server it is whoever was last.
    pub async fn find_out(self) {
        if browser::recall(LEAVING).is_some() {
            match api::sign_out().await {
                Ok(()) | Err(FetchError::SignedOut) => {
                    forget().await;
                    browser::forget(LEAVING);
                }
                Err(_) => return self.desk.set(Desk::Nobody),
            }
        }
        match api::session().await {
            Ok(session) => self.begin(session),
            Err(FetchError::SignedOut) => self.desk.set(Desk::Nobody),
            Err(FetchError::Offline | FetchError::Refused(_) | FetchError::Strange(_)) => {
                match remembered().await {
                    Some((session, offset)) => {
                        self.clock_offset_ms.set(offset);
                        self.current.set(Some(session.clone()));
                        self.desk.set(Desk::Taken(session));
                    }
                    None => self.desk.set(Desk::Nobody),
                }
            }
        }
    }

    /// Begins or renews a session. Another account than the one before gets a fresh page, so that nothing is mixed.
    pub fn begin(self, session: Session) {
        let offset = session.now_ms - browser::now_ms();
        browser::forget(LEAVING);
        if let Ok(json) = serde_json::to_string(&(&session, offset)) {
            spawn_local(keep(Some(json)));
        }
        let before = self.desk.get_untracked();
        match before {
            Desk::Taken(before) if before.account != session.account => browser::reload(),
            Desk::Taken(before) => {
                self.clock_offset_ms.set(offset);
                self.is_expired.set(false);
                if before.must_change != session.must_change {
                    self.desk.set(Desk::Taken(session.clone()));
                }
                self.current.set(Some(session));
            }
            Desk::Opening | Desk::Nobody => {
                self.clock_offset_ms.set(offset);
                self.current.set(Some(session.clone()));
                self.desk.set(Desk::Taken(session));
            }
        }
    }

    /// Returns the server's clock in milliseconds since 1970, as well as this machine can tell; tracked.
    pub fn server_now_ms(self) -> i64 {
        browser::now_ms() + self.clock_offset_ms.get()
    }
}

/// Forgets who was here last; the server is told when it is in reach again, before anybody else signs in.
pub async fn forget_later() {
    browser::remember(LEAVING, "1");
    forget().await;
}

/// Forgets who was here last. What the account has typed stays on this machine, under the account.
pub async fn forget() {
    keep(None).await;
}

async fn remembered() -> Option<(Session, i64)> {
    let notes = Disk::open(MACHINE).await.notes(KEPT_AS).await.ok()?;
    serde_json::from_str(&notes.first()?.1).ok()
}

async fn keep(json: Option<String>) {
    // A browser that keeps nothing asks again after each reload without a server.
    let _ = Disk::open(MACHINE)
        .await
        .keep_note(KEPT_AS, json.as_deref())
        .await;
}
