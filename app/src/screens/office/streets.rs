//! 相关街道: which streets a measure means, set from the first open week on.

use std::collections::BTreeSet;

use diaodu_plan::campaign::{Campaign, Measure, MeasureNumber, UnitId, WeekNumber};
use diaodu_wire::http::Command;
use jiff::Timestamp;
use leptos::prelude::*;

use super::{Said, Work, settings::Answer};
use crate::{i18n::Language, session::SessionState};

type Streets = BTreeSet<UnitId>;

/// The measures that mean relevant streets.
#[component]
pub fn Streets() -> impl IntoView {
    let work = Work::new();
    let session = SessionState::expect();
    let settings = work.list::<Answer>(|| "/api/settings".to_owned());
    let from = Memo::new(move |_| {
        let frozen = settings.with(|settings| settings.frozen_weeks.clone());
        let frozen = frozen.into_iter().map(WeekNumber).collect();
        let now = Timestamp::from_millisecond(session.server_now_ms()).unwrap_or_default();
        let campaign = work.campaign.get();
        campaign.and_then(|campaign| campaign.open_week(now, &frozen))
    });
    // Only which measures there are: what is chosen but not saved outlives a change of the campaign.
    let measures = Memo::new(move |_| work.campaign.get().map(|campaign| named(&campaign)));
    let note = move || match from.get() {
        Some(week) => {
            let values = [("week", i64::from(week.0).into())];
            work.locale.say_with("streets-note", &values)
        }
        None => work.locale.say("streets-no-week"),
    };
    view! {
        <Said work/>
        <p class="dialog-note">{note}</p>
        <div class="office-scroller office-streets">
            {move || {
                let measures = measures.get().unwrap_or_default();
                if measures.is_empty() {
                    return view! { <p class="dialog-note">{work.say("streets-none")}</p> }.into_any();
                }
                measures.into_iter().map(|number| view! { <OfMeasure work number from/> }).collect_view().into_any()
            }}
        </div>
    }
}

#[component]
fn OfMeasure(work: Work, number: MeasureNumber, from: Memo<Option<WeekNumber>>) -> impl IntoView {
    let edited = RwSignal::new(None::<Streets>);
    let measure = move || {
        let campaign = work.campaign.get()?;
        campaign.measure(number).cloned()
    };
    let set = Memo::new(move |_| {
        measure()
            .map(|measure| set_of(&measure))
            .unwrap_or_default()
    });
    let chosen = Memo::new(move |_| edited.get().unwrap_or_else(|| set.get()));
    let is_idle =
        move || chosen.get() == set.get() || chosen.get().is_empty() || from.get().is_none();
    let save = move |_| {
        let streets = chosen.get_untracked().into_iter().map(|id| id.0).collect();
        let measure = number.0;
        work.command(Command::SetRelevantStreets { measure, streets });
    };
    let box_of = move |id: UnitId, name: String| {
        let (shown, value) = (id.clone(), id.0.clone());
        let choose = move |event| {
            let mut streets = chosen.get_untracked();
            match event_target_checked(&event) {
                true => streets.insert(id.clone()),
                false => streets.remove(&id),
            };
            edited.set(Some(streets));
        };
        view! {
            <label class="office-street">
                <input type="checkbox" value=value on:change=choose
                    prop:checked=move || chosen.with(|streets| streets.contains(&shown))/>
                <span>{name}</span>
            </label>
        }
    };
    let boxes = move || {
        let campaign = work.campaign.get();
        let streets = campaign
            .iter()
            .flat_map(|campaign| active_streets(campaign));
        streets.map(|(id, name)| box_of(id, name)).collect_view()
    };
    let title = move || {
        let title = measure().map(|measure| measure.title).unwrap_or_default();
        let values = [
            ("number", i64::from(number.0).into()),
            ("title", title.into()),
        ];
        work.locale.say_with("streets-measure", &values)
    };
    let outcome = move || {
        let (campaign, language) = (work.campaign.get(), work.locale.language());
        campaign.map(|campaign| outcome(&campaign, &set.get(), &chosen.get(), language))
    };
    view! {
        <fieldset class="office-measure" data-measure=number.0.to_string()>
            <legend>{title}</legend>
            <div class="office-boxes">{boxes}</div>
            <p class="dialog-note" role="status">{outcome}</p>
            <button class="button" data-kind="primary" type="button" disabled=is_idle on:click=save>{work.say("streets-save")}</button>
        </fieldset>
    }
}

fn named(campaign: &Campaign) -> Vec<MeasureNumber> {
    let named = campaign
        .measures
        .iter()
        .filter(|measure| measure.names_relevant_streets());
    named.map(|measure| measure.number).collect()
}

fn set_of(measure: &Measure) -> Streets {
    measure.relevant_streets.iter().cloned().collect()
}

fn active_streets(campaign: &Campaign) -> Vec<(UnitId, String)> {
    let streets = campaign.active_units().filter(|unit| unit.is_street());
    streets
        .map(|unit| (unit.id.clone(), unit.name.clone()))
        .collect()
}

/// Says what saving would do.
fn outcome(campaign: &Campaign, set: &Streets, chosen: &Streets, language: Language) -> String {
    if chosen.is_empty() {
        return language.say("streets-need-one");
    }
    let names = |from: &Streets, without: &Streets| {
        let streets = active_streets(campaign).into_iter();
        let names = streets.filter(|(id, _)| from.contains(id) && !without.contains(id));
        let names: Vec<String> = names.map(|(_, name)| name).collect();
        names.join(&language.say("list-comma"))
    };
    let say = |key: &str, names: String| {
        (!names.is_empty()).then(|| language.say_with(key, &[("streets", names.into())]))
    };
    let gained = say("streets-gain", names(chosen, set));
    let lost = say("streets-lose", names(set, chosen));
    let sentences: Vec<String> = gained.into_iter().chain(lost).collect();
    if sentences.is_empty() {
        return language.say("streets-same");
    }
    sentences.join(&language.say("sentence-space"))
}

#[cfg(test)]
mod tests {
    use diaodu_plan::fixture;

    use super::*;

    fn streets(names: &[&str]) -> Streets {
        names.iter().map(|id| UnitId((*id).to_owned())).collect()
    }

    #[test]
    fn what_saving_would_do_is_said_before() {
        let campaign = fixture::campaign(fixture::SMALL);
        let (one, other) = (streets(&["s-hongying"]), streets(&["s-donganlu"]));
        let say =
            |set: &Streets, chosen: &Streets| outcome(&campaign, set, chosen, Language::Chinese);
        let said = say(&one, &other);
        let (gain, lose) = (said.find("东安路街道办事处"), said.find("鸿鹰街道办事处"));
        assert!(gain.is_some() && gain < lose, "{said}");
        assert_eq!(say(&one, &one), Language::Chinese.say("streets-same"));
        assert_eq!(
            say(&one, &Streets::new()),
            Language::Chinese.say("streets-need-one")
        );
        assert!(!outcome(&campaign, &one, &other, Language::English).contains("streets-"));
    }

    #[test]
    fn inactive_streets_and_other_measures_are_not_offered() {
        let campaign = fixture::campaign(fixture::SMALL);
        assert_eq!(named(&campaign), [MeasureNumber(2)]);
        let offered: Vec<UnitId> = active_streets(&campaign)
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        assert_eq!(
            offered,
            [
                UnitId("s-donganlu".to_owned()),
                UnitId("s-hongying".to_owned())
            ]
        );
    }
}
