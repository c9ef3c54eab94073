//! The corrections of the week: how each stands, and the buttons of whoever decides it now.

use diaodu_plan::{campaign::WeekNumber, column::Column, row::RowId};
use diaodu_wire::http::{
    Command,
    attachment::AttachmentEntry,
    week::{CellChange, CorrectionEntry},
};
use leptos::{prelude::*, task::spawn_local};

use super::Correcting;
use crate::{
    api,
    grid::model::CellPlace,
    i18n::Locale,
    screens::attachments::size_in_words,
    store::{Store, row::spec},
};

/// What the parts of the list share.
#[derive(Clone, Copy)]
struct Work {
    locale: Locale,
    said: RwSignal<Option<String>>,
    turn: RwSignal<u32>,
    go: Callback<RowId>,
}

/// The list, newest first, and a way to ask for more.
#[component]
pub fn CorrectionList(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> impl IntoView {
    let store: Store = expect_context();
    let correcting = Correcting::expect();
    let go = Callback::new(move |row: RowId| {
        close.run(());
        let column = Column::Progress.id().to_owned();
        reveal.set(Some(CellPlace { row: row.0, column }));
    });
    let work = Work {
        locale: Locale::expect(),
        said: RwSignal::new(None),
        turn: RwSignal::new(0),
        go,
    };
    let (number, week) = (store.week.number.clone(), store.week.clone());
    let list = read(work, store.week.number.clone());
    let own = Memo::new(move |_| {
        week.rows.track();
        let rows = week.reports().into_iter();
        rows.map(|row| (row.row, row.label)).collect::<Vec<_>>()
    });
    let ask = move |event| {
        let row = event_target_value(&event);
        if !row.is_empty() {
            close.run(());
            let column = Column::Progress.id().to_owned();
            correcting.asking.set(Some(CellPlace { row, column }));
        }
    };
    let title = move || {
        let week = number.get().map_or(0, |week| i64::from(week.0));
        work.locale
            .say_with("corrections-title", &[("week", week.into())])
    };
    let say = move |key: &'static str| move || work.locale.say(key);
    view! {
        <div class="corrections">
            <h2 class="dialog-title">{title}</h2>
            <p class="dialog-note">{say("corrections-note")}</p>
            <Show when=move || own.with(|own| !own.is_empty())>
                <select class="select" name="row" aria-label=say("correction-ask-row") on:change=ask prop:value="">
                    <option value="" selected>{say("correction-ask-row")}</option>
                    {move || own.get().into_iter().map(|(row, label)| view! { <option value=row.0>{label}</option> }).collect_view()}
                </select>
            </Show>
            <p class="field-wrong" role="alert">{move || work.said.get()}</p>
            <Show when=move || list.with(|list| list.as_ref().is_some_and(Vec::is_empty))>
                <p class="dialog-note">{say("corrections-none")}</p>
            </Show>
            <ul class="choices">
                <For each=move || list.get().unwrap_or_default().into_iter().rev() key=|entry| (entry.id.clone(), entry.state.clone(), entry.mine) let:entry>
                    <Item work entry/>
                </For>
            </ul>
            <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{say("close")}</button>
        </div>
    }
}

/// Reads the list now, and whenever it is to be read anew.
fn read(
    work: Work,
    number: ArcRwSignal<Option<WeekNumber>>,
) -> RwSignal<Option<Vec<CorrectionEntry>>> {
    let list = RwSignal::new(None);
    Effect::new(move || {
        work.turn.track();
        let language = work.locale.language();
        let Some(week) = number.get() else { return };
        spawn_local(async move {
            let address = format!("/api/weeks/{week}/corrections");
            match api::list_in::<Vec<CorrectionEntry>>(&address, language).await {
                Ok(read) => drop(list.try_set(Some(read))),
                Err(error) => drop(work.said.try_set(Some(error.sentence(language)))),
            }
        });
    });
    list
}

#[component]
fn Item(work: Work, entry: CorrectionEntry) -> impl IntoView {
    let store: Store = expect_context();
    let row = RowId(entry.row.clone());
    let label = store.week.glance(&row.0).map(|row| row.label.clone());
    let label = label.unwrap_or_else(|| row.0.clone());
    let campaign = store.campaign.get_untracked();
    let moment = |ms: i64| {
        let at = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
        let campaign = campaign.as_ref();
        campaign.map_or_else(String::new, |campaign| {
            diaodu_plan::table::moment(campaign, at)
        })
    };
    let acts = [
        (
            "correction-asked-by",
            entry.asked_by.clone(),
            moment(entry.asked_ms),
        ),
        (
            "correction-lead-by",
            entry.lead_by.clone(),
            moment(entry.lead_ms),
        ),
        (
            "correction-office-by",
            entry.office_by.clone(),
            moment(entry.office_ms),
        ),
    ];
    let told = move || {
        let acts = acts.iter().filter(|(_, who, _)| !who.is_empty());
        let words = acts.map(|(key, who, at)| {
            let values = [("who", who.clone().into()), ("at", at.clone().into())];
            work.locale.say_with(key, &values)
        });
        words
            .collect::<Vec<_>>()
            .join(&work.locale.say("list-comma"))
    };
    let state = match entry.state.as_str() {
        "at-lead" => "correction-at-lead",
        "at-office" => "correction-at-office",
        "agreed" => "correction-agreed",
        _ => "correction-refused",
    };
    let (reason, answer) = (entry.reason.clone(), entry.answer.clone());
    let said = move |key: &'static str, text: &str| {
        let text = text.to_owned();
        move || work.locale.say_with(key, &[("text", text.clone().into())])
    };
    let place = row.clone();
    let cells = entry.cells.iter().cloned();
    let cells = cells
        .map(|cell| view! { <Change work cell/> })
        .collect_view();
    let is_refused = entry.state == "refused";
    let is_as_filled = entry.cells.is_empty() && entry.files.is_empty();
    let files = entry.files.iter().cloned();
    let files = files
        .map(|file| view! { <Brought work file is_refused/> })
        .collect_view();
    view! {
        <li class="choices-item correction" data-row=row.0.clone() data-state=entry.state.clone()>
            <p class="draft-place">
                <button class="review-unit" type="button" on:click=move |_| work.go.run(place.clone())>{label}</button>
            </p>
            <p class="correction-state">{move || work.locale.say(state)}</p>
            {cells}
            {files}
            <p hidden=!is_as_filled>{move || work.locale.say("correction-as-filled")}</p>
            <p>{said("correction-why", &reason)}</p>
            <p hidden=answer.is_empty()>{said("correction-answered", &answer)}</p>
            <p class="dialog-note">{told}</p>
            {entry.mine.then(|| view! { <Decide work id=entry.id.clone()/> })}
        </li>
    }
}

/// A file that comes with it. Once it is refused, its bytes are gone.
#[component]
fn Brought(work: Work, file: AttachmentEntry, is_refused: bool) -> impl IntoView {
    let address = format!("/api/attachments/{}", file.id);
    let name = match is_refused {
        true => view! { <del>{file.name}</del> }.into_any(),
        false => view! { <a class="attachments-name" href=address target="_blank" rel="noopener">{file.name}</a> }
            .into_any(),
    };
    view! {
        <p class="correction-change">
            <span class="field-name">{move || work.locale.say("correction-file")}</span>
            {name}
            " "<span class="attachments-told">{size_in_words(file.bytes)}</span>
        </p>
    }
}

#[component]
fn Change(work: Work, cell: CellChange) -> impl IntoView {
    let title = move || {
        let column = Column::from_id(&cell.column);
        column.map(|column| spec(column, work.locale.language()).title)
    };
    let blank = move |text: String| {
        move || match text.is_empty() {
            true => work.locale.say("history-blank"),
            false => text.clone(),
        }
    };
    view! {
        <p class="correction-change">
            <span class="field-name">{title}</span>
            <del>{blank(cell.old)}</del>" → "<ins>{blank(cell.new)}</ins>
        </p>
    }
}

/// 同意 or 不同意, with what is said to it.
#[component]
fn Decide(work: Work, id: String) -> impl IntoView {
    let correcting = Correcting::expect();
    let answer = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let id = StoredValue::new(id);
    let decide = move |agree: bool| {
        let answer = answer.get_untracked();
        let language = untrack(|| work.locale.language());
        if !agree && answer.trim().is_empty() {
            return wrong.set(Some(language.say("correction-refuse-reason")));
        }
        let id = id.get_value();
        let command = Command::DecideCorrection { id, agree, answer };
        spawn_local(async move {
            match api::command(&command, language).await {
                Ok(_) => {
                    correcting.look();
                    work.turn.try_update(|turn| *turn += 1);
                }
                Err(error) => drop(wrong.try_set(Some(error.sentence(language)))),
            }
        });
    };
    let say = move |key: &'static str| move || work.locale.say(key);
    view! {
        <label class="correction-reason">
            <span class="field-name">{say("correction-answer")}</span>
            <input class="field-input" type="text" name="answer" autocomplete="off"
                on:input=move |event| { wrong.set(None); answer.set(event_target_value(&event)); }/>
        </label>
        <p class="field-wrong" role="alert">{move || wrong.get()}</p>
        <p class="review-acts">
            <button class="button" data-kind="primary" type="button" on:click=move |_| decide(true)>{say("correction-agree")}</button>
            <button class="button" data-kind="plain" type="button" on:click=move |_| decide(false)>{say("correction-refuse")}</button>
        </p>
    }
}
