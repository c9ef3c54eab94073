//! Accounts: one form to make and to change, and the list.

use diaodu_plan::permission::AccountRole;
use diaodu_wire::http::{AccountEntry, Command};
use leptos::prelude::*;

use super::{Said, Work, button, cell, table};
use crate::store::Store;

/// What stands in the form.
#[derive(Clone, Copy)]
struct Draft {
    /// The account that is changed; `None` makes a new one.
    known: RwSignal<Option<AccountEntry>>,
    account: RwSignal<String>,
    person: RwSignal<String>,
    unit: RwSignal<String>,
    role: RwSignal<String>,
}

impl Draft {
    fn take(self, entry: Option<AccountEntry>) {
        let shown = entry.clone();
        let text = |read: fn(AccountEntry) -> String| shown.clone().map(read).unwrap_or_default();
        self.account.set(text(|entry| entry.account));
        self.person.set(text(|entry| entry.person));
        self.unit.set(text(|entry| entry.unit));
        self.role
            .set(shown.clone().map_or("unit".to_owned(), |entry| entry.role));
        self.known.set(entry);
    }

    fn command(self) -> Command {
        let (account, person) = (self.account.get_untracked(), self.person.get_untracked());
        let (unit, role) = (self.unit.get_untracked(), self.role.get_untracked());
        match self.known.get_untracked() {
            Some(known) => Command::ChangeAccount {
                account: known.account,
                person,
                unit,
                role,
                disabled: known.disabled,
            },
            None => Command::CreateAccount {
                account: account.trim().to_owned(),
                person,
                unit,
                role,
            },
        }
    }
}

/// The accounts.
#[component]
pub fn Accounts() -> impl IntoView {
    let work = Work::new();
    let store: Store = expect_context();
    let list = work.list::<Vec<AccountEntry>>(|| "/api/accounts".to_owned());
    let text = || RwSignal::new(String::new());
    let draft = Draft {
        known: RwSignal::new(None),
        account: text(),
        person: text(),
        unit: text(),
        role: RwSignal::new("unit".to_owned()),
    };
    let campaign = store.campaign;
    let units = Memo::new(move |_| {
        let campaign = campaign.get();
        let units = campaign.iter().flat_map(|campaign| campaign.active_units());
        units
            .map(|unit| (unit.id.0.clone(), unit.name.clone()))
            .collect::<Vec<_>>()
    });
    let rows = move || {
        let units = units.get();
        list.get()
            .into_iter()
            .map(|entry| row(work, draft, entry, &units))
            .collect()
    };
    let heads = &[
        "sign-in-account",
        "account-person",
        "account-unit",
        "account-role",
        "account-state",
        "office-acts",
    ];
    view! {
        <AccountForm work draft units/>
        <Said work/>
        {table(work, heads, rows)}
    }
}

#[component]
fn AccountForm(work: Work, draft: Draft, units: Memo<Vec<(String, String)>>) -> impl IntoView {
    let is_known = move || draft.known.with(Option::is_some);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        work.command_then(draft.command(), move || draft.take(None));
    };
    view! {
        <form class="office-form" on:submit=submit>
            <input class="field-input" name="account-name" autocomplete="off" prop:readOnly=is_known
                aria-label=work.say("sign-in-account") placeholder=work.say("sign-in-account") bind:value=draft.account/>
            <input class="field-input" name="account-person" autocomplete="off"
                aria-label=work.say("account-person") placeholder=work.say("account-person") bind:value=draft.person/>
            <select class="select" name="account-unit" aria-label=work.say("account-unit")
                on:change=move |event| draft.unit.set(event_target_value(&event))>
                <option value="" selected=move || draft.unit.get().is_empty()>{work.say("account-unit")}</option>
                {move || units.get().into_iter().map(|(id, name)| {
                    let value = id.clone();
                    view! { <option value=value selected=move || draft.unit.get() == id>{name}</option> }
                }).collect_view()}
            </select>
            <select class="select" name="account-role" aria-label=work.say("account-role")
                on:change=move |event| draft.role.set(event_target_value(&event))>
                {AccountRole::ALL.map(|role| view! {
                    <option value=role.word() selected=move || draft.role.get() == role.word()>{work.say(role_key(role.word()))}</option>
                }).collect_view()}
            </select>
            <button class="button" data-kind="primary" type="submit">
                {move || work.locale.say(if is_known() { "account-change" } else { "account-create" })}
            </button>
            <Show when=is_known>{button(work, "cancel", move || draft.take(None))}</Show>
        </form>
    }
}

fn role_key(role: &str) -> &'static str {
    match role {
        "office" => "role-office",
        "viewer" => "role-viewer",
        "leader" => "role-leader",
        _ => "role-unit",
    }
}

fn row(work: Work, draft: Draft, entry: AccountEntry, units: &[(String, String)]) -> AnyView {
    let unit = units.iter().find(|(id, _)| *id == entry.unit);
    let unit = unit.map_or(entry.unit.clone(), |(_, name)| name.clone());
    let state = match (entry.disabled, entry.must_change) {
        (true, _) => "account-disabled",
        (false, true) => "account-one-time",
        (false, false) => "account-enabled",
    };
    let (edited, reset, switched) = (entry.clone(), entry.account.clone(), entry.clone());
    let name = entry.account.clone();
    let switch_key = if entry.disabled {
        "account-enable"
    } else {
        "account-disable"
    };
    let switch = move || {
        let entry = switched.clone();
        work.command(Command::ChangeAccount {
            account: entry.account,
            person: entry.person,
            unit: entry.unit,
            role: entry.role,
            disabled: !entry.disabled,
        });
    };
    let reset = move || {
        let account = reset.clone();
        work.command(Command::ResetPassword { account });
    };
    view! {
        <tr data-account=name data-disabled=entry.disabled.then_some("true")>
            {cell(entry.account)} {cell(entry.person)} {cell(unit)}
            <td>{work.say(role_key(&entry.role))}</td>
            <td>{work.say(state)}</td>
            <td class="office-acts">
                {button(work, "account-edit", move || draft.take(Some(edited.clone())))}
                {button(work, "account-reset", reset)}
                {button(work, switch_key, switch)}
            </td>
        </tr>
    }
    .into_any()
}
