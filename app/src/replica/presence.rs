//! Where the others are, telling them where this page is, and following one of them.

use diaodu_plan::{campaign::WeekNumber, column::Column, row::RowId};
use diaodu_sync::event::{Author, ConnectionId};
use diaodu_wire::{notice::Place, repo::DocumentId};
use gloo::timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

use super::{Desk, Event};
use crate::{
    browser,
    grid::model::{CellPlace, Here, Other},
    store::Followed,
};

/// Said again so often, for those who came later.
const SAID_AGAIN_TICKS: u64 = 5;
/// 150 ms between two messages: seven a second while somebody types, and the server takes ten.
const BETWEEN_MS: i64 = 150;
/// Whoever was silent for three times as long as people are is gone.
const SILENT_MS_MAX: i64 = 15_000;
/// 200 others: more than a district has.
const OTHERS_MAX: usize = 200;
/// Who is online is asked at most so often because somebody is unknown or out of sight.
const ASKED_AGAIN_TICKS: u64 = 2;

/// What is known of presence.
#[derive(Default)]
pub(super) struct Presence {
    own: Option<Here>,
    told_in: Option<DocumentId>,
    told_at_ms: i64,
    is_telling: bool,
    others: Vec<Heard>,
    followed: Option<String>,
    asked_tick: u64,
}

struct Heard {
    line: ConnectionId,
    author: Author,
    document: DocumentId,
    place: Place,
    at_ms: i64,
}

impl Desk {
    /// The person is here now, or nowhere.
    pub(super) fn be_in(&mut self, here: Option<Here>) {
        self.presence.own = here;
        self.tell_soon();
    }

    /// Tells where the person is, not more often than the server takes it.
    pub(super) fn tell_soon(&mut self) {
        if self.presence.is_telling {
            return;
        }
        let wait_ms = self.presence.told_at_ms + BETWEEN_MS - browser::now_ms();
        if !(1..=BETWEEN_MS).contains(&wait_ms) {
            return self.tell_where();
        }
        self.presence.is_telling = true;
        let events = self.events.clone();
        spawn_local(async move {
            TimeoutFuture::new(wait_ms as u32).await;
            drop(events.unbounded_send(Event::TellWhere));
        });
    }

    pub(super) fn tell_where(&mut self) {
        self.presence.is_telling = false;
        self.presence.told_at_ms = browser::now_ms();
        let own = self.presence.own.as_ref();
        let unit = own.and_then(|here| RowId(here.place.row.clone()).unit());
        let sheet = unit.and_then(|unit| self.sheet_of(unit));
        let (document, data) = match (sheet, self.presence.told_in) {
            (Some(sheet), _) => (sheet, Place::encode(own.map(told).as_ref())),
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
        let is_followed = self.presence.followed.as_deref() == Some(&*author.0);
        let place = Place::decode(data).filter(|_| author != self.author);
        if let Some(place) = place
            && self.presence.others.len() < OTHERS_MAX
        {
            let at_ms = browser::now_ms();
            let is_unknown = self.name_of(&author.0).is_none();
            self.presence.others.push(Heard {
                line,
                author,
                document,
                place,
                at_ms,
            });
            if is_unknown {
                self.ask_again_who_is_online();
            }
        } else if is_followed {
            // Gone to another week, perhaps: the server knows.
            self.ask_again_who_is_online();
        }
        self.show_others();
        if is_followed {
            self.show_followed();
        }
    }

    /// Time passed: those who have fallen silent are gone, and those who came later are told.
    pub(super) fn tick_presence(&mut self) {
        if self.ticks.is_multiple_of(SAID_AGAIN_TICKS) {
            if self.presence.own.is_some() {
                self.tell_soon();
            }
            let now_ms = browser::now_ms();
            let heard = &mut self.presence.others;
            heard.retain(|heard| now_ms - heard.at_ms < SILENT_MS_MAX);
            self.show_others();
        }
        if let Some(account) = &self.presence.followed
            && !self
                .presence
                .others
                .iter()
                .any(|heard| *heard.author.0 == **account)
        {
            self.ask_again_who_is_online();
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
            .map(|heard| {
                let place = heard.place.clone();
                Other {
                    row: place.row,
                    column: place.column,
                    rows: place.rows,
                    columns: place.columns,
                    typed: place.typed,
                    name: self.called(&heard.author.0),
                    colour: heard.author.0.bytes().fold(0, u8::wrapping_add),
                }
            })
            .collect();
        if self.store.others.with_untracked(|before| **before != shown) {
            self.store.others.set(shown.into());
        }
    }

    /// Follows an account, or nobody any more.
    pub(super) fn follow(&mut self, account: Option<String>) {
        self.presence.followed = account.filter(|account| **account != *self.author.0);
        self.ask_again_who_is_online();
        self.show_followed();
    }

    /// Opens the week of whoever is followed, and says in which cell they are.
    pub(super) fn show_followed(&mut self) {
        let followed = self.presence.followed.clone().map(|account| {
            let heard = self.presence.others.iter();
            let heard = heard.filter(|heard| *heard.author.0 == *account);
            let newest = heard.max_by_key(|heard| heard.at_ms);
            let week = match newest {
                Some(heard) => self.kinds.get(&heard.document).and_then(|kind| kind.week()),
                None => self.week_told(&account),
            };
            let place = newest.map(|heard| CellPlace {
                row: heard.place.row.clone(),
                column: heard.place.column.clone(),
            });
            let name = self.called(&account);
            (
                week,
                Followed {
                    account,
                    name,
                    place,
                },
            )
        });
        if let Some((Some(week), _)) = &followed
            && Some(*week) != self.week
        {
            self.open_week(*week);
        }
        let followed = followed.map(|(_, followed)| followed);
        if self
            .store
            .followed
            .with_untracked(|before| *before != followed)
        {
            self.store.followed.set(followed);
        }
    }

    fn ask_again_who_is_online(&mut self) {
        if self.ticks >= self.presence.asked_tick + ASKED_AGAIN_TICKS || self.ticks == 0 {
            self.presence.asked_tick = self.ticks;
            self.ask_who_is_online();
        }
    }

    fn week_told(&self, account: &str) -> Option<WeekNumber> {
        self.store.online.with_untracked(|present| {
            let person = present.iter().find(|person| person.account == *account)?;
            person.week.map(WeekNumber)
        })
    }

    fn name_of(&self, account: &str) -> Option<String> {
        self.store.online.with_untracked(|present| {
            let person = present.iter().find(|person| person.account == *account)?;
            Some(format!("{} {}", person.unit_name, person.called()))
        })
    }

    /// Names somebody by unit and name; before the server has said who it is, by account.
    fn called(&self, account: &str) -> String {
        self.name_of(account).unwrap_or_else(|| account.to_owned())
    }
}

/// What the others are told. Telephones lie in cards, which fewer may read: of them only that somebody types.
fn told(here: &Here) -> Place {
    let is_of_sheet = Column::from_id(&here.place.column).is_some_and(Column::is_stored_in_sheet);
    let typed = here.typed.clone();
    Place {
        row: here.place.row.clone(),
        column: here.place.column.clone(),
        rows: here.rows.clone(),
        columns: here.columns.clone(),
        typed: typed.map(|text| if is_of_sheet { text } else { String::new() }),
    }
}
