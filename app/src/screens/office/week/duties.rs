//! 应报 and 协助, row by row of one measure. Holds for all weeks.

use diaodu_plan::{
    campaign::MeasureNumber,
    row::{self, Duty, Role, Row, RowId},
};
use diaodu_wire::http::Command;
use leptos::prelude::*;

use super::{
    super::{Said, Work, cell, table},
    Desk,
};

/// The rows of a measure, each with its duty.
#[component]
pub fn Duties(desk: Desk) -> impl IntoView {
    let work = desk.work();
    let chosen = RwSignal::new(MeasureNumber(1));
    let rows = Memo::new(move |_| {
        let Some(campaign) = work.campaign.get() else {
            return Vec::new();
        };
        let rows = row::rows(&campaign, desk.number());
        let rows = rows.into_iter().filter(|row| row.measure == chosen.get());
        let named = rows.map(|row| {
            let unit = campaign.unit(&row.unit);
            let name = unit.map_or_else(|| row.unit.0.clone(), |unit| unit.name.clone());
            (name, row)
        });
        named.collect::<Vec<_>>()
    });
    let choose = move |event| {
        if let Ok(number) = event_target_value(&event).parse() {
            work.said.set(None);
            chosen.set(MeasureNumber(number));
        }
    };
    let options = move || {
        let campaign = work.campaign.get();
        let measures = campaign
            .iter()
            .flat_map(|campaign| campaign.measures.clone());
        measures
            .map(|measure| {
                let values = [
                    ("number", i64::from(measure.number.0).into()),
                    ("title", measure.title.clone().into()),
                ];
                let title = work.locale.say_with("beside-measure", &values);
                view! { <option value=measure.number.0.to_string() selected=move || chosen.get() == measure.number>{title}</option> }
            })
            .collect_view()
    };
    let lines = move || {
        rows.get()
            .into_iter()
            .map(|(name, row)| line(work, name, row))
            .collect()
    };
    view! {
        <div class="office-page">
            <p class="dialog-note">{work.say("desk-duties-note")}</p>
            <select class="select" name="measure" aria-label=work.say("column-measure") on:change=choose>{options}</select>
            <Said work/>
        </div>
        {table(work, &["column-unit", "column-role", "column-duty"], lines)}
    }
}

fn line(work: Work, name: String, row: Row) -> AnyView {
    let id: RowId = row.id.clone();
    let duty = row.duty;
    let choose = move |event| {
        let select: web_sys::HtmlSelectElement = event_target(&event);
        work.command(Command::SetDuty {
            row: id.0.clone(),
            duty: select.value(),
        });
        // What holds in this week stands there: a week that is due keeps it.
        select.set_value(duty.id());
    };
    let of_row = row.roles;
    let roles = move || {
        let said = of_row.each().map(|role| work.locale.say(role_key(role)));
        let said: Vec<String> = said.collect();
        said.join(&work.locale.say("list-comma"))
    };
    let label = format!("{name} {}", work.locale.say("column-duty"));
    view! {
        <tr data-row=row.id.0.clone()>
            {cell(name)}
            <td>{roles}</td>
            <td>
                <select class="select" name="duty" aria-label=label on:change=choose>
                    {[Duty::Owed, Duty::Assisting].map(|each| view! {
                        <option value=each.id() selected=duty == each>{work.say(duty_key(each))}</option>
                    }).collect_view()}
                </select>
            </td>
        </tr>
    }
    .into_any()
}

fn role_key(role: Role) -> &'static str {
    match role {
        Role::Lead => "duties-lead",
        Role::Implementing => "duties-implementing",
        Role::Cooperating => "duties-cooperating",
    }
}

fn duty_key(duty: Duty) -> &'static str {
    match duty {
        Duty::Owed => "duties-owed",
        Duty::Assisting => "duties-assisting",
        Duty::Released => "duties-released",
    }
}
