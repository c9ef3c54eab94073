//! The one editor. It lies over the active cell, outside of the rows that are drawn again and again, and always has the focus
//! while the table has it: so an input method composes here from its first key on, and nothing ever takes the element away from it.
//! Letters are taken from `input`, never from keys: many input methods send no others.

use gloo::timers::callback::Timeout;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::aloud;
use super::bulk;
use super::clipboard;
use super::command::{Command, Direction};
use super::desk::{ActiveCell, Desk, Handled};
use super::editing::fit;
use super::geometry;
use super::keymap::{self, Chord, Mode};
use super::model::{CellKind, Commented, GridWords};
use super::rows::cell_id;
use super::session::Session;

/// Three lines of a sentence under the editor.
const NOTICE_PX: f64 = 72.0;
/// 80 letters of somebody else's text: two of those lines.
const THEIRS_LETTERS_MAX: usize = 80;
/// The height of a word in an open list, as in style/grid.css, and the most words without scrolling.
const CHOICE_PX: f64 = 28.0;
const CHOICES_IN_SIGHT: usize = 10;

/// Why nothing can be typed into the active cell, for the cell itself.
pub const REASON_ID: &str = "grid-reason";
/// The element of an open list.
const LIST_ID: &str = "grid-choices";

/// Draws the editor. It stays a text field for a screen reader, also over a choice: HTML allows it no other role. `grid_id`: the element that it controls.
#[component]
pub fn Editor(desk: Desk, grid_id: &'static str) -> impl IntoView {
    let mode = Memo::new(move |_| desk.session.with(Session::mode));
    let line = Memo::new(move |_| desk.selection.with(|selection| selection.active.line));
    let place = Memo::new(move |_| place_of(desk));
    let label = Memo::new(move |_| {
        let words = desk.words.get();
        desk.active.with(|cell| {
            cell.as_ref()
                .map(|cell| spoken(cell, line.get(), &words) + &who_is_here(desk, cell, &words))
        })
    });
    let readonly = Memo::new(move |_| {
        desk.active
            .with(|cell| cell.as_ref().is_none_or(ActiveCell::is_readonly))
    });
    let has_list = Memo::new(move |_| desk.choices().is_some());
    // While a cell has the focus the editor is no stop of its own: nobody is caught between the two.
    let is_aloud = desk.source.with_value(|source| source.aloud);
    let held_by_cell = Memo::new(move |_| is_aloud.get() && desk.focused.get());
    view! {
        <div class="grid-editor-line" style:top=move || format!("{}px", desk.viewport.head_px.get() + desk.viewport.top_px(line.get()))>
            <div
                class="grid-editor"
                data-mode=move || mode_word(mode.get())
                data-frozen=move || place.get().frozen.then_some("true")
                data-count=move || is_count(desk).then_some("true")
                style:left=move || format!("{}px", place.get().left_px)
                style:width=move || format!("{}px", place.get().width_px)
            >
                <textarea
                    node_ref=desk.editor
                    class="grid-input"
                    rows="1"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-controls=move || if mode.get() == Mode::List { LIST_ID } else { grid_id }
                    aria-multiline=move || (!has_list.get()).then_some("true")
                    aria-haspopup=move || has_list.get().then_some("listbox")
                    aria-activedescendant=move || pointed_at(desk, mode.get())
                    aria-label=move || label.get()
                    aria-describedby="grid-notice"
                    readonly=move || readonly.get()
                    style:min-height=move || format!("{}px", desk.viewport.line_px(line.get()))
                    on:keydown=move |event| pressed(desk, &event)
                    on:beforeinput=move |event| before_input(desk, &event)
                    on:input=move |event| changed(desk, &event)
                    on:compositionstart=move |_| composition_began(desk)
                    on:compositionend=move |_| composition_ended(desk)
                    on:focus=move |_| desk.focused.set(true)
                    on:blur=move |event| left(desk, &event)
                    tabindex=move || held_by_cell.get().then_some("-1")
                    on:copy=move |event| {
                        copied(desk, &event);
                    }
                    on:cut=move |event| cut(desk, &event)
                    on:paste=move |event| pasted(desk, &event)
                ></textarea>
                <Choices desk/>
                <Notice desk/>
                <p id=REASON_ID hidden>{move || desk.active.with(|cell| cell.as_ref()?.content.readonly.clone())}</p>
            </div>
        </div>
    }
}

/// The words of a choice, under the editor.
#[component]
fn Choices(desk: Desk) -> impl IntoView {
    let open = Memo::new(move |_| desk.session.with(Session::mode) == Mode::List);
    let words = Memo::new(move |_| if open.get() { desk.choices() } else { None });
    let up = move || {
        let count = words
            .with(|words| words.as_ref().map_or(0, Vec::len))
            .min(CHOICES_IN_SIGHT);
        desk.viewport.opens_upwards(
            desk.selection
                .with_untracked(|selection| selection.active.line),
            count as f64 * CHOICE_PX,
        )
    };
    move || {
        words.get().map(|words| {
            view! {
                <div class="grid-choices" id=LIST_ID role="listbox" aria-label=desk.words.get().choices data-up=up().then_some("true")>
                    {words
                        .into_iter()
                        .enumerate()
                        .map(|(index, word)| {
                            view! {
                                <div
                                    class="grid-choice"
                                    id=choice_id(index)
                                    role="option"
                                    aria-selected=move || if desk.marked.get() == Some(index) { "true" } else { "false" }
                                    on:mousedown=move |event: ev::MouseEvent| {
                                        event.prevent_default();
                                        event.stop_propagation();
                                        desk.choose(index);
                                    }
                                >
                                    <span class="grid-choice-number">{index + 1}</span>
                                    {word}
                                </div>
                            }
                        })
                        .collect_view()}
                </div>
            }
        })
    }
}

/// What is wrong with what is being typed, or why nothing can be.
#[component]
fn Notice(desk: Desk) -> impl IntoView {
    let sentence = Memo::new(move |_| {
        let check = desk.source.with_value(|source| source.check.clone());
        let place = desk.session.with(|session| session.place().cloned());
        let Some(place) = place else {
            return desk.notice.get();
        };
        let mistake = desk
            .typed
            .with(|typed| check(&place.row, &place.column, typed));
        // Theirs first: leaving the cell writes over it.
        let sentences: Vec<String> = theirs(desk).into_iter().chain(mistake).collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    });
    let open = Memo::new(move |_| desk.session.with(Session::mode) == Mode::List);
    // Above the cell where there is no room below: at the lower edge nobody would see it.
    let up = Memo::new(move |_| {
        let line = desk.selection.with(|selection| selection.active.line);
        sentence.with(Option::is_some) && desk.viewport.opens_upwards(line, NOTICE_PX)
    });
    view! {
        <div class="grid-notice" id="grid-notice" aria-live="polite" data-up=move || up.get().then_some("true") hidden=move || open.get() || sentence.with(Option::is_none)>
            {move || sentence.get()}
        </div>
    }
}

/// Says what somebody else has written into the cell since the edit began.
fn theirs(desk: Desk) -> Option<String> {
    let say = desk.source.with_value(|source| source.theirs.clone());
    desk.active.with(|cell| {
        let cell = cell.as_ref()?;
        desk.session.with(|session| {
            let is_here = session.place() == Some(&cell.place);
            let text = desk.typed.with(|typed| {
                let theirs = session.theirs(&cell.content.text, typed);
                theirs.filter(|_| is_here).map(shortened)
            });
            text.map(|text| say(&text))
        })
    })
}

/// The beginning of a text that is longer than the notice.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(THEIRS_LETTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Does what a key means.
pub fn pressed(desk: Desk, event: &ev::KeyboardEvent) {
    let session = desk.session.get_untracked();
    if session.owns_key(event.is_composing(), event.key_code()) {
        return;
    }
    let key = event.key();
    let chord = Chord {
        key: &key,
        code: &event.code(),
        scroll_lock: event.get_modifier_state("ScrollLock"),
        ctrl: event.ctrl_key() || event.meta_key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
    };
    if let Some(command) = keymap::command(session.mode(), chord) {
        if desk.perform(command) == Handled::Yes {
            event.prevent_default();
            event.stop_propagation();
        }
    } else if session.mode() == Mode::Ready {
        let writes = key.chars().count() == 1 && !chord.ctrl && !chord.alt;
        let readonly = desk
            .active
            .with_untracked(|cell| cell.as_ref().is_some_and(ActiveCell::is_readonly));
        if writes && readonly {
            event.prevent_default();
            desk.refuse();
        } else if chord.ctrl && matches!(key.as_str(), "c" | "C" | "x" | "X") {
            hold_for_clipboard(desk);
        }
    }
}

/// Puts what will be copied into the editor, selected: without a selection some browsers copy nothing, and announce no copying.
fn hold_for_clipboard(desk: Desk) {
    let Some(editor) = desk.editor.get_untracked() else {
        return;
    };
    editor.set_value(" ");
    editor.select();
    Timeout::new(0, move || {
        if !desk
            .session
            .with_untracked(|session| session.is_editing() || session.is_composing())
        {
            editor.set_value("");
        }
    })
    .forget();
}

/// Keyboards on glass send no Enter key, only the line break that it would make.
fn before_input(desk: Desk, event: &web_sys::InputEvent) {
    let ready = !desk.session.with_untracked(Session::is_editing);
    if ready
        && matches!(
            event.input_type().as_str(),
            "insertLineBreak" | "insertParagraph"
        )
    {
        event.prevent_default();
        desk.perform(Command::Enter(Direction::Down));
    }
}

fn changed(desk: Desk, event: &ev::Event) {
    let composed = event
        .dyn_ref::<web_sys::InputEvent>()
        .is_some_and(web_sys::InputEvent::is_composing);
    if let Some(editor) = desk.editor.get_untracked() {
        desk.typed_in(editor.value(), composed);
        fit(&editor);
    }
}

fn composition_began(desk: Desk) {
    if desk.session.try_update(Session::composition_began) == Some(true) {
        desk.begin_by_typing(true);
    }
}

fn composition_ended(desk: Desk) {
    let text = desk
        .editor
        .get_untracked()
        .map(|editor| editor.value())
        .unwrap_or_default();
    let given_up = desk
        .session
        .try_update(|session| session.composition_ended(&text));
    if given_up == Some(false) {
        desk.typed_in(text, false);
    }
    Timeout::new(0, move || {
        desk.session.try_update(Session::tick);
    })
    .forget();
}

fn left(desk: Desk, event: &ev::FocusEvent) {
    match desk.session.try_with_untracked(Session::is_composing) {
        Some(true) => composition_ended(desk),
        Some(false) => {}
        // The table is gone already.
        None => return,
    }
    if !aloud::stays(desk, event) {
        desk.focused.set(false);
        desk.detail.set(None);
    }
    desk.finish();
}

fn copied(desk: Desk, event: &web_sys::ClipboardEvent) -> bool {
    let clipboard = event.clipboard_data();
    let (false, Some(clipboard)) = (desk.session.with_untracked(Session::is_editing), clipboard)
    else {
        return false;
    };
    event.prevent_default();
    let Some((clip, counts)) = desk.copied() else {
        return false;
    };
    let text = clipboard.set_data("text/plain", &clipboard::to_text(&clip.rows));
    // Who cannot read the table reads the text.
    clipboard
        .set_data("text/html", &clip.to_html(&counts))
        .unwrap_or_default();
    text.is_ok()
}

fn cut(desk: Desk, event: &web_sys::ClipboardEvent) {
    if copied(desk, event) {
        desk.clear();
    }
}

fn pasted(desk: Desk, event: &web_sys::ClipboardEvent) {
    if desk.session.with_untracked(Session::is_editing) {
        return;
    }
    event.prevent_default();
    let clip = event.clipboard_data().and_then(|data| bulk::pasted(&data));
    if let Some(clip) = clip {
        desk.paste(clip);
    }
}

/// Where the editor stands.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct EditorPlace {
    left_px: f64,
    width_px: f64,
    frozen: bool,
}

fn place_of(desk: Desk) -> EditorPlace {
    let column = desk.selection.with(|selection| selection.active.column);
    desk.columns.with(|columns| {
        columns
            .get(column)
            .map_or_else(EditorPlace::default, |spec| EditorPlace {
                left_px: geometry::column_left_px(columns, column),
                width_px: spec.width_px,
                frozen: spec.frozen,
            })
    })
}

fn is_count(desk: Desk) -> bool {
    desk.active.with(|cell| {
        cell.as_ref()
            .is_some_and(|cell| cell.column.kind == CellKind::Count)
    })
}

/// Returns the element that a screen reader should look at: the marked word of an open list, else the active cell.
fn pointed_at(desk: Desk, mode: Mode) -> Option<String> {
    let marked = desk.marked.get().filter(|_| mode == Mode::List);
    marked.map(choice_id).or_else(|| {
        // A cell out of sight is not drawn: nothing is there to point at.
        let line = desk.selection.with(|selection| selection.active.line);
        let is_drawn = desk.viewport.window.with(|window| window.contains(&line));
        desk.active.with(|cell| {
            let cell = cell.as_ref().filter(|_| is_drawn);
            cell.map(|cell| cell_id(&cell.place.row, &cell.place.column))
        })
    })
}

fn choice_id(index: usize) -> String {
    format!("grid-choice-{index}")
}

/// Composes what is read aloud for a cell: column, row, content, what is wrong, whether it can be written.
fn spoken(cell: &ActiveCell, line: usize, words: &GridWords) -> String {
    let content = &cell.content;
    let shown = if content.shown.is_empty() {
        &words.blank
    } else {
        &content.shown
    };
    let row = if cell.row_label.is_empty() {
        (line + 1).to_string()
    } else {
        cell.row_label.clone()
    };
    let mut parts = vec![cell.column.title.clone(), row, shown.clone()];
    parts.extend(content.mistake.clone());
    parts.extend(content.draft.then(|| words.draft.clone()));
    parts.extend(content.conflict.then(|| words.conflict.clone()));
    parts.extend(content.commented.map(|commented| match commented {
        Commented::Open => words.commented.clone(),
        Commented::Unread => words.commented_unread.clone(),
    }));
    parts.extend(cell.is_readonly().then(|| words.readonly.clone()));
    parts.extend(content.readonly.as_deref().map(bare));
    parts.retain(|part| !part.is_empty());
    parts.join(&words.comma)
}

/// A sentence as part of another one.
fn bare(sentence: &str) -> String {
    sentence.trim_end_matches(['。', '.']).to_owned()
}

/// Says who else is in the cell; not what they type, which would be read again at each letter.
fn who_is_here(desk: Desk, cell: &ActiveCell, words: &GridWords) -> String {
    let others = desk.source.with_value(|source| source.others);
    others.with(|others| {
        let here = others
            .iter()
            .filter(|other| (&other.row, &other.column) == (&cell.place.row, &cell.place.column));
        let said = here.map(|other| match other.typed {
            Some(_) => format!("{}{} {}", words.comma, other.name, words.typing),
            None => format!("{}{} {}", words.comma, other.name, words.also_here),
        });
        said.collect()
    })
}

fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Ready => "ready",
        Mode::Enter => "enter",
        Mode::Edit => "edit",
        Mode::List => "list",
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{CellContent, CellPlace, ColumnSpec};
    use super::*;

    #[test]
    fn a_closed_cell_is_read_with_its_reason() {
        let cell = ActiveCell {
            place: CellPlace {
                row: "m07.s-hongying".to_owned(),
                column: "fix_rate".to_owned(),
            },
            row_label: "鸿鹰，任务 7".to_owned(),
            column: ColumnSpec {
                id: "fix_rate".to_owned(),
                title: "整改率".to_owned(),
                group: None,
                width_px: 80.0,
                frozen: false,
                kind: CellKind::Fixed,
                hint: String::new(),
            },
            content: CellContent {
                readonly: Some("自动计算。".to_owned()),
                ..CellContent::default()
            },
        };
        let words = GridWords {
            comma: "，".to_owned(),
            blank: "空".to_owned(),
            readonly: "只读".to_owned(),
            ..GridWords::default()
        };
        let expected = "整改率，鸿鹰，任务 7，空，只读，自动计算";
        assert_eq!(spoken(&cell, 3, &words), expected);
    }
}
