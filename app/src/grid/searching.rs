//! What the desk does with a search: goes from hit to hit, replaces. Looks through all rows of the view, also those folded away.

use std::sync::Arc;

use leptos::{html, prelude::*};

use super::arranging::Arrange;
use super::command::Extent;
use super::desk::Desk;
use super::find::{self, Reasons, Replacing, Wanted};
use super::model::{CellPlace, GridAction, Line};
use super::needle::Needle;
use super::outline::Outline;
use super::selection::Spot;

/// How the search stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Which hit is the active cell, counted from 1; `None` for none.
    pub number: Option<usize>,
    /// How many there are.
    pub count: usize,
}

/// How many cells were replaced, and why others were not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Replaced cells.
    pub count: usize,
    /// The others, by the reason in words.
    pub left: Vec<(String, usize)>,
}

/// The search of one table.
#[derive(Clone, Copy)]
pub struct Search {
    /// Whether it is open, and with what is to be put in place.
    pub open: RwSignal<Option<Arrange>>,
    /// What is searched for.
    pub text: RwSignal<String>,
    /// What is put in its place.
    pub by: RwSignal<String>,
    /// How it stands; `None` before the first look.
    pub found: RwSignal<Option<Found>>,
    /// What replacing has done.
    pub replaced: RwSignal<Option<Replaced>>,
    /// Where what is searched for is typed.
    pub input: NodeRef<html::Input>,
    /// The lines that the selection is told by: after the lines have changed it is carried over first.
    pub settled: RwSignal<Arc<Outline>>,
    /// A hit whose row is being unfolded.
    awaited: RwSignal<Option<CellPlace>>,
    /// Where it was begun: each further letter is searched for from there.
    from: StoredValue<Spot>,
}

impl Search {
    /// Starts with nothing searched for.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(None),
            text: RwSignal::new(String::new()),
            by: RwSignal::new(String::new()),
            found: RwSignal::new(None),
            replaced: RwSignal::new(None),
            input: NodeRef::new(),
            settled: RwSignal::new(Arc::default()),
            awaited: RwSignal::new(None),
            from: StoredValue::new(Spot::default()),
        }
    }

    fn needle(&self) -> Option<Needle> {
        let replaces = self.open.get_untracked() == Some(Arrange::Replace);
        self.text.with_untracked(|text| match replaces {
            true => Needle::literal(text),
            false => Needle::new(text),
        })
    }
}

impl Desk {
    /// Searches for another text, from where the search was begun.
    pub fn search_for(&self, text: String) {
        let search = self.search;
        search.text.set(text);
        search.replaced.set(None);
        self.go_to(search.from.get_value(), Wanted::Here);
    }

    /// Goes to a hit, as seen from the active cell. Opens the search where there is none yet.
    pub fn go_to_hit(&self, wanted: Wanted) {
        if self.search.text.with_untracked(String::is_empty) {
            return self.open_search(Arrange::Find);
        }
        let from = self.selection.get_untracked().active;
        self.go_to(from, wanted);
        self.search
            .from
            .set_value(self.selection.get_untracked().active);
    }

    /// Closes the search; the keys go to the cell that was found.
    pub fn close_search(&self) {
        self.search.open.set(None);
        self.search.replaced.set(None);
        self.take_focus();
        self.show_active();
    }

    /// Puts the other text into the active cell if it is a hit, and goes to the next.
    pub fn replace_one(&self) {
        let from = self.spot_in_whole();
        if !self.hits().contains(&from) {
            return self.go_to_hit(Wanted::Here);
        }
        self.replace(&[from]);
        self.go_to_hit(Wanted::Next);
    }

    /// Puts the other text into all hits: one step for undo.
    pub fn replace_all(&self) {
        let hits = self.hits();
        let replaced = self.replace(&hits);
        // What was replaced is written a moment later.
        self.search.found.set(Some(Found {
            number: None,
            count: hits.len() - replaced,
        }));
    }

    pub(super) fn open_search(&self, what: Arrange) {
        let search = self.search;
        search.from.set_value(self.spot_in_whole());
        search.open.set(Some(what));
        search.replaced.set(None);
        if !search.text.with_untracked(String::is_empty) {
            self.go_to(search.from.get_value(), Wanted::Here);
        }
        if let Some(input) = search.input.get_untracked() {
            input.focus().unwrap_or_default();
            input.select();
        }
    }

    fn go_to(&self, from: Spot, wanted: Wanted) {
        let hits = self.hits();
        let spot = find::wanted(&hits, from, wanted).and_then(|index| hits.get(index));
        if let Some(spot) = spot {
            self.go_to_spot(*spot);
        }
        self.search
            .found
            .set(self.found_at(&hits, spot.copied().unwrap_or(from)));
    }

    /// Makes a cell the active one, by its line among all; unfolds what it stands under.
    fn go_to_spot(&self, spot: Spot) {
        let whole = self.whole();
        let Some(Line::Row { id }) = whole.get(spot.line) else {
            return;
        };
        let outline = self.outline.get_untracked();
        if let Some(line) = outline.index_of(id) {
            return self.select(Spot { line, ..spot }, Extent::Alone);
        }
        let column = self
            .columns
            .with_untracked(|columns| columns.get(spot.column).map(|column| column.id.clone()));
        let over = whole[..spot.line].iter().rev().find_map(|line| match line {
            Line::Band { id, level: 1, .. } => Some(id.clone()),
            Line::Band { .. } | Line::Row { .. } => None,
        });
        self.search.awaited.set(column.map(|column| CellPlace {
            row: id.clone(),
            column,
        }));
        if let Some(band) = over {
            self.shape()
                .arrangement
                .update(|now| now.folded.retain(|folded| *folded != band));
        }
    }

    /// Goes to a hit that was folded away, as soon as its row is there.
    pub fn go_to_awaited(&self) {
        let outline = self.search.settled.get();
        let Some(place) = self.search.awaited.get() else {
            return;
        };
        let column = self
            .columns
            .with_untracked(|columns| columns.iter().position(|column| column.id == place.column));
        if let (Some(line), Some(column)) = (outline.index_of(&place.row), column) {
            self.search.awaited.set(None);
            self.select(Spot { line, column }, Extent::Alone);
        }
    }

    fn whole(&self) -> Arc<Vec<Line>> {
        self.shape().whole.get_untracked()
    }

    /// Returns where the active cell stands among all lines, also those that are folded away.
    fn spot_in_whole(&self) -> Spot {
        let spot = self.selection.get_untracked().active;
        let outline = self.outline.get_untracked();
        let whole = self.whole();
        let line = outline.line(spot.line).and_then(|line| {
            let id = super::outline::id(line);
            whole.iter().position(|line| super::outline::id(line) == id)
        });
        Spot {
            line: line.unwrap_or(0),
            ..spot
        }
    }

    fn found_at(&self, hits: &[Spot], at: Spot) -> Option<Found> {
        self.search.needle()?;
        Some(Found {
            number: hits
                .iter()
                .position(|hit| *hit == at)
                .map(|index| index + 1),
            count: hits.len(),
        })
    }

    /// Looks through all rows as they stand now.
    fn hits(&self) -> Vec<Spot> {
        let Some(needle) = self.search.needle() else {
            return Vec::new();
        };
        let columns = self.columns.with_untracked(|columns| columns.len());
        find::hits(&needle, &self.whole(), columns, |id| {
            Some(self.row(id)?.get_untracked())
        })
    }

    /// Writes the other text into cells and says how many.
    fn replace(&self, spots: &[Spot]) -> usize {
        let (Some(needle), by) = (self.search.needle(), self.search.by.get_untracked()) else {
            return 0;
        };
        let (whole, columns) = (self.whole(), self.columns.get_untracked());
        let words = self.words.get_untracked();
        let check = self.source.with_value(|source| source.check.clone());
        let reasons = Reasons {
            conflict: &words.conflict,
            readonly: &words.readonly,
            check: &|row, column, text| check(row, column, text),
        };
        let mut replacing = Replacing::default();
        for spot in spots {
            let Some(Line::Row { id }) = whole.get(spot.line) else {
                continue;
            };
            if let (Some(row), Some(column)) = (self.row(id), columns.get(spot.column)) {
                let row = row.get_untracked();
                replacing.add(&needle, &by, (id, &row, &[(spot.column, column)]), &reasons);
            }
        }
        let Replacing { cells, left } = replacing;
        let count = cells.len();
        self.search.replaced.set(Some(Replaced {
            count,
            left: left.into_iter().collect(),
        }));
        if !cells.is_empty() {
            // Each cell got a text of its own.
            self.again.set_value(None);
            self.on_action.run(GridAction::Fill { cells });
        }
        count
    }
}
