//! Who may write what: the only place that says so. Values in, verdict out.

use crate::{
    campaign::{Campaign, UnitId},
    layout::DocumentKind,
    limits::CARD_ENTRIES_MAX,
    row::{self, RowId},
    touch::{Touch, Write},
    value::Unfit,
};

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The account's name.
    pub account: String,
    /// The unit to which the account belongs.
    pub unit: UnitId,
}

/// What has to be known beside author and touch.
#[derive(Debug, Clone, Copy)]
pub struct State<'a> {
    /// The document that is written.
    pub document: &'a DocumentKind,
    /// The campaign to which it belongs.
    pub campaign: &'a Campaign,
    /// How many entries the card has beside the one that is written; 0 for other documents.
    pub entries: usize,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be written.
    Accept,
    /// It may not.
    Refuse(Reason),
}

/// Why something may not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The document belongs to the server.
    ServerDocument,
    /// The cell belongs to the server.
    ServerColumn,
    /// Not a cell at all.
    UnknownObject,
    /// The plan does not demand such a row of this unit.
    UnknownRow,
    /// Sheets do not store such a column.
    UnknownColumn,
    /// Cards do not store such an entry.
    UnknownEntry,
    /// Not what the column holds.
    ValueKind,
    /// Too large.
    ValueSize,
    /// The card is full.
    TooManyEntries,
}

/// Says whether the author may do this.
///
/// Anyone who is signed in may fill any cell that is there to be filled; who may fill which is not told apart yet.
pub fn judge(author: &Author, touch: &Touch, state: &State<'_>) -> Verdict {
    let Author {
        account: _,
        unit: _,
    } = author;
    let judged = match touch {
        Touch::Cell {
            row,
            column: _,
            write,
        } => judge_row(row, state).and_then(|()| judge_write(write)),
        Touch::Entry { entry: _, write } => {
            judge_write(write).and_then(|()| judge_room(write, state))
        }
        Touch::ServerCell { row } => judge_row(row, state).and(Err(Reason::ServerColumn)),
        Touch::UnknownColumn { row, key: _ } => {
            judge_row(row, state).and(Err(Reason::UnknownColumn))
        }
        Touch::UnknownEntry { key: _ } => Err(Reason::UnknownEntry),
        Touch::ServerDocument => Err(Reason::ServerDocument),
        Touch::Everything => Err(Reason::UnknownObject),
    };
    match judged {
        Ok(()) => Verdict::Accept,
        Err(reason) => Verdict::Refuse(reason),
    }
}

fn judge_row(row: &RowId, state: &State<'_>) -> Result<(), Reason> {
    let demanded = row::row(state.campaign, row).ok_or(Reason::UnknownRow)?;
    if state.document.unit() == Some(&demanded.unit) {
        Ok(())
    } else {
        Err(Reason::UnknownRow)
    }
}

fn judge_write(write: &Write) -> Result<(), Reason> {
    match write {
        Write::Delete | Write::Put(_) => Ok(()),
        Write::Unfit(Unfit::Kind) => Err(Reason::ValueKind),
        Write::Unfit(Unfit::Size) => Err(Reason::ValueSize),
    }
}

fn judge_room(write: &Write, state: &State<'_>) -> Result<(), Reason> {
    match write {
        Write::Put(_) if state.entries >= CARD_ENTRIES_MAX => Err(Reason::TooManyEntries),
        Write::Put(_) | Write::Delete | Write::Unfit(_) => Ok(()),
    }
}

impl Reason {
    /// Returns the stable word that peers are told.
    pub fn word(self) -> &'static str {
        match self {
            Reason::ServerDocument => "server-document",
            Reason::ServerColumn => "server-column",
            Reason::UnknownObject => "unknown-object",
            Reason::UnknownRow => "unknown-row",
            Reason::UnknownColumn => "unknown-column",
            Reason::UnknownEntry => "unknown-entry",
            Reason::ValueKind => "value-kind",
            Reason::ValueSize => "value-size",
            Reason::TooManyEntries => "too-many-entries",
        }
    }
}

#[cfg(test)]
mod tests {
    use automerge::ScalarValue;

    use super::*;
    use crate::{campaign::WeekNumber, fixture, limits, touch};

    /// `place`: `sheet m01.s-hongying progress`, `card KEY`, `hub KEY`, `catalogue KEY`; `sheet` is that of s-hongying.
    fn check_judge(place: &str, value: Option<ScalarValue>, expected: &str) {
        let campaign = fixture::campaign(fixture::SMALL);
        let unit = UnitId("s-hongying".to_owned());
        let words: Vec<&str> = place.split(' ').collect();
        let (document, path, key) = match words.as_slice() {
            ["sheet", row, key] => (
                DocumentKind::Sheet(WeekNumber(2), unit.clone()),
                vec!["rows", *row],
                *key,
            ),
            ["sheet", key] => (
                DocumentKind::Sheet(WeekNumber(2), unit.clone()),
                vec![],
                *key,
            ),
            ["card", key] => (DocumentKind::Card(unit.clone()), vec!["entries"], *key),
            ["hub", key] => (DocumentKind::Hub(WeekNumber(2)), vec!["sheets"], *key),
            ["catalogue", key] => (DocumentKind::Catalogue, vec!["campaign"], *key),
            other => panic!("{other:?}"),
        };
        let path: Vec<String> = path.into_iter().map(str::to_owned).collect();
        let touch = touch::read(&document, &path, key, value.as_ref());
        let author = Author {
            account: "u-zhujian".to_owned(),
            unit: UnitId("u-zhujian".to_owned()),
        };
        let state = State {
            document: &document,
            campaign: &campaign,
            entries: 0,
        };
        let verdict = match judge(&author, &touch, &state) {
            Verdict::Accept => "accept",
            Verdict::Refuse(reason) => reason.word(),
        };
        assert_eq!(verdict, expected, "{place} {value:?}");
    }

    fn text(text: &str) -> Option<ScalarValue> {
        Some(ScalarValue::Str(text.into()))
    }

    #[test]
    fn stored_cells_of_the_right_kind_are_accepted() {
        check_judge("sheet m01.s-hongying progress", text("甲"), "accept");
        check_judge("sheet m01.s-hongying progress", None, "accept");
        check_judge("sheet m01.s-hongying progress", text(""), "accept");
        check_judge(
            "sheet m02.s-hongying found_total",
            Some(ScalarValue::Int(3)),
            "accept",
        );
        check_judge("sheet m02.s-hongying status", text("滞后"), "accept");
        check_judge("card reporter:冯演示/phone", text("0375-0000069"), "accept");
        check_judge("card reporter:冯/演示/phone", None, "accept");
        check_judge("card unit/phone", text("0375-0000069"), "accept");
    }

    #[test]
    fn the_wrong_kind_or_size_is_refused() {
        check_judge("sheet m01.s-hongying found_week", text("3"), "value-kind");
        check_judge(
            "sheet m01.s-hongying found_week",
            Some(ScalarValue::Int(-3)),
            "value-kind",
        );
        check_judge(
            "sheet m01.s-hongying progress",
            Some(ScalarValue::Null),
            "value-kind",
        );
        check_judge(
            "sheet m01.s-hongying progress",
            Some(ScalarValue::counter(1)),
            "value-kind",
        );
        check_judge("sheet m01.s-hongying status", text("还行"), "value-kind");
        check_judge(
            "sheet m01.s-hongying progress",
            text(&"x".repeat(limits::LONG_TEXT_BYTES_MAX + 1)),
            "value-size",
        );
        check_judge(
            "sheet m01.s-hongying found_week",
            Some(ScalarValue::Int(1_000_000_000)),
            "value-size",
        );
        check_judge("card unit/phone", Some(ScalarValue::Int(1)), "value-kind");
    }

    #[test]
    fn what_is_not_a_cell_is_refused() {
        check_judge("sheet m01.s-donganlu progress", text("甲"), "unknown-row");
        check_judge("sheet m01.u-zhujian progress", text("甲"), "unknown-row");
        check_judge("sheet nonsense progress", text("甲"), "unknown-row");
        check_judge(
            "sheet m01.s-hongying nonsense",
            text("甲"),
            "unknown-column",
        );
        check_judge(
            "sheet m01.s-hongying fix_rate",
            text("70%"),
            "unknown-column",
        );
        check_judge("sheet m01.s-hongying phone", text("1"), "unknown-column");
        check_judge(
            "sheet m01.s-hongying found_before",
            Some(ScalarValue::Int(1)),
            "server-column",
        );
        check_judge("sheet week", Some(ScalarValue::Int(3)), "unknown-object");
        check_judge("card nonsense", text("1"), "unknown-entry");
        check_judge("card reporter:/phone", text("1"), "unknown-entry");
        check_judge("card reporter:冯演示/email", text("1"), "unknown-entry");
        check_judge("hub s-hongying", text("automerge:x"), "server-document");
        check_judge("catalogue name", None, "server-document");
    }

    #[test]
    fn a_full_card_takes_no_more() {
        let campaign = fixture::campaign(fixture::SMALL);
        let document = DocumentKind::Card(UnitId("s-hongying".to_owned()));
        let author = Author {
            account: "a".to_owned(),
            unit: UnitId("s-hongying".to_owned()),
        };
        let state = State {
            document: &document,
            campaign: &campaign,
            entries: CARD_ENTRIES_MAX,
        };
        let path = ["entries".to_owned()];
        let put = touch::read(&document, &path, "unit/phone", text("1").as_ref());
        assert_eq!(
            judge(&author, &put, &state),
            Verdict::Refuse(Reason::TooManyEntries)
        );
        let delete = touch::read(&document, &path, "unit/phone", None);
        assert_eq!(judge(&author, &delete, &state), Verdict::Accept);
    }
}
