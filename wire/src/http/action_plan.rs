//! JSON bodies about action plans (行动方案): who has filed one, and when. Words are stable, units go by id.

use serde::{Deserialize, Serialize};

/// Answer of `GET /api/action-plans`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ActionPlans {
    /// The first moment at which a plan is late, in milliseconds since 1970; null where the campaign demands none.
    pub due_ms: Option<i64>,
    /// The caller may file one for his unit.
    pub mine: bool,
    /// How many of those who owe one have filed it; for those who may read every sheet.
    pub tally: Option<PlansFiled>,
    /// Units that owe a plan or have filed one, in plan order: the own one alone but for those who may read every sheet.
    pub units: Vec<PlanEntry>,
}

/// How many of those who owe a plan have filed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlansFiled {
    /// 按时
    pub on_time: usize,
    /// 迟报
    pub late: usize,
    /// 未报, also while they are not due yet.
    pub missing: usize,
    /// All of them.
    pub total: usize,
}

/// A unit and its plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanEntry {
    /// The unit's id.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// `owed`, or `assisting`: it leads no measure and has filed one nevertheless.
    pub duty: String,
    /// `on_time`, `late` or `missing`.
    pub state: String,
    /// When the first one was received; null while there is none.
    pub filed_ms: Option<i64>,
    /// When it was filed anew last.
    pub again_ms: Option<i64>,
    /// Title and number.
    pub title: String,
    /// Which account filed what stands now.
    pub by: String,
}
