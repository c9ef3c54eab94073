//! The lines of the table: rows under the bands of their action and measure, one's own unit first if wished.

use std::collections::{BTreeMap, BTreeSet};

use diaodu_plan::{
    campaign::{ActionNumber, Campaign, MeasureNumber, UnitId},
    plan_text::numeral,
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

    /// Returns the view with a word; the usual one for an unknown word.
    pub fn from_word(word: &str) -> View {
        let known = View::ALL.into_iter().find(|view| view.word() == word);
        known.unwrap_or_default()
    }

    /// Returns the stable word, also the key of its name.
    pub fn word(self) -> &'static str {
        match self {
            View::OwnFirst => "view-own-first",
            View::Plan => "view-plan",
            View::OwnOnly => "view-own-only",
        }
    }
}

/// Returns the rows of a view, in its order.
pub fn rows_of(rows: &[Row], own: &UnitId, view: View) -> Vec<Row> {
    let (own, others): (Vec<Row>, Vec<Row>) = match view {
        View::Plan => return rows.to_vec(),
        View::OwnFirst | View::OwnOnly => rows.iter().cloned().partition(|row| row.unit == *own),
    };
    match view {
        View::OwnOnly => own,
        View::OwnFirst | View::Plan => own.into_iter().chain(others).collect(),
    }
}

/// Lays out rows without bands: in an order of a person's own, no action and no measure stands together.
pub fn flat(rows: &[Row]) -> Vec<Line> {
    let id = |row: &Row| row.id.0.clone();
    rows.iter().map(|row| Line::Row { id: id(row) }).collect()
}

/// Folds away what stands under some of the outer bands; each says how many rows that are.
pub fn folded(lines: &[Line], folded: &BTreeSet<String>, language: Language) -> Vec<Line> {
    let mut left: Vec<Line> = Vec::new();
    // The place of the band that is folded at the moment, and its rows so far.
    let mut open: Option<(usize, i64)> = None;
    let close = |open: &mut Option<(usize, i64)>, left: &mut Vec<Line>| {
        if let Some((place, count)) = open.take()
            && let Some(Line::Band { text, .. }) = left.get_mut(place)
        {
            let values = [("band", text.clone().into()), ("count", count.into())];
            *text = language.say_with("band-folded", &values);
        }
    };
    for line in lines {
        match line {
            Line::Band { id, level: 1, .. } => {
                close(&mut open, &mut left);
                if folded.contains(id) {
                    open = Some((left.len(), 0));
                }
                left.push(line.clone());
            }
            Line::Band { .. } if open.is_some() => {}
            Line::Row { .. } if open.is_some() => {
                open = open.map(|(place, count)| (place, count + 1));
            }
            Line::Band { .. } | Line::Row { .. } => left.push(line.clone()),
        }
    }
    close(&mut open, &mut left);
    left
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
    match language {
        Language::English => number.to_string(),
        Language::Chinese => numeral(number),
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
    fn rows_of_a_view_stand_as_its_lines_do() {
        let campaign = fixture::campaign(TABLE);
        let rows = row::rows(&campaign, WeekNumber(1));
        let own = UnitId("u-b".to_owned());
        for view in View::ALL {
            let ids: Vec<String> = rows_of(&rows, &own, view)
                .into_iter()
                .map(|row| row.id.0)
                .collect();
            let lines: Vec<String> = shown(view)
                .into_iter()
                .filter(|id| id.contains(".u-"))
                .collect();
            assert_eq!(ids, lines, "{view:?}");
        }
    }

    #[test]
    fn folded_bands_say_how_many_rows_they_hide() {
        let row = |id: &str| Line::Row { id: id.to_owned() };
        let band = |id: &str, level: u8| Line::Band {
            id: id.to_owned(),
            level,
            text: id.to_owned(),
            detail: String::new(),
        };
        let lines = [
            band("a1", 1),
            band("m1", 2),
            row("1"),
            row("2"),
            band("a2", 1),
            band("m2", 2),
            row("3"),
        ];
        let left = |ids: &[&str]| -> Vec<String> {
            let ids = ids.iter().map(|id| (*id).to_owned()).collect();
            folded(&lines, &ids, Language::Chinese)
                .into_iter()
                .map(|line| match line {
                    Line::Band { text, .. } => text,
                    Line::Row { id } => id,
                })
                .collect()
        };
        assert_eq!(left(&["a1"]), ["a1（已折叠 2 行）", "a2", "m2", "3"]);
        assert_eq!(
            left(&["a2", "m1"]),
            ["a1", "m1", "1", "2", "a2（已折叠 1 行）"]
        );
        assert_eq!(left(&[]).len(), lines.len());
    }

    #[test]
    fn numbers_are_written_as_the_plan_does() {
        let written: Vec<String> = [1, 10, 11, 13, 20, 21]
            .map(|n| chinese(n, Language::Chinese))
            .into();
        assert_eq!(written, ["一", "十", "十一", "十三", "二十", "二十一"]);
    }
}
