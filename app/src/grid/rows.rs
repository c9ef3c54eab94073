//! Draws the lines in sight. Each drawn row is taken again for another line when its own leaves sight; it repaints as one,
//! and writes to the page only what differs.

use std::sync::Arc;

use leptos::{either::Either, html, prelude::*};

use super::desk::Desk;
use super::geometry;
use super::model::*;
use super::selection::Range;
use super::sieve::Tests;
use super::viewport::Viewport;
use crate::i18n::Locale;

/// What of a line is selected, as columns: the active one, the spans of the ranges, what was copied, what would be filled, and where
/// the corner to drag stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Marks {
    active: Option<usize>,
    selected: Vec<(usize, usize)>,
    copied: Option<(usize, usize)>,
    filling: Option<(usize, usize)>,
    handle: Option<usize>,
    start: Option<usize>,
}

/// Returns the id of a cell's element, for `aria-activedescendant`.
pub fn cell_id(place: &CellPlace) -> String {
    format!("cell-{}-{}", place.row, place.column)
}

/// Draws as many rows as the part in sight needs. `heads`: how many rows of headings stand above.
#[component]
pub fn Rows(desk: Desk, heads: Signal<usize>, watch: Callback<web_sys::Element>) -> impl IntoView {
    let pool = desk.viewport.pool;
    let shape = desk.shape();
    let filters = Memo::new(move |_| {
        shape
            .arrangement
            .with(|now| (now.filters.clone(), now.filters_off))
    });
    // Tests cannot be compared: with other filters or columns they are others.
    let tests = Memo::new_with_compare(
        move |_| {
            // Read, not tracked: a memo that nobody reads notices nothing.
            filters.with(|_| ());
            let columns = shape.columns.get();
            shape
                .arrangement
                .with_untracked(|now| Arc::new(Tests::new(&columns, now)))
        },
        |_, _| true,
    );
    view! {
        <For each=move || 0..pool.get() key=|number| *number let:number>
            <DrawnRow desk number heads watch tests/>
        </For>
    }
}

/// One drawn row.
#[component]
fn DrawnRow(
    desk: Desk,
    number: usize,
    heads: Signal<usize>,
    watch: Callback<web_sys::Element>,
    tests: Memo<Arc<Tests>>,
) -> impl IntoView {
    let locale = Locale::expect();
    let Viewport { window, pool, .. } = desk.viewport;
    let drawn = Memo::new(move |_| {
        let (window, pool) = (window.get(), pool.get());
        let line = window.start + (number + pool - window.start % pool) % pool;
        let outline = desk.outline.get();
        window
            .contains(&line)
            .then(|| outline.line(line).map(|content| (line, content.clone())))
            .flatten()
    });
    let index = Memo::new(move |_| drawn.with(|drawn| drawn.as_ref().map(|(line, _)| *line)));
    let marks = Memo::new(move |_| {
        index
            .get()
            .map_or_else(Marks::default, |line| marks_of(desk, line))
    });
    let others = Memo::new(move |_| others_in(desk, &drawn.get()));
    let element = NodeRef::<html::Div>::new();
    // Watched anew for each line: two lines of one height would otherwise go unreported.
    Effect::new(move |_| {
        if let (Some(_), Some(element)) = (drawn.get(), element.get()) {
            watch.run(element.into());
        }
    });
    let row = Memo::new(move |_| row_of(desk, &drawn.get()));
    let strays = move || row.with(|row| is_stray(row.as_deref(), tests));
    view! {
        <div
            node_ref=element
            class="grid-row"
            role="row"
            aria-rowindex=move || index.get().map(|line| (line + 1 + heads.get()).to_string())
            data-line=move || index.get().map(|line| line.to_string())
            data-band=move || band_level(&drawn.get())
            data-own=move || row.with(|row| row.as_ref().is_some_and(|row| row.own).then_some("true"))
            data-stray=move || strays().then_some("true")
            title=move || strays().then(|| locale.say("row-stray"))
            hidden=move || index.get().is_none()
            style:top=move || index.get().map(|line| format!("{}px", desk.viewport.top_px(line)))
        >
            {move || match drawn.get() {
                None => None,
                Some((_, Line::Band { id, level, text, detail })) => {
                    let span = desk.columns.with(|columns| columns.len());
                    let fold = (level == 1).then(|| fold_button(desk, id.clone(), locale));
                    Some(Either::Left(band(&id, text, detail, span, fold)))
                }
                Some((_, Line::Row { id })) => {
                    let columns = desk.columns.get();
                    let words = desk.words.get();
                    let content = row.get().unwrap_or_default();
                    let (marks, others) = (marks.get(), others.get());
                    Some(Either::Right(row_cells(&id, &columns, &content, &marks, &others, &words)))
                }
            }}
        </div>
    }
}

fn row_of(desk: Desk, drawn: &Option<(usize, Line)>) -> Option<Arc<RowContent>> {
    let Some((_, Line::Row { id })) = drawn else {
        return None;
    };
    // A row that is not there yet is looked for again with the next list of lines.
    desk.outline.track();
    Some(desk.row(id)?.get())
}

/// Returns who else is in a row.
fn others_in(desk: Desk, drawn: &Option<(usize, Line)>) -> Vec<Other> {
    let Some((_, Line::Row { id })) = drawn else {
        return Vec::new();
    };
    let others = desk.source.with_value(|source| source.others);
    others.with(|others| {
        others
            .iter()
            .filter(|other| other.row == *id || other.rows.contains(id))
            .cloned()
            .collect()
    })
}

/// Tells whether a row stays though it does not pass any more.
fn is_stray(row: Option<&RowContent>, tests: Memo<Arc<Tests>>) -> bool {
    row.is_some_and(|row| !tests.with(|tests| tests.pass(row)))
}

fn band_level(drawn: &Option<(usize, Line)>) -> Option<String> {
    match drawn {
        Some((_, Line::Band { level, .. })) => Some(level.to_string()),
        Some((_, Line::Row { .. })) | None => None,
    }
}

fn marks_of(desk: Desk, line: usize) -> Marks {
    let span = |range: Option<Range>| {
        let range = range.filter(|range| range.lines().contains(&line))?;
        Some((*range.columns().start(), *range.columns().end()))
    };
    let (copied, filling) = (span(desk.copied.get()), span(desk.filling.get()));
    desk.selection.with(|selection| Marks {
        active: (selection.active.line == line).then_some(selection.active.column),
        selected: selection.spans(line),
        copied,
        filling,
        handle: (*selection.range.lines().end() == line).then(|| *selection.range.columns().end()),
        start: (*selection.range.lines().start() == line)
            .then(|| *selection.range.columns().start()),
    })
}

/// Folds away what stands under a band, or unfolds it.
fn fold_button(desk: Desk, id: String, locale: Locale) -> AnyView {
    let arrangement = desk.shape().arrangement;
    let is_folded = arrangement.with(|now| now.folded.contains(&id));
    let name = locale.say(if is_folded {
        "band-unfold"
    } else {
        "band-fold"
    });
    let press = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        event.stop_propagation();
        desk.toggle_fold(&id);
        desk.take_focus();
    };
    view! {
        <button class="grid-fold" type="button" tabindex="-1" aria-expanded=(!is_folded).to_string() aria-label=name.clone() title=name
            on:mousedown=press></button>
    }
    .into_any()
}

fn band(
    id: &str,
    text: String,
    detail: String,
    span: usize,
    fold: Option<AnyView>,
) -> impl IntoView + use<> {
    let has_detail = (!detail.is_empty()).then_some("true");
    view! {
        <div class="grid-band" role="gridcell" id=format!("band-{id}") aria-colindex="1" aria-colspan=span.to_string() data-detail=has_detail>
            <span class="grid-band-text">{fold}{text}</span>
        </div>
    }
}

fn row_cells(
    id: &str,
    columns: &[ColumnSpec],
    content: &RowContent,
    marks: &Marks,
    others: &[Other],
    words: &GridWords,
) -> Vec<impl IntoView + use<>> {
    let blank = CellContent::default();
    let mut left_px = 0.0;
    let frozen = geometry::frozen_count(columns);
    columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let place = CellPlace {
                row: id.to_owned(),
                column: column.id.clone(),
            };
            let drawn = CellDrawn {
                index,
                frozen_px: column.frozen.then_some(left_px),
                edge: index + 1 == frozen,
                kind: kind_word(&column.kind),
                active: marks.active == Some(index),
                selected: marks.selected.iter().any(|span| holds(*span, index)),
                copied: marks.copied.is_some_and(|span| holds(span, index)),
                filling: marks.filling.is_some_and(|span| holds(span, index)),
                handle: marks.handle == Some(index),
                start: marks.start == Some(index),
                other: others
                    .iter()
                    .find(|other| other.column == column.id && other.row == id)
                    .cloned(),
                others_range: others
                    .iter()
                    .find(|other| {
                        other.columns.contains(&column.id) && other.rows.iter().any(|row| row == id)
                    })
                    .map(|other| other.colour),
            };
            left_px += column.width_px;
            cell(
                place,
                content.cells.get(index).unwrap_or(&blank).clone(),
                drawn,
                words,
            )
        })
        .collect()
}

/// What is drawn of a cell besides what it holds.
struct CellDrawn {
    index: usize,
    frozen_px: Option<f64>,
    /// The last of the frozen columns.
    edge: bool,
    kind: &'static str,
    active: bool,
    selected: bool,
    copied: bool,
    filling: bool,
    handle: bool,
    start: bool,
    other: Option<Other>,
    /// The colour of whoever has selected it among others.
    others_range: Option<u8>,
}

fn holds((first, last): (usize, usize), column: usize) -> bool {
    (first..=last).contains(&column)
}

fn cell(
    place: CellPlace,
    content: CellContent,
    drawn: CellDrawn,
    words: &GridWords,
) -> impl IntoView + use<> {
    let id = cell_id(&place);
    let mistake_id = content.mistake.as_ref().map(|_| format!("{id}-mistake"));
    let has_mistake = content.mistake.is_some();
    let mistake = content.mistake.map(
        |sentence| view! { <span class="grid-mistake" id=mistake_id.clone()>{sentence}</span> },
    );
    let colour = drawn
        .other
        .as_ref()
        .map(|other| (other.colour % 6).to_string());
    let range = drawn.others_range.map(|colour| (colour % 6).to_string());
    let number = is_number(&content.shown);
    let yes = |is: bool| is.then_some("true");
    let readonly = content.readonly.is_some() || drawn.kind == "fixed";
    let severity = match content.severity {
        Severity::Calm => None,
        Severity::Warning => Some("warning"),
        Severity::Error => Some("error"),
    };
    let draft_words = content.draft.then(|| words.draft.clone());
    let conflict_words = words.conflict.clone();
    let typing_words = words.typing.clone();
    let commented = content.commented.map(|commented| match commented {
        Commented::Open => ("open", words.commented.clone()),
        Commented::Unread => ("unread", words.commented_unread.clone()),
    });
    view! {
        <div
            class="grid-cell"
            role="gridcell"
            id=id
            data-row=place.row
            data-column=place.column
            data-kind=drawn.kind
            data-state=content.state
            data-severity=severity
            data-draft=yes(content.draft)
            data-conflict=yes(content.conflict)
            data-active=yes(drawn.active)
            data-copied=yes(drawn.copied)
            data-filling=yes(drawn.filling)
            data-frozen=yes(drawn.frozen_px.is_some())
            data-edge=yes(drawn.edge)
            data-number=yes(number)
            data-other=colour
            data-others=range
            aria-colindex=(drawn.index + 1).to_string()
            aria-readonly=if readonly { "true" } else { "false" }
            aria-selected=if drawn.selected { "true" } else { "false" }
            aria-invalid=yes(has_mistake)
            aria-errormessage=mistake_id.clone()
            aria-describedby=mistake_id
            title=draft_words
            style:left=drawn.frozen_px.map(|left| format!("{left}px"))
        >
            <span class="grid-text">{content.shown}</span>
            {mistake}
            {content.conflict.then(|| view! { <span class="grid-conflict" role="img" title=conflict_words.clone() aria-label=conflict_words></span> })}
            {commented.map(|(state, words)| view! { <span class="grid-comment" role="img" data-state=state title=words.clone() aria-label=words></span> })}
            {drawn.start.then(|| view! { <span class="grid-handle" data-corner="start" aria-hidden="true"></span> })}
            {drawn.handle.then(|| view! { <span class="grid-handle" aria-hidden="true"></span> })}
            {drawn.other.map(|other| {
                let typing = other.typed.map(|text| view! {
                    <span class="grid-other-typing">{typing_words}</span>
                    <span class="grid-other-text">{text}</span>
                });
                view! { <span class="grid-other">{other.name}{typing}</span> }
            })}
        </div>
    }
}

/// Tells whether a text is a figure that belongs under the figures above it.
fn is_number(shown: &str) -> bool {
    shown == "—"
        || (!shown.is_empty()
            && shown.len() <= 8
            && shown
                .chars()
                .all(|character| matches!(character, '0'..='9' | '.' | '%')))
}

fn kind_word(kind: &CellKind) -> &'static str {
    match kind {
        CellKind::Text => "text",
        CellKind::LongText => "long",
        CellKind::Count => "count",
        CellKind::Choice(_) => "choice",
        CellKind::Fixed => "fixed",
    }
}
