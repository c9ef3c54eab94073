//! What one's own unit still has to report: each row with what stands against it.

use diaodu_plan::{
    column::Column,
    layout::sheet::SheetRow,
    permission::{AccountRole, Author, judge_cell},
    report::{self, Report, Said, Standing, Timeliness},
    review::{self, Reviewed},
    row::{Duty, Row, RowId},
    sent_back::SentBack,
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
    /// 责任领导 has sent it back, and it was not reported again since.
    pub is_sent_back: bool,
    /// Sent back, or 审核未通过, and not reported again since: why, in words.
    pub returned: Option<String>,
    /// Why it cannot be reported, a stable word; `None` where it can.
    pub closed: Option<String>,
    /// What a person should look at before: the cell and the sentence.
    pub findings: Vec<(Column, String)>,
}

/// How much of one's own unit's reporting is done; asked again whenever anything comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReportCounts {
    /// Rows.
    pub all: usize,
    /// Rows that were returned or sent back, and not reported again since; what a 责任领导 has sent back is not his to mend.
    pub returned: usize,
    /// Rows that owe a report, could be reported and are not.
    pub left: usize,
    /// Rows that wait for this person's signature, what was sent back apart.
    pub unsigned: usize,
}

impl WeekStore {
    /// Counts the rows of the person's own unit. Far cheaper than to list them: nothing is put into words, no text compared.
    pub fn report_counts(&self) -> ReportCounts {
        let table = self.table();
        let mut counts = ReportCounts::default();
        let Some((person, campaign)) = table.person.as_ref().zip(table.campaign.as_ref()) else {
            return counts;
        };
        for row in table.own_rows(person) {
            let is_closed = judge_cell(person, row, Column::Report, campaign, table.state).is_err();
            counts.all += 1;
            let is_sent_back = table.sent_back(&row.id).is_some();
            let is_to_mend = is_sent_back && person.role != AccountRole::Leader;
            counts.returned += usize::from(is_to_mend || table.is_returned(&row.id));
            let is_left = row.duty == Duty::Owed && !table.is_said(&row.id) && !is_closed;
            counts.left += usize::from(is_left);
            let is_to_sign = table.may_sign(person, &row.id) && !is_sent_back;
            counts.unsigned += usize::from(is_to_sign && !is_closed);
        }
        counts
    }

    /// Says whether a row is filled and was neither reported nor made up for.
    pub fn is_unreported(&self, row: &RowId) -> bool {
        let table = self.table();
        let standing = table.reports.get(row);
        let is_missing = standing
            .is_none_or(|standing| standing.receipt.is_none() && standing.corrected.is_none());
        let stored = table.stored.get(row);
        is_missing && stored.is_some_and(SheetRow::holds_something)
    }

    /// Lists the rows of the person's own unit, in the order of the plan.
    pub fn reports(&self) -> Vec<ListedReport> {
        let table = self.table();
        let Some(person) = table.person.clone() else {
            return Vec::new();
        };
        let nothing = SheetRow::default();
        let listed = table.own_rows(&person).into_iter().filter_map(|row| {
            let stored = table.stored.get(&row.id).unwrap_or(&nothing);
            let said = Said::read(&stored.cells).report;
            let campaign = table.campaign.as_ref()?;
            let closed = judge_cell(&person, row, Column::Report, campaign, table.state);
            let previous = table.previous.get(&row.id);
            let found = report::check(said.unwrap_or(Report::Sent), stored, previous);
            let sentence = |finding: table::Finding| {
                let sentence = row::finding_sentence(finding, table.language);
                (finding.column(), sentence)
            };
            Some(ListedReport {
                row: row.id.clone(),
                label: table.label(&row.id)?,
                is_owed: row.duty == Duty::Owed,
                is_said: table.is_said(&row.id),
                state: table.report_state(row)?,
                may_sign: table.may_sign(&person, &row.id) && closed.is_ok(),
                is_sent_back: table.sent_back(&row.id).is_some(),
                returned: table.returned(&row.id),
                closed: closed.err().map(|reason| reason.word().to_owned()),
                findings: found.into_iter().map(sentence).collect(),
            })
        });
        listed.collect()
    }
}

impl Table {
    /// The rows of a person's own unit that somebody may report, in the order of the plan.
    fn own_rows(&self, person: &Author) -> Vec<&Row> {
        let own = self.rows.values();
        let mut own: Vec<_> = own
            .filter(|(_, row)| row.unit == person.unit && row.duty != Duty::Released)
            .collect();
        own.sort_unstable_by(|one, other| (one.0, &one.1.id).cmp(&(other.0, &other.1.id)));
        own.into_iter().map(|(_, row)| row).collect()
    }

    fn is_said(&self, row: &RowId) -> bool {
        let said = self.stored.get(row).map(|stored| Said::read(&stored.cells));
        let report = said.and_then(|said| said.report);
        report.is_some_and(|report| report != Report::Withdrawn)
    }

    /// 待审签, and this person signs for the unit.
    fn may_sign(&self, person: &Author, row: &RowId) -> bool {
        let is_waiting = self.reports.get(row).is_some_and(Standing::is_waiting);
        person.role == AccountRole::Leader && is_waiting && self.is_said(row)
    }

    fn is_returned(&self, row: &RowId) -> bool {
        let stored = self.stored.get(row);
        stored.is_some_and(|stored| review::read(&stored.cells) == Reviewed::Returned)
    }

    /// 退回 by the 责任领导, while it stands.
    fn sent_back(&self, row: &RowId) -> Option<&SentBack> {
        let (stored, standing) = (self.stored.get(row)?, self.reports.get(row)?);
        let back = stored.sent_back.as_ref()?;
        back.stands(&stored.cells, standing).then_some(back)
    }

    /// How far a row's report is, in words.
    pub(super) fn report_state(&self, row: &Row) -> Option<String> {
        let campaign = self.campaign.as_ref()?;
        let said = self.stored.get(&row.id);
        let said = said.and_then(|stored| Said::read(&stored.cells).report);
        let receipt = self.receipts.get(&row.id);
        let received = receipt.map(|at| table::moment(campaign, *at));
        let counts = self.report_as_it_counts(&row.id);
        let is_late = match counts.map(|counts| counts.timeliness) {
            Some(timeliness) => timeliness == Timeliness::Late,
            None => receipt
                .zip(self.cutoff)
                .is_some_and(|(at, cutoff)| *at >= cutoff),
        };
        let standing = self.reports.get(&row.id);
        let submitted = standing.filter(|standing| standing.is_waiting());
        if let (Some(Report::Sent | Report::Zero), Some(at)) =
            (said, submitted.and_then(|standing| standing.submitted))
        {
            let time = table::moment(campaign, at);
            let back = self.stored.get(&row.id).and_then(|stored| {
                let back = stored.sent_back.as_ref()?;
                back.is_mended(&stored.cells, standing?).then_some(back)
            });
            let (key, reason) = match back {
                None => ("report-unsigned", String::new()),
                Some(back) => ("report-unsigned-mended", back.reason.clone()),
            };
            let values = [("time", time.into()), ("reason", reason.into())];
            return Some(self.language.say_with(key, &values));
        }
        let mut state = state(self.language, said, received, is_late);
        for (holds, key) in [
            (
                counts.is_some_and(|counts| counts.accepted),
                "report-accepted",
            ),
            (
                counts.is_some_and(|counts| counts.offline),
                "report-offline",
            ),
            (counts.is_some_and(|counts| counts.edited), "report-edited"),
        ] {
            if holds {
                state = self.language.say_with(key, &[("state", state.into())]);
            }
        }
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

    /// Why a row was sent back or returned, in words; `None` where it was not, or is reported again.
    pub(super) fn returned(&self, row: &RowId) -> Option<String> {
        if let Some(back) = self.sent_back(row) {
            let values = [
                ("by", back.by.clone().into()),
                ("reason", back.reason.clone().into()),
            ];
            return Some(self.language.say_with("report-sent-back", &values));
        }
        if !self.is_returned(row) {
            return None;
        }
        let note = table::shown(&self.stored.get(row)?.cells, Column::ReviewNote);
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use diaodu_plan::{
        campaign::{UnitId, WeekNumber},
        fixture,
        permission::{AccountRole, WeekState},
        value::Value,
    };

    use super::super::Opening;
    use super::*;

    fn row(cells: &[(Column, &str)]) -> SheetRow {
        let mut row = SheetRow::default();
        for (column, text) in cells {
            row.cells
                .insert(*column, vec![Value::Text((*text).to_owned())]);
        }
        row
    }

    #[test]
    fn what_is_counted_is_what_is_listed() {
        let table = "unit u-a office 甲办\naction 行动\nmeasure lead=u-a\nmeasure lead=u-a\nmeasure lead=u-a";
        let (store, unit) = (WeekStore::new(), UnitId("u-a".to_owned()));
        let open = |state| {
            store.open(Opening {
                campaign: Arc::new(fixture::campaign(table)),
                week: WeekNumber(1),
                person: Author {
                    account: "甲".to_owned(),
                    unit: unit.clone(),
                    role: AccountRole::Unit,
                },
                state,
            });
        };
        let counted = |expected: [usize; 3]| {
            let (counts, listed) = (store.report_counts(), store.reports());
            let left = listed
                .iter()
                .filter(|row| row.is_owed && !row.is_said && row.closed.is_none());
            let returned = listed.iter().filter(|row| row.returned.is_some());
            let of_list = [listed.len(), returned.count(), left.count()];
            assert_eq!([counts.all, counts.returned, counts.left], expected);
            assert_eq!(of_list, expected);
        };
        assert_eq!(store.report_counts(), ReportCounts::default());
        open(WeekState::Open);
        counted([3, 0, 3]);
        let id = |number: u8| RowId(format!("m{number:02}.u-a"));
        let sent = [(Column::Report, Report::Sent.word())];
        let back = [(Column::Report, Report::Withdrawn.word())];
        let returned = [sent[0], (Column::Review, "不通过")];
        let rows = [
            (id(1), row(&sent)),
            (id(2), row(&back)),
            (id(3), row(&returned)),
        ];
        store.take_rows(&unit, rows);
        counted([3, 1, 1]);
        open(WeekState::Frozen);
        counted([3, 1, 0]);
    }

    #[test]
    fn what_a_leader_sends_back_is_the_clerks_to_mend_until_it_is_reported_again_or_signed() {
        let table = "unit u-a office 甲办\naction 行动\nmeasure lead=u-a\nmeasure lead=u-a";
        let (store, unit) = (WeekStore::new(), UnitId("u-a".to_owned()));
        let open = |role| {
            store.open(Opening {
                campaign: Arc::new(fixture::campaign(table)),
                week: WeekNumber(1),
                person: Author {
                    account: "甲".to_owned(),
                    unit: unit.clone(),
                    role,
                },
                state: WeekState::Open,
            });
        };
        let id = |number: u8| RowId(format!("m{number:02}.u-a"));
        let at = |minute: i64| jiff::Timestamp::from_second(minute * 60).unwrap();
        let told = |reported: i64, is_sent_back: bool| {
            let sent = [(Column::Report, Report::Sent.word())];
            let mut cells = row(&sent);
            let saved = u64::try_from(at(reported).as_millisecond()).unwrap();
            let saved = vec![Value::Count(saved)];
            cells.cells.insert(Column::ReportSavedAt, saved);
            cells.sent_back = is_sent_back.then(|| SentBack {
                at: at(5),
                by: "lidaoying".to_owned(),
                reason: "请写明数量".to_owned(),
                of: Some(at(1)),
            });
            cells
        };
        let waiting = Standing {
            submitted: Some(at(2)),
            ..Standing::default()
        };
        let counts = || {
            let counts = store.report_counts();
            (counts.returned, counts.unsigned)
        };
        let marked = || {
            let row = store.glance("m01.u-a").expect("a row of the week");
            let mut cells = row.cells.iter();
            cells.any(|cell| {
                cell.mistake
                    .as_ref()
                    .is_some_and(|why| why.contains("请写明数量"))
            })
        };
        open(AccountRole::Unit);
        store.take_rows(&unit, [(id(1), told(1, true)), (id(2), told(1, false))]);
        assert!(!marked(), "whether it waits is not known yet");
        let both = [(id(1), waiting.clone()), (id(2), waiting.clone())];
        store.take_reports(both.clone().into());
        assert!(marked());
        assert_eq!(counts(), (1, 0));
        let listed = &store.reports()[0];
        assert!(
            listed
                .returned
                .as_ref()
                .is_some_and(|why| why.contains("lidaoying"))
        );
        open(AccountRole::Leader);
        assert_eq!(counts(), (0, 1), "what he has sent back is not his to mend");
        assert!(store.reports().iter().all(|row| row.may_sign));
        open(AccountRole::Unit);
        store.take_rows(&unit, [(id(1), told(7, true))]);
        assert_eq!((counts(), marked()), ((0, 0), false));
        assert!(store.reports()[0].state.contains("请写明数量"));
        store.take_rows(&unit, [(id(1), told(1, true))]);
        let signed = Standing {
            receipt: Some(at(2)),
            ..waiting
        };
        store.take_reports([(id(1), signed)].into());
        assert_eq!((counts(), marked()), ((0, 0), false));
    }
}
