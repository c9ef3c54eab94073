//! Comments of the week on screen: put into threads by the cell that they are about.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use diaodu_plan::{
    campaign::{Campaign, Party, UnitId},
    column::Column,
    layout::talk::{Comment, EntryId},
    permission::{AccountRole, Author},
    row::RowId,
};
use leptos::prelude::*;

use crate::grid::model::Commented;

/// All comments of the week.
#[derive(Clone)]
pub struct TalkStore {
    /// By the unit whose rows they are about.
    pub threads: ArcRwSignal<Arc<BTreeMap<UnitId, Vec<Thread>>>>,
    /// Comments that the server did not take.
    pub returned: ArcRwSignal<Vec<Returned>>,
}

/// A comment that the server did not take: it goes back to its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Which row.
    pub row: RowId,
    /// Which column.
    pub column: Column,
    /// As it was written.
    pub text: String,
    /// Why, a stable word.
    pub reason: String,
}

/// What is said about one cell, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The first comment.
    pub id: EntryId,
    /// Whose talk it lies in.
    pub unit: UnitId,
    /// Which row.
    pub row: RowId,
    /// Which column.
    pub column: Column,
    /// The comments, the oldest first; those that were taken back only where others follow.
    pub said: Vec<Said>,
    /// Who has called it settled.
    pub resolved: Option<String>,
    /// It is about the reader's row or measure, calls the reader's unit, or the reader has a part in it.
    pub concerns: bool,
}

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Which.
    pub id: EntryId,
    /// The author's unit.
    pub unit: Option<UnitId>,
    /// `None` where it was taken back.
    pub text: Option<String>,
    /// When, by the author's clock, in milliseconds since 1970.
    pub at_ms: i64,
    /// By the reader's account.
    pub is_own: bool,
    /// The reader has not seen it in this browser.
    pub is_unread: bool,
}

/// Whoever reads.
pub struct Reader<'a> {
    /// Account, unit, role.
    pub person: &'a Author,
    /// The campaign.
    pub campaign: &'a Campaign,
    /// What was seen in this browser, as `mark` has it.
    pub seen: &'a BTreeSet<String>,
}

/// Returns by what a comment that was seen is kept: eight letters of its random bits tell those of one week apart.
pub fn mark(id: &EntryId) -> String {
    id.drawn().chars().take(8).collect()
}

impl Default for TalkStore {
    fn default() -> Self {
        TalkStore {
            threads: ArcRwSignal::default(),
            returned: ArcRwSignal::new(Vec::new()),
        }
    }
}

impl TalkStore {
    /// Takes what is said of a unit's rows, as it stands now.
    pub fn take(&self, unit: &UnitId, threads: Vec<Thread>) {
        let is_same = self.threads.with_untracked(|all| {
            all.get(unit)
                .map_or(threads.is_empty(), |before| *before == threads)
        });
        if !is_same {
            self.threads.update(|all| {
                Arc::make_mut(all).insert(unit.clone(), threads);
            });
        }
    }

    /// Another week, or nothing that may be read any more.
    pub fn clear(&self) {
        self.threads.set(Arc::default());
    }
}

impl Thread {
    /// Counts the comments that were not seen.
    pub fn unread(&self) -> usize {
        self.said.iter().filter(|said| said.is_unread).count()
    }
}

/// Says how each cell is marked: unread before open; settled threads that were read leave no mark.
pub fn marks(threads: &[Thread]) -> BTreeMap<(RowId, Column), Commented> {
    let mut marks = BTreeMap::new();
    for thread in threads {
        let mark = match (thread.unread(), &thread.resolved) {
            (1.., _) => Commented::Unread,
            (0, None) => Commented::Open,
            (0, Some(_)) => continue,
        };
        let standing = marks
            .entry((thread.row.clone(), thread.column))
            .or_insert(mark);
        if mark == Commented::Unread {
            *standing = mark;
        }
    }
    marks
}

/// Puts comments into threads, the oldest first.
pub fn threads(
    unit: &UnitId,
    mut comments: BTreeMap<EntryId, Comment>,
    reader: &Reader<'_>,
) -> Vec<Thread> {
    let mut replies: BTreeMap<EntryId, Vec<(EntryId, Comment)>> = BTreeMap::new();
    let is_reply = |(_, comment): &(&EntryId, &Comment)| comment.thread.is_some();
    let ids: Vec<EntryId> = comments
        .iter()
        .filter(is_reply)
        .map(|(id, _)| id.clone())
        .collect();
    for id in ids {
        if let Some(comment) = comments.remove(&id)
            && let Some(first) = comment.thread.clone()
        {
            replies.entry(first).or_default().push((id, comment));
        }
    }
    let mut threads: Vec<Thread> = Vec::new();
    for (id, first) in comments {
        let Some((row, column)) = first.cell.clone() else {
            continue;
        };
        let resolved = first.resolved.clone();
        let mut all = vec![(id.clone(), first)];
        all.extend(replies.remove(&id).unwrap_or_default());
        let has_part = |(id, comment): &(EntryId, Comment)| {
            id.account() == reader.person.account || comment.mentions.contains(&reader.person.unit)
        };
        let concerns = is_of(reader, unit, &row) || all.iter().any(has_part);
        let mut said: Vec<Said> = all
            .into_iter()
            .map(|(id, comment)| said(id, comment, reader))
            .collect();
        said.sort_by(|one, other| (one.at_ms, &one.id).cmp(&(other.at_ms, &other.id)));
        // What was taken back leaves a gap only where somebody has answered.
        if said.iter().all(|said| said.text.is_none()) {
            continue;
        }
        threads.push(Thread {
            id,
            unit: unit.clone(),
            row,
            column,
            said,
            resolved,
            concerns,
        });
    }
    threads.sort_by_key(|thread| {
        (
            thread.said.first().map(|said| said.at_ms),
            thread.id.clone(),
        )
    });
    threads
}

fn said(id: EntryId, comment: Comment, reader: &Reader<'_>) -> Said {
    let is_own = id.account() == reader.person.account;
    Said {
        is_own,
        is_unread: !is_own && comment.text.is_some() && !reader.seen.contains(&mark(&id)),
        unit: comment.unit,
        text: comment.text,
        at_ms: comment.at_ms.unwrap_or_default(),
        id,
    }
}

/// Says whether a row is the reader's business anyhow: of the own unit, of a measure that it leads, or of all for the office.
fn is_of(reader: &Reader<'_>, unit: &UnitId, row: &RowId) -> bool {
    let own = &reader.person.unit;
    let lead = Party::Unit(own.clone());
    let led = reader
        .campaign
        .measures
        .iter()
        .filter(|measure| measure.lead.contains(&lead));
    reader.person.role == AccountRole::Office
        || unit == own
        || led
            .into_iter()
            .any(|measure| RowId::new(measure.number, unit) == *row)
}

#[cfg(test)]
mod tests {
    use diaodu_plan::fixture;

    use super::*;

    fn id(number: u8, account: &str) -> EntryId {
        EntryId::new([number; 16], account)
    }

    fn comment(text: &str, at_ms: i64, of: Option<EntryId>) -> Comment {
        Comment {
            cell: of
                .is_none()
                .then(|| (RowId("m01.s-hongying".to_owned()), Column::Progress)),
            thread: of,
            text: Some(text.to_owned()),
            at_ms: Some(at_ms),
            ..Comment::default()
        }
    }

    fn read(
        account: &str,
        unit: &str,
        seen: &[&EntryId],
        comments: &[(EntryId, Comment)],
    ) -> Vec<Thread> {
        let person = Author {
            account: account.to_owned(),
            unit: UnitId(unit.to_owned()),
            role: AccountRole::Unit,
        };
        let reader = Reader {
            person: &person,
            campaign: &fixture::campaign(fixture::SMALL),
            seen: &seen.iter().map(|id| mark(id)).collect(),
        };
        let comments = comments.iter().cloned().collect();
        threads(&UnitId("s-hongying".to_owned()), comments, &reader)
    }

    fn texts(thread: &Thread) -> Vec<&str> {
        thread
            .said
            .iter()
            .map(|said| said.text.as_deref().unwrap_or("-"))
            .collect()
    }

    #[test]
    fn comments_stand_in_threads_in_the_order_of_time() {
        let (first, second) = (id(9, "甲"), id(3, "乙"));
        let all = [
            (first.clone(), comment("数对吗", 10, None)),
            (second.clone(), comment("另一件", 5, None)),
            (id(1, "丙"), comment("对", 30, Some(first.clone()))),
            (id(2, "甲"), comment("谢谢", 20, Some(first.clone()))),
            (id(4, "丁"), comment("没有第一条", 1, Some(id(7, "戊")))),
        ];
        let threads = read("甲", "s-hongying", &[], &all);
        let found: Vec<_> = threads.iter().map(texts).collect();
        assert_eq!(found, [vec!["另一件"], vec!["数对吗", "谢谢", "对"]]);
    }

    #[test]
    fn what_others_said_is_unread_until_it_was_seen() {
        let (own, other) = (id(1, "甲"), id(2, "乙"));
        let all = [
            (own.clone(), comment("问", 1, None)),
            (other.clone(), comment("答", 2, Some(own.clone()))),
        ];
        let unread = |seen: &[&EntryId]| read("甲", "s-hongying", seen, &all)[0].unread();
        assert_eq!((unread(&[]), unread(&[&other])), (1, 0));
        let marked = |threads: &[Thread]| marks(threads).into_values().collect::<Vec<_>>();
        assert_eq!(
            marked(&read("甲", "s-hongying", &[], &all)),
            [Commented::Unread]
        );
        let mut threads = read("甲", "s-hongying", &[&other], &all);
        assert_eq!(marked(&threads), [Commented::Open]);
        threads[0].resolved = Some("乙".to_owned());
        assert_eq!(marked(&threads), []);
    }

    #[test]
    fn what_was_taken_back_leaves_a_gap_only_where_somebody_has_answered() {
        let (first, answer) = (id(1, "甲"), id(2, "乙"));
        let gone = Comment {
            text: None,
            ..comment("", 1, None)
        };
        let alone = [(first.clone(), gone.clone())];
        assert_eq!(read("丙", "u-zhujian", &[], &alone), []);
        let answered = [
            (first.clone(), gone),
            (answer, comment("答", 2, Some(first))),
        ];
        assert_eq!(
            texts(&read("丙", "u-zhujian", &[], &answered)[0]),
            ["-", "答"]
        );
    }

    #[test]
    fn a_thread_concerns_row_lead_called_and_whoever_has_a_part() {
        let mut called = comment("@区住建局 请核对", 1, None);
        called.mentions = vec![UnitId("u-zhujian".to_owned())];
        let all = [(id(1, "甲"), called)];
        let concerns = |account: &str, unit: &str| read(account, unit, &[], &all)[0].concerns;
        assert!(concerns("街", "s-hongying"), "its own row");
        assert!(concerns("环", "u-shengtai"), "it leads measure 1");
        assert!(concerns("住", "u-zhujian"), "it is called");
        assert!(concerns("甲", "s-donganlu"), "its own words");
        assert!(!concerns("东", "s-donganlu"));
    }
}
