//! The plan's own text in a campaign file: `[plan]`, and its sections.

use diaodu_plan::{
    limits::{LONG_TEXT_BYTES_MAX, NAME_BYTES_MAX, PLAN_PARTS_MAX},
    plan_text::{PlanText, Section},
};

use super::misread::Problem;
use crate::toml_walk::{Notes, Table};

/// Reads the plan's text, where there is one.
pub fn read(table: &mut Table<'_, '_>, notes: &mut Notes<'_>) -> Option<PlanText> {
    let mut table = table.optional_table("plan", notes)?;
    let place = table.place();
    let number = table.text("number", NAME_BYTES_MAX, notes);
    let notice_title = table.text("notice_title", NAME_BYTES_MAX, notes);
    let notice = table.text("notice", LONG_TEXT_BYTES_MAX, notes);
    let title = table.text("title", NAME_BYTES_MAX, notes);
    let introduction = table.optional_text("introduction", LONG_TEXT_BYTES_MAX, notes);
    let attachments = read_attachments(&mut table, notes);
    let mut sections = Vec::new();
    for table in table.tables("sections", PLAN_PARTS_MAX, notes) {
        sections.extend(read_section(table, notes));
    }
    table.finish(notes);
    let holding = sections.iter().filter(|section| section.measures).count();
    if holding != 1 {
        notes.add(place, Problem::PlanMeasures { sections: holding });
    }
    Some(PlanText {
        number: number?.value,
        notice_title: notice_title?.value,
        notice: notice?.value,
        title: title?.value,
        introduction: introduction.map_or_else(String::new, |text| text.value),
        sections,
        attachments,
    })
}

fn read_section(mut table: Table<'_, '_>, notes: &mut Notes<'_>) -> Option<Section> {
    let title = table.text("title", NAME_BYTES_MAX, notes);
    let measures = table.flag("measures", false, notes);
    let text = match measures {
        true => table.optional_text("text", LONG_TEXT_BYTES_MAX, notes),
        false => table.text("text", LONG_TEXT_BYTES_MAX, notes),
    };
    table.finish(notes);
    Some(Section {
        title: title?.value,
        text: text.map_or_else(String::new, |text| text.value),
        measures,
    })
}

fn read_attachments(table: &mut Table<'_, '_>, notes: &mut Notes<'_>) -> Vec<String> {
    let key = "attachments";
    let found = table.texts(key, notes);
    if let Some(beyond) = found.get(PLAN_PARTS_MAX) {
        let (key, max) = (key.to_owned(), PLAN_PARTS_MAX);
        notes.add(beyond.at.clone(), Problem::TooMany { key, max });
    }
    for line in found
        .iter()
        .filter(|line| line.value.len() > NAME_BYTES_MAX)
    {
        let (key, max) = (key.to_owned(), NAME_BYTES_MAX);
        notes.add(line.at.clone(), Problem::TooLong { key, max });
    }
    found.into_iter().map(|line| line.value).collect()
}
