//! The measure of an official document, in twips (1/1,440 inch) unless the name says otherwise. Source: GB/T 9704-2012, clause by clause.

/// A4 (5.1).
pub const PAGE_WIDTH: u32 = 11_906;
/// A4 (5.1).
pub const PAGE_HEIGHT: u32 = 16_838;
/// 天头, 37 mm (5.2.1).
pub const TOP: u32 = 2_098;
/// 订口, 28 mm (5.2.1).
pub const LEFT: u32 = 1_588;
/// What the 版心 of 156 × 225 mm leaves: 26 mm.
pub const RIGHT: u32 = 1_474;
/// What the 版心 of 156 × 225 mm leaves: 35 mm.
pub const BOTTOM: u32 = 1_984;
/// 22 lines on 225 mm (5.2.3): 12,756 / 22 is 579.8.
pub const LINE: u32 = 579;
/// 28 characters on 156 mm (5.2.3): 8,844 / 28 is 315.86.
pub const CHARACTER: u32 = 316;
/// What a character of 16 points gives up so that 28 of them fit: 15.75 × 28 is 441 of 442.2 points. Said of the characters and
/// not of the grid (`w:charSpace`): LibreOffice gives a character that is wider than its cell two cells.
pub const CHARACTER_SPACE: i32 = -5;
/// The page number's dash lies 7 mm below the 版心 (7.5); half a line of 4号 below it ends the footer, 25.5 mm above the edge.
pub const FOOTER: u32 = 1_447;
/// The line of the page number: 4号.
pub const FOOTER_LINE: u32 = 280;

/// 3号, in half-points (5.2.2).
pub const BODY: u32 = 32;
/// 2号, in half-points (7.3.1).
pub const TITLE: u32 = 44;
/// 4号, in half-points (7.5).
pub const PAGE_NUMBER: u32 = 28;
/// 小五, in half-points: so that a table of 13 columns fits the 版心.
pub const TABLE: u32 = 18;
/// The title's lines, on the grid of the body: 22 points fit into 28.95.
pub const TITLE_LINE: u32 = LINE;
/// The lines of tables, 12 points.
pub const TABLE_LINE: u32 = 240;

/// As good as no line at all, for paragraphs that only end something.
pub const HAIR_LINE: u32 = 20;
/// As wide as the 版心 (7.4.1).
pub const TYPE_WIDTH: u32 = PAGE_WIDTH - LEFT - RIGHT;
/// As high as the 版心.
pub const TYPE_HEIGHT: u32 = PAGE_HEIGHT - TOP - BOTTOM;
/// What the colophon leaves free below it: its rules, and the paragraph that ends the paper.
pub const COLOPHON_SLACK: u32 = 80;
/// 4号, in half-points (7.4.2).
pub const COLOPHON: u32 = 28;
/// A character of 4号.
pub const COLOPHON_CHARACTER: u32 = 280;
/// The lines of the colophon: 4号 with some air.
pub const COLOPHON_LINE: u32 = 480;
/// 印发机关 takes this much, eighteen characters; `2021年12月31日印发` fits into the rest, its right character included.
pub const COLOPHON_LEFT: u32 = 5_400;

/// 35 mm from the top of the 版心 to 发文机关标志 (7.2.4).
pub const HEAD_TOP: u32 = 1_984;
/// 发文机关标志 and the rule under it.
pub const RED: &str = "FF0000";
/// 0.5 mm, in eighths of a point; the standard leaves it open (7.2.7).
pub const RULE_EIGHTHS: u32 = 12;
/// 4 mm between 发文字号 and the rule, in points (7.2.7).
pub const RULE_SPACE: u32 = 11;
/// Blank lines above 署名: the seal's upper edge lies within one line of the body (7.3.5.1), and its middle on 署名 and date.
pub const SEAL_LINES: u32 = 2;

/// Two characters (7.3.3), for programs that count characters and for those that count twips.
pub const INDENT: &str = "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/>";
/// `附件：`
pub const LABEL_WIDTH: u32 = 3 * CHARACTER;
/// Two characters, `附件：` and `1. `: wrapped lines of a title stand under its first.
pub const ATTACHMENT_HANG: u32 = 2 * CHARACTER + LABEL_WIDTH + 3 * CHARACTER / 2;

/// The largest 发文机关标志, in half-points: 62 points, the usual one.
const HEAD_MAX: u32 = 124;

/// Returns the size at which 发文机关标志 fits on one line, in half-points.
pub fn head_size(head: &str) -> u32 {
    let letters = u32::try_from(head.chars().count().max(1)).unwrap_or(u32::MAX);
    let width = PAGE_WIDTH - LEFT - RIGHT;
    // A twentieth of a point is a twip; a character is as wide as it is high.
    (width / 10 / letters).clamp(TITLE, HEAD_MAX)
}

/// Returns how wide a text in 3号 is.
pub fn width(text: &str) -> u32 {
    let of = |c: char| match c.is_ascii() {
        true => CHARACTER / 2,
        false => CHARACTER,
    };
    text.chars().map(of).sum()
}

/// Returns how many lines a text in 4号 takes at most, where a line is so wide: a mark that may not begin a line takes its
/// neighbour along.
pub fn colophon_lines(text: &str, room: u32) -> u32 {
    let of_text = width(text) * COLOPHON_CHARACTER / CHARACTER;
    of_text.div_ceil(room - COLOPHON_CHARACTER).max(1)
}

/// Returns millimetres as twips.
pub fn twips(mm: u16) -> u32 {
    u32::from(mm) * 14_400 / 254
}
