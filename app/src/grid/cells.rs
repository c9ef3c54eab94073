//! The cells of one drawn row, as elements of the page. They are kept when the row is taken for another line, and only what differs
//! is written: a screen of them is drawn within one frame. Bound to no signals; `rows` says what is to be seen.

use std::sync::Arc;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{DocumentFragment, Element, HtmlElement, Node};

use super::editor::REASON_ID;
use super::geometry;
use super::model::*;
use super::rows::{Marks, cell_id};

/// What a cell is called in style and tests.
const CLASS: &str = "grid-cell";

/// What is to be seen in a row.
pub struct RowLook<'a> {
    /// The row's id.
    pub id: &'a str,
    /// What it holds.
    pub content: &'a Arc<RowContent>,
    /// What of it is selected.
    pub marks: &'a Marks,
    /// Who else is in it.
    pub others: &'a [Other],
}

/// What all rows have in common: made once for columns and language, then copied.
pub struct Template {
    columns: Arc<Vec<ColumnSpec>>,
    words: GridWords,
    cells: DocumentFragment,
}

/// The cells of one row.
pub struct Cells {
    template: Arc<Template>,
    cells: Vec<Cell>,
    /// Where they are while the row has no use for them.
    parked: Option<DocumentFragment>,
    id: String,
    content: Arc<RowContent>,
}

struct Cell {
    element: Element,
    text: Node,
    flags: Flags,
    parts: Vec<(Part, Element)>,
}

/// What is said of a cell by attributes.
#[derive(Clone, Copy, PartialEq, Default)]
struct Flags {
    state: Option<&'static str>,
    severity: Severity,
    draft: bool,
    conflict: bool,
    mistake: bool,
    active: bool,
    copied: bool,
    filling: bool,
    number: bool,
    readonly: bool,
    /// The active cell says why it is closed.
    reasoned: bool,
    selected: bool,
    /// The colours of whoever is there, and of whoever has selected it among others.
    other: Option<u8>,
    others: Option<u8>,
}

/// What stands in a cell beside its text, in this order.
#[derive(Clone, PartialEq)]
enum Part {
    Mistake { id: String, text: String },
    Conflict,
    Comment(Commented),
    Start,
    Corner,
    Other { name: String, typed: Option<String> },
}

impl Template {
    /// Makes the cells of a row that holds nothing.
    pub fn new(columns: Arc<Vec<ColumnSpec>>, words: GridWords) -> Self {
        let cells = document().create_document_fragment();
        let frozen = geometry::frozen_count(&columns);
        for (index, column) in columns.iter().enumerate() {
            let cell = element("div", CLASS);
            let number = (index + 1).to_string();
            for (name, value) in [
                ("role", "gridcell"),
                ("data-column", &column.id),
                ("data-kind", kind_word(&column.kind)),
                ("aria-colindex", &number),
                ("aria-readonly", "false"),
                ("aria-selected", "false"),
            ] {
                set(&cell, name, Some(value));
            }
            set(&cell, "data-edge", yes(index + 1 == frozen));
            set(&cell, "data-frozen", yes(column.frozen));
            let text = element("span", "grid-text");
            append(&text, &document().create_text_node(""));
            append(&cell, &text);
            append(&cells, &cell);
        }
        Self {
            columns,
            words,
            cells,
        }
    }

    /// Tells whether it still is what rows look like.
    pub fn is_for(&self, columns: &Arc<Vec<ColumnSpec>>, words: &GridWords) -> bool {
        Arc::ptr_eq(&self.columns, columns) && self.words == *words
    }
}

impl Cells {
    /// Copies the cells of a row that holds nothing.
    pub fn new(template: Arc<Template>) -> Self {
        let copy: Node = template
            .cells
            .clone_node_with_deep(true)
            .expect("a fragment can be copied");
        let mut cells = Vec::with_capacity(template.columns.len());
        let mut next = copy.first_child();
        let mut left_px = 0.0;
        for column in template.columns.iter() {
            let cell = next.expect("the template has a cell for each column");
            next = cell.next_sibling();
            let text = cell.first_child().and_then(|span| span.first_child());
            let element: HtmlElement = cell.unchecked_into();
            if column.frozen {
                // Not in the template: the page's own policy forbids styles that are written as an attribute.
                let style = element.style();
                style
                    .set_property("left", &format!("{left_px}px"))
                    .unwrap_or_default();
            }
            left_px += column.width_px;
            cells.push(Cell {
                text: text.expect("the template has a text in each cell"),
                element: element.into(),
                flags: Flags::default(),
                parts: Vec::new(),
            });
        }
        Self {
            template,
            cells,
            parked: Some(copy.unchecked_into()),
            id: String::new(),
            content: Arc::default(),
        }
    }

    /// Tells whether they were copied from this template.
    pub fn are_of(&self, template: &Arc<Template>) -> bool {
        Arc::ptr_eq(&self.template, template)
    }

    /// Puts them into their row.
    pub fn show(&mut self, row: &Element) {
        if let Some(parked) = self.parked.take() {
            append(row, &parked);
        }
    }

    /// Takes them out of their row: nobody finds there what is not to be seen.
    pub fn park(&mut self) {
        if self.parked.is_none() {
            let parked = document().create_document_fragment();
            for cell in &self.cells {
                append(&parked, &cell.element);
            }
            self.parked = Some(parked);
        }
    }

    /// Whoever reads aloud must not find the focus in a cell that has become another.
    fn let_go(&self) {
        let holder = document().active_element();
        let holder = holder.filter(|holder| holder.class_name() == CLASS);
        let ours = holder.filter(|holder| self.cells.iter().any(|cell| cell.element == *holder));
        if let Some(holder) = ours.and_then(|holder| holder.dyn_into::<HtmlElement>().ok()) {
            set(&holder, "tabindex", None);
            holder.blur().unwrap_or_default();
        }
    }

    /// Writes what differs from what stands there.
    pub fn paint(&mut self, look: &RowLook<'_>) {
        let is_other_row = self.id != look.id;
        if is_other_row {
            look.id.clone_into(&mut self.id);
            self.let_go();
        }
        let blank = CellContent::default();
        let before = std::mem::replace(&mut self.content, look.content.clone());
        let (columns, words) = (&self.template.columns, &self.template.words);
        for (index, (cell, column)) in self.cells.iter_mut().zip(columns.iter()).enumerate() {
            let now = look.content.cells.get(index).unwrap_or(&blank);
            let was = before.cells.get(index).unwrap_or(&blank);
            if now.shown != was.shown {
                cell.text.set_node_value(Some(&now.shown));
            }
            if is_other_row {
                set(&cell.element, "id", Some(&cell_id(look.id, &column.id)));
                set(&cell.element, "data-row", Some(look.id));
            }
            let flags = flags(now, column, index, look);
            let (had_mistake, had_reason) = (cell.flags.mistake, cell.flags.reasoned);
            cell.write(flags, words);
            if flags.mistake && (is_other_row || !had_mistake) {
                let id = mistake_id(look.id, column);
                set(&cell.element, "aria-errormessage", Some(&id));
            } else if had_mistake && !flags.mistake {
                set(&cell.element, "aria-errormessage", None);
            }
            let is_other_mistake = is_other_row && flags.mistake;
            if (had_mistake, had_reason) != (flags.mistake, flags.reasoned) || is_other_mistake {
                let described = described(look.id, column, flags);
                set(&cell.element, "aria-describedby", described.as_deref());
            }
            let parts = parts(now, column, index, look);
            if !(parts.is_empty() && cell.parts.is_empty()) {
                cell.put(parts, words);
            }
        }
    }
}

impl Cell {
    fn write(&mut self, now: Flags, words: &GridWords) {
        let was = std::mem::replace(&mut self.flags, now);
        if was == now {
            return;
        }
        let element = &self.element;
        if was.state != now.state {
            set(element, "data-state", now.state);
        }
        if was.severity != now.severity {
            let word = match now.severity {
                Severity::Calm => None,
                Severity::Warning => Some("warning"),
                Severity::Error => Some("error"),
            };
            set(element, "data-severity", word);
        }
        for (name, was, now) in [
            ("data-draft", was.draft, now.draft),
            ("data-conflict", was.conflict, now.conflict),
            ("data-active", was.active, now.active),
            ("data-copied", was.copied, now.copied),
            ("data-filling", was.filling, now.filling),
            ("data-number", was.number, now.number),
            ("aria-invalid", was.mistake, now.mistake),
        ] {
            if was != now {
                set(element, name, yes(now));
            }
        }
        if was.draft != now.draft {
            set(element, "title", now.draft.then_some(words.draft.as_str()));
        }
        for (name, was, now) in [
            ("aria-readonly", was.readonly, now.readonly),
            ("aria-selected", was.selected, now.selected),
        ] {
            if was != now {
                set(element, name, Some(if now { "true" } else { "false" }));
            }
        }
        for (name, was, now) in [
            ("data-other", was.other, now.other),
            ("data-others", was.others, now.others),
        ] {
            if was != now {
                let colour = now.map(|colour| (colour % 6).to_string());
                set(element, name, colour.as_deref());
            }
        }
    }

    /// Puts parts beside the text. One that stays keeps its element: it may be under a finger.
    fn put(&mut self, parts: Vec<Part>, words: &GridWords) {
        if self.parts.iter().map(|(part, _)| part).eq(&parts) {
            return;
        }
        let mut before = std::mem::take(&mut self.parts);
        for part in parts {
            let kept = before.iter().position(|(old, _)| *old == part);
            let element = match kept {
                Some(index) => before.remove(index).1,
                None => part.draw(words),
            };
            self.parts.push((part, element));
        }
        for (_, gone) in before {
            gone.remove();
        }
        let mut after = self.element.first_element_child();
        for (_, element) in &self.parts {
            let next = after.as_ref().and_then(Element::next_element_sibling);
            if next.as_ref() != Some(element) {
                let next: Option<&Node> = next.as_ref().map(AsRef::as_ref);
                drop(self.element.insert_before(element, next));
            }
            after = Some(element.clone());
        }
    }
}

impl Part {
    fn draw(&self, words: &GridWords) -> Element {
        match self {
            Part::Mistake { id, text } => {
                let drawn = element("span", "grid-mistake");
                drawn.set_id(id);
                drawn.set_text_content(Some(text));
                drawn
            }
            Part::Conflict => picture("grid-conflict", &words.conflict),
            Part::Comment(commented) => {
                let (state, said) = match commented {
                    Commented::Open => ("open", &words.commented),
                    Commented::Unread => ("unread", &words.commented_unread),
                };
                let drawn = picture("grid-comment", said);
                set(&drawn, "data-state", Some(state));
                drawn
            }
            Part::Start => {
                let drawn = element("span", "grid-handle");
                set(&drawn, "data-corner", Some("start"));
                set(&drawn, "aria-hidden", Some("true"));
                drawn
            }
            Part::Corner => {
                let drawn = element("span", "grid-handle");
                set(&drawn, "aria-hidden", Some("true"));
                drawn
            }
            Part::Other { name, typed } => {
                let drawn = element("span", "grid-other");
                append(&drawn, &document().create_text_node(name));
                if let Some(text) = typed {
                    for (class, said) in [
                        ("grid-other-typing", &words.typing),
                        ("grid-other-text", text),
                    ] {
                        let part = element("span", class);
                        part.set_text_content(Some(said));
                        append(&drawn, &part);
                    }
                }
                drawn
            }
        }
    }
}

fn flags(cell: &CellContent, column: &ColumnSpec, index: usize, look: &RowLook<'_>) -> Flags {
    let RowLook { marks, others, .. } = look;
    let holds = |span: &(usize, usize)| (span.0..=span.1).contains(&index);
    Flags {
        state: cell.state,
        severity: cell.severity,
        draft: cell.draft,
        conflict: cell.conflict,
        mistake: cell.mistake.is_some(),
        active: marks.active == Some(index),
        copied: marks.copied.as_ref().is_some_and(holds),
        filling: marks.filling.as_ref().is_some_and(holds),
        number: is_number(&cell.shown),
        readonly: cell.readonly.is_some() || column.kind == CellKind::Fixed,
        reasoned: cell.readonly.is_some() && marks.active == Some(index),
        selected: marks.selected.iter().any(holds),
        other: other_at(others, look.id, column).map(|other| other.colour),
        others: others
            .iter()
            .find(|other| {
                other.columns.contains(&column.id) && other.rows.iter().any(|row| row == look.id)
            })
            .map(|other| other.colour),
    }
}

fn parts(cell: &CellContent, column: &ColumnSpec, index: usize, look: &RowLook<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    parts.extend(cell.mistake.as_ref().map(|text| Part::Mistake {
        id: mistake_id(look.id, column),
        text: text.clone(),
    }));
    parts.extend(cell.conflict.then_some(Part::Conflict));
    parts.extend(cell.commented.map(Part::Comment));
    parts.extend((look.marks.start == Some(index)).then_some(Part::Start));
    parts.extend((look.marks.handle == Some(index)).then_some(Part::Corner));
    parts.extend(
        other_at(look.others, look.id, column).map(|other| Part::Other {
            name: other.name.clone(),
            typed: other.typed.clone(),
        }),
    );
    parts
}

fn other_at<'a>(others: &'a [Other], row: &str, column: &ColumnSpec) -> Option<&'a Other> {
    others
        .iter()
        .find(|other| other.column == column.id && other.row == row)
}

/// Returns where it stands what is said about a cell: what is wrong, and why it is closed.
fn described(row: &str, column: &ColumnSpec, flags: Flags) -> Option<String> {
    match (flags.mistake, flags.reasoned) {
        (true, true) => Some(format!("{} {REASON_ID}", mistake_id(row, column))),
        (true, false) => Some(mistake_id(row, column)),
        (false, true) => Some(REASON_ID.to_owned()),
        (false, false) => None,
    }
}

fn mistake_id(row: &str, column: &ColumnSpec) -> String {
    format!("{}-mistake", cell_id(row, &column.id))
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

/// Makes an element of a class.
pub fn element(name: &str, class: &str) -> Element {
    let made = document()
        .create_element(name)
        .expect("the names of elements stand in this program");
    made.set_class_name(class);
    made
}

/// Writes an attribute, or takes it away.
pub fn set(element: &Element, name: &str, value: Option<&str>) {
    match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    }
    .unwrap_or_default();
}

/// What an attribute says that is there or not.
pub fn yes(is: bool) -> Option<&'static str> {
    is.then_some("true")
}

fn picture(class: &str, said: &str) -> Element {
    let drawn = element("span", class);
    set(&drawn, "role", Some("img"));
    set(&drawn, "title", Some(said));
    set(&drawn, "aria-label", Some(said));
    drawn
}

fn append(parent: &Node, child: &Node) {
    drop(parent.append_child(child));
}
