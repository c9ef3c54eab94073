//! One row under review: what was reported, and the reviewer's word on it by mouse or key.

use diaodu_plan::{
    column::Column,
    review::Reviewed,
    row::RowId,
    value::{Review, Status},
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::here;
use crate::{
    i18n::Locale,
    replica::{Command, Replica, Typed},
    store::week::ListedReview,
};

/// What is written beside a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Why it does not pass.
    Return,
    /// 批注 without a verdict.
    Remark,
}

/// What the parts of a row share.
#[derive(Clone, Copy)]
struct Desk {
    id: StoredValue<RowId>,
    replica: StoredValue<Replica>,
    here: Memo<Option<ListedReview>>,
    form: RwSignal<Option<Form>>,
}

impl Desk {
    fn write(self, cells: &[(Column, &str)]) {
        let row = self.id.get_value();
        let typed = cells.iter().map(|(column, text)| Typed {
            row: row.clone(),
            column: *column,
            text: (*text).to_owned(),
        });
        let typed = typed.collect();
        self.replica
            .with_value(|replica| replica.command(Command::Write(typed)));
    }

    fn of(self, column: Column) -> impl Fn() -> String + Copy {
        move || {
            self.here.with(|here| {
                let here = here.as_ref();
                here.and_then(|here| here.cells.get(&column).cloned())
                    .unwrap_or_default()
            })
        }
    }

    fn reviewed(self) -> Reviewed {
        self.here.with(|here| {
            here.as_ref()
                .map_or(Reviewed::NotReported, |here| here.reviewed)
        })
    }

    fn closed(self) -> Option<String> {
        self.here.with(|here| here.as_ref()?.closed.clone())
    }

    fn is_open(self) -> bool {
        self.closed().is_none()
    }

    /// There is something to pass or to return.
    fn is_reported(self) -> bool {
        self.reviewed() != Reviewed::NotReported
    }

    /// 通过; what was the reason against it is one no more.
    fn pass(self) {
        self.form.set(None);
        let passed = (Column::Review, Review::Passed.word());
        match untrack(|| self.reviewed()) {
            Reviewed::Returned | Reviewed::Again => {
                self.write(&[passed, (Column::ReviewNote, "")]);
            }
            Reviewed::NotReported | Reviewed::Waiting | Reviewed::Passed => self.write(&[passed]),
        }
    }
}

/// A row of the table.
#[component]
pub fn Line(id: RowId, listed: Memo<Vec<ListedReview>>, go: Callback<RowId>) -> impl IntoView {
    let locale = Locale::expect();
    let desk = Desk {
        here: here(listed, id.clone()),
        replica: StoredValue::new(expect_context()),
        form: RwSignal::new(None),
        id: StoredValue::new(id.clone()),
    };
    let unit = move || {
        desk.here
            .with(|here| here.as_ref().map(|here| here.unit.clone()))
    };
    let report = move || {
        desk.here
            .with(|here| here.as_ref().map(|here| here.report.clone()))
    };
    let duty = move || {
        let is_owed = desk
            .here
            .with(|here| here.as_ref().is_some_and(|here| here.is_owed));
        locale.say(if is_owed {
            "review-owed"
        } else {
            "review-assisting"
        })
    };
    let counts = move || {
        let values = [Column::CheckedWeek, Column::FoundWeek, Column::FixedWeek]
            .map(|column| desk.of(column)());
        let [checked, found, fixed] = values.map(|value| match value.is_empty() {
            true => "—".to_owned(),
            false => value,
        });
        let values = [
            ("checked", checked.into()),
            ("found", found.into()),
            ("fixed", fixed.into()),
        ];
        locale.say_with("review-counted", &values)
    };
    let on_key = move |event: ev::KeyboardEvent| keys(&event, desk);
    view! {
        <tr class="review-row" tabindex="0" data-row=id.0.clone() on:keydown=on_key>
            <th scope="row">
                <button class="review-unit" type="button" on:click=move |_| go.run(desk.id.get_value())>{unit}</button>
                <span class="review-quiet">{duty}</span>
                <span class="review-quiet review-report">{report}</span>
            </th>
            <td class="review-text">{desk.of(Column::Progress)}<span class="review-quiet">{counts}</span></td>
            <td class="review-text">{desk.of(Column::Problem)}</td>
            <td class="review-text">{desk.of(Column::NextPlan)}</td>
            <td>{desk.of(Column::Status)}</td>
            <td class="review-verdict"><Verdict desk/></td>
            <td><Rating desk/></td>
        </tr>
    }
}

/// How the review stands, and what can be said.
#[component]
fn Verdict(desk: Desk) -> impl IntoView {
    let locale = Locale::expect();
    let (state, key) = (
        move || match desk.reviewed() {
            Reviewed::NotReported => "none",
            Reviewed::Waiting | Reviewed::Again => "waiting",
            Reviewed::Passed => "passed",
            Reviewed::Returned => "returned",
        },
        move || match desk.reviewed() {
            Reviewed::NotReported => "reviewed-not-reported",
            Reviewed::Waiting => "reviewed-waiting",
            Reviewed::Again => "reviewed-again",
            Reviewed::Passed => "reviewed-passed",
            Reviewed::Returned => "reviewed-returned",
        },
    );
    let note = desk.of(Column::ReviewNote);
    let open = move |form| move |_| desk.form.set(Some(form));
    view! {
        <p class="review-state" data-state=state>{move || locale.say(key())}</p>
        <p class="review-note" hidden=move || note().is_empty()>{note}</p>
        <p class="review-quiet" hidden=move || desk.is_open()>{move || desk.closed()}</p>
        <Show when=move || desk.is_open() && desk.form.get().is_none()>
            <p class="review-acts">
                <button class="button" data-kind="plain" type="button" hidden=move || !desk.is_reported()
                    on:click=move |_| desk.pass()>{move || locale.say("review-pass")}</button>
                <button class="button" data-kind="plain" type="button" hidden=move || !desk.is_reported()
                    on:click=open(Form::Return)>{move || locale.say("review-return")}</button>
                <button class="button" data-kind="quiet" type="button" on:click=open(Form::Remark)>{move || locale.say("review-remark")}</button>
            </p>
        </Show>
        {move || desk.form.get().map(|form| view! { <NoteForm desk form/> })}
    }
}

/// The reason, or a remark.
#[component]
fn NoteForm(desk: Desk, form: Form) -> impl IntoView {
    let locale = Locale::expect();
    let note = untrack(desk.of(Column::ReviewNote));
    let text = RwSignal::new(note.clone());
    let is_wrong = RwSignal::new(false);
    let field = NodeRef::<leptos::html::Textarea>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            field.focus().unwrap_or_default();
        }
    });
    let label = match form {
        Form::Return => "review-reason",
        Form::Remark => "review-remark-label",
    };
    let save = move || {
        let text = text.get_untracked();
        match form {
            Form::Return if text.trim().is_empty() => return is_wrong.set(true),
            Form::Return => desk.write(&[
                (Column::ReviewNote, &text),
                (Column::Review, Review::Returned.word()),
            ]),
            Form::Remark => desk.write(&[(Column::ReviewNote, &text)]),
        }
        desk.form.set(None);
        focus_row(desk, 0);
    };
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            desk.form.set(None);
            focus_row(desk, 0);
        }
        "Enter" if event.ctrl_key() && !event.is_composing() => save(),
        _ => {}
    };
    let done = match form {
        Form::Return => "review-return-yes",
        Form::Remark => "review-remark-save",
    };
    view! {
        <div class="review-form" on:keydown=on_key>
            <label>
                <span class="review-quiet">{move || locale.say(label)}</span>
                <textarea class="field-text" name="note" rows="3" node_ref=field prop:value=note
                    aria-invalid=move || is_wrong.get().to_string()
                    on:input=move |event| { is_wrong.set(false); text.set(event_target_value(&event)); }></textarea>
            </label>
            <p class="field-wrong" role="alert" hidden=move || !is_wrong.get()>{move || locale.say("review-reason-missing")}</p>
            <p class="review-acts">
                <button class="button" data-kind="primary" type="button" on:click=move |_| save()>{move || locale.say(done)}</button>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| desk.form.set(None)>{move || locale.say("cancel")}</button>
            </p>
        </div>
    }
}

/// 攻坚办评定, beside the unit's own word.
#[component]
fn Rating(desk: Desk) -> impl IntoView {
    let locale = Locale::expect();
    let rating = desk.of(Column::OfficeStatus);
    let may_rate = move || {
        desk.here
            .with(|here| here.as_ref().is_some_and(|here| here.may_rate))
    };
    let choose = move |event| desk.write(&[(Column::OfficeStatus, &event_target_value(&event))]);
    view! {
        <Show when=may_rate fallback=rating>
            <select class="select" name="rating" aria-label=move || locale.say("column-office-status") on:change=choose prop:value=rating>
                <option value="" selected=move || rating().is_empty()>{move || locale.say("review-unrated")}</option>
                {Status::ALL.map(|status| view! {
                    <option value=status.word() selected=move || rating() == status.word()>{status.word()}</option>
                }).collect_view()}
            </select>
        </Show>
    }
}

/// Keys of a row that itself has the focus: up and down, 1 passes, 2 returns, 3 remarks.
fn keys(event: &ev::KeyboardEvent, desk: Desk) {
    let target = event.target();
    let is_row = target
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|target| target.matches(".review-row").unwrap_or(false));
    if !is_row || event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let is_open = untrack(|| desk.is_open());
    let is_ready = is_open && untrack(|| desk.is_reported());
    match event.key().as_str() {
        "ArrowDown" => focus_row(desk, 1),
        "ArrowUp" => focus_row(desk, -1),
        "1" if is_ready => {
            // The row may leave the list when it is passed: the next one has the keys first.
            focus_row(desk, 1);
            desk.pass();
        }
        "2" if is_ready => desk.form.set(Some(Form::Return)),
        "3" if is_open => desk.form.set(Some(Form::Remark)),
        _ => return,
    }
    event.prevent_default();
}

/// Gives the keys to this row of the table, or to the one so many after it.
fn focus_row(desk: Desk, step: i32) {
    let Ok(rows) = document().query_selector_all(".review-row") else {
        return;
    };
    let row = |index: i32| {
        let row = rows.item(u32::try_from(index).ok()?)?;
        row.dyn_into::<web_sys::HtmlElement>().ok()
    };
    let own = desk.id.get_value().0;
    let count = i32::try_from(rows.length()).unwrap_or(0);
    let here = (0..count).find(|index| {
        row(*index).is_some_and(|row| row.get_attribute("data-row").as_ref() == Some(&own))
    });
    if let Some(row) = here.and_then(|here| row(here + step)) {
        row.focus().unwrap_or_default();
    }
}
