//! When units are reminded, and what became of the reminders.

use diaodu_plan::value;
use diaodu_wire::http::{
    Command,
    reminder::{GivenEntry, RemindersView},
};
use leptos::prelude::*;

use super::{Work, button, moment};

const HOUR_MINUTES: u16 = 60;

/// The moments in hours before due, and what was given.
#[component]
pub fn Reminders(work: Work) -> impl IntoView {
    let view = work.list::<RemindersView>(|| "/api/reminders".to_owned());
    let typed = RwSignal::new(None::<String>);
    let shown = move || {
        let comma = work.locale.say("list-comma");
        let minutes = view.with(|view| hours(&view.minutes, &comma));
        typed.get().unwrap_or(minutes)
    };
    let save = move || {
        let text = untrack(shown);
        // What is no number is refused by the server, in its words.
        let minutes = minutes(&text);
        typed.set(None);
        work.command(Command::SetReminders { minutes });
    };
    let ways = move || {
        let (mail, webhook) = view.with(|view| (view.mail, view.webhook));
        work.locale.say(match (mail, webhook) {
            (true, true) => "reminders-by-both",
            (true, false) => "reminders-by-mail",
            (false, true) => "reminders-by-webhook",
            (false, false) => "reminders-by-page",
        })
    };
    let given = move || {
        let all = view.with(|view| view.given.clone()).into_iter().rev();
        let item = |given: GivenEntry| {
            let at = moment(work, given.at_ms);
            let count = |number: usize| i64::try_from(number).unwrap_or_default();
            let values = [
                ("at", at.into()),
                ("week", i64::from(given.week).into()),
                ("units", i64::from(given.units).into()),
                ("sent", count(given.sent).into()),
                ("waiting", count(given.waiting).into()),
                ("failed", count(given.given_up).into()),
            ];
            view! { <li class="office-week">{work.locale.say_with("reminders-given", &values)}</li> }
        };
        all.map(item).collect_view()
    };
    view! {
        <h3 class="office-title">{work.say("reminders-title")}</h3>
        <p class="dialog-note">{ways}</p>
        <label class="office-setting">
            <span>{work.say("reminders-hours")}</span>
            <input class="circular-text reminders-hours" name="reminders" autocomplete="off" prop:value=shown
                on:input=move |event| typed.set(Some(event_target_value(&event)))/>
        </label>
        <p class="reminders-save">{button(work, "reminders-save", save)}</p>
        <ul class="office-weeks">{given}</ul>
    }
}

fn hours(minutes: &[u16], comma: &str) -> String {
    let hours = minutes.iter().map(|minutes| match minutes % HOUR_MINUTES {
        0 => (minutes / HOUR_MINUTES).to_string(),
        _ => format!("{}", f64::from(*minutes) / f64::from(HOUR_MINUTES)),
    });
    hours.collect::<Vec<_>>().join(comma)
}

/// Reads hours, whatever stands between them; what is none becomes 0, which is no moment.
fn minutes(text: &str) -> Vec<u16> {
    // `0。5` is what an input method makes of `0.5` where punctuation is Chinese.
    let text: String = text.chars().map(value::half_width).collect();
    let parts = text.split(|letter: char| !(letter.is_alphanumeric() || letter == '.'));
    let parts = parts.map(|part| part.trim_end_matches('.'));
    let parts = parts.filter(|part| !part.is_empty());
    let read = |part: &str| {
        let hours: f64 = part.parse().unwrap_or_default();
        (hours * f64::from(HOUR_MINUTES)).round() as u16
    };
    parts.map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_and_written_as_people_write_them() {
        assert_eq!(hours(&[1_440, 90, 60], "、"), "24、1.5、1");
        assert_eq!(minutes("24、1.5，1"), [1_440, 90, 60]);
        assert_eq!(minutes("24、6、1、0.5"), [1_440, 360, 60, 30]);
        assert_eq!(minutes("２４、１．５、0。5。"), [1_440, 90, 30]);
        assert_eq!(minutes("一天"), [0]);
        assert_eq!(minutes(""), [0u16; 0]);
    }
}
