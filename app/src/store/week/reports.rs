//! What one's own unit still has to report: each row with what stands against it.

use diaodu_plan::{
    column::Column,
    layout::sheet::SheetRow,
    permission::{AccountRole, judge_cell},
    report::{self, Report, Said, Standing},
    review::Reviewed,
    row::{Duty, Row, RowId},
    table,
};

use super::{Table, WeekStore};
use crate::{i18n::Language, store::row};

/// One row of one's own unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedReport {
    /// Which.
    pub row: RowId,
    /// What names it.
    pub label: String,
    /// 应报, not 协助.
    pub is_owed: bool,
    /// It says that it is reported.
    pub is_said: bool,
    /// How far it is, in words.
    pub state: String,
    /// 待审签, and this person may sign it off.
    pub may_sign: bool,
    /// 审核未通过, and not reported again since: why, in words.
    pub returned: Option<String>,
    /// Why it cannot be reported, a stable word; `None` where it can.
    pub closed: Option<String>,
    /// What a person should look at before: the cell and the sentence.
    pub findings: Vec<(Column, String)>,
}

impl WeekStore {
    /// Lists the rows of the person's own unit, in the order of the plan.
    pub fn reports(&self) -> Vec<ListedReport> {
        let table = self.table();
        let Some(person) = table.person.clone() else {
            return Vec::new();
        };
        let own = table.rows.values();
        let mut own: Vec<_> = own
            .filter(|(_, row)| row.unit == person.unit && row.duty != Duty::Released)
            .collect();
        own.sort_unstable_by_key(|(number, row)| (*number, row.id.clone()));
        let nothing = SheetRow::default();
        let listed = own.into_iter().filter_map(|(_, row)| {
            let stored = table.stored.get(&row.id).unwrap_or(&nothing);
            let said = Said::read(&stored.cells).report;
            let is_said = said.is_some_and(|said| said != Report::Withdrawn);
            let campaign = table.campaign.as_ref()?;
            let closed = judge_cell(&person, row, Column::Report, campaign, table.state);
            let is_waiting =
                is_said && table.reports.get(&row.id).is_some_and(Standing::is_waiting);
            let previous = table.previous.get(&row.id);
            let found = report::check(said.unwrap_or(Report::Sent), stored, previous);
            let sentence = |finding: table::Finding| {
                let sentence = row::finding_sentence(finding, table.language);
                (finding.column(), sentence)
            };
            Some(ListedReport {
                row: row.id.clone(),
                label: table.content(&row.id)?.label,
                is_owed: row.duty == Duty::Owed,
                is_said,
                state: table.report_state(row)?,
                may_sign: is_waiting && person.role == AccountRole::Leader && closed.is_ok(),
                returned: table.returned(&row.id),
                closed: closed.err().map(|reason| reason.word().to_owned()),
                findings: found.into_iter().map(sentence).collect(),
            })
        });
        listed.collect()
    }
}

impl Table {
    /// How far a row's report is, in words.
    pub(super) fn report_state(&self, row: &Row) -> Option<String> {
        let campaign = self.campaign.as_ref()?;
        let said = self.stored.get(&row.id);
        let said = said.and_then(|stored| Said::read(&stored.cells).report);
        let receipt = self.receipts.get(&row.id);
        let received = receipt.map(|at| table::moment(campaign, *at));
        let is_late = receipt.zip(self.due).is_some_and(|(at, due)| *at >= due);
        let standing = self.reports.get(&row.id);
        let submitted = standing.filter(|standing| standing.is_waiting());
        if let (Some(Report::Sent | Report::Zero), Some(at)) =
            (said, submitted.and_then(|standing| standing.submitted))
        {
            let values = [("time", table::moment(campaign, at).into())];
            return Some(self.language.say_with("report-unsigned", &values));
        }
        let state = state(self.language, said, received, is_late);
        let signed = standing.and_then(|standing| standing.signed.as_ref());
        Some(match signed {
            None => state,
            Some(signed) => {
                let values = [
                    ("state", state.into()),
                    ("by", signed.by.clone().into()),
                    ("time", table::moment(campaign, signed.at).into()),
                ];
                self.language.say_with("report-signed", &values)
            }
        })
    }

    /// Why a row was returned, in words; `None` where it was not, or is reported again.
    pub(super) fn returned(&self, row: &RowId) -> Option<String> {
        let cells = &self.stored.get(row)?.cells;
        if diaodu_plan::review::read(cells) != Reviewed::Returned {
            return None;
        }
        let note = table::shown(cells, Column::ReviewNote);
        Some(match note.trim() {
            "" => self.language.say("report-returned-bare"),
            note => {
                let values = [("reason", note.to_owned().into())];
                self.language.say_with("report-returned", &values)
            }
        })
    }
}

fn state(
    language: Language,
    said: Option<Report>,
    received: Option<String>,
    is_late: bool,
) -> String {
    let key = match (said, &received) {
        (Some(Report::Sent | Report::Zero), None) => "report-waits",
        (None | Some(Report::Withdrawn), None) => "report-missing",
        (Some(Report::Withdrawn), Some(_)) => "report-withdrawn-late",
        (Some(Report::Zero), Some(_)) if is_late => "report-zero-late",
        (Some(Report::Zero), Some(_)) => "report-zero-received",
        (_, Some(_)) if is_late => "report-late",
        (_, Some(_)) => "report-received",
    };
    language.say_with(key, &[("time", received.unwrap_or_default().into())])
}
