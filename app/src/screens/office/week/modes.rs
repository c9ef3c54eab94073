//! 审核方式: how the rows of each measure are reviewed. Holds for all weeks that are open.

use diaodu_plan::{campaign::Measure, review::ReviewMode};
use diaodu_wire::http::Command;
use leptos::prelude::*;

use super::{
    super::{Said, Work, cell, table},
    Desk,
};

/// The measures, each with its mode.
#[component]
pub fn Modes(desk: Desk) -> impl IntoView {
    let work = desk.work();
    let lines = move || {
        let campaign = work.campaign.get();
        let measures = campaign.iter().flat_map(|campaign| {
            let campaign = campaign.clone();
            let measures = campaign.measures.clone().into_iter();
            measures.map(move |measure| {
                let mode = campaign.review_mode(measure.number);
                let leads = campaign.name_parties(&measure.lead);
                line(work, measure, leads, mode)
            })
        });
        measures.collect()
    };
    view! {
        <div class="office-page">
            <p class="dialog-note">{work.say("desk-modes-note")}</p>
            <Said work/>
        </div>
        {table(work, &["column-measure", "column-lead-units", "desk-modes"], lines)}
    }
}

fn line(work: Work, measure: Measure, leads: String, mode: ReviewMode) -> AnyView {
    let number = measure.number;
    let values = [
        ("number", i64::from(number.0).into()),
        ("title", measure.title.into()),
    ];
    let title = work.locale.say_with("beside-measure", &values);
    let label = format!("{title} {}", work.locale.say("desk-modes"));
    let leads = match leads.is_empty() {
        true => "—".to_owned(),
        false => leads,
    };
    let choose = move |event| {
        work.command(Command::SetReview {
            measure: number.0,
            mode: event_target_value(&event),
        });
    };
    view! {
        <tr data-measure=number.0.to_string()>
            {cell(title)}
            {cell(leads)}
            <td>
                <select class="select" name="mode" aria-label=label on:change=choose>
                    {ReviewMode::ALL.map(|each| view! {
                        <option value=each.word() selected=mode == each>{work.say(key(each))}</option>
                    }).collect_view()}
                </select>
            </td>
        </tr>
    }
    .into_any()
}

fn key(mode: ReviewMode) -> &'static str {
    match mode {
        ReviewMode::None => "review-mode-none",
        ReviewMode::Parallel => "review-mode-parallel",
        ReviewMode::Serial => "review-mode-serial",
    }
}
