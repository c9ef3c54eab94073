//! What a person does with the table as a whole: searches it. Which keys do it stands here too, beside `keymap`.

use leptos::{html, prelude::*};

use super::command::Extent;
use super::desk::Desk;
use super::find::{self, Reasons, Replacing, Wanted};
use super::keymap::Chord;
use super::model::GridAction;
use super::needle::Needle;
use super::selection::Spot;

/// What a person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrange {
    /// Open the search.
    Find,
    /// Open the search with what is to be put in place of what is found.
    Replace,
    /// Go to the next hit.
    Next,
    /// Go to the hit before.
    Previous,
}

/// Returns what a chord means here, whatever the editor is doing.
pub fn command(chord: Chord<'_>) -> Option<Arrange> {
    match (chord.key, chord.ctrl, chord.shift, chord.alt) {
        ("f" | "F", true, false, false) => Some(Arrange::Find),
        ("h" | "H", true, false, false) => Some(Arrange::Replace),
        ("F3", false, false, false) => Some(Arrange::Next),
        ("F3", false, true, false) => Some(Arrange::Previous),
        _ => None,
    }
}

/// How the search stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Which hit is the active cell, counted from 1; `None` for none.
    pub number: Option<usize>,
    /// How many there are.
    pub count: usize,
}

/// How many cells were replaced, and why others were not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Replaced cells.
    pub count: usize,
    /// The others, by the reason in words.
    pub left: Vec<(String, usize)>,
}

/// The search of one table.
#[derive(Clone, Copy)]
pub struct Search {
    /// Whether it is open, and with what is to be put in place.
    pub open: RwSignal<Option<Arrange>>,
    /// What is searched for.
    pub text: RwSignal<String>,
    /// What is put in its place.
    pub by: RwSignal<String>,
    /// How it stands; `None` before the first look.
    pub found: RwSignal<Option<Found>>,
    /// What replacing has done.
    pub replaced: RwSignal<Option<Replaced>>,
    /// Where what is searched for is typed.
    pub input: NodeRef<html::Input>,
    /// Where it was begun: each further letter is searched for from there.
    from: StoredValue<Spot>,
}

impl Search {
    /// Starts with nothing searched for.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(None),
            text: RwSignal::new(String::new()),
            by: RwSignal::new(String::new()),
            found: RwSignal::new(None),
            replaced: RwSignal::new(None),
            input: NodeRef::new(),
            from: StoredValue::new(Spot::default()),
        }
    }

    fn needle(&self) -> Option<Needle> {
        let replaces = self.open.get_untracked() == Some(Arrange::Replace);
        self.text.with_untracked(|text| match replaces {
            true => Needle::literal(text),
            false => Needle::new(text),
        })
    }
}

impl Desk {
    /// Carries out what a person asked for.
    pub(super) fn arrange(&self, what: Arrange) {
        self.finish();
        match what {
            Arrange::Find | Arrange::Replace => self.open_search(what),
            Arrange::Next => self.go_to_hit(Wanted::Next),
            Arrange::Previous => self.go_to_hit(Wanted::Previous),
        }
    }

    /// Searches for another text, from where the search was begun.
    pub fn search_for(&self, text: String) {
        let search = self.search;
        search.text.set(text);
        search.replaced.set(None);
        self.go_to(search.from.get_value(), Wanted::Here);
    }

    /// Goes to a hit, as seen from the active cell. Opens the search where there is none yet.
    pub fn go_to_hit(&self, wanted: Wanted) {
        if self.search.text.with_untracked(String::is_empty) {
            return self.open_search(Arrange::Find);
        }
        let from = self.selection.get_untracked().active;
        self.go_to(from, wanted);
        self.search
            .from
            .set_value(self.selection.get_untracked().active);
    }

    /// Closes the search; the keys go to the cell that was found.
    pub fn close_search(&self) {
        self.search.open.set(None);
        self.search.replaced.set(None);
        self.take_focus();
        self.show_active();
    }

    /// Puts the other text into the active cell if it is a hit, and goes to the next.
    pub fn replace_one(&self) {
        let spot = self.selection.get_untracked().active;
        let hits = self.hits();
        if hits
            .binary_search_by_key(&(spot.line, spot.column), |hit| (hit.line, hit.column))
            .is_err()
        {
            return self.go_to_hit(Wanted::Here);
        }
        self.replace(&[spot]);
        self.go_to_hit(Wanted::Next);
    }

    /// Puts the other text into all hits: one step for undo.
    pub fn replace_all(&self) {
        self.replace(&self.hits());
        let from = self.selection.get_untracked().active;
        self.search.found.set(self.found_at(&self.hits(), from));
    }

    fn open_search(&self, what: Arrange) {
        let search = self.search;
        search.from.set_value(self.selection.get_untracked().active);
        search.open.set(Some(what));
        search.replaced.set(None);
        if !search.text.with_untracked(String::is_empty) {
            self.go_to(search.from.get_value(), Wanted::Here);
        }
        if let Some(input) = search.input.get_untracked() {
            input.focus().unwrap_or_default();
            input.select();
        }
    }

    fn go_to(&self, from: Spot, wanted: Wanted) {
        let hits = self.hits();
        match find::wanted(&hits, from, wanted).and_then(|index| hits.get(index)) {
            Some(spot) => self.select(*spot, Extent::Alone),
            None => self.select(from, Extent::Alone),
        }
        let at = self.selection.get_untracked().active;
        self.search.found.set(self.found_at(&hits, at));
    }

    fn found_at(&self, hits: &[Spot], at: Spot) -> Option<Found> {
        self.search.needle()?;
        Some(Found {
            number: hits
                .iter()
                .position(|hit| *hit == at)
                .map(|index| index + 1),
            count: hits.len(),
        })
    }

    /// Looks through all rows as they stand now.
    fn hits(&self) -> Vec<Spot> {
        let Some(needle) = self.search.needle() else {
            return Vec::new();
        };
        let lines = self
            .source
            .with_value(|source| source.lines)
            .get_untracked();
        let columns = self.columns.with_untracked(|columns| columns.len());
        find::hits(&needle, &lines, columns, |id| {
            Some(self.row(id)?.get_untracked())
        })
    }

    fn replace(&self, spots: &[Spot]) {
        let (Some(needle), by) = (self.search.needle(), self.search.by.get_untracked()) else {
            return;
        };
        let (outline, columns) = (self.outline.get_untracked(), self.columns.get_untracked());
        let words = self.words.get_untracked();
        let check = self.source.with_value(|source| source.check.clone());
        let reasons = Reasons {
            conflict: &words.conflict,
            readonly: &words.readonly,
            check: &|row, column, text| check(row, column, text),
        };
        let mut replacing = Replacing::default();
        for spot in spots {
            let row = outline
                .row_id(spot.line)
                .and_then(|id| Some((id, self.row(id)?)));
            if let (Some((id, row)), Some(column)) = (row, columns.get(spot.column)) {
                let row = row.get_untracked();
                replacing.add(&needle, &by, (id, &row, &[(spot.column, column)]), &reasons);
            }
        }
        let Replacing { cells, left } = replacing;
        self.search.replaced.set(Some(Replaced {
            count: cells.len(),
            left: left.into_iter().collect(),
        }));
        if !cells.is_empty() {
            self.on_action.run(GridAction::Fill { cells });
        }
    }
}
