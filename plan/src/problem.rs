//! What is structurally wrong with a campaign: everything that its file can get wrong beyond its syntax.

use std::collections::BTreeSet;

use crate::{
    campaign::{ActionNumber, Campaign, Measure, Party, UnitId, WeekNumber},
    limits,
    row::{Role, rows},
};

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The part of the campaign.
    pub place: Place,
    /// What is wrong there.
    pub fault: Fault,
}

/// A part of a campaign. The index counts from 0 in the order of the campaign's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The campaign itself.
    Campaign,
    /// A special action.
    Action(usize),
    /// A measure.
    Measure(usize),
    /// A unit.
    Unit(usize),
    /// A week.
    Week(usize),
}

/// What is wrong. Fields are called as `Campaign` and its parts call them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A text is empty.
    Empty {
        /// Which field.
        field: &'static str,
    },
    /// A text is too long.
    TooLong {
        /// Which field.
        field: &'static str,
        /// Bytes allowed.
        max: usize,
    },
    /// A list is too long, or the table would be.
    TooMany {
        /// Which list: a field, or `rows`.
        field: &'static str,
        /// How many there are.
        count: usize,
        /// How many are allowed.
        max: usize,
    },
    /// An id is not lower-case ASCII letters, digits and hyphens.
    MalformedId {
        /// The id.
        id: String,
    },
    /// Two units have the same id.
    SameId {
        /// The id.
        id: UnitId,
    },
    /// Two units have the same name.
    SameName {
        /// The name.
        name: String,
    },
    /// The office is not among the units, or not active.
    NoSuchOffice {
        /// The id.
        id: UnitId,
    },
    /// Numbers count from 1 without gaps, in the order of the list.
    WrongNumber {
        /// What stands there.
        found: u8,
        /// What should.
        expected: usize,
    },
    /// The measure's action does not exist.
    NoSuchAction {
        /// Its number.
        action: ActionNumber,
    },
    /// The measures of one action stand apart.
    ActionTornApart {
        /// Its number.
        action: ActionNumber,
    },
    /// A unit that does not exist is named.
    NoSuchUnit {
        /// In which field.
        field: &'static str,
        /// The id.
        id: UnitId,
    },
    /// A party is named twice in one role.
    NamedTwice {
        /// In which field.
        field: &'static str,
        /// Who.
        party: Party,
    },
    /// A relevant street is no street.
    NotAStreet {
        /// The id.
        id: UnitId,
    },
    /// 相关街道 are named, but none is set, or none of them is active.
    NoRelevantStreets,
    /// Relevant streets are set, but the measure does not name 相关街道.
    UnusedRelevantStreets,
    /// Nobody has a row in the measure.
    NoRows,
    /// The last day is before the first.
    EndsBeforeStart,
    /// The week overlaps the one before it, or stands in the wrong order.
    OverlapsPrevious,
    /// The week is not inside the campaign.
    OutsideCampaign,
    /// The due moment is before the week begins, or not after the cut-off of the week before.
    DueTooEarly,
    /// No place on earth has such an offset.
    OffsetOutOfRange {
        /// What stands there.
        minutes: i16,
    },
}

/// After every week: what the office has set last holds there.
const NEWEST: WeekNumber = WeekNumber(u8::MAX);

/// UTC-12 to UTC+14.
const OFFSET_MINUTES: std::ops::RangeInclusive<i16> = -720..=840;

impl Campaign {
    /// Returns everything that is structurally wrong, in the order of the campaign; nothing for a sound one.
    pub fn validate(&self) -> Vec<Problem> {
        let mut problems = Problems::default();
        problems.check_campaign(self);
        problems.check_actions(self);
        problems.check_measures(self);
        problems.check_units(self);
        problems.check_weeks(self);
        problems.found
    }
}

#[derive(Default)]
struct Problems {
    found: Vec<Problem>,
}

impl Problems {
    fn add(&mut self, place: &Place, fault: Fault) {
        self.found.push(Problem {
            place: place.clone(),
            fault,
        });
    }

    fn check_campaign(&mut self, campaign: &Campaign) {
        let place = Place::Campaign;
        self.check_id(&place, &campaign.id);
        self.check_text(&place, "name", &campaign.name, limits::NAME_BYTES_MAX);
        self.check_text(
            &place,
            "table_title",
            &campaign.table_title,
            limits::NAME_BYTES_MAX,
        );
        if campaign.end < campaign.start {
            self.add(&place, Fault::EndsBeforeStart);
        }
        if let Some(day) = campaign.action_plan_due
            && (day < campaign.start || day > campaign.end)
        {
            self.add(&place, Fault::OutsideCampaign);
        }
        if !OFFSET_MINUTES.contains(&campaign.utc_offset_minutes) {
            self.add(
                &place,
                Fault::OffsetOutOfRange {
                    minutes: campaign.utc_offset_minutes,
                },
            );
        }
        if !campaign
            .unit(&campaign.office)
            .is_some_and(|unit| unit.active)
        {
            self.add(
                &place,
                Fault::NoSuchOffice {
                    id: campaign.office.clone(),
                },
            );
        }
        self.check_list("actions", campaign.actions.len(), limits::ACTIONS_MAX);
        self.check_list("measures", campaign.measures.len(), limits::MEASURES_MAX);
        self.check_list("units", campaign.units.len(), limits::UNITS_MAX);
        self.check_list("weeks", campaign.weeks.len(), limits::WEEKS_MAX);
        let row_count = rows(campaign, NEWEST).len();
        if row_count > limits::ROWS_MAX {
            self.add(
                &place,
                Fault::TooMany {
                    field: "rows",
                    count: row_count,
                    max: limits::ROWS_MAX,
                },
            );
        }
    }

    fn check_list(&mut self, field: &'static str, count: usize, max: usize) {
        if count == 0 {
            self.add(&Place::Campaign, Fault::Empty { field });
        }
        if count > max {
            self.add(&Place::Campaign, Fault::TooMany { field, count, max });
        }
    }

    fn check_text(&mut self, place: &Place, field: &'static str, text: &str, max: usize) {
        if text.trim().is_empty() {
            self.add(place, Fault::Empty { field });
        }
        self.check_length(place, field, text, max);
    }

    fn check_length(&mut self, place: &Place, field: &'static str, text: &str, max: usize) {
        if text.len() > max {
            self.add(place, Fault::TooLong { field, max });
        }
    }

    fn check_id(&mut self, place: &Place, id: &str) {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if id.is_empty() || id.len() > limits::ID_BYTES_MAX || !id.bytes().all(is_plain) {
            self.add(place, Fault::MalformedId { id: id.to_owned() });
        }
    }

    fn check_number(&mut self, place: &Place, found: u8, index: usize) {
        if usize::from(found) != index + 1 {
            self.add(
                place,
                Fault::WrongNumber {
                    found,
                    expected: index + 1,
                },
            );
        }
    }

    fn check_actions(&mut self, campaign: &Campaign) {
        for (index, action) in campaign.actions.iter().enumerate() {
            let place = Place::Action(index);
            self.check_number(&place, action.number.0, index);
            self.check_text(&place, "title", &action.title, limits::NAME_BYTES_MAX);
            self.check_length(
                &place,
                "preamble",
                &action.preamble,
                limits::LONG_TEXT_BYTES_MAX,
            );
        }
    }

    fn check_measures(&mut self, campaign: &Campaign) {
        let mut seen: Vec<ActionNumber> = Vec::new();
        for (index, measure) in campaign.measures.iter().enumerate() {
            let place = Place::Measure(index);
            self.check_number(&place, measure.number.0, index);
            self.check_text(&place, "title", &measure.title, limits::NAME_BYTES_MAX);
            self.check_text(&place, "text", &measure.text, limits::LONG_TEXT_BYTES_MAX);
            if campaign.action(measure.action).is_none() {
                self.add(
                    &place,
                    Fault::NoSuchAction {
                        action: measure.action,
                    },
                );
            }
            if seen.last() != Some(&measure.action) {
                if seen.contains(&measure.action) {
                    self.add(
                        &place,
                        Fault::ActionTornApart {
                            action: measure.action,
                        },
                    );
                }
                seen.push(measure.action);
            }
            self.check_parties(campaign, &place, measure);
        }
    }

    fn check_parties(&mut self, campaign: &Campaign, place: &Place, measure: &Measure) {
        for role in [Role::Lead, Role::Implementing, Role::Cooperating] {
            let (field, parties) = parties_of(measure, role);
            for (index, party) in parties.iter().enumerate() {
                if parties[..index].contains(party) {
                    self.add(
                        place,
                        Fault::NamedTwice {
                            field,
                            party: party.clone(),
                        },
                    );
                }
                match party {
                    Party::Unit(id) => self.check_unit_named(campaign, place, field, id),
                    Party::AllStreets | Party::RelevantStreets => {}
                }
            }
        }
        let before = measure
            .relevant_before
            .iter()
            .flat_map(|before| &before.streets);
        for id in measure.relevant_streets.iter().chain(before) {
            self.check_unit_named(campaign, place, "relevant_streets", id);
            if campaign.unit(id).is_some_and(|unit| !unit.is_street()) {
                self.add(place, Fault::NotAStreet { id: id.clone() });
            }
        }
        self.check_streets_set(campaign, place, measure);
        let has_row = |unit| everyone(measure).any(|party| measure.means(party, unit, NEWEST));
        if !campaign.active_units().any(has_row) {
            self.add(place, Fault::NoRows);
        }
    }

    fn check_unit_named(
        &mut self,
        campaign: &Campaign,
        place: &Place,
        field: &'static str,
        id: &UnitId,
    ) {
        if campaign.unit(id).is_none() {
            self.add(
                place,
                Fault::NoSuchUnit {
                    field,
                    id: id.clone(),
                },
            );
        }
    }

    fn check_streets_set(&mut self, campaign: &Campaign, place: &Place, measure: &Measure) {
        let is_named = everyone(measure).any(|party| *party == Party::RelevantStreets);
        let is_set = campaign
            .active_units()
            .any(|unit| measure.means(&Party::RelevantStreets, unit, NEWEST));
        if is_named && !is_set {
            self.add(place, Fault::NoRelevantStreets);
        }
        if !is_named && !measure.relevant_streets.is_empty() {
            self.add(place, Fault::UnusedRelevantStreets);
        }
    }

    fn check_units(&mut self, campaign: &Campaign) {
        let mut ids = BTreeSet::new();
        let mut names = BTreeSet::new();
        for (index, unit) in campaign.units.iter().enumerate() {
            let place = Place::Unit(index);
            self.check_id(&place, &unit.id.0);
            self.check_text(&place, "name", &unit.name, limits::NAME_BYTES_MAX);
            self.check_text(&place, "full_name", &unit.full_name, limits::NAME_BYTES_MAX);
            if !ids.insert(&unit.id) {
                self.add(
                    &place,
                    Fault::SameId {
                        id: unit.id.clone(),
                    },
                );
            }
            if !names.insert(&unit.name) {
                self.add(
                    &place,
                    Fault::SameName {
                        name: unit.name.clone(),
                    },
                );
            }
        }
    }

    fn check_weeks(&mut self, campaign: &Campaign) {
        for (index, week) in campaign.weeks.iter().enumerate() {
            let place = Place::Week(index);
            self.check_number(&place, week.number.0, index);
            if week.end < week.start {
                self.add(&place, Fault::EndsBeforeStart);
            }
            if week.start < campaign.start || week.end > campaign.end {
                self.add(&place, Fault::OutsideCampaign);
            }
            let previous = index.checked_sub(1).map(|before| &campaign.weeks[before]);
            if previous.is_some_and(|previous| week.start <= previous.end) {
                self.add(&place, Fault::OverlapsPrevious);
            }
            let is_before_week = campaign.local(week.due).date() < week.start;
            if is_before_week || previous.is_some_and(|previous| week.due <= previous.cutoff()) {
                self.add(&place, Fault::DueTooEarly);
            }
        }
    }
}

fn parties_of(measure: &Measure, role: Role) -> (&'static str, &[Party]) {
    match role {
        Role::Lead => ("lead", &measure.lead),
        Role::Implementing => ("implementing", &measure.implementing),
        Role::Cooperating => ("cooperating", &measure.cooperating),
    }
}

fn everyone(measure: &Measure) -> impl Iterator<Item = &Party> {
    measure
        .lead
        .iter()
        .chain(&measure.implementing)
        .chain(&measure.cooperating)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn check_validate(spoil: impl FnOnce(&mut Campaign), expected: &[(Place, Fault)]) {
        let mut campaign = fixture::campaign(fixture::SMALL);
        spoil(&mut campaign);
        let found: Vec<_> = campaign
            .validate()
            .into_iter()
            .map(|problem| (problem.place, problem.fault))
            .collect();
        assert_eq!(found, expected);
    }

    fn unit(id: &str) -> UnitId {
        UnitId(id.to_owned())
    }

    #[test]
    fn sound_campaigns_have_no_problems() {
        check_validate(|_| {}, &[]);
        assert_eq!(fixture::campaign(fixture::WEIDONG).validate(), []);
    }

    #[test]
    fn units_are_checked() {
        let bad_id = "A 1".to_owned();
        check_validate(
            |campaign| campaign.units[5].id = unit("A 1"),
            &[(Place::Unit(5), Fault::MalformedId { id: bad_id })],
        );
        check_validate(
            |campaign| {
                let mut twin = campaign.units[3].clone();
                twin.full_name.clear();
                campaign.units.push(twin);
            },
            &[
                (Place::Unit(6), Fault::Empty { field: "full_name" }),
                (
                    Place::Unit(6),
                    Fault::SameId {
                        id: unit("s-donganlu"),
                    },
                ),
                (
                    Place::Unit(6),
                    Fault::SameName {
                        name: "东安路街道办事处".to_owned(),
                    },
                ),
            ],
        );
        check_validate(
            |campaign| campaign.office = unit("s-huangtai"),
            &[(
                Place::Campaign,
                Fault::NoSuchOffice {
                    id: unit("s-huangtai"),
                },
            )],
        );
    }

    #[test]
    fn parties_are_checked() {
        check_validate(
            |campaign| {
                campaign.measures[0].lead = vec![
                    Party::Unit(unit("u-nobody")),
                    Party::AllStreets,
                    Party::AllStreets,
                ]
            },
            &[
                (
                    Place::Measure(0),
                    Fault::NoSuchUnit {
                        field: "lead",
                        id: unit("u-nobody"),
                    },
                ),
                (
                    Place::Measure(0),
                    Fault::NamedTwice {
                        field: "lead",
                        party: Party::AllStreets,
                    },
                ),
            ],
        );
        check_validate(
            |campaign| campaign.measures[1].relevant_streets = vec![unit("s-huangtai")],
            &[(Place::Measure(1), Fault::NoRelevantStreets)],
        );
        check_validate(
            |campaign| campaign.measures[0].relevant_streets = vec![unit("u-zhujian")],
            &[
                (
                    Place::Measure(0),
                    Fault::NotAStreet {
                        id: unit("u-zhujian"),
                    },
                ),
                (Place::Measure(0), Fault::UnusedRelevantStreets),
            ],
        );
        check_validate(
            |campaign| {
                campaign.measures[0].lead.clear();
                campaign.measures[0].implementing.clear();
            },
            &[(Place::Measure(0), Fault::NoRows)],
        );
    }

    #[test]
    fn numbers_and_order_are_checked() {
        check_validate(
            |campaign| campaign.measures[1].number.0 = 7,
            &[(
                Place::Measure(1),
                Fault::WrongNumber {
                    found: 7,
                    expected: 2,
                },
            )],
        );
        check_validate(
            |campaign| campaign.measures[1].action = ActionNumber(2),
            &[(
                Place::Measure(1),
                Fault::NoSuchAction {
                    action: ActionNumber(2),
                },
            )],
        );
        check_validate(
            |campaign| {
                let mut action = campaign.actions[0].clone();
                action.number = ActionNumber(2);
                campaign.actions.push(action);
                let mut third = campaign.measures[0].clone();
                third.number.0 = 3;
                campaign.measures.push(third);
                campaign.measures[1].action = ActionNumber(2);
            },
            &[(
                Place::Measure(2),
                Fault::ActionTornApart {
                    action: ActionNumber(1),
                },
            )],
        );
    }

    #[test]
    fn weeks_are_checked() {
        check_validate(
            |campaign| campaign.weeks[1].start = campaign.weeks[0].end,
            &[(Place::Week(1), Fault::OverlapsPrevious)],
        );
        check_validate(
            |campaign| campaign.weeks[2].due = campaign.weeks[1].due,
            &[(Place::Week(2), Fault::DueTooEarly)],
        );
        check_validate(
            |campaign| campaign.end = campaign.weeks[8].start,
            &[(Place::Week(8), Fault::OutsideCampaign)],
        );
        check_validate(
            |campaign| campaign.weeks.clear(),
            &[(Place::Campaign, Fault::Empty { field: "weeks" })],
        );
    }

    #[test]
    fn sizes_are_checked() {
        check_validate(
            |campaign| campaign.measures[0].text = "字".repeat(20_000),
            &[(
                Place::Measure(0),
                Fault::TooLong {
                    field: "text",
                    max: limits::LONG_TEXT_BYTES_MAX,
                },
            )],
        );
        check_validate(
            |campaign| campaign.utc_offset_minutes = 2_000,
            &[(Place::Campaign, Fault::OffsetOutOfRange { minutes: 2_000 })],
        );
    }
}
