//! What was written goes to this machine's disk, and what the server does not have yet is counted.

use diaodu_sync::event::{Event as HubEvent, SaveTicket};
use diaodu_wire::repo::DocumentId;
use leptos::{prelude::*, task::spawn_local};

use super::{
    Desk, Event,
    indexed_db::{self, DiskError},
    log, report,
};
use crate::store::status::Keeping;

impl Desk {
    /// Writes what waits, in one transaction; what comes meanwhile goes with the next.
    pub(super) fn save(&mut self) {
        let waits = self.is_saving || !self.to_save.is_empty() || self.writing.is_some();
        let waits = waits || self.files.has_unkept();
        // What the disk did not take is tried again at the next tick.
        let status = &self.store.status;
        let waits = waits || status.with_untracked(|status| status.keeping == Keeping::Failing);
        self.unsaved.waits(waits);
        if self.is_saving {
            return;
        }
        if let Some((document, whole)) = self.rewrites.pop() {
            self.is_saving = true;
            let keys = self.keys.get(&document).cloned().unwrap_or_default();
            let (disk, events) = (self.disk.clone(), self.events.clone());
            return spawn_local(async move {
                let result = disk.compact(document, &whole, &keys).await;
                drop(events.unbounded_send(Event::Rewritten(document, result)));
            });
        }
        if self.to_save.is_empty() {
            return;
        }
        self.is_saving = true;
        let batch = std::mem::take(&mut self.to_save);
        let (disk, events) = (self.disk.clone(), self.events.clone());
        spawn_local(async move {
            let tickets = batch.iter().map(|(ticket, _, _)| *ticket).collect();
            let chunks: Vec<_> = batch
                .into_iter()
                .map(|(_, document, changes)| {
                    (
                        document,
                        changes.into_iter().map(|change| change.bytes).collect(),
                    )
                })
                .collect();
            let result = disk.append(&chunks).await;
            drop(events.unbounded_send(Event::Saved(tickets, result)));
        });
    }

    pub(super) fn rewritten(
        &mut self,
        document: DocumentId,
        result: Result<Option<f64>, DiskError>,
    ) {
        self.is_saving = false;
        match result {
            Ok(key) => drop(self.keys.insert(document, key.into_iter().collect())),
            // The chunks stay as they are: what was refused is refused again after a reload, and kept as a draft again.
            Err(error) => log(&error.to_string()),
        }
        self.save();
        if self.is_leaving && !self.is_saving {
            self.leave();
        }
    }

    pub(super) fn saved(
        &mut self,
        tickets: Vec<SaveTicket>,
        result: Result<Vec<(DocumentId, f64)>, DiskError>,
    ) {
        self.is_saving = false;
        for (document, key) in result.iter().flatten() {
            self.keys.entry(*document).or_default().push(*key);
        }
        let keeping = match (&result, self.disk.is_lasting()) {
            (Ok(_), true) => Keeping::Lasting,
            (Ok(_), false) => Keeping::Nothing,
            (Err(_), _) => Keeping::Failing,
        };
        if self
            .store
            .status
            .with_untracked(|status| status.keeping != keeping)
        {
            self.store.status.update(|status| status.keeping = keeping);
        }
        let is_saved = result.is_ok();
        report(result.map(drop));
        for ticket in tickets {
            self.hub(if is_saved {
                HubEvent::Saved(ticket)
            } else {
                HubEvent::SaveFailed(ticket)
            });
        }
        self.save();
        if self.is_leaving && !self.is_saving {
            self.leave();
        }
    }

    pub(super) fn count_unsent(&mut self, document: DocumentId, count: usize) {
        let before = self.unsent.insert(document, count).unwrap_or(0);
        if (before == 0) != (count == 0) {
            // So that a later start opens the document, whichever week is on screen, and sends what waits.
            let (disk, key) = (
                self.disk.clone(),
                indexed_db::key_of(&["unsent", &document.to_string()]),
            );
            spawn_local(
                async move { report(disk.keep_note(&key, (count > 0).then_some("1")).await) },
            );
        }
        if count == 0 {
            self.refusals.remove(&document);
        }
        self.tell_unsent();
    }

    /// Says how much of what the person did the server does not have.
    pub(super) fn tell_unsent(&self) {
        let unsent = self.unsent.values().sum::<usize>() + self.files.waiting();
        if self.store.status.with_untracked(|status| status.unsent) != unsent {
            self.store.status.update(|status| status.unsent = unsent);
        }
    }
}
