//! Rows: one per measure and unit, with roles and duty. Derived from the campaign, in plan order.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::campaign::{Campaign, Measure, MeasureNumber, Party, Unit, UnitId};

/// Names a row in every week: `m07.s-hongying`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowId(pub String);

/// One row of the dispatch table, as the plan demands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `m07.s-hongying`
    pub id: RowId,
    /// The measure.
    pub measure: MeasureNumber,
    /// Who fills it.
    pub unit: UnitId,
    /// In which roles the unit stands in the measure.
    pub roles: Roles,
    /// Whether a report is owed.
    pub duty: Duty,
}

/// The roles of a unit in a measure; at least one is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles {
    /// 牵头
    pub lead: bool,
    /// 落实
    pub implementing: bool,
    /// 配合
    pub cooperating: bool,
}

/// Whether a row owes a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 应报: rows of leads and of streets.
    Owed,
    /// 协助: feeds the lead, is never missing.
    Assisting,
}

/// A unit's part in a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 牵头
    Lead,
    /// 落实
    Implementing,
    /// 配合
    Cooperating,
}

/// Returns all rows of a week in plan order: by measure, within it leads, other units, streets.
pub fn rows(campaign: &Campaign) -> Vec<Row> {
    let mut all = Vec::new();
    for measure in &campaign.measures {
        let first = all.len();
        let named = campaign.active_units().filter_map(|unit| {
            let row = row_of(campaign, measure, unit)?;
            Some(((!row.roles.lead, unit.is_street()), row))
        });
        all.extend(named);
        // A stable sort: inside each group the campaign's order stands.
        all[first..].sort_by_key(|(group, _)| *group);
    }
    all.into_iter().map(|(_, row)| row).collect()
}

/// Returns the row with this id, if the plan demands it.
pub fn row(campaign: &Campaign, id: &RowId) -> Option<Row> {
    let measure = campaign.measure(id.measure()?)?;
    let unit = campaign.unit(&id.unit()?)?;
    if !unit.active {
        return None;
    }
    row_of(campaign, measure, unit).filter(|row| row.id == *id)
}

fn row_of(campaign: &Campaign, measure: &Measure, unit: &Unit) -> Option<Row> {
    let named = |parties: &[Party]| parties.iter().any(|party| measure.means(party, unit));
    let roles = Roles {
        lead: named(&measure.lead),
        implementing: named(&measure.implementing),
        cooperating: named(&measure.cooperating),
    };
    if roles == Roles::default() {
        return None;
    }
    let id = RowId::new(measure.number, &unit.id);
    let duty = match campaign.duties.get(&id) {
        Some(changed) => *changed,
        None if roles.lead || unit.is_street() => Duty::Owed,
        None => Duty::Assisting,
    };
    Some(Row {
        id,
        measure: measure.number,
        unit: unit.id.clone(),
        roles,
        duty,
    })
}

impl RowId {
    /// Names the row of this unit in this measure.
    pub fn new(measure: MeasureNumber, unit: &UnitId) -> RowId {
        RowId(format!("m{:02}.{}", measure.0, unit.0))
    }

    /// Returns the measure in the id, or `None` if it is not formed like one.
    pub fn measure(&self) -> Option<MeasureNumber> {
        self.parts().map(|(measure, _)| measure)
    }

    /// Returns the unit in the id, or `None` if it is not formed like one.
    pub fn unit(&self) -> Option<UnitId> {
        self.parts().map(|(_, unit)| UnitId(unit.to_owned()))
    }

    fn parts(&self) -> Option<(MeasureNumber, &str)> {
        let (measure, unit) = self.0.strip_prefix('m')?.split_once('.')?;
        let well_formed =
            measure.len() == 2 && measure.bytes().all(|b| b.is_ascii_digit()) && !unit.is_empty();
        let number = measure
            .parse()
            .ok()
            .filter(|number| well_formed && *number > 0)?;
        Some((MeasureNumber(number), unit))
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Roles {
    /// Returns the roles that are set, in the order of the form.
    pub fn each(self) -> impl Iterator<Item = Role> {
        let set = [
            (self.lead, Role::Lead),
            (self.implementing, Role::Implementing),
            (self.cooperating, Role::Cooperating),
        ];
        set.into_iter()
            .filter(|(is_set, _)| *is_set)
            .map(|(_, role)| role)
    }

    /// Returns the form's own words: `牵头、落实`.
    pub fn words(self) -> String {
        let words: Vec<&str> = self.each().map(Role::word).collect();
        words.join("、")
    }
}

impl Role {
    /// Returns the form's own word.
    pub fn word(self) -> &'static str {
        match self {
            Role::Lead => "牵头",
            Role::Implementing => "落实",
            Role::Cooperating => "配合",
        }
    }
}

impl Duty {
    /// Returns the form's own word.
    pub fn word(self) -> &'static str {
        match self {
            Duty::Owed => "应报",
            Duty::Assisting => "协助",
        }
    }

    /// Returns the stable word: `owed`, `assisting`.
    pub fn id(self) -> &'static str {
        match self {
            Duty::Owed => "owed",
            Duty::Assisting => "assisting",
        }
    }

    /// Reads the stable word.
    pub fn from_id(id: &str) -> Option<Duty> {
        [Duty::Owed, Duty::Assisting]
            .into_iter()
            .find(|duty| duty.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn listing(campaign: &Campaign) -> String {
        let lines = rows(campaign)
            .into_iter()
            .map(|row| format!("{} {} {}\n", row.id, row.roles.words(), row.duty.word()));
        lines.collect()
    }

    #[test]
    fn rows_stand_in_plan_order_with_every_role_in_one_row() {
        let expected = "\
m01.u-shengtai 牵头 应报
m01.s-donganlu 落实 应报
m01.s-hongying 落实 应报
m02.s-hongying 牵头、落实 应报
m02.u-shengtai 落实 协助
m02.u-zhujian 配合 协助
";
        assert_eq!(listing(&fixture::campaign(fixture::SMALL)), expected);
    }

    #[test]
    fn the_office_may_change_the_duty_of_a_row() {
        let mut campaign = fixture::campaign(fixture::SMALL);
        let id = RowId("m02.u-zhujian".to_owned());
        assert_eq!(row(&campaign, &id).unwrap().duty, Duty::Assisting);
        campaign.duties.insert(id.clone(), Duty::Owed);
        assert_eq!(row(&campaign, &id).unwrap().duty, Duty::Owed);
        let changed = rows(&campaign).into_iter().find(|row| row.id == id);
        assert_eq!(changed.unwrap().duty, Duty::Owed);
    }

    #[test]
    fn the_sample_owes_239_reports_in_288_rows() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let all = rows(&campaign);
        let owed = all.iter().filter(|row| row.duty == Duty::Owed).count();
        let streets = all
            .iter()
            .filter(|row| row.unit.0.starts_with("s-"))
            .count();
        assert_eq!(
            (all.len(), owed, all.len() - owed, streets),
            (288, 239, 49, 219)
        );
        assert_eq!(
            all.iter()
                .filter(|row| row.duty == Duty::Owed && row.unit.0.starts_with("u-"))
                .count(),
            20
        );
    }

    #[test]
    fn irregular_measures_hold() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let all = rows(&campaign);
        let leads = |number: u8| {
            let of_measure = all
                .iter()
                .filter(|row| row.measure.0 == number && row.roles.lead);
            of_measure
                .map(|row| row.unit.0.as_str())
                .collect::<Vec<_>>()
        };
        assert!(leads(7).is_empty(), "measure 7 has no lead");
        assert_eq!(
            leads(17),
            ["s-donganlu", "s-donghuanlu", "s-guanghualu"],
            "17 is led by a group"
        );
        assert_eq!(
            leads(18),
            [campaign.office.0.as_str()],
            "18 is led by the receiver"
        );
        let lead_of_19 = all.iter().find(|row| row.id.0 == "m19.u-zhujian").unwrap();
        assert_eq!(lead_of_19.roles.words(), "牵头、配合");
        assert!(
            !all.iter().any(|row| row.unit.0 == "s-huangtai"),
            "inactive streets have no rows"
        );
    }

    #[test]
    fn every_row_is_found_by_its_id() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        for expected in rows(&campaign) {
            assert_eq!(row(&campaign, &expected.id), Some(expected.clone()));
            assert_eq!(RowId::new(expected.measure, &expected.unit), expected.id);
        }
    }

    #[test]
    fn ids_that_the_plan_does_not_demand_name_no_row() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let ids = [
            "",
            "m",
            "m07",
            "m7.s-hongying",
            "m007.s-hongying",
            "m+7.s-hongying",
            "m07.",
            "m00.s-hongying",
            "m07.s-huangtai",
            "m07.u-zhujian",
            "m23.s-hongying",
            "m08.s-hongying",
            "M07.s-hongying",
            "m７.s-hongying",
        ];
        for id in ids {
            assert_eq!(row(&campaign, &RowId(id.to_owned())), None, "{id}");
        }
    }
}
