//! Commands about the 通报: typed and ticked by the office, issued once and for ever, signed for by units.

use std::collections::BTreeMap;

use diaodu_plan::{campaign::WeekNumber, circular::Field, permission::AccountRole};
use diaodu_wire::http::Done;

use super::CommandError;
use crate::{
    accounts::Visitor,
    circular::{self, CircularError},
    http::Office,
    storage::{Circular, Signature, StorageError},
    week::ViewError,
};

/// Changes what is named, and nothing else: two persons may work at one draft.
pub async fn edit(
    office: &Office,
    week: WeekNumber,
    set: &BTreeMap<String, String>,
    tick: &[String],
    untick: &[String],
) -> Result<Done, CommandError> {
    let policy = office.policy.get();
    if policy.campaign.week(week).is_none() {
        return Err(CommandError::NoWeek);
    }
    if !policy.frozen.contains(&week) {
        return Err(CircularError::View(ViewError::NoSnapshot).into());
    }
    let kept = circular::kept(office, week).await?;
    if kept.issued.is_some() {
        return Err(CircularError::Issued.into());
    }
    let mut draft = circular::draft_of(&kept)?;
    for (field, text) in set {
        let field = Field::from_id(field).ok_or(CircularError::BadField)?;
        let done = draft.set(field, text);
        done.map_err(|_| CircularError::BadField)?;
    }
    let ticks = tick.iter().map(|key| (key, true));
    for (key, is_ticked) in ticks.chain(untick.iter().map(|key| (key, false))) {
        let done = draft.tick(key, is_ticked);
        done.map_err(|_| CircularError::BadField)?;
    }
    let json = serde_json::to_string(&draft);
    let draft = json.map_err(|error| StorageError::Failed(error.to_string()))?;
    let circular = Circular { draft, ..kept };
    office.storage.put_circular(circular).await?;
    Ok(Done::default())
}

/// Fixes the circular as it is now, file and all.
pub async fn issue(
    office: &Office,
    visitor: &Visitor,
    week: WeekNumber,
) -> Result<Done, CommandError> {
    let all = office.storage.circulars().await?;
    let kept = circular::kept(office, week).await?;
    if kept.issued.is_some() {
        return Err(CircularError::Issued.into());
    }
    let draft = circular::draft_of(&kept)?;
    if draft.number.is_empty() || draft.day().is_none() {
        return Err(CircularError::Unnumbered.into());
    }
    let mut issued = all.iter().filter_map(|kept| kept.issued.as_ref());
    if issued.any(|issued| issued.number == draft.number) {
        return Err(CircularError::NumberTaken.into());
    }
    let made = circular::make(office, week, draft).await?;
    let issued = made.issue(office.clock.now(), &visitor.account)?;
    let circular = Circular {
        issued: Some(issued),
        ..kept
    };
    office.storage.put_circular(circular).await?;
    Ok(Done::default())
}

/// 签收: once for each unit; signing again changes nothing.
pub async fn sign(
    office: &Office,
    visitor: &Visitor,
    week: WeekNumber,
) -> Result<Done, CommandError> {
    if !may_sign(visitor) {
        return Err(CommandError::NotYours);
    }
    let kept = circular::kept(office, week).await?;
    if kept.issued.is_none() {
        return Err(CircularError::None.into());
    }
    let signature = Signature {
        week,
        unit: visitor.unit.clone(),
        account: visitor.account.clone(),
        at: office.clock.now(),
    };
    office.storage.sign_circular(signature).await?;
    Ok(Done::default())
}

/// Units sign; the office that has issued it does not, nor who only reads.
pub fn may_sign(visitor: &Visitor) -> bool {
    match visitor.role {
        AccountRole::Unit | AccountRole::Leader => !visitor.reads_only,
        AccountRole::Office | AccountRole::Viewer => false,
    }
}
