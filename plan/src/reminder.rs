//! When units are reminded of what they owe: moments before due. Says when and whom, never how.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::{
    campaign::{Campaign, UnitId, Week, WeekNumber},
    limits::{REMINDER_MINUTES_MAX, REMINDERS_MAX},
    report::Timeliness,
    row::{Duty, RowId},
    summary::Line,
};

/// One reminder: of a week, so many minutes before it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reminder {
    /// Which week.
    pub week: WeekNumber,
    /// Minutes before due: they name the reminder, also after due has been moved.
    pub minutes: u16,
}

/// A unit that owes reports, with the rows that are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminded {
    /// Which unit.
    pub unit: UnitId,
    /// Its 应报 rows without a report, in the order of the plan.
    pub rows: Vec<RowId>,
}

/// Thursday 16:00, Friday 10:00 and 15:00 of a week that is due on Friday at 16:00.
pub fn usual() -> Vec<u16> {
    vec![1_440, 360, 60]
}

/// Says whether they are the usual ones, which need not be written down.
pub fn is_usual(minutes: &[u16]) -> bool {
    minutes == usual()
}

/// Returns the minutes before due with the earliest moment first; `None` where they are no setting.
pub fn checked(minutes: Vec<u16>) -> Option<Vec<u16>> {
    let sorted: BTreeSet<u16> = minutes.into_iter().collect();
    let are_good = sorted.len() <= REMINDERS_MAX
        && sorted
            .iter()
            .all(|minutes| (1..=REMINDER_MINUTES_MAX).contains(minutes));
    are_good.then(|| sorted.into_iter().rev().collect())
}

/// Returns when a week's reminder falls: it moves with due.
pub fn moment(week: &Week, minutes: u16) -> Timestamp {
    let before = SignedDuration::from_mins(i64::from(minutes));
    week.due.checked_sub(before).unwrap_or(week.due)
}

/// Returns the reminders whose moment has come and that were not given, of weeks that are not due: of each week the last alone.
/// A server that was down over two of them does not ring twice.
///
/// `given`: when each was given. One that was given before its moment was so for an earlier due, and is given again.
pub fn fallen(
    campaign: &Campaign,
    given: &BTreeMap<Reminder, Timestamp>,
    now: Timestamp,
) -> Vec<Reminder> {
    let open = campaign.weeks.iter().filter(|week| !week.is_due(now));
    let last = open.filter_map(|week| {
        let come = campaign.reminders.iter().copied();
        let come = come.filter(|minutes| moment(week, *minutes) <= now);
        let last = Reminder {
            week: week.number,
            minutes: come.min()?,
        };
        // One that stands closer to due has been given: this one was added or moved behind it.
        let is_behind = |(each, at): (&Reminder, &Timestamp)| {
            each.week == last.week
                && each.minutes <= last.minutes
                && *at >= moment(week, each.minutes)
        };
        (!given.iter().any(is_behind)).then_some(last)
    });
    last.collect()
}

/// Names who is reminded: units with 应报 rows without a report, in plan order. 协助 is never named.
///
/// `lines`: the rows of a week; `cutoff`: when it is late.
pub fn reminded(campaign: &Campaign, lines: &[Line<'_>], cutoff: Timestamp) -> Vec<Reminded> {
    let is_missing = |line: &&Line<'_>| {
        line.row.duty == Duty::Owed && line.standing.state(cutoff).timeliness == Timeliness::Missing
    };
    let units = campaign.active_units().map(|unit| Reminded {
        unit: unit.id.clone(),
        rows: lines
            .iter()
            .filter(is_missing)
            .filter(|line| line.row.unit == unit.id)
            .map(|line| line.row.id.clone())
            .collect(),
    });
    units.filter(|unit| !unit.rows.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    /// `given`: at their moments.
    fn check(campaign: &Campaign, given: &[(u8, u16)], now: &str, expected: &[(u8, u16)]) {
        let given = given.iter().map(|(week, minutes)| {
            let week = campaign.week(WeekNumber(*week)).unwrap();
            (week.number.0, *minutes, moment(week, *minutes))
        });
        check_given(campaign, &given.collect::<Vec<_>>(), now, expected);
    }

    fn check_given(
        campaign: &Campaign,
        given: &[(u8, u16, Timestamp)],
        now: &str,
        expected: &[(u8, u16)],
    ) {
        let reminder = |week: u8, minutes: u16| Reminder {
            week: WeekNumber(week),
            minutes,
        };
        let given = given.iter();
        let given = given.map(|(week, minutes, at)| (reminder(*week, *minutes), *at));
        let expected = expected
            .iter()
            .map(|(week, minutes)| reminder(*week, *minutes));
        let now = format!("{now}+08:00").parse().unwrap();
        assert_eq!(
            fallen(campaign, &given.collect(), now),
            expected.collect::<Vec<_>>(),
            "{now}"
        );
    }

    #[test]
    fn a_week_is_reminded_on_thursday_at_four_and_on_friday_at_ten_and_at_three() {
        let campaign = fixture::campaign(fixture::SMALL);
        check(&campaign, &[], "2021-04-08T15:59:59.999", &[]);
        check(&campaign, &[], "2021-04-08T16:00:00", &[(1, 1_440)]);
        check(&campaign, &[(1, 1_440)], "2021-04-09T09:59:59", &[]);
        check(&campaign, &[(1, 1_440)], "2021-04-09T10:00:00", &[(1, 360)]);
        check(&campaign, &[(1, 360)], "2021-04-09T15:00:00", &[(1, 60)]);
        // Down since Wednesday: one reminder and not three.
        check(&campaign, &[], "2021-04-09T15:30:00", &[(1, 60)]);
        check(&campaign, &[(1, 60)], "2021-04-09T15:59:59.999", &[]);
        // What is due is not reminded of any more.
        check(&campaign, &[], "2021-04-09T16:00:00", &[]);
        check(&campaign, &[(1, 60)], "2021-04-15T16:00:00", &[(2, 1_440)]);
    }

    #[test]
    fn a_holiday_moves_the_reminders_and_none_is_given_twice() {
        let mut campaign = fixture::campaign(fixture::SMALL);
        campaign.weeks[0].due = "2021-04-09T12:00:00+08:00".parse().unwrap();
        check(&campaign, &[], "2021-04-08T12:00:00", &[(1, 1_440)]);
        check(&campaign, &[(1, 1_440)], "2021-04-09T06:00:00", &[(1, 360)]);
        check(&campaign, &[(1, 60)], "2021-04-09T06:00:00", &[]);
        campaign.reminders = Vec::new();
        check(&campaign, &[], "2021-04-09T11:59:00", &[]);
    }

    #[test]
    fn a_postponed_week_is_reminded_again() {
        let mut campaign = fixture::campaign(fixture::SMALL);
        let given = [(1, 60, "2021-04-09T15:00:00+08:00".parse().unwrap())];
        campaign.weeks[0].due = "2021-04-12T12:00:00+08:00".parse().unwrap();
        let check = |now, expected: &[_]| check_given(&campaign, &given, now, expected);
        check("2021-04-11T11:59:59", &[]);
        check("2021-04-11T12:00:00", &[(1, 1_440)]);
        check("2021-04-12T11:00:00", &[(1, 60)]);
    }

    #[test]
    fn settings_are_sorted_and_bounded() {
        assert_eq!(checked(vec![60, 1_440, 60]), Some(vec![1_440, 60]));
        assert_eq!(checked(vec![]), Some(vec![]));
        assert_eq!(checked(vec![0]), None);
        assert_eq!(checked(vec![10_081]), None);
        assert_eq!(checked((1..=11).collect()), None);
    }
}
