//! 联络信息表: what holds of each line, what was done to it, and who sees telephones in full. Rights first: digits that are not
//! for a caller never leave here.

use std::collections::BTreeMap;

use diaodu_plan::{
    campaign::{Campaign, Unit, UnitId},
    contact::Contact,
    permission::AccountRole,
};
use diaodu_wire::http::contact::{
    ContactFields, ContactLine, ContactRecord, ContactUnit, ContactsView, FieldChange,
};
use jiff::civil::Date;

use crate::{
    accounts::Visitor,
    storage::{ContactChange, StorageError},
};

/// A line as it holds.
#[derive(Debug, Clone)]
pub struct Line {
    /// Which.
    pub id: String,
    /// Of which unit.
    pub unit: UnitId,
    /// What it says.
    pub contact: Contact,
}

/// Returns the lines that were not taken out, by unit, in the order of the table.
pub fn lines(changes: &[ContactChange]) -> Result<Vec<Line>, StorageError> {
    let mut last: BTreeMap<&str, &ContactChange> = BTreeMap::new();
    for change in changes {
        last.insert(&change.id, change);
    }
    let mut lines = Vec::new();
    for (id, change) in last {
        if let Some(contact) = read(change)? {
            lines.push(Line {
                id: id.to_owned(),
                unit: change.unit.clone(),
                contact,
            });
        }
    }
    lines.sort_by(|one, other| {
        let key = |line: &Line| (line.contact.role, line.contact.from, line.id.clone());
        key(one).cmp(&key(other))
    });
    Ok(lines)
}

fn read(change: &ContactChange) -> Result<Option<Contact>, StorageError> {
    let read = |text: &String| serde_json::from_str(text);
    let contact = change.contact.as_ref().map(read).transpose();
    contact.map_err(|error| StorageError::Damaged(format!("contact {}: {error}", change.id)))
}

/// Says who sees telephones of a unit in full: the office, and the unit itself.
pub fn sees_all(visitor: &Visitor, unit: &UnitId) -> bool {
    visitor.is_office() || visitor.unit == *unit
}

/// Says who may change a unit's lines.
pub fn may_write(visitor: &Visitor, unit: &UnitId) -> bool {
    if visitor.reads_only {
        return false;
    }
    match visitor.role {
        AccountRole::Office => true,
        AccountRole::Unit | AccountRole::Leader => visitor.unit == *unit,
        AccountRole::Viewer => false,
    }
}

/// Returns the table as a person may see it.
pub fn view(
    campaign: &Campaign,
    changes: &[ContactChange],
    visitor: &Visitor,
    today: Date,
) -> Result<ContactsView, StorageError> {
    let lines = lines(changes)?;
    let units = campaign.active_units();
    let told = units.map(|unit| of_unit(unit, &lines, changes, visitor, today));
    Ok(ContactsView {
        today: today.to_string(),
        units: told.collect::<Result<_, _>>()?,
    })
}

fn of_unit(
    unit: &Unit,
    lines: &[Line],
    changes: &[ContactChange],
    visitor: &Visitor,
    today: Date,
) -> Result<ContactUnit, StorageError> {
    let sees_all = sees_all(visitor, &unit.id);
    let own: Vec<&Line> = lines.iter().filter(|line| line.unit == unit.id).collect();
    let told = own.iter().map(|line| {
        let contact = match sees_all {
            true => line.contact.clone(),
            false => line.contact.masked(),
        };
        ContactLine {
            id: line.id.clone(),
            in_force: contact.is_in_force(today),
            fields: fields(contact),
        }
    });
    Ok(ContactUnit {
        unit: unit.id.0.clone(),
        name: unit.name.clone(),
        mine: may_write(visitor, &unit.id),
        masked: !sees_all,
        missing: !own.iter().any(|line| line.contact.is_in_force(today)),
        lines: told.collect(),
        changes: match sees_all {
            true => record(changes, &unit.id)?,
            false => Vec::new(),
        },
    })
}

fn fields(contact: Contact) -> ContactFields {
    ContactFields {
        role: contact.role.word().to_owned(),
        measures: contact.measures.iter().map(|number| number.0).collect(),
        from: contact.from.to_string(),
        until: contact.until.map(|day| day.to_string()),
        name: contact.name,
        position: contact.position,
        office_phone: contact.office_phone,
        mobile: contact.mobile,
        email: contact.email,
    }
}

/// 变更记录 of a unit, the newest first.
fn record(changes: &[ContactChange], unit: &UnitId) -> Result<Vec<ContactRecord>, StorageError> {
    let mut before: BTreeMap<&str, Contact> = BTreeMap::new();
    let mut told = Vec::new();
    for change in changes.iter().filter(|change| change.unit == *unit) {
        let old = before.remove(change.id.as_str());
        let new = read(change)?;
        let (kind, shown) = match (&old, &new) {
            (None, Some(new)) => ("added", new),
            (Some(_), Some(new)) => ("changed", new),
            (Some(old), None) => ("removed", old),
            (None, None) => continue,
        };
        let differ = match (&old, &new) {
            (Some(old), Some(new)) => old
                .differences(new)
                .into_iter()
                .map(|field| FieldChange {
                    field: field.word().to_owned(),
                    old: old.field(field),
                    new: new.field(field),
                })
                .collect(),
            _ => Vec::new(),
        };
        told.push(ContactRecord {
            at_ms: change.at.0,
            account: change.account.clone(),
            kind: kind.to_owned(),
            role: shown.role.word().to_owned(),
            name: shown.name.clone(),
            fields: differ,
        });
        if let Some(new) = new {
            before.insert(&change.id, new);
        }
    }
    told.reverse();
    Ok(told)
}
