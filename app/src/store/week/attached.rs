//! 附件 of a row, and whether the person may add to them.

use diaodu_plan::{
    attachment::{self, Attached},
    permission::Reason,
    row::RowId,
};

use super::{Closed, Table, WeekStore};
use crate::store::row;

impl WeekStore {
    /// Returns the files that a row has, or had at the moment that the table shows.
    pub fn attached(&self, id: &RowId) -> Vec<Attached> {
        let table = self.table();
        let stored = match &table.past {
            Some(past) => &past.stored,
            None => &table.stored,
        };
        stored
            .get(id)
            .map(|row| row.attached.clone())
            .unwrap_or_default()
    }

    /// Says why nobody at this desk may attach a file to a row here and now; `None` where somebody may.
    pub fn attaching_closed(&self, id: &RowId) -> Option<String> {
        let table = self.table();
        let closed = table.attaching_closed(id)?;
        // It is said where a file is tried, with what to do instead.
        if closed == Closed::Refused(Reason::WeekFrozen) {
            return Some(table.language.say("attachments-frozen"));
        }
        let unit = id
            .unit()
            .map(|unit| table.unit_name(&unit))
            .unwrap_or_default();
        Some(row::closed_sentence(closed, &unit, table.language))
    }
}

impl Table {
    fn attaching_closed(&self, id: &RowId) -> Option<Closed> {
        if self.past.is_some() {
            return Some(Closed::Past);
        }
        let known = self.rows.get(id).zip(self.campaign.as_ref());
        let (((_, row), campaign), person) = known.zip(self.person.as_ref())?;
        if !self.here.contains(&row.unit) {
            return Some(Closed::NotHere);
        }
        let judged = attachment::judge(person, row, campaign, self.state);
        judged.err().map(Closed::Refused)
    }
}
