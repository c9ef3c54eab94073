//! 行动方案: every unit that leads a measure files one, once, by a day that the plan names. A duty beside the weekly reports, with a
//! receipt of its own: neither grace, nor a due time that was moved, nor the freeze of a week touches it. Source: docs/decisions/018.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};

use crate::{
    campaign::{Campaign, Unit, UnitId, WeekNumber},
    report::Timeliness,
    row::Duty,
};

/// What the server knows of a unit's action plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// The receipt: when the first one arrived, by the server's clock. What is filed again does not move it.
    pub at: Timestamp,
    /// Which account filed what stands now.
    pub by: String,
    /// Title and number of what stands now.
    pub title: String,
    /// When it was filed anew last.
    pub again: Option<Timestamp>,
}

/// A unit, and how its action plan stands. Computed, never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanLine {
    /// Which.
    pub unit: UnitId,
    /// 应报: it leads a measure. 协助: it does not, and has filed one nevertheless.
    pub duty: Duty,
    /// What it has filed.
    pub filed: Option<Filed>,
    /// 按时, 迟报 or 未报.
    pub timeliness: Timeliness,
}

/// How many of those who owe a plan have filed it, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlanTally {
    /// 按时
    pub on_time: usize,
    /// 迟报
    pub late: usize,
    /// 未报, also while they are not due yet.
    pub missing: usize,
}

/// Returns when action plans are due: at the end of the day that the plan names. Strictly before it they are on time.
pub fn due(campaign: &Campaign) -> Option<Timestamp> {
    let next_day = campaign.action_plan_due?.checked_add(1.day()).ok()?;
    campaign.offset().to_timestamp(next_day.at(0, 0, 0, 0)).ok()
}

/// Returns the week in which that day lies, whose hub keeps the receipts; it never changes, even if a week's due time does.
pub fn week(campaign: &Campaign) -> Option<WeekNumber> {
    let day = campaign.action_plan_due?;
    let mut weeks = campaign.weeks.iter();
    let found = weeks.find(|week| day <= week.end);
    found.or(campaign.weeks.last()).map(|week| week.number)
}

/// Says whether a unit owes an action plan: it leads a measure, alone or among 「相关街道」 of the week in which plans are due.
pub fn owes(campaign: &Campaign, unit: &Unit) -> bool {
    let Some(week) = week(campaign).filter(|_| unit.active) else {
        return false;
    };
    campaign
        .measures
        .iter()
        .flat_map(|measure| measure.lead.iter().map(move |party| (measure, party)))
        .any(|(measure, party)| measure.means(party, unit, week))
}

/// Returns how a plan stands: its receipt alone counts.
pub fn timeliness(due: Timestamp, filed: Option<&Filed>) -> Timeliness {
    match filed {
        Some(filed) if filed.at < due => Timeliness::OnTime,
        Some(_) => Timeliness::Late,
        None => Timeliness::Missing,
    }
}

/// Returns the units that owe a plan or have filed one, in the order of the campaign; none where the campaign demands no plans.
pub fn lines(campaign: &Campaign, filed: &BTreeMap<UnitId, Filed>) -> Vec<PlanLine> {
    let Some(due) = due(campaign) else {
        return Vec::new();
    };
    let line = |unit: &Unit| {
        let filed = filed.get(&unit.id);
        let duty = match owes(campaign, unit) {
            true => Duty::Owed,
            false => Duty::Assisting,
        };
        let is_line = duty == Duty::Owed || filed.is_some();
        is_line.then(|| PlanLine {
            unit: unit.id.clone(),
            duty,
            filed: filed.cloned(),
            timeliness: timeliness(due, filed),
        })
    };
    campaign.active_units().filter_map(line).collect()
}

/// Counts those who owe one.
pub fn tally(lines: &[PlanLine]) -> PlanTally {
    let mut tally = PlanTally::default();
    for line in lines.iter().filter(|line| line.duty == Duty::Owed) {
        match line.timeliness {
            Timeliness::OnTime => tally.on_time += 1,
            Timeliness::Late | Timeliness::MadeUp => tally.late += 1,
            Timeliness::Missing => tally.missing += 1,
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;
    use crate::fixture;

    fn campaign() -> Campaign {
        Campaign {
            action_plan_due: Some(Date::constant(2021, 4, 9)),
            ..fixture::campaign(fixture::WEIDONG)
        }
    }

    fn filed(at: &str) -> Filed {
        Filed {
            at: at.parse().unwrap(),
            by: "u-zhujian".to_owned(),
            title: "扬尘治理行动方案".to_owned(),
            again: None,
        }
    }

    #[test]
    fn who_leads_a_measure_owes_a_plan_streets_among_them() {
        let campaign = campaign();
        let lines = lines(&campaign, &BTreeMap::new());
        let owing: Vec<&str> = lines.iter().map(|line| line.unit.0.as_str()).collect();
        let mut leads = std::collections::BTreeSet::new();
        for row in crate::row::rows(&campaign, WeekNumber(1)) {
            if row.roles.lead {
                leads.insert(row.unit.0);
            }
        }
        assert_eq!(owing.len(), leads.len());
        assert!(owing.iter().all(|unit| leads.contains(*unit)), "{owing:?}");
        // 措施17 is led by the relevant streets; the office leads one too.
        assert!(owing.contains(&"s-donganlu") && owing.contains(&"u-gongjianban"));
        assert!(!owing.contains(&"s-hongying") && !owing.contains(&"u-caizheng"));
        assert_eq!(tally(&lines).missing, owing.len());
    }

    #[test]
    fn the_day_counts_to_its_end_and_the_first_friday_does_not_matter() {
        let mut campaign = campaign();
        let due = due(&campaign).unwrap();
        assert_eq!(due, "2021-04-10T00:00:00+08:00".parse().unwrap());
        let check = |at: &str, expected| {
            assert_eq!(timeliness(due, Some(&filed(at))), expected, "{at}");
        };
        check("2021-04-09T16:00:00+08:00", Timeliness::OnTime);
        check("2021-04-09T23:59:59.999+08:00", Timeliness::OnTime);
        check("2021-04-10T00:00:00+08:00", Timeliness::Late);
        assert_eq!(timeliness(due, None), Timeliness::Missing);
        assert_eq!(week(&campaign), Some(WeekNumber(1)));
        campaign.weeks[0].due = "2021-04-12T12:00:00+08:00".parse().unwrap();
        campaign.weeks[0].grace_minutes = 30;
        assert_eq!(super::due(&campaign), Some(due));
        assert_eq!(week(&campaign), Some(WeekNumber(1)));
    }

    #[test]
    fn who_owes_none_may_file_one_and_is_not_counted() {
        let campaign = campaign();
        let filed = [
            ("s-hongying", filed("2021-04-12T09:00:00+08:00")),
            ("u-zhujian", filed("2021-04-09T17:00:00+08:00")),
        ];
        let filed = filed
            .map(|(unit, filed)| (UnitId(unit.to_owned()), filed))
            .into();
        let lines = lines(&campaign, &filed);
        let of = |unit: &str| lines.iter().find(|line| line.unit.0 == unit).unwrap();
        assert_eq!(of("s-hongying").duty, Duty::Assisting);
        assert_eq!(of("s-hongying").timeliness, Timeliness::Late);
        assert_eq!(of("u-zhujian").timeliness, Timeliness::OnTime);
        let tally = tally(&lines);
        assert_eq!((tally.on_time, tally.late), (1, 0));
        assert_eq!(tally.missing, lines.len() - 2);
    }

    #[test]
    fn a_campaign_without_the_day_demands_none() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        assert!(lines(&campaign, &BTreeMap::new()).is_empty());
        assert_eq!((due(&campaign), week(&campaign)), (None, None));
    }
}
