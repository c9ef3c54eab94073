//! The server's word on who wrote what and when it arrived, as this page keeps it: in memory, and in notes on disk.

use std::collections::HashMap;

use automerge::{ActorId, ChangeHash};
use diaodu_wire::{
    http::history::{Changes, Writer},
    notice,
};

/// So many notes of one document are worth writing as one.
const NOTES_MAX: usize = 8;

/// How far the notes on disk have been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// Nobody has asked.
    #[default]
    Not,
    /// On the way.
    Disk,
    /// The server is asked for the rest.
    Server,
    /// All that there is.
    Done,
}

/// What is known of one document.
#[derive(Debug, Default)]
pub struct Receipts {
    /// How far it has come.
    pub reading: Reading,
    writers: Vec<Writer>,
    known: HashMap<ChangeHash, (usize, i64)>,
    /// Up to here the server's list has been read.
    through: i64,
    /// What was told on the line and is not on disk yet.
    fresh: Changes,
    /// The notes on disk that are in memory.
    keys: Vec<String>,
}

impl Receipts {
    /// Up to here the server's list has been read.
    pub fn through(&self) -> i64 {
        self.through
    }

    /// Says who wrote a change, and when the server received it.
    pub fn of(&self, hash: &ChangeHash) -> Option<(&Writer, i64)> {
        let (writer, at) = self.known.get(hash)?;
        Some((self.writers.get(*writer)?, *at))
    }

    /// Says who writes under each actor: the server binds it to one account for ever.
    pub fn writers<'a>(
        &self,
        changes: impl Iterator<Item = (&'a ChangeHash, &'a ActorId)>,
    ) -> HashMap<ActorId, Writer> {
        let mut found = HashMap::new();
        for (hash, actor) in changes {
            if let (Some((writer, _)), false) = (self.of(hash), found.contains_key(actor)) {
                found.insert(actor.clone(), writer.clone());
            }
        }
        found
    }

    /// Takes what the server tells on the line.
    pub fn hear(&mut self, received: &notice::Received) {
        let writer = Writer {
            account: received.account.clone(),
            person: String::new(),
            unit: received.unit.clone(),
        };
        let place = place_of(&mut self.fresh.writers, writer);
        let hashes = received.changes.iter().map(|hash| ChangeHash(hash.0));
        let told = hashes.map(|hash| (hash.to_string(), place, received.at_ms));
        let told: Vec<_> = told.collect();
        self.fresh.changes.extend(told.iter().cloned());
        let changes = Changes {
            writers: self.fresh.writers.clone(),
            changes: told,
            ..Changes::default()
        };
        self.take(&changes);
    }

    /// Takes a list, from the server or from a note.
    pub fn take(&mut self, changes: &Changes) {
        let places: Vec<usize> = changes
            .writers
            .iter()
            .map(|writer| place_of(&mut self.writers, writer.clone()))
            .collect();
        for (hash, place, at) in &changes.changes {
            if let (Ok(hash), Some(place)) = (hash.parse(), places.get(*place)) {
                self.known.insert(hash, (*place, *at));
            }
        }
        self.through = self.through.max(changes.through);
    }

    /// Takes notes of this machine: key and text. What cannot be read is left out.
    pub fn take_notes(&mut self, notes: Vec<(String, String)>) {
        for (key, text) in notes {
            if let Ok(changes) = serde_json::from_str::<Changes>(&text) {
                self.take(&changes);
            }
            self.keys.push(key);
        }
    }

    /// Returns what is to be added on disk under this key, if anything.
    pub fn note(&mut self, key: &str) -> Option<String> {
        if self.fresh.changes.is_empty() {
            return None;
        }
        let fresh = std::mem::take(&mut self.fresh);
        self.keys.push(key.to_owned());
        serde_json::to_string(&fresh).ok()
    }

    /// Returns everything as one note under this key, and the keys that it stands for; when there are many, or more is known.
    pub fn whole_note(&mut self, key: &str, has_more: bool) -> Option<(String, Vec<String>)> {
        if !has_more && self.keys.len() <= NOTES_MAX {
            return None;
        }
        let changes = Changes {
            writers: self.writers.clone(),
            changes: self
                .known
                .iter()
                .map(|(hash, (writer, at))| (hash.to_string(), *writer, *at))
                .collect(),
            through: self.through,
            more: false,
        };
        let note = serde_json::to_string(&changes).ok()?;
        self.fresh = Changes::default();
        let mut old = std::mem::replace(&mut self.keys, vec![key.to_owned()]);
        old.retain(|old| old != key);
        Some((note, old))
    }
}

/// Finds a writer, or adds it. A name that was not known is filled in.
fn place_of(writers: &mut Vec<Writer>, writer: Writer) -> usize {
    let same = |known: &Writer| (&known.account, &known.unit) == (&writer.account, &writer.unit);
    match writers.iter().position(same) {
        Some(place) => {
            if !writer.person.is_empty() {
                writers[place].person = writer.person;
            }
            place
        }
        None => {
            writers.push(writer);
            writers.len() - 1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(number: u8) -> ChangeHash {
        ChangeHash([number; 32])
    }

    fn told(account: &str, at_ms: i64, number: u8) -> notice::Received {
        notice::Received {
            document: [7; 16],
            account: account.to_owned(),
            unit: "s-a".to_owned(),
            at_ms,
            changes: vec![notice::Hash([number; 32])],
        }
    }

    fn said(receipts: &Receipts, number: u8) -> Option<(String, String, i64)> {
        let (writer, at) = receipts.of(&hash(number))?;
        Some((writer.account.clone(), writer.person.clone(), at))
    }

    #[test]
    fn what_is_told_survives_in_notes_and_the_list_adds_names() {
        let mut receipts = Receipts::default();
        receipts.hear(&told("甲", 5, 1));
        receipts.hear(&told("乙", 6, 2));
        let note = receipts.note("a").unwrap();
        assert_eq!(receipts.note("b"), None, "nothing is written twice");
        let mut again = Receipts::default();
        again.take_notes(vec![
            ("a".to_owned(), note),
            ("x".to_owned(), "坏的".to_owned()),
        ]);
        assert_eq!(said(&again, 2), Some(("乙".to_owned(), String::new(), 6)));
        assert_eq!((said(&again, 3), again.through()), (None, 0));
        again.take(&Changes {
            writers: vec![Writer {
                account: "乙".to_owned(),
                person: "某乙".to_owned(),
                unit: "s-a".to_owned(),
            }],
            changes: vec![(hash(3).to_string(), 0, 7)],
            through: 9,
            more: false,
        });
        assert_eq!(
            said(&again, 2),
            Some(("乙".to_owned(), "某乙".to_owned(), 6))
        );
        let (whole, old) = again.whole_note("w", true).unwrap();
        assert_eq!(old, ["a", "x"]);
        let mut last = Receipts::default();
        last.take_notes(vec![("w".to_owned(), whole)]);
        assert_eq!((said(&last, 3), last.through()), (said(&again, 3), 9));
        assert_eq!(last.whole_note("w", false), None, "one note is few");
    }

    #[test]
    fn an_actor_is_known_by_any_change_that_the_server_has_told_of() {
        let mut receipts = Receipts::default();
        receipts.hear(&told("甲", 5, 1));
        let (one, other) = (ActorId::from([1_u8; 4]), ActorId::from([2_u8; 4]));
        let changes = [
            (hash(1), one.clone()),
            (hash(2), one.clone()),
            (hash(3), other),
        ];
        let actors = receipts.writers(changes.iter().map(|(hash, actor)| (hash, actor)));
        assert_eq!(actors.len(), 1);
        assert_eq!(actors[&one].account, "甲");
    }
}
