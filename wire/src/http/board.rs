//! JSON body of the board: how reporting and work went from week to week.

use serde::{Deserialize, Serialize};

use super::week::{Reported, Work};

/// Answer of `GET /api/board`. Only rows that the caller may read are counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Board {
    /// All weeks of the campaign, in order.
    pub weeks: Vec<BoardWeek>,
}

/// A week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardWeek {
    /// Counts from 1.
    pub week: u8,
    /// Due and grace.
    pub cutoff_ms: i64,
    /// When the office froze the week.
    pub frozen_ms: Option<i64>,
    /// 应报 rows.
    pub due: Reported,
    /// 协助 rows.
    pub assisting: Reported,
    /// The work of all rows.
    pub work: Work,
    /// The work of each special action, in plan order.
    pub actions: Vec<ActionWork>,
}

/// The work of a special action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionWork {
    /// Its number.
    pub action: String,
    /// All its rows.
    pub rows: usize,
    /// How they stand.
    pub work: Work,
}
