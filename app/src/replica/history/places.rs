//! Where what screens ask about lies: in which documents, and in which of their cells.

use std::collections::BTreeMap;

use diaodu_plan::{
    campaign::UnitId,
    column::Column,
    history::HistoryCell,
    layout::{DocumentKind, card::EntryKey},
    row::{self, RowId},
};
use diaodu_wire::repo::DocumentId;

use crate::{replica::Desk, store::history::Scope};

/// Which cells of a document are meant.
pub(super) enum Wanted {
    Cell(RowId, Column),
    Row(RowId),
    /// Telephones, each with the row that shows it.
    Entries(BTreeMap<EntryKey, RowId>),
    All,
}

impl Wanted {
    pub(super) fn holds(&self, cell: &HistoryCell) -> bool {
        match (self, cell) {
            (Wanted::Cell(row, column), HistoryCell::Sheet(of, at)) => (row, column) == (of, at),
            (Wanted::Row(row), HistoryCell::Sheet(of, _)) => row == of,
            (Wanted::Entries(entries), HistoryCell::Card(of)) => entries.contains_key(of),
            (Wanted::All, HistoryCell::Sheet(..)) => true,
            (Wanted::Cell(..) | Wanted::Row(_) | Wanted::All, HistoryCell::Card(_))
            | (Wanted::Entries(_), HistoryCell::Sheet(..)) => false,
        }
    }

    pub(super) fn row_of(&self, entry: &EntryKey) -> Option<RowId> {
        match self {
            Wanted::Entries(entries) => entries.get(entry).cloned(),
            Wanted::Cell(..) | Wanted::Row(_) | Wanted::All => None,
        }
    }
}

impl Desk {
    /// Finds the documents in which something lies, and which of their cells are meant: telephones lie in the card of the unit, for those
    /// who may read it.
    pub(super) fn places_in_history(&self, scope: &Scope) -> Vec<(DocumentId, Wanted)> {
        let phones = match scope {
            Scope::Cell(row, Column::Phone) => {
                return self.phones_of(vec![row.clone()]).into_iter().collect();
            }
            Scope::Cell(..) => None,
            Scope::Row(row) => self.phones_of(vec![row.clone()]),
            Scope::Unit(unit) => self.phones_of(self.rows_of(unit)),
        };
        let sheet = self.place_in_sheet(scope);
        sheet.into_iter().chain(phones).collect()
    }

    fn rows_of(&self, unit: &UnitId) -> Vec<RowId> {
        let (Some(campaign), Some(week)) = (self.campaign.as_ref(), self.week) else {
            return Vec::new();
        };
        let rows = row::rows(campaign, week).into_iter();
        let own = rows.filter(|row| row.unit == *unit);
        own.map(|row| row.id).collect()
    }

    /// Finds the telephones that are shown in these rows of one unit. One that several rows show is told of the first.
    fn phones_of(&self, rows: Vec<RowId>) -> Option<(DocumentId, Wanted)> {
        let unit = rows.first()?.unit()?;
        let card = self.ids.get(&DocumentKind::Card(unit)).copied()?;
        let mut entries = BTreeMap::new();
        for row in rows {
            let entry = EntryKey::phone_of(&self.store.week.reporter(&row));
            entries.entry(entry).or_insert(row);
        }
        Some((card, Wanted::Entries(entries)))
    }

    /// Finds the sheet in which something lies, and which of its cells are meant.
    pub(super) fn place_in_sheet(&self, scope: &Scope) -> Option<(DocumentId, Wanted)> {
        let week = self.week?;
        let sheet = |unit: UnitId| self.ids.get(&DocumentKind::Sheet(week, unit)).copied();
        match scope {
            // When a report arrived is the server's word on the act of reporting.
            Scope::Cell(row, Column::SubmittedAt) => Some((
                sheet(row.unit()?)?,
                Wanted::Cell(row.clone(), Column::Report),
            )),
            Scope::Cell(row, column) => {
                Some((sheet(row.unit()?)?, Wanted::Cell(row.clone(), *column)))
            }
            Scope::Row(row) => Some((sheet(row.unit()?)?, Wanted::Row(row.clone()))),
            Scope::Unit(unit) => Some((sheet(unit.clone())?, Wanted::All)),
        }
    }

    /// The documents of the week on screen that people write: sheets, and the cards that are shown in them.
    pub(super) fn written_documents(&self) -> Vec<(DocumentKind, DocumentId)> {
        let is_meant = |kind: &DocumentKind| match kind {
            DocumentKind::Sheet(week, _) | DocumentKind::Hub(week) => Some(*week) == self.week,
            DocumentKind::Card(_) => true,
            // What was said is no part of the table.
            DocumentKind::Catalogue | DocumentKind::Talk(..) => false,
        };
        let all = self.ids.iter().filter(|(kind, _)| is_meant(kind));
        all.map(|(kind, id)| (kind.clone(), *id)).collect()
    }
}
