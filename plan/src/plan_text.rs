//! 方案: the plan as it was issued. Beside the measures, which the campaign holds: notice, objectives, safeguards, word by word;
//! and all of it from top to bottom, as it is read.

use serde::{Deserialize, Serialize};

use crate::campaign::{Action, ActionNumber, Campaign, Measure, MeasureNumber, Party};

/// What the plan says beside its measures. Texts hold one paragraph a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanText {
    /// 平卫攻坚办〔2021〕8号
    pub number: String,
    /// 关于印发《…》的通知
    pub notice_title: String,
    /// The notice that issues the plan, addressees and date included.
    pub notice: String,
    /// The plan's own title.
    pub title: String,
    /// What comes before the first section; may be empty.
    pub introduction: String,
    /// The sections in order; one of them holds the measures.
    pub sections: Vec<Section>,
    /// Attachments as they are listed at the end, numbers included.
    pub attachments: Vec<String>,
}

/// A section of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// 一、指导思想
    pub title: String,
    /// Its text; empty where the measures stand.
    pub text: String,
    /// Whether the actions and measures stand here.
    pub measures: bool,
}

/// One paragraph of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paragraph<'a> {
    /// 发文字号
    Number(&'a str),
    /// Title of the notice.
    NoticeTitle(&'a str),
    /// A paragraph of the notice.
    Notice(&'a str),
    /// Title of the plan.
    Title(&'a str),
    /// Title of a section.
    Heading(&'a str),
    /// A paragraph of a section.
    Text(&'a str),
    /// A special action begins.
    Action(&'a Action),
    /// What stands in an action before its first measure.
    Preamble(&'a str),
    /// A measure in the plan's own words.
    Measure(&'a Measure),
    /// Who carries out the measures since the last such paragraph.
    Parties(Named, &'a [Party]),
    /// One line of the list of attachments.
    Attachment(&'a str),
}

/// As what parties are named under measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// 牵头单位
    Lead,
    /// 落实单位
    Implementing,
    /// 配合单位
    Cooperating,
}

/// Returns the plan from top to bottom; of a campaign without its plan's text the actions and measures alone.
pub fn paragraphs(campaign: &Campaign) -> Vec<Paragraph<'_>> {
    let Some(text) = &campaign.plan_text else {
        return measures(campaign);
    };
    let mut all = vec![
        Paragraph::Number(&text.number),
        Paragraph::NoticeTitle(&text.notice_title),
    ];
    all.extend(text.notice.lines().map(Paragraph::Notice));
    all.push(Paragraph::Title(&text.title));
    all.extend(text.introduction.lines().map(Paragraph::Text));
    for section in &text.sections {
        all.push(Paragraph::Heading(&section.title));
        all.extend(section.text.lines().map(Paragraph::Text));
        if section.measures {
            all.extend(measures(campaign));
        }
    }
    all.extend(
        text.attachments
            .iter()
            .map(|line| Paragraph::Attachment(line)),
    );
    all
}

/// As plans are written: measures that follow each other and are the same units' have their units named once, behind the last.
fn measures(campaign: &Campaign) -> Vec<Paragraph<'_>> {
    let mut all = Vec::new();
    for action in &campaign.actions {
        all.push(Paragraph::Action(action));
        if !action.preamble.is_empty() {
            all.push(Paragraph::Preamble(&action.preamble));
        }
        let of_action = campaign.measures.iter();
        let mut of_action = of_action
            .filter(|measure| measure.action == action.number)
            .peekable();
        while let Some(measure) = of_action.next() {
            all.push(Paragraph::Measure(measure));
            if !of_action
                .peek()
                .is_some_and(|next| have_same_parties(measure, next))
            {
                let named = [
                    (Named::Lead, &measure.lead),
                    (Named::Implementing, &measure.implementing),
                    (Named::Cooperating, &measure.cooperating),
                ];
                let named = named.into_iter().filter(|(_, parties)| !parties.is_empty());
                all.extend(named.map(|(as_what, parties)| Paragraph::Parties(as_what, parties)));
            }
        }
    }
    all
}

fn have_same_parties(one: &Measure, other: &Measure) -> bool {
    (&one.lead, &one.implementing, &one.cooperating)
        == (&other.lead, &other.implementing, &other.cooperating)
}

/// Returns the number as plans write it before an action's title: `（一）`, `（十三）`.
pub fn action_label(number: ActionNumber) -> String {
    format!("（{}）", numeral(number.0))
}

/// Returns what names a measure in a list: its number and short title.
pub fn measure_label(campaign: &Campaign, number: MeasureNumber) -> String {
    let title = campaign
        .measure(number)
        .map(|measure| measure.title.as_str());
    format!("{number}．{}", title.unwrap_or_default())
}

/// Writes 1 to 99 as 一 to 九十九.
pub fn numeral(number: u8) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |place: u8| DIGITS[usize::from(place % 10)];
    match number / 10 {
        0 => digit(number).to_owned(),
        1 => format!("十{}", digit(number)),
        tens => format!("{}十{}", digit(tens), digit(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn numbers_are_written_as_plans_write_them() {
        let labels = [1, 10, 11, 20, 99].map(|number| action_label(ActionNumber(number)));
        assert_eq!(
            labels,
            ["（一）", "（十）", "（十一）", "（二十）", "（九十九）"]
        );
    }

    #[test]
    fn without_the_plan_s_text_the_measures_are_there_with_their_units_once() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let all = paragraphs(&campaign);
        let first: Vec<String> = all
            .iter()
            .take(6)
            .map(|paragraph| match paragraph {
                Paragraph::Action(action) => action_label(action.number),
                Paragraph::Measure(measure) => measure.number.to_string(),
                Paragraph::Parties(as_what, parties) => {
                    format!("{as_what:?} {}", campaign.name_parties(parties))
                }
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(
            first,
            [
                "（一）",
                "1",
                "2",
                "3",
                "Lead 生态环境分局",
                "Implementing 各街道办事处"
            ]
        );
    }
}
