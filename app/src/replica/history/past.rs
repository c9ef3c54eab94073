//! The week's moments, the table of one of them, what differs between two or between two weeks, and what is brought back.

use std::collections::BTreeMap;

use automerge::ChangeHash;
use diaodu_plan::{
    campaign::{UnitId, WeekNumber},
    column::Column,
    history::{self, Difference, Part},
    layout::{
        DocumentKind, attachment,
        hub::{self, Cut, Snapshot},
        sheet::{Sheet, SheetRow},
    },
    row::RowId,
    value::Value,
};
use diaodu_wire::repo::DocumentId;
use leptos::prelude::*;

use super::text_of;
use crate::{
    replica::{Command, Desk, Typed},
    store::history::{Differences, Differing, Moment, PastTable, Restored, Scope, Shown, Timeline},
};

/// 500 cells that differ are more than anybody reads; how many there are is said.
const DIFFERENCES_MAX: usize = 500;

impl Desk {
    fn snapshots(&self) -> BTreeMap<Cut, Snapshot> {
        let week = self.week.map(DocumentKind::Hub);
        let id = week.and_then(|hub| self.ids.get(&hub));
        let content = id.and_then(|id| self.hub.document(id));
        content.map(hub::snapshots).unwrap_or_default()
    }

    pub(super) fn timeline(&mut self) -> Timeline {
        let now_ms = self.now().0;
        let (mut waits, mut has_unknown) = (false, false);
        let mut all = Vec::new();
        for (kind, document) in self.written_documents() {
            waits |= !self.want_receipts(document);
            let is_sheet = matches!(kind, DocumentKind::Sheet(..));
            if let Some(times) = self.read_history(document).filter(|_| is_sheet) {
                has_unknown |= self.has_unknown(document);
                all.push(times);
            }
        }
        let snapshots = self.snapshots();
        let was_down = snapshots
            .get(&Cut::Due)
            .is_some_and(|snapshot| snapshot.was_down);
        let cuts = snapshots.into_iter();
        Timeline {
            was_down,
            moments: history::moments(&all),
            cuts: cuts
                .map(|(cut, snapshot)| (cut, snapshot.at.as_millisecond()))
                .collect(),
            now_ms,
            waits,
            has_unknown,
        }
    }

    /// Says whether the server has received changes of a document of which this page does not know when.
    fn has_unknown(&self, document: DocumentId) -> bool {
        let receipts = self.history.receipts.get(&document);
        let (Some(history), Some(receipts)) = (self.history.read.get(&document), receipts) else {
            return false;
        };
        // What a document was made of has no receipt.
        history
            .changes()
            .skip(1)
            .any(|(hash, _)| receipts.of(hash).is_none() && !self.hub.is_unsent(&document, hash))
    }

    pub(super) fn show_moment(
        &mut self,
        moment: Option<Moment>,
        since: Option<Moment>,
    ) -> Differences {
        let Some(moment) = moment else {
            if self.store.history.shown.get_untracked().is_some() {
                self.store.history.shown.set(None);
                self.store.week.show_past(None);
            }
            return Differences::default();
        };
        let (mut table, mut waits) = self.table_at(moment);
        let mut all = Vec::new();
        if let Some(since) = since {
            let (before, waits_too) = self.table_at(since);
            waits |= waits_too;
            all = history::differences(&sheet_of(&before), &sheet_of(&table));
            table.changed = all
                .iter()
                .map(|each| ((each.row.clone(), each.column), text_of(&each.old)))
                .collect();
        }
        let shown = Shown {
            moment,
            at_ms: self.millis_of(moment),
            since,
        };
        self.store.week.show_past(Some(table));
        if self.store.history.shown.get_untracked() != Some(shown) {
            self.store.history.shown.set(Some(shown));
        }
        differences(all, waits)
    }

    fn millis_of(&self, moment: Moment) -> i64 {
        match moment {
            Moment::At(at) => at,
            Moment::Now => self.now().0,
            Moment::Cut(cut) => self
                .snapshots()
                .get(&cut)
                .map_or_else(|| self.now().0, |snapshot| snapshot.at.as_millisecond()),
        }
    }

    /// Returns the week as it was, and whether something is still to come.
    fn table_at(&mut self, moment: Moment) -> (PastTable, bool) {
        let snapshots = self.snapshots();
        let snapshot = match moment {
            Moment::Cut(cut) => snapshots.get(&cut),
            Moment::At(_) | Moment::Now => None,
        };
        let at = match (moment, snapshot) {
            (Moment::At(at), _) => at,
            // Strictly before it.
            (Moment::Cut(_), Some(snapshot)) => snapshot.at.as_millisecond() - 1,
            (Moment::Now | Moment::Cut(_), _) => i64::MAX,
        };
        let mut table = PastTable {
            begun: snapshot.map(|snapshot| snapshot.openings.clone()),
            ..PastTable::default()
        };
        let mut waits = false;
        for (kind, document) in self.written_documents() {
            waits |= !self.want_receipts(document);
            let Some(times) = self.read_history(document) else {
                waits = true;
                continue;
            };
            let Some(history) = self.history.read.get(&document) else {
                continue;
            };
            let heads = snapshot.and_then(|snapshot| snapshot.heads.get(&document.url()));
            let part: Part = heads
                .and_then(|heads| history.at_heads(heads))
                .unwrap_or_else(|| history.until(&times, at));
            match kind {
                DocumentKind::Sheet(..) => {
                    let mut rows = history.sheet(&part).rows;
                    // Files are no cells: they are read from the document itself, where there are any.
                    let content = self.hub.document(&document);
                    let content = content.filter(|content| attachment::is_used(*content));
                    let then = content.and_then(|content| {
                        let heads = history.heads(&part);
                        content.fork_at(&heads).ok()
                    });
                    for (row, files) in then.iter().flat_map(attachment::read_all) {
                        rows.entry(row).or_default().attached = files;
                    }
                    table.stored.extend(rows);
                }
                DocumentKind::Card(unit) => drop(table.cards.insert(unit, history.card(&part))),
                DocumentKind::Hub(_) => {
                    let heads = history.heads(&part);
                    let content = self.hub.document(&document);
                    let then = content.and_then(|content| content.fork_at(&heads).ok());
                    let then = then.and_then(|then| hub::read(&then).ok());
                    table.receipts = then.map(|then| then.receipts).unwrap_or_default();
                }
                DocumentKind::Catalogue | DocumentKind::Talk(..) => {}
            }
        }
        (table, waits)
    }

    pub(super) fn compare_weeks(&mut self, other: WeekNumber, unit: Option<UnitId>) -> Differences {
        let Some(week) = self.week else {
            return Differences::default();
        };
        let is_meant = |kind: &DocumentKind| match kind {
            DocumentKind::Sheet(of, whose) => {
                *of == other && unit.as_ref().is_none_or(|unit| unit == whose)
            }
            DocumentKind::Catalogue
            | DocumentKind::Hub(_)
            | DocumentKind::Card(_)
            | DocumentKind::Talk(..) => false,
        };
        let theirs: Vec<(DocumentKind, DocumentId)> = self
            .ids
            .iter()
            .filter(|(kind, _)| is_meant(kind))
            .map(|(kind, id)| (kind.clone(), *id))
            .collect();
        let (mut waits, mut all) = (false, Vec::new());
        for (kind, id) in theirs {
            let Some(unit) = kind.unit().cloned() else {
                continue;
            };
            self.open(id);
            let here = self.ids.get(&DocumentKind::Sheet(week, unit)).copied();
            let read = |id: DocumentId| {
                let content = self.hub.document(&id)?;
                (!content.get_heads().is_empty()).then(|| diaodu_plan::layout::sheet::read(content))
            };
            match (read(id), here.and_then(read)) {
                (Some(before), Some(now)) => all.extend(history::differences(&before, &now)),
                (None, _) | (_, None) => waits = true,
            }
        }
        differences(all, waits)
    }

    /// What a row held when a change had arrived, as far as it is not what it holds now.
    pub(super) fn row_as_of(&mut self, row: &RowId, change: &ChangeHash) -> Vec<Typed> {
        let Some((document, _)) = self.place_in_sheet(&Scope::Row(row.clone())) else {
            return Vec::new();
        };
        let Some(times) = self.read_history(document) else {
            return Vec::new();
        };
        let Some(history) = self.history.read.get(&document) else {
            return Vec::new();
        };
        let Some(part) = history.through(&times, change) else {
            return Vec::new();
        };
        let alone = |mut sheet: Sheet| {
            sheet.rows.retain(|id, _| id == row);
            sheet
        };
        let then = alone(history.sheet(&part));
        let now = alone(history.sheet(&history.whole()));
        history::differences(&now, &then)
            .into_iter()
            // Reporting is an act, and is not brought back with the texts.
            .filter(|each| each.column != Column::Report)
            .map(|each| Typed {
                row: each.row,
                column: each.column,
                text: each.new.first().map(Value::to_string).unwrap_or_default(),
            })
            .collect()
    }

    /// Writes what once stood there as any edit: judged like it, and one step for undo.
    pub(super) fn restore(&mut self, typed: Vec<Typed>) -> Restored {
        let mut restored = Restored::default();
        let mut open = Vec::new();
        for typed in typed {
            match self.closed(&typed.row, typed.column) {
                Some(reason) => {
                    restored.closed += 1;
                    restored.reason.get_or_insert(reason);
                }
                None => open.push(typed),
            }
        }
        restored.written = open.len();
        if !open.is_empty() {
            self.obey(Command::Write(open));
        }
        restored
    }
}

fn sheet_of(table: &PastTable) -> Sheet {
    let rows: BTreeMap<RowId, SheetRow> = table
        .stored
        .iter()
        .map(|(id, row)| (id.clone(), row.clone()))
        .collect();
    Sheet { rows }
}

fn differences(all: Vec<Difference>, waits: bool) -> Differences {
    let count = all.len();
    let listed = all.into_iter().take(DIFFERENCES_MAX).map(|each| Differing {
        old: text_of(&each.old),
        new: text_of(&each.new),
        row: each.row,
        column: each.column,
    });
    Differences {
        listed: listed.collect(),
        all: count,
        waits,
    }
}
