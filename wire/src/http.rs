//! JSON bodies of the HTTP surface. docs/protocol.md names them.

pub mod action_plan;
pub mod attachment;
pub mod board;
pub mod circular;
pub mod contact;
pub mod history;
pub mod reminder;
pub mod week;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use contact::ContactFields;
use week::CellWish;

/// `POST /api/session`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// The account's name.
    pub account: String,
    /// The password.
    pub password: String,
}

/// Answer of `POST` and `GET /api/session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The account's name.
    pub account: String,
    /// The unit's id.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The current campaign's id.
    pub campaign: String,
    /// The server's clock, in milliseconds since 1970.
    pub now_ms: i64,
    /// Whether the server runs with `--demo`.
    pub demo: bool,
    /// `office`, `unit`, `leader` or `viewer`.
    #[serde(default)]
    pub role: String,
    /// The person's name; may be empty.
    #[serde(default)]
    pub person: String,
    /// The password is a one-time one: nothing else is open until it is changed.
    #[serde(default)]
    pub must_change: bool,
    /// Which units see each other's sheets: `all`, `leads` or `own`.
    #[serde(default)]
    pub visibility: String,
}

/// Answer of `POST /api/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Goes to `/sync?token=…`.
    pub token: String,
    /// When it ends by the server's clock, in milliseconds since 1970.
    pub expires_ms: i64,
}

/// `POST /api/tokens`; an empty body asks for a short-lived token that writes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenWish {
    /// `read`, or `write` as the caller's unit.
    pub scope: Option<String>,
    /// How many days it lasts; a short while without.
    pub days: Option<u32>,
    /// What its holder calls it.
    pub label: String,
}

/// `POST /api/password`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPassword {
    /// The one that holds now.
    pub old: String,
    /// The one that is to hold.
    pub new: String,
}

/// `POST /api/setup`: the first administrator.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Setup {
    /// From the link that the server printed.
    pub secret: String,
    /// The account's name.
    pub account: String,
    /// The person's name.
    pub person: String,
    /// The password.
    pub password: String,
}

/// `GET /api/views`: the arrangements of the table that a person keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnViews {
    /// JSON objects by name; what they mean is the page's business.
    pub views: BTreeMap<String, String>,
}

/// `PUT /api/views`: one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptView {
    /// Its name.
    pub name: String,
    /// A JSON object; `None` takes the view away.
    pub arrangement: Option<String>,
}

/// `POST /api/commands`: what changes by the server alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Makes an account with a one-time password.
    CreateAccount {
        /// Its name.
        account: String,
        /// The person's name.
        person: String,
        /// Its unit.
        unit: String,
        /// `office`, `unit`, `leader` or `viewer`.
        role: String,
    },
    /// Renames the person, moves the account to another unit, changes its role, disables it or lets it in again.
    ChangeAccount {
        /// Which.
        account: String,
        /// The person's name.
        person: String,
        /// Its unit.
        unit: String,
        /// `office`, `unit`, `leader` or `viewer`.
        role: String,
        /// Whether it may not come in.
        disabled: bool,
    },
    /// Gives an account a one-time password and ends its sessions.
    ResetPassword {
        /// Which.
        account: String,
    },
    /// Ends a session or a token.
    RevokePass {
        /// As listed.
        id: String,
    },
    /// Sets which units see each other's sheets.
    SetVisibility {
        /// `all`, `leads` or `own`.
        visibility: String,
    },
    /// 定稿: nobody writes the week's sheets any more. Never lifted.
    FreezeWeek {
        /// Which.
        week: u8,
        /// Whether before it is due, too; a week that has not begun is refused either way. Programs may leave it out, and are not held up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        early: Option<bool>,
    },
    /// Moves the due time of a week that is not due yet, e.g. for a holiday.
    SetDue {
        /// Which.
        week: u8,
        /// In milliseconds since 1970.
        due_ms: i64,
        /// Why; said to everybody.
        #[serde(default)]
        reason: String,
    },
    /// Sets how long after due a report is still on time, in all weeks that are not due yet.
    SetGrace {
        /// So long.
        minutes: u16,
    },
    /// Makes a row owe a report, or not.
    SetDuty {
        /// The row's id.
        row: String,
        /// `owed` or `assisting`.
        duty: String,
    },
    /// Sets how the rows of a measure are reviewed.
    SetReview {
        /// Which.
        measure: u8,
        /// `none`, `parallel` or `serial`.
        mode: String,
    },
    /// Counts a late report as on time: it was saved before due at a desk without network.
    AcceptOnTime {
        /// Which week.
        week: u8,
        /// The row's id.
        row: String,
        /// Why.
        reason: String,
    },
    /// 单位审签: sets whether reports wait for the signature of the unit's 责任领导, in all weeks that are not due yet.
    SetSignOff {
        /// `none`; `submission` or `signing`: which moment counts once it is signed.
        mode: String,
    },
    /// Signs reports off: for a unit's 责任领导.
    SignOff {
        /// Which week.
        week: u8,
        /// Ids of rows of the unit that wait for it.
        rows: Vec<String>,
    },
    /// 退回: sends reports back that wait for the signature: for a unit's 责任领导.
    SendBack {
        /// Which week.
        week: u8,
        /// Ids of rows of the unit that wait for it.
        rows: Vec<String>,
        /// Why.
        reason: String,
    },
    /// 更正申请: asks for a change of a frozen row. For the row's unit, not the office alone.
    AskCorrection {
        /// Which week.
        week: u8,
        /// The row's id.
        row: String,
        /// What is to stand where; may be none where there are files.
        #[serde(default)]
        cells: Vec<CellWish>,
        /// Ids of files that were sent for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<String>,
        /// Why.
        reason: String,
    },
    /// Agrees to a correction, or refuses it. For the leads of the measure, then the office.
    DecideCorrection {
        /// As listed.
        id: String,
        /// Whether it is agreed to.
        agree: bool,
        /// What is said to it; needed where it is refused.
        #[serde(default)]
        answer: String,
    },
    /// Sets which streets 「相关街道」 means in a measure, from the first week on that is neither due nor frozen.
    SetRelevantStreets {
        /// Which.
        measure: u8,
        /// Ids of active streets, one at least.
        streets: Vec<String>,
    },
    /// Shares an arrangement of the table with everybody.
    SaveView {
        /// Its name.
        name: String,
        /// A JSON object; what it means is the page's business.
        arrangement: String,
    },
    /// Takes a shared arrangement away.
    RemoveView {
        /// Its name.
        name: String,
    },
    /// Types into the draft of a frozen week's circular, and ticks who is named. What is not mentioned stays.
    EditCircular {
        /// Which week.
        week: u8,
        /// Texts by field.
        #[serde(default)]
        set: BTreeMap<String, String>,
        /// Keys of mentions to be named.
        #[serde(default)]
        tick: Vec<String>,
        /// Keys of mentions not to be named.
        #[serde(default)]
        untick: Vec<String>,
    },
    /// Issues the circular as it is now. Never lifted.
    IssueCircular {
        /// Which week.
        week: u8,
    },
    /// Files the action plan (行动方案) of the caller's unit, or files it anew.
    FileActionPlan {
        /// Its title, and its number where it has one; every unit may read it.
        title: String,
    },
    /// 签收: for units, not the office alone.
    SignCircular {
        /// Which week.
        week: u8,
    },
    /// Adds a line of the 联络信息表, or changes one: for the unit itself, too.
    SetContact {
        /// The line to change; none for a new one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Of which unit.
        unit: String,
        /// What it says.
        #[serde(flatten)]
        fields: ContactFields,
    },
    /// Takes a line out: for the unit itself, too.
    RemoveContact {
        /// Which.
        id: String,
    },
    /// Takes a file out of a row: for whoever may write the row.
    RemoveAttachment {
        /// Which.
        id: String,
    },
    /// Sets when units are reminded.
    SetReminders {
        /// Minutes before due.
        minutes: Vec<u16>,
    },
}

/// Answer of `POST /api/commands`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Shown once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_time_password: Option<String>,
    /// The correction that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
    /// The week from which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_week: Option<u8>,
}

/// One entry of `GET /api/accounts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntry {
    /// Its name.
    pub account: String,
    /// The person's name; may be empty.
    pub person: String,
    /// Its unit.
    pub unit: String,
    /// `office`, `unit`, `leader` or `viewer`.
    pub role: String,
    /// Whether it may not come in.
    pub disabled: bool,
    /// Whether it has a one-time password.
    pub must_change: bool,
}

/// One entry of `GET /api/passes`: a session or a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassEntry {
    /// For `revoke-pass`; opens nothing.
    pub id: String,
    /// `session` or `token`.
    pub kind: String,
    /// Whose.
    pub account: String,
    /// Where it came from, or what its holder calls it.
    pub label: String,
    /// Whether it opens nothing that writes.
    pub reads_only: bool,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it was last shown, to the minute.
    pub used_ms: i64,
    /// When it ends.
    pub expires_ms: i64,
    /// Whether it is the caller's own.
    pub own: bool,
}

/// One entry of `GET /api/audit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Rises by one.
    pub number: i64,
    /// By the server's clock, in milliseconds since 1970.
    pub at_ms: i64,
    /// A stable word, e.g. `refusal`.
    pub kind: String,
    /// Who did it.
    pub account: String,
    /// What it was done to.
    pub subject: String,
    /// What else there is to know.
    pub detail: String,
    /// Over the hash before and all fields, in hexadecimal digits.
    pub hash: String,
}

/// One entry of `GET /api/documents`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentEntry {
    /// The campaign's id.
    pub campaign: String,
    /// `catalogue`, `hub`, `sheet` or `card`.
    pub kind: String,
    /// Of hubs and sheets.
    pub week: Option<u8>,
    /// Of sheets and cards.
    pub unit: Option<String>,
    /// `automerge:…`
    pub url: String,
}

/// Body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// A stable word.
    pub error: String,
    /// A sentence in the caller's language.
    pub message: String,
}
