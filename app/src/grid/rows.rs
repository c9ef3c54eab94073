//! Draws the lines in sight. Each drawn row is taken again for another line when its own leaves sight; it repaints as one,
//! and writes to the page only what differs.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Render};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::cells::{Cells, RowLook, Template, element, set, yes};
use super::desk::Desk;
use super::model::*;
use super::outline::Outline;
use super::selection::{Range, Selection};
use super::sieve::Tests;
use crate::i18n::Locale;

/// What of a line is selected, as columns: the active one, the spans of the ranges, what was copied, what would be filled, and where
/// the corner to drag stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// The active cell.
    pub active: Option<usize>,
    /// First and last column of each range.
    pub selected: Vec<(usize, usize)>,
    /// Likewise.
    pub copied: Option<(usize, usize)>,
    /// Likewise.
    pub filling: Option<(usize, usize)>,
    /// The corner to drag.
    pub handle: Option<usize>,
    /// The corner where the selection begins.
    pub start: Option<usize>,
}

/// Returns the id of a cell's element, for `aria-activedescendant`.
pub fn cell_id(row: &str, column: &str) -> String {
    format!("cell-{row}-{column}")
}

/// What is drawn in a row, as far as it depends on where the table stands and what is selected.
#[derive(Clone, Default)]
struct Look {
    line: Option<usize>,
    outline: Arc<Outline>,
    marks: Marks,
    others: Vec<Other>,
}

/// Outlines are told apart by identity: one that was built again may have rows that the one before had not.
impl PartialEq for Look {
    fn eq(&self, other: &Self) -> bool {
        self.line == other.line
            && Arc::ptr_eq(&self.outline, &other.outline)
            && self.marks == other.marks
            && self.others == other.others
    }
}

/// A row that is drawn.
struct Drawn {
    element: HtmlElement,
    look: ArcRwSignal<Look>,
    top_px: f64,
}

/// What every drawn row needs.
#[derive(Clone, Copy)]
struct Brush {
    desk: Desk,
    heads: Signal<usize>,
    watch: Callback<Element>,
    tests: Memo<Arc<Tests>>,
    locale: Locale,
    template: StoredValue<Option<Arc<Template>>, LocalStorage>,
}

/// Draws as many rows as the part in sight needs. `heads`: how many rows of headings stand above.
pub fn draw(desk: Desk, heads: Signal<usize>, watch: Callback<Element>) {
    let owner = Owner::current().expect("a component draws");
    let brush = Brush {
        desk,
        heads,
        watch,
        tests: tests(desk),
        locale: Locale::expect(),
        template: StoredValue::new_local(None),
    };
    let mut drawn: Vec<Drawn> = Vec::new();
    Effect::new(move || {
        let Some(body) = desk.viewport.body.get() else {
            return;
        };
        let needed = desk.viewport.pool.get();
        while drawn.len() < needed {
            let row = owner.with(|| Drawn::new(brush));
            drop(body.append_child(&row.element));
            drawn.push(row);
        }
        place(desk, &mut drawn);
    });
}

/// Says which rows pass the filters.
fn tests(desk: Desk) -> Memo<Arc<Tests>> {
    let shape = desk.shape();
    let filters = Memo::new(move |_| {
        shape
            .arrangement
            .with(|now| (now.filters.clone(), now.filters_off))
    });
    // Tests cannot be compared: with other filters or columns they are others.
    Memo::new_with_compare(
        move |_| {
            // Read, not tracked: a memo that nobody reads notices nothing.
            filters.with(|_| ());
            let columns = shape.columns.get();
            shape
                .arrangement
                .with_untracked(|now| Arc::new(Tests::new(&columns, now)))
        },
        |_, _| true,
    )
}

/// Says which line each drawn row shows, where it stands, and what is selected in it.
fn place(desk: Desk, drawn: &mut [Drawn]) {
    let (window, outline, pool) = (desk.viewport.window.get(), desk.outline.get(), drawn.len());
    let (copied, filling) = (desk.copied.get(), desk.filling.get());
    let others = desk.source.with_value(|source| source.others).get();
    desk.viewport.laid_out.track();
    desk.selection.with(|selection| {
        for (number, row) in drawn.iter_mut().enumerate() {
            let before = row.look.with_untracked(|look| look.line);
            let line = line_of(number, pool, &window, before).filter(|line| *line < outline.len());
            if let Some(line) = line {
                row.stand_at(desk.viewport.top_px_now(line));
            }
            let id = line.and_then(|line| outline.row_id(line));
            let look = Look {
                line,
                marks: line.map_or_else(Marks::default, |line| {
                    marks(selection, copied, filling, line)
                }),
                others: id.map_or_else(Vec::new, |id| others_in(&others, id)),
                outline: outline.clone(),
            };
            if row.look.with_untracked(|before| *before != look) {
                row.look.set(look);
            }
        }
    });
}

/// Returns the line that a drawn row shows. One that has just left the part in sight stays until its row is needed.
fn line_of(
    number: usize,
    pool: usize,
    window: &std::ops::Range<usize>,
    before: Option<usize>,
) -> Option<usize> {
    let line = window.start + (number + pool - window.start % pool) % pool;
    let spare = pool.saturating_sub(window.len());
    let is_near = |line: &usize| *line + spare >= window.start && *line < window.end + spare;
    if window.contains(&line) {
        Some(line)
    } else {
        before.filter(|before| before % pool == number && is_near(before))
    }
}

impl Drawn {
    fn new(brush: Brush) -> Self {
        let element: HtmlElement = element("div", "grid-row").unchecked_into();
        set(&element, "role", Some("row"));
        element.set_hidden(true);
        let look = ArcRwSignal::new(Look::default());
        let (seen, mut painted) = (look.clone(), Painted::new(element.clone()));
        Effect::new(move || painted.repaint(&seen.get(), brush));
        Self {
            element,
            look,
            top_px: f64::NAN,
        }
    }

    fn stand_at(&mut self, top_px: f64) {
        if self.top_px != top_px {
            self.top_px = top_px;
            let style = self.element.style();
            style
                .set_property("top", &format!("{top_px}px"))
                .unwrap_or_default();
        }
    }
}

/// What stands in a drawn row.
struct Painted {
    row: HtmlElement,
    /// The line whose height was asked for, and among which lines it stood.
    watched: Option<(usize, u32)>,
    about: About,
    cells: Option<Cells>,
    band: Option<(Band, AnyViewState)>,
}

/// What is said of the row itself.
#[derive(Clone, PartialEq, Default)]
struct About {
    index: Option<usize>,
    line: Option<usize>,
    band: Option<u8>,
    is_own: bool,
    is_stray: bool,
}

/// A heading across all columns.
#[derive(Clone, PartialEq)]
struct Band {
    id: String,
    level: u8,
    text: String,
    detail: String,
    span: usize,
    is_folded: bool,
    fold_word: String,
}

impl Painted {
    fn new(row: HtmlElement) -> Self {
        Self {
            row,
            watched: None,
            about: About::default(),
            cells: None,
            band: None,
        }
    }

    fn repaint(&mut self, look: &Look, brush: Brush) {
        let content = look.line.and_then(|line| look.outline.line(line));
        let mut about = About {
            line: look.line,
            index: look.line.map(|line| line + 1 + brush.heads.get()),
            ..About::default()
        };
        match content {
            None => {
                self.show_band(None, brush);
                self.cells.iter_mut().for_each(Cells::park);
            }
            Some(Line::Band {
                id,
                level,
                text,
                detail,
            }) => {
                about.band = Some(*level);
                let is_folded = *level == 1
                    && brush
                        .desk
                        .shape()
                        .arrangement
                        .with(|now| now.folded.contains(id));
                let fold_word = match (*level, is_folded) {
                    (1, true) => brush.locale.say("band-unfold"),
                    (1, false) => brush.locale.say("band-fold"),
                    _ => String::new(),
                };
                let band = Band {
                    id: id.clone(),
                    level: *level,
                    text: text.clone(),
                    detail: detail.clone(),
                    span: brush.desk.columns.with(|columns| columns.len()),
                    is_folded,
                    fold_word,
                };
                self.cells.iter_mut().for_each(Cells::park);
                self.show_band(Some(band), brush);
            }
            Some(Line::Row { id }) => {
                let row = brush.desk.row(id).map(|row| row.get());
                about.is_own = row.as_ref().is_some_and(|row| row.own);
                about.is_stray = is_stray(row.as_deref(), brush.tests);
                self.show_band(None, brush);
                self.show_cells(id, row.unwrap_or_default(), look, brush);
            }
        }
        self.say(about, brush.locale);
        let replaced = brush.desk.viewport.replaced.get();
        let watched = look.line.map(|line| (line, replaced));
        if self.watched != watched {
            self.watched = watched;
            // Watched anew for each line, and whenever heights are guesses again: a height that stays would otherwise go unreported.
            if watched.is_some() {
                brush.watch.run(self.row.clone().into());
            }
        }
    }

    fn show_cells(&mut self, id: &str, content: Arc<RowContent>, look: &Look, brush: Brush) {
        let template = brush.template();
        if self
            .cells
            .as_ref()
            .is_some_and(|cells| !cells.are_of(&template))
        {
            self.cells.iter_mut().for_each(Cells::park);
            self.cells = None;
        }
        let cells = self.cells.get_or_insert_with(|| Cells::new(template));
        cells.paint(&RowLook {
            id,
            content: &content,
            marks: &look.marks,
            others: &look.others,
        });
        cells.show(&self.row);
    }

    fn show_band(&mut self, band: Option<Band>, brush: Brush) {
        if self.band.as_ref().map(|(band, _)| band) == band.as_ref() {
            return;
        }
        if let Some((_, mut before)) = self.band.take() {
            before.unmount();
        }
        self.band = band.map(|band| {
            let mut state = band.view(brush.desk).build();
            state.mount(&self.row, None);
            (band, state)
        });
    }

    fn say(&mut self, about: About, locale: Locale) {
        let before = std::mem::replace(&mut self.about, about.clone());
        let row: &Element = &self.row;
        let number = |number: Option<usize>| number.map(|number| number.to_string());
        if before.index != about.index {
            set(row, "aria-rowindex", number(about.index).as_deref());
        }
        if before.line != about.line {
            set(row, "data-line", number(about.line).as_deref());
        }
        if before.band != about.band {
            let level = about.band.map(|level| level.to_string());
            set(row, "data-band", level.as_deref());
        }
        if before.is_own != about.is_own {
            set(row, "data-own", yes(about.is_own));
        }
        if before.is_stray != about.is_stray || about.is_stray {
            set(row, "data-stray", yes(about.is_stray));
            let words = about.is_stray.then(|| locale.say("row-stray"));
            set(row, "title", words.as_deref());
        }
        if before.line.is_some() != about.line.is_some() {
            self.row.set_hidden(about.line.is_none());
        }
    }
}

impl Brush {
    /// Returns the cells that rows have now; another one when columns or language have changed.
    fn template(&self) -> Arc<Template> {
        let columns = self.desk.columns.get();
        self.desk.words.with(|words| {
            let known = self.template.get_value();
            known
                .filter(|known| known.is_for(&columns, words))
                .unwrap_or_else(|| {
                    let made = Arc::new(Template::new(columns.clone(), words.clone()));
                    self.template.set_value(Some(made.clone()));
                    made
                })
        })
    }
}

impl Band {
    fn view(&self, desk: Desk) -> AnyView {
        let has_detail = yes(!self.detail.is_empty());
        view! {
            <div class="grid-band" role="gridcell" id=format!("band-{}", self.id) aria-colindex="1" aria-colspan=self.span.to_string() data-detail=has_detail>
                <span class="grid-band-text">{(self.level == 1).then(|| self.fold(desk))}{self.text.clone()}</span>
            </div>
        }
        .into_any()
    }

    /// Folds away what stands under a band, or unfolds it.
    fn fold(&self, desk: Desk) -> AnyView {
        let (id, name) = (self.id.clone(), self.fold_word.clone());
        let press = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            event.stop_propagation();
            desk.toggle_fold(&id);
            desk.take_focus();
        };
        view! {
            <button class="grid-fold" type="button" tabindex="-1" aria-expanded=(!self.is_folded).to_string() aria-label=name.clone() title=name
                on:mousedown=press></button>
        }
        .into_any()
    }
}

/// Returns who else is in a row.
fn others_in(others: &[Other], id: &str) -> Vec<Other> {
    others
        .iter()
        .filter(|other| other.row == id || other.rows.iter().any(|row| row == id))
        .cloned()
        .collect()
}

/// Tells whether a row stays though it does not pass any more.
fn is_stray(row: Option<&RowContent>, tests: Memo<Arc<Tests>>) -> bool {
    row.is_some_and(|row| !tests.with(|tests| tests.pass(row)))
}

fn marks(
    selection: &Selection,
    copied: Option<Range>,
    filling: Option<Range>,
    line: usize,
) -> Marks {
    let span = |range: Option<Range>| {
        let range = range.filter(|range| range.lines().contains(&line))?;
        Some((*range.columns().start(), *range.columns().end()))
    };
    let (lines, columns) = (selection.range.lines(), selection.range.columns());
    Marks {
        active: (selection.active.line == line).then_some(selection.active.column),
        selected: selection.spans(line),
        copied: span(copied),
        filling: span(filling),
        handle: (*lines.end() == line).then(|| *columns.end()),
        start: (*lines.start() == line).then(|| *columns.start()),
    }
}

#[cfg(test)]
mod tests_of_lines {
    use super::line_of;

    #[test]
    fn every_line_in_sight_has_its_row_and_no_line_has_two() {
        let pool = 48;
        let mut shown: Vec<Option<usize>> = vec![None; pool];
        for start in [0, 1, 2, 30, 31, 500, 480, 0] {
            let window = start..start + 40;
            for (number, line) in shown.iter_mut().enumerate() {
                *line = line_of(number, pool, &window, *line);
            }
            let mut lines: Vec<usize> = shown.iter().flatten().copied().collect();
            lines.sort_unstable();
            assert!(
                window
                    .clone()
                    .all(|line| lines.binary_search(&line).is_ok())
            );
            lines.dedup();
            assert_eq!(lines.len(), shown.iter().flatten().count());
        }
    }

    #[test]
    fn a_line_that_has_just_left_keeps_its_row_until_it_is_needed() {
        assert_eq!(line_of(0, 48, &(1..41), Some(0)), Some(0));
        assert_eq!(line_of(0, 48, &(9..49), Some(0)), Some(48));
        assert_eq!(line_of(45, 48, &(500..540), Some(45)), Some(525));
        assert_eq!(line_of(15, 48, &(500..540), Some(15)), None);
    }
}
