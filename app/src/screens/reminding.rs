//! Reminders on the page: before a week is due, what one's own unit still owes; and, where the person wants it, a notification of
//! the browser at each moment that the campaign names.

use diaodu_plan::{campaign::Campaign, reminder};
use gloo::timers::callback::Interval;
use jiff::Timestamp;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

use super::{countdown::short_moment, reporting::ReportList};
use crate::{
    browser, grid::model::CellPlace, i18n::Locale, session::SessionState, store::Store,
    ui::dialog::Dialog,
};

/// Looked at so often: reminders fall on minutes.
const STEP_MS: u32 = 5_000;
/// The reminder that was shown as a notification last, on this machine.
const SHOWN: &str = "diaodu.reminded";

/// What is reminded of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reminding {
    week: u8,
    /// Of the moment that passed last.
    minutes: u16,
    due: String,
    /// 应报 rows without a report.
    left: usize,
}

/// What can be done about notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bell {
    /// Not without https.
    Insecure,
    /// This browser has none.
    Unknown,
    /// The person may be asked.
    Silent,
    /// They come.
    Rings,
    /// The person, or whoever keeps the machine, has said no.
    Refused,
}

impl Bell {
    fn now() -> Bell {
        let window = window();
        let is_known = js_sys::Reflect::has(&window, &JsValue::from_str("Notification"));
        match (window.is_secure_context(), is_known) {
            (false, _) => Bell::Insecure,
            (true, Ok(true)) => Bell::of(Notification::permission()),
            (true, Ok(false) | Err(_)) => Bell::Unknown,
        }
    }

    fn of(permission: NotificationPermission) -> Bell {
        match permission {
            NotificationPermission::Granted => Bell::Rings,
            NotificationPermission::Denied => Bell::Refused,
            _ => Bell::Silent,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Bell::Insecure => "remind-insecure",
            Bell::Unknown => "remind-unknown",
            Bell::Silent => "remind-silent",
            Bell::Rings => "remind-rings",
            Bell::Refused => "remind-refused",
        }
    }
}

/// Says what is still owed, once the first moment has passed; opens what can be done about it.
#[component]
pub fn ReminderDoor(reveal: RwSignal<Option<CellPlace>>) -> impl IntoView {
    let locale = Locale::expect();
    let reminding = reminding();
    Effect::new(move || {
        if let Some(reminding) = reminding.get() {
            ring(&reminding, locale);
        }
    });
    let is_open = RwSignal::new(false);
    let close = Callback::new(move |()| is_open.set(false));
    let is_shown = Memo::new(move |_| reminding.with(Option::is_some));
    let count = move || {
        let left = reminding.with(|now| now.as_ref().map_or(0, |now| now.left));
        let values = [("count", i64::try_from(left).unwrap_or_default().into())];
        locale.say_with("remind-left", &values)
    };
    view! {
        <Show when=move || is_shown.get()>
            <button class="button reminding" data-kind="plain" type="button" aria-live="polite" on:click=move |_| is_open.set(true)>{count}</button>
        </Show>
        <Show when=move || is_open.get()>
            <Dialog label=Signal::derive(move || locale.say("remind-title")) on_close=close>
                <Desk reminding reveal close/>
            </Dialog>
        </Show>
    }
}

/// What is owed, when one is reminded, and the browser's own bell.
#[component]
fn Desk(
    reminding: Memo<Option<Reminding>>,
    reveal: RwSignal<Option<CellPlace>>,
    close: Callback<()>,
) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let (campaign, number) = (store.campaign.clone(), store.week.number.clone());
    let bell = RwSignal::new(Bell::now());
    let owed = move || {
        reminding.get().map(|now| {
            let values = [
                ("week", i64::from(now.week).into()),
                ("due", now.due.into()),
                ("count", i64::try_from(now.left).unwrap_or_default().into()),
            ];
            locale.say_with("remind-owed", &values)
        })
    };
    let moments = move || {
        let (campaign, number) = (campaign.get()?, number.get()?);
        let week = campaign.week(number)?;
        let moments = campaign.reminders.iter();
        let moments = moments
            .map(|minutes| short_moment(campaign.local(reminder::moment(week, *minutes))))
            .collect::<Vec<_>>();
        let comma = locale.say("list-comma");
        Some(locale.say_with(
            "remind-moments",
            &[("moments", moments.join(&comma).into())],
        ))
    };
    // Asked for by the person, and never before.
    let ask = move |_| {
        spawn_local(async move {
            if let Ok(asked) = Notification::request_permission() {
                let _ = JsFuture::from(asked).await;
            }
            bell.try_set(Bell::now());
        });
    };
    view! {
        <h2 class="dialog-title">{move || locale.say("remind-title")}</h2>
        <p class="remind-owed">{owed}</p>
        <p class="dialog-note">{moments}</p>
        <p class="remind-bell" data-bell=move || bell.get().word()>
            <span>{move || locale.say(bell.get().word())}</span>
            <Show when=move || bell.get() == Bell::Silent>
                <button class="button" data-kind="plain" type="button" on:click=ask>{move || locale.say("remind-ask")}</button>
            </Show>
        </p>
        <ReportList reveal close/>
        <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{move || locale.say("close")}</button>
    }
}

/// The reminder of the week on screen, if its time has come and one's own unit owes something.
fn reminding() -> Memo<Option<Reminding>> {
    let store: Store = expect_context();
    let session = SessionState::expect();
    let now = RwSignal::new(untrack(|| session.server_now_ms()));
    let clock = Interval::new(STEP_MS, move || {
        now.set(untrack(|| session.server_now_ms()))
    });
    let clock = StoredValue::new_local(clock);
    on_cleanup(move || clock.dispose());
    let (campaign, week) = (store.campaign, store.week);
    Memo::new(move |_| {
        week.rows.track();
        week.news.track();
        let (campaign, number) = (campaign.get()?, week.number.get()?);
        let now = Timestamp::from_millisecond(now.get()).ok()?;
        let (minutes, due) = last(&campaign, number, now)?;
        let left = week.report_counts().left;
        (left > 0).then_some(Reminding {
            week: number.0,
            minutes,
            due,
            left,
        })
    })
}

/// The moment of a week that passed last, and when the week is due.
fn last(
    campaign: &Campaign,
    number: diaodu_plan::campaign::WeekNumber,
    now: Timestamp,
) -> Option<(u16, String)> {
    let given = std::collections::BTreeMap::new();
    let fallen = reminder::fallen(campaign, &given, now).into_iter();
    let minutes = fallen
        .filter(|reminder| reminder.week == number)
        .map(|reminder| reminder.minutes)
        .next()?;
    let due = campaign.local(campaign.week(number)?.due);
    Some((minutes, short_moment(due)))
}

/// Shows a notification where the person wants them: of each reminder one on this machine, however many tabs there are.
fn ring(reminding: &Reminding, locale: Locale) {
    // With the due moment: a week that was postponed is reminded again.
    let name = format!("{}-{}-{}", reminding.week, reminding.minutes, reminding.due);
    if Bell::now() != Bell::Rings || browser::recall(SHOWN).as_deref() == Some(&name) {
        return;
    }
    browser::remember(SHOWN, &name);
    let values = [
        ("week", i64::from(reminding.week).into()),
        ("due", reminding.due.clone().into()),
        (
            "count",
            i64::try_from(reminding.left).unwrap_or_default().into(),
        ),
    ];
    let (title, body) = untrack(|| {
        (
            locale.say("remind-title"),
            locale.say_with("remind-owed", &values),
        )
    });
    let options = NotificationOptions::new();
    options.set_body(&body);
    options.set_tag(&name);
    // A browser that shows none all the same has its reasons; the page shows it anyhow.
    let _ = Notification::new_with_options(&title, &options);
}
