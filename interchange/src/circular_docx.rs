//! 通报 as .docx in the measure of GB/T 9704-2012: 22 lines of 28 characters. Knows pages, not sentences (see `circular_text`).
//! Equal blocks give equal bytes: no clock, no random ids, parts in a fixed order. Fonts are named, never shipped; a seal is never drawn.

use std::io::{Cursor, Write};

use jiff::Timestamp;
use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{
    circular_text::{Block, Table},
    sentences::official as say,
};

mod measure;
mod parts;

use measure::*;

/// Writes the paper as a .docx file.
///
/// `created`: stands in the file's properties; the moment of the freeze, so that the file stays a function of its input.
/// Errors: the packer's own, for a paper that no file can hold.
pub fn write(blocks: &[Block], created: Timestamp) -> Result<Vec<u8>, ZipError> {
    let title = blocks.iter().find_map(|block| match block {
        Block::Title(lines) => Some(lines.concat()),
        Block::Head(_)
        | Block::Number { .. }
        | Block::Addressees(_)
        | Block::Heading(_)
        | Block::Item { .. }
        | Block::Text(_)
        | Block::Attachments { .. }
        | Block::Signature { .. }
        | Block::Attachment { .. }
        | Block::Colophon { .. }
        | Block::Caption(_)
        | Block::Table(_) => None,
    });
    let title = escaped(&title.unwrap_or_default());
    let files = [
        ("[Content_Types].xml", parts::CONTENT_TYPES.to_owned()),
        ("_rels/.rels", parts::PACKAGE_LINKS.to_owned()),
        ("docProps/core.xml", parts::core(&title, created)),
        ("word/document.xml", document(blocks)),
        ("word/_rels/document.xml.rels", parts::LINKS.to_owned()),
        ("word/styles.xml", parts::styles()),
        ("word/settings.xml", parts::SETTINGS.to_owned()),
        ("word/footer1.xml", parts::footer("right")),
        ("word/footer2.xml", parts::footer("left")),
        ("word/footer3.xml", parts::empty_footer()),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, text) in files {
        archive.start_file(name, options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

fn document(blocks: &[Block]) -> String {
    let mut body = String::new();
    for block in blocks {
        write_block(&mut body, block);
    }
    // A table may not end the body: Word wants a paragraph after it.
    if let Some(Block::Table(_) | Block::Colophon { .. }) = blocks.last() {
        body += &paragraph(&spacing(HAIR_LINE), "");
    }
    let section = match blocks.last() {
        Some(Block::Colophon { .. }) => parts::colophon_section(),
        Some(_) | None => parts::section(),
    };
    format!(
        "{}<w:document {}><w:body>{body}{section}</w:body></w:document>",
        parts::XML,
        parts::NAMESPACES,
    )
}

fn write_block(body: &mut String, block: &Block) {
    match block {
        Block::Head(head) => {
            *body += &paragraph(&spacing(HEAD_TOP), "");
            let size = head_size(head);
            let line = size * 13 / 2 * 2;
            let red = format!("<w:color w:val=\"{RED}\"/>");
            let look = coloured("head-font", &red, size);
            *body += &paragraph(
                &format!("{}{}", spacing(line), centred()),
                &run(&look, head),
            );
        }
        Block::Number { number, ruled } => {
            let blank = paragraph("", "");
            *body += &blank;
            *body += &blank;
            let rule = match ruled {
                true => format!(
                    "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"{RULE_EIGHTHS}\" w:space=\"{RULE_SPACE}\" w:color=\"{RED}\"/></w:pBdr>"
                ),
                false => String::new(),
            };
            *body += &paragraph(&format!("{rule}{}", centred()), &run("", number));
        }
        Block::Title(lines) => {
            let blank = paragraph("", "");
            // Under the red rule, and on the first page without one alike.
            *body += &blank;
            *body += &blank;
            let look = font("head-font", TITLE);
            for line in lines {
                *body += &paragraph(
                    &format!("{}{}", spacing(TITLE_LINE), centred()),
                    &run(&look, line),
                );
            }
            *body += &blank;
        }
        Block::Addressees(text) => *body += &paragraph("", &run("", text)),
        Block::Heading(text) => {
            *body += &paragraph(
                &format!("<w:keepNext/>{INDENT}"),
                &run(&font("heading-font", BODY), text),
            );
        }
        Block::Item { lead, text } => {
            let runs = run(&font("item-font", BODY), lead) + &run("", text);
            *body += &paragraph(INDENT, &runs);
        }
        Block::Text(text) => *body += &paragraph(INDENT, &run("", text)),
        Block::Attachments { label, titles } => write_attachments(body, label, titles),
        Block::Signature { issuer, date } => write_signature(body, issuer, date),
        Block::Attachment { label, title } => {
            *body += &paragraph(
                "<w:pageBreakBefore/>",
                &run(&font("heading-font", BODY), label),
            );
            *body += &paragraph("", "");
            let title = run(&font("head-font", TITLE), title);
            *body += &paragraph(&format!("{}{}", spacing(TITLE_LINE), centred()), &title);
            *body += &paragraph(&spacing(TABLE_LINE), "");
        }
        Block::Colophon {
            copies,
            printer,
            printed,
        } => write_colophon(body, copies, printer, printed),
        Block::Caption(text) => {
            *body += &paragraph("<w:keepNext/>", &run(&font("item-font", BODY), text));
        }
        Block::Table(table) => write_table(body, table),
    }
}

/// 附件说明: one blank line below the body, indented by two characters, the titles under each other.
fn write_attachments(body: &mut String, label: &str, titles: &[String]) {
    *body += &paragraph("", "");
    for (index, title) in titles.iter().enumerate() {
        // Titles stand under each other: the first behind its label, the others behind nothing.
        let (text, hang) = match index {
            0 => (format!("{label}{title}"), ATTACHMENT_HANG - 2 * CHARACTER),
            _ => (title.clone(), ATTACHMENT_HANG - 2 * CHARACTER - LABEL_WIDTH),
        };
        let indent = format!("<w:ind w:left=\"{ATTACHMENT_HANG}\" w:hanging=\"{hang}\"/>");
        *body += &paragraph(&indent, &run("", &text));
    }
}

/// With a seal: the date leaves four characters free at the right, the issuer stands over its middle. The seal is pressed by hand,
/// on the blank lines that are left for it.
fn write_signature(body: &mut String, issuer: &str, date: &str) {
    for _ in 0..SEAL_LINES {
        *body += &paragraph("<w:keepNext/>", "");
    }
    let (of_issuer, of_date) = (width(issuer), width(date));
    let right = 4 * CHARACTER;
    let middle = right + of_date / 2;
    let issuer_right = middle.saturating_sub(of_issuer / 2);
    for (text, right, keep) in [(issuer, issuer_right, "<w:keepNext/>"), (date, right, "")] {
        let place = format!("{keep}<w:ind w:right=\"{right}\"/><w:jc w:val=\"right\"/>");
        *body += &paragraph(&place, &run("", text));
    }
}

/// 版记 (7.4): a section of its own, so that it begins an even page, the last one of a paper printed on both sides; its last rule lies on
/// the edge of the 版心, as exact heights have it: programs do not agree where a floating table hangs. Such a page has no number (7.5).
fn write_colophon(body: &mut String, copies: &str, printer: &str, printed: &str) {
    *body += &paragraph(&format!("{}{}", spacing(HAIR_LINE), parts::section()), "");
    let (left, right) = (COLOPHON_LEFT, TYPE_WIDTH - COLOPHON_LEFT);
    let hanging = 3 * COLOPHON_CHARACTER;
    // Wrapped lines of 抄送 have the room beside it alone; 印发机关 keeps a character free at its left.
    let of_copies = match copies.is_empty() {
        true => 0,
        false => {
            let names: String = copies.chars().skip(3).collect();
            colophon_lines(&names, TYPE_WIDTH - hanging - 2 * COLOPHON_CHARACTER)
        }
    };
    let of_printer = colophon_lines(printer, left - COLOPHON_CHARACTER);
    let height = (of_copies + of_printer) * COLOPHON_LINE;
    let above = TYPE_HEIGHT
        .saturating_sub(height + COLOPHON_SLACK)
        .max(HAIR_LINE);
    *body += &format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{TYPE_WIDTH}\" w:type=\"dxa\"/>{}<w:tblLayout w:type=\"fixed\"/>{}</w:tblPr><w:tblGrid><w:gridCol w:w=\"{left}\"/><w:gridCol w:w=\"{right}\"/></w:tblGrid>",
        parts::COLOPHON_RULES,
        parts::COLOPHON_MARGINS
    );
    let look = format!("<w:sz w:val=\"{COLOPHON}\"/><w:szCs w:val=\"{COLOPHON}\"/>");
    let line = |place: &str, text: &str| {
        let look_of_line = format!("{}{place}", spacing(COLOPHON_LINE));
        paragraph(&look_of_line, &run(&look, text))
    };
    let row = |height: u32, cells: &str| {
        format!(
            "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"{height}\" w:hRule=\"exact\"/></w:trPr>{cells}</w:tr>"
        )
    };
    let cell = |width: u32, span: &str, inner: &str| {
        format!(
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{span}</w:tcPr>{inner}</w:tc>"
        )
    };
    // What is above is a row, too, as high as the rest of the page: a line of that height is not drawn by every program.
    let blank = paragraph(&spacing(HAIR_LINE), "");
    *body += &row(above, &cell(TYPE_WIDTH, parts::COLOPHON_ABOVE, &blank));
    if of_copies > 0 {
        let hang = format!(
            "<w:ind w:left=\"{}\" w:right=\"{COLOPHON_CHARACTER}\" w:hanging=\"{hanging}\"/>",
            hanging + COLOPHON_CHARACTER
        );
        let inner = line(&hang, copies);
        *body += &row(
            of_copies * COLOPHON_LINE,
            &cell(TYPE_WIDTH, "<w:gridSpan w:val=\"2\"/>", &inner),
        );
    }
    let at_left = format!("<w:ind w:left=\"{COLOPHON_CHARACTER}\"/><w:jc w:val=\"left\"/>");
    let at_right = format!("<w:ind w:right=\"{COLOPHON_CHARACTER}\"/><w:jc w:val=\"right\"/>");
    let cells =
        cell(left, "", &line(&at_left, printer)) + &cell(right, "", &line(&at_right, printed));
    *body += &row(of_printer * COLOPHON_LINE, &cells);
    *body += "</w:tbl>";
}

fn write_table(body: &mut String, table: &Table) {
    let widths: Vec<u32> = table.columns.iter().map(|c| twips(c.width_mm)).collect();
    let total: u32 = widths.iter().sum();
    *body += &format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{total}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>{}<w:tblLayout w:type=\"fixed\"/>{}</w:tblPr><w:tblGrid>",
        parts::TABLE_BORDERS,
        parts::TABLE_MARGINS
    );
    for width in &widths {
        *body += &format!("<w:gridCol w:w=\"{width}\"/>");
    }
    *body += "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>";
    let heading_look = font("heading-font", TABLE);
    for (column, width) in table.columns.iter().zip(&widths) {
        *body += &cell(*width, true, &run(&heading_look, &column.heading));
    }
    *body += "</w:tr>";
    let look = format!("<w:sz w:val=\"{TABLE}\"/><w:szCs w:val=\"{TABLE}\"/>");
    for row in &table.rows {
        *body += "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
        for ((text, column), width) in row.iter().zip(&table.columns).zip(&widths) {
            *body += &cell(*width, !column.is_text, &run(&look, text));
        }
        *body += "</w:tr>";
    }
    *body += "</w:tbl>";
}

fn cell(width: u32, is_centred: bool, runs: &str) -> String {
    let place = match is_centred {
        true => centred(),
        // Justified, a narrow column would pull its words apart.
        false => "<w:jc w:val=\"left\"/>".to_owned(),
    };
    format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>{}</w:tc>",
        paragraph(&format!("{}{place}", spacing(TABLE_LINE)), runs)
    )
}

fn paragraph(look: &str, runs: &str) -> String {
    match look.is_empty() {
        true => format!("<w:p>{runs}</w:p>"),
        false => format!("<w:p><w:pPr>{look}</w:pPr>{runs}</w:p>"),
    }
}

fn run(look: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let look = match look.is_empty() {
        true => String::new(),
        false => format!("<w:rPr>{look}</w:rPr>"),
    };
    let text = escaped(text);
    format!("<w:r>{look}<w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

/// An exact line, off the grid: larger type would take two of its lines.
fn spacing(line: u32) -> String {
    format!("<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"{line}\" w:lineRule=\"exact\"/>")
}

fn centred() -> String {
    "<w:jc w:val=\"center\"/>".to_owned()
}

/// A font by the key of its name, with a size in half-points.
fn font(key: &str, half_points: u32) -> String {
    coloured(key, "", half_points)
}

fn coloured(key: &str, colour: &str, half_points: u32) -> String {
    let fonts = parts::fonts(&say(&format!("circular.{key}"), &[]));
    format!("{fonts}{colour}<w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/>")
}

/// Text as XML holds it; what XML 1.0 has no place for is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\n' | '\t' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
#[path = "circular_docx_tests.rs"]
mod tests;
