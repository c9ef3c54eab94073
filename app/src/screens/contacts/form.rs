//! One line of the 联络信息表 as a form: added, changed, taken over by somebody else, or taken out.

use diaodu_wire::http::{Command, contact::ContactFields};
use jiff::civil::Date;
use leptos::{html, prelude::*};

use super::{Beside, Work, Writing, role, start};

const ROLES: [&str; 6] = ["head", "leader", "owner", "liaison_a", "liaison_b", "duty"];

/// The form.
#[component]
pub fn Form(work: Work, writing: Writing) -> impl IntoView {
    let fields = RwSignal::new(start(&writing, &work.today.get_untracked()));
    let comma = untrack(|| work.locale.say("list-comma"));
    let measures = RwSignal::new(words(&fields.get_untracked().measures, &comma));
    let title = match (&writing.before, writing.replaces) {
        (None, _) => "contacts-form-add",
        (Some(_), false) => "contacts-form-change",
        (Some(_), true) => "contacts-form-replace",
    };
    let leaves = writing.before.clone().filter(|_| writing.replaces);
    let leaves = leaves.map(|line| {
        let values = [("name", line.fields.name.into())];
        view! { <p class="dialog-note">{move || work.locale.say_with("contacts-replaces", &values)}</p> }
    });
    let removable = writing.before.as_ref().filter(|_| !writing.replaces);
    let removable = removable.map(|line| line.id.clone());
    let named = writing.name.clone();
    let save = {
        let writing = writing.clone();
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            work.said.set(None);
            let mut fields = fields.get_untracked();
            fields.measures = numbers(&measures.get_untracked());
            match commands(&writing, fields) {
                Some(commands) => work.commands(commands, "contacts-saved"),
                None => work
                    .said
                    .set(Some(untrack(|| work.locale.say("contacts-bad-day")))),
            }
        }
    };
    let first = NodeRef::<html::Select>::new();
    Effect::new(move || {
        if let Some(first) = first.get() {
            first.focus().unwrap_or_default();
        }
    });
    let options = move || {
        let chosen = fields.with(|fields| fields.role.clone());
        let option = |word: &'static str| view! { <option value=word selected=chosen == word>{work.say(role(word))}</option> };
        ROLES.map(option).into_iter().collect_view()
    };
    view! {
        <aside class="contacts-side" aria-label=work.say(title)>
            <form on:submit=save>
                <h3 class="office-title">{work.say(title)}</h3>
                <p class="dialog-note">{named}</p>
                {leaves}
                <p class="contacts-fault" role="alert">{move || work.said.get()}</p>
                <label class="circular-field">
                    <span class="circular-label">{work.say("contacts-role")}</span>
                    <select class="select contacts-select" name="role" node_ref=first
                        on:change=move |event| fields.update(|fields| fields.role = event_target_value(&event))>{options}</select>
                </label>
                {field(work, fields, "name", "contacts-name", |fields| &mut fields.name)}
                {field(work, fields, "position", "contacts-position", |fields| &mut fields.position)}
                {field(work, fields, "office_phone", "contacts-office-phone", |fields| &mut fields.office_phone)}
                {field(work, fields, "mobile", "contacts-mobile", |fields| &mut fields.mobile)}
                {field(work, fields, "email", "contacts-email-hint", |fields| &mut fields.email)}
                <label class="circular-field">
                    <span class="circular-label">{work.say("contacts-measures-hint")}</span>
                    <input class="circular-text" name="measures" autocomplete="off" prop:value=move || measures.get()
                        on:input=move |event| measures.set(event_target_value(&event))/>
                </label>
                {day(work, fields, "from", "contacts-from", |fields, day| fields.from = day)}
                {day(work, fields, "until", "contacts-until-hint", |fields, day| fields.until = Some(day).filter(|day| !day.is_empty()))}
                <p class="circular-acts">
                    <button class="button" data-kind="primary" type="submit">{work.say("contacts-save")}</button>
                    <button class="button" data-kind="quiet" type="button" on:click=move |_| work.beside.set(Beside::Nothing)>{work.say("cancel")}</button>
                    {removable.map(|id| view! { <Remove work id/> })}
                </p>
            </form>
        </aside>
    }
}

/// Takes the line out, when asked twice.
#[component]
fn Remove(work: Work, id: String) -> impl IntoView {
    let is_asked = RwSignal::new(false);
    let remove = move |_| match is_asked.get_untracked() {
        false => is_asked.set(true),
        true => {
            let id = id.clone();
            work.commands(vec![Command::RemoveContact { id }], "contacts-is-removed");
        }
    };
    let words = move || match is_asked.get() {
        false => work.locale.say("contacts-remove"),
        true => work.locale.say("contacts-remove-sure"),
    };
    view! { <button class="button" data-kind="quiet" type="button" on:click=remove>{words}</button> }
}

/// What saving comes to; `None` where a day cannot be read.
fn commands(writing: &Writing, fields: ContactFields) -> Option<Vec<Command>> {
    let unit = writing.unit.clone();
    let set = |id: Option<String>, fields: ContactFields| Command::SetContact {
        id,
        unit: unit.clone(),
        fields,
    };
    let Some(before) = &writing.before else {
        return Some(vec![set(None, fields)]);
    };
    if !writing.replaces {
        return Some(vec![set(Some(before.id.clone()), fields)]);
    }
    // The day before the new one begins is the last of the one before; never before its own first.
    let first: Date = fields.from.parse().ok()?;
    let last = first.yesterday().ok()?.to_string();
    let last = last.max(before.fields.from.clone());
    let ended = ContactFields {
        until: Some(last),
        ..before.fields.clone()
    };
    Some(vec![set(None, fields), set(Some(before.id.clone()), ended)])
}

type Part = fn(&mut ContactFields) -> &mut String;

fn field(
    work: Work,
    fields: RwSignal<ContactFields>,
    name: &'static str,
    label: &'static str,
    part: Part,
) -> impl IntoView {
    let value = move || {
        let mut now = fields.get();
        std::mem::take(part(&mut now))
    };
    view! {
        <label class="circular-field">
            <span class="circular-label">{work.say(label)}</span>
            <input class="circular-text" name=name autocomplete="off" prop:value=value
                on:input=move |event| fields.update(|fields| *part(fields) = event_target_value(&event))/>
        </label>
    }
}

fn day(
    work: Work,
    fields: RwSignal<ContactFields>,
    name: &'static str,
    label: &'static str,
    put: fn(&mut ContactFields, String),
) -> impl IntoView {
    let value = move || match name {
        "from" => fields.with(|fields| fields.from.clone()),
        _ => fields.with(|fields| fields.until.clone().unwrap_or_default()),
    };
    view! {
        <label class="circular-field">
            <span class="circular-label">{work.say(label)}</span>
            <input class="circular-text" type="date" name=name prop:value=value
                on:change=move |event| fields.update(|fields| put(fields, event_target_value(&event)))/>
        </label>
    }
}

fn words(measures: &[u8], comma: &str) -> String {
    let numbers = measures.iter().map(ToString::to_string);
    numbers.collect::<Vec<_>>().join(comma)
}

/// Reads numbers, whatever stands between them. What is no number of a measure is kept as 0, which the server refuses.
fn numbers(text: &str) -> Vec<u8> {
    let parts = text.split(|letter: char| !letter.is_alphanumeric());
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(|part| part.parse().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_measures_are_read_as_people_write_them() {
        assert_eq!(numbers("1、4，17 22"), [1, 4, 17, 22]);
        assert_eq!(numbers(""), [0u8; 0]);
        assert_eq!(numbers("一、300"), [0, 0]);
    }
}
