//! JSON bodies about contacts (联络信息表). Words are stable; days are written 2021-04-16.

use serde::{Deserialize, Serialize};

/// Answer of `GET /api/contacts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactsView {
    /// The campaign's day by the server's clock.
    pub today: String,
    /// Active units in the order of the plan.
    pub units: Vec<ContactUnit>,
}

/// One unit's part of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactUnit {
    /// Which unit.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// The caller may change it.
    pub mine: bool,
    /// Telephones and addresses are shown in part.
    pub masked: bool,
    /// Nobody is in force.
    pub missing: bool,
    /// Those in force, those to come and those that were, in the order of the table.
    pub lines: Vec<ContactLine>,
    /// 变更记录, the newest first; empty where the caller sees telephones in part.
    pub changes: Vec<ContactRecord>,
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactLine {
    /// For commands.
    pub id: String,
    /// It holds today.
    pub in_force: bool,
    /// What it says.
    #[serde(flatten)]
    pub fields: ContactFields,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactFields {
    /// `head`, `leader`, `owner`, `liaison_a`, `liaison_b`, `duty`.
    pub role: String,
    /// 姓名
    pub name: String,
    /// 职务
    pub position: String,
    /// 办公电话
    pub office_phone: String,
    /// 手机
    pub mobile: String,
    /// Where reminders go.
    pub email: String,
    /// Numbers of measures; empty means all of the unit's.
    pub measures: Vec<u8>,
    /// The first day.
    pub from: String,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// What was once done to a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRecord {
    /// When, in milliseconds since 1970, by the server's clock.
    pub at_ms: i64,
    /// Which account.
    pub account: String,
    /// `added`, `changed`, `removed`.
    pub kind: String,
    /// Of the line then.
    pub role: String,
    /// Of the line then.
    pub name: String,
    /// What was changed.
    pub fields: Vec<FieldChange>,
}

/// One field that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// As in `ContactFields`.
    pub field: String,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}
