//! Reminders: who owes a report is told before it is due, by mail and webhook, where the server was told how. `plan` says when and whom.
//! Each is noted in the database with all its deliveries before anything is sent; a delivery is noted before each try.

mod mail;
mod post;

pub use mail::{MailError, Mailer};
pub use post::{Hook, HookError};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use diaodu_plan::{
    campaign::{Campaign, UnitId, Week},
    reminder::{self, Reminded, Reminder},
    table,
};
use diaodu_sync::event::Millis;
use jiff::Timestamp;
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    audit::Kind,
    commands::week::now,
    config::{DELIVERY_PAUSES_MINUTES, REMINDER_TICK},
    contacts,
    http::Office,
    storage::{Channel, Delivery, DeliveryState, Given, SERVER_AUTHOR, StorageError},
    text::{Language, say},
    week::ViewError,
};

const MINUTE_MILLIS: i64 = 60_000;

/// How reminders leave the server; without either they are shown on the page alone.
#[derive(Debug, Clone, Default)]
pub struct Transports {
    /// By mail.
    pub mail: Option<Mailer>,
    /// To a chat robot, or whatever takes JSON.
    pub hook: Option<Hook>,
}

/// Looks for reminders and deliveries for as long as the server runs.
pub async fn run(office: Arc<Office>) {
    let mut ticks = interval(REMINDER_TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // What could not be read or noted is looked for again.
        if let Err(error) = look(&office).await {
            tracing::warn!("reminders: {error}");
        }
    }
}

async fn look(office: &Office) -> Result<(), ViewError> {
    let policy = office.policy.get();
    let given = office.storage.reminders().await?;
    let given = given.into_iter();
    let given: BTreeMap<Reminder, Timestamp> = given
        .filter_map(|given| {
            let at = Timestamp::from_millisecond(given.at.0).ok()?;
            Some((given.reminder, at))
        })
        .collect();
    for reminder in reminder::fallen(&policy.campaign, &given, now(office)) {
        give(office, reminder).await?;
    }
    deliver(office).await?;
    Ok(())
}

/// Notes a reminder and everything that is to be delivered of it.
async fn give(office: &Office, reminder: Reminder) -> Result<(), ViewError> {
    let policy = office.policy.get();
    let author = policy.own_author();
    let reader = office.reader(&policy, &author);
    let view = reader.read(reminder.week, None).await?;
    let (campaign, week) = (&view.campaign, &view.week);
    let reminded = view.with_lines(&view.rows(), |lines| {
        reminder::reminded(campaign, lines, week.cutoff())
    });
    let mut deliveries = Vec::new();
    let make = |channel, target: String, subject, body| Delivery {
        id: 0,
        reminder,
        channel,
        target,
        subject,
        body,
        attempts: 0,
        next: office.clock.now(),
        state: DeliveryState::Waiting,
    };
    if office.transports.hook.is_some() && !reminded.is_empty() {
        let body = robot(campaign, week, reminder, &reminded);
        deliveries.push(make(Channel::Webhook, String::new(), String::new(), body));
    }
    if office.transports.mail.is_some() {
        for (unit, address) in addresses(office, campaign, &reminded).await? {
            let (subject, body) = letter(campaign, week, unit);
            deliveries.push(make(Channel::Mail, address, subject, body));
        }
    }
    let units = u32::try_from(reminded.len()).unwrap_or(u32::MAX);
    let count = deliveries.len();
    let given = Given {
        reminder,
        at: office.clock.now(),
        units,
    };
    let since = reminder::moment(week, reminder.minutes);
    let since = Millis(since.as_millisecond());
    office
        .storage
        .put_reminder(given, since, deliveries)
        .await?;
    let detail = format!(
        "remind {} units={units} deliveries={count}",
        reminder.minutes
    );
    let subject = reminder.week.to_string();
    office
        .enter(Kind::Command, SERVER_AUTHOR, &subject, &detail)
        .await?;
    tracing::info!(week = reminder.week.0, units, count, "reminder given");
    Ok(())
}

/// The addresses of the liaisons in force, unit by unit; each address once.
async fn addresses<'a>(
    office: &Office,
    campaign: &Campaign,
    reminded: &'a [Reminded],
) -> Result<Vec<(&'a Reminded, String)>, StorageError> {
    let today = campaign.local(now(office)).date();
    let lines = contacts::lines(&office.storage.contact_changes().await?)?;
    let mut found = Vec::new();
    for unit in reminded {
        let of_unit = lines.iter().filter(|line| line.unit == unit.unit);
        let liaisons = of_unit
            .map(|line| &line.contact)
            .filter(|contact| contact.role.is_liaison() && contact.is_in_force(today));
        let known: BTreeSet<&String> = liaisons
            .map(|contact| &contact.email)
            .filter(|email| !email.is_empty())
            .collect();
        found.extend(known.into_iter().map(|email| (unit, email.clone())));
    }
    Ok(found)
}

fn name<'a>(campaign: &'a Campaign, unit: &'a UnitId) -> &'a str {
    campaign
        .unit(unit)
        .map_or(unit.0.as_str(), |unit| unit.name.as_str())
}

/// The letter to one unit: subject and text.
fn letter(campaign: &Campaign, week: &Week, unit: &Reminded) -> (String, String) {
    let due = table::moment(campaign, week.due);
    let values = [
        ("week", week.number.to_string()),
        ("count", unit.rows.len().to_string()),
        ("due", due),
        ("unit", name(campaign, &unit.unit).to_owned()),
        ("campaign", campaign.name.clone()),
    ];
    let values = values
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let rows = unit.rows.iter().filter_map(|row| row.measure());
    let rows = rows.map(|number| {
        let measure = campaign.measure(number);
        let title = measure.map(|measure| measure.title.as_str());
        format!("{number}．{}", title.unwrap_or_default())
    });
    let chinese = |key: &str| say(Language::Chinese, key, &values);
    let mut body = chinese("remind-letter");
    for row in rows {
        body.push_str("\r\n  ");
        body.push_str(&row);
    }
    body.push_str("\r\n\r\n");
    body.push_str(&chinese("remind-letter-end"));
    body.push_str("\r\n");
    (chinese("remind-subject"), body)
}

/// What goes to the webhook: a text message as chat robots take it, and the same as data.
fn robot(campaign: &Campaign, week: &Week, reminder: Reminder, reminded: &[Reminded]) -> String {
    let units: Vec<String> = reminded
        .iter()
        .map(|unit| {
            let values = [
                ("unit", name(campaign, &unit.unit).to_owned()),
                ("count", unit.rows.len().to_string()),
            ];
            let values = values
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            say(Language::Chinese, "remind-unit", &values)
        })
        .collect();
    let values = [
        ("week", week.number.to_string()),
        ("due", table::moment(campaign, week.due)),
        (
            "units",
            units.join(&say(Language::Chinese, "remind-comma", &[])),
        ),
    ];
    let values = values
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let told = reminded.iter().map(|unit| {
        json!({ "unit": unit.unit.0, "name": name(campaign, &unit.unit), "missing": unit.rows.len() })
    });
    let body = json!({
        "msgtype": "text",
        "text": { "content": say(Language::Chinese, "remind-robot", &values) },
        "campaign": campaign.id,
        "week": week.number.0,
        "due_ms": week.due.as_millisecond(),
        "minutes_before": reminder.minutes,
        "units": told.collect::<Vec<_>>(),
    });
    body.to_string()
}

/// Tries everything that waits and whose time has come.
async fn deliver(office: &Office) -> Result<(), StorageError> {
    for delivery in office.storage.deliveries().await? {
        let waits = delivery.state == DeliveryState::Waiting;
        if waits && delivery.next <= office.clock.now() {
            attempt(office, delivery).await?;
        }
    }
    Ok(())
}

async fn attempt(office: &Office, delivery: Delivery) -> Result<(), StorageError> {
    let policy = office.policy.get();
    let week = policy.campaign.week(delivery.reminder.week);
    // What is due is not reminded of any more.
    let is_over = week.is_none_or(|week| week.is_due(now(office)));
    let pause = usize::try_from(delivery.attempts).unwrap_or(usize::MAX);
    let pause = DELIVERY_PAUSES_MINUTES.get(pause);
    let Some(pause) = pause.filter(|_| !is_over) else {
        tracing::warn!(delivery = delivery.id, "reminder given up");
        return settle(office, delivery, DeliveryState::GivenUp).await;
    };
    // Noted before it is tried: a crash in between costs a try, and repeats nothing at once.
    let tried = Delivery {
        attempts: delivery.attempts + 1,
        next: Millis(office.clock.now().0 + pause * MINUTE_MILLIS),
        ..delivery
    };
    office.storage.put_delivery(tried.clone()).await?;
    let name = format!(
        "{}-{}-{}-{}",
        policy.campaign.id, tried.reminder.week, tried.reminder.minutes, tried.id
    );
    let sent = match (tried.channel, &office.transports) {
        (
            Channel::Mail,
            Transports {
                mail: Some(mail), ..
            },
        ) => mail
            .send(&name, &tried.target, &tried.subject, &tried.body)
            .await
            .map_err(|error| error.to_string()),
        (
            Channel::Webhook,
            Transports {
                hook: Some(hook), ..
            },
        ) => hook
            .send(&name, &tried.body)
            .await
            .map_err(|error| error.to_string()),
        // The server was started without it; perhaps it is not the next time.
        (Channel::Mail | Channel::Webhook, _) => Err("not set up".to_owned()),
    };
    match sent {
        Ok(()) => settle(office, tried, DeliveryState::Sent).await,
        Err(error) => {
            tracing::warn!(
                delivery = tried.id,
                attempts = tried.attempts,
                "reminder not delivered: {error}"
            );
            Ok(())
        }
    }
}

/// Address and text are kept no longer than they are needed.
async fn settle(
    office: &Office,
    delivery: Delivery,
    state: DeliveryState,
) -> Result<(), StorageError> {
    let settled = Delivery {
        target: String::new(),
        subject: String::new(),
        body: String::new(),
        state,
        ..delivery
    };
    office.storage.put_delivery(settled).await
}

/// Returns the moments of a week's reminders, for whoever asks.
pub fn moments(campaign: &Campaign, week: &Week) -> Vec<(u16, Timestamp)> {
    let minutes = campaign.reminders.iter().copied();
    minutes
        .map(|minutes| (minutes, reminder::moment(week, minutes)))
        .collect()
}
