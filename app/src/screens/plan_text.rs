//! 方案: the plan as it was issued, from top to bottom; each measure leads to its rows in the table.

use std::sync::Arc;

use diaodu_plan::{
    campaign::{Action, Campaign, Measure},
    column::Column,
    plan_text::{Named, Paragraph, action_label, measure_label, paragraphs},
    row::{self, Row},
};
use leptos::prelude::*;

use super::action_plan::PlanDuty;
use crate::{grid::model::CellPlace, i18n::Locale, store::Store};

/// Where a row is shown: closes the plan and goes there.
type Go = Callback<Row>;

/// The plan, with its contents beside it.
#[component]
pub fn PlanTextDesk(reveal: RwSignal<Option<CellPlace>>, close: Callback<()>) -> impl IntoView {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let (campaign, number) = (store.campaign.clone(), store.week.number.clone());
    let go = Callback::new(move |row: Row| {
        close.run(());
        reveal.set(Some(CellPlace {
            row: row.id.0,
            column: Column::Progress.id().to_owned(),
        }));
    });
    let paper = move || {
        let (campaign, week) = (campaign.get()?, number.get()?);
        let rows = Arc::new(row::rows(&campaign, week));
        Some(view! {
            <nav class="plan-contents" aria-label=move || locale.say("plan-contents")>{contents(&campaign)}</nav>
            <div class="paper-ground" tabindex="0" role="region" aria-label=move || locale.say("plan-text")>
                <article class="paper plan-paper" lang="zh-CN">
                    {paragraphs(&campaign).into_iter().map(|paragraph| shown(paragraph, &campaign, &rows, go, locale)).collect_view()}
                </article>
            </div>
        })
    };
    view! {
        <div class="plan-text">
            <div class="circular-head">
                <h2 class="dialog-title">{move || locale.say("plan-text")}</h2>
                <p class="circular-said">{move || locale.say("plan-text-note")}</p>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{move || locale.say("close")}</button>
            </div>
            <PlanDuty/>
            <div class="circular-parts">{paper}</div>
        </div>
    }
}

/// Sections and actions; each brings its paragraph into view.
fn contents(campaign: &Campaign) -> impl IntoView + use<> {
    let lines = paragraphs(campaign).into_iter();
    let lines = lines.filter_map(|paragraph| match paragraph {
        Paragraph::Heading(text) => Some((text.to_owned(), anchor_of_section(text), "section")),
        Paragraph::Action(action) => Some((action_title(action), anchor(action), "action")),
        Paragraph::Number(_)
        | Paragraph::NoticeTitle(_)
        | Paragraph::Notice(_)
        | Paragraph::Title(_)
        | Paragraph::Text(_)
        | Paragraph::Preamble(_)
        | Paragraph::Measure(_)
        | Paragraph::Parties(..)
        | Paragraph::Attachment(_) => None,
    });
    let line = |(words, target, kind): (String, String, &'static str)| {
        let go = move |_| {
            if let Some(element) = document().get_element_by_id(&target) {
                element.scroll_into_view();
            }
        };
        view! { <li><button class="plan-contents-line" data-kind=kind type="button" on:click=go>{words}</button></li> }
    };
    view! { <ul class="circular-list">{lines.map(line).collect_view()}</ul> }
}

/// 主送机关 stand at the left, the date at the right, everything else is text.
fn notice_kind(text: &str) -> &'static str {
    match text {
        _ if text.ends_with('：') => "addressees",
        _ if text.ends_with('日') && !text.contains(['，', '。']) => "notice-date",
        _ => "notice",
    }
}

fn anchor(action: &Action) -> String {
    format!("plan-action-{}", action.number)
}

fn anchor_of_section(title: &str) -> String {
    format!(
        "plan-section-{}",
        title.split('、').next().unwrap_or_default()
    )
}

fn action_title(action: &Action) -> String {
    action_label(action.number) + &action.title
}

fn shown(
    paragraph: Paragraph<'_>,
    campaign: &Arc<Campaign>,
    rows: &Arc<Vec<Row>>,
    go: Go,
    locale: Locale,
) -> AnyView {
    let block = |kind: &'static str, id: Option<String>, text: String| {
        view! { <p class="paper-block" data-kind=kind id=id>{text}</p> }.into_any()
    };
    match paragraph {
        Paragraph::Number(text) => block("number", None, text.to_owned()),
        Paragraph::NoticeTitle(text) | Paragraph::Title(text) => {
            block("title", None, text.to_owned())
        }
        Paragraph::Notice(text) => block(notice_kind(text), None, text.to_owned()),
        Paragraph::Heading(text) => {
            block("heading", Some(anchor_of_section(text)), text.to_owned())
        }
        Paragraph::Text(text) | Paragraph::Preamble(text) => block("text", None, text.to_owned()),
        Paragraph::Action(action) => block("caption", Some(anchor(action)), action_title(action)),
        Paragraph::Measure(measure) => view! {
            <p class="paper-block" data-kind="text">{measure.text.clone()}</p>
            {rows_of(measure, campaign, rows, go, locale)}
        }
        .into_any(),
        Paragraph::Parties(named, parties) => {
            let label = match named {
                Named::Lead => "plan-lead",
                Named::Implementing => "plan-implementing",
                Named::Cooperating => "plan-cooperating",
            };
            let names = campaign.name_parties(parties);
            view! {
                <p class="paper-block" data-kind="parties"><span class="paper-lead">{move || locale.say(label)}</span>{names}</p>
            }
            .into_any()
        }
        Paragraph::Attachment(line) => block("attachment-line", None, line.to_owned()),
    }
}

/// The rows of a measure in the week on screen, unit by unit, each a way into the table.
fn rows_of(
    measure: &Measure,
    campaign: &Arc<Campaign>,
    rows: &Arc<Vec<Row>>,
    go: Go,
    locale: Locale,
) -> impl IntoView + use<> {
    let of_measure = rows.iter().filter(|row| row.measure == measure.number);
    let of_measure: Vec<Row> = of_measure.cloned().collect();
    let first = of_measure.first().cloned();
    let number = i64::from(measure.number.0);
    let values = [
        ("number", number.into()),
        (
            "count",
            i64::try_from(of_measure.len()).unwrap_or_default().into(),
        ),
    ];
    let title = measure_label(campaign, measure.number);
    let named = title.clone();
    let links = of_measure.into_iter().map(|row| {
        let unit = campaign.unit(&row.unit);
        let name = unit.map_or_else(|| row.unit.0.clone(), |unit| unit.name.clone());
        let id = row.id.0.clone();
        let roles = row.roles;
        let role = move || match (roles.lead, roles.cooperating) {
            (true, _) => Some(locale.say("plan-mark-lead")),
            (false, true) => Some(locale.say("plan-mark-cooperating")),
            (false, false) => None,
        };
        view! {
            <li><button class="circular-row" type="button" data-row=id on:click=move |_| go.run(row.clone())>{name}{role}</button></li>
        }
    });
    let links = links.collect_view();
    view! {
        <div class="plan-rows" data-measure=measure.number.to_string()>
            <button class="plan-to-table" type="button" aria-label=move || locale.say_with("plan-to-table-of", &[("measure", named.clone().into())])
                on:click=move |_| if let Some(row) = first.clone() { go.run(row) }>
                {move || locale.say("plan-to-table")}
            </button>
            <details>
                <summary>{move || locale.say_with("plan-rows", &values)}</summary>
                <ul class="plan-units" aria-label=title>{links}</ul>
            </details>
        </div>
    }
}
