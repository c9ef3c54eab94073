//! A campaign as data: actions, measures, units, weeks. Knows no files (see `interchange`) and no clock.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

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
    pub start: Date,
    /// Last day, inclusive.
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
    /// The streets that 「相关街道」 means in this measure, as the office has set it.
    pub relevant_streets: Vec<UnitId>,
}

/// Who is named in a measure: one unit or a group of streets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// One unit.
    Unit(UnitId),
    /// 各街道办事处: every active street.
    AllStreets,
    /// 相关街道办事处: `Measure::relevant_streets`.
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
    pub start: Date,
    /// Last day, the Friday.
    pub end: Date,
    /// Reports count as on time strictly before this moment.
    pub due: Timestamp,
}
