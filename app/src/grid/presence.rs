//! Telling where the person is, and following somebody else. Knows no people: others are names at cells.

use leptos::prelude::*;

use super::desk::Desk;
use super::model::{CellPlace, Here};
use super::session::Session;

/// 32 rows: more ids do not fit into one message, and a screen shows no more.
const ROWS_MAX: usize = 32;
/// 32 columns: more than the table has.
const COLUMNS_MAX: usize = 32;
/// 60 letters: a line over the cell. Of more only that somebody types is told.
const TYPED_LETTERS_MAX: usize = 60;

/// Tells where the person is, whenever that changes.
pub fn tell_active(desk: Desk, on_active: Callback<Option<Here>>) {
    let here = Memo::new(move |_| here(desk));
    Effect::new(move |before: Option<()>| {
        let here = here.get();
        // Nobody was anywhere before the first look.
        if before.is_some() || here.is_some() {
            untrack(|| on_active.run(here));
        }
    });
}

fn here(desk: Desk) -> Option<Here> {
    let is_focused = desk.focused.get();
    let active = desk.active.with(|cell| Some(cell.as_ref()?.place.clone()));
    let place = active.filter(|_| is_focused)?;
    let typed = desk
        .session
        .with(Session::is_editing)
        .then(|| desk.typed.get());
    let (rows, columns) = selected(desk);
    Some(Here {
        place,
        rows,
        columns,
        typed: typed.map(as_told),
    })
}

/// Returns what others are told of what is being typed: nothing of a long text.
pub fn as_told(typed: String) -> String {
    match typed.chars().count() <= TYPED_LETTERS_MAX {
        true => typed,
        false => String::new(),
    }
}

/// Returns the rows and columns of the range, the rows from its active cell on; none for a single cell.
fn selected(desk: Desk) -> (Vec<String>, Vec<String>) {
    desk.selection.with(|selection| {
        if selection.is_single() {
            return Default::default();
        }
        let (range, active) = (&selection.range, selection.active.line);
        let outline = desk.outline.get();
        let from_active = (active..=*range.lines().end()).chain(*range.lines().start()..active);
        let rows = from_active.take(2 * ROWS_MAX);
        let rows = rows.filter_map(|line| outline.row_id(line).map(str::to_owned));
        let columns = desk.columns.with(|columns| {
            let chosen = columns.get(range.columns()).unwrap_or_default();
            let ids = chosen.iter().map(|column| column.id.clone());
            ids.take(COLUMNS_MAX).collect()
        });
        (rows.take(ROWS_MAX).collect(), columns)
    })
}

/// Brings the cell of whoever is followed into sight, and again when lines turn out to be higher or the table smaller. The active
/// cell stays where it is.
pub fn follow(desk: Desk) {
    let followed = desk.source.with_value(|source| source.followed);
    let spot = Memo::new(move |_| {
        let CellPlace { row, column } = followed.get()?;
        let line = desk.search.settled.with(|outline| outline.index_of(&row))?;
        let columns = desk.columns.get();
        // The window says how much is in sight.
        let seen = (desk.viewport.top_px(line), desk.viewport.window.get());
        let column = columns.iter().position(|spec| spec.id == column)?;
        Some((line, column, seen))
    });
    Effect::new(move |_| {
        if let Some((line, column, _)) = spot.get() {
            untrack(|| desk.viewport.reveal(line, column, &desk.columns.get()));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_text_only_that_it_is_typed_is_told() {
        let text = "字".repeat(TYPED_LETTERS_MAX);
        assert_eq!(as_told(text.clone()), text);
        assert_eq!(as_told(text + "字"), "");
    }
}
