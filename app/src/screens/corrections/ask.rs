//! The form of a 更正申请: what stands in the cells of a row, what is to stand there, and why.

use diaodu_plan::{column::Column, correction, row::RowId};
use diaodu_wire::http::{Command, attachment::AttachmentPlace, week::CellWish};
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use web_sys::{Blob, FileList};

use super::Correcting;
use crate::{
    api, browser,
    grid::model::CellPlace,
    i18n::Locale,
    replica::{Command as Deed, Replica},
    screens::attachments::{Add, looked_at, size_in_words},
    session::SessionState,
    store::{Store, row::spec},
    upload::{self, UploadError},
};

/// One cell of the form.
#[derive(Clone, PartialEq)]
struct Wish {
    column: Column,
    old: String,
    new: RwSignal<String>,
    /// What is asked for lies as a draft beside the cell.
    is_draft: bool,
}

/// A file that is to come with the request.
#[derive(Clone)]
struct Offer {
    /// Sent again after an answer that was lost, it is the same file.
    id: String,
    name: String,
    blob: SendWrapper<Blob>,
}

/// The form for a row, beginning with one of its cells and with all that could not be written any more.
#[component]
pub fn AskForm(place: CellPlace) -> impl IntoView {
    let locale = Locale::expect();
    let correcting = Correcting::expect();
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let session = SessionState::expect();
    let row = RowId(place.row.clone());
    let unit = row.unit().map(|unit| unit.0);
    let label = store.week.glance(&row.0).map(|row| row.label.clone());
    let week = store.week.number.get_untracked();
    let is_frozen = store.week.frozen.get_untracked();
    let is_own = untrack(|| {
        let session = session.current.get();
        session.is_some_and(|session| session.role != "viewer" && Some(session.unit) == unit)
    });
    let close = move || correcting.asking.set(None);
    let why_not = match (is_own, is_frozen) {
        (false, _) => Some("correction-own-rows"),
        (true, false) => Some("correction-not-frozen"),
        (true, true) => None,
    };
    let form = week.filter(|_| why_not.is_none()).map(|week| {
        let wishes = RwSignal::new(wishes(&store, &row, &place.column));
        view! { <Form week=week.0 row=row.clone() wishes replica correcting/> }
    });
    let back = form.is_none();
    view! {
        <div class="correction-form">
            <h2 class="dialog-title">{move || locale.say("correction-ask")}</h2>
            <p class="dialog-note">{label}</p>
            {why_not.map(|key| view! { <p class="dialog-note" role="alert">{move || locale.say(key)}</p> })}
            {form}
            <Show when=move || back>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| close()>{move || locale.say("close")}</button>
            </Show>
        </div>
    }
}

#[component]
fn Form(
    week: u8,
    row: RowId,
    wishes: RwSignal<Vec<Wish>>,
    replica: Replica,
    correcting: Correcting,
) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let reason = RwSignal::new(String::new());
    let said = RwSignal::new(None::<String>);
    let is_busy = RwSignal::new(false);
    let offers = RwSignal::new(Vec::<Offer>::new());
    let is_unreported = store.week.is_unreported(&row);
    let (id, of_cell) = (StoredValue::new(row), StoredValue::new(store));
    let add = move |event| {
        if let Some(column) = Column::from_id(&event_target_value(&event)) {
            let wish = of_cell.with_value(|store| wish(store, &id.get_value(), column));
            wishes.update(|wishes| wishes.push(wish));
        }
    };
    let send = move |_| {
        let changed = wishes.get_untracked();
        let changed = changed
            .into_iter()
            .filter(|wish| wish.new.get_untracked() != wish.old);
        let changed: Vec<Wish> = changed.collect();
        let offered = offers.get_untracked();
        let is_nothing = changed.is_empty() && offered.is_empty() && !is_unreported;
        let missing = match (is_nothing, reason.get_untracked().trim().is_empty()) {
            (true, _) => Some("correction-nothing"),
            (false, true) => Some("correction-reason-missing"),
            (false, false) => None,
        };
        if let Some(key) = missing {
            return said.set(Some(untrack(|| locale.say(key))));
        }
        let cells = changed.iter().map(|wish| CellWish {
            column: wish.column.id().to_owned(),
            new: wish.new.get_untracked(),
        });
        let row = id.get_value().0;
        let command = Command::AskCorrection {
            week,
            row: row.clone(),
            cells: cells.collect(),
            files: offered.iter().map(|offer| offer.id.clone()).collect(),
            reason: reason.get_untracked(),
        };
        let (language, replica) = (untrack(|| locale.language()), replica.clone());
        is_busy.set(true);
        spawn_local(async move {
            // The request names files that the server has.
            for offer in offered {
                if let Err(sentence) = send_file(locale, week, &row, offer).await {
                    said.try_set(Some(sentence));
                    is_busy.try_set(false);
                    return;
                }
            }
            match api::command(&command, language).await {
                Ok(_) => {
                    // What was typed is kept in the request now.
                    for wish in changed.iter().filter(|wish| wish.is_draft) {
                        replica.command(Deed::Discard(id.get_value(), wish.column));
                    }
                    correcting.asking.try_set(None);
                    correcting.list.try_set(true);
                }
                Err(error) => {
                    said.try_set(Some(error.sentence(language)));
                    is_busy.try_set(false);
                }
            }
        });
    };
    let rest = move || {
        let taken = wishes.with(|wishes| {
            let columns = wishes.iter().map(|wish| wish.column);
            columns.collect::<Vec<_>>()
        });
        let rest = Column::ALL
            .into_iter()
            .filter(|column| correction::is_correctable(*column) && !taken.contains(column));
        rest.map(|column| {
            view! { <option value=column.id()>{spec(column, locale.language()).title}</option> }
        })
        .collect_view()
    };
    view! {
        <div class="correction-cells">
            <For each=move || wishes.get() key=|wish| wish.column let:wish>
                <CellFields wish/>
            </For>
        </div>
        <p>
            <select class="select" name="add" aria-label=move || locale.say("correction-add") on:change=add prop:value="">
                <option value="" selected>{move || locale.say("correction-add")}</option>
                {rest}
            </select>
        </p>
        <p class="dialog-note" hidden=!is_unreported>{move || locale.say("correction-unreported")}</p>
        <Files row=id offers said/>
        <label class="correction-reason">
            <span class="field-name">{move || locale.say("correction-reason")}</span>
            <textarea class="field-text" name="reason" rows="2" on:input=move |event| { said.set(None); reason.set(event_target_value(&event)); }></textarea>
        </label>
        <p class="field-wrong" role="alert">{move || said.get()}</p>
        <p class="review-acts">
            <button class="button" data-kind="primary" type="button" disabled=move || is_busy.get() on:click=send>{move || locale.say("correction-send")}</button>
            <button class="button" data-kind="quiet" type="button" on:click=move |_| correcting.asking.set(None)>{move || locale.say("cancel")}</button>
        </p>
    }
}

/// The files that come with it.
#[component]
fn Files(
    row: StoredValue<RowId>,
    offers: RwSignal<Vec<Offer>>,
    said: RwSignal<Option<String>>,
) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let has = row.with_value(|row| store.week.attached(row).len());
    let take = Callback::new(move |files: SendWrapper<FileList>| {
        said.set(None);
        let files: Vec<_> = (0..files.length())
            .filter_map(|index| files.item(index))
            .collect();
        spawn_local(async move {
            for file in files {
                let room = has + offers.try_with_untracked(Vec::len).unwrap_or_default();
                match (looked_at(file, room, locale).await, browser::random_id()) {
                    (Ok((name, blob)), Ok(id)) => {
                        let blob = SendWrapper::new(blob);
                        offers.try_update(|offers| offers.push(Offer { id, name, blob }));
                    }
                    (Err(sentence), _) => drop(said.try_set(Some(sentence))),
                    (Ok(_), Err(error)) => drop(said.try_set(Some(error.to_string()))),
                }
            }
        });
    });
    view! {
        <div class="correction-files">
            <p class="field-name">{move || locale.say("correction-files")}</p>
            <ul class="attachments-list">
                <For each=move || offers.get() key=|offer| offer.id.clone() let:offer>
                    <Offered offer offers/>
                </For>
            </ul>
            <Add take/>
        </div>
    }
}

#[component]
fn Offered(offer: Offer, offers: RwSignal<Vec<Offer>>) -> impl IntoView {
    let locale = Locale::expect();
    let (id, called) = (offer.id, offer.name.clone());
    let take_out = move |_| offers.update(|offers| offers.retain(|each| each.id != id));
    view! {
        <li class="attachments-item" data-state="offered">
            <span class="attachments-name">{offer.name}</span>
            <span class="attachments-told">{size_in_words(offer.blob.size() as u64)}</span>
            <button class="button" data-kind="quiet" type="button" on:click=take_out
                aria-label=move || format!("{} {called}", locale.say("attachments-drop"))>{move || locale.say("attachments-drop")}</button>
        </li>
    }
}

/// Sends a file for a request.
///
/// Errors: why it has not arrived, in words.
async fn send_file(locale: Locale, week: u8, row: &str, offer: Offer) -> Result<(), String> {
    let language = untrack(|| locale.language());
    let Offer { id, name, blob } = offer;
    let place = AttachmentPlace {
        week,
        row: row.to_owned(),
        name: name.clone(),
        correction: true,
    };
    let sent = upload::put(&id, &place, &blob, language, |_| ()).await;
    sent.map_err(|error| {
        let why = match error {
            UploadError::Later => language.say("fetch-offline"),
            UploadError::Refused { sentence, .. } => sentence,
        };
        let values = [("name", name.into()), ("why", why.into())];
        language.say_with("file-not-taken", &values)
    })
}

/// What stands in a cell, and what is to stand there.
#[component]
fn CellFields(wish: Wish) -> impl IntoView {
    let locale = Locale::expect();
    let column = wish.column;
    let title = move || spec(column, locale.language()).title;
    let old = match wish.old.is_empty() {
        true => "—".to_owned(),
        false => wish.old.clone(),
    };
    let new = wish.new;
    view! {
        <div class="correction-cell" data-column=column.id()>
            <p class="field-name">{title}</p>
            <div class="correction-pair">
                <p class="correction-old"><span class="review-quiet">{move || locale.say("correction-old")}</span>{old}</p>
                <label class="correction-new">
                    <span class="review-quiet">{move || locale.say("correction-new")}</span>
                    <textarea class="field-text" name="new" rows="2" prop:value=new.get_untracked()
                        on:input=move |event| new.set(event_target_value(&event))></textarea>
                </label>
            </div>
        </div>
    }
}

/// The cell that is asked for, and those whose drafts could not be written any more.
fn wishes(store: &Store, row: &RowId, column: &str) -> Vec<Wish> {
    let drafts = store.week.drafts();
    let drafted = drafts.iter().filter(|draft| draft.row == *row);
    let mut columns: Vec<Column> = drafted.map(|draft| draft.column).collect();
    columns.extend(Column::from_id(column).filter(|column| !columns.contains(column)));
    columns.retain(|column| correction::is_correctable(*column));
    columns.sort_unstable();
    columns
        .into_iter()
        .map(|column| wish(store, row, column))
        .collect()
}

fn wish(store: &Store, row: &RowId, column: Column) -> Wish {
    let drafts = store.week.drafts();
    let draft = drafts
        .into_iter()
        .find(|draft| (&draft.row, draft.column) == (row, column));
    let old = store.week.joined(row).map(|row| {
        let values = &row.cell(column).values;
        values.first().map(ToString::to_string).unwrap_or_default()
    });
    let old = old.unwrap_or_default();
    Wish {
        column,
        is_draft: draft.is_some(),
        new: RwSignal::new(draft.map_or_else(|| old.clone(), |draft| draft.text)),
        old,
    }
}
