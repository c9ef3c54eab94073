//! Rows: one per measure and unit, with roles and duty. Derived from the campaign, in plan order.

use crate::campaign::{Campaign, MeasureNumber, UnitId};

/// Names a row in every week: `m07.s-hongying`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub String);

/// One row of the dispatch table, as the plan demands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `m07.s-hongying`
    pub id: RowId,
    /// The measure.
    pub measure: MeasureNumber,
    /// Who fills it.
    pub unit: UnitId,
    /// In which roles the unit stands in the measure.
    pub roles: Roles,
    /// Whether a report is owed.
    pub duty: Duty,
}

/// The roles of a unit in a measure; at least one is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles {
    /// 牵头
    pub lead: bool,
    /// 落实
    pub implementing: bool,
    /// 配合
    pub cooperating: bool,
}

/// Whether a row owes a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// 应报: rows of leads and of streets.
    Owed,
    /// 协助: feeds the lead, is never missing.
    Assisting,
}

/// Returns all rows of a week in plan order: by measure, within it leads, departments, streets.
pub fn rows(_campaign: &Campaign) -> Vec<Row> {
    Vec::new()
}
