//! 附件: which files a row may have, and who may attach them. Knows names, kinds and sizes; where the bytes lie is not its business.

use jiff::Timestamp;

use crate::{
    campaign::Campaign,
    column::Column,
    limits::{
        ATTACHMENT_BYTES_MAX, ATTACHMENT_NAME_BYTES_MAX, ATTACHMENTS_BYTES_MAX,
        ATTACHMENTS_EVER_MAX, ATTACHMENTS_PER_ROW_MAX,
    },
    permission::{Author, Reason, WeekState, judge_cell},
    row::{Row, RowId},
};

/// What a file is, by its first bytes; nothing else is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// A document, e.g. a stamped scan.
    Pdf,
    /// A picture.
    Png,
    /// A photograph.
    Jpeg,
}

/// A file of a row. The bytes lie elsewhere, under their digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Drawn by whoever attached it: `is_id`.
    pub id: String,
    /// As the person's machine called it, without a path.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// So large.
    pub bytes: u64,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub digest: String,
    /// Which account attached it.
    pub account: String,
    /// Whose account it was then; empty where nobody has said.
    pub person: String,
    /// When the server took it.
    pub at: Timestamp,
}

/// Where a file of a week belongs, and how large it is; removed ones are counted too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// Which row.
    pub row: RowId,
    /// So large.
    pub bytes: u64,
    /// It was taken out again.
    pub is_removed: bool,
}

/// Why a file cannot be attached, whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// No name is left, or it is too long.
    #[error("attachment-name")]
    Name,
    /// Neither pdf nor png nor jpeg.
    #[error("attachment-kind")]
    Kind,
    /// Nothing in it.
    #[error("attachment-empty")]
    Empty,
    /// Too large.
    #[error("attachment-size")]
    Size,
    /// The row has as many as it may have.
    #[error("attachments-row-full")]
    RowFull,
    /// The unit's files of the week are as large as they may be together.
    #[error("attachments-unit-full")]
    UnitFull,
}

impl FileKind {
    /// All of them.
    pub const ALL: [FileKind; 3] = [FileKind::Pdf, FileKind::Png, FileKind::Jpeg];

    /// Tells it by the first bytes.
    pub fn of(bytes: &[u8]) -> Option<FileKind> {
        FileKind::ALL
            .into_iter()
            .find(|kind| bytes.starts_with(kind.beginning()))
    }

    fn beginning(self) -> &'static [u8] {
        match self {
            FileKind::Pdf => b"%PDF-",
            FileKind::Png => &[0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'],
            FileKind::Jpeg => &[0xff, 0xd8, 0xff],
        }
    }

    /// Returns the stable word: `pdf`, `png`, `jpeg`.
    pub fn word(self) -> &'static str {
        match self {
            FileKind::Pdf => "pdf",
            FileKind::Png => "png",
            FileKind::Jpeg => "jpeg",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<FileKind> {
        FileKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Returns what browsers call it.
    pub fn media_type(self) -> &'static str {
        match self {
            FileKind::Pdf => "application/pdf",
            FileKind::Png => "image/png",
            FileKind::Jpeg => "image/jpeg",
        }
    }

    /// Says whether a browser may show it in place. Programs can hide in a pdf, so it is saved.
    pub fn is_picture(self) -> bool {
        match self {
            FileKind::Png | FileKind::Jpeg => true,
            FileKind::Pdf => false,
        }
    }
}

impl FileFault {
    /// Returns the stable word.
    pub fn word(self) -> &'static str {
        match self {
            FileFault::Name => "attachment-name",
            FileFault::Kind => "attachment-kind",
            FileFault::Empty => "attachment-empty",
            FileFault::Size => "attachment-size",
            FileFault::RowFull => "attachments-row-full",
            FileFault::UnitFull => "attachments-unit-full",
        }
    }
}

/// Says whether a text can be the id of an attachment: 128 bits in hexadecimal digits.
pub fn is_id(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 32 && text.bytes().all(is_digit)
}

/// Returns a file's name as it is kept: the last part of a path, in one line, without what turns the direction of letters.
pub fn tidy_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept = last
        .chars()
        .filter(|letter| !letter.is_control() && !turns(*letter));
    kept.collect::<String>().trim().to_owned()
}

/// Looks at a file by itself.
///
/// `name`: as `tidy_name` leaves it. `beginning`: its first bytes, sixteen or more where it has them. `bytes`: its size.
pub fn check(name: &str, beginning: &[u8], bytes: u64) -> Result<FileKind, FileFault> {
    if name.is_empty() || name.len() > ATTACHMENT_NAME_BYTES_MAX || name != tidy_name(name) {
        return Err(FileFault::Name);
    }
    if bytes == 0 {
        return Err(FileFault::Empty);
    }
    if bytes > ATTACHMENT_BYTES_MAX {
        return Err(FileFault::Size);
    }
    FileKind::of(beginning).ok_or(FileFault::Kind)
}

/// Says whether one more file finds room beside the others of its unit and week.
pub fn check_room(row: &RowId, bytes: u64, of_unit: &[Filed]) -> Result<(), FileFault> {
    let ever = of_unit.iter().filter(|filed| filed.row == *row);
    let now = ever.clone().filter(|filed| !filed.is_removed).count();
    if now >= ATTACHMENTS_PER_ROW_MAX || ever.count() >= ATTACHMENTS_EVER_MAX {
        return Err(FileFault::RowFull);
    }
    let standing = of_unit.iter().filter(|filed| !filed.is_removed);
    let together: u64 = standing.map(|filed| filed.bytes).sum();
    match together.saturating_add(bytes) > ATTACHMENTS_BYTES_MAX {
        true => Err(FileFault::UnitFull),
        false => Ok(()),
    }
}

/// Says whether the author may attach a file to a row, or take one out: whoever writes its 本周工作进展 may.
pub fn judge(
    author: &Author,
    row: &Row,
    campaign: &Campaign,
    week: WeekState,
) -> Result<(), Reason> {
    judge_cell(author, row, Column::Progress, campaign, week)
}

/// Returns the names of files, one in a line, in the order in which they came.
pub fn names(files: &[Attached]) -> String {
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    names.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

    fn check_file(name: &str, beginning: &[u8], bytes: u64, expected: &str) {
        let found = check(name, beginning, bytes);
        let said = found.map_or_else(FileFault::word, FileKind::word);
        assert_eq!(said, expected, "{name}");
    }

    #[test]
    fn a_file_is_what_its_first_bytes_say_whatever_it_is_called() {
        check_file("盖章扫描件.pdf", b"%PDF-1.4", 9, "pdf");
        check_file("现场.exe", PNG, 12, "png");
        check_file("照片.jpg", &[0xff, 0xd8, 0xff, 0xe1], 4, "jpeg");
        check_file("假的.png", b"<html><script>", 14, "attachment-kind");
        check_file("图.svg", b"<svg xmlns=", 11, "attachment-kind");
        check_file("晚.pdf", b"\n%PDF-1.4", 9, "attachment-kind");
        check_file("断.png", &PNG[..7], 7, "attachment-kind");
        check_file("空.pdf", b"", 0, "attachment-empty");
        check_file("大.pdf", b"%PDF-1.4", ATTACHMENT_BYTES_MAX, "pdf");
        check_file(
            "大.pdf",
            b"%PDF-1.4",
            ATTACHMENT_BYTES_MAX + 1,
            "attachment-size",
        );
    }

    #[test]
    fn a_name_is_one_line_without_a_path() {
        for (given, kept) in [
            ("C:\\Users\\甲\\扫描.pdf", "扫描.pdf"),
            ("/etc/../现场 1.png", "现场 1.png"),
            ("多\n行\u{202e}gnp.pdf ", "多行gnp.pdf"),
            ("a/", ""),
        ] {
            assert_eq!(tidy_name(given), kept);
        }
        check_file("", PNG, 12, "attachment-name");
        check_file("a/b.png", PNG, 12, "attachment-name");
        check_file("a\"b.png", PNG, 12, "png");
        check_file(&"字".repeat(86), PNG, 12, "attachment-name");
    }

    #[test]
    fn rows_and_units_have_room_for_so_much() {
        let filed = |row: &str, bytes, is_removed| Filed {
            row: RowId(row.to_owned()),
            bytes,
            is_removed,
        };
        let check = |of_unit: &[Filed], bytes, expected: Result<(), FileFault>| {
            let row = RowId("m01.s-a".to_owned());
            assert_eq!(check_room(&row, bytes, of_unit), expected);
        };
        let full = vec![filed("m01.s-a", 1, false); ATTACHMENTS_PER_ROW_MAX];
        check(&full[1..], 1, Ok(()));
        check(&full, 1, Err(FileFault::RowFull));
        let mut one_less = full;
        one_less[0].is_removed = true;
        check(&one_less, 1, Ok(()));
        let others = vec![filed("m02.s-a", 1, false); 100];
        check(&others, 1, Ok(()));
        let ever = vec![filed("m01.s-a", 1, true); ATTACHMENTS_EVER_MAX];
        check(&ever, 1, Err(FileFault::RowFull));
        let large = [filed("m02.s-a", ATTACHMENTS_BYTES_MAX - 5, false)];
        check(&large, 5, Ok(()));
        check(&large, 6, Err(FileFault::UnitFull));
        check(&[filed("m02.s-a", ATTACHMENTS_BYTES_MAX, true)], 6, Ok(()));
    }

    #[test]
    fn ids_are_128_bits() {
        assert!(is_id("0123456789abcdef0123456789abcdef"));
        for wrong in [
            "",
            "0123",
            "0123456789ABCDEF0123456789ABCDEF",
            "../../etc/passwd0123456789abcdef",
        ] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }
}
