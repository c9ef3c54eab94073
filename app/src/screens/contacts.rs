//! 联络信息表: whom to ring at each unit. Units keep their own lines, the office all; the server shows others' telephones in part.

mod form;
mod record;

use diaodu_wire::http::{
    Command,
    contact::{ContactFields, ContactLine, ContactUnit, ContactsView},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    i18n::Locale,
    ui::{clipboard::copy, segments::Segments},
};

/// Which units are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    Mine,
    Missing,
}

/// What stands beside the table.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Beside {
    Nothing,
    /// A line is written: a new one, or the one with this id; or a new one in place of it.
    Form(Box<Writing>),
    /// 变更记录 of a unit.
    Record(String),
}

/// A line that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Writing {
    unit: String,
    name: String,
    /// The line that is changed, or that ends when the new one begins.
    before: Option<ContactLine>,
    /// A new person takes over.
    replaces: bool,
}

/// What every part has.
#[derive(Clone, Copy)]
struct Work {
    locale: Locale,
    said: RwSignal<Option<String>>,
    turn: RwSignal<u32>,
    beside: RwSignal<Beside>,
    /// The campaign's day.
    today: RwSignal<String>,
}

impl Work {
    fn say(self, key: &'static str) -> impl Fn() -> String + Copy + 'static {
        move || self.locale.say(key)
    }

    /// Has commands carried out one after the other, up to the first that is refused; then reads everything anew.
    fn commands(self, commands: Vec<Command>, done: &'static str) {
        let language = untrack(|| self.locale.language());
        spawn_local(async move {
            for command in commands {
                if let Err(error) = api::command(&command, language).await {
                    self.said.try_set(Some(error.sentence(language)));
                    return;
                }
            }
            self.said.try_set(Some(language.say(done)));
            self.beside.try_set(Beside::Nothing);
            self.turn.try_update(|turn| *turn += 1);
        });
    }
}

/// The table, and what is written beside it.
#[component]
pub fn ContactsDesk(close: Callback<()>) -> impl IntoView {
    let work = Work {
        locale: Locale::expect(),
        said: RwSignal::new(None),
        turn: RwSignal::new(0),
        beside: RwSignal::new(Beside::Nothing),
        today: RwSignal::new(String::new()),
    };
    let found = RwSignal::new(None::<ContactsView>);
    Effect::new(move || {
        work.turn.track();
        let language = work.locale.language();
        spawn_local(async move {
            match api::list_in::<ContactsView>("/api/contacts", language).await {
                Ok(view) => {
                    work.today.try_set(view.today.clone());
                    found.try_set(Some(view));
                }
                Err(error) => drop(work.said.try_set(Some(error.sentence(language)))),
            }
        });
    });
    let shown = RwSignal::new(Shown::All);
    let choices = Signal::derive(move || {
        vec![
            (Shown::All, work.locale.say("contacts-all")),
            (Shown::Mine, work.locale.say("contacts-mine")),
            (Shown::Missing, work.locale.say("contacts-missing")),
        ]
    });
    let units = Memo::new(move |_| {
        let units = found.with(|view| view.iter().flat_map(|view| view.units.clone()).collect());
        let units: Vec<ContactUnit> = units;
        let shown = shown.get();
        let fits = |unit: &ContactUnit| match shown {
            Shown::All => true,
            Shown::Mine => unit.mine,
            Shown::Missing => unit.missing,
        };
        let mut shown: Vec<ContactUnit> = units.into_iter().filter(fits).collect();
        // One's own first, as in the table.
        shown.sort_by_key(|unit| !unit.mine);
        shown
    });
    let said = move || match work.beside.get() {
        // The form says it itself.
        Beside::Form(_) => None,
        Beside::Nothing | Beside::Record(_) => work.said.get(),
    };
    let missing = move || {
        let names = found.with(|view| {
            let units = view.iter().flat_map(|view| &view.units);
            let missing = units.filter(|unit| unit.missing);
            missing.map(|unit| unit.name.clone()).collect::<Vec<_>>()
        });
        let is_read = found.with(Option::is_some);
        is_read.then(|| match names.len() {
            0 => work.locale.say("contacts-none-missing"),
            count => {
                let comma = work.locale.say("list-comma");
                let values = [
                    ("count", (count as i64).into()),
                    ("names", names.join(&comma).into()),
                ];
                work.locale.say_with("contacts-are-missing", &values)
            }
        })
    };
    view! {
        <div class="contacts">
            <div class="circular-head">
                <h2 class="dialog-title">{work.say("contacts-title")}</h2>
                <Segments name=Signal::derive(work.say("contacts-title")) choices chosen=shown/>
                <p class="circular-said" role="status">{said}</p>
                <a class="button" data-kind="plain" href="/api/contacts.csv" download="">{work.say("contacts-export")}</a>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{work.say("close")}</button>
            </div>
            <p class="dialog-note contacts-note">{work.say("contacts-note")}</p>
            <p class="contacts-missing">{missing}</p>
            <div class="circular-parts">
                <div class="contacts-ground" tabindex="0" role="region" aria-label=work.say("contacts-title")>
                    <table class="contacts-table">
                        <thead><tr>
                            {["unit", "role", "name", "position", "office-phone", "mobile", "email", "measures", "days", "acts"]
                                .map(|column| {
                                    let key: &'static str = heading(column);
                                    view! { <th scope="col">{work.say(key)}</th> }
                                })
                                .into_iter().collect_view()}
                        </tr></thead>
                        <For each=move || units.get() key=|unit| serde_json::to_string(unit).unwrap_or_default() let:unit>
                            <Unit work unit/>
                        </For>
                    </table>
                </div>
                {move || match work.beside.get() {
                    Beside::Nothing => ().into_any(),
                    Beside::Form(writing) => view! { <form::Form work writing=*writing/> }.into_any(),
                    Beside::Record(unit) => {
                        let of = units.get().into_iter().find(|each| each.unit == unit);
                        of.map(|unit| view! { <record::Record work unit/> }).into_any()
                    }
                }}
            </div>
        </div>
    }
}

fn heading(column: &str) -> &'static str {
    match column {
        "unit" => "contacts-unit",
        "role" => "contacts-role",
        "name" => "contacts-name",
        "position" => "contacts-position",
        "office-phone" | "office_phone" => "contacts-office-phone",
        "mobile" => "contacts-mobile",
        "email" => "contacts-email",
        "measures" => "contacts-measures",
        "from" => "contacts-from",
        "until" => "contacts-until",
        "days" => "contacts-days",
        _ => "contacts-acts",
    }
}

fn role(word: &str) -> &'static str {
    match word {
        "head" => "contacts-role-head",
        "leader" => "contacts-role-leader",
        "owner" => "contacts-role-owner",
        "liaison_a" => "contacts-role-liaison-a",
        "liaison_b" => "contacts-role-liaison-b",
        _ => "contacts-role-duty",
    }
}

/// One unit's lines.
#[component]
fn Unit(work: Work, unit: ContactUnit) -> impl IntoView {
    let span = unit.lines.len().max(1).to_string();
    let (id, name) = (unit.unit.clone(), unit.name.clone());
    let mine = unit.mine;
    let add = {
        let (unit, name) = (id.clone(), name.clone());
        move |_| {
            work.said.set(None);
            work.beside.set(Beside::Form(Box::new(Writing {
                unit: unit.clone(),
                name: name.clone(),
                before: None,
                replaces: false,
            })));
        }
    };
    let has_record = !unit.changes.is_empty();
    let record = {
        let unit = id.clone();
        move |_| work.beside.set(Beside::Record(unit.clone()))
    };
    let head = view! {
        <th scope="rowgroup" rowspan=span class="contacts-unit">
            <span>{unit.name}</span>
            {mine.then(|| view! { <button class="button" data-kind="plain" type="button" on:click=add>{work.say("contacts-add")}</button> })}
            {has_record.then(|| view! { <button class="button" data-kind="quiet" type="button" on:click=record>{work.say("contacts-record")}</button> })}
        </th>
    };
    let masked = unit.masked;
    let mut head = Some(head);
    let rows = match unit.lines.is_empty() {
        true => {
            let head = head.take();
            view! { <tr>{head}<td colspan="9" class="contacts-nobody">{work.say("contacts-nobody")}</td></tr> }.into_any()
        }
        false => unit
            .lines
            .into_iter()
            .map(|line| {
                let head = head.take();
                let cells = cells(work, line.clone(), masked);
                let acts = mine.then(|| acts(work, line.clone(), id.clone(), name.clone()));
                view! { <tr data-line=line.id data-force=line.in_force.to_string()>{head}{cells}<td>{acts}</td></tr> }
            })
            .collect_view()
            .into_any(),
    };
    view! { <tbody data-unit=unit.unit data-missing=unit.missing.to_string()>{rows}</tbody> }
}

fn cells(work: Work, line: ContactLine, masked: bool) -> impl IntoView {
    let ContactLine {
        fields, in_force, ..
    } = line;
    let measures = fields.measures.iter().map(ToString::to_string);
    let measures = measures.collect::<Vec<_>>();
    let measures = move || match measures.is_empty() {
        true => work.locale.say("contacts-of-all"),
        false => measures.join(&work.locale.say("list-comma")),
    };
    let (from, until) = (fields.from.clone(), fields.until.clone());
    let days = move || {
        let values = [
            ("from", from.clone().into()),
            ("until", until.clone().unwrap_or_default().into()),
        ];
        let key = match until {
            Some(_) => "contacts-from-until",
            None => "contacts-from-on",
        };
        work.locale.say_with(key, &values)
    };
    let state = move || (!in_force).then(|| work.locale.say("contacts-not-in-force"));
    let kind = role(&fields.role);
    view! {
        <td>{work.say(kind)}</td>
        <td class="contacts-name">{fields.name}</td>
        <td>{fields.position}</td>
        <td>{phone(work, fields.office_phone, masked)}</td>
        <td>{phone(work, fields.mobile, masked)}</td>
        <td>{phone(work, fields.email, masked)}</td>
        <td>{measures}</td>
        <td>{days}<span class="contacts-state">{state}</span></td>
    }
}

/// A telephone: one press copies it. What is shown in part is no button.
fn phone(work: Work, text: String, masked: bool) -> AnyView {
    if text.is_empty() || masked {
        let title = move || masked.then(|| work.locale.say("contacts-masked"));
        return view! { <span class="contacts-phone" title=title>{text}</span> }.into_any();
    }
    let copied = text.clone();
    let act = move |_| {
        copy(&copied);
        let values = [("text", copied.clone().into())];
        work.said.set(Some(untrack(|| {
            work.locale.say_with("contacts-copied", &values)
        })));
    };
    view! {
        <button class="contacts-phone" type="button" title=work.say("contacts-copy") on:click=act>{text}</button>
    }
    .into_any()
}

fn acts(work: Work, line: ContactLine, unit: String, name: String) -> impl IntoView {
    let writing = move |replaces: bool| {
        let writing = Writing {
            unit: unit.clone(),
            name: name.clone(),
            before: Some(line.clone()),
            replaces,
        };
        move |_: leptos::ev::MouseEvent| {
            work.said.set(None);
            work.beside.set(Beside::Form(Box::new(writing.clone())));
        }
    };
    view! {
        <span class="contacts-acts">
            <button class="button" data-kind="quiet" type="button" on:click=writing(false)>{work.say("contacts-change")}</button>
            <button class="button" data-kind="quiet" type="button" on:click=writing(true)>{work.say("contacts-replace")}</button>
        </span>
    }
}

/// The fields of a new line, or of one that is changed.
fn start(writing: &Writing, today: &str) -> ContactFields {
    match (&writing.before, writing.replaces) {
        (Some(line), false) => line.fields.clone(),
        (Some(line), true) => ContactFields {
            role: line.fields.role.clone(),
            measures: line.fields.measures.clone(),
            from: today.to_owned(),
            ..ContactFields::default()
        },
        (None, _) => ContactFields {
            role: "liaison_a".to_owned(),
            from: today.to_owned(),
            ..ContactFields::default()
        },
    }
}
