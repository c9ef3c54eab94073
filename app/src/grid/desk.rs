//! The state of the table on the page, and what commands do to it. Draws nothing.

use std::sync::Arc;

use gloo::timers::callback::Timeout;
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};

use super::bulk::{Again, active_place};
use super::command::{Ask, Command, Direction, Extent, Reach};
use super::drag::Drag;
use super::geometry;
use super::keymap::Mode;
use super::model::*;
use super::moves::Ground;
use super::outline::Outline;
use super::searching::Search;
use super::selection::{Growth, Range, Selection, Spot};
use super::session::Session;
use super::viewport::Viewport;

/// Whether the browser should still do its own with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// It is done.
    Yes,
    /// The browser goes on.
    No,
}

/// The window with the full text.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// Paragraphs, first the most general.
    pub paragraphs: Vec<String>,
    /// Where it points to, from the corner of the page.
    pub x_px: f64,
    /// Likewise.
    pub y_px: f64,
}

/// The active cell with what it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ActiveCell {
    /// Where it is.
    pub place: CellPlace,
    /// What the screen reader calls its row.
    pub row_label: String,
    /// Its column.
    pub column: ColumnSpec,
    /// What it holds.
    pub content: CellContent,
}

impl ActiveCell {
    /// Tells whether nothing can be typed here.
    pub fn is_readonly(&self) -> bool {
        self.content.readonly.is_some() || self.column.kind == CellKind::Fixed
    }
}

/// All signals of one table.
#[derive(Clone, Copy)]
pub struct Desk {
    /// What is drawn.
    pub source: StoredValue<GridSource>,
    /// In which words.
    pub words: Signal<GridWords>,
    /// The columns.
    pub columns: Signal<Arc<Vec<ColumnSpec>>>,
    /// The lines, indexed.
    pub outline: Memo<Arc<Outline>>,
    /// What is selected.
    pub selection: RwSignal<Selection>,
    /// What is being edited.
    pub session: RwSignal<Session>,
    /// What stands in the editor.
    pub typed: RwSignal<String>,
    /// The marked word of an open list.
    pub marked: RwSignal<Option<usize>>,
    /// A sentence about the active cell, until it is left.
    pub notice: RwSignal<Option<String>>,
    /// The full text, if shown.
    pub detail: RwSignal<Option<Detail>>,
    /// What was copied last, until Escape.
    pub copied: RwSignal<Option<Range>>,
    /// Where the selection would be dragged on to.
    pub filling: RwSignal<Option<Range>>,
    /// The next paste turns rows into columns.
    pub turns_paste: RwSignal<bool>,
    /// What a finger has touched last, and when; `None` after the mouse.
    pub touched: StoredValue<Option<(Spot, f64)>>,
    /// A finger is down and has not moved: the menu comes when it stays.
    pub pressing: StoredValue<Option<Timeout>, LocalStorage>,
    /// The pointer that went down last is a finger or a pen.
    pub is_touch: StoredValue<bool>,
    /// What is being dragged.
    pub drag: StoredValue<Option<Drag>, LocalStorage>,
    /// What F4 does once more; `None` where the last change cannot be done elsewhere.
    pub again: StoredValue<Option<Again>>,
    /// Whether keys arrive here.
    pub focused: RwSignal<bool>,
    /// The active cell.
    pub active: Memo<Option<ActiveCell>>,
    /// What is in sight.
    pub viewport: Viewport,
    /// The one editor.
    pub editor: NodeRef<html::Textarea>,
    /// What is searched for.
    pub search: Search,
    pub(super) on_action: Callback<GridAction>,
}

impl Desk {
    /// Sets up the state of a table.
    pub fn new(
        source: GridSource,
        words: Signal<GridWords>,
        on_action: Callback<GridAction>,
    ) -> Self {
        let (columns, lines) = (source.columns, source.lines);
        let outline = Memo::new(move |_| {
            Arc::new(Outline::new(
                lines.get(),
                columns.with(|columns| columns.len()),
            ))
        });
        let selection = RwSignal::new(Selection::default());
        let source = StoredValue::new(source);
        let active = Memo::new(move |_| {
            active_cell(source, columns, &outline.get(), selection.get().active)
        });
        Self {
            source,
            words,
            columns,
            outline,
            selection,
            session: RwSignal::new(Session::default()),
            typed: RwSignal::new(String::new()),
            marked: RwSignal::new(None),
            notice: RwSignal::new(None),
            detail: RwSignal::new(None),
            copied: RwSignal::new(None),
            filling: RwSignal::new(None),
            turns_paste: RwSignal::new(false),
            touched: StoredValue::new(None),
            pressing: StoredValue::new_local(None),
            is_touch: StoredValue::new(false),
            drag: StoredValue::new_local(None),
            again: StoredValue::new(None),
            focused: RwSignal::new(false),
            active,
            viewport: Viewport::new(),
            editor: NodeRef::new(),
            search: Search::new(),
            on_action,
        }
    }

    /// Finds the signal of a row.
    pub fn row(&self, id: &str) -> Option<ArcRwSignal<Arc<RowContent>>> {
        let find = self.source.with_value(|source| source.row.clone());
        untrack(|| find(id))
    }

    /// Reads a row as it stands now.
    pub fn glance(&self, id: &str) -> Option<Arc<RowContent>> {
        let glance = self.source.with_value(|source| source.glance.clone());
        untrack(|| glance(id))
    }

    /// Carries out a command.
    pub fn perform(&self, command: Command) -> Handled {
        match command {
            Command::Native => return Handled::No,
            Command::Hold => {}
            Command::Move(reach, extent) => self.go(reach, extent),
            Command::Scroll(way) => self.viewport.scroll_by(way),
            Command::Tab(way) => return self.tab(way),
            Command::Enter(way) => {
                self.finish();
                self.select_on(|selection, ground| selection.enter(way, ground));
            }
            Command::ShowActive => self.show_active(),
            Command::Edit => self.edit(),
            Command::CommitHere => self.commit_to_all(),
            Command::Cancel => return self.cancel(),
            Command::LineBreak => self.insert_line_break(),
            Command::DeleteToLineEnd => self.delete_to_line_end(),
            Command::ClearAndEdit => self.begin(Mode::Enter, Some("")),
            Command::OpenList => self.open_list(),
            Command::ListStep(way) => self.list_step(way),
            Command::Detail => self.toggle_detail(),
            Command::Undo => self.on_action.run(GridAction::Undo),
            Command::Redo => self.on_action.run(GridAction::Redo),
            Command::Save => {
                self.finish();
                self.on_action.run(GridAction::Save);
            }
            Command::Arrange(what) => self.arrange(what),
            Command::Ask(ask) => self.ask(ask),
            Command::Decline(decline) => self.on_action.run(GridAction::Decline(decline)),
            Command::SelectAll
            | Command::SelectTable
            | Command::SelectRows
            | Command::SelectColumns
            | Command::Collapse
            | Command::GrowMode
            | Command::AddMode
            | Command::NextCorner => self.reselect(command),
            Command::Clear
            | Command::Fill(_)
            | Command::FillSelection
            | Command::CopyAbove
            | Command::TypeDate
            | Command::TypeTime
            | Command::TurnNextPaste
            | Command::Repeat => self.write_by(command),
        }
        Handled::Yes
    }

    /// Changes what is selected without a move.
    fn reselect(&self, command: Command) {
        self.finish();
        let outline = self.outline.get_untracked();
        self.selection.update(|selection| {
            let before = std::mem::take(selection);
            *selection = match command {
                Command::SelectAll => before.all(&outline),
                Command::SelectTable => before.table(&outline),
                Command::SelectRows => before.whole_rows(&outline),
                Command::SelectColumns => before.whole_columns(&outline),
                Command::Collapse => before.collapse(),
                Command::GrowMode => before.toggle(Growth::Grow),
                Command::AddMode => before.toggle(Growth::Add),
                Command::NextCorner => before.next_corner(),
                _ => before,
            };
        });
        if command == Command::NextCorner {
            self.show_active();
        }
    }

    /// Writes to cells by a key.
    fn write_by(&self, command: Command) {
        let clock = self.source.with_value(|source| source.clock.clone());
        match command {
            Command::Clear => self.clear(),
            Command::Fill(way) => self.fill(way),
            Command::FillSelection => {
                let active = self.selection.with_untracked(|selection| selection.active);
                self.fill_selection(&self.text_at(active));
            }
            Command::CopyAbove => self.copy_above(),
            Command::TypeDate => self.begin(Mode::Enter, Some(&clock(Stamp::Date))),
            Command::TypeTime => self.begin(Mode::Enter, Some(&clock(Stamp::Time))),
            Command::TurnNextPaste => {
                self.turns_paste.set(true);
                self.on_action.run(GridAction::WillTurn);
            }
            Command::Repeat => self.repeat(),
            _ => {}
        }
    }

    /// Hands a wish to the screen, with the cell that it is about.
    pub fn ask(&self, ask: Ask) {
        self.finish();
        if ask == Ask::Menu {
            self.show_active();
        }
        let editor = self.editor.get_untracked();
        let rect = editor.map(|editor| editor.get_bounding_client_rect());
        let corner = rect.map_or((0.0, 0.0), |rect| (rect.left(), rect.bottom()));
        self.ask_at(ask, corner.0, corner.1);
    }

    /// Hands a wish to the screen, with a point of the page.
    pub fn ask_at(&self, ask: Ask, x_px: f64, y_px: f64) {
        let place = active_place(self);
        self.on_action.run(GridAction::Ask {
            ask,
            place,
            x_px,
            y_px,
        });
    }

    /// Makes a cell the active one, or the other corner of the selection. Commits what was typed elsewhere.
    pub fn select(&self, spot: Spot, extent: Extent) {
        self.finish();
        self.selection.update(|selection| {
            *selection = match extent {
                Extent::Alone => Selection::at(spot),
                Extent::Grow => std::mem::take(selection).grow_to(spot),
            }
        });
        self.left_cell();
    }

    /// Selects a range: alone, or beside what is selected. The editor's cell is left.
    pub fn select_range(&self, range: Range, adds: bool) {
        self.finish();
        self.selection.update(|selection| {
            *selection = match adds {
                true => std::mem::take(selection).add_range(range),
                false => Selection::over(range),
            }
        });
        self.notice.set(None);
        self.detail.set(None);
    }

    /// Adds a cell to what is selected, or takes it away.
    pub fn add_cell(&self, spot: Spot) {
        self.finish();
        self.selection
            .update(|selection| *selection = std::mem::take(selection).add(spot));
        self.left_cell();
    }

    /// Asks the screen to let a person choose between values.
    pub fn ask_to_choose(&self, place: CellPlace) {
        self.finish();
        self.on_action.run(GridAction::Choose(place));
    }

    /// Shows the full text of a band, or of the active cell with the bands over it.
    pub fn show_detail(&self, line: usize, column: Option<usize>, x_px: f64, y_px: f64) {
        let outline = self.outline.get_untracked();
        let mut paragraphs: Vec<String> = outline
            .bands_over(line)
            .into_iter()
            .filter_map(band_text)
            .collect();
        if let Some(cell) = column.and_then(|column| self.cell(Spot { line, column })) {
            paragraphs.extend(cell_paragraphs(&cell));
        }
        self.detail.set((!paragraphs.is_empty()).then_some(Detail {
            paragraphs,
            x_px,
            y_px,
        }));
    }

    /// Brings the active cell into sight.
    pub fn show_active(&self) {
        let spot = self.selection.with_untracked(|selection| selection.active);
        self.viewport
            .reveal(spot.line, spot.column, &self.columns.get_untracked());
    }

    /// Takes the keys if nothing else has them: who comes in may type at once. Not under fingers, where a keyboard would rise over the table.
    pub fn welcome(&self) {
        let has_focus = document()
            .active_element()
            .is_some_and(|element| element.tag_name() != "BODY");
        let fingers = window().match_media("(pointer: coarse)").ok().flatten();
        if !has_focus && !fingers.is_some_and(|query| query.matches()) {
            self.take_focus();
        }
    }

    /// Gives the keys away before the elements go: a browser tells of the blur while it removes them, when nothing here is left.
    pub fn leave(&self) {
        let focused = document().active_element();
        let is_here = focused.filter(|element| matches!(element.closest(".grid"), Ok(Some(_))));
        if let Some(element) =
            is_here.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
        {
            element.blur().unwrap_or_default();
        }
    }

    /// Takes the keys.
    pub fn take_focus(&self) {
        if let Some(editor) = self.editor.get_untracked() {
            focus(&editor);
        }
    }

    pub(super) fn go(&self, reach: Reach, extent: Extent) {
        self.finish();
        let shown = self.select_on(|selection, ground| match extent {
            Extent::Alone => selection.go(reach, ground),
            Extent::Grow => selection.grow(reach, ground),
        });
        if extent == Extent::Grow {
            self.show_corner(&shown);
        }
    }

    /// Brings the corner that moves into sight.
    pub fn show_corner(&self, selection: &Selection) {
        let corner = selection.range.corner;
        self.viewport
            .reveal(corner.line, corner.column, &self.columns.get_untracked());
    }

    pub(super) fn tab(&self, way: Direction) -> Handled {
        let before = self.selection.with_untracked(|selection| selection.active);
        self.finish();
        let after = self.select_on(|selection, ground| selection.tab(way, ground));
        // At its two ends the table lets go: nobody is caught in it.
        if after.active == before {
            Handled::No
        } else {
            Handled::Yes
        }
    }

    pub(super) fn toggle_detail(&self) {
        if self.detail.get_untracked().is_some() {
            self.detail.set(None);
            return;
        }
        let spot = self.selection.with_untracked(|selection| selection.active);
        self.show_active();
        if let Some(editor) = self.editor.get_untracked() {
            let rect = editor.get_bounding_client_rect();
            self.show_detail(spot.line, Some(spot.column), rect.left(), rect.bottom());
        }
    }

    pub(super) fn cell(&self, spot: Spot) -> Option<ActiveCell> {
        untrack(|| active_cell(self.source, self.columns, &self.outline.get(), spot))
    }

    /// Returns the last line and the last column in which anything stands, of all rows that are not folded away.
    fn last_used(&self, outline: &Outline) -> Option<Spot> {
        let mut used: Option<Spot> = None;
        let last_column = outline.columns().checked_sub(1)?;
        for line in (0..outline.len()).rev() {
            let row = outline.row_id(line).and_then(|id| self.glance(id));
            let filled = row.and_then(|row| {
                let cells = row.cells.iter().take(last_column + 1);
                let filled = cells.enumerate().filter(|(_, cell)| !cell.shown.is_empty());
                filled.map(|(column, _)| column).next_back()
            });
            let Some(column) = filled else {
                continue;
            };
            let spot = used.get_or_insert(Spot { line, column });
            spot.column = spot.column.max(column);
            if spot.column == last_column {
                break;
            }
        }
        used
    }

    pub(super) fn left_cell(&self) {
        self.notice.set(None);
        self.detail.set(None);
        self.show_active();
    }

    /// Changes the selection by a rule that needs to know the cells.
    pub(super) fn select_on(
        &self,
        rule: impl FnOnce(Selection, &Ground<'_>) -> Selection,
    ) -> Selection {
        let outline = self.outline.get_untracked();
        let filled = |spot: Spot| {
            let row = outline.row_id(spot.line).and_then(|id| self.row(id));
            row.is_some_and(|row| {
                row.read_untracked()
                    .cells
                    .get(spot.column)
                    .is_some_and(|cell| !cell.shown.is_empty())
            })
        };
        let page = |line, way| self.viewport.page(line, way == Direction::Down);
        let columns = self.columns.get_untracked();
        let page_sideways = |column, way| {
            let right = way == Direction::Right;
            self.viewport.page_sideways(&columns, column, right)
        };
        let ground = Ground {
            outline: &outline,
            frozen: geometry::frozen_count(&columns),
            filled: &filled,
            page: &page,
            page_sideways: &page_sideways,
            last_used: &|| self.last_used(&outline),
        };
        let selection = rule(self.selection.get_untracked(), &ground);
        self.selection.set(selection.clone());
        self.left_cell();
        selection
    }
}

/// Focuses without scrolling: where the table stands is the table's business.
pub fn focus(element: &web_sys::HtmlElement) {
    let options = js_sys::Object::new();
    js_sys::Reflect::set(
        &options,
        &JsValue::from_str("preventScroll"),
        &JsValue::TRUE,
    )
    .unwrap_or_default();
    let method = js_sys::Reflect::get(element, &JsValue::from_str("focus")).ok();
    if let Some(method) = method.and_then(|method| method.dyn_into::<js_sys::Function>().ok()) {
        method.call1(element, &options).unwrap_or_default();
    }
}

fn active_cell(
    source: StoredValue<GridSource>,
    columns: Signal<Arc<Vec<ColumnSpec>>>,
    outline: &Outline,
    spot: Spot,
) -> Option<ActiveCell> {
    let id = outline.row_id(spot.line)?;
    let find = source.with_value(|source| source.row.clone());
    let row = untrack(|| find(id))?.get();
    let column = columns.with(|columns| columns.get(spot.column).cloned())?;
    Some(ActiveCell {
        place: CellPlace {
            row: id.to_owned(),
            column: column.id.clone(),
        },
        row_label: row.label.clone(),
        content: row.cells.get(spot.column).cloned().unwrap_or_default(),
        column,
    })
}

fn band_text(line: &Line) -> Option<String> {
    match line {
        Line::Band { text, detail, .. } => Some(if detail.is_empty() {
            text.clone()
        } else {
            detail.clone()
        }),
        Line::Row { .. } => None,
    }
}

fn cell_paragraphs(cell: &ActiveCell) -> Vec<String> {
    let content = &cell.content;
    let own = [&content.shown, &content.detail].map(String::clone);
    let rest = [&content.mistake, &content.readonly].map(|text| text.clone().unwrap_or_default());
    let texts = own.into_iter().chain(rest).filter(|text| !text.is_empty());
    std::iter::once(cell.column.title.clone())
        .chain(texts)
        .collect()
}
