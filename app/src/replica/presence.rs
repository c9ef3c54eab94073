//! Where the others are, and telling them where this page is.

use diaodu_plan::row::RowId;
use diaodu_sync::event::{Author, ConnectionId};
use diaodu_wire::{notice::Place, repo::DocumentId};
use leptos::prelude::*;

use super::Desk;
use crate::{
    browser,
    grid::model::{CellPlace, Other},
};

/// Said again so often, for those who came later.
const SAID_AGAIN_TICKS: u64 = 5;
/// Whoever was silent for three times as long is gone.
const SILENT_MS_MAX: i64 = 15_000;
/// 200 others: more than a district has.
const OTHERS_MAX: usize = 200;

/// What is known of presence.
#[derive(Default)]
pub(super) struct Presence {
    own: Option<CellPlace>,
    told_in: Option<DocumentId>,
    others: Vec<Heard>,
}

struct Heard {
    line: ConnectionId,
    author: Author,
    document: DocumentId,
    place: Place,
    at_ms: i64,
}

impl Desk {
    /// The person is in this cell now, or in none.
    pub(super) fn be_in(&mut self, place: Option<CellPlace>) {
        self.presence.own = place;
        self.tell_where();
    }

    fn tell_where(&mut self) {
        let own = self.presence.own.as_ref();
        let unit = own.and_then(|place| RowId(place.row.clone()).unit());
        let sheet = unit.and_then(|unit| self.sheet_of(unit));
        let place = own.map(|own| Place {
            row: own.row.clone(),
            column: own.column.clone(),
        });
        let (document, data) = match (sheet, self.presence.told_in) {
            (Some(sheet), _) => (sheet, Place::encode(place.as_ref())),
            (None, Some(told)) => (told, Place::encode(None)),
            (None, None) => return,
        };
        self.presence.told_in = sheet;
        let effects = self.hub.be_in(document, &data);
        self.perform(effects);
    }

    pub(super) fn hear_where(
        &mut self,
        document: DocumentId,
        line: ConnectionId,
        author: Author,
        data: &[u8],
    ) {
        self.presence.others.retain(|heard| heard.line != line);
        let place = Place::decode(data).filter(|_| author != self.author);
        if let Some(place) = place
            && self.presence.others.len() < OTHERS_MAX
        {
            let at_ms = browser::now_ms();
            self.presence.others.push(Heard {
                line,
                author,
                document,
                place,
                at_ms,
            });
        }
        self.show_others();
    }

    /// Time passed: those who have fallen silent are gone, and those who came later are told.
    pub(super) fn tick_presence(&mut self) {
        if self.ticks.is_multiple_of(SAID_AGAIN_TICKS) {
            if self.presence.own.is_some() {
                self.tell_where();
            }
            let now_ms = browser::now_ms();
            let heard = &mut self.presence.others;
            heard.retain(|heard| now_ms - heard.at_ms < SILENT_MS_MAX);
            self.show_others();
        }
    }

    pub(super) fn nobody_is_here(&mut self) {
        self.presence.others.clear();
        self.show_others();
    }

    pub(super) fn show_others(&self) {
        let shown: Vec<Other> = self
            .presence
            .others
            .iter()
            .filter(|heard| self.is_on_screen(heard.document))
            .map(|heard| Other {
                row: heard.place.row.clone(),
                column: heard.place.column.clone(),
                name: self.name_of(&heard.author),
                colour: heard.author.0.bytes().fold(0, u8::wrapping_add),
            })
            .collect();
        if self.store.others.with_untracked(|before| **before != shown) {
            self.store.others.set(shown.into());
        }
    }

    fn name_of(&self, author: &Author) -> String {
        let name = self.store.online.with_untracked(|present| {
            let person = present.iter().find(|person| person.account == *author.0);
            person.map(|person| person.unit_name.clone())
        });
        name.unwrap_or_else(|| author.0.to_string())
    }
}
