//! The sample campaign against the plan's own text.

use std::collections::BTreeMap;

use diaodu_plan::{
    action_plan,
    campaign::{ActionNumber, Measure, MeasureNumber, Party, WeekNumber},
    plan_text::{Named, Paragraph, action_label, paragraphs},
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
fn who_leads_files_an_action_plan_by_the_day_that_the_plan_names() {
    let campaign = campaign();
    assert!(PLAN.contains("各牵头单位要按照《方案》要求"));
    assert!(PLAN.contains("于4月9日前报区攻坚办"));
    let due = action_plan::due(&campaign).unwrap();
    assert_eq!(due, "2021-04-10T00:00:00+08:00".parse().unwrap());
    assert_eq!(action_plan::week(&campaign), Some(WeekNumber(1)));
    let lines = action_plan::lines(&campaign, &BTreeMap::new());
    let names = lines.iter().map(|line| campaign.unit(&line.unit).unwrap());
    let names: Vec<&str> = names.map(|unit| unit.name.as_str()).collect();
    assert_eq!(
        names.join("、"),
        "区攻坚办、区控尘办、区河长办、区住建局、区城市管理局、区交通运输局、区农业农村和水利局、\
         区环境卫生服务中心、生态环境分局、东安路街道办事处、东环路街道办事处、光华路街道办事处"
    );
}

/// The whole plan as plain text, from what the page shows.
fn told(campaign: &Campaign) -> String {
    let mut told = String::new();
    for paragraph in paragraphs(campaign) {
        let line = match paragraph {
            Paragraph::Number(text)
            | Paragraph::NoticeTitle(text)
            | Paragraph::Notice(text)
            | Paragraph::Title(text)
            | Paragraph::Heading(text)
            | Paragraph::Text(text)
            | Paragraph::Preamble(text) => text.to_owned(),
            Paragraph::Action(action) => action_label(action.number) + &action.title,
            Paragraph::Measure(measure) => measure.text.clone(),
            Paragraph::Parties(named, parties) => {
                let label = match named {
                    Named::Lead => "牵头单位：",
                    Named::Implementing => "落实单位：",
                    Named::Cooperating => "配合单位：",
                };
                label.to_owned() + &campaign.name_parties(parties)
            }
            Paragraph::Attachment(line) if line.starts_with('1') => format!("附件：{line}"),
            Paragraph::Attachment(line) => line.to_owned(),
        };
        told.push_str(&line);
        told.push('\n');
    }
    told
}

#[test]
fn the_transcription_is_the_plan_s_text_from_the_first_character_to_the_last() {
    // What the file of the plan has beside its text: blanks and line ends by chance, a mark of the editor, the number of the last page;
    // and two ways to write the colon and the comma between units.
    let units = ["牵头单位", "落实单位", "配合单位"];
    let plan: String = PLAN
        .replace("[bookmark: _GoBack]", "")
        .lines()
        .map(
            |line| match units.iter().any(|label| line.starts_with(label)) {
                true => line.replace(':', "：").replace('，', "、"),
                false => line.to_owned(),
            },
        )
        .filter(|line| line.trim() != "— 12 —")
        .collect();
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let (told, plan) = (bare(&told(&campaign())), bare(&plan));
    let same = told.chars().zip(plan.chars());
    let same = same.take_while(|(one, other)| one == other).count();
    let around = |text: &str| text.chars().skip(same).take(30).collect::<String>();
    assert_eq!(around(&told), around(&plan), "after {same} characters");
    assert_eq!(told, plan);
    assert!(told.chars().count() > 5_000);
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
