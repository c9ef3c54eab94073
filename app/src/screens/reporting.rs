//! 报送: a unit reports its rows, one by one or all at once, and sees first what a person should look at. Nothing is blocked.

use diaodu_plan::{column::Column, report::Report, row::RowId};
use diaodu_wire::http as wire;
use leptos::{prelude::*, task::spawn_local};

use super::attachments::AttachmentsFold;
use crate::{
    api,
    grid::model::CellPlace,
    i18n::Locale,
    later::{later, report_list},
    replica::{Command, Replica},
    store::{
        Store,
        row::columns,
        week::{ListedReport, WeekStore},
    },
    ui::dialog::Dialog,
};

/// Opens the list; there where one's own unit has rows.
#[component]
pub fn ReportingDoor(reveal: RwSignal<Option<CellPlace>>) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let is_open = RwSignal::new(false);
    let close = Callback::new(move |()| is_open.set(false));
    let (rows, week) = (store.week.rows.clone(), store.week);
    let counts = Memo::new(move |_| {
        rows.track();
        week.news.track();
        week.report_counts()
    });
    let words = move || {
        let counts = counts.get();
        let (key, count) = match (counts.returned, counts.unsigned) {
            (0, 0) => return locale.say("reporting"),
            (0, unsigned) => ("reporting-to-sign", unsigned),
            (returned, _) => ("reporting-returned", returned),
        };
        locale.say_with(key, &[("count", (count as i64).into())])
    };
    view! {
        <Show when=move || { counts.get().all > 0 }>
            <button class="button" data-kind="primary" type="button" on:click=move |_| is_open.set(true)>
                {words}
            </button>
        </Show>
        <Show when=move || is_open.get()>
            <Dialog label=Signal::derive(move || locale.say("reporting-title")) on_close=close>
                <h2 class="dialog-title">{move || locale.say("reporting-title")}</h2>
                {later(report_list(reveal, close))}
                <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>
                    {move || locale.say("close")}
                </button>
            </Dialog>
        </Show>
    }
}

/// The rows of one's own unit, with what to look at.
#[component]
pub fn ReportList(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let replica: Replica = expect_context();
    let listed = listed();
    let ids = Memo::new(move |_| {
        let listed = listed.get().into_iter();
        listed.map(|each| each.row).collect::<Vec<_>>()
    });
    let left = Memo::new(move |_| {
        let listed = listed.get().into_iter();
        let left = listed.filter(|each| each.is_owed && !each.is_said && each.closed.is_none());
        left.map(|each| each.row).collect::<Vec<_>>()
    });
    let all = {
        let replica = replica.clone();
        move |_| replica.command(Command::Report(left.get_untracked(), Report::Sent))
    };
    let unsigned = Memo::new(move |_| {
        let listed = listed.get().into_iter();
        let unsigned = listed.filter(|each| each.may_sign && !each.is_sent_back);
        unsigned.map(|each| each.row).collect::<Vec<_>>()
    });
    let signing = Signing::new();
    let sign_all = move |_| signing.sign(unsigned.get_untracked());
    let is_signed = move || unsigned.with(Vec::is_empty);
    let is_done = move || left.with(Vec::is_empty);
    let count = move || {
        let count = left.with(Vec::len) as i64;
        locale.say_with("reporting-left", &[("count", count.into())])
    };
    view! {
        <p class="dialog-note" role="status">{count}</p>
        <button class="button" data-kind="primary" type="button" disabled=is_done on:click=all>{move || locale.say("reporting-all")}</button>
        <Show when=move || !is_signed()>
            <button class="button" data-kind="primary" type="button" on:click=sign_all>
                {move || locale.say_with("reporting-sign-all", &[("count", (unsigned.with(Vec::len) as i64).into())])}
            </button>
        </Show>
        <p class="report-signing" role="status">{signing.said()}</p>
        <ul class="choices" aria-label=move || locale.say("reporting-title")>
            <For each=move || ids.get() key=RowId::clone let:id>
                <Item id listed replica=replica.clone() reveal close/>
            </For>
        </ul>
    }
}

/// The rows of one's own unit, again whenever one of them changes.
pub fn listed() -> Memo<Vec<ListedReport>> {
    let store: Store = expect_context();
    let locale = Locale::expect();
    let week = store.week;
    Memo::new(move |_| {
        locale.language();
        week.rows.track();
        week.news.track();
        week.reports()
    })
}

#[component]
fn Item(
    id: RowId,
    listed: Memo<Vec<ListedReport>>,
    replica: Replica,
    reveal: RwSignal<Option<CellPlace>>,
    close: Callback<()>,
) -> impl IntoView {
    let (own, reported) = (id.clone(), id.clone());
    let label = move || {
        listed.with(|listed| {
            let here = listed.iter().find(|each| each.row == own);
            here.map(|here| here.label.clone())
        })
    };
    view! {
        <li class="choices-item draft report" data-row=id.0.clone()>
            <p class="draft-place">{label}</p>
            <ReportActs id=reported listed replica reveal close/>
        </li>
    }
}

/// How far a row's report is, what to look at before, and the buttons that report it.
#[component]
pub fn ReportActs(
    id: RowId,
    listed: Memo<Vec<ListedReport>>,
    replica: Replica,
    reveal: RwSignal<Option<CellPlace>>,
    close: Callback<()>,
) -> impl IntoView {
    let locale = Locale::expect();
    let (own, files) = (id.clone(), id.clone());
    let here = Memo::new(move |_| {
        let listed = listed.get();
        listed.into_iter().find(|each| each.row == own)
    });
    let of = move |read: fn(&ListedReport) -> String| {
        move || here.with(|here| here.as_ref().map(read).unwrap_or_default())
    };
    let is_closed =
        move || here.with(|here| here.as_ref().is_none_or(|here| here.closed.is_some()));
    let is = move |read: fn(&ListedReport) -> bool| {
        move || here.with(|here| here.as_ref().is_some_and(read))
    };
    let is_said = is(|here| here.is_said);
    let (signing, unsigned) = (Signing::new(), id.clone());
    let (sending_back, mended) = (RwSignal::new(false), StoredValue::new(id.clone()));
    let may_send_back = is(|here| here.may_sign && !here.is_sent_back);
    let sign = move |_| signing.sign(vec![unsigned.clone()]);
    let may_sign = is(|here| here.may_sign);
    let returned = move || here.with(|here| here.as_ref()?.returned.clone());
    let button = move |key: &'static str, report: Report, is_shown: fn(&ListedReport) -> bool| {
        let is_shown = is(is_shown);
        let (replica, row) = (replica.clone(), id.clone());
        let act = move |_| replica.command(Command::Report(vec![row.clone()], report));
        view! {
            <button class="button" data-kind="plain" type="button" disabled=is_closed hidden=move || !is_shown() on:click=act>
                {move || locale.say(key)}
            </button>
        }
    };
    let findings = move || {
        let here = here.get();
        let lines = here.into_iter().flat_map(move |here| {
            let row = here.row;
            let line = move |(column, sentence): (Column, String)| {
                finding(row.clone(), column, sentence, reveal, close)
            };
            here.findings.into_iter().map(line)
        });
        lines.collect_view()
    };
    view! {
            <p class="report-state" data-said=move || is_said().to_string()>{of(|here| here.state.clone())}</p>
            <p class="report-returned" hidden=move || returned().is_none()>{returned}</p>
            {findings}
            <p class="report-signing" role="status">{signing.said()}</p>
            <p class="draft-acts">
                <button class="button" data-kind="primary" type="button" hidden=move || !may_sign() on:click=sign>{move || locale.say("report-sign")}</button>
                <button class="button" data-kind="plain" type="button" hidden=move || !may_send_back()
                    on:click=move |_| sending_back.set(true)>{move || locale.say("report-send-back")}</button>
                {button("report-send", Report::Sent, |here| !here.is_said)}
                {button("report-zero", Report::Zero, |here| !here.is_said)}
                {button("report-again", Report::Sent, |here| here.is_said && here.returned.is_some())}
                {button("report-withdraw", Report::Withdrawn, |here| here.is_said)}
            </p>
            <Show when=move || sending_back.get() && may_send_back()>
                <SendBack row=mended.get_value() signing is_open=sending_back/>
            </Show>
            <AttachmentsFold row=files/>
    }
}

/// What the leader wants mended before he signs.
#[component]
fn SendBack(row: RowId, signing: Signing, is_open: RwSignal<bool>) -> impl IntoView {
    let locale = Locale::expect();
    let reason = RwSignal::new(String::new());
    let send = move |_| {
        signing.send_back(row.clone(), reason.get_untracked());
        is_open.set(false);
    };
    let is_empty = move || reason.with(|reason| reason.trim().is_empty());
    view! {
        <div class="report-send-back">
            <label>
                <span class="dialog-note">{move || locale.say("report-send-back-reason")}</span>
                <textarea class="field-text" name="send-back-reason" rows="2"
                    on:input=move |event| reason.set(event_target_value(&event))></textarea>
            </label>
            <p class="draft-acts">
                <button class="button" data-kind="primary" type="button" disabled=is_empty on:click=send>{move || locale.say("report-send-back-yes")}</button>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| is_open.set(false)>{move || locale.say("cancel")}</button>
            </p>
        </div>
    }
}

/// 单位审签: by command, so it needs the server; what went wrong is said.
#[derive(Clone, Copy)]
struct Signing {
    locale: Locale,
    said: RwSignal<Option<String>>,
    week: StoredValue<WeekStore>,
}

impl Signing {
    fn new() -> Signing {
        Signing {
            locale: Locale::expect(),
            said: RwSignal::new(None),
            week: StoredValue::new(expect_context::<Store>().week),
        }
    }

    fn sign(self, rows: Vec<RowId>) {
        let rows = rows.into_iter().map(|row| row.0).collect();
        self.command(|week| wire::Command::SignOff { week, rows });
    }

    fn send_back(self, row: RowId, reason: String) {
        let rows = vec![row.0];
        self.command(|week| wire::Command::SendBack { week, rows, reason });
    }

    fn command(self, command: impl FnOnce(u8) -> wire::Command) {
        let number = self.week.with_value(|week| week.number.get_untracked());
        let Some(number) = number else {
            return;
        };
        let command = command(number.0);
        let language = untrack(|| self.locale.language());
        spawn_local(async move {
            let said = match api::command(&command, language).await {
                // Hub or sheet say it as soon as they come.
                Ok(_) => None,
                Err(error) => Some(error.sentence(language)),
            };
            self.said.try_set(said);
        });
    }

    fn said(self) -> impl Fn() -> Option<String> + Copy + 'static {
        move || self.said.get()
    }
}

/// What a person should look at; leads to its cell.
fn finding(
    row: RowId,
    column: Column,
    sentence: String,
    reveal: RwSignal<Option<CellPlace>>,
    close: Callback<()>,
) -> impl IntoView {
    let locale = Locale::expect();
    let titles = columns(untrack(|| locale.language())).into_iter();
    let title = titles
        .filter(|spec| spec.id == column.id())
        .map(|spec| spec.title)
        .collect::<String>();
    let go = move |_| {
        close.run(());
        let (row, column) = (row.0.clone(), column.id().to_owned());
        reveal.set(Some(CellPlace { row, column }));
    };
    view! {
        <p class="draft-reason">
            <button class="button" data-kind="quiet" type="button" on:click=go>{title}</button>
            {sentence}
        </p>
    }
}
