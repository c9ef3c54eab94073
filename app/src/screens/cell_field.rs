//! One cell as a field outside of the table: the same text, checks and rights, through the same edits. Nothing writes to the element
//! while a person composes or has typed something; what was typed is written when the field is left, and dropped by Escape alone.
//! Others see who is in the field, and what is typed, as they do in the table.

use diaodu_plan::{column::Column, row::RowId, value};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use crate::{
    grid::{
        model::{CellContent, CellKind, CellPlace, Here, Severity},
        presence,
    },
    i18n::Locale,
    replica::{Command, Replica, Typed},
    store::{
        Store,
        row::{mistake_sentence, spec},
    },
};

/// The key that an input method sends for every letter.
const KEY_OF_INPUT_METHOD: u32 = 229;

/// The state of one field.
#[derive(Clone, Copy)]
pub struct Field {
    cell: StoredValue<(RowId, Column)>,
    replica: StoredValue<Replica>,
    element: NodeRef<html::Textarea>,
    /// What stood in the cell when the person began to write; `None` while nobody writes.
    before: RwSignal<Option<String>>,
    /// What stands in the field.
    pub typed: RwSignal<String>,
    is_composing: StoredValue<bool>,
    has_keys: RwSignal<bool>,
    /// The cell as it is now.
    pub content: Memo<CellContent>,
}

impl Field {
    /// Sets up the field of a cell.
    pub fn new(row: RowId, column: Column) -> Field {
        let week = expect_context::<Store>().week;
        let id = row.clone();
        let content = Memo::new(move |_| {
            let place = week
                .columns
                .with(|order| order.columns.iter().position(|each| *each == column));
            // A row that is not there yet comes with the next list of rows.
            week.rows.track();
            let row = week.row(&id.0);
            place
                .zip(row)
                .and_then(|(place, row)| row.with(|row| row.cells.get(place).cloned()))
                .unwrap_or_default()
        });
        let field = Field {
            cell: StoredValue::new((row, column)),
            replica: StoredValue::new(expect_context()),
            element: NodeRef::new(),
            before: RwSignal::new(None),
            typed: RwSignal::new(untrack(|| content.with(|content| content.text.clone()))),
            is_composing: StoredValue::new(false),
            has_keys: RwSignal::new(false),
            content,
        };
        let text = Memo::new(move |_| content.with(|content| content.text.clone()));
        Effect::new(move || {
            let text = text.get();
            let is_free = field.before.with_untracked(Option::is_none);
            if let Some(element) = field.element.get()
                && is_free
                && !field.is_composing.get_value()
            {
                if element.value() != text {
                    element.set_value(&text);
                }
                field.typed.set(text);
                fit(&element);
            }
        });
        let here = Memo::new(move |_| field.here());
        Effect::new(move |before: Option<()>| {
            let here = here.get();
            // Nobody was here before the first look.
            if before.is_some() || here.is_some() {
                field.tell(here);
            }
        });
        on_cleanup(move || {
            field.commit();
            if field.has_keys.try_get_untracked() == Some(true) {
                field.tell(None);
            }
        });
        field
    }

    /// Says where the person is while the field has the keys, and what is being typed.
    fn here(&self) -> Option<Here> {
        if !self.has_keys.get() {
            return None;
        }
        let is_writing = self.before.with(Option::is_some);
        let (row, column) = self.cell.get_value();
        Some(Here {
            place: CellPlace {
                row: row.0,
                column: column.id().to_owned(),
            },
            rows: Vec::new(),
            columns: Vec::new(),
            typed: is_writing.then(|| presence::as_told(self.typed.get())),
        })
    }

    fn tell(&self, here: Option<Here>) {
        self.replica
            .try_with_value(|replica| replica.command(Command::BeIn(here)));
    }

    /// Puts a text behind what stands in the field, as if it had been typed there: nothing is written over, and the browser can take it back.
    pub fn add(&self, text: &str) {
        let Some(element) = self.element.get_untracked() else {
            return;
        };
        element.focus().unwrap_or_default();
        let value = element.value();
        let end = value.encode_utf16().count() as u32;
        element.set_selection_range(end, end).unwrap_or_default();
        let text = match value.is_empty() {
            true => text.to_owned(),
            false => format!("\n{text}"),
        };
        let document = document().unchecked_into::<web_sys::HtmlDocument>();
        let done = document.exec_command_with_show_ui_and_value("insertText", false, &text);
        if done != Ok(true) {
            let put = element.set_range_text_with_start_and_end(&text, end, end);
            put.unwrap_or_default();
            self.changed();
        }
    }

    /// Takes the keys, with the caret behind the last letter.
    pub fn focus(&self) {
        if let Some(element) = self.element.get_untracked() {
            element.focus().unwrap_or_default();
            let end = element.value().encode_utf16().count() as u32;
            element.set_selection_range(end, end).unwrap_or_default();
        }
    }

    /// Writes what was typed.
    pub fn commit(&self) {
        self.is_composing.try_set_value(false);
        let before = self.before.try_update(Option::take).flatten();
        let typed = self.typed.try_get_untracked();
        if let (Some(before), Some(typed)) = (before, typed)
            && before != typed
        {
            self.write(typed);
        }
    }

    /// Forgets what was typed: the field holds again what stands in the cell.
    fn give_up(&self) {
        if self.before.try_update(Option::take).flatten().is_none() {
            return;
        }
        let stands = self.content.with_untracked(|content| content.text.clone());
        if let Some(element) = self.element.get_untracked() {
            element.set_value(&stands);
            fit(&element);
        }
        self.typed.set(stands);
    }

    fn write(&self, text: String) {
        if let Some((row, column)) = self.cell.try_get_value() {
            let typed = Typed { row, column, text };
            self.replica
                .try_with_value(|replica| replica.command(Command::Write(vec![typed])));
        }
    }

    fn began(&self) {
        if self.before.with_untracked(Option::is_none) {
            let stands = self.content.with_untracked(|content| content.text.clone());
            self.before.set(Some(stands));
        }
    }

    fn changed(&self) {
        if let Some(element) = self.element.get_untracked() {
            self.began();
            self.typed.set(element.value());
            fit(&element);
        }
    }

    /// Returns what somebody else has written meanwhile.
    fn theirs(&self) -> Option<String> {
        let before = self.before.get()?;
        let stands = self.content.with(|content| content.text.clone());
        let is_theirs = stands != before && self.typed.with(|typed| *typed != stands);
        is_theirs.then_some(stands)
    }
}

/// Draws the field with its name, and what is to be said about it. `on_done`: Ctrl+Enter, in short fields Enter, and Escape, which gives
/// the old text back. `choosing`: takes a cell with several values. `told`: a reason for being closed that stands above the field already.
#[component]
pub fn CellField(
    field: Field,
    on_done: Callback<()>,
    choosing: RwSignal<Option<CellPlace>>,
    #[prop(optional, into)] told: Signal<Option<String>>,
) -> impl IntoView {
    let locale = Locale::expect();
    let (row, column) = field.cell.get_value();
    let id = format!("field-{}-{}", row.0, column.id());
    let spec = Memo::new(move |_| spec(column, locale.language()));
    let content = field.content;
    let said = Memo::new(move |_| {
        let is_writing = field.before.with(Option::is_some);
        let mistake = is_writing.then(|| {
            let parsed = field.typed.with(|typed| value::parse(column, typed));
            parsed
                .err()
                .map(|mistake| mistake_sentence(mistake, locale.language()))
        });
        mistake.unwrap_or_else(|| content.with(|content| content.mistake.clone()))
    });
    let closed = Memo::new(move |_| content.with(|content| content.readonly.clone()));
    let severity = move || match content.with(|content| content.severity) {
        Severity::Calm => None,
        Severity::Warning => Some("warning"),
        Severity::Error => Some("error"),
    };
    let has_several = Memo::new(move |_| content.with(|content| content.conflict));
    let place = CellPlace {
        row: row.0.clone(),
        column: column.id().to_owned(),
    };
    let take_theirs = move |_| {
        if let Some(text) = field.theirs() {
            field.add(&text);
        }
    };
    let is_told =
        move || closed.with(|closed| closed.is_none() || told.with(|told| told == closed));
    let (name_of, said_id, closed_id) = (id.clone(), format!("{id}-said"), format!("{id}-closed"));
    let described = format!("{closed_id} {said_id}");
    view! {
        <div class="cell-field" data-severity=severity data-row=row.0.clone() data-column=column.id()>
            <label class="field-name" for=name_of>{move || spec.with(|spec| spec.full_title())}</label>
            {control(field, id, spec, described, on_done)}
            <p class="cell-field-closed" id=closed_id hidden=is_told>{move || closed.get()}</p>
            <p class="cell-field-said" id=said_id aria-live="polite" hidden=move || said.with(Option::is_none)>{move || said.get()}</p>
            <Show when=move || has_several.get()>
                {
                    let place = place.clone();
                    view! {
                        <button class="button" data-kind="plain" type="button" on:click=move |_| choosing.set(Some(place.clone()))>
                            {move || locale.say("field-choose")}
                        </button>
                    }
                }
            </Show>
            <div class="cell-field-theirs" role="status">
                {move || field.theirs().map(|text| view! {
                    <p>{locale.say_with("field-theirs", &[("text", text.into())])}</p>
                    <button class="button" data-kind="plain" type="button" on:mousedown=|event| event.prevent_default()
                        on:click=take_theirs>{locale.say("field-take-theirs")}</button>
                })}
            </div>
        </div>
    }
}

/// What is written into: a list for a choice, a text for what is typed, plain words for what nobody types.
fn control(
    field: Field,
    id: String,
    spec: Memo<crate::grid::model::ColumnSpec>,
    described: String,
    on_done: Callback<()>,
) -> AnyView {
    let locale = Locale::expect();
    let content = field.content;
    let is_closed = move || content.with(|content| content.readonly.is_some());
    let text = move || content.with(|content| content.text.clone());
    let invalid = move || content.with(|content| content.mistake.is_some().then_some("true"));
    match spec.with_untracked(|spec| spec.kind.clone()) {
        CellKind::Fixed => view! {
            <output class="cell-field-fixed" id=id>{move || content.with(|content| match content.shown.is_empty() {
                true => locale.say("field-nothing"),
                false => content.shown.clone(),
            })}</output>
        }
        .into_any(),
        CellKind::Choice(words) => view! {
            <select class="select" id=id disabled=is_closed aria-describedby=described prop:value=text
                on:change=move |event| field.write(event_target_value(&event))>
                <option value=""></option>
                {words.into_iter().map(|word| {
                    let own = word.clone();
                    view! { <option value=word.clone() selected=move || text() == own>{word.clone()}</option> }
                }).collect_view()}
                // A draft is none of the words, and must be seen all the same.
                {move || content.with(|content| content.draft.then(|| view! { <option value=content.text.clone() selected=true>{content.text.clone()}</option> }))}
            </select>
        }
        .into_any(),
        kind @ (CellKind::Text | CellKind::Count | CellKind::LongText) => {
            let is_long = kind == CellKind::LongText;
            let keys = move |event: ev::KeyboardEvent| pressed(field, &event, is_long, on_done);
            view! {
                <textarea class="cell-field-text" id=id node_ref=field.element rows=if is_long { "3" } else { "1" } data-long=is_long.then_some("true")
                    autocomplete="off" spellcheck="false" inputmode=(kind == CellKind::Count).then_some("numeric")
                    readonly=is_closed aria-describedby=described aria-invalid=invalid
                    on:keydown=keys
                    on:input=move |_| field.changed()
                    on:compositionstart=move |_| {
                        field.is_composing.set_value(true);
                        field.began();
                    }
                    on:compositionend=move |_| {
                        field.is_composing.set_value(false);
                        field.changed();
                    }
                    on:focus=move |_| field.has_keys.set(true)
                    on:blur=move |_| {
                        field.commit();
                        field.has_keys.try_set(false);
                    }></textarea>
            }
            .into_any()
        }
    }
}

fn pressed(field: Field, event: &ev::KeyboardEvent, is_long: bool, on_done: Callback<()>) {
    if is_of_input_method(event) || field.is_composing.get_value() {
        return;
    }
    match event.key().as_str() {
        "Escape" => field.give_up(),
        "Enter" if event.ctrl_key() || event.meta_key() || !is_long => field.commit(),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
    on_done.run(());
}

/// Tells whether a key belongs to the input method.
pub fn is_of_input_method(event: &ev::KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == KEY_OF_INPUT_METHOD
}

/// Makes the field as high as its text. Style only: its value may be in the hands of an input method.
fn fit(element: &web_sys::HtmlTextAreaElement) {
    let style = web_sys::HtmlElement::style(element);
    style.remove_property("height").unwrap_or_default();
    let (needed, given) = (element.scroll_height(), element.client_height());
    if needed > given {
        let border = element.offset_height() - given;
        let height = format!("{}px", needed + border);
        style.set_property("height", &height).unwrap_or_default();
    }
}
