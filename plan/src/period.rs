//! Periods of counting: from cut-off to cut-off, so that they sum to the whole. Source: the domain's calendar.

use std::ops::{Add, Sub};

use jiff::{Timestamp, ToSpan};

use crate::{
    campaign::{Campaign, WeekNumber},
    tally::Totals,
};

/// From one cut-off to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The week whose cut-off ends it; `None` for the closing period, from the last cut-off to the end of the last day.
    pub week: Option<WeekNumber>,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

/// Sums and differences of the three counts; a correction may make a difference negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// 排查数
    pub checked: i64,
    /// 发现问题数
    pub found: i64,
    /// 整改数
    pub fixed: i64,
}

/// Returns the periods of a campaign in order, without a gap: each week's, and the closing one if the campaign goes on after the last cut-off.
pub fn periods(campaign: &Campaign) -> Vec<Period> {
    let midnight = |day: jiff::civil::Date| campaign.offset().to_timestamp(day.at(0, 0, 0, 0)).ok();
    let mut from = midnight(campaign.start).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut all = Vec::new();
    for week in &campaign.weeks {
        all.push(Period {
            week: Some(week.number),
            from,
            to: week.cutoff(),
        });
        from = week.cutoff();
    }
    let day_after = campaign.end.checked_add(1.day()).ok();
    if let Some(to) = day_after.and_then(midnight).filter(|to| *to > from) {
        all.push(Period {
            week: None,
            from,
            to,
        });
    }
    all
}

/// Returns 收官时段, if the campaign goes on after the last cut-off. Its work stands in the last week's table, which is written until it
/// is frozen.
pub fn closing(campaign: &Campaign) -> Option<Period> {
    periods(campaign)
        .pop()
        .filter(|period| period.week.is_none())
}

/// Returns what each period adds, from what had been counted in the whole campaign at each period's end.
///
/// What arrives after a cut-off is counted in the next period, whichever week's sheet it stands in. The result sums to the last whole.
pub fn split(wholes: &[Counts]) -> Vec<Counts> {
    let before = std::iter::once(Counts::default()).chain(wholes.iter().copied());
    let each = wholes.iter().zip(before);
    each.map(|(whole, before)| *whole - before).collect()
}

impl Period {
    /// Says whether it ends after this moment.
    pub fn lasts(&self, now: Timestamp) -> bool {
        now < self.to
    }

    /// Says whether this moment lies in it.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.from <= now && self.lasts(now)
    }
}

impl Counts {
    /// Counts what is there; a missing number is none.
    pub fn of(totals: &Totals) -> Counts {
        // Below `COUNT_MAX`, or the gate would have refused it.
        let number = |count: Option<u64>| i64::try_from(count.unwrap_or(0)).unwrap_or(i64::MAX);
        Counts {
            checked: number(totals.checked),
            found: number(totals.found),
            fixed: number(totals.fixed),
        }
    }
}

impl Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            checked: self.checked.saturating_add(other.checked),
            found: self.found.saturating_add(other.found),
            fixed: self.fixed.saturating_add(other.fixed),
        }
    }
}

impl Sub for Counts {
    type Output = Counts;

    fn sub(self, other: Counts) -> Counts {
        Counts {
            checked: self.checked.saturating_sub(other.checked),
            found: self.found.saturating_sub(other.found),
            fixed: self.fixed.saturating_sub(other.fixed),
        }
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Counts>>(all: I) -> Counts {
        all.fold(Counts::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixture, rehearsal::Dice};

    #[test]
    fn periods_follow_each_other_and_the_last_one_closes() {
        let campaign = fixture::campaign(fixture::SMALL);
        let all = periods(&campaign);
        let words: Vec<String> = all
            .iter()
            .map(|period| {
                let name = period
                    .week
                    .map_or("closing".to_owned(), |week| week.to_string());
                let local = |at| campaign.local(at).strftime("%m-%d %H:%M").to_string();
                format!("{name} {}–{}", local(period.from), local(period.to))
            })
            .collect();
        assert_eq!(words[0], "1 04-06 00:00–04-09 16:00");
        assert_eq!(words[1], "2 04-09 16:00–04-16 16:00");
        assert_eq!(words[8], "9 05-28 16:00–06-04 16:00");
        assert_eq!(words[9], "closing 06-04 16:00–06-06 00:00");
        assert_eq!(words.len(), 10);
        assert!(all.windows(2).all(|two| two[0].to == two[1].from));
    }

    #[test]
    fn the_closing_period_is_what_follows_the_last_cutoff() {
        let mut campaign = fixture::campaign(fixture::SMALL);
        let closing = super::closing(&campaign).unwrap();
        let holds = |moment: &str| closing.holds(moment.parse().unwrap());
        assert!(!holds("2021-06-04T15:59:59.999+08:00"));
        assert!(holds("2021-06-04T16:00:00+08:00"));
        assert!(holds("2021-06-05T23:59:59.999+08:00"));
        assert!(!holds("2021-06-06T00:00:00+08:00"));
        assert!(closing.lasts("2021-05-01T00:00:00+08:00".parse().unwrap()));
        // Due moved beyond the last day: nothing is left to close.
        campaign.weeks[8].due = "2021-06-06T12:00:00+08:00".parse().unwrap();
        assert_eq!(super::closing(&campaign), None);
    }

    #[test]
    fn a_moved_cutoff_moves_both_its_periods() {
        let mut campaign = fixture::campaign(fixture::SMALL);
        campaign.weeks[3].due = "2021-05-06T12:00:00+08:00".parse().unwrap();
        campaign.weeks[3].grace_minutes = 10;
        let all = periods(&campaign);
        assert_eq!(all[3].to, "2021-05-06T12:10:00+08:00".parse().unwrap());
        assert_eq!(all[4].from, all[3].to);
    }

    #[test]
    fn periods_sum_exactly_to_the_whole() {
        let mut dice = Dice(11);
        for _ in 0..1_000 {
            let mut number = || dice.throw(1_000) as i64;
            let mut draw = || Counts {
                checked: number(),
                found: number(),
                fixed: number(),
            };
            let wholes: Vec<Counts> = (0..10).map(|_| draw()).collect();
            let sum: Counts = split(&wholes).into_iter().sum();
            assert_eq!(Some(&sum), wholes.last());
        }
        assert!(split(&[]).is_empty());
    }
}
