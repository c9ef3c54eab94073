//! JSON bodies about circulars (通报). Words are stable, units and rows go by id; what the paper says is Chinese.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Answer of `GET /api/weeks/N/circular`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircularView {
    /// Which week.
    pub week: u8,
    /// When it was issued, with what is known of it since; null while it is a draft.
    pub issued: Option<IssuedEntry>,
    /// When the week was frozen, in milliseconds since 1970; null once it is issued.
    pub frozen_ms: Option<i64>,
    /// The week before is not frozen: nothing of it is in the draft, neither what has changed since nor who was late then too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub previous_open: bool,
    /// What is typed, by field; for the office, while it is a draft.
    pub draft: BTreeMap<String, String>,
    /// Who could be named; for the office, while it is a draft.
    pub mentions: Vec<MentionEntry>,
    /// What the paper says, from top to bottom.
    pub paper: Vec<PaperBlock>,
}

/// Somebody who could be named under 存在问题.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionEntry {
    /// For `edit-circular`.
    pub key: String,
    /// `missing`, `late`, `repeated`, `vague`, `inconsistent`, `lagging`, `problem`.
    pub kind: String,
    /// The unit's id.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// The rows that show it; never empty.
    pub rows: Vec<String>,
    /// When the last of them was received, where that is the matter.
    pub last_ms: Option<i64>,
    /// What the row says under 存在问题, where that is the matter.
    pub text: String,
    /// Whether a person has agreed to name it.
    pub ticked: bool,
}

/// A part of the paper.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PaperBlock {
    /// `head`, `number`, `ruled-number`, `title`, `addressees`, `heading`, `item`, `text`, `attachments`, `signature`, `attachment`,
    /// `caption`, `table`, `colophon`.
    pub kind: String,
    /// `item`: what stands in 楷体, and the rest; `signature`: issuer and date; `attachment`: label and title;
    /// `attachments`: the label, then the titles; `colophon`: copies, printer and date, each may be empty.
    pub lines: Vec<String>,
    /// Of a table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<PaperColumn>,
    /// Of a table; each as long as `columns`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Vec<String>>,
}

/// A column of a table on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperColumn {
    /// What stands over it.
    pub heading: String,
    /// Of 156 in all.
    pub width_mm: u16,
    /// Text begins at the left; the rest stands in the middle.
    pub is_text: bool,
}

/// One entry of `GET /api/circulars`: one that has been issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedEntry {
    /// Which week.
    pub week: u8,
    /// 发文字号
    pub number: String,
    /// Its title on one line.
    pub title: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// By which account.
    pub by: String,
    /// Of the .docx file, in hexadecimal digits.
    pub sha256: String,
    /// Who has signed for it: the caller's unit alone, for office and viewers all.
    pub signed: Vec<SignatureEntry>,
    /// Names of the units that have not; for office and viewers.
    pub unsigned: Vec<String>,
    /// Whether the caller's unit has yet to sign, and the caller may.
    pub mine: bool,
}

/// 签收
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureEntry {
    /// The unit's id.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Which account.
    pub account: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}
