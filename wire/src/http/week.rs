//! JSON bodies about weeks: who has reported, how the work stands, what is to be corrected. Words are stable, units and rows go by id.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{action_plan::PlansFiled, attachment::AttachmentEntry};

/// Answer of `GET /api/weeks/N/summary`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekSummary {
    /// Which week.
    pub week: u8,
    /// The week's due time, in milliseconds since 1970.
    pub due_ms: i64,
    /// Due and grace: reports strictly before it are on time.
    pub cutoff_ms: i64,
    /// When the office froze the week.
    pub frozen_ms: Option<i64>,
    /// As it stands `now`, at `due`, or at the freeze (`final`).
    pub at: String,
    /// The moment; for `now` the server's clock.
    pub at_ms: i64,
    /// At `due` and `final`: the server was down at that moment, it is what had been received durably.
    pub was_down: bool,
    /// 应报 rows.
    pub due: Reported,
    /// 协助 rows.
    pub assisting: Reported,
    /// The work of all rows.
    pub work: Work,
    /// The work a week ago; null in the first week.
    pub previous: Option<Work>,
    /// In plan order.
    pub units: Vec<UnitSummary>,
    /// Units that lead measures, with the rows of those measures.
    pub leads: Vec<GroupSummary>,
    /// Streets, with their own rows.
    pub streets: Vec<GroupSummary>,
    /// Special actions; their ids are their numbers.
    pub actions: Vec<GroupSummary>,
    /// Action plans; in the week in which they are due alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_plans: Option<PlansFiled>,
}

/// Answer of `GET /api/weeks/N/openings`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WeekOpenings {
    /// Which week.
    pub week: u8,
    /// Rows that do not begin the week by the word of their sheet, by id.
    pub rows: BTreeMap<String, Opening>,
}

/// What a row begins a week with: 排查, 发现问题, 整改.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Opening {
    /// What the weeks before come to.
    pub before: [Option<u64>; 3],
    /// What the sheet said when it was computed. Once it says something else, that holds.
    pub stored: [Option<u64>; 3],
}

/// How many rows were reported how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reported {
    /// 按时
    pub on_time: usize,
    /// 迟报
    pub late: usize,
    /// 补报
    pub made_up: usize,
    /// 未报, also while the week is not due yet.
    pub missing: usize,
    /// All of them.
    pub total: usize,
    /// 零报告, among those reported.
    pub zero: usize,
    /// 离线填写, among those reported.
    pub offline: usize,
    /// 报送后有修改, among those reported.
    pub edited: usize,
}

/// How the work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields are called like the columns they sum"
)]
pub struct Work {
    pub checked_week: i64,
    pub found_week: i64,
    pub fixed_week: i64,
    pub checked_total: i64,
    pub found_total: i64,
    pub fixed_total: i64,
    /// 未启动; the office's rating goes before the unit's own status.
    pub not_started: usize,
    /// 推进中
    pub under_way: usize,
    /// 已完成
    pub done: usize,
    /// 滞后
    pub lagging: usize,
    /// Rows that name a problem.
    pub problems: usize,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitSummary {
    /// Its id.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// The worst of its 应报 rows: `on_time`, `late`, `made_up`, `missing`; null where it owes none.
    pub mark: Option<String>,
    /// When its last 应报 row was received; null while one is missing.
    pub complete_ms: Option<i64>,
    /// 应报 rows.
    pub due: Reported,
    /// 协助 rows.
    pub assisting: Reported,
    /// The work.
    pub work: Work,
    /// The work a week ago.
    pub previous: Option<Work>,
    /// Its rows, in plan order.
    pub rows: Vec<RowSummary>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSummary {
    /// Its id.
    pub row: String,
    /// `owed` or `assisting`.
    pub duty: String,
    /// `on_time`, `late`, `made_up`, `missing`.
    pub state: String,
    /// The receipt.
    pub receipt_ms: Option<i64>,
    /// 零报告
    pub zero: bool,
    /// 离线填写
    pub offline: bool,
    /// On time because the office says so.
    pub accepted: bool,
    /// 报送后有修改
    pub edited: bool,
    /// Withdrawn when a withdrawal no longer cancelled.
    pub withdrawn: bool,
    /// When it was submitted, where it has to be signed off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_ms: Option<i64>,
    /// Which account has signed it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
}

/// Some rows that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSummary {
    /// Of the unit or special action.
    pub id: String,
    /// Its name.
    pub name: String,
    /// 应报 rows.
    pub due: Reported,
    /// 协助 rows.
    pub assisting: Reported,
    /// The work.
    pub work: Work,
    /// The work a week ago.
    pub previous: Option<Work>,
}

/// One entry of `GET /api/periods`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodEntry {
    /// The week whose cut-off ends it; null for the closing period.
    pub week: Option<u8>,
    /// Its first moment.
    pub from_ms: i64,
    /// The first moment after it.
    pub to_ms: i64,
    /// What it adds.
    pub checked: i64,
    /// What it adds.
    pub found: i64,
    /// What it adds.
    pub fixed: i64,
}

/// What a correction is to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellWish {
    /// The column's id.
    pub column: String,
    /// As a person types it; empty empties the cell.
    pub new: String,
}

/// A cell of a correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellChange {
    /// The column's id.
    pub column: String,
    /// What stood there when it was asked for.
    pub old: String,
    /// What is to stand there.
    pub new: String,
}

/// One entry of `GET /api/corrections`: a week in which corrections wait for the caller's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingCorrections {
    /// Which.
    pub week: u8,
    /// So many.
    pub waiting: usize,
}

/// One entry of `GET /api/weeks/N/corrections`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionEntry {
    /// For `decide-correction`.
    pub id: String,
    /// The row's id.
    pub row: String,
    /// `at-lead`, `at-office`, `agreed` (it stands in the sheet), `refused`.
    pub state: String,
    /// Why.
    pub reason: String,
    /// What.
    pub cells: Vec<CellChange>,
    /// Files that come with it; gone once it is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<AttachmentEntry>,
    /// Which account asked.
    pub asked_by: String,
    /// When, in milliseconds since 1970.
    pub asked_ms: i64,
    /// Which account of a lead agreed or refused; empty until then, or where the office alone decides.
    pub lead_by: String,
    /// When; 0 until then.
    pub lead_ms: i64,
    /// Which account of the office decided; empty until then.
    pub office_by: String,
    /// When; 0 until then.
    pub office_ms: i64,
    /// What was said to it.
    pub answer: String,
    /// Whether the caller may decide it now.
    pub mine: bool,
}
