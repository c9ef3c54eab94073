//! The geometry of the standard, read from the file itself; and the same paper twice.

use std::io::Read;

use zip::ZipArchive;

use super::*;
use crate::circular_text::{
    Block,
    tests::{Made, frozen, sample_week, small},
};

fn file(made: &Made) -> Vec<u8> {
    write(&made.paper(&made.all_named()), frozen()).unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    let mut part = archive.by_name(name).unwrap();
    part.read_to_string(&mut text).unwrap();
    text
}

fn holds(text: &str, wanted: &[&str]) {
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
}

/// Clause by clause: GB/T 9704-2012 in twips, half-points and grid.
#[test]
fn the_page_has_the_measure_of_the_standard() {
    let bytes = file(&small());
    let text = part(&bytes, "word/document.xml");
    holds(
        &text,
        &[
            "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>",
            "w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\"",
            "<w:docGrid w:type=\"linesAndChars\" w:linePitch=\"579\"/>",
            "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/>",
        ],
    );
    // 版心 156 × 225 mm, within a tenth; 22 lines and 28 characters, not one more.
    let mm = |twips: u32| f64::from(twips) * 25.4 / 1_440.0;
    let (width, height) = (PAGE_WIDTH - LEFT - RIGHT, PAGE_HEIGHT - TOP - BOTTOM);
    assert!((mm(width) - 156.0).abs() < 0.1 && (mm(height) - 225.0).abs() < 0.1);
    assert_eq!(height / LINE, 22);
    let styles = part(&bytes, "word/styles.xml");
    holds(&styles, &["<w:spacing w:val=\"-5\"/><w:sz w:val=\"32\"/>"]);
    let character = i32::try_from(BODY * 10).unwrap() + CHARACTER_SPACE;
    assert_eq!(i32::try_from(width).unwrap() / character, 28);
    // The dash of the page number lies 7 mm below the 版心.
    let dash = BOTTOM - FOOTER - FOOTER_LINE / 2;
    assert!((mm(dash) - 7.0).abs() < 0.1, "{}", mm(dash));
}

#[test]
fn type_is_named_and_sized_as_the_standard_says() {
    let bytes = file(&small());
    let styles = part(&bytes, "word/styles.xml");
    holds(
        &styles,
        &[
            "w:eastAsia=\"仿宋_GB2312\"",
            "<w:sz w:val=\"32\"/>",
            "w:line=\"579\" w:lineRule=\"exact\"",
        ],
    );
    let text = part(&bytes, "word/document.xml");
    holds(
        &text,
        &[
            "w:cs=\"方正小标宋简体\"/><w:sz w:val=\"44\"/>",
            "w:cs=\"黑体\"/><w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/></w:rPr><w:t xml:space=\"preserve\">一、报送情况",
            "w:cs=\"楷体_GB2312\"/><w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/></w:rPr><w:t xml:space=\"preserve\">（一）甲专项行动。",
        ],
    );
}

#[test]
fn page_numbers_stand_at_the_outer_edge() {
    let bytes = file(&small());
    holds(
        &part(&bytes, "word/settings.xml"),
        &["<w:evenAndOddHeaders/>"],
    );
    let text = part(&bytes, "word/document.xml");
    holds(
        &text,
        &[
            "<w:footerReference w:type=\"default\" r:id=\"rId3\"/>",
            "<w:footerReference w:type=\"even\" r:id=\"rId4\"/>",
        ],
    );
    for (name, edge) in [("word/footer1.xml", "right"), ("word/footer2.xml", "left")] {
        let footer = part(&bytes, name);
        let place = format!("<w:ind w:{edge}=\"280\"/><w:jc w:val=\"{edge}\"/>");
        holds(&footer, &[&place, " PAGE ", "宋体", "<w:sz w:val=\"28\"/>"]);
        let words = footer
            .replace("</w:t>", "<w:t")
            .replace("<w:t xml:space=\"preserve\">", "");
        holds(&words, &["— ", " —"]);
    }
}

#[test]
fn a_red_head_stands_where_the_standard_puts_it_and_only_where_it_is_asked_for() {
    let made = small();
    let text = part(&file(&made), "word/document.xml");
    holds(
        &text,
        &[
            // 35 mm, then the mark in red, then the rule 4 mm below the number.
            "<w:spacing w:line=\"1984\" w:lineRule=\"exact\"/>",
            "<w:color w:val=\"FF0000\"/>",
            "<w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"11\" w:color=\"FF0000\"/>",
        ],
    );
    let mut draft = made.all_named();
    draft.head.clear();
    let plain = write(&made.paper(&draft), frozen()).unwrap();
    let text = part(&plain, "word/document.xml");
    assert!(!text.contains("FF0000"));
    assert!(text.contains("平卫攻坚办〔2021〕9号"));
}

#[test]
fn the_colophon_stands_at_the_foot_of_an_even_page_without_a_number() {
    let bytes = file(&small());
    let text = part(&bytes, "word/document.xml");
    // The section before it ends with the page numbers of the paper, its own has none.
    let (_, colophon) = text.split_once("</w:sectPr>").unwrap();
    assert!(!colophon.contains("r:id=\"rId3\"/>"), "{colophon}");
    holds(
        colophon,
        &[
            // Two lines of 24 points at the foot of the type area: what is above them is blank.
            "<w:trHeight w:val=\"11716\" w:hRule=\"exact\"/>",
            "<w:trHeight w:val=\"480\" w:hRule=\"exact\"/>",
            // 156 mm, the outer rules 0.35 mm, the one between 0.25 mm.
            "<w:tblW w:w=\"8844\" w:type=\"dxa\"/>",
            "<w:top w:val=\"nil\"/><w:bottom w:val=\"single\" w:sz=\"8\"",
            "<w:tblBorders><w:bottom w:val=\"single\" w:sz=\"8\"",
            "<w:insideH w:val=\"single\" w:sz=\"6\"",
            // 4号, one character from both edges.
            "<w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/></w:rPr><w:t xml:space=\"preserve\">抄送：",
            "<w:ind w:left=\"1120\" w:right=\"280\" w:hanging=\"840\"/>",
            "<w:ind w:left=\"280\"/>",
            "<w:ind w:right=\"280\"/>",
            "<w:footerReference w:type=\"default\" r:id=\"rId5\"/><w:footerReference w:type=\"even\" r:id=\"rId5\"/><w:type w:val=\"evenPage\"/>",
        ],
    );
    assert!(!part(&bytes, "word/footer3.xml").contains("PAGE"));
    // Names that take three lines push nothing over the edge: the blank above gives way.
    let lines = [1, 26, 27, 60].map(|letters| colophon_lines(&"抄".repeat(letters), 27 * 280));
    assert_eq!(lines, [1, 1, 2, 3]);
}

#[test]
fn no_seal_is_ever_drawn() {
    let bytes = file(&sample_week());
    let names: Vec<String> = ZipArchive::new(Cursor::new(&bytes))
        .unwrap()
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    assert!(
        !names.iter().any(|name| name.contains("media")),
        "{names:?}"
    );
    let text = part(&bytes, "word/document.xml");
    assert!(!text.contains("w:drawing") && !text.contains("w:pict"));
}

#[test]
fn equal_papers_give_equal_bytes() {
    let (one, other) = (file(&sample_week()), file(&sample_week()));
    assert!(one == other);
    let mut archive = ZipArchive::new(Cursor::new(&one)).unwrap();
    for index in 0..archive.len() {
        let part = archive.by_index(index).unwrap();
        let when = part.last_modified().unwrap();
        assert_eq!((when.year(), when.month(), when.day()), (1980, 1, 1));
    }
}

/// What reports hold goes into XML as text, whatever it is.
#[test]
fn what_was_typed_is_text_and_nothing_else() {
    let made = small();
    let text = part(&file(&made), "word/document.xml");
    assert!(text.contains("缺人，缺{unit}&lt;车&gt;"), "{text}");
    let strange = Block::Text("甲\u{b}乙&\u{0}<w:p>\u{ffff}𠮷\r\n丙".to_owned());
    let text = part(&write(&[strange], frozen()).unwrap(), "word/document.xml");
    assert!(text.contains(">甲乙&amp;&lt;w:p&gt;𠮷 丙<"), "{text}");
}

/// Writes the sample's circular where `DIAODU_CIRCULAR` says, so that a person can look at it.
#[test]
fn every_element_is_closed() {
    let bytes = file(&sample_week());
    if let Some(path) = std::env::var_os("DIAODU_CIRCULAR") {
        std::fs::write(path, &bytes).unwrap();
    }
    for name in [
        "word/document.xml",
        "word/styles.xml",
        "word/footer1.xml",
        "word/footer3.xml",
    ] {
        let text = part(&bytes, name);
        let mut open = Vec::new();
        for tag in text.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            let word = tag.split([' ', '/']).find(|word| !word.is_empty()).unwrap();
            match (tag.starts_with('/'), tag.ends_with(['/', '?'])) {
                (true, _) => assert_eq!(open.pop(), Some(word), "{name}"),
                (false, true) => {}
                (false, false) => open.push(word),
            }
        }
        assert!(open.is_empty(), "{name}: {open:?}");
    }
}
