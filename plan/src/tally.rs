//! The three counts of a row: 排查, 发现问题, 整改; this week's, the opening ones and the totals.

use crate::column::Column;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tally {
    /// 排查数
    Checked,
    /// 发现问题数
    Found,
    /// 整改数
    Fixed,
}

/// One number for each tally; `None` where nobody said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// 排查数
    pub checked: Option<u64>,
    /// 发现问题数
    pub found: Option<u64>,
    /// 整改数
    pub fixed: Option<u64>,
}

impl Tally {
    /// All tallies in table order.
    pub const ALL: [Tally; 3] = [Tally::Checked, Tally::Found, Tally::Fixed];

    /// Returns the column of this week's count.
    pub fn week_column(self) -> Column {
        match self {
            Tally::Checked => Column::CheckedWeek,
            Tally::Found => Column::FoundWeek,
            Tally::Fixed => Column::FixedWeek,
        }
    }

    /// Returns the column of the total.
    pub fn total_column(self) -> Column {
        match self {
            Tally::Checked => Column::CheckedTotal,
            Tally::Found => Column::FoundTotal,
            Tally::Fixed => Column::FixedTotal,
        }
    }

    /// Returns the key under which the server stores the opening total; never shown as a column.
    pub fn before_id(self) -> &'static str {
        match self {
            Tally::Checked => "checked_before",
            Tally::Found => "found_before",
            Tally::Fixed => "fixed_before",
        }
    }

    /// Returns the tally whose opening total this key stores.
    pub fn from_before_id(id: &str) -> Option<Tally> {
        Tally::ALL.into_iter().find(|tally| tally.before_id() == id)
    }

    /// Returns the tally to which a total column belongs.
    pub fn of_total(column: Column) -> Option<Tally> {
        Tally::ALL
            .into_iter()
            .find(|tally| tally.total_column() == column)
    }
}

impl Totals {
    /// Returns one of the numbers.
    pub fn get(&self, tally: Tally) -> Option<u64> {
        match tally {
            Tally::Checked => self.checked,
            Tally::Found => self.found,
            Tally::Fixed => self.fixed,
        }
    }

    /// Sets one of the numbers.
    pub fn set(&mut self, tally: Tally, number: Option<u64>) {
        match tally {
            Tally::Checked => self.checked = number,
            Tally::Found => self.found = number,
            Tally::Fixed => self.fixed = number,
        }
    }
}
