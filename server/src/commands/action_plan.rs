//! 行动方案: filed by the unit itself, also after its day and after the freeze of the week whose hub keeps the receipts.

use diaodu_plan::{
    action_plan::{self, Filed},
    limits::NAME_BYTES_MAX,
    permission::AccountRole,
};
use diaodu_wire::http::Done;

use super::{
    CommandError,
    week::{carried_out, now},
};
use crate::{accounts::Visitor, http::Office, orders::Order};

/// Files the plan of the caller's unit. When is up to the loop.
pub async fn file(office: &Office, visitor: &Visitor, title: &str) -> Result<Done, CommandError> {
    if !may_file(visitor) {
        return Err(CommandError::NotYours);
    }
    let policy = office.policy.get();
    let week = action_plan::week(&policy.campaign).ok_or(CommandError::NoActionPlan)?;
    let unit = policy.campaign.unit(&visitor.unit);
    if unit.is_none_or(|unit| !unit.active) {
        return Err(CommandError::NoUnit);
    }
    let title = title.trim();
    let is_title = !title.is_empty() && !title.chars().any(char::is_control);
    if !is_title || title.len() > NAME_BYTES_MAX {
        return Err(CommandError::BadTitle);
    }
    let filed = Filed {
        at: now(office),
        by: visitor.account.clone(),
        title: title.to_owned(),
        again: None,
    };
    carried_out(office, Order::FilePlan(week, visitor.unit.clone(), filed)).await
}

/// Whoever writes for a unit files its plan; the office's accounts do so for the office itself.
pub fn may_file(visitor: &Visitor) -> bool {
    match visitor.role {
        AccountRole::Unit | AccountRole::Leader | AccountRole::Office => !visitor.reads_only,
        AccountRole::Viewer => false,
    }
}
