//! Commands about the 联络信息表: a unit's own lines, and every line for the office. Telephones stay out of the audit log.

use diaodu_plan::{
    campaign::{MeasureNumber, UnitId},
    contact::{Contact, ContactFault, ContactRole},
};
use diaodu_wire::http::{Done, contact::ContactFields};

use super::CommandError;
use crate::{
    accounts::Visitor,
    config::{CONTACT_CHANGES_PER_UNIT_MAX, CONTACTS_PER_UNIT_MAX},
    contacts::{lines, may_write},
    http::Office,
    storage::{ContactChange, StorageError},
};

/// Adds a line, or changes the one with this id.
pub async fn set(
    office: &Office,
    visitor: &Visitor,
    id: Option<String>,
    unit: String,
    fields: &ContactFields,
) -> Result<Done, CommandError> {
    let (policy, unit) = (office.policy.get(), UnitId(unit));
    let known = policy.campaign.unit(&unit).filter(|unit| unit.active);
    known.ok_or(CommandError::NoUnit)?;
    if !may_write(visitor, &unit) {
        return Err(CommandError::NotYours);
    }
    let contact = contact(fields)?;
    contact.check(&policy.campaign)?;
    let changes = office.storage.contact_changes().await?;
    let of_unit: Vec<_> = lines(&changes)?
        .into_iter()
        .filter(|line| line.unit == unit)
        .collect();
    let written = changes.iter().filter(|change| change.unit == unit).count();
    let id = match id {
        Some(id) => {
            let standing = of_unit.iter().find(|line| line.id == id);
            let standing = standing.ok_or(CommandError::NoContact)?;
            if standing.contact == contact {
                return Ok(Done::default());
            }
            id
        }
        None if of_unit.len() >= CONTACTS_PER_UNIT_MAX => return Err(CommandError::ManyContacts),
        None => draw_id()?,
    };
    if written >= CONTACT_CHANGES_PER_UNIT_MAX {
        return Err(CommandError::ManyContacts);
    }
    let json = serde_json::to_string(&contact);
    let json = json.map_err(|error| StorageError::Failed(error.to_string()))?;
    let change = ContactChange {
        id,
        unit,
        contact: Some(json),
        account: visitor.account.clone(),
        at: office.clock.now(),
    };
    office.storage.put_contact(change).await?;
    Ok(Done::default())
}

/// Takes a line out that should never have been there; what was stays in the record.
pub async fn remove(office: &Office, visitor: &Visitor, id: String) -> Result<Done, CommandError> {
    let changes = office.storage.contact_changes().await?;
    let line = lines(&changes)?.into_iter().find(|line| line.id == id);
    let line = line.ok_or(CommandError::NoContact)?;
    if !may_write(visitor, &line.unit) {
        return Err(CommandError::NotYours);
    }
    let change = ContactChange {
        id,
        unit: line.unit,
        contact: None,
        account: visitor.account.clone(),
        at: office.clock.now(),
    };
    office.storage.put_contact(change).await?;
    Ok(Done::default())
}

fn contact(fields: &ContactFields) -> Result<Contact, CommandError> {
    let day = |text: &str| text.trim().parse().map_err(|_| ContactFault::Dates);
    let until = fields.until.as_deref().filter(|day| !day.trim().is_empty());
    Ok(Contact {
        role: ContactRole::from_word(&fields.role).ok_or(CommandError::BadSetting)?,
        name: fields.name.trim().to_owned(),
        position: fields.position.trim().to_owned(),
        office_phone: fields.office_phone.trim().to_owned(),
        mobile: fields.mobile.trim().to_owned(),
        email: fields.email.trim().to_owned(),
        measures: fields.measures.iter().copied().map(MeasureNumber).collect(),
        from: day(&fields.from)?,
        until: until.map(day).transpose()?,
    })
}

fn draw_id() -> Result<String, CommandError> {
    let mut drawn = [0; 16];
    let failed = |error: getrandom::Error| StorageError::Failed(error.to_string());
    getrandom::fill(&mut drawn).map_err(failed)?;
    Ok(drawn.iter().map(|byte| format!("{byte:02x}")).collect())
}
