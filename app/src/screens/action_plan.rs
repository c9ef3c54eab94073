//! 行动方案: what one's own unit has filed or owes; and, for those who read everything, who has filed and who is missing. Needs the server.

use diaodu_plan::{campaign::Campaign, limits::NAME_BYTES_MAX, table};
use diaodu_wire::http::{
    Command,
    action_plan::{ActionPlans, PlanEntry},
};
use jiff::Timestamp;
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{api, i18n::Locale, session::SessionState, store::Store};

/// A Chinese letter has so many bytes.
const LETTER_BYTES: usize = 3;

/// What the server says of action plans, for whoever shows it.
#[derive(Clone, Copy)]
pub struct Plans {
    locale: Locale,
    session: SessionState,
    told: RwSignal<Option<ActionPlans>>,
    said: RwSignal<Option<String>>,
    title: RwSignal<String>,
}

impl Plans {
    /// Asks the server. Without it nothing can be filed either.
    pub fn new() -> Plans {
        let plans = Plans {
            locale: Locale::expect(),
            session: SessionState::expect(),
            told: RwSignal::new(None),
            said: RwSignal::new(None),
            title: RwSignal::new(String::new()),
        };
        spawn_local(plans.look());
        plans
    }

    async fn look(self) {
        if let Ok(told) = api::list::<ActionPlans>("/api/action-plans").await {
            self.told.try_set(Some(told));
        }
    }

    /// Says whether the campaign demands plans.
    fn are_demanded(self) -> bool {
        self.told
            .with(|told| told.as_ref().is_some_and(|told| told.due_ms.is_some()))
    }

    /// Says whether this person files the plan of the own unit.
    fn is_mine(self) -> bool {
        self.told
            .with(|told| told.as_ref().is_some_and(|told| told.mine))
    }

    fn own(self) -> Option<PlanEntry> {
        let unit = self.session.current.get()?.unit;
        self.told.with(|told| {
            let mut units = told.iter().flat_map(|told| &told.units);
            units.find(|entry| entry.unit == unit).cloned()
        })
    }

    /// Says whether the own unit owes a plan, this person may file it, and it is not there.
    pub fn is_owed(self) -> bool {
        let own = self.own();
        self.is_mine() && own.is_some_and(|own| own.duty == "owed" && own.filed_ms.is_none())
    }

    fn is_over(self) -> bool {
        let now_ms = self.session.server_now_ms();
        let due_ms = self
            .told
            .with(|told| told.as_ref().and_then(|told| told.due_ms));
        due_ms.is_some_and(|due_ms| now_ms >= due_ms)
    }

    fn file(self) {
        let language = untrack(|| self.locale.language());
        let title = self.title.get_untracked();
        spawn_local(async move {
            let command = Command::FileActionPlan { title };
            let said = match api::command(&command, language).await {
                Ok(_) => {
                    self.title.try_set(String::new());
                    language.say("action-plan-done")
                }
                Err(error) => error.sentence(language),
            };
            self.said.try_set(Some(said));
            self.look().await;
        });
    }
}

/// How the plan of one's own unit stands, in one sentence; tracked.
fn own_sentence(plans: Plans, campaign: &Campaign) -> String {
    let say = |key, values: &[(&'static str, _)]| plans.locale.say_with(key, values);
    let (month, day) = campaign
        .action_plan_due
        .map_or((0, 0), |day| (day.month(), day.day()));
    let day = [
        ("month", i64::from(month).into()),
        ("day", i64::from(day).into()),
    ];
    let Some(own) = plans.own() else {
        return say("action-plan-free", &day);
    };
    let Some(filed_ms) = own.filed_ms else {
        let key = match plans.is_over() {
            true => "action-plan-overdue",
            false => "action-plan-owed",
        };
        return say(key, &day);
    };
    let state = plans.locale.say(state_key(&own.state));
    let values = [
        ("state", state.into()),
        ("at", at(campaign, filed_ms).into()),
        ("title", own.title.into()),
        (
            "again",
            own.again_ms
                .map(|again| at(campaign, again))
                .unwrap_or_default()
                .into(),
        ),
    ];
    let key = match own.again_ms {
        Some(_) => "action-plan-filed-again",
        None => "action-plan-filed",
    };
    say(key, &values)
}

fn at(campaign: &Campaign, ms: i64) -> String {
    let at = Timestamp::from_millisecond(ms).unwrap_or_default();
    table::moment(campaign, at)
}

fn state_key(state: &str) -> &'static str {
    match state {
        "on_time" => "board-on-time",
        "late" => "board-late",
        _ => "board-missing",
    }
}

/// How the plan of one's own unit stands, and filing it.
#[component]
pub fn OwnPlan(plans: Plans) -> impl IntoView {
    let locale = plans.locale;
    let store: Store = expect_context();
    let campaign = store.campaign;
    let sentence = move || {
        let campaign = campaign.get()?;
        Some(own_sentence(plans, &campaign))
    };
    let state = move || match plans.own() {
        Some(own) => own.state,
        None => "free".to_owned(),
    };
    let words = move || {
        let is_filed = plans.own().is_some_and(|own| own.filed_ms.is_some());
        locale.say(match is_filed {
            true => "action-plan-file-again",
            false => "action-plan-file",
        })
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        plans.file();
    };
    view! {
        <div class="action-plan" data-state=state>
            <p class="action-plan-own">{sentence}</p>
            <Show when=move || plans.is_mine()>
                <form class="action-plan-form" on:submit=submit>
                    <input class="field-input" name="action-plan" autocomplete="off" required=true
                        maxlength=(NAME_BYTES_MAX / LETTER_BYTES).to_string()
                        aria-label=move || locale.say("action-plan-title") placeholder=move || locale.say("action-plan-title-hint")
                        bind:value=plans.title/>
                    <button class="button" data-kind="plain" type="submit">{words}</button>
                </form>
                <p class="dialog-note">{move || locale.say("action-plan-note")}</p>
            </Show>
            <p class="action-plan-said" role="status">{move || plans.said.get()}</p>
        </div>
    }
}

/// Who has filed, when, and who is missing.
#[component]
fn PlanList(plans: Plans) -> impl IntoView {
    let locale = plans.locale;
    let store: Store = expect_context();
    let campaign = store.campaign;
    let sentence = move || {
        plans.told.with(|told| {
            let told = told.as_ref()?;
            let tally = told.tally?;
            let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX).into();
            let values = [
                ("total", count(tally.total)),
                ("on_time", count(tally.on_time)),
                ("late", count(tally.late)),
                ("missing", count(tally.missing)),
            ];
            Some(locale.say_with("action-plan-tally", &values))
        })
    };
    let lines = move || {
        let campaign = campaign.get();
        let entries = plans.told.with(|told| {
            let entries = told.iter().flat_map(|told| told.units.clone());
            entries.collect::<Vec<_>>()
        });
        let moment = |ms: Option<i64>| {
            let campaign = campaign.as_ref()?;
            ms.map(|ms| at(campaign, ms))
        };
        let line = |entry: PlanEntry| {
            let key = match (entry.duty.as_str(), entry.state.as_str()) {
                ("owed", state) => state_key(state),
                _ => "action-plan-extra",
            };
            let (filed, again) = (moment(entry.filed_ms), moment(entry.again_ms));
            view! {
                <tr data-unit=entry.unit data-state=entry.state>
                    <th scope="row">{entry.name}</th>
                    <td>{locale.say(key)}</td>
                    <td>{filed}</td>
                    <td>{entry.title}</td>
                    <td>{again}</td>
                </tr>
            }
        };
        entries.into_iter().map(line).collect_view()
    };
    let heads = [
        "board-name",
        "board-lines",
        "action-plan-receipt",
        "action-plan-title",
        "action-plan-renewed",
    ];
    view! {
        <Show when=move || sentence().is_some()>
            <details class="action-plan-list">
                <summary>{sentence}</summary>
                <table class="office-table">
                    <thead><tr>{heads.map(|key| view! { <th scope="col">{move || locale.say(key)}</th> }).collect_view()}</tr></thead>
                    <tbody>{lines.clone()}</tbody>
                </table>
            </details>
        </Show>
    }
}

/// Both, above the plan's own words.
#[component]
pub fn PlanDuty() -> impl IntoView {
    let plans = Plans::new();
    view! {
        <Show when=move || plans.are_demanded()>
            <section class="action-plans" aria-label=move || plans.locale.say("action-plan")>
                <OwnPlan plans/>
                <PlanList plans/>
            </section>
        </Show>
    }
}
