//! Commands about weeks: due, grace, duty, freeze, and late reports that count as on time.

use automerge::Automerge;
use diaodu_plan::{
    campaign::{Campaign, MeasureNumber, Week, WeekNumber},
    layout::{DocumentKind, hub},
    limits::{GRACE_MINUTES_MAX, TEXT_BYTES_MAX},
    permission::AccountRole,
    reminder,
    report::{Acceptance, SignOff, Signing, Timeliness},
    review::ReviewMode,
    row::{self, Duty, RowId},
    sent_back::SentBack,
};
use diaodu_wire::http::Done;
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::oneshot, time::timeout};

use super::CommandError;
use crate::{
    accounts::Visitor,
    compaction,
    config::{COMMAND_MAX, DUE_CHANGE_MARGIN_SECONDS},
    http::Office,
    live::Event,
    orders::Order,
    storage::StorageError,
};

/// The server's clock, as a moment.
pub fn now(office: &Office) -> Timestamp {
    Timestamp::from_millisecond(office.clock.now().0).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A reason that is one: not blank, and no longer than a cell's.
pub fn checked_reason(reason: &str) -> Result<&str, CommandError> {
    let reason = reason.trim();
    match reason.is_empty() || reason.len() > TEXT_BYTES_MAX {
        true => Err(CommandError::BadReason),
        false => Ok(reason),
    }
}

/// 定稿: nobody writes the week any more; the snapshot is on disk when this returns.
///
/// `early`: whether before the cut-off too, by the office's express word; a week that has not begun is refused then. `None`: the caller has not
/// asked to be held up.
pub async fn freeze(
    office: &Office,
    week: WeekNumber,
    early: Option<bool>,
) -> Result<Done, CommandError> {
    let mut policy = (*office.policy.get()).clone();
    let found = policy.campaign.week(week).ok_or(CommandError::NoWeek)?;
    let now_here = now(office);
    let has_begun = policy.campaign.local(now_here).date() >= found.start;
    let is_over = found.cutoff() <= now_here;
    if policy.frozen.contains(&week) {
        return Ok(Done::default());
    }
    if !has_begun && early.is_some() {
        return Err(CommandError::NotBegun);
    }
    if !is_over && early == Some(false) {
        return Err(CommandError::NotDue);
    }
    if policy.frozen.insert(week) {
        policy.keep(&*office.storage).await?;
        office.policy.set(policy);
        let (answer, asked) = oneshot::channel();
        let event = Event::Frozen(week, now(office), answer);
        office.live.tell(event).await;
        // A server that is stopping takes the snapshot when it starts again; so does one whose disk is in trouble.
        timeout(COMMAND_MAX, asked).await.ok();
    }
    Ok(Done::default())
}

/// Moves a due time that has not passed.
pub async fn set_due(
    office: &Office,
    week: WeekNumber,
    due_ms: i64,
    reason: &str,
) -> Result<Done, CommandError> {
    // Programs may give none.
    let reason = match reason.is_empty() {
        true => "",
        false => checked_reason(reason)?,
    };
    let due = Timestamp::from_millisecond(due_ms).map_err(|_| CommandError::BadDue)?;
    let mut campaign = office.policy.get().campaign.clone();
    let place = campaign.weeks.iter_mut().find(|each| each.number == week);
    let place = place.ok_or(CommandError::NoWeek)?;
    if !is_changeable(place, now(office)) {
        return Err(CommandError::TooLate);
    }
    place.due = due;
    place.due_reason = reason.to_owned();
    if !is_changeable(place, now(office)) || !campaign.validate().is_empty() {
        return Err(CommandError::BadDue);
    }
    change_campaign(office, campaign).await
}

/// Sets the grace of all weeks that are not due yet.
pub async fn set_grace(office: &Office, minutes: u16) -> Result<Done, CommandError> {
    let mut campaign = office.policy.get().campaign.clone();
    let now = now(office);
    for week in campaign.weeks.iter_mut() {
        if is_changeable(week, now) {
            week.grace_minutes = minutes;
        }
    }
    if minutes > GRACE_MINUTES_MAX || !campaign.validate().is_empty() {
        return Err(CommandError::BadDue);
    }
    change_campaign(office, campaign).await
}

/// Sets whether reports wait for a signature, in all weeks that are not due yet. What waits in a week where nobody has to sign any
/// more counts from its submission.
pub async fn set_sign_off(office: &Office, mode: &str) -> Result<Done, CommandError> {
    let mode = SignOff::from_word(mode).ok_or(CommandError::BadSetting)?;
    let mut campaign = office.policy.get().campaign.clone();
    let now = now(office);
    let mut released = Vec::new();
    for week in campaign.weeks.iter_mut() {
        if is_changeable(week, now) {
            if week.sign_off.is_needed() && !mode.is_needed() {
                released.push(week.number);
            }
            week.sign_off = mode;
        }
    }
    let done = change_campaign(office, campaign).await?;
    for week in released {
        carried_out(office, Order::Release(week)).await?;
    }
    Ok(done)
}

/// Signs rows off, all or none of them. When is up to the loop.
pub async fn sign_off(
    office: &Office,
    visitor: &Visitor,
    number: WeekNumber,
    rows: Vec<RowId>,
) -> Result<Done, CommandError> {
    let week = check_waiting(office, visitor, number, &rows).await?;
    let signing = Signing {
        at: now(office),
        by: visitor.account.clone(),
    };
    carried_out(office, Order::Sign(number, rows, signing, week.sign_off)).await
}

/// Sends rows back that wait for the signature, all or none of them. They go on waiting, and keep the moment at which they were submitted.
pub async fn send_back(
    office: &Office,
    visitor: &Visitor,
    number: WeekNumber,
    rows: Vec<RowId>,
    reason: &str,
) -> Result<Done, CommandError> {
    let reason = checked_reason(reason)?.to_owned();
    check_waiting(office, visitor, number, &rows).await?;
    let back = SentBack {
        at: now(office),
        by: visitor.account.clone(),
        reason,
        // What the rows say when it is written.
        of: None,
    };
    let order = Order::SendBack(number, visitor.unit.clone(), rows, back);
    carried_out(office, order).await
}

/// Says whether the caller is the unit's 责任领导 and all these rows wait for his signature.
async fn check_waiting(
    office: &Office,
    visitor: &Visitor,
    number: WeekNumber,
    rows: &[RowId],
) -> Result<Week, CommandError> {
    if visitor.reads_only || visitor.role != AccountRole::Leader {
        return Err(CommandError::NotYours);
    }
    let policy = office.policy.get();
    let week = policy.campaign.week(number).ok_or(CommandError::NoWeek)?;
    if policy.frozen.contains(&number) {
        return Err(CommandError::Frozen);
    }
    // A unit has one row of each measure.
    if rows.len() > policy.campaign.measures.len() {
        return Err(CommandError::NoRow);
    }
    let hub = hub_of(office, number).await?;
    for row in rows {
        let demanded = row::row_or_released(&policy.campaign, number, row);
        let demanded = demanded.ok_or(CommandError::NoRow)?;
        if demanded.unit != visitor.unit {
            return Err(CommandError::NotYours);
        }
        if !hub::standing(&hub, row).is_waiting() {
            return Err(CommandError::NotSubmitted);
        }
    }
    Ok(week.clone())
}

/// Reads the hub of a week from disk.
async fn hub_of(office: &Office, week: WeekNumber) -> Result<Automerge, CommandError> {
    let kind = DocumentKind::Hub(week);
    let id = office.directory.find(&kind).ok_or(CommandError::NoWeek)?;
    let stored = office.storage.load(id).await?.stored;
    let document = compaction::load(&stored);
    document.map_err(|error| StorageError::Damaged(error.to_string()).into())
}

/// Sets when units are reminded, in minutes before due.
pub async fn set_reminders(office: &Office, minutes: Vec<u16>) -> Result<Done, CommandError> {
    let mut campaign = office.policy.get().campaign.clone();
    campaign.reminders = reminder::checked(minutes).ok_or(CommandError::BadReminders)?;
    change_campaign(office, campaign).await
}

/// What passes while a change is on its way to disk has passed.
fn is_changeable(week: &Week, now: Timestamp) -> bool {
    let margin = SignedDuration::from_secs(DUE_CHANGE_MARGIN_SECONDS);
    now.saturating_add(margin)
        .is_ok_and(|soon| !week.is_due(soon))
}

/// Makes a row owe a report, or not, from the first week on that is neither due nor frozen.
pub async fn set_duty(office: &Office, row: String, duty: &str) -> Result<Done, CommandError> {
    let policy = office.policy.get();
    let mut campaign = policy.campaign.clone();
    let duty = Duty::from_id(duty).ok_or(CommandError::BadSetting)?;
    let from = campaign.set_duty(&RowId(row), duty, now(office), &policy.frozen)?;
    change_campaign(office, campaign).await?;
    Ok(Done {
        from_week: Some(from.0),
        ..Done::default()
    })
}

/// Sets how the rows of a measure are reviewed.
pub async fn set_review(
    office: &Office,
    measure: MeasureNumber,
    mode: &str,
) -> Result<Done, CommandError> {
    let mut campaign = office.policy.get().campaign.clone();
    let mode = ReviewMode::from_word(mode).ok_or(CommandError::BadSetting)?;
    if campaign.measure(measure).is_none() {
        return Err(CommandError::BadSetting);
    }
    match mode == ReviewMode::default() {
        true => drop(campaign.reviews.remove(&measure)),
        false => drop(campaign.reviews.insert(measure, mode)),
    }
    change_campaign(office, campaign).await
}

/// Lets another campaign hold: on disk, for everything that judges, and in the catalogue.
async fn change_campaign(office: &Office, campaign: Campaign) -> Result<Done, CommandError> {
    let mut policy = (*office.policy.get()).clone();
    policy.campaign = campaign.clone();
    policy.keep_campaign(&*office.storage).await?;
    office.policy.set(policy);
    let order = Order::Catalogue(Box::new(campaign));
    carried_out(office, order).await
}

/// Has something written and waits for the disk.
pub async fn carried_out(office: &Office, order: Order) -> Result<Done, CommandError> {
    match timeout(COMMAND_MAX, office.live.carry_out(order)).await {
        Ok(true) => Ok(Done::default()),
        Ok(false) => Err(StorageError::Failed("the server is stopping".into()).into()),
        Err(_) => Err(StorageError::Failed("not on disk yet".into()).into()),
    }
}

/// Counts a late report as on time, if it was saved before the cut-off.
pub async fn accept(
    office: &Office,
    visitor: &Visitor,
    number: WeekNumber,
    row: RowId,
    reason: &str,
) -> Result<Done, CommandError> {
    let reason = checked_reason(reason)?;
    let policy = office.policy.get();
    let week = policy.campaign.week(number).ok_or(CommandError::NoWeek)?;
    if policy.frozen.contains(&number) {
        return Err(CommandError::Frozen);
    }
    row::row(&policy.campaign, number, &row).ok_or(CommandError::NoRow)?;
    let document = hub_of(office, number).await?;
    let state = hub::standing(&document, &row).state(week.cutoff());
    if state.timeliness != Timeliness::Late || !state.offline {
        return Err(CommandError::NotOffline);
    }
    let acceptance = Acceptance {
        at: now(office),
        by: visitor.account.clone(),
        reason: reason.to_owned(),
    };
    carried_out(office, Order::Accept(number, row, acceptance)).await
}
