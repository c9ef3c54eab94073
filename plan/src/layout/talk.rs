//! The talk document: comments on the cells of one unit's rows of one week, in one flat map. The first put creates an entry.

use std::{collections::BTreeMap, fmt};

use automerge::{
    Automerge, AutomergeError, ROOT, ReadDoc,
    transaction::{Transactable, Transaction},
};

use super::{integer_in, map_in, map_made_in, put_new, text_in, values_in};
use crate::{
    campaign::{Campaign, UnitId, WeekNumber},
    column::{Column, Kind},
    limits::{MENTIONS_MAX, TALK_KEY_BYTES_MAX},
    row::RowId,
    value::Value,
};

/// The root key under which the entries lie.
pub const ENTRIES: &str = "entries";

/// 32 letters: 128 random bits.
const DRAWN_LETTERS: usize = 32;

/// Names an entry: 128 random bits that its author has drawn, and the author's account. `0f…:s-hongying`.
///
/// The account stands in the name, so that whose an entry is never depends on what arrived first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId {
    drawn: String,
    account: String,
}

/// What is kept of a comment. The words are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TalkColumn {
    /// `cell`: the cell that a thread is about, row id and column id with a `/` between; of its first comment alone.
    Cell,
    /// `thread`: the first comment of the thread; missing in the first comment itself.
    Thread,
    /// `text`: what is said; taken back when it is deleted.
    Text,
    /// `mentions`: ids of the units that are called, parted by blanks.
    Mentions,
    /// `unit`: the author's unit at that time.
    Unit,
    /// `at`: when it was written, by the author's clock.
    At,
    /// `resolved`: the account that has called the thread settled; of the first comment alone.
    Resolved,
}

/// The key in the flat map: `<entry id>/<column>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TalkKey {
    /// Which comment.
    pub entry: EntryId,
    /// What of it.
    pub column: TalkColumn,
}

/// One comment as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comment {
    /// The cell that the thread is about.
    pub cell: Option<(RowId, Column)>,
    /// The first comment of the thread.
    pub thread: Option<EntryId>,
    /// What is said; `None` when it was taken back.
    pub text: Option<String>,
    /// The units that are called.
    pub mentions: Vec<UnitId>,
    /// The author's unit.
    pub unit: Option<UnitId>,
    /// When it was written, in milliseconds since 1970, by the author's clock.
    pub at_ms: Option<i64>,
    /// Who has called the thread settled.
    pub resolved: Option<String>,
}

impl EntryId {
    /// Makes the name of a new entry.
    pub fn new(drawn: [u8; 16], account: &str) -> EntryId {
        EntryId {
            drawn: drawn.iter().map(|byte| format!("{byte:02x}")).collect(),
            account: account.to_owned(),
        }
    }

    /// Reads a name; `None` if it is not written as we write it.
    pub fn parse(name: &str) -> Option<EntryId> {
        let (drawn, account) = name.split_once(':')?;
        let is_hex = |letter: u8| letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter);
        let is_plain = drawn.len() == DRAWN_LETTERS
            && drawn.bytes().all(is_hex)
            && !account.is_empty()
            && !account.contains([':', '/'])
            && name.len() <= TALK_KEY_BYTES_MAX;
        is_plain.then(|| EntryId {
            drawn: drawn.to_owned(),
            account: account.to_owned(),
        })
    }

    /// Returns the author's account.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Returns the random part.
    pub fn drawn(&self) -> &str {
        &self.drawn
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.drawn, self.account)
    }
}

impl TalkColumn {
    /// All of them.
    pub const ALL: [TalkColumn; 7] = [
        TalkColumn::Cell,
        TalkColumn::Thread,
        TalkColumn::Text,
        TalkColumn::Mentions,
        TalkColumn::Unit,
        TalkColumn::At,
        TalkColumn::Resolved,
    ];

    /// Returns the stable word.
    pub fn word(self) -> &'static str {
        match self {
            TalkColumn::Cell => "cell",
            TalkColumn::Thread => "thread",
            TalkColumn::Text => "text",
            TalkColumn::Mentions => "mentions",
            TalkColumn::Unit => "unit",
            TalkColumn::At => "at",
            TalkColumn::Resolved => "resolved",
        }
    }

    /// Says what it holds.
    pub fn kind(self) -> Kind {
        match self {
            TalkColumn::At => Kind::Moment,
            TalkColumn::Cell
            | TalkColumn::Thread
            | TalkColumn::Text
            | TalkColumn::Mentions
            | TalkColumn::Unit
            | TalkColumn::Resolved => Kind::Text,
        }
    }

    /// Says whether a value is written as we write it.
    pub fn takes(self, value: &Value) -> bool {
        match (self, value) {
            (TalkColumn::At, Value::Count(_)) => true,
            (TalkColumn::At, Value::Text(_)) | (_, Value::Count(_)) => false,
            (TalkColumn::Cell, Value::Text(text)) => cell_of(text).is_some(),
            (TalkColumn::Thread, Value::Text(text)) => EntryId::parse(text).is_some(),
            (TalkColumn::Mentions, Value::Text(text)) => {
                (1..=MENTIONS_MAX).contains(&text.split(' ').count())
            }
            (TalkColumn::Text | TalkColumn::Unit | TalkColumn::Resolved, Value::Text(text)) => {
                !text.is_empty()
            }
        }
    }
}

impl TalkKey {
    /// Reads a key; `None` if it is not known, or not written as we write it.
    pub fn parse(key: &str) -> Option<TalkKey> {
        let (entry, word) = key.split_once('/')?;
        let mut columns = TalkColumn::ALL.into_iter();
        let column = columns.find(|column| column.word() == word)?;
        let entry = EntryId::parse(entry)?;
        (key.len() <= TALK_KEY_BYTES_MAX).then_some(TalkKey { entry, column })
    }
}

impl fmt::Display for TalkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.entry, self.column.word())
    }
}

/// Reads the cell that a thread is about.
pub fn cell_of(text: &str) -> Option<(RowId, Column)> {
    let (row, column) = text.split_once('/')?;
    Some((RowId(row.to_owned()), Column::from_id(column)?))
}

/// Finds the units that a text calls: behind each `@` the longest name that stands there.
pub fn mentions(text: &str, campaign: &Campaign) -> Vec<UnitId> {
    let mut found: Vec<UnitId> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let rest = &text[at + 1..];
        let named = campaign
            .active_units()
            .filter(|unit| rest.starts_with(&unit.name));
        if let Some(unit) = named.max_by_key(|unit| unit.name.len())
            && !found.contains(&unit.id)
            && found.len() < MENTIONS_MAX
        {
            found.push(unit.id.clone());
        }
    }
    found
}

/// Makes the talk document of a unit's week; what stands there already is left alone.
pub fn create(
    week: WeekNumber,
    unit: &UnitId,
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    put_new(tx, &ROOT, "talk_of", unit.0.as_str())?;
    put_new(tx, &ROOT, "week", i64::from(week.0))?;
    map_made_in(tx, &ROOT, ENTRIES).map(drop)
}

/// Says whose talk a document is; `None` if it is none.
pub fn head(doc: &Automerge) -> Option<(WeekNumber, UnitId)> {
    let unit = text_in(doc, &ROOT, "talk_of")?;
    let week = integer_in(doc, &ROOT, "week").and_then(|week| u8::try_from(week).ok())?;
    Some((WeekNumber(week), UnitId(unit)))
}

/// Returns how many keys the map has, for its bound.
pub fn count(doc: &Automerge) -> usize {
    map_in(doc, &ROOT, ENTRIES).map_or(0, |map| doc.length(&map))
}

/// Writes or deletes parts of comments; what stands there already is left alone.
pub fn write(
    parts: &[(TalkKey, Option<Value>)],
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    let map = map_in(tx, &ROOT, ENTRIES).ok_or(AutomergeError::Fail)?;
    for (key, value) in parts {
        let word = key.to_string();
        match value {
            Some(value) => put_new(tx, &map, &word, value.to_scalar())?,
            None if tx.get(&map, word.as_str())?.is_some() => tx.delete(&map, word.as_str())?,
            None => {}
        }
    }
    Ok(())
}

/// Reads all comments; a document that is not there yet has none. Keys that are not known are left in the document and out of here.
pub fn read(doc: &Automerge) -> BTreeMap<EntryId, Comment> {
    let mut comments: BTreeMap<EntryId, Comment> = BTreeMap::new();
    let Some(map) = map_in(doc, &ROOT, ENTRIES) else {
        return comments;
    };
    for word in doc.keys(&map) {
        let Some(TalkKey { entry, column }) = TalkKey::parse(&word) else {
            continue;
        };
        let value = values_in(doc, &map, &word, column.kind())
            .into_iter()
            .next();
        let Some(value) = value.filter(|value| column.takes(value)) else {
            continue;
        };
        let comment = comments.entry(entry).or_default();
        match (column, value) {
            (TalkColumn::At, Value::Count(at)) => comment.at_ms = i64::try_from(at).ok(),
            (TalkColumn::At, Value::Text(_)) | (_, Value::Count(_)) => {}
            (TalkColumn::Cell, Value::Text(text)) => comment.cell = cell_of(&text),
            (TalkColumn::Thread, Value::Text(text)) => comment.thread = EntryId::parse(&text),
            (TalkColumn::Text, Value::Text(text)) => comment.text = Some(text),
            (TalkColumn::Mentions, Value::Text(text)) => {
                comment.mentions = text.split(' ').map(|id| UnitId(id.to_owned())).collect();
            }
            (TalkColumn::Unit, Value::Text(text)) => comment.unit = Some(UnitId(text)),
            (TalkColumn::Resolved, Value::Text(text)) => comment.resolved = Some(text),
        }
    }
    comments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn entry() -> EntryId {
        EntryId::new([0x0f; 16], "s-hongying")
    }

    #[test]
    fn a_key_reads_back_and_nothing_else_is_a_key() {
        for column in TalkColumn::ALL {
            let key = TalkKey {
                entry: entry(),
                column,
            };
            assert_eq!(TalkKey::parse(&key.to_string()), Some(key));
        }
        let drawn = "0f".repeat(16);
        for wrong in [
            "",
            "text",
            &format!("{drawn}/text"),
            &format!("{drawn}:/text"),
            &format!("{drawn}:甲"),
            &format!("{drawn}:甲/nonsense"),
            &format!("{drawn}:甲:乙/text"),
            &format!("{drawn}:甲/text/text"),
            &format!("{}:甲/text", drawn.to_uppercase()),
            &format!("{}:甲/text", &drawn[1..]),
            &format!("{drawn}:{}/text", "甲".repeat(TALK_KEY_BYTES_MAX)),
        ] {
            assert_eq!(TalkKey::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_comment_reads_back_as_it_was_written_and_can_be_taken_back() {
        let (week, unit) = (WeekNumber(2), UnitId("s-hongying".to_owned()));
        let mut doc = Automerge::new();
        let mut tx = doc.transaction();
        create(week, &unit, &mut tx).unwrap();
        let key = |column| TalkKey {
            entry: entry(),
            column,
        };
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        let parts = [
            (key(TalkColumn::Cell), text("m01.s-hongying/progress")),
            (key(TalkColumn::Text), text("@区住建局 请核对")),
            (key(TalkColumn::Mentions), text("u-zhujian")),
            (key(TalkColumn::Unit), text("s-hongying")),
            (key(TalkColumn::At), Some(Value::Count(1_618_559_999_999))),
        ];
        write(&parts, &mut tx).unwrap();
        tx.commit();
        assert_eq!(head(&doc), Some((week, unit.clone())));
        assert_eq!(count(&doc), 5);
        let mut expected = Comment {
            cell: Some((RowId("m01.s-hongying".to_owned()), Column::Progress)),
            text: Some("@区住建局 请核对".to_owned()),
            mentions: vec![UnitId("u-zhujian".to_owned())],
            unit: Some(unit),
            at_ms: Some(1_618_559_999_999),
            ..Comment::default()
        };
        assert_eq!(read(&doc), BTreeMap::from([(entry(), expected.clone())]));
        let mut tx = doc.transaction();
        write(&[(key(TalkColumn::Text), None)], &mut tx).unwrap();
        tx.commit();
        expected.text = None;
        assert_eq!(read(&doc), BTreeMap::from([(entry(), expected)]));
        assert_eq!(read(&Automerge::new()), BTreeMap::new());
    }

    #[test]
    fn units_are_called_by_the_longest_name_that_stands_there() {
        let campaign = fixture::campaign(
            "unit u-a office 住建局\nunit u-b department 住建局二队\naction 行动\nmeasure lead=u-a",
        );
        let called = |text: &str| -> Vec<String> {
            let called = mentions(text, &campaign).into_iter();
            called.map(|unit| unit.0).collect()
        };
        assert_eq!(
            called("@住建局二队请看，@住建局、@住建局 也看"),
            ["u-b", "u-a"]
        );
        assert!(called("住建局 @ 住建局 @谁").is_empty());
    }
}
