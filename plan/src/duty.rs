//! 应报 and 协助, row by row, as the office has set them: from a week on. Past and frozen weeks keep what held in them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    campaign::{Campaign, WeekNumber},
    row::{self, Duty, RowId},
};

/// What the duty of a row was before it was set anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyBefore {
    /// The last week in which it held.
    pub through: WeekNumber,
    /// The duty.
    pub duty: Duty,
}

/// Why a duty cannot be set so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DutyError {
    /// The plan demands no such row.
    #[error("no such row")]
    NoRow,
    /// Every week is due or frozen: there is none left in which it could hold.
    #[error("no open week")]
    NoOpenWeek,
}

impl Campaign {
    /// Returns the duty that the office has given a row in a week; `None` where the plan's own word holds.
    pub fn duty_set(&self, row: &RowId, week: WeekNumber) -> Option<Duty> {
        let before = self.duties_before.get(row).into_iter().flatten();
        before
            .filter(|before| week <= before.through)
            .min_by_key(|before| before.through)
            .map(|before| before.duty)
            .or_else(|| self.duties.get(row).copied())
    }

    /// Gives a row a duty from the open week on (see `open_week`). Frozen weeks keep theirs, later ones too.
    ///
    /// Result: the week from which it holds.
    pub fn set_duty(
        &mut self,
        id: &RowId,
        duty: Duty,
        now: Timestamp,
        frozen: &BTreeSet<WeekNumber>,
    ) -> Result<WeekNumber, DutyError> {
        let own = self.own_duty(id).ok_or(DutyError::NoRow)?;
        let from = self.open_week(now, frozen).ok_or(DutyError::NoOpenWeek)?;
        let by_week = self.weeks.iter().map(|week| {
            let stays = week.number < from || frozen.contains(&week.number);
            let held = || self.duty_set(id, week.number).unwrap_or(own);
            (week.number, if stays { held() } else { duty })
        });
        let by_week: Vec<_> = by_week.collect();
        let runs = by_week.chunk_by(|(_, one), (_, next)| one == next);
        let mut runs: Vec<DutyBefore> = runs
            .filter_map(|run| {
                let (through, duty) = *run.last()?;
                Some(DutyBefore { through, duty })
            })
            .collect();
        // The last run has no end; where that is a frozen week's, what was set now still is what holds after the campaign.
        if runs.last().is_some_and(|last| last.duty == duty) {
            runs.pop();
        }
        match runs.is_empty() {
            true => drop(self.duties_before.remove(id)),
            false => drop(self.duties_before.insert(id.clone(), runs)),
        }
        // What the plan says itself needs no word of the office.
        match duty == own {
            true => drop(self.duties.remove(id)),
            false => drop(self.duties.insert(id.clone(), duty)),
        }
        Ok(from)
    }

    /// What the plan itself says of a row; `None` if no week demands it.
    fn own_duty(&self, id: &RowId) -> Option<Duty> {
        let mut plan = self.clone();
        plan.duties.remove(id);
        plan.duties_before.remove(id);
        let mut weeks = self.weeks.iter();
        let demanded = weeks.find_map(|week| row::row(&plan, week.number, id));
        demanded.map(|row| row.duty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    const ROW: &str = "m01.s-pucheng";
    const FRIDAY_BEFORE_FOUR: &str = "2021-04-16T15:30:00+08:00";
    const FRIDAY_AT_FOUR: &str = "2021-04-16T16:00:00+08:00";
    const IN_WEEK_SIX: &str = "2021-05-12T09:00:00+08:00";

    fn set(
        campaign: &mut Campaign,
        row: &str,
        duty: Duty,
        now: &str,
        frozen: &[u8],
    ) -> Result<WeekNumber, DutyError> {
        let frozen = frozen.iter().copied().map(WeekNumber).collect();
        campaign.set_duty(&RowId(row.to_owned()), duty, now.parse().unwrap(), &frozen)
    }

    /// The duty by week: `1-2 应报; 3-9 协助`.
    fn by_week(campaign: &Campaign) -> String {
        let id = RowId(ROW.to_owned());
        let of = |week: &WeekNumber| row::row(campaign, *week, &id).unwrap().duty;
        let weeks: Vec<WeekNumber> = campaign.weeks.iter().map(|week| week.number).collect();
        let runs = weeks.chunk_by(|one, next| of(one) == of(next));
        let runs = runs.map(|run| {
            let (first, last) = (run[0], run[run.len() - 1]);
            format!("{first}-{last} {}", of(&first).word())
        });
        runs.collect::<Vec<_>>().join("; ")
    }

    fn check(steps: &[(Duty, &str, &[u8])], expected: &str) {
        let mut campaign = fixture::campaign(fixture::WEIDONG);
        for (duty, now, frozen) in steps {
            set(&mut campaign, ROW, *duty, now, frozen).unwrap();
        }
        assert_eq!(by_week(&campaign), expected);
        let json = serde_json::to_string(&campaign).unwrap();
        assert_eq!(serde_json::from_str::<Campaign>(&json).unwrap(), campaign);
    }

    #[test]
    fn past_and_due_weeks_keep_what_held_in_them() {
        let assisting = Duty::Assisting;
        check(
            &[(assisting, FRIDAY_BEFORE_FOUR, &[])],
            "1-1 应报; 2-9 协助",
        );
        check(&[(assisting, FRIDAY_AT_FOUR, &[])], "1-2 应报; 3-9 协助");
        check(
            &[
                (assisting, FRIDAY_BEFORE_FOUR, &[]),
                (Duty::Owed, IN_WEEK_SIX, &[]),
            ],
            "1-1 应报; 2-5 协助; 6-9 应报",
        );
    }

    #[test]
    fn frozen_weeks_keep_theirs_later_ones_too() {
        check(
            &[(Duty::Assisting, FRIDAY_BEFORE_FOUR, &[2, 5, 9])],
            "1-2 应报; 3-4 协助; 5-5 应报; 6-8 协助; 9-9 应报",
        );
    }

    #[test]
    fn setting_what_held_before_leaves_no_trace() {
        let mut campaign = fixture::campaign(fixture::WEIDONG);
        let before = campaign.clone();
        for duty in [Duty::Assisting, Duty::Owed] {
            set(&mut campaign, ROW, duty, FRIDAY_BEFORE_FOUR, &[]).unwrap();
        }
        assert_eq!(campaign, before);
        let json = serde_json::to_string(&campaign).unwrap();
        assert!(!json.contains("duties_before"));
    }

    #[test]
    fn what_cannot_be_set_changes_nothing() {
        let mut campaign = fixture::campaign(fixture::WEIDONG);
        let before = campaign.clone();
        for (row, now, expected) in [
            ("m99.s-pucheng", FRIDAY_AT_FOUR, DutyError::NoRow),
            (ROW, "2022-01-01T00:00:00+08:00", DutyError::NoOpenWeek),
        ] {
            let answer = set(&mut campaign, row, Duty::Assisting, now, &[]);
            assert_eq!(answer, Err(expected));
        }
        assert_eq!(campaign, before);
    }
}
