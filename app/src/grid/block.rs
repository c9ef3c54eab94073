//! What the desk does with all selected cells at once: copies, pastes, empties.

use leptos::prelude::*;

use super::clipboard;
use super::desk::Desk;
use super::model::{CellContent, GridAction};
use super::selection::Spot;

impl Desk {
    /// Returns the selected cells as text for the clipboard.
    pub fn copied(&self) -> String {
        let selection = self.selection.get_untracked();
        let outline = self.outline.get_untracked();
        let rows: Vec<Vec<String>> = selection
            .lines()
            .filter_map(|line| {
                let row = self.row(outline.row_id(line)?)?.get_untracked();
                Some(
                    selection
                        .columns()
                        .map(|column| row.cells.get(column).map(copied_text).unwrap_or_default())
                        .collect(),
                )
            })
            .collect();
        clipboard::to_text(&rows)
    }

    /// Fills cells from the clipboard, from the corner of the selection on; one value fills all that is selected.
    pub fn paste(&self, text: &str) {
        let pasted = clipboard::from_text(text);
        let selection = self.selection.get_untracked();
        let outline = self.outline.get_untracked();
        let alone = pasted.len() == 1 && pasted[0].len() == 1;
        let first = (*selection.lines().start(), *selection.columns().start());
        let lines: Vec<usize> = match alone {
            true => selection.lines().collect(),
            false => (first.0..outline.len())
                .filter(|line| outline.row_id(*line).is_some())
                .take(pasted.len())
                .collect(),
        };
        let width = if alone {
            selection.columns().count()
        } else {
            pasted.iter().map(Vec::len).max().unwrap_or(0)
        };
        let mut cells = Vec::new();
        for (index, line) in lines.into_iter().enumerate() {
            for offset in 0..width {
                let source = if alone {
                    Some(&pasted[0][0])
                } else {
                    pasted[index].get(offset)
                };
                let spot = Spot {
                    line,
                    column: first.1 + offset,
                };
                if let (Some(text), Some(cell)) = (source, self.cell(spot))
                    && !cell.is_readonly()
                    && cell.content.text != *text
                {
                    cells.push((cell.place.row, cell.place.column, text.clone()));
                }
            }
        }
        if !cells.is_empty() {
            self.on_action.run(GridAction::Fill { cells });
        } else if self
            .active
            .get_untracked()
            .is_some_and(|cell| cell.is_readonly())
        {
            self.refuse();
        }
    }

    /// Empties the selected cells that can be written.
    pub fn clear(&self) {
        let selection = self.selection.get_untracked();
        let spots = selection
            .lines()
            .flat_map(|line| selection.columns().map(move |column| Spot { line, column }));
        let cells: Vec<(String, String)> = spots
            .filter_map(|spot| self.cell(spot))
            .filter(|cell| !cell.is_readonly() && !cell.content.text.is_empty())
            .map(|cell| (cell.place.row, cell.place.column))
            .collect();
        if !cells.is_empty() {
            self.on_action.run(GridAction::Clear { cells });
        } else if selection.is_single()
            && self
                .active
                .get_untracked()
                .is_some_and(|cell| cell.is_readonly())
        {
            self.refuse();
        }
    }
}

fn copied_text(content: &CellContent) -> String {
    if content.text.is_empty() {
        content.shown.clone()
    } else {
        content.text.clone()
    }
}
