//! Reads a table from the HTML that spreadsheets put on the clipboard. What it holds is decided by the browser's own parser, in a
//! document of its own where nothing is loaded or run.

use wasm_bindgen::JsCast;
use web_sys::{DomParser, Element, HtmlTableCellElement, Node, NodeList, SupportedType};

use super::clipboard::{Clip, Spanned, below_each_other, laid_out};

/// The widest and highest that a merged cell counts for: what is longer is a mistake or a trap.
const SPAN_MAX: u32 = 1_000;

/// Returns the cells of all tables, below each other; `None` if there are none. A table inside of a cell is a text of that cell.
pub fn table(html: &str) -> Option<Clip> {
    let parser = DomParser::new().ok()?;
    let document = parser
        .parse_from_string(html, SupportedType::TextHtml)
        .ok()?;
    let tables = elements(document.query_selector_all("table").ok()?);
    let outer = tables.filter(|table| !is_inside_of_cell(table));
    below_each_other(outer.filter_map(|table| {
        let rows = elements(table.query_selector_all("tr").ok()?);
        let own = rows.filter(|row| matches!(row.closest("table"), Ok(Some(of)) if of == table));
        let rows: Vec<Vec<Spanned>> = own.map(|row| cells(&row)).collect();
        Some(laid_out(&rows))
    }))
}

fn elements(found: NodeList) -> impl Iterator<Item = Element> {
    (0..found.length()).filter_map(move |index| found.get(index)?.dyn_into().ok())
}

fn is_inside_of_cell(table: &Element) -> bool {
    let around = table.parent_element();
    around.is_some_and(|around| matches!(around.closest("table"), Ok(Some(_))))
}

fn cells(row: &Element) -> Vec<Spanned> {
    let children = row.children();
    (0..children.length())
        .filter_map(|index| {
            children
                .item(index)?
                .dyn_into::<HtmlTableCellElement>()
                .ok()
        })
        .map(|cell| {
            let mut text = String::new();
            write_text(&cell, &mut text);
            Spanned {
                text: tidy(&text),
                columns: cell.col_span().clamp(1, SPAN_MAX) as usize,
                rows: cell.row_span().clamp(1, SPAN_MAX) as usize,
            }
        })
        .collect()
}

/// Writes what a person sees: line breaks of the source are spaces, `br` and paragraphs are line breaks.
fn write_text(node: &Node, text: &mut String) {
    let children = node.child_nodes();
    for child in (0..children.length()).filter_map(|index| children.get(index)) {
        match child.node_type() {
            Node::TEXT_NODE => {
                let words = child.node_value().unwrap_or_default();
                text.push_str(&words.replace(['\r', '\n', '\t'], " "));
            }
            Node::ELEMENT_NODE => {
                let name = child.node_name();
                let is_block = matches!(name.as_str(), "P" | "DIV" | "LI" | "TR");
                if matches!(name.as_str(), "TD" | "TH") {
                    text.push(' ');
                }
                if name == "BR" || (is_block && !text.is_empty() && !text.ends_with('\n')) {
                    text.push('\n');
                }
                if name != "STYLE" && name != "SCRIPT" {
                    write_text(&child, text);
                }
            }
            _ => {}
        }
    }
}

/// Takes away the spaces that only laid the source out. A no-break space is a space that was meant.
fn tidy(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| {
            line.split(' ')
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    lines
        .join("\n")
        .trim_end_matches('\n')
        .replace('\u{a0}', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_of_the_source_go_and_those_that_were_meant_stay() {
        assert_eq!(tidy("  已\n  排查   3 处 \n"), "已\n排查 3 处");
        assert_eq!(tidy("a\u{a0}\u{a0}b"), "a  b");
    }
}
