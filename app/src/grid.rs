//! The table on the page: draws lines and cells, moves, edits. Knows rows, columns and cells, never what they mean.

pub mod model;

use leptos::prelude::*;

use model::{CellPlace, GridAction, GridSource, GridWords};

/// Draws the table and tells what a person does in it.
///
/// `on_active`: the active cell, or `None` without focus. `reveal`: set it to move there; the grid takes it out.
#[component]
pub fn Grid(
    source: GridSource,
    words: Signal<GridWords>,
    #[prop(into)] on_action: Callback<GridAction>,
    #[prop(into)] on_active: Callback<Option<CellPlace>>,
    reveal: RwSignal<Option<CellPlace>>,
) -> impl IntoView {
    let _ = (source, on_action, on_active, reveal);
    view! { <div role="grid" aria-label=move || words.get().label></div> }
}
