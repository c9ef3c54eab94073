//! Rows: one per measure and unit, with roles and duty. Derived from the campaign, in plan order.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::campaign::{Campaign, Measure, MeasureNumber, Party, Unit, UnitId, WeekNumber};

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
    /// 不再相关: 「相关街道」 does not mean this street in this week. What the row holds stays, and nobody writes it.
    Released,
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

/// Returns the rows that the plan demands in a week, in its order: by measure, within it leads, other units, streets.
pub fn rows(campaign: &Campaign, week: WeekNumber) -> Vec<Row> {
    rows_holding(campaign, week, |_| false)
}

/// Returns the rows to be shown in a week, in the order of `rows`: those that the plan demands, and released ones that hold something.
///
/// `holds`: asked for rows of streets that 「相关街道」 does not mean in this week.
pub fn rows_holding(
    campaign: &Campaign,
    week: WeekNumber,
    holds: impl Fn(&RowId) -> bool,
) -> Vec<Row> {
    let mut all = Vec::new();
    for measure in &campaign.measures {
        let first = all.len();
        let named = campaign.active_units().filter_map(|unit| {
            let released = || released_of(measure, unit).filter(|row| holds(&row.id));
            let row = row_of(campaign, measure, unit, week).or_else(released)?;
            Some(((!row.roles.lead, unit.is_street()), row))
        });
        all.extend(named);
        // A stable sort: inside each group the campaign's order stands.
        all[first..].sort_by_key(|(group, _)| *group);
    }
    all.into_iter().map(|(_, row)| row).collect()
}

/// Counts rows from 1 as the table does. Released rows are not counted, so that the others keep their numbers for every reader.
pub fn numbered(rows: &[Row]) -> impl Iterator<Item = (usize, &Row)> {
    rows.iter().scan(0, |number, row| {
        *number += usize::from(row.duty != Duty::Released);
        Some((*number, row))
    })
}

/// Returns the row with this id, if the plan demands it in this week.
pub fn row(campaign: &Campaign, week: WeekNumber, id: &RowId) -> Option<Row> {
    let (measure, unit) = parts_of(campaign, id)?;
    row_of(campaign, measure, unit, week).filter(|row| row.id == *id)
}

/// Returns the row with this id if the plan demands it, or would if the street were a relevant one.
pub fn row_or_released(campaign: &Campaign, week: WeekNumber, id: &RowId) -> Option<Row> {
    let (measure, unit) = parts_of(campaign, id)?;
    let row = row_of(campaign, measure, unit, week).or_else(|| released_of(measure, unit));
    row.filter(|row| row.id == *id)
}

fn parts_of<'a>(campaign: &'a Campaign, id: &RowId) -> Option<(&'a Measure, &'a Unit)> {
    let measure = campaign.measure(id.measure()?)?;
    let unit = campaign.unit(&id.unit()?)?;
    unit.active.then_some((measure, unit))
}

fn row_of(campaign: &Campaign, measure: &Measure, unit: &Unit, week: WeekNumber) -> Option<Row> {
    let roles = roles(measure, |party| measure.means(party, unit, week))?;
    let id = RowId::new(measure.number, &unit.id);
    let duty = match campaign.duty_set(&id, week) {
        Some(changed) => changed,
        None if roles.lead || unit.is_street() => Duty::Owed,
        None => Duty::Assisting,
    };
    Some(row_with(measure, unit, roles, duty))
}

/// The row that a street would have if it were a relevant one.
fn released_of(measure: &Measure, unit: &Unit) -> Option<Row> {
    let roles = roles(measure, |party| {
        unit.is_street() && *party == Party::RelevantStreets
    })?;
    Some(row_with(measure, unit, roles, Duty::Released))
}

fn roles(measure: &Measure, is_meant: impl Fn(&Party) -> bool) -> Option<Roles> {
    let named = |parties: &[Party]| parties.iter().any(&is_meant);
    let roles = Roles {
        lead: named(&measure.lead),
        implementing: named(&measure.implementing),
        cooperating: named(&measure.cooperating),
    };
    (roles != Roles::default()).then_some(roles)
}

fn row_with(measure: &Measure, unit: &Unit, roles: Roles, duty: Duty) -> Row {
    Row {
        id: RowId::new(measure.number, &unit.id),
        measure: measure.number,
        unit: unit.id.clone(),
        roles,
        duty,
    }
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
            Duty::Released => "不再相关",
        }
    }

    /// Returns the stable word: `owed`, `assisting`, `released`.
    pub fn id(self) -> &'static str {
        match self {
            Duty::Owed => "owed",
            Duty::Assisting => "assisting",
            Duty::Released => "released",
        }
    }

    /// Reads the stable word of what the office may choose.
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

    const WEEK: WeekNumber = WeekNumber(2);

    fn listing(campaign: &Campaign) -> String {
        let lines = rows(campaign, WEEK)
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
        assert_eq!(row(&campaign, WEEK, &id).unwrap().duty, Duty::Assisting);
        campaign.duties.insert(id.clone(), Duty::Owed);
        assert_eq!(row(&campaign, WEEK, &id).unwrap().duty, Duty::Owed);
        let changed = rows(&campaign, WEEK).into_iter().find(|row| row.id == id);
        assert_eq!(changed.unwrap().duty, Duty::Owed);
    }

    #[test]
    fn the_sample_owes_239_reports_in_288_rows() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let all = rows(&campaign, WEEK);
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
        let all = rows(&campaign, WEEK);
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
        for expected in rows(&campaign, WEEK) {
            assert_eq!(row(&campaign, WEEK, &expected.id), Some(expected.clone()));
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
            assert_eq!(row(&campaign, WEEK, &RowId(id.to_owned())), None, "{id}");
        }
    }
    #[test]
    fn a_released_row_stands_in_its_place_while_it_holds_something_and_is_not_counted() {
        let mut campaign = fixture::campaign(fixture::SMALL);
        campaign.measures[1].relevant_streets = vec![UnitId("s-donganlu".to_owned())];
        let id = RowId("m02.s-hongying".to_owned());
        assert_eq!(row(&campaign, WEEK, &id), None);
        let shown = rows_holding(&campaign, WEEK, |row| *row == id);
        let shown: Vec<_> = numbered(&shown)
            .map(|(number, row)| {
                format!(
                    "{number} {} {} {}",
                    row.id,
                    row.roles.words(),
                    row.duty.word()
                )
            })
            .collect();
        let expected = [
            "1 m01.u-shengtai 牵头 应报",
            "2 m01.s-donganlu 落实 应报",
            "3 m01.s-hongying 落实 应报",
            "4 m02.s-donganlu 牵头、落实 应报",
            "4 m02.s-hongying 牵头、落实 不再相关",
            "5 m02.u-shengtai 落实 协助",
            "6 m02.u-zhujian 配合 协助",
        ];
        assert_eq!(shown, expected);
        assert!(
            rows_holding(&campaign, WEEK, |_| true)
                .iter()
                .all(|row| { row_or_released(&campaign, WEEK, &row.id).as_ref() == Some(row) })
        );
    }
}
