//! What the rows of the week on screen begin it with, computed by the server from weeks that are not on this page; kept on this machine.

use diaodu_plan::{campaign::WeekNumber, row::RowId};
use diaodu_wire::http::week::WeekOpenings;
use futures_channel::mpsc::UnboundedSender;
use leptos::task::spawn_local;

use super::{Desk, Event, indexed_db::Disk, log, report};
use crate::api;

/// A minute: 期初累计 is nothing that anybody waits for.
const ASK_TICKS: u64 = 60;

fn note(week: WeekNumber) -> String {
    format!("openings|{}|", week.0)
}

async fn ask_server(week: WeekNumber, disk: &Disk, events: &UnboundedSender<Event>) {
    let address = format!("/api/weeks/{}/openings", week.0);
    let Ok(openings) = api::list::<WeekOpenings>(&address).await else {
        return;
    };
    if let Ok(text) = serde_json::to_string(&openings) {
        report(disk.keep_note(&note(week), Some(&text)).await);
    }
    drop(events.unbounded_send(Event::Openings(week, openings)));
}

impl Desk {
    /// Asks this machine first, and then the server. Without an answer what was known holds.
    pub(super) fn ask_for_openings(&self, week: WeekNumber) {
        let (disk, events) = (self.disk.clone(), self.events.clone());
        spawn_local(async move {
            let tell = |openings| drop(events.unbounded_send(Event::Openings(week, openings)));
            match disk.notes(&note(week)).await {
                Ok(notes) => {
                    let mut kept = notes.iter();
                    let kept = kept.find_map(|(_, text)| serde_json::from_str(text).ok());
                    kept.into_iter().for_each(tell);
                }
                Err(error) => log(&error.to_string()),
            }
            ask_server(week, &disk, &events).await;
        });
    }

    /// Weeks before are written on while this one is on screen, and lie on other pages.
    pub(super) fn tick_openings(&self) {
        let week = self.week.filter(|_| self.socket.is_some());
        if let Some(week) = week.filter(|_| self.ticks.is_multiple_of(ASK_TICKS)) {
            let (disk, events) = (self.disk.clone(), self.events.clone());
            spawn_local(async move { ask_server(week, &disk, &events).await });
        }
    }

    pub(super) fn take_openings(&mut self, week: WeekNumber, openings: WeekOpenings) {
        if Some(week) == self.week {
            let rows = openings.rows.into_iter();
            let rows = rows.map(|(row, opening)| (RowId(row), opening));
            if self.store.week.take_openings(rows.collect()) {
                // The past begins with them too.
                self.history_changed();
            }
        }
    }

    /// Rows that may not be read any more leave this machine.
    pub(super) fn forget_openings(&self, week: WeekNumber) {
        let disk = self.disk.clone();
        spawn_local(async move { report(disk.keep_note(&note(week), None).await) });
    }
}
