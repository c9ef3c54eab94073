//! What is written and not known to be on disk. A page that goes has no time for its disk: what it leaves then is noted where notes are kept at
//! once, and written when an account's page comes back.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    column::Column,
    row::RowId,
};
use leptos::{
    ev,
    prelude::{GetUntracked, window_event_listener},
};
use serde::{Deserialize, Serialize};

use super::{Command, Desk, Event, Typed};
use crate::{
    browser,
    store::{row::Draft, week::WeekStore},
};

/// A larger paste is asked about before the page goes, and not noted: the browser keeps notes of a few megabytes.
const CELLS_MAX: usize = 200;

/// One cell as it was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Left {
    week: u8,
    row: String,
    column: String,
    /// What stood there before.
    was: String,
    text: String,
}

/// What became of a cell since.
#[derive(Debug, PartialEq, Eq)]
enum Became {
    /// It reached the disk after all.
    Written,
    /// The cell is as it was.
    Untouched,
    /// Something else stands there now.
    Overtaken,
}

impl Left {
    fn became(&self, shown: &str) -> Became {
        if shown == self.text {
            Became::Written
        } else if shown == self.was {
            Became::Untouched
        } else {
            Became::Overtaken
        }
    }
}

/// What screens have written since all was saved.
pub struct Unsaved {
    account: String,
    writes: Mutex<Writes>,
}

#[derive(Default)]
struct Writes {
    /// The oldest first, one entry for each command.
    wanted: VecDeque<Vec<Left>>,
    /// How many of them the loop has heard of.
    heard: usize,
    /// By the loop's word, something that it has heard of is not on disk.
    waits: bool,
    /// What was noted when the page was about to go, and stayed.
    noted: Vec<Left>,
}

impl Unsaved {
    /// Nothing yet.
    pub fn new(account: &str) -> Unsaved {
        Unsaved {
            account: account.to_owned(),
            writes: Mutex::default(),
        }
    }

    /// A screen writes. `week`: the table it writes into.
    pub fn wanted(&self, week: &WeekStore, typed: &[Typed]) {
        let number = week.number.get_untracked().map_or(0, |number| number.0);
        let left = |typed: &Typed| Left {
            week: number,
            row: typed.row.0.clone(),
            column: typed.column.id().to_owned(),
            was: shown(week, &typed.row, typed.column).unwrap_or_default(),
            text: typed.text.clone(),
        };
        let noted = match typed.len() {
            0..=CELLS_MAX => typed.iter().map(left).collect(),
            _ => Vec::new(),
        };
        self.writes().wanted.push_back(noted);
    }

    /// The loop has heard of the oldest that it had not heard of.
    pub fn heard(&self) {
        let mut writes = self.writes();
        writes.heard = (writes.heard + 1).min(writes.wanted.len());
    }

    /// Takes the loop's word on whether anything that it has heard of is not on disk.
    pub fn waits(&self, waits: bool) {
        let mut writes = self.writes();
        writes.waits = waits;
        if !waits {
            let heard = std::mem::take(&mut writes.heard);
            writes.wanted.drain(..heard);
            let noted = std::mem::take(&mut writes.noted);
            forget(&self.account, &noted);
        }
    }

    /// Says whether the page should ask before it goes.
    pub fn is_any(&self) -> bool {
        let writes = self.writes();
        writes.waits || !writes.wanted.is_empty()
    }

    /// Notes all that is unsaved for an account's next page.
    pub fn leave(&self) {
        let mut writes = self.writes();
        let left: Vec<Left> = writes.wanted.iter().flatten().cloned().collect();
        if left.is_empty() {
            return;
        }
        let mut all = recall(&self.account);
        all.retain(|kept| !left.contains(kept));
        all.extend_from_slice(&left);
        keep(&self.account, &all);
        writes.noted = left;
    }

    fn writes(&self) -> MutexGuard<'_, Writes> {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks before the page is closed while something is not on disk yet, and notes it. What stands in an open editor is committed first, as
/// whenever one leaves it.
pub fn watch(unsaved: &Arc<Unsaved>) {
    let closing = unsaved.clone();
    window_event_listener(ev::beforeunload, move |event| {
        browser::leave_focus();
        if closing.is_any() {
            closing.leave();
            event.prevent_default();
            // Chromium before 119 asks for this alone.
            event.set_return_value("unsaved");
        }
    });
    // A phone puts a page away without asking.
    let put_away = unsaved.clone();
    window_event_listener(ev::pagehide, move |_| {
        browser::leave_focus();
        put_away.leave();
    });
}

/// What earlier pages have left, by row.
pub(super) type Returning = BTreeMap<(WeekNumber, RowId), Vec<Left>>;

/// Returns what earlier pages of an account have left.
pub(super) fn returning(account: &str) -> Returning {
    let mut returning = Returning::new();
    for left in recall(account) {
        let place = (WeekNumber(left.week), RowId(left.row.clone()));
        returning.entry(place).or_default().push(left);
    }
    returning
}

impl Desk {
    /// Rows that may not be read any more: what was left for them leaves this machine.
    pub(super) fn forget_left(&mut self, week: WeekNumber, unit: &UnitId) {
        let is_gone =
            |of: &WeekNumber, row: &RowId| *of == week && row.unit().as_ref() == Some(unit);
        for ((of, row), left) in &self.returning {
            if is_gone(of, row) {
                forget(&self.author.0, left);
            }
        }
        self.returning.retain(|(of, row), _| !is_gone(of, row));
    }

    /// Rows of the week on screen stand as this machine has them: what was left for them is written now, once.
    pub(super) fn write_left<'a>(&mut self, rows: impl IntoIterator<Item = &'a RowId>) {
        if self.returning.is_empty() {
            return;
        }
        let Some(week) = self.week else { return };
        let mut again = Vec::new();
        for row in rows {
            let left = self.returning.remove(&(week, row.clone()));
            let left = left.unwrap_or_default();
            forget(&self.author.0, &left);
            for left in left {
                let Some(column) = Column::from_id(&left.column) else {
                    continue;
                };
                let stands = shown(&self.store.week, row, column).unwrap_or_default();
                match left.became(&stands) {
                    Became::Written => {}
                    Became::Untouched => again.push(Typed {
                        row: row.clone(),
                        column,
                        text: left.text,
                    }),
                    Became::Overtaken => {
                        let (text, reason) = (left.text, None);
                        self.keep_draft(row, column, Some(Draft { text, reason }));
                    }
                }
            }
        }
        if !again.is_empty() {
            self.unsaved.wanted(&self.store.week, &again);
            let write = Event::Command(Command::Write(again));
            drop(self.events.unbounded_send(write));
        }
    }
}

fn shown(week: &WeekStore, row: &RowId, column: Column) -> Option<String> {
    let row = week.joined(row)?;
    Some(row.cell(column).text.clone())
}

fn kept_as(account: &str) -> String {
    format!("diaodu.unsaved.{account}")
}

fn keep(account: &str, all: &[Left]) {
    match serde_json::to_string(all) {
        Ok(text) if !all.is_empty() => browser::remember(&kept_as(account), &text),
        Ok(_) | Err(_) => browser::forget(&kept_as(account)),
    }
}

fn forget(account: &str, gone: &[Left]) {
    if !gone.is_empty() {
        let mut all = recall(account);
        all.retain(|kept| !gone.contains(kept));
        keep(account, &all);
    }
}

fn recall(account: &str) -> Vec<Left> {
    let kept = browser::recall(&kept_as(account));
    let read = kept.and_then(|kept| serde_json::from_str(&kept).ok());
    read.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(was: &str, text: &str) -> Left {
        Left {
            week: 2,
            row: "m01.u-a".to_owned(),
            column: "progress".to_owned(),
            was: was.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn what_was_left_is_written_where_the_cell_is_as_it_was() {
        assert_eq!(left("", "新").became(""), Became::Untouched);
        assert_eq!(left("旧", "新").became("新"), Became::Written);
        assert_eq!(left("旧", "新").became("别人的"), Became::Overtaken);
        assert_eq!(left("旧", "").became("旧"), Became::Untouched);
    }

    #[test]
    fn only_what_the_loop_has_heard_of_is_saved_with_it() {
        let (unsaved, week) = (Unsaved::new("甲"), WeekStore::new());
        assert!(!unsaved.is_any());
        let typed = |text: &str| Typed {
            row: RowId("m01.u-a".to_owned()),
            column: Column::Progress,
            text: text.to_owned(),
        };
        unsaved.wanted(&week, &[typed("一")]);
        unsaved.heard();
        unsaved.wanted(&week, &[typed("二")]);
        unsaved.waits(true);
        assert!(unsaved.is_any());
        unsaved.waits(false);
        assert!(unsaved.is_any(), "the second is still on its way");
        let texts = |unsaved: &Unsaved| -> Vec<String> {
            let writes = unsaved.writes();
            let left = writes.wanted.iter().flatten();
            left.map(|left| left.text.clone()).collect()
        };
        assert_eq!(texts(&unsaved), ["二"]);
        unsaved.heard();
        unsaved.waits(false);
        assert!(!unsaved.is_any() && texts(&unsaved).is_empty());
    }
}
