//! Rows: one per measure and unit, with roles and duty. Derived from the campaign, in plan order.

use std::fmt;

use crate::campaign::{Campaign, Measure, MeasureNumber, Party, Unit, UnitId};

/// Names a row in every week: `m07.s-hongying`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
            let row = row_of(measure, unit)?;
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
    row_of(measure, unit).filter(|row| row.id == *id)
}

fn row_of(measure: &Measure, unit: &Unit) -> Option<Row> {
    let named = |parties: &[Party]| parties.iter().any(|party| measure.means(party, unit));
    let roles = Roles {
        lead: named(&measure.lead),
        implementing: named(&measure.implementing),
        cooperating: named(&measure.cooperating),
    };
    if roles == Roles::default() {
        return None;
    }
    let duty = if roles.lead || unit.is_street() {
        Duty::Owed
    } else {
        Duty::Assisting
    };
    Some(Row {
        id: RowId::new(measure.number, &unit.id),
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
}
