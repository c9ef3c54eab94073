//! What the hub asks before it lets a change in: which documents there are, and what `plan` says about a cell.

use std::{collections::HashMap, sync::Arc};

use automerge::{Automerge, ScalarValue};
use diaodu_plan::{
    campaign::WeekNumber,
    layout::{DocumentKind, sheet},
    permission::{self, State, Verdict},
    review::{self, Reviewed},
    row::RowId,
    touch::{self, Touch},
};
use diaodu_sync::{
    event::{Author, CellAddress},
    hub::Gatekeeper,
};
use diaodu_wire::repo::DocumentId;

use crate::{
    policy::{Policy, PolicyCell},
    receipts::{Parts, Touched},
    storage::DocumentRow,
};

/// All documents of the server, in the order they were made.
#[derive(Debug)]
pub struct Directory {
    rows: Vec<DocumentRow>,
    by_id: HashMap<DocumentId, usize>,
    by_kind: HashMap<DocumentKind, usize>,
}

impl Directory {
    /// Indexes the rows.
    pub fn new(rows: Vec<DocumentRow>) -> Directory {
        let by_id = rows
            .iter()
            .enumerate()
            .map(|(index, row)| (row.id, index))
            .collect();
        let by_kind = rows
            .iter()
            .enumerate()
            .map(|(index, row)| (row.kind.clone(), index))
            .collect();
        Directory {
            rows,
            by_id,
            by_kind,
        }
    }

    /// Lists them.
    pub fn rows(&self) -> &[DocumentRow] {
        &self.rows
    }

    /// Says what a document is.
    pub fn kind(&self, document: &DocumentId) -> Option<&DocumentKind> {
        self.by_id
            .get(document)
            .map(|index| &self.rows[*index].kind)
    }

    /// Finds a document by what it is.
    pub fn find(&self, kind: &DocumentKind) -> Option<DocumentId> {
        self.by_kind.get(kind).map(|index| self.rows[*index].id)
    }
}

/// Judges by the directory, the policy and who has come in.
pub struct Gate {
    directory: Arc<Directory>,
    policy: PolicyCell,
    people: HashMap<Author, permission::Author>,
    entries: HashMap<DocumentId, usize>,
    touched: Touched,
}

impl Gate {
    /// Makes the gate; it knows nobody yet.
    pub fn new(directory: Arc<Directory>, policy: PolicyCell) -> Gate {
        Gate {
            directory,
            policy,
            people: HashMap::new(),
            entries: HashMap::new(),
            touched: Touched::default(),
        }
    }

    /// Finds a document by what it is.
    pub fn find(&self, kind: &DocumentKind) -> Option<DocumentId> {
        self.directory.find(kind)
    }

    /// Says what a document is.
    pub fn kind(&self, document: &DocumentId) -> Option<&DocumentKind> {
        self.directory.kind(document)
    }

    /// Takes the rows that were let pass since the last call, with their weeks.
    pub fn take_touched(&self) -> Vec<(DocumentId, WeekNumber, RowId, Parts)> {
        let touched = self.touched.take().into_iter();
        let with_week = |((sheet, row), parts)| {
            let week = self.directory.kind(&sheet)?.week()?;
            Some((sheet, week, row, parts))
        };
        touched.filter_map(with_week).collect()
    }

    /// Returns what the office has decided.
    pub fn policy(&self) -> Arc<Policy> {
        self.policy.get()
    }

    /// Returns all documents.
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.clone()
    }

    /// Notes what an account may do from now on.
    pub fn meet(&mut self, author: Author, person: permission::Author) {
        self.people.insert(author, person);
    }

    /// Notes how many entries a card or a talk has.
    pub fn note_entries(&mut self, document: DocumentId, entries: usize) {
        self.entries.insert(document, entries);
    }
}

impl Gatekeeper for Gate {
    fn may_read(&self, author: &Author, document: &DocumentId) -> bool {
        let (kind, person) = (self.directory.kind(document), self.people.get(author));
        kind.zip(person)
            .is_some_and(|(kind, person)| self.policy.get().may_read(person, kind))
    }

    fn unit(&self, author: &Author) -> String {
        let person = self.people.get(author);
        person
            .map(|person| person.unit.0.clone())
            .unwrap_or_default()
    }

    fn judge(
        &self,
        author: &Author,
        document: &DocumentId,
        content: &Automerge,
        cell: &CellAddress,
        value: Option<&ScalarValue>,
    ) -> Result<(), String> {
        let Some(kind) = self.directory.kind(document) else {
            return Err("unknown-document".into());
        };
        let Some(person) = self.people.get(author) else {
            return Err("unknown-author".into());
        };
        let policy = self.policy.get();
        let touch = touch::read(kind, &cell.path, &cell.key, value);
        let entries = self.entries.get(document).copied().unwrap_or_default();
        let state = State {
            document: kind,
            campaign: &policy.campaign,
            week: policy.week_state(kind),
            entries,
            reviewed: reviewed(&touch, content),
        };
        match permission::judge(person, &touch, &state) {
            Verdict::Accept => {
                if let Touch::Cell { row, column, .. } = &touch {
                    self.touched.note(*document, row, *column);
                }
                Ok(())
            }
            Verdict::Refuse(reason) => Err(reason.word().to_owned()),
        }
    }
}

/// How the review stands of the row whose review is written. Nothing else is judged by it, and nothing is read for the rest.
fn reviewed(touch: &Touch, content: &Automerge) -> Reviewed {
    match touch {
        Touch::Cell { row, column, .. } if column.is_of_review() => sheet::read_row(content, row)
            .map_or(Reviewed::NotReported, |row| review::read(&row.cells)),
        Touch::Cell { .. }
        | Touch::Entry { .. }
        | Touch::Comment { .. }
        | Touch::ServerCell { .. }
        | Touch::UnknownColumn { .. }
        | Touch::UnknownEntry { .. }
        | Touch::ServerDocument
        | Touch::Everything => Reviewed::NotReported,
    }
}
