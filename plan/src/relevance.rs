//! 相关街道: which streets a measure means, week by week, as the office has set it. Past and frozen weeks keep what held in them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::campaign::{Campaign, Measure, MeasureNumber, Party, UnitId, WeekNumber};

/// What the relevant streets of a measure were before they were set anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelevantBefore {
    /// The last week in which they held.
    pub through: WeekNumber,
    /// The streets.
    pub streets: Vec<UnitId>,
}

/// Why relevant streets cannot be set so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelevanceError {
    /// The campaign has no such measure.
    #[error("no such measure")]
    NoMeasure,
    /// The measure does not name 相关街道.
    #[error("the measure names no relevant streets")]
    NotNamed,
    /// A measure that means relevant streets means one at least.
    #[error("no streets")]
    NoStreets,
    /// One of them is no active street.
    #[error("not an active street")]
    NotAStreet,
    /// Every week is due or frozen: there is none left in which it could hold.
    #[error("no open week")]
    NoOpenWeek,
}

impl Measure {
    /// Says whether the plan names 相关街道 in this measure.
    pub fn names_relevant_streets(&self) -> bool {
        let parties = [&self.lead, &self.implementing, &self.cooperating];
        parties
            .into_iter()
            .any(|parties| parties.contains(&Party::RelevantStreets))
    }

    /// Returns the streets that 「相关街道」 means in a week.
    pub fn relevant_in(&self, week: WeekNumber) -> &[UnitId] {
        let before = self.relevant_before.iter();
        before
            .filter(|before| week <= before.through)
            .min_by_key(|before| before.through)
            .map_or(&self.relevant_streets, |before| &before.streets)
    }
}

impl Campaign {
    /// Returns the first week that is neither due nor frozen: what the office sets now holds from it on.
    ///
    /// A week that is due is left alone, so that nobody is late with a row that he never saw.
    pub fn open_week(&self, now: Timestamp, frozen: &BTreeSet<WeekNumber>) -> Option<WeekNumber> {
        let is_open =
            |week: &&crate::campaign::Week| !week.is_due(now) && !frozen.contains(&week.number);
        self.weeks.iter().find(is_open).map(|week| week.number)
    }

    /// Sets the relevant streets of a measure from the open week on. Streets may come in any order, and twice.
    ///
    /// Frozen weeks keep theirs, later ones too. Result: the week from which it holds.
    pub fn set_relevant_streets(
        &mut self,
        number: MeasureNumber,
        streets: &[UnitId],
        now: Timestamp,
        frozen: &BTreeSet<WeekNumber>,
    ) -> Result<WeekNumber, RelevanceError> {
        let from = self
            .open_week(now, frozen)
            .ok_or(RelevanceError::NoOpenWeek)?;
        let known = |id: &&UnitId| {
            self.unit(id)
                .is_some_and(|unit| unit.active && unit.is_street())
        };
        if !streets.iter().all(|id| known(&id)) {
            return Err(RelevanceError::NotAStreet);
        }
        // In the order of the campaign: equal choices are equal lists.
        let chosen = self.units.iter().map(|unit| &unit.id);
        let chosen: Vec<UnitId> = chosen.filter(|id| streets.contains(id)).cloned().collect();
        if chosen.is_empty() {
            return Err(RelevanceError::NoStreets);
        }
        let weeks: Vec<WeekNumber> = self.weeks.iter().map(|week| week.number).collect();
        let measure = self
            .measures
            .iter_mut()
            .find(|measure| measure.number == number);
        let measure = measure.ok_or(RelevanceError::NoMeasure)?;
        if !measure.names_relevant_streets() {
            return Err(RelevanceError::NotNamed);
        }
        let by_week = weeks.into_iter().map(|week| {
            let stays = week < from || frozen.contains(&week);
            let streets = if stays {
                measure.relevant_in(week)
            } else {
                &chosen
            };
            (week, streets.to_vec())
        });
        let by_week: Vec<_> = by_week.collect();
        let runs = by_week.chunk_by(|(_, one), (_, next)| one == next);
        let mut runs: Vec<RelevantBefore> = runs
            .filter_map(|run| {
                let (through, streets) = run.last()?.clone();
                Some(RelevantBefore { through, streets })
            })
            .collect();
        // The last run has no end; where that is a frozen week's, what was set now still is what holds after the campaign.
        if runs.last().is_some_and(|last| last.streets == chosen) {
            runs.pop();
        }
        measure.relevant_before = runs;
        measure.relevant_streets = chosen;
        Ok(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    const FRIDAY_BEFORE_FOUR: &str = "2021-04-16T15:30:00+08:00";
    const FRIDAY_AT_FOUR: &str = "2021-04-16T16:00:00+08:00";

    fn ids(names: &str) -> Vec<UnitId> {
        names
            .split_whitespace()
            .map(|id| UnitId(id.to_owned()))
            .collect()
    }

    fn frozen(weeks: &[u8]) -> BTreeSet<WeekNumber> {
        weeks.iter().copied().map(WeekNumber).collect()
    }

    fn set(
        campaign: &mut Campaign,
        measure: u8,
        streets: &str,
        now: &str,
        frozen_weeks: &[u8],
    ) -> Result<WeekNumber, RelevanceError> {
        campaign.set_relevant_streets(
            MeasureNumber(measure),
            &ids(streets),
            now.parse().unwrap(),
            &frozen(frozen_weeks),
        )
    }

    /// Lists, for measure 17 of the sample, the streets by week: `1-2 a b; 3-9 c`.
    fn by_week(campaign: &Campaign) -> String {
        let measure = campaign.measure(MeasureNumber(17)).unwrap();
        let weeks: Vec<_> = campaign.weeks.iter().map(|week| week.number).collect();
        let runs =
            weeks.chunk_by(|one, next| measure.relevant_in(*one) == measure.relevant_in(*next));
        let runs = runs.map(|run| {
            let streets: Vec<&str> = measure
                .relevant_in(run[0])
                .iter()
                .map(|id| id.0.as_str())
                .collect();
            format!("{}-{} {}", run[0], run[run.len() - 1], streets.join(" "))
        });
        runs.collect::<Vec<_>>().join("; ")
    }

    fn check_by_week(steps: &[(&str, &str, &[u8])], expected: &str) {
        let mut campaign = fixture::campaign(fixture::WEIDONG);
        for (streets, now, frozen) in steps {
            set(&mut campaign, 17, streets, now, frozen).unwrap();
        }
        assert_eq!(by_week(&campaign), expected);
        assert_eq!(campaign.validate(), []);
    }

    #[test]
    fn past_weeks_keep_what_held_in_them() {
        let before = "1-1 s-donganlu s-donghuanlu s-guanghualu";
        check_by_week(
            &[("s-hongying", FRIDAY_BEFORE_FOUR, &[])],
            &format!("{before}; 2-9 s-hongying"),
        );
        check_by_week(
            &[
                ("s-hongying", FRIDAY_BEFORE_FOUR, &[]),
                ("s-donganlu", "2021-05-12T09:00:00+08:00", &[]),
            ],
            &format!("{before}; 2-5 s-hongying; 6-9 s-donganlu"),
        );
    }

    #[test]
    fn a_week_that_is_due_is_left_alone() {
        check_by_week(
            &[("s-hongying", FRIDAY_AT_FOUR, &[])],
            "1-2 s-donganlu s-donghuanlu s-guanghualu; 3-9 s-hongying",
        );
    }

    #[test]
    fn frozen_weeks_keep_theirs_later_ones_too() {
        let old = "s-donganlu s-donghuanlu s-guanghualu";
        check_by_week(
            &[("s-hongying", FRIDAY_BEFORE_FOUR, &[2, 5, 9])],
            &format!("1-2 {old}; 3-4 s-hongying; 5-5 {old}; 6-8 s-hongying; 9-9 {old}"),
        );
    }

    #[test]
    fn setting_what_held_before_leaves_no_trace() {
        let mut campaign = fixture::campaign(fixture::WEIDONG);
        let before = campaign.clone();
        set(&mut campaign, 17, "s-hongying", FRIDAY_BEFORE_FOUR, &[]).unwrap();
        assert_ne!(campaign, before);
        let again = "s-guanghualu s-donganlu s-donghuanlu s-donganlu";
        set(&mut campaign, 17, again, FRIDAY_BEFORE_FOUR, &[]).unwrap();
        assert_eq!(campaign, before);
    }

    #[test]
    fn what_cannot_be_set_changes_nothing() {
        let mut campaign = fixture::campaign(fixture::WEIDONG);
        let before = campaign.clone();
        let after_all = "2022-01-01T00:00:00+08:00";
        for (measure, streets, now, expected) in [
            (
                99,
                "s-hongying",
                FRIDAY_BEFORE_FOUR,
                RelevanceError::NoMeasure,
            ),
            (
                1,
                "s-hongying",
                FRIDAY_BEFORE_FOUR,
                RelevanceError::NotNamed,
            ),
            (17, "", FRIDAY_BEFORE_FOUR, RelevanceError::NoStreets),
            (
                17,
                "u-zhujian",
                FRIDAY_BEFORE_FOUR,
                RelevanceError::NotAStreet,
            ),
            (
                17,
                "s-huangtai",
                FRIDAY_BEFORE_FOUR,
                RelevanceError::NotAStreet,
            ),
            (
                17,
                "s-nowhere",
                FRIDAY_BEFORE_FOUR,
                RelevanceError::NotAStreet,
            ),
            (17, "s-hongying", after_all, RelevanceError::NoOpenWeek),
        ] {
            assert_eq!(
                set(&mut campaign, measure, streets, now, &[]),
                Err(expected)
            );
            assert_eq!(campaign, before);
        }
    }

    #[test]
    fn campaigns_kept_before_read_without_history() {
        let json = serde_json::to_string(&fixture::campaign(fixture::WEIDONG)).unwrap();
        assert!(!json.contains("relevant_before"));
        assert!(serde_json::from_str::<Campaign>(&json).is_ok());
    }
}
