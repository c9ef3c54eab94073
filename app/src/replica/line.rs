//! The line to the server: dialled by whoever is signed in, dialled again when it is gone; and who else is online.

use diaodu_sync::event::{ConnectionId, Event as HubEvent, Line};
use diaodu_wire::http::Session;
use gloo::timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

use super::{
    Desk, Event, person_of,
    socket::{self, Socket},
};
use crate::{
    api::{self, FetchError, Present},
    store::status::Connection,
};

impl Desk {
    /// Asks who is signed in before it dials: another tab may have signed in somebody else meanwhile.
    pub(super) fn dial(&mut self) {
        let is_busy = self.socket.is_some() || self.is_checking || self.is_waiting;
        if is_busy || self.session.is_expired.get_untracked() || self.is_leaving {
            return;
        }
        self.is_checking = true;
        let events = self.events.clone();
        spawn_local(async move {
            drop(events.unbounded_send(Event::SessionChecked(api::session().await)));
        });
    }

    pub(super) fn session_checked(&mut self, result: Result<Session, FetchError>) {
        self.is_checking = false;
        match result {
            Ok(session) if session.account.as_str() == &*self.author.0 => {
                self.take_person(person_of(&session));
                self.session.begin(session);
                self.lines_dialled += 1;
                let id = ConnectionId(self.lines_dialled);
                match Socket::dial(id, &self.author.0, &self.events) {
                    Ok(socket) => self.socket = Some((id, socket)),
                    Err(error) => {
                        web_sys::console::error_1(&error);
                        self.dial_later();
                    }
                }
                self.ask_for_documents();
                if let Some(week) = self.week {
                    self.ask_for_openings(week);
                }
            }
            Ok(_) | Err(FetchError::SignedOut) => {
                self.set_connection(Connection::Offline);
                self.session.is_expired.set(true);
            }
            Err(FetchError::Offline | FetchError::Refused(_) | FetchError::Strange(_)) => {
                self.dial_later()
            }
        }
    }

    pub(super) fn dial_later(&mut self) {
        self.set_connection(Connection::Offline);
        if self.is_waiting {
            return;
        }
        self.is_waiting = true;
        let wait_ms = socket::wait_ms(self.attempts, js_sys::Math::random());
        self.attempts += 1;
        let events = self.events.clone();
        spawn_local(async move {
            TimeoutFuture::new(wait_ms).await;
            drop(events.unbounded_send(Event::Dial));
        });
    }

    pub(super) fn socket_up(&mut self, id: ConnectionId) {
        if self.socket.as_ref().is_none_or(|(line, _)| *line != id) {
            return;
        }
        self.attempts = 0;
        self.was_up = true;
        self.store.status.update(|status| status.refusal = None);
        self.set_connection(Connection::Online);
        self.read_receipts_again();
        self.send_files();
        self.ask_who_is_online();
        self.hub(HubEvent::Connected(id, Line::Dialled, self.author.clone()));
        // What the account may do can have changed between asking and the line being open; from now on a change closes the line.
        let events = self.events.clone();
        spawn_local(async move {
            if let Ok(session) = api::session().await {
                drop(events.unbounded_send(Event::StillHere(id, session)));
            }
        });
    }

    pub(super) fn still_here(&mut self, id: ConnectionId, session: Session) {
        let is_this_line = self.socket.as_ref().is_some_and(|(line, _)| *line == id);
        if is_this_line && session.account.as_str() == &*self.author.0 {
            self.take_person(person_of(&session));
            self.session.begin(session);
        }
    }

    pub(super) fn socket_down(&mut self, id: ConnectionId) {
        if self.socket.as_ref().is_none_or(|(line, _)| *line != id) {
            return;
        }
        self.socket = None;
        self.take_online(Vec::new());
        self.nobody_is_here();
        // What the server was asked for history is not waited for any more.
        self.history_changed();
        self.hub(HubEvent::Disconnected(id));
        if !std::mem::take(&mut self.was_up) {
            self.ask_why_not();
        }
        self.dial_later();
    }

    pub(super) fn ask_why_not(&self) {
        let (events, language) = (self.events.clone(), self.store.week.language());
        spawn_local(async move {
            if let Some(sentence) = api::why_no_line(language).await {
                drop(events.unbounded_send(Event::LineRefused(sentence)));
            }
        });
    }

    pub(super) fn line_refused(&mut self, sentence: String) {
        if !self.was_up {
            let refusal = Some(sentence);
            self.store.status.update(|status| status.refusal = refusal);
        }
    }

    pub(super) fn ask_who_is_online(&self) {
        if self.socket.is_none() {
            return;
        }
        let events = self.events.clone();
        spawn_local(async move {
            if let Ok(present) = api::online().await {
                drop(events.unbounded_send(Event::Online(present)));
            }
        });
    }

    pub(super) fn take_online(&mut self, present: Vec<Present>) {
        let present = if self.socket.is_some() {
            present
        } else {
            Vec::new()
        };
        if self
            .store
            .online
            .with_untracked(|before| *before != present)
        {
            self.store.online.set(present);
            self.show_others();
            self.show_followed();
        }
    }

    /// Takes a new line at once.
    pub(super) fn redial(&mut self) {
        if let Some((id, _)) = self.socket.take() {
            self.hub(HubEvent::Disconnected(id));
            self.set_connection(Connection::Connecting);
            self.dial();
        }
    }

    pub(super) fn set_connection(&self, connection: Connection) {
        if self
            .store
            .status
            .with_untracked(|status| status.connection != connection)
        {
            self.store
                .status
                .update(|status| status.connection = connection);
        }
    }
}
