//! The sample campaign against the plan's own text.

use diaodu_plan::{
    campaign::{ActionNumber, Measure, MeasureNumber, Party, WeekNumber},
    row::{Duty, rows},
};

use super::*;

const PLAN: &str = include_str!("../fixtures/seed-plan.txt");

#[test]
fn every_text_of_the_sample_stands_in_the_plan_in_order() {
    let campaign = campaign();
    let mut rest = PLAN;
    let mut find = |text: &str| {
        let at = rest
            .find(text)
            .unwrap_or_else(|| panic!("not in the plan after the text before: {text}"));
        rest = &rest[at + text.len()..];
    };
    for action in &campaign.actions {
        find(&action.title);
        if !action.preamble.is_empty() {
            find(&action.preamble);
        }
        for measure in campaign
            .measures
            .iter()
            .filter(|measure| measure.action == action.number)
        {
            find(&measure.text);
        }
    }
    assert_eq!(
        (
            campaign.actions.len(),
            campaign.measures.len(),
            campaign.weeks.len()
        ),
        (13, 22, 9)
    );
    assert!(PLAN.contains(&campaign.name));
}

#[test]
fn every_unit_is_named_in_the_plan_and_streets_follow() {
    let campaign = campaign();
    let (streets, others): (Vec<_>, Vec<_>) =
        campaign.units.iter().partition(|unit| unit.is_street());
    assert_eq!(
        (
            others.len(),
            streets.len(),
            streets.iter().filter(|unit| !unit.active).count()
        ),
        (14, 13, 1)
    );
    for unit in others {
        assert!(
            PLAN.contains(&unit.name),
            "{} is not in the plan",
            unit.name
        );
    }
    assert!(campaign.units[14..].iter().all(|unit| unit.is_street()));
}

#[test]
fn the_units_of_each_measure_are_those_under_it_in_the_plan() {
    let campaign = campaign();
    let lines: Vec<&str> = PLAN.lines().collect();
    let named = |parties: &[Party]| -> Vec<String> {
        parties
            .iter()
            .map(|party| campaign.name_parties(std::slice::from_ref(party)))
            .collect()
    };
    let under = |measure: &Measure, label: &str| -> Vec<String> {
        let at = lines
            .iter()
            .position(|line| line.contains(measure.text.as_str()))
            .unwrap();
        let block = lines[at + 1..]
            .iter()
            .take_while(|line| !line.starts_with('（') && !line.starts_with('四'));
        let mut started = false;
        let block = block.take_while(|line| {
            let is_units = line.contains("单位：") || line.contains("单位:");
            let stop = started && !is_units;
            started |= is_units;
            !stop
        });
        let line = block.copied().find(|line| line.starts_with(label));
        let names = line.map(|line| line[label.len()..].trim_start_matches(['：', ':']).trim());
        names
            .into_iter()
            .flat_map(|names| names.split(['、', '，']))
            .map(|name| name.trim().to_owned())
            .collect()
    };
    for measure in &campaign.measures {
        assert_eq!(
            named(&measure.lead),
            under(measure, "牵头单位"),
            "lead of {}",
            measure.number
        );
        assert_eq!(
            named(&measure.implementing),
            under(measure, "落实单位"),
            "implementing of {}",
            measure.number
        );
        assert_eq!(
            named(&measure.cooperating),
            under(measure, "配合单位"),
            "cooperating of {}",
            measure.number
        );
    }
}

#[test]
fn the_irregular_measures_are_as_irregular_as_in_the_plan() {
    let campaign = campaign();
    let measure = |number| campaign.measure(MeasureNumber(number)).unwrap();
    assert_eq!(measure(7).lead, []);
    assert_eq!(measure(17).lead, [Party::RelevantStreets]);
    assert_eq!(measure(18).lead, [Party::Unit(campaign.office.clone())]);
    assert!(measure(19).implementing.is_empty() && !measure(19).cooperating.is_empty());
    assert!(
        measure(19)
            .lead
            .iter()
            .any(|lead| measure(19).cooperating.contains(lead))
    );
    assert!(
        !campaign
            .action(ActionNumber(3))
            .unwrap()
            .preamble
            .is_empty()
    );
    let uses_relevant = |m: &&Measure| {
        [&m.lead, &m.implementing, &m.cooperating]
            .iter()
            .any(|p| p.contains(&Party::RelevantStreets))
    };
    let relevant: Vec<u8> = campaign
        .measures
        .iter()
        .filter(uses_relevant)
        .map(|m| m.number.0)
        .collect();
    assert_eq!(relevant, [8, 17, 18, 19, 20]);
}

#[test]
fn the_sample_week_has_288_rows() {
    let rows = rows(&campaign(), WeekNumber(1));
    let owed = rows.iter().filter(|row| row.duty == Duty::Owed).count();
    assert_eq!(
        (
            rows.len(),
            owed,
            rows.iter().filter(|row| row.roles.lead).count()
        ),
        (288, 239, 23)
    );
}
