//! The week on paper: the form with all its rows, not only those that are drawn, made when the browser is about to print and thrown away
//! after. It comes with the table and not later: a browser that prints waits for nothing, and would print an empty sheet.

use diaodu_plan::{
    campaign::Week,
    column::{Column, Owner},
};
use gloo::events::EventListener;
use jiff::civil::Date;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    browser,
    grid::model::{CellContent, ColumnSpec, Line},
    i18n::Locale,
    screens::arranging::Arranging,
    store::{
        Store,
        row::{OFFERED, spec},
    },
};

/// Under this name the paper that was chosen last is kept.
pub const KEPT_AS: &str = "diaodu.paper";
/// What is written on the paper hangs here, beside the page's own parts.
const SHEET_ID: &str = "print";
/// On the page's root while something else than the page itself is printed: the form, or a circular's paper.
const PRINTED: &str = "data-print";
const FORM: &str = "form";

/// What is printed on. Always across.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// Twice as large: the form's own.
    A3,
    /// What every office has.
    A4,
}

impl Paper {
    /// Returns its name.
    pub fn word(self) -> &'static str {
        match self {
            Paper::A3 => "A3",
            Paper::A4 => "A4",
        }
    }

    /// Returns what was chosen last on this machine.
    pub fn remembered() -> Paper {
        match browser::recall(KEPT_AS).as_deref() {
            Some("A4") => Paper::A4,
            Some(_) | None => Paper::A3,
        }
    }
}

/// Writes the form whenever the browser prints, as long as the caller is on screen. What a circular shows is printed by itself.
pub fn listen(paper: RwSignal<Paper>, arranging: Arranging) {
    let locale = Locale::expect();
    let store: Store = expect_context();
    let before = EventListener::new(&window(), "beforeprint", move |_| {
        if printed().is_none_or(|printed| printed == FORM) {
            let paper = untrack(|| paper.get());
            put(Some(&untrack(|| form(&store, arranging, locale))), paper);
        }
    });
    let after = EventListener::new(&window(), "afterprint", move |_| put(None, Paper::A3));
    let listeners = StoredValue::new_local([before, after]);
    on_cleanup(move || {
        listeners.dispose();
        put(None, Paper::A3);
    });
}

fn printed() -> Option<String> {
    document().document_element()?.get_attribute(PRINTED)
}

/// Puts the form on the page, or takes it away.
fn put(form: Option<&str>, paper: Paper) {
    let document = document();
    let Some(root) = document.document_element() else {
        return;
    };
    if let Some(old) = document.get_element_by_id(SHEET_ID) {
        old.remove();
        root.remove_attribute(PRINTED).unwrap_or_default();
    }
    let (Some(form), Some(body), Ok(sheet)) =
        (form, document.body(), document.create_element("div"))
    else {
        return;
    };
    sheet.set_id(SHEET_ID);
    sheet.set_class_name("print");
    sheet
        .set_attribute("data-paper", paper.word())
        .unwrap_or_default();
    sheet.set_inner_html(form);
    if body.append_child(&sheet).is_ok() {
        root.set_attribute(PRINTED, FORM).unwrap_or_default();
        set_page(paper);
    }
}

/// Tells the browser the paper. By a rule of its own: policy keeps styles out of the page's text.
fn set_page(paper: Paper) {
    let rule = format!(
        "@page {{ size: {} landscape; margin: 10mm 8mm 12mm }}",
        paper.word()
    );
    let insert = || -> Result<(), JsValue> {
        let sheets = js_sys::Reflect::get(&document(), &"styleSheets".into())?;
        let sheet = js_sys::Reflect::get(&sheets, &0.into())?;
        let rules = js_sys::Reflect::get(&sheet, &"cssRules".into())?;
        let count = js_sys::Reflect::get(&rules, &"length".into())?;
        let insert: js_sys::Function =
            js_sys::Reflect::get(&sheet, &"insertRule".into())?.dyn_into()?;
        // The last one counts.
        insert.call2(&sheet, &rule.into(), &count).map(drop)
    };
    drop(insert());
}

/// The form's columns: what offices and leads write for themselves is not on it, and the bands say action and task.
fn columns(has_bands: bool) -> Vec<Column> {
    let is_printed = |column: &Column| match column {
        Column::Duty | Column::LeadUnits | Column::Attachments => false,
        Column::Action | Column::Measure => !has_bands,
        column => !matches!(column.owner(), Owner::Lead | Owner::Office),
    };
    OFFERED.into_iter().filter(is_printed).collect()
}

/// Writes the form in HTML.
fn form(store: &Store, arranging: Arranging, locale: Locale) -> String {
    let lines = arranging.shape.whole.get();
    let has_bands = lines.iter().any(|line| matches!(line, Line::Band { .. }));
    let columns = columns(has_bands);
    let specs: Vec<ColumnSpec> = columns
        .iter()
        .map(|column| spec(*column, locale.language()))
        .collect();
    let mut html = title(store, locale);
    html.push_str("<table class=\"print-table\"><colgroup>");
    let all: f64 = specs.iter().map(|spec| spec.width_px).sum();
    for spec in &specs {
        html.push_str(&format!(
            "<col width=\"{:.2}%\">",
            spec.width_px / all * 100.0
        ));
    }
    html.push_str("</colgroup>");
    heads(&specs, &mut html);
    html.push_str("<tbody>");
    let order = store.week.columns.get();
    let places: Vec<Option<usize>> = columns
        .iter()
        .map(|column| order.columns.iter().position(|each| each == column))
        .collect();
    for line in lines.iter() {
        match line {
            Line::Band { level, text, .. } => {
                html.push_str(&format!(
                    "<tr class=\"print-band\" data-level=\"{level}\"><th scope=\"colgroup\" colspan=\"{}\">",
                    specs.len()
                ));
                escape(text, &mut html);
                html.push_str("</th></tr>");
            }
            Line::Row { id } => {
                let row = store.week.row(id).map(|row| row.get());
                html.push_str("<tr>");
                for (place, spec) in places.iter().zip(&specs) {
                    let cell = place
                        .zip(row.as_ref())
                        .and_then(|(place, row)| row.cells.get(place));
                    write_cell(cell, spec, locale, &mut html);
                }
                html.push_str("</tr>");
            }
        }
    }
    html.push_str("</tbody></table>");
    html
}

/// The title, the week, and the line that a person signs and seals.
fn title(store: &Store, locale: Locale) -> String {
    let campaign = store.campaign.get();
    let number = store.week.number.get();
    let week = campaign.as_ref().zip(number);
    let week = week.and_then(|(campaign, number)| Some((campaign, campaign.week(number)?)));
    let mut html = String::new();
    if let Some((campaign, week)) = week {
        html.push_str("<h1 class=\"print-title\">");
        escape(&campaign.table_title, &mut html);
        html.push_str("</h1><p class=\"print-line\"><span>");
        escape(&week_line(week, locale), &mut html);
        html.push_str("</span><span>");
        escape(&locale.say("print-form-line"), &mut html);
        html.push_str("</span></p>");
    }
    html
}

fn week_line(week: &Week, locale: Locale) -> String {
    let day = |date: Date| format!("{}-{:02}-{:02}", date.year(), date.month(), date.day());
    locale.say_with(
        "print-week",
        &[
            ("number", i64::from(week.number.0).into()),
            ("start", day(week.start).into()),
            ("end", day(week.end).into()),
        ],
    )
}

/// Two lines of headings, as the table has them; the browser repeats them on each page.
fn heads(specs: &[ColumnSpec], html: &mut String) {
    html.push_str("<thead><tr>");
    let mut index = 0;
    while let Some(spec) = specs.get(index) {
        let of_group = |other: &&ColumnSpec| spec.group.is_some() && other.group == spec.group;
        let span = specs[index..].iter().take_while(of_group).count();
        if span == 0 {
            html.push_str("<th scope=\"col\" rowspan=\"2\">");
            escape(&spec.title, html);
        } else {
            html.push_str(&format!("<th scope=\"colgroup\" colspan=\"{span}\">"));
            escape(spec.group.as_deref().unwrap_or_default(), html);
        }
        html.push_str("</th>");
        index += span.max(1);
    }
    html.push_str("</tr><tr>");
    for spec in specs.iter().filter(|spec| spec.group.is_some()) {
        html.push_str("<th scope=\"col\">");
        escape(&spec.title, html);
        html.push_str("</th>");
    }
    html.push_str("</tr></thead>");
}

/// One cell; what is not in the table, or not agreed upon, says so on paper too.
fn write_cell(cell: Option<&CellContent>, spec: &ColumnSpec, locale: Locale, html: &mut String) {
    let is_wide = spec.width_px > NARROW_PX;
    html.push_str(if is_wide {
        "<td data-wide=\"true\">"
    } else {
        "<td>"
    });
    if let Some(cell) = cell {
        escape(&cell.shown, html);
        for (is_so, key) in [
            (cell.draft, "grid-draft"),
            (cell.conflict, "print-conflict"),
        ] {
            if is_so {
                html.push_str("<span class=\"print-mark\">");
                escape(&locale.say(key), html);
                html.push_str("</span>");
            }
        }
    }
    html.push_str("</td>");
}

/// Wider columns hold sentences, and begin at the left.
const NARROW_PX: f64 = 152.0;

/// Writes a text so that nothing in it is taken for HTML.
fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            letter => html.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn nothing_that_is_typed_becomes_html() {
        let mut html = String::new();
        escape("<img src=x onerror=\"a&b\">", &mut html);
        assert_eq!(html, "&lt;img src=x onerror=&quot;a&amp;b&quot;&gt;");
    }

    #[test]
    fn the_form_has_its_columns_and_no_review() {
        let with_bands = columns(true);
        assert!(!with_bands.contains(&Column::Measure) && !with_bands.contains(&Column::Review));
        assert!(columns(false).contains(&Column::Measure));
    }

    #[test]
    fn headings_of_a_group_stand_under_it() {
        let specs: Vec<ColumnSpec> = [Column::Progress, Column::CheckedWeek, Column::FoundWeek]
            .into_iter()
            .map(|column| spec(column, Language::Chinese))
            .collect();
        let mut html = String::new();
        heads(&specs, &mut html);
        let expected = "<thead><tr><th scope=\"col\" rowspan=\"2\">本周工作进展</th><th scope=\"colgroup\" colspan=\"2\">本周</th></tr>\
            <tr><th scope=\"col\">排查</th><th scope=\"col\">发现</th></tr></thead>";
        assert_eq!(html, expected);
    }
}
