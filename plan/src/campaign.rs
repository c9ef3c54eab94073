//! A campaign as data: actions, measures, units, weeks. Knows no files (see `interchange`) and no clock.

use std::{collections::BTreeMap, fmt};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::Offset,
};
use serde::{Deserialize, Serialize};

use crate::{
    duty::DutyBefore,
    iso,
    plan_text::PlanText,
    relevance::RelevantBefore,
    reminder,
    report::{SignOff, Terms},
    review::ReviewMode,
    row::{Duty, RowId},
};

/// The plan's own word for every active street.
pub const ALL_STREETS: &str = "各街道办事处";

/// The plan's own word for the streets that a measure concerns.
pub const RELEVANT_STREETS: &str = "相关街道办事处";

/// Names a unit, e.g. `u-shengtai` or `s-hongying`; lower-case ASCII letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitId(pub String);

/// Counts weeks of the campaign from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WeekNumber(pub u8);

/// Counts measures through the whole campaign from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MeasureNumber(pub u8);

/// Counts special actions from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActionNumber(pub u8);

/// One campaign, whole: what the catalogue document holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Short ASCII name, part of addresses, e.g. `weidong-60`.
    pub id: String,
    /// 冲刺60天改善环境质量攻坚战
    pub name: String,
    /// Title of the weekly dispatch table, printed over the form.
    pub table_title: String,
    /// First day.
    #[serde(with = "iso")]
    pub start: Date,
    /// Last day, inclusive.
    #[serde(with = "iso")]
    pub end: Date,
    /// Offset of the campaign's local time from UTC, in minutes (480 for Asia/Shanghai).
    pub utc_offset_minutes: i16,
    /// The unit that collects the reports (区攻坚办).
    pub office: UnitId,
    /// Special actions in plan order.
    pub actions: Vec<Action>,
    /// Measures in plan order.
    pub measures: Vec<Measure>,
    /// Units in the order of the plan, streets after departments; never by alphabet.
    pub units: Vec<Unit>,
    /// Weeks in order.
    pub weeks: Vec<Week>,
    /// Rows whose duty the office has changed, as it holds last; the others owe what `row` says.
    #[serde(default)]
    pub duties: BTreeMap<RowId, Duty>,
    /// What the duty of rows was in weeks before; see `duty`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub duties_before: BTreeMap<RowId, Vec<DutyBefore>>,
    /// When units are reminded, in minutes before due, the earliest first.
    #[serde(
        default = "reminder::usual",
        skip_serializing_if = "reminder::is_usual"
    )]
    pub reminders: Vec<u16>,
    /// The day by whose end units that lead measures file their action plans (行动方案); missing where none are demanded.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "iso::optional"
    )]
    pub action_plan_due: Option<Date>,
    /// What the plan says beside its measures; missing where nobody has typed it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_text: Option<PlanText>,
    /// Measures whose review the office has set; the others are reviewed in parallel.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reviews: BTreeMap<MeasureNumber, ReviewMode>,
}

/// A special action (专项行动).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Counts from 1.
    pub number: ActionNumber,
    /// 开展“散乱污”整治“回头看”专项行动
    pub title: String,
    /// Text before the first measure that belongs to none; empty for most.
    pub preamble: String,
}

/// A measure (重点任务).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Counts through all actions.
    pub number: MeasureNumber,
    /// The action it belongs to.
    pub action: ActionNumber,
    /// Short title.
    pub title: String,
    /// The plan's own words, verbatim.
    pub text: String,
    /// 牵头单位; empty for measure 7 of the sample.
    pub lead: Vec<Party>,
    /// 落实单位
    pub implementing: Vec<Party>,
    /// 配合单位
    pub cooperating: Vec<Party>,
    /// The streets that 「相关街道」 means in this measure, as the office has set it last.
    pub relevant_streets: Vec<UnitId>,
    /// What it meant in weeks before; see `relevance`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relevant_before: Vec<RelevantBefore>,
}

/// Who is named in a measure: one unit or a group of streets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// One unit.
    Unit(UnitId),
    /// 各街道办事处: every active street.
    AllStreets,
    /// 相关街道办事处: `Measure::relevant_in`.
    RelevantStreets,
}

/// A unit: office, department, institution, branch or street.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Stable name.
    pub id: UnitId,
    /// Name in the table, e.g. 区住建局.
    pub name: String,
    /// Formal name for documents.
    pub full_name: String,
    /// What it is.
    pub kind: UnitKind,
    /// Inactive units have no rows, and no sheet.
    pub active: bool,
}

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 议事协调机构办公室
    Office,
    /// 区直部门
    Department,
    /// 事业单位
    Institution,
    /// 市垂直管理派出机构, 公安分局
    Branch,
    /// 街道办事处
    Street,
}

/// A reporting week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// Counts from 1.
    pub number: WeekNumber,
    /// First day.
    #[serde(with = "iso")]
    pub start: Date,
    /// Last day, the Friday.
    #[serde(with = "iso")]
    pub end: Date,
    /// Reports count as on time strictly before this moment.
    #[serde(with = "iso")]
    pub due: Timestamp,
    /// So long after due a report still counts as on time.
    #[serde(default)]
    pub grace_minutes: u16,
    /// Why the office has moved due; empty where it has not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due_reason: String,
    /// Whether reports of this week wait for the signature of the unit's 责任领导.
    #[serde(default, skip_serializing_if = "is_not_signed")]
    pub sign_off: SignOff,
}

fn is_not_signed(sign_off: &SignOff) -> bool {
    !sign_off.is_needed()
}

impl Campaign {
    /// Returns the unit with this id, active or not.
    pub fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.id == *id)
    }

    /// Returns the unit that is called so in the table or formally.
    pub fn unit_named(&self, name: &str) -> Option<&Unit> {
        self.units
            .iter()
            .find(|unit| unit.name == name || unit.full_name == name)
    }

    /// Returns the special action with this number.
    pub fn action(&self, number: ActionNumber) -> Option<&Action> {
        self.actions.iter().find(|action| action.number == number)
    }

    /// Returns the measure with this number.
    pub fn measure(&self, number: MeasureNumber) -> Option<&Measure> {
        self.measures
            .iter()
            .find(|measure| measure.number == number)
    }

    /// Returns the week with this number.
    pub fn week(&self, number: WeekNumber) -> Option<&Week> {
        self.weeks.iter().find(|week| week.number == number)
    }

    /// Returns the units that have sheets, in plan order.
    pub fn active_units(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| unit.active)
    }

    /// Returns the week in which this moment lies by the campaign's calendar.
    ///
    /// Before the first week: the first. Between weeks and after the last: the one that ended last.
    /// Friday after the due moment still belongs to its week. A week whose due moment was moved beyond the beginning of the next one
    /// lasts until then: it is what people still report.
    pub fn week_at(&self, now: Timestamp) -> WeekNumber {
        let today = self.local(now).date();
        let begun = self.weeks.iter().take_while(|week| week.start <= today);
        let begun = self.weeks.get(..begun.count()).unwrap_or_default();
        let is_awaited = |week: &&Week| now < week.cutoff();
        begun
            .iter()
            .find(is_awaited)
            .or(begun.last())
            .or(self.weeks.first())
            .map_or(WeekNumber(1), |week| week.number)
    }

    /// Returns what the campaign's calendar and clock on the wall show at this moment.
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.offset().to_datetime(at)
    }

    /// Returns the campaign's offset from UTC; UTC itself where the number is out of range.
    pub fn offset(&self) -> Offset {
        Offset::from_seconds(i32::from(self.utc_offset_minutes) * 60).unwrap_or(Offset::UTC)
    }

    /// Returns the parties as the plan writes them: `区住建局、各街道办事处`.
    pub fn name_parties(&self, parties: &[Party]) -> String {
        let names: Vec<&str> = parties.iter().map(|party| self.name_party(party)).collect();
        names.join("、")
    }

    fn name_party<'a>(&'a self, party: &'a Party) -> &'a str {
        match party {
            Party::Unit(id) => self
                .unit(id)
                .map_or(id.0.as_str(), |unit| unit.name.as_str()),
            Party::AllStreets => ALL_STREETS,
            Party::RelevantStreets => RELEVANT_STREETS,
        }
    }
}

impl Measure {
    /// Says whether a party of this measure means this unit in a week.
    pub fn means(&self, party: &Party, unit: &Unit, week: WeekNumber) -> bool {
        match party {
            Party::Unit(id) => *id == unit.id,
            Party::AllStreets => unit.is_street(),
            Party::RelevantStreets => unit.is_street() && self.relevant_in(week).contains(&unit.id),
        }
    }
}

impl Unit {
    /// Says whether the unit is a street office.
    pub fn is_street(&self) -> bool {
        match self.kind {
            UnitKind::Street => true,
            UnitKind::Office | UnitKind::Department | UnitKind::Institution | UnitKind::Branch => {
                false
            }
        }
    }
}

impl Week {
    /// Returns the cut-off: due and grace. Reports are on time strictly before it.
    pub fn cutoff(&self) -> Timestamp {
        let grace = jiff::SignedDuration::from_mins(i64::from(self.grace_minutes));
        self.due.saturating_add(grace).unwrap_or(self.due)
    }

    /// Returns by what the server takes notice of reports.
    pub fn terms(&self) -> Terms {
        Terms {
            cutoff: self.cutoff(),
            sign_off: self.sign_off,
        }
    }

    /// Says whether a report that arrives now is late: 16:00:00 itself is.
    pub fn is_due(&self, now: Timestamp) -> bool {
        now >= self.due
    }
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for WeekNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for MeasureNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for ActionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn check_week_at(moment: &str, expected: u8) {
        let campaign = fixture::campaign(fixture::SMALL);
        assert_eq!(
            campaign.week_at(moment.parse().unwrap()),
            WeekNumber(expected),
            "{moment}"
        );
    }

    #[test]
    fn a_moment_lies_in_the_week_of_the_campaigns_calendar() {
        check_week_at("2021-03-01T00:00:00+08:00", 1);
        check_week_at("2021-04-09T23:59:59+08:00", 1);
        check_week_at("2021-04-09T16:00:00Z", 2);
        check_week_at("2021-04-16T15:30:00+08:00", 2);
        check_week_at("2021-04-16T20:00:00+08:00", 2);
        check_week_at("2021-06-05T12:00:00+08:00", 9);
        check_week_at("2022-01-01T00:00:00+08:00", 9);
    }

    #[test]
    fn a_week_whose_due_moved_over_the_weekend_lasts_until_then() {
        let mut campaign = fixture::campaign(fixture::SMALL);
        campaign.weeks[1].due = "2021-04-19T12:00:00+08:00".parse().unwrap();
        let week_at = |moment: &str| campaign.week_at(moment.parse().unwrap()).0;
        assert_eq!(week_at("2021-04-17T09:00:00+08:00"), 2);
        assert_eq!(week_at("2021-04-19T11:59:59+08:00"), 2);
        assert_eq!(week_at("2021-04-19T12:00:00+08:00"), 3);
        assert_eq!(week_at("2021-04-23T12:00:00+08:00"), 3);
    }

    #[test]
    fn four_o_clock_sharp_is_late() {
        let campaign = fixture::campaign(fixture::SMALL);
        let week = campaign.week(WeekNumber(2)).unwrap();
        assert!(!week.is_due("2021-04-16T15:59:59.999+08:00".parse().unwrap()));
        assert!(week.is_due("2021-04-16T16:00:00+08:00".parse().unwrap()));
    }

    #[test]
    fn parties_are_named_as_the_plan_names_them() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let lead =
            |number| campaign.name_parties(&campaign.measure(MeasureNumber(number)).unwrap().lead);
        assert_eq!(
            [lead(1), lead(7), lead(17)],
            ["生态环境分局", "", "相关街道办事处"]
        );
        let fourth = campaign.measure(MeasureNumber(4)).unwrap();
        assert_eq!(
            campaign.name_parties(&fourth.implementing),
            "区住建局、区城市管理局、区交通运输局、区农业农村和水利局、各街道办事处"
        );
    }
}
