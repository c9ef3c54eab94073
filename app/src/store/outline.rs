//! The lines of the table: rows under the bands of their action and measure, one's own unit first if wished.

use std::collections::BTreeMap;

use diaodu_plan::{
    campaign::{ActionNumber, Campaign, MeasureNumber, UnitId},
    row::Row,
};

use crate::{grid::model::Line, i18n::Language};

/// Which rows are shown, in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// Own unit's rows first, then all others.
    #[default]
    OwnFirst,
    /// All rows as the plan has them.
    Plan,
    /// Own unit's rows alone.
    OwnOnly,
}

impl View {
    /// All views in the order in which they are offered.
    pub const ALL: [View; 3] = [View::OwnFirst, View::Plan, View::OwnOnly];

    /// Returns the stable word, also the key of its name.
    pub fn word(self) -> &'static str {
        match self {
            View::OwnFirst => "view-own-first",
            View::Plan => "view-plan",
            View::OwnOnly => "view-own-only",
        }
    }
}

/// Lays out the rows of a week.
pub fn lines(
    campaign: &Campaign,
    rows: &[Row],
    own: &UnitId,
    view: View,
    language: Language,
) -> Vec<Line> {
    let is_own = |row: &&Row| row.unit == *own;
    let mut lines = Vec::new();
    let mut write =
        |part: &str, rows: &[&Row]| write_part(campaign, part, rows, language, &mut lines);
    match view {
        View::Plan => write("", &rows.iter().collect::<Vec<_>>()),
        View::OwnOnly => write("own.", &rows.iter().filter(is_own).collect::<Vec<_>>()),
        View::OwnFirst => {
            write("own.", &rows.iter().filter(is_own).collect::<Vec<_>>());
            write(
                "",
                &rows.iter().filter(|row| !is_own(row)).collect::<Vec<_>>(),
            );
        }
    }
    lines
}

fn write_part(
    campaign: &Campaign,
    part: &str,
    rows: &[&Row],
    language: Language,
    lines: &mut Vec<Line>,
) {
    let counts = rows
        .iter()
        .fold(BTreeMap::<MeasureNumber, i64>::new(), |mut counts, row| {
            *counts.entry(row.measure).or_default() += 1;
            counts
        });
    let (mut action, mut measure) = (None, None);
    for row in rows {
        let of_row = campaign.measure(row.measure).map(|measure| measure.action);
        if of_row != action {
            action = of_row;
            lines.extend(of_row.and_then(|number| action_band(campaign, part, number, language)));
        }
        if measure != Some(row.measure) {
            measure = Some(row.measure);
            let count = counts.get(&row.measure).copied().unwrap_or(0);
            lines.extend(measure_band(campaign, part, row.measure, count, language));
        }
        lines.push(Line::Row {
            id: row.id.0.clone(),
        });
    }
}

fn action_band(
    campaign: &Campaign,
    part: &str,
    number: ActionNumber,
    language: Language,
) -> Option<Line> {
    let action = campaign.action(number)?;
    let values = [
        ("number", chinese(number.0, language).into()),
        ("title", action.title.clone().into()),
    ];
    let key = if part.is_empty() {
        "band-action"
    } else {
        "band-own-action"
    };
    Some(Line::Band {
        id: format!("{part}a{:02}", number.0),
        level: 1,
        text: language.say_with(key, &values),
        detail: action.preamble.clone(),
    })
}

fn measure_band(
    campaign: &Campaign,
    part: &str,
    number: MeasureNumber,
    count: i64,
    language: Language,
) -> Option<Line> {
    let measure = campaign.measure(number)?;
    let leads = campaign.name_parties(&measure.lead);
    let leads = if leads.is_empty() {
        language.say("band-no-lead")
    } else {
        leads
    };
    let values = [
        ("number", i64::from(number.0).into()),
        ("title", measure.title.clone().into()),
        ("leads", leads.into()),
        ("count", count.into()),
    ];
    Some(Line::Band {
        id: format!("{part}m{:02}", number.0),
        level: 2,
        text: language.say_with(
            if part.is_empty() {
                "band-measure"
            } else {
                "band-own-measure"
            },
            &values,
        ),
        detail: measure.text.clone(),
    })
}

/// Writes a number up to 99 as the plan numbers its actions.
fn chinese(number: u8, language: Language) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    if language == Language::English {
        return number.to_string();
    }
    let (tens, ones) = (usize::from(number / 10), usize::from(number % 10));
    let one = DIGITS[ones];
    match tens {
        0 => one.to_owned(),
        1 => format!("十{one}"),
        2..10 => format!("{}十{one}", DIGITS[tens]),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use diaodu_plan::{campaign::WeekNumber, fixture, row};

    use super::*;

    const TABLE: &str = "unit u-a office 甲办\nunit u-b department 乙局\naction 行动\nmeasure lead=u-a implementing=u-b\nmeasure lead=u-b";

    fn shown(view: View) -> Vec<String> {
        let campaign = fixture::campaign(TABLE);
        let rows = row::rows(&campaign, WeekNumber(1));
        let own = UnitId("u-b".to_owned());
        lines(&campaign, &rows, &own, view, Language::Chinese)
            .into_iter()
            .map(|line| match line {
                Line::Band { id, .. } | Line::Row { id } => id,
            })
            .collect()
    }

    #[test]
    fn every_row_stands_once_under_its_bands() {
        assert_eq!(
            shown(View::Plan),
            ["a01", "m01", "m01.u-a", "m01.u-b", "m02", "m02.u-b"]
        );
    }

    #[test]
    fn own_rows_come_first_under_bands_of_their_own() {
        let expected = [
            "own.a01", "own.m01", "m01.u-b", "own.m02", "m02.u-b", "a01", "m01", "m01.u-a",
        ];
        assert_eq!(shown(View::OwnFirst), expected);
    }

    #[test]
    fn numbers_are_written_as_the_plan_does() {
        let written: Vec<String> = [1, 10, 11, 13, 20, 21]
            .map(|n| chinese(n, Language::Chinese))
            .into();
        assert_eq!(written, ["一", "十", "十一", "十三", "二十", "二十一"]);
    }
}
