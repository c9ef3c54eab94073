//! 附件 of a row: what it has, what is on its way, and how to add. Files are looked at before they are kept; the server looks again.

use diaodu_plan::{
    attachment::{self, Attached, FileFault},
    limits::ATTACHMENTS_PER_ROW_MAX,
    row::RowId,
    table,
};
use diaodu_wire::http::Command as ServerCommand;
use leptos::{ev, html, prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FileList};

use crate::{
    api,
    i18n::Locale,
    replica::{Command, FileCommand, Replica},
    store::{Store, files::WaitingFile},
};

/// What a file window offers first.
const ACCEPTED: &str = ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg";
/// So many bytes tell what a file is.
const BEGINNING: f64 = 16.0;

/// What the parts share.
#[derive(Clone, Copy)]
struct Work {
    locale: Locale,
    row: StoredValue<RowId>,
    replica: StoredValue<Replica>,
    /// Why nobody may add here and now.
    closed: Memo<Option<String>>,
    attached: Memo<Vec<Attached>>,
    waiting: Memo<Vec<WaitingFile>>,
    /// What was wrong with what was chosen last.
    said: RwSignal<Vec<String>>,
}

impl Work {
    fn new(row: RowId) -> Work {
        let locale = Locale::expect();
        let store: Store = expect_context();
        let (week, files) = (store.week, store.files);
        let attached = {
            let (week, row, shown) = (week.clone(), row.clone(), store.history.shown.clone());
            Memo::new(move |_| {
                week.news.track();
                week.number.track();
                shown.track();
                week.attached(&row)
            })
        };
        let closed = {
            let (week, row, shown) = (week.clone(), row.clone(), store.history.shown.clone());
            Memo::new(move |_| {
                locale.language();
                shown.track();
                week.news.track();
                week.frozen.track();
                week.rows.track();
                week.attaching_closed(&row)
            })
        };
        let own = row.clone();
        let waiting = Memo::new(move |_| {
            let number = week.number.get().map(|number| number.0);
            let is_here = |file: &&WaitingFile| Some(file.week) == number && file.row == own.0;
            files.with(|files| files.iter().filter(is_here).cloned().collect::<Vec<_>>())
        });
        Work {
            locale,
            row: StoredValue::new(row),
            replica: StoredValue::new(expect_context()),
            closed,
            attached,
            waiting,
            said: RwSignal::new(Vec::new()),
        }
    }

    fn say(self, key: &'static str) -> impl Fn() -> String + Copy {
        move || self.locale.say(key)
    }

    fn command(self, command: FileCommand) {
        let command = Command::Files(command);
        self.replica.with_value(|replica| replica.command(command));
    }

    /// Looks at what was chosen, dropped or pasted, and hands on what can be attached.
    fn take(self, files: &FileList) {
        self.said.set(Vec::new());
        let files = (0..files.length()).filter_map(|index| files.item(index));
        for file in files.collect::<Vec<File>>() {
            let (row, replica) = (self.row.get_value(), self.replica.get_value());
            spawn_local(async move {
                if let Some((name, blob)) = self.checked(file).await {
                    let blob = SendWrapper::new(blob);
                    let command = FileCommand::Add { row, name, blob };
                    replica.command(Command::Files(command));
                }
            });
        }
    }

    /// Looks at one; says what is wrong with it.
    async fn checked(self, file: File) -> Option<(String, Blob)> {
        let room = self
            .attached
            .try_with_untracked(Vec::len)
            .unwrap_or_default()
            + self
                .waiting
                .try_with_untracked(Vec::len)
                .unwrap_or_default();
        match looked_at(file, room, self.locale).await {
            Ok(taken) => Some(taken),
            Err(sentence) => {
                self.said.try_update(|said| said.push(sentence));
                None
            }
        }
    }
}

/// Looks at a file that is to come to a row which has so many; the name as the row is to call it.
///
/// Errors: why it cannot come, in words.
pub async fn looked_at(file: File, room: usize, locale: Locale) -> Result<(String, Blob), String> {
    let name = attachment::tidy_name(&file.name());
    let checked = match room < ATTACHMENTS_PER_ROW_MAX {
        true => {
            let beginning = beginning_of(&file).await;
            attachment::check(&name, &beginning, file.size() as u64).map(drop)
        }
        false => Err(FileFault::RowFull),
    };
    let said = |fault: FileFault| {
        let why = untrack(|| locale.say(&format!("file-{}", fault.word())));
        let values = [("name", name.clone().into()), ("why", why.into())];
        untrack(|| locale.say_with("file-not-taken", &values))
    };
    checked.map_err(said)?;
    Ok((name, Blob::from(file)))
}

async fn beginning_of(file: &File) -> Vec<u8> {
    let beginning = file.slice_with_f64_and_f64(0.0, BEGINNING);
    let Ok(beginning) = beginning.map(|blob| blob.array_buffer()) else {
        return Vec::new();
    };
    let read = JsFuture::from(beginning).await;
    read.map_or_else(
        |_| Vec::new(),
        |buffer| js_sys::Uint8Array::new(&buffer).to_vec(),
    )
}

/// The files of a row, and what adds to them: a button, a place to drop, a paste.
#[component]
pub fn Attachments(row: RowId) -> impl IntoView {
    let work = Work::new(row.clone());
    let is_over = RwSignal::new(false);
    let is_open = move || work.closed.with(Option::is_none);
    let count = move || work.attached.with(Vec::len) + work.waiting.with(Vec::len);
    let drop_here = move |event: ev::DragEvent| {
        event.prevent_default();
        is_over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        if let Some(files) = files.filter(|_| untrack(is_open)) {
            work.take(&files);
        }
    };
    let over = move |event: ev::DragEvent| {
        event.prevent_default();
        is_over.set(untrack(is_open));
    };
    let paste = move |event: ev::ClipboardEvent| {
        let files = event.clipboard_data().and_then(|data| data.files());
        if let Some(files) = files.filter(|files| files.length() > 0 && untrack(is_open)) {
            event.prevent_default();
            event.stop_propagation();
            work.take(&files);
        }
    };
    view! {
        <section class="attachments" data-row=row.0 data-over=move || is_over.get().then_some("true") aria-label=work.say("attachments")
            on:dragover=over on:dragleave=move |_| is_over.set(false) on:drop=drop_here on:paste=paste>
            <h3 class="beside-subtitle">{work.say("attachments")}</h3>
            <p class="beside-note" hidden=move || { count() > 0 }>{work.say("attachments-none")}</p>
            <ul class="attachments-list">
                <For each=move || work.attached.get() key=|file| file.id.clone() let:file>
                    <Standing work file/>
                </For>
                <For each=move || work.waiting.get() key=|file| (file.id.clone(), file.refused.clone()) let:file>
                    <Waiting work file/>
                </For>
            </ul>
            <Show when=is_open><Add take=Callback::new(move |files: SendWrapper<FileList>| work.take(&files))/></Show>
            <p class="cell-field-closed" hidden=is_open>{move || work.closed.get()}</p>
            <div role="alert">
                {move || work.said.get().into_iter().map(|sentence| view! { <p class="field-wrong">{sentence}</p> }).collect_view()}
            </div>
        </section>
    }
}

/// A button that opens a file window.
#[component]
pub fn Add(take: Callback<SendWrapper<FileList>>) -> impl IntoView {
    let locale = Locale::expect();
    let say = move |key: &'static str| move || locale.say(key);
    let input = NodeRef::<html::Input>::new();
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        if let Some(input) = input.get_untracked() {
            if let Some(files) = input.files() {
                take.run(SendWrapper::new(files));
            }
            // The same file can be chosen again.
            input.set_value("");
        }
    };
    view! {
        <input class="attachments-input" type="file" multiple hidden accept=ACCEPTED aria-label=say("attachments-add") node_ref=input on:change=chosen/>
        <button class="button" data-kind="plain" type="button" on:click=choose>{say("attachments-add")}</button>
        <p class="beside-note">{say("attachments-note")}</p>
    }
}

/// One that the row has.
#[component]
fn Standing(work: Work, file: Attached) -> impl IntoView {
    let store: Store = expect_context();
    let (id, name) = (StoredValue::new(file.id.clone()), file.name.clone());
    let is_sure = RwSignal::new(false);
    let wrong = RwSignal::new(None::<String>);
    let told = move || {
        let campaign = store.campaign.get();
        // Only its own unit attaches files to a row.
        let unit = work.row.with_value(RowId::unit);
        let unit = unit.zip(campaign.as_ref()).and_then(|(unit, campaign)| {
            let unit = campaign.unit(&unit)?;
            Some(unit.name.clone())
        });
        let unit = unit.unwrap_or_else(|| file.account.clone());
        let who = match file.person.is_empty() {
            true => unit,
            false => format!("{unit} {}", file.person),
        };
        let at = campaign.map(|campaign| table::moment(&campaign, file.at));
        let values = [
            ("size", size_in_words(file.bytes).into()),
            ("who", who.into()),
            ("at", at.unwrap_or_default().into()),
        ];
        work.locale.say_with("attachments-told", &values)
    };
    let remove = move |_| {
        if !is_sure.get_untracked() {
            return is_sure.set(true);
        }
        let language = untrack(|| work.locale.language());
        let command = ServerCommand::RemoveAttachment { id: id.get_value() };
        spawn_local(async move {
            if let Err(error) = api::command(&command, language).await {
                wrong.try_set(Some(error.sentence(language)));
                is_sure.try_set(false);
            }
        });
    };
    let words = move || match is_sure.get() {
        true => work.locale.say("attachments-remove-sure"),
        false => work.locale.say("attachments-remove"),
    };
    let called = name.clone();
    let remove_name = move || format!("{} {called}", words());
    view! {
        <li class="attachments-item" data-state="attached">
            <a class="attachments-name" href=format!("/api/attachments/{}", file.id) target="_blank" rel="noopener">{name}</a>
            <span class="attachments-told">{told}</span>
            <Show when=move || work.closed.with(Option::is_none)>
                <button class="button" data-kind="quiet" type="button" aria-label=remove_name.clone() on:click=remove on:blur=move |_| is_sure.set(false)>{words}</button>
            </Show>
            <p class="field-wrong" role="alert" hidden=move || wrong.with(Option::is_none)>{move || wrong.get()}</p>
        </li>
    }
}

/// One that is on its way, or was refused.
#[component]
fn Waiting(work: Work, file: WaitingFile) -> impl IntoView {
    let WaitingFile {
        id,
        name,
        bytes,
        refused,
        ..
    } = file;
    let own = id.clone();
    let percent = Memo::new(move |_| {
        work.waiting.with(|files| {
            let file = files.iter().find(|file| file.id == own);
            file.and_then(|file| file.sent_percent)
        })
    });
    let is_refused = refused.is_some();
    let state = move || match (&refused, percent.get()) {
        (Some(why), _) => work
            .locale
            .say_with("attachments-refused", &[("why", why.clone().into())]),
        (None, None) => work.locale.say("attachments-waiting"),
        (None, Some(percent)) => {
            let values = [("percent", i64::from(percent).into())];
            work.locale.say_with("attachments-sending", &values)
        }
    };
    let id = StoredValue::new(id);
    let called = name.clone();
    let button = move |key: &'static str, act: fn(String) -> FileCommand| {
        let called = called.clone();
        view! {
            <button class="button" data-kind="quiet" type="button" aria-label=move || format!("{} {called}", work.locale.say(key))
                on:click=move |_| work.command(act(id.get_value()))>{work.say(key)}</button>
        }
    };
    view! {
        <li class="attachments-item" data-state=if is_refused { "refused" } else { "waiting" }>
            <span class="attachments-name">{name}</span>
            <span class="attachments-told">{size_in_words(bytes)}</span>
            <p class="attachments-state" role="status">{state}</p>
            {is_refused.then(|| button("attachments-again", FileCommand::Again))}
            {is_refused.then(|| button("attachments-give-back", FileCommand::GiveBack))}
            {button("attachments-drop", FileCommand::Drop)}
        </li>
    }
}

/// `340 KB`, `1.2 MB`
pub fn size_in_words(bytes: u64) -> String {
    match bytes {
        0..=1_023 => format!("{bytes} B"),
        1_024..=1_048_575 => format!("{} KB", bytes / 1_024),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}

/// A button that says how many files a row has, and lists them below.
#[component]
pub fn AttachmentsFold(row: RowId) -> impl IntoView {
    let work = Work::new(row.clone());
    let is_open = RwSignal::new(false);
    let words = move || {
        let count = work.attached.with(Vec::len) + work.waiting.with(Vec::len);
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        work.locale
            .say_with("attachments-count", &[("count", count.into())])
    };
    let row = StoredValue::new(row);
    view! {
        <button class="button attachments-fold" data-kind="quiet" type="button" aria-expanded=move || is_open.get().to_string()
            on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)>{words}</button>
        <Show when=move || is_open.get()><Attachments row=row.get_value()/></Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_shortly() {
        let said = [7, 340 * 1_024, 1_258_291].map(size_in_words);
        assert_eq!(said, ["7 B", "340 KB", "1.2 MB"]);
    }
}
