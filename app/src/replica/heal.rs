//! Refusal without loss: what the server did not take becomes drafts beside the cells, the rest is written again.

use std::collections::BTreeMap;

use automerge::ScalarValue;
use diaodu_plan::{
    campaign::WeekNumber,
    column::Column,
    layout::{DocumentKind, card::EntryKey, sheet},
    permission::{self, State, Verdict, WeekState},
    review::{self, Reviewed},
    row::{self, RowId},
    touch::{self, Touch},
};
use diaodu_sync::event::{CellAddress, Effect, Refusal};
use diaodu_wire::repo::DocumentId;

use super::{
    Command, Desk, Typed, indexed_db, log,
    withdraw::{Place, text_of},
};
use crate::store::row::Draft;

/// 8 times in a row a document is written again without what was refused: each names up to 200 cells that are left out.
const HEALS_MAX: usize = 8;
/// What the page writes beside a report and a review: nobody has typed it, and it says nothing without them.
const COMPANIONS: [Column; 2] = [Column::ReportSavedAt, Column::ReviewOf];

impl Desk {
    /// The server has refused: goes back to what it has, writes again what it will take, and keeps the rest.
    pub(super) fn heal(&mut self, document: DocumentId, refusal: &Refusal) {
        log(&format!("{document} was refused: {}", refusal.reason));
        // Refused again: then our own judgement is not the server's (it may know a newer campaign). What it names is left
        // out and the rest tried once more, as long as it names something; else all is kept.
        let rounds = self.refusals.get(&document).map_or(1, |rounds| rounds + 1);
        let goes_on = rounds == 1 || (!refusal.cells.is_empty() && rounds < HEALS_MAX);
        let (now, author) = (self.now(), self.author.clone());
        let kind = self.kinds.get(&document).cloned();
        let (campaign, person) = (self.campaign.clone(), self.person.clone());
        let week = kind
            .as_ref()
            .and_then(DocumentKind::week)
            .map_or(WeekState::Open, |week| self.week_state(week));
        let content = self.hub.document(&document);
        let rows = content.map(|content| sheet::read(content).rows);
        let rows = rows.unwrap_or_default();
        let judge = |cell: &CellAddress, value: Option<&ScalarValue>| {
            let (kind, campaign) = (kind.as_ref()?, campaign.as_ref()?);
            let touch = touch::read(kind, &cell.path, &cell.key, value);
            // As it looks with what was refused still in it: what the server has named is left out in any case.
            let reviewed = match &touch {
                Touch::Cell { row, .. } => rows.get(row).map(|row| review::read(&row.cells)),
                _ => None,
            };
            let state = State {
                document: kind,
                campaign,
                week,
                entries: 0,
                reviewed: reviewed.unwrap_or(Reviewed::NotReported),
            };
            match permission::judge(&person, &touch, &state) {
                Verdict::Accept => None,
                Verdict::Refuse(reason) => Some(reason.word()),
            }
        };
        let healed = self.hub.heal(now, document, &author, |cell, value| {
            goes_on && judge(cell, value).is_none()
        });
        let (refused, effects) = match healed {
            Ok(healed) => healed,
            Err(error) => return log(&error.to_string()),
        };
        if let Some(DocumentKind::Talk(..)) = kind {
            self.return_comments(document, &refused, &refusal.reason);
            return self.healed(document, rounds, effects);
        }
        let refused = refused.iter().map(|(cell, value)| {
            let reason = judge(cell, value.as_ref()).unwrap_or(&refusal.reason);
            (cell, value.as_ref(), reason)
        });
        self.keep_refused(kind.as_ref(), refused);
        self.healed(document, rounds, effects);
    }

    /// Going back leaves nothing unsent for a moment: that is no acknowledgement of what is written again.
    fn healed(&mut self, document: DocumentId, rounds: usize, effects: Vec<Effect>) {
        self.perform(effects);
        if self.unsent.get(&document).is_some_and(|count| *count > 0) {
            self.refusals.insert(document, rounds);
        }
    }

    /// Keeps what was refused, and why, beside its cells. What was emptied holds no text to keep.
    pub(super) fn keep_refused<'a>(
        &self,
        kind: Option<&DocumentKind>,
        refused: impl Iterator<Item = (&'a CellAddress, Option<&'a ScalarValue>, &'a str)>,
    ) {
        let mut drafts = BTreeMap::<(RowId, Column), Draft>::new();
        for (cell, value, reason) in refused {
            let place = self.place_of(kind, cell);
            let (Place::Cell(week, row, column), Some(text)) = (place, text_of(value)) else {
                log(&format!("refused, and nothing to keep: {cell:?}"));
                continue;
            };
            if COMPANIONS.contains(&column) {
                continue;
            }
            let draft = Draft {
                text,
                reason: Some(reason.to_owned()),
            };
            if Some(week) != self.week {
                self.keep_for_later(week, &row, column, draft);
                continue;
            }
            let place = (row, column);
            let older = match drafts.remove(&place) {
                Some(kept) => Some(kept.text),
                None => {
                    let kept = self.store.week.draft(&place.0, column);
                    kept.map(|kept| kept.text)
                }
            };
            drafts.insert(place, draft.with_older(older.as_deref()));
        }
        let drafts = drafts.into_iter();
        self.keep_drafts(drafts.map(|(place, draft)| (place, Some(draft))).collect());
    }

    /// Keeps a draft of another week than the one on screen: it is read when that week is opened.
    fn keep_for_later(&self, week: WeekNumber, row: &RowId, column: Column, draft: Draft) {
        let key = indexed_db::key_of(&["draft", &week.0.to_string(), &row.0, column.id()]);
        let disk = self.disk.clone();
        leptos::task::spawn_local(async move {
            let notes = disk.notes(&key).await.unwrap_or_default();
            let older = notes.iter().find(|(rest, _)| rest.is_empty());
            let older = older.map(|(_, note)| Draft::from_note(note).text);
            let note = draft.with_older(older.as_deref()).to_note();
            super::report(disk.keep_note(&key, Some(&note)).await);
        });
    }

    /// The first row in which a card's entry is shown.
    pub(super) fn row_of_card(&self, kind: Option<&DocumentKind>, key: &str) -> Option<RowId> {
        let (unit, campaign) = (kind?.unit()?, self.campaign.as_ref()?);
        let entry = EntryKey::parse(key)?;
        let rows = row::rows(campaign, self.week?);
        let own: Vec<&RowId> = rows
            .iter()
            .filter(|row| row.unit == *unit)
            .map(|row| &row.id)
            .collect();
        let shows = |row: &&&RowId| EntryKey::phone_of(&self.store.week.reporter(row)) == entry;
        own.iter()
            .find(shows)
            .or(own.first())
            .map(|row| (*row).clone())
    }

    /// What the person may do has changed: cells open and close, nothing that was typed is lost.
    pub(super) fn take_person(&mut self, person: permission::Author) {
        if person == self.person {
            return;
        }
        self.person = person;
        if let Some(week) = self.week {
            self.open_week(week);
        }
    }

    /// Writes a draft once more.
    pub(super) fn retry(&mut self, row: RowId, column: Column) {
        if let Some(Draft { text, .. }) = self.store.week.draft(&row, column) {
            self.obey(Command::Write(vec![Typed { row, column, text }]));
        }
    }

    /// Says why the person may not write into a cell, as far as this page knows; the server's word is the law.
    pub(super) fn closed(&self, id: &RowId, column: Column) -> Option<String> {
        let campaign = self.campaign.as_ref()?;
        let week = self.week?;
        let row = row::row_or_released(campaign, week, id)?;
        let state = self.week_state(week);
        let reviewed = self.store.week.reviewed(id);
        let judged = permission::judge_cell(&self.person, &row, column, campaign, state)
            .and_then(|()| permission::judge_turn(&self.person, &row, column, campaign, reviewed));
        judged.err().map(|reason| reason.word().to_owned())
    }
}
