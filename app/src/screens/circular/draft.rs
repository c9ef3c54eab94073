//! The office's draft: what is typed, who is named, and issuing it. What is typed is saved when its field is left, or the desk closed.

use std::collections::BTreeMap;

use diaodu_plan::{
    campaign::WeekNumber,
    circular::{Field, MentionKind},
    column::Column,
    row::RowId,
};
use diaodu_wire::http::{
    Command,
    circular::{CircularView, MentionEntry},
};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{Work, paper, weeks};
use crate::{
    grid::model::CellPlace,
    replica::{Command as Deed, Replica},
    session::SessionState,
    store::Store,
};

/// The draft of a week, and its paper beside it.
#[component]
pub fn Desk(work: Work, reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> impl IntoView {
    let store: Store = expect_context();
    let replica: Replica = expect_context();
    let number = store.week.number.clone();
    let session = SessionState::expect();
    // On the Saturday after, the table has gone on to the next week: the circular is about the one that was due last.
    let due = untrack(|| {
        let now = Timestamp::from_millisecond(session.server_now_ms()).unwrap_or_default();
        let campaign = store.campaign.get()?;
        let due = campaign.weeks.iter().rfind(|week| week.is_due(now));
        due.map(|week| week.number)
    });
    let week = RwSignal::new(due.unwrap_or(WeekNumber(1)));
    let view = work.read::<CircularView>(move || {
        let week = week.get();
        Some(format!("/api/weeks/{week}/circular"))
    });
    let choose = move |event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            work.said.set(None);
            view.set(None);
            week.set(WeekNumber(chosen));
        }
    };
    let go = Callback::new(move |row: RowId| {
        close.run(());
        if number.get_untracked() != Some(week.get_untracked()) {
            replica.command(Deed::OpenWeek(week.get_untracked()));
        }
        let column = Column::Problem.id().to_owned();
        reveal.set(Some(CellPlace { row: row.0, column }));
    });
    let is_there = Memo::new(move |_| view.with(Option::is_some));
    let is_issued = Memo::new(move |_| {
        view.with(|view| view.as_ref().is_some_and(|view| view.issued.is_some()))
    });
    let is_draft = move || is_there.get() && !is_issued.get();
    view! {
        <div class="circular-parts">
            <div class="circular-side">
                <p class="circular-acts">
                    <label>
                        <span class="circular-label">{work.say("week-label")}</span>
                        <select class="select" name="circular-week" on:change=choose>
                            {move || weeks(store.clone()).into_iter().map(|each| {
                                let values = [("number", i64::from(each.0).into())];
                                view! {
                                    <option value=each.0.to_string() selected=move || week.get() == each>
                                        {work.locale.say_with("week-short", &values)}
                                    </option>
                                }
                            }).collect_view()}
                        </select>
                    </label>
                    <Show when=move || is_there.get()>
                        <a class="button" data-kind="plain" download=""
                            href=move || format!("/api/weeks/{}/circular.docx", week.get())>{work.say("circular-file")}</a>
                    </Show>
                </p>
                <Show when=move || is_issued.get()><p class="dialog-note">{work.say("circular-is-issued")}</p></Show>
                <Show when=move || is_draft() && view.with(|view| view.as_ref().is_some_and(|view| view.previous_open))>
                    <p class="dialog-note" role="note">{work.say("circular-previous-open")}</p>
                </Show>
                <Show when=is_draft>
                    <Fields work view week/>
                    <Mentions work view week go/>
                    <Issue work week/>
                </Show>
            </div>
            <paper::Sheet work paper=Signal::derive(move || view.get().map(|view| view.paper).unwrap_or_default())/>
        </div>
    }
}

#[component]
fn Fields(
    work: Work,
    view: RwSignal<Option<CircularView>>,
    week: RwSignal<WeekNumber>,
) -> impl IntoView {
    // Anew for each week: what was typed for one is never saved into another.
    move || {
        let week = week.get();
        let fields = Field::ALL.map(|field| view! { <TextField work view week field/> });
        view! { <div class="circular-fields">{fields.collect_view()}</div> }
    }
}

#[component]
fn TextField(
    work: Work,
    view: RwSignal<Option<CircularView>>,
    week: WeekNumber,
    field: Field,
) -> impl IntoView {
    let kept = Memo::new(move |_| {
        view.with(|view| {
            let view = view.as_ref().filter(|view| view.week == week.0);
            let draft = view.map(|view| &view.draft);
            draft.and_then(|draft| draft.get(field.id()).cloned())
        })
        .unwrap_or_default()
    });
    let typed = RwSignal::new(None::<String>);
    let shown = move || typed.get().unwrap_or_else(|| kept.get());
    let save = move || {
        let Some(text) = typed.try_get_untracked().flatten() else {
            return;
        };
        if kept.try_get_untracked().is_some_and(|kept| kept != text) {
            let set = BTreeMap::from([(field.id().to_owned(), text)]);
            let command = Command::EditCircular {
                week: week.0,
                set,
                tick: Vec::new(),
                untick: Vec::new(),
            };
            work.command(command, "circular-saved");
        }
    };
    // What is kept by now is no longer typed: another person's change shows again.
    Effect::new(move || {
        let kept = kept.get();
        if typed.with_untracked(|typed| typed.as_ref().is_some_and(|typed| typed.trim() == kept)) {
            typed.set(None);
        }
    });
    on_cleanup(save);
    let input = move |event| typed.set(Some(event_target_value(&event)));
    let label = work.say(key_of(field));
    let hint = move || work.locale.say(&format!("{}-hint", key_of(field)));
    let control = match is_long(field) {
        true => view! {
            <textarea class="circular-text" rows="4" name=field.id() placeholder=hint prop:value=shown on:input=input
                on:change=move |_| save()></textarea>
        }
        .into_any(),
        false => view! {
            <input class="field-input" name=field.id() placeholder=hint autocomplete="off" prop:value=shown on:input=input
                on:change=move |_| save() type=if field.is_date() { "date" } else { "text" }/>
        }
        .into_any(),
    };
    view! {
        <label class="circular-field">
            <span class="circular-label">{label}</span>
            {control}
        </label>
    }
}

fn is_long(field: Field) -> bool {
    match field {
        Field::Title | Field::Environment | Field::Remarks | Field::NextSteps => true,
        Field::Head
        | Field::Number
        | Field::Addressees
        | Field::Basis
        | Field::Issuer
        | Field::Date
        | Field::Copies
        | Field::Printer
        | Field::Printed => false,
    }
}

fn key_of(field: Field) -> &'static str {
    match field {
        Field::Head => "circular-field-head",
        Field::Number => "circular-field-number",
        Field::Title => "circular-field-title",
        Field::Addressees => "circular-field-addressees",
        Field::Basis => "circular-field-basis",
        Field::Environment => "circular-field-environment",
        Field::Remarks => "circular-field-remarks",
        Field::NextSteps => "circular-field-next-steps",
        Field::Issuer => "circular-field-issuer",
        Field::Date => "circular-field-date",
        Field::Copies => "circular-field-copies",
        Field::Printer => "circular-field-printer",
        Field::Printed => "circular-field-printed",
    }
}

fn key_of_kind(kind: MentionKind) -> &'static str {
    match kind {
        MentionKind::Missing => "circular-kind-missing",
        MentionKind::Late => "circular-kind-late",
        MentionKind::Repeated => "circular-kind-repeated",
        MentionKind::Vague => "circular-kind-vague",
        MentionKind::Inconsistent => "circular-kind-inconsistent",
        MentionKind::Lagging => "circular-kind-lagging",
        MentionKind::Problem => "circular-kind-problem",
    }
}

/// Who could be named, by kind; nobody is before a person ticks.
#[component]
fn Mentions(
    work: Work,
    view: RwSignal<Option<CircularView>>,
    week: RwSignal<WeekNumber>,
    go: Callback<RowId>,
) -> impl IntoView {
    let groups = MentionKind::ALL.map(|kind| {
        let of_kind = Memo::new(move |_| {
            view.with(|view| {
                let mentions = view.iter().flat_map(|view| view.mentions.iter());
                let of_kind = mentions.filter(|mention| mention.kind == kind.id());
                of_kind.cloned().collect::<Vec<MentionEntry>>()
            })
        });
        let is_empty = move || of_kind.with(Vec::is_empty);
        let all = move || {
            let keys = of_kind.get_untracked().into_iter();
            keys.map(|mention| mention.key).collect::<Vec<_>>()
        };
        let title = move || {
            let (count, ticked) = of_kind.with(|mentions| {
                let ticked = mentions.iter().filter(|mention| mention.ticked);
                (mentions.len() as i64, ticked.count() as i64)
            });
            let values = [
                ("kind", work.locale.say(key_of_kind(kind)).into()),
                ("count", count.into()),
                ("ticked", ticked.into()),
            ];
            work.locale.say_with("circular-kind", &values)
        };
        view! {
            <details class="circular-kind" data-kind=kind.id() hidden=is_empty>
                <summary>{title}</summary>
                <p class="circular-acts">
                    <button class="button" data-kind="quiet" type="button" on:click=move |_| tick(work, week, all(), true)>
                        {work.say("circular-tick-all")}
                    </button>
                    <button class="button" data-kind="quiet" type="button" on:click=move |_| tick(work, week, all(), false)>
                        {work.say("circular-tick-none")}
                    </button>
                </p>
                <ul class="circular-list">
                    <For each=move || of_kind.get() key=|entry| entry.key.clone() let:entry>
                        <MentionItem work entry of_kind week go/>
                    </For>
                </ul>
            </details>
        }
    });
    view! {
        <h3 class="office-title">{work.say("circular-mentions")}</h3>
        <p class="dialog-note">{work.say("circular-mentions-note")}</p>
        {groups.collect_view()}
    }
}

fn tick(work: Work, week: RwSignal<WeekNumber>, keys: Vec<String>, is_ticked: bool) {
    let (tick, untick) = match is_ticked {
        true => (keys, Vec::new()),
        false => (Vec::new(), keys),
    };
    let command = Command::EditCircular {
        week: week.get_untracked().0,
        set: BTreeMap::new(),
        tick,
        untick,
    };
    work.command(command, "circular-saved");
}

#[component]
fn MentionItem(
    work: Work,
    entry: MentionEntry,
    of_kind: Memo<Vec<MentionEntry>>,
    week: RwSignal<WeekNumber>,
    go: Callback<RowId>,
) -> impl IntoView {
    let (key, own) = (entry.key.clone(), entry.key.clone());
    let is_ticked =
        move || of_kind.with(|all| all.iter().any(|each| each.key == own && each.ticked));
    let change = move |event| {
        tick(work, week, vec![key.clone()], event_target_checked(&event));
    };
    let rows = entry.rows.into_iter().map(RowId);
    let links = rows.map(|row| {
        let measure = row.measure().map(|measure| measure.0);
        let values = [("number", i64::from(measure.unwrap_or_default()).into())];
        let label = move || work.locale.say_with("circular-row", &values);
        view! { <button class="circular-row" type="button" data-row=row.0.clone() on:click=move |_| go.run(row.clone())>{label}</button> }
    });
    let links = links.collect_view();
    view! {
        <li class="circular-mention" data-key=entry.key>
            <label class="circular-tick">
                <input type="checkbox" prop:checked=is_ticked on:change=change/>
                <span>{entry.name}</span>
            </label>
            <span class="circular-rows">{links}</span>
            <p class="dialog-note">{entry.text}</p>
        </li>
    }
}

/// Issues it, when asked twice.
#[component]
fn Issue(work: Work, week: RwSignal<WeekNumber>) -> impl IntoView {
    let is_asked = RwSignal::new(false);
    let issue = move |_| {
        is_asked.set(false);
        let week = week.get_untracked().0;
        work.command(Command::IssueCircular { week }, "circular-issue-done");
    };
    view! {
        <div class="circular-issue">
            <Show when=move || is_asked.get() fallback=move || view! {
                <button class="button" data-kind="primary" type="button" on:click=move |_| is_asked.set(true)>
                    {work.say("circular-issue")}
                </button>
            }>
                <p class="dialog-note">{work.say("circular-issue-sure")}</p>
                <p class="circular-acts">
                    <button class="button" data-kind="primary" type="button" on:click=issue>{work.say("circular-issue-yes")}</button>
                    <button class="button" data-kind="quiet" type="button" on:click=move |_| is_asked.set(false)>{work.say("cancel")}</button>
                </p>
            </Show>
        </div>
    }
}
