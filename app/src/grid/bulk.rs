//! What the desk does with many cells at once: copies, pastes, fills, empties. Each is one step for undo, and what could not be
//! written is counted and said, with the reason.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::clipboard::{self, Clip};
use super::command::Direction;
use super::desk::Desk;
use super::model::{BulkKind, BulkReport, CellContent, CellKind, CellPlace, GridAction};
use super::outline::Outline;
use super::selection::{Range, Selection, Spot};
use super::series;
use super::session::Session;
use super::spread::{Spread, rows_in, spread};

/// What F4 does once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// The same text.
    Text(String),
    /// Emptying.
    Clear,
    /// Filling.
    Fill(Direction),
    /// Pasting the same.
    Paste(Clip),
}

impl Desk {
    /// Returns the selected cells for the clipboard, and which of their columns hold figures; `None` if the ranges make no rectangle,
    /// which is said.
    pub fn copied(&self) -> Option<(Clip, Vec<bool>)> {
        let outline = self.outline.get_untracked();
        let selection = self.selection.get_untracked();
        let Some((lines, columns)) = selection.rectangle(&outline) else {
            self.on_action.run(GridAction::CannotCopy);
            return None;
        };
        let texts = |line: usize| -> Option<Vec<String>> {
            let row = self.glance(outline.row_id(line)?)?;
            let text = |column: &usize| row.cells.get(*column).map(copied_text).unwrap_or_default();
            Some(columns.iter().map(text).collect())
        };
        self.copied.set(Some(selection.range));
        let specs = self.columns.get_untracked();
        let is_count = |column: &usize| {
            let kind = specs.get(*column).map(|spec| &spec.kind);
            // What is computed of figures, such as a rate, is one.
            matches!(kind, Some(CellKind::Count | CellKind::Fixed))
        };
        let counts = columns.iter().map(is_count).collect();
        let rows = lines.into_iter().filter_map(texts).collect();
        Some((Clip { rows }, counts))
    }

    /// Fills cells from the clipboard, from the corner of the selection on. One value fills all that is selected; a block fills a
    /// selection that it fits into several times.
    pub fn paste(&self, clip: Clip) {
        let clip = if self.turns_paste.get_untracked() {
            self.turns_paste.set(false);
            clip.turned()
        } else {
            clip
        };
        let outline = self.outline.get_untracked();
        let selection = self.selection.get_untracked();
        let Spread {
            writes,
            outside,
            misfit,
            range,
        } = spread(&clip, &selection, &outline);
        self.write_cells(BulkKind::Paste, writes, Left { outside, misfit });
        if let Some(range) = range {
            self.selection.set(Selection::over(range));
        }
        self.again.set_value(Some(Again::Paste(clip)));
    }

    /// Empties the selected cells that can be written.
    pub fn clear(&self) {
        let outline = self.outline.get_untracked();
        let cells = self
            .selection
            .with_untracked(|selection| selection.cells(&outline));
        self.again.set_value(Some(Again::Clear));
        self.write_cells(
            BulkKind::Clear,
            cells.into_iter().map(|spot| (spot, "")),
            Left::default(),
        );
    }

    /// Writes a text into all selected cells.
    pub fn fill_selection(&self, text: &str) {
        let outline = self.outline.get_untracked();
        let cells = self
            .selection
            .with_untracked(|selection| selection.cells(&outline));
        self.again.set_value(Some(Again::Text(text.to_owned())));
        self.write_cells(
            BulkKind::Fill,
            cells.into_iter().map(|spot| (spot, text)),
            Left::default(),
        );
    }

    /// Fills each range from its first row (Down) or column (Right); a range of one from the row above or the column before.
    pub fn fill(&self, way: Direction) {
        let outline = self.outline.get_untracked();
        let selection = self.selection.get_untracked();
        let mut writes: Vec<(Spot, String)> = Vec::new();
        for range in selection.ranges() {
            for spot in (Selection::over(*range)).cells(&outline) {
                let from = source_of(spot, range, way, &outline);
                if let Some(from) = from.filter(|from| *from != spot) {
                    writes.push((spot, self.text_at(from)));
                }
            }
        }
        self.again.set_value(Some(Again::Fill(way)));
        let writes = writes.iter().map(|(spot, text)| (*spot, text.as_str()));
        self.write_cells(BulkKind::Fill, writes, Left::default());
    }

    /// Drags the selected range on to another cell: downwards, upwards or sideways, whichever is farther.
    pub fn fill_to(&self, target: Range, counts_on: bool) {
        let outline = self.outline.get_untracked();
        let range = self.selection.with_untracked(|selection| selection.range);
        let rows = rows_in(&range, &outline);
        let columns: Vec<usize> = range.columns().collect();
        let target_rows = rows_in(&target, &outline);
        let downwards = target_rows.len() > rows.len();
        let mut writes: Vec<(Spot, String)> = Vec::new();
        if downwards {
            let back = target_rows.first() != rows.first();
            let fresh: Vec<usize> = target_rows
                .into_iter()
                .filter(|line| !rows.contains(line))
                .collect();
            for column in columns {
                let spots = rows.iter().map(|line| Spot {
                    line: *line,
                    column,
                });
                let fresh = fresh.iter().map(|line| Spot {
                    line: *line,
                    column,
                });
                self.continue_to(
                    spots.collect(),
                    fresh.collect(),
                    back,
                    counts_on,
                    &mut writes,
                );
            }
        } else {
            let back = target.columns().start() < range.columns().start();
            let fresh: Vec<usize> = target
                .columns()
                .filter(|column| !range.columns().contains(column))
                .collect();
            for line in rows {
                let spots = columns.iter().map(|column| Spot {
                    line,
                    column: *column,
                });
                let fresh = fresh.iter().map(|column| Spot {
                    line,
                    column: *column,
                });
                self.continue_to(
                    spots.collect(),
                    fresh.collect(),
                    back,
                    counts_on,
                    &mut writes,
                );
            }
        }
        // How far it was dragged means nothing elsewhere.
        self.again.set_value(None);
        let writes = writes.iter().map(|(spot, text)| (*spot, text.as_str()));
        self.write_cells(BulkKind::Fill, writes, Left::default());
        self.selection.set(Selection::over(target));
    }

    /// Fills the selection downwards as far as the column beside it is filled: a double click on its corner.
    pub fn fill_along(&self) {
        let outline = self.outline.get_untracked();
        let range = self.selection.with_untracked(|selection| selection.range);
        let (first, last) = (*range.columns().start(), *range.columns().end());
        let beside = [first.checked_sub(1), Some(last + 1)];
        let is_filled = |line: usize, column: usize| {
            let row = outline.row_id(line).and_then(|id| self.row(id));
            row.is_some_and(|row| {
                let row = row.read_untracked();
                let cell = row.cells.get(column);
                cell.is_some_and(|cell| !cell.shown.is_empty())
            })
        };
        let start = *range.lines().end();
        let reach = |column: usize| {
            let mut end = start;
            while let Some(next) = outline
                .row_below(end)
                .filter(|line| is_filled(*line, column))
            {
                end = next;
            }
            end
        };
        let end = beside
            .into_iter()
            .flatten()
            .map(reach)
            .find(|end| *end > start);
        if let Some(line) = end {
            let anchor = Spot {
                line: *range.lines().start(),
                column: first,
            };
            let corner = Spot { line, column: last };
            self.fill_to(Range { anchor, corner }, false);
        }
    }

    /// Types what stands in the cell above.
    pub fn copy_above(&self) {
        let outline = self.outline.get_untracked();
        let active = self.selection.with_untracked(|selection| selection.active);
        if let Some(line) = outline.row_above(active.line) {
            let text = self.text_at(Spot { line, ..active });
            self.begin(super::keymap::Mode::Edit, Some(&text));
        }
    }

    /// Does the last change of cells once more, where the selection is now.
    pub fn repeat(&self) {
        match self.again.get_value() {
            Some(Again::Text(text)) => self.fill_selection(&text),
            Some(Again::Clear) => self.clear(),
            Some(Again::Fill(way)) => self.fill(way),
            Some(Again::Paste(clip)) => self.paste(clip),
            None => self.on_action.run(GridAction::NothingToRepeat),
        }
    }

    /// Returns what other cells of the table are filled with from a cell; empty for none.
    pub fn text_at(&self, spot: Spot) -> String {
        let outline = self.outline.get_untracked();
        let row = outline.row_id(spot.line).and_then(|id| self.row(id));
        let columns = self.columns.get_untracked();
        row.zip(columns.get(spot.column))
            .and_then(|(row, column)| {
                let row = row.read_untracked();
                let cell = row.cells.get(spot.column)?;
                Some(filling_text(cell, &column.kind))
            })
            .unwrap_or_default()
    }

    fn continue_to(
        &self,
        mut from: Vec<Spot>,
        mut to: Vec<Spot>,
        back: bool,
        counts_on: bool,
        writes: &mut Vec<(Spot, String)>,
    ) {
        if back {
            from.reverse();
            to.reverse();
        }
        let texts: Vec<String> = from.into_iter().map(|spot| self.text_at(spot)).collect();
        let next = series::continued(&texts, to.len(), counts_on);
        writes.extend(to.into_iter().zip(next));
    }

    /// Writes texts into cells as one step. Cells that say no are left alone and counted with their reasons; so is what is no value of
    /// its column, which becomes a draft beside its cell.
    ///
    /// `left`: what of it has no place.
    fn write_cells<'a>(
        &self,
        kind: BulkKind,
        writes: impl IntoIterator<Item = (Spot, &'a str)>,
        left: Left,
    ) {
        debug_assert!(!self.session.with_untracked(Session::is_composing));
        let outline = self.outline.get_untracked();
        let columns = self.columns.get_untracked();
        let words = self.words.get_untracked();
        let check = self.source.with_value(|source| source.check.clone());
        let mut row: Option<(usize, _)> = None;
        let mut cells: Vec<(String, String, String)> = Vec::new();
        let (mut same, mut mistaken, mut closed) = (0, 0, BTreeMap::<String, usize>::new());
        for (spot, text) in writes {
            let (Some(id), Some(column)) = (outline.row_id(spot.line), columns.get(spot.column))
            else {
                continue;
            };
            if row.as_ref().is_none_or(|(line, _)| *line != spot.line) {
                row = self.glance(id).map(|content| (spot.line, content));
            }
            let Some(content) = row.as_ref().and_then(|(_, row)| row.cells.get(spot.column)) else {
                continue;
            };
            match weigh(kind, content, &column.kind, text) {
                Fate::Closed(reason) => {
                    let reason = reason.unwrap_or_else(|| words.readonly.clone());
                    *closed.entry(reason).or_default() += 1;
                }
                Fate::Same => same += 1,
                Fate::Fresh => {
                    let is_mistaken = check(id, &column.id, text).is_some();
                    mistaken += usize::from(is_mistaken);
                    cells.push((id.to_owned(), column.id.clone(), text.to_owned()));
                }
            }
        }
        let mut closed: Vec<(String, usize)> = closed.into_iter().collect();
        closed.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let report = BulkReport {
            kind,
            written: cells.len() - mistaken,
            same,
            mistaken,
            closed,
            outside: left.outside,
            misfit: left.misfit,
        };
        self.hand_over(kind, cells);
        self.tell(report);
    }

    fn hand_over(&self, kind: BulkKind, cells: Vec<(String, String, String)>) {
        if cells.is_empty() {
            return;
        }
        match kind {
            BulkKind::Paste | BulkKind::Fill => self.on_action.run(GridAction::Fill { cells }),
            BulkKind::Clear => {
                let cells = cells.into_iter().map(|(row, column, _)| (row, column));
                self.on_action.run(GridAction::Clear {
                    cells: cells.collect(),
                });
            }
        }
    }

    /// Says what was not written. A single closed cell answers at its place, as when it is typed into.
    fn tell(&self, report: BulkReport) {
        let left_out: usize = report.closed.iter().map(|(_, count)| count).sum();
        let homeless = report.outside + report.misfit;
        let others = report.written + report.same + report.mistaken + homeless;
        if others == 0 && left_out == 1 {
            self.refuse();
        } else if left_out + homeless + report.mistaken > 0
            || (report.kind == BulkKind::Paste && report.written > 1)
        {
            self.on_action.run(GridAction::Report(report));
        }
    }
}

/// What of a write has no place in the table.
#[derive(Debug, Clone, Copy, Default)]
struct Left {
    /// Texts that the table is too small for.
    outside: usize,
    /// Ranges of another shape than what was copied.
    misfit: usize,
}

/// Where a cell of a range is filled from.
fn source_of(spot: Spot, range: &Range, way: Direction, outline: &Outline) -> Option<Spot> {
    let (lines, columns) = (range.lines(), range.columns());
    match way {
        Direction::Down | Direction::Up => {
            let first = outline.nearest_row(*lines.start())?;
            let is_one = !lines
                .clone()
                .any(|line| line != first && outline.row_id(line).is_some());
            let line = if is_one {
                outline.row_above(first)?
            } else {
                first
            };
            Some(Spot { line, ..spot })
        }
        Direction::Right | Direction::Left => {
            let first = *columns.start();
            let is_one = columns.end() == columns.start();
            let column = if is_one { first.checked_sub(1)? } else { first };
            Some(Spot { column, ..spot })
        }
    }
}

/// What comes of a text that is to be written into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    /// The cell says no, with its reason if it has one of its own.
    Closed(Option<String>),
    /// It stands there already.
    Same,
    /// It is another text.
    Fresh,
}

/// Judges a text for a cell. What is computed stays computed where the same is pasted over it.
fn weigh(kind: BulkKind, content: &CellContent, column: &CellKind, text: &str) -> Fate {
    if content.readonly.is_some() || *column == CellKind::Fixed {
        return Fate::Closed(content.readonly.clone());
    }
    let is_stored = content.text == text;
    let is_computed = content.text.is_empty() && content.shown == text && kind == BulkKind::Paste;
    match (is_stored || is_computed) && !content.draft {
        true => Fate::Same,
        false => Fate::Fresh,
    }
}

/// What other cells are filled with: what is stored, so that what is computed is computed there too. Columns that nobody fills store
/// nothing: what they show is meant.
fn filling_text(content: &CellContent, column: &CellKind) -> String {
    match column {
        CellKind::Fixed => copied_text(content),
        CellKind::Text | CellKind::LongText | CellKind::Count | CellKind::Choice(_) => {
            content.text.clone()
        }
    }
}

/// What goes to the clipboard: what stands in the editor, and where that is empty what is shown.
fn copied_text(content: &CellContent) -> String {
    if content.text.is_empty() {
        content.shown.clone()
    } else {
        content.text.clone()
    }
}

/// Reads what the browser holds: a table, text, or the same cells as both.
pub fn pasted(data: &web_sys::DataTransfer) -> Option<Clip> {
    let get = |kind: &str| data.get_data(kind).ok().filter(|text| !text.is_empty());
    let table = get("text/html").and_then(|html| super::html::table(&html));
    let plain = get("text/plain").map(|text| Clip {
        rows: clipboard::from_text(&text),
    });
    match (plain, table) {
        (Some(plain), Some(table)) => Some(clipboard::reconciled(plain, table)),
        (plain, table) => table.or(plain),
    }
}

/// Says where the active cell is, for what the screen does with it.
pub fn active_place(desk: &Desk) -> Option<CellPlace> {
    desk.active
        .with_untracked(|cell| cell.as_ref().map(|cell| cell.place.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str, shown: &str) -> CellContent {
        CellContent {
            text: text.to_owned(),
            shown: shown.to_owned(),
            ..CellContent::default()
        }
    }

    #[test]
    fn what_is_computed_goes_out_as_shown_and_fills_as_computed() {
        let total = cell("", "12");
        assert_eq!(copied_text(&total), "12");
        assert_eq!(filling_text(&total, &CellKind::Count), "");
        assert_eq!(filling_text(&cell("9", "9"), &CellKind::Count), "9");
        assert_eq!(
            filling_text(&cell("", "区住建局"), &CellKind::Fixed),
            "区住建局"
        );
    }

    #[test]
    fn a_computed_total_is_not_pinned_by_its_own_copy() {
        let total = cell("", "12");
        let fate = |kind, text| weigh(kind, &total, &CellKind::Count, text);
        assert_eq!(fate(BulkKind::Paste, "12"), Fate::Same);
        assert_eq!(fate(BulkKind::Paste, ""), Fate::Same);
        assert_eq!(fate(BulkKind::Paste, "13"), Fate::Fresh);
        // Who types it into all that is selected means it.
        assert_eq!(fate(BulkKind::Fill, "12"), Fate::Fresh);
        assert_eq!(fate(BulkKind::Clear, ""), Fate::Same);
    }

    #[test]
    fn closed_cells_say_why_and_drafts_are_written_once_more() {
        let mut closed = cell("甲", "甲");
        closed.readonly = Some("已定稿".to_owned());
        let reason = Some("已定稿".to_owned());
        let fate = weigh(BulkKind::Paste, &closed, &CellKind::Text, "甲");
        assert_eq!(fate, Fate::Closed(reason));
        let fate = weigh(BulkKind::Fill, &cell("", "甲"), &CellKind::Fixed, "甲");
        assert_eq!(fate, Fate::Closed(None));
        let mut draft = cell("一二", "一二");
        draft.draft = true;
        let fate = weigh(BulkKind::Paste, &draft, &CellKind::Count, "一二");
        assert_eq!(fate, Fate::Fresh);
    }
}
