//! What a person does with the table as a whole: searches it, filters, folds, fits columns.

use std::sync::Arc;

use leptos::prelude::*;

use super::desk::Desk;
use super::find::Wanted;
use super::geometry;
use super::model::{CellPlace, RowContent, Shape};

/// What a person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrange {
    /// Open the search.
    Find,
    /// Open the search with what is to be put in place of what is found.
    Replace,
    /// Go to the next hit.
    Next,
    /// Go to the hit before.
    Previous,
    /// Let the filters hold, or not.
    ToggleFilters,
    /// Open the list of the active column's heading.
    OpenList,
    /// Apply filters and sort again.
    Again,
    /// Fold away what stands under the outer band over the active row.
    Fold,
    /// Unfold the band that is folded next to it.
    Unfold,
    /// Unfold everything, and let all rows pass.
    ShowRows,
    /// Show the columns that were hidden.
    ShowColumns,
}

impl Desk {
    /// Carries out what a person asked for.
    pub(super) fn arrange(&self, what: Arrange) {
        self.finish();
        match what {
            Arrange::Find | Arrange::Replace => self.open_search(what),
            Arrange::Next => self.go_to_hit(Wanted::Next),
            Arrange::Previous => self.go_to_hit(Wanted::Previous),
            Arrange::ToggleFilters => self.toggle_filters(),
            Arrange::OpenList => self.open_list_of_column(),
            Arrange::Again => self
                .shape()
                .turn
                .update(|turn| *turn = turn.wrapping_add(1)),
            Arrange::Fold => self.fold(),
            Arrange::Unfold => self.unfold(),
            Arrange::ShowRows => self.shape().arrangement.update(|now| {
                now.filters_off = !now.filters.is_empty();
                now.folded.clear();
            }),
            Arrange::ShowColumns => self
                .shape()
                .arrangement
                .update(|now| now.shown.retain(|_, shown| *shown)),
        }
    }

    /// Returns how the table is arranged.
    pub fn shape(&self) -> Shape {
        self.source.with_value(|source| source.shape)
    }

    /// Makes a column as wide as its texts need.
    pub fn fit_column(&self, id: &str) {
        let shape = self.shape();
        let columns = shape.columns.get_untracked();
        let Some(index) = columns.iter().position(|column| column.id == id) else {
            return;
        };
        let rows = self.all_rows();
        let texts = rows
            .iter()
            .filter_map(|row| Some(row.cells.get(index)?.shown.as_str()));
        let width_px = geometry::fit_px(&columns[index].title, texts);
        shape
            .arrangement
            .update(|arrangement| arrangement.set_width(id, width_px));
    }

    /// Returns all rows of the view as they stand, also those that filters keep out.
    pub fn all_rows(&self) -> Vec<Arc<RowContent>> {
        let ids = self.shape().rows.get_untracked();
        let rows = ids.iter().filter_map(|id| self.row(id));
        rows.map(|row| row.get_untracked()).collect()
    }

    /// Folds a band away, or unfolds it.
    pub fn toggle_fold(&self, band: &str) {
        self.finish();
        let arrangement = self.shape().arrangement;
        arrangement.update(|arrangement| arrangement.toggle_fold(band));
    }

    /// Takes away what keeps a cell from sight: a view that leaves its row out, filters, folds, a hidden column.
    pub fn make_way(&self, place: &CellPlace) {
        let shape = self.shape();
        let is_in = || shape.rows.with_untracked(|ids| ids.contains(&place.row));
        if !is_in() {
            shape.let_in.run(place.row.clone());
        }
        if !is_in() {
            return;
        }
        let is_drawn = self
            .outline
            .with_untracked(|outline| outline.index_of(&place.row).is_some());
        let is_shown = self
            .columns
            .with_untracked(|columns| columns.iter().any(|column| column.id == place.column));
        let now = shape.arrangement.get_untracked();
        let hides_row = !is_drawn && (now.filters_hold() || !now.folded.is_empty());
        let is_known = shape
            .columns
            .with_untracked(|columns| columns.iter().any(|column| column.id == place.column));
        let hides_column = !is_shown && is_known;
        if !hides_row && !hides_column {
            return;
        }
        shape.arrangement.update(|now| {
            if hides_row {
                now.filters_off = !now.filters.is_empty();
                now.folded.clear();
            }
            if hides_column {
                // Hidden by the person, or off until somebody wants it.
                if now.shown.remove(&place.column).is_none() {
                    now.shown.insert(place.column.clone(), true);
                }
            }
        });
    }

    fn toggle_filters(&self) {
        let arrangement = self.shape().arrangement;
        if arrangement.with_untracked(|now| now.filters.is_empty()) {
            return self.open_list_of_column();
        }
        arrangement.update(|now| now.filters_off = !now.filters_off);
    }

    fn open_list_of_column(&self) {
        let column = self.selection.get_untracked().active.column;
        let columns = self.columns.get_untracked();
        let id = columns.get(column).map(|column| column.id.clone());
        self.show_active();
        self.shape().open_list.set(id);
    }

    fn fold(&self) {
        let outline = self.outline.get_untracked();
        let active = self.selection.get_untracked().active.line;
        let over = outline
            .bands_over(active)
            .first()
            .map(|line| super::outline::id(line).to_owned());
        if let Some(band) = over {
            self.toggle_fold(&band);
        }
    }

    /// The active cell never stands in what is folded: the band right above it is meant, else the first below.
    fn unfold(&self) {
        let outline = self.outline.get_untracked();
        let active = self.selection.get_untracked().active.line;
        let folded = self
            .shape()
            .arrangement
            .with_untracked(|now| now.folded.clone());
        let band = |index: &usize| {
            outline
                .line(*index)
                .map(super::outline::id)
                .filter(|id| folded.contains(*id))
        };
        let above = (0..active).rev().find(|index| band(index).is_some());
        let below = (active..outline.len()).find(|index| band(index).is_some());
        if let Some(band) = above.or(below).as_ref().and_then(band) {
            self.toggle_fold(band);
        }
    }
}
