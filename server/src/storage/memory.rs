//! Storage that forgets: the twin for tests. Can be told to be full.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use automerge::ActorId;
use diaodu_plan::campaign::{UnitId, WeekNumber};
use diaodu_sync::event::{Author, Millis, SavedChange, Stored};
use diaodu_wire::repo::DocumentId;

use super::{
    Account, Answer, Attachment, Batch, ChangeNumber, Circular, ContactChange, Correction,
    Delivery, DocumentRow, Given, Loaded, NewDocument, Pass, PassDigest, PassKind, Receipt,
    Received, SERVER_AUTHOR, Signature, Storage, StorageError,
};
use crate::{
    audit::{BEGINNING, Entry, Query, Row},
    views::Views,
};

/// Everything in maps.
#[derive(Default)]
pub struct MemoryStorage {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    full: bool,
    settings: HashMap<&'static str, String>,
    rows: Vec<DocumentRow>,
    documents: HashMap<DocumentId, Kept>,
    last: ChangeNumber,
    accounts: HashMap<String, Account>,
    passes: HashMap<(PassKind, PassDigest), Pass>,
    audit: Vec<Row>,
    corrections: Vec<Correction>,
    circulars: BTreeMap<WeekNumber, Circular>,
    signatures: Vec<Signature>,
    contacts: Vec<ContactChange>,
    attachments: Vec<Attachment>,
    files: BTreeMap<String, Vec<u8>>,
    reminders: Vec<Given>,
    deliveries: Vec<Delivery>,
    views: BTreeMap<String, Views>,
}

impl State {
    fn sweep(&mut self) {
        let standing = self
            .attachments
            .iter()
            .filter(|each| each.removed.is_none());
        let needed: Vec<String> = standing.map(|each| each.file.digest.clone()).collect();
        self.files.retain(|digest, _| needed.contains(digest));
    }

    fn enter(&mut self, entry: Entry) {
        let previous = self.audit.last();
        let hash = entry.link(&previous.map_or(BEGINNING, |row| row.hash));
        let number = previous.map_or(0, |row| row.number) + 1;
        self.audit.push(Row {
            number,
            entry,
            hash,
        });
    }
}

#[derive(Default)]
struct Kept {
    snapshot: Vec<u8>,
    changes: Vec<(ChangeNumber, SavedChange)>,
    received: Vec<(ChangeNumber, Received)>,
    /// Account and unit then, of each that was received.
    writers: Vec<(String, UnitId)>,
    actors: Vec<(ActorId, Author)>,
}

impl MemoryStorage {
    /// Lets every later write fail, or succeed again.
    pub fn set_full(&self, full: bool) {
        self.state().full = full;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<T>(
        &self,
        write: impl FnOnce(&mut State) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let mut state = self.state();
        if state.full {
            Err(StorageError::Full)
        } else {
            write(&mut state)
        }
    }
}

fn ready<'a, T: Send + 'a>(result: Result<T, StorageError>) -> Answer<'a, T> {
    Box::pin(std::future::ready(result))
}

impl Storage for MemoryStorage {
    fn setting(&self, name: &'static str) -> Answer<'_, Option<String>> {
        ready(Ok(self.state().settings.get(name).cloned()))
    }

    fn put_setting(&self, name: &'static str, value: String) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.settings.insert(name, value);
            Ok(())
        }))
    }

    fn documents(&self) -> Answer<'_, Vec<DocumentRow>> {
        ready(Ok(self.state().rows.clone()))
    }

    fn create_documents(&self, documents: Vec<NewDocument>) -> Answer<'_, ()> {
        ready(self.write(|state| {
            if documents
                .iter()
                .any(|new| state.documents.contains_key(&new.row.id))
            {
                return Err(StorageError::Failed("document exists".into()));
            }
            for new in documents {
                let actors = vec![(new.actor, Author(SERVER_AUTHOR.into()))];
                state.documents.insert(
                    new.row.id,
                    Kept {
                        snapshot: new.snapshot,
                        changes: Vec::new(),
                        received: Vec::new(),
                        writers: Vec::new(),
                        actors,
                    },
                );
                state.rows.push(new.row);
            }
            Ok(())
        }))
    }

    fn load(&self, document: DocumentId) -> Answer<'_, Loaded> {
        let state = self.state();
        let Some(kept) = state.documents.get(&document) else {
            return ready(Ok(Loaded::default()));
        };
        let changes = kept
            .changes
            .iter()
            .map(|(_, change)| change.bytes.to_vec())
            .collect();
        let through = kept
            .changes
            .last()
            .map(|(number, _)| *number)
            .unwrap_or_default();
        let stored = Stored {
            snapshot: kept.snapshot.clone(),
            changes,
            actors: kept.actors.clone(),
            ..Stored::default()
        };
        ready(Ok(Loaded { stored, through }))
    }

    fn append(&self, batches: Vec<Batch>) -> Answer<'_, ()> {
        ready(self.write(|state| {
            if batches
                .iter()
                .any(|batch| !state.documents.contains_key(&batch.document))
            {
                return Err(StorageError::Failed("no such document".into()));
            }
            let mut entries = Vec::new();
            for batch in batches {
                let Some(kept) = state.documents.get_mut(&batch.document) else {
                    continue;
                };
                for change in batch.changes {
                    entries.push(Entry::of_change(batch.document, &change));
                    state.last.0 += 1;
                    if !kept.actors.iter().any(|(actor, _)| *actor == change.actor) {
                        kept.actors
                            .push((change.actor.clone(), change.author.clone()));
                    }
                    let account = change.author.0.to_string();
                    let unit = state.accounts.get(&account);
                    let unit = unit.map_or_else(|| UnitId(String::new()), |of| of.unit.clone());
                    kept.writers.push((account, unit));
                    let (hash, at) = (change.hash, change.received);
                    kept.received.push((state.last, Received { hash, at }));
                    kept.changes.push((state.last, change));
                }
            }
            entries.into_iter().for_each(|entry| state.enter(entry));
            Ok(())
        }))
    }

    fn replace_snapshot(
        &self,
        document: DocumentId,
        snapshot: Vec<u8>,
        through: ChangeNumber,
    ) -> Answer<'_, ()> {
        ready(self.write(|state| {
            let kept = state
                .documents
                .get_mut(&document)
                .ok_or(StorageError::Failed("no such document".into()))?;
            kept.snapshot = snapshot;
            kept.changes.retain(|(number, _)| *number > through);
            Ok(())
        }))
    }

    fn received(&self, document: DocumentId) -> Answer<'_, Vec<Received>> {
        let state = self.state();
        let kept = state.documents.get(&document);
        let received = kept.map_or(&[][..], |kept| kept.received.as_slice());
        ready(Ok(received.iter().map(|(_, each)| *each).collect()))
    }

    fn receipts(
        &self,
        document: DocumentId,
        after: ChangeNumber,
        limit: usize,
    ) -> Answer<'_, Vec<Receipt>> {
        let state = self.state();
        let Some(kept) = state.documents.get(&document) else {
            return ready(Ok(Vec::new()));
        };
        let all = kept.received.iter().zip(&kept.writers);
        let late = all.filter(|((number, _), _)| *number > after).take(limit);
        let receipt = |((number, received), (account, unit)): (
            &(ChangeNumber, Received),
            &(String, UnitId),
        )| {
            let person = state.accounts.get(account);
            Receipt {
                number: *number,
                hash: received.hash,
                account: account.clone(),
                person: person.map(|of| of.person.clone()).unwrap_or_default(),
                unit: unit.clone(),
                at: received.at,
            }
        };
        ready(Ok(late.map(receipt).collect()))
    }

    fn written(&self) -> Answer<'_, Vec<DocumentId>> {
        let state = self.state();
        let is_written = |id: &DocumentId| !state.documents[id].received.is_empty();
        let ids = state.rows.iter().map(|row| row.id);
        ready(Ok(ids.filter(is_written).collect()))
    }

    fn last_change(&self) -> Answer<'_, ChangeNumber> {
        ready(Ok(self.state().last))
    }

    fn last_received(&self, after: ChangeNumber) -> Answer<'_, Option<Millis>> {
        let state = self.state();
        let all = state.documents.values().flat_map(|kept| &kept.received);
        let late = all.filter(|(number, _)| *number > after);
        ready(Ok(late.map(|(_, each)| each.at).max()))
    }

    fn put_correction(&self, correction: Correction) -> Answer<'_, ()> {
        ready(self.write(|state| {
            let mut known = state.corrections.iter_mut();
            match known.find(|known| known.id == correction.id) {
                Some(known) => {
                    *known = Correction {
                        week: known.week,
                        row: known.row.clone(),
                        reason: known.reason.clone(),
                        cells: known.cells.clone(),
                        files: known.files.clone(),
                        asked_by: known.asked_by.clone(),
                        asked: known.asked,
                        ..correction
                    }
                }
                None => state.corrections.push(correction),
            }
            Ok(())
        }))
    }

    fn correction(&self, id: &str) -> Answer<'_, Option<Correction>> {
        let state = self.state();
        let mut all = state.corrections.iter();
        ready(Ok(all.find(|each| each.id == id).cloned()))
    }

    fn corrections(&self, week: WeekNumber) -> Answer<'_, Vec<Correction>> {
        let state = self.state();
        let of_week = state.corrections.iter().filter(|each| each.week == week);
        ready(Ok(of_week.cloned().collect()))
    }

    fn put_circular(&self, circular: Circular) -> Answer<'_, ()> {
        ready(self.write(|state| {
            let known = state.circulars.get(&circular.week);
            if known.is_some_and(|known| known.issued.is_some()) {
                return Err(StorageError::Issued);
            }
            state.circulars.insert(circular.week, circular);
            Ok(())
        }))
    }

    fn circulars(&self) -> Answer<'_, Vec<Circular>> {
        ready(Ok(self.state().circulars.values().cloned().collect()))
    }

    fn sign_circular(&self, signature: Signature) -> Answer<'_, ()> {
        ready(self.write(|state| {
            let is_same =
                |known: &Signature| (known.week, &known.unit) == (signature.week, &signature.unit);
            if !state.signatures.iter().any(is_same) {
                state.signatures.push(signature);
            }
            Ok(())
        }))
    }

    fn signatures(&self) -> Answer<'_, Vec<Signature>> {
        let mut all = self.state().signatures.clone();
        all.sort_by(|one, other| {
            (one.week, one.at.0, &one.unit).cmp(&(other.week, other.at.0, &other.unit))
        });
        ready(Ok(all))
    }

    fn put_contact(&self, change: ContactChange) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.contacts.push(change);
            Ok(())
        }))
    }

    fn contact_changes(&self) -> Answer<'_, Vec<ContactChange>> {
        ready(Ok(self.state().contacts.clone()))
    }

    fn put_view(
        &self,
        account: String,
        name: String,
        arrangement: Option<String>,
    ) -> Answer<'_, ()> {
        ready(self.write(|state| {
            let own = state.views.entry(account).or_default();
            match arrangement {
                Some(arrangement) => own.insert(name, arrangement),
                None => own.remove(&name),
            };
            Ok(())
        }))
    }

    fn views(&self, account: &str) -> Answer<'_, Views> {
        ready(Ok(self
            .state()
            .views
            .get(account)
            .cloned()
            .unwrap_or_default()))
    }

    fn keep_bytes(&self, digest: &str, bytes: Vec<u8>) -> Answer<'_, ()> {
        let digest = digest.to_owned();
        ready(self.write(|state| {
            state.files.insert(digest, bytes);
            Ok(())
        }))
    }

    fn put_attachment(&self, attachment: Attachment, bytes: Vec<u8>) -> Answer<'_, ()> {
        ready(self.write(|state| {
            let digest = attachment.file.digest.clone();
            let mut all = state.attachments.iter();
            if !all.any(|known| known.file.id == attachment.file.id) {
                state.files.insert(digest, bytes);
                state.attachments.push(attachment);
            }
            Ok(())
        }))
    }

    fn attachment(&self, id: &str) -> Answer<'_, Option<Attachment>> {
        let state = self.state();
        let mut all = state.attachments.iter();
        ready(Ok(all.find(|known| known.file.id == id).cloned()))
    }

    fn attachments(&self, week: WeekNumber) -> Answer<'_, Vec<Attachment>> {
        let state = self.state();
        let of_week = state.attachments.iter().filter(|each| each.week == week);
        ready(Ok(of_week.cloned().collect()))
    }

    fn attached_bytes(&self, digest: &str) -> Answer<'_, Option<Vec<u8>>> {
        ready(Ok(self.state().files.get(digest).cloned()))
    }

    fn remove_attachment(&self, id: &str, account: String, at: Millis) -> Answer<'_, ()> {
        ready(self.write(|state| {
            let mut all = state.attachments.iter_mut();
            if let Some(known) = all.find(|known| known.file.id == id) {
                known.removed.get_or_insert((account, at));
            }
            state.sweep();
            Ok(())
        }))
    }

    fn sweep_attachments(&self) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.sweep();
            Ok(())
        }))
    }

    fn put_reminder(
        &self,
        given: Given,
        since: Millis,
        deliveries: Vec<Delivery>,
    ) -> Answer<'_, ()> {
        ready(self.write(|state| {
            let is_same = |known: &Given| known.reminder == given.reminder;
            if let Some(place) = state.reminders.iter().position(is_same) {
                if state.reminders[place].at >= since {
                    return Ok(());
                }
                state.reminders.remove(place);
            }
            state.reminders.push(given);
            for delivery in deliveries {
                let id = i64::try_from(state.deliveries.len() + 1).unwrap_or(i64::MAX);
                state.deliveries.push(Delivery { id, ..delivery });
            }
            Ok(())
        }))
    }

    fn reminders(&self) -> Answer<'_, Vec<Given>> {
        let mut all = self.state().reminders.clone();
        let key = |given: &Given| (given.reminder.week, u16::MAX - given.reminder.minutes);
        all.sort_by_key(key);
        ready(Ok(all))
    }

    fn deliveries(&self) -> Answer<'_, Vec<Delivery>> {
        ready(Ok(self.state().deliveries.clone()))
    }

    fn put_delivery(&self, delivery: Delivery) -> Answer<'_, ()> {
        ready(self.write(|state| {
            let mut all = state.deliveries.iter_mut();
            if let Some(known) = all.find(|known| known.id == delivery.id) {
                *known = delivery;
            }
            Ok(())
        }))
    }

    fn account(&self, name: &str) -> Answer<'_, Option<Account>> {
        ready(Ok(self.state().accounts.get(name).cloned()))
    }

    fn accounts(&self) -> Answer<'_, Vec<Account>> {
        let mut accounts: Vec<_> = self.state().accounts.values().cloned().collect();
        accounts.sort_by(|one, other| one.name.cmp(&other.name));
        ready(Ok(accounts))
    }

    fn account_count(&self) -> Answer<'_, usize> {
        ready(Ok(self.state().accounts.len()))
    }

    fn put_accounts(&self, accounts: Vec<Account>) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.accounts.extend(
                accounts
                    .into_iter()
                    .map(|account| (account.name.clone(), account)),
            );
            Ok(())
        }))
    }

    fn put_pass(&self, kind: PassKind, pass: Pass) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.passes.insert((kind, pass.digest), pass);
            Ok(())
        }))
    }

    fn pass(&self, kind: PassKind, digest: PassDigest) -> Answer<'_, Option<Pass>> {
        ready(Ok(self.state().passes.get(&(kind, digest)).cloned()))
    }

    fn passes(&self, kind: PassKind) -> Answer<'_, Vec<Pass>> {
        let state = self.state();
        let of_kind = state.passes.iter().filter(|((of, _), _)| *of == kind);
        let mut passes: Vec<_> = of_kind.map(|(_, pass)| pass.clone()).collect();
        passes.sort_by_key(|pass| (std::cmp::Reverse(pass.used), pass.digest.0));
        ready(Ok(passes))
    }

    fn use_pass(&self, kind: PassKind, digest: PassDigest, now: Millis) -> Answer<'_, ()> {
        ready(self.write(|state| {
            if let Some(pass) = state.passes.get_mut(&(kind, digest)) {
                pass.used = now;
            }
            Ok(())
        }))
    }

    fn remove_pass(&self, kind: PassKind, digest: PassDigest) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.passes.remove(&(kind, digest));
            Ok(())
        }))
    }

    fn remove_expired(&self, now: Millis) -> Answer<'_, ()> {
        ready(self.write(|state| {
            state.passes.retain(|_, pass| pass.expires > now);
            Ok(())
        }))
    }

    fn put_audit(&self, entries: Vec<Entry>) -> Answer<'_, ()> {
        ready(self.write(|state| {
            entries.into_iter().for_each(|entry| state.enter(entry));
            Ok(())
        }))
    }

    fn audit(&self, query: Query) -> Answer<'_, Vec<Row>> {
        let state = self.state();
        let holds = |row: &&Row| {
            let entry = &row.entry;
            query.before.is_none_or(|before| row.number < before)
                && query.after.is_none_or(|after| row.number > after)
                && query.account.as_ref().is_none_or(|of| *of == entry.account)
                && query.kind.as_ref().is_none_or(|of| *of == entry.kind)
                && query.text.as_ref().is_none_or(|text| {
                    entry.subject.contains(text.as_str()) || entry.detail.contains(text.as_str())
                })
        };
        let limit = usize::try_from(query.limit).unwrap_or_default();
        let rows = state.audit.iter();
        let found: Vec<Row> = match query.after {
            Some(_) => rows.filter(holds).take(limit).cloned().collect(),
            None => rows.rev().filter(holds).take(limit).cloned().collect(),
        };
        ready(Ok(found))
    }

    fn remove_audit(&self, before: Millis) -> Answer<'_, ()> {
        ready(self.write(|state| {
            let old = state.audit.iter().take_while(|row| row.entry.at < before);
            let count = old.count();
            // The newest stays: the chain goes on from it.
            state
                .audit
                .drain(..count.min(state.audit.len().saturating_sub(1)));
            Ok(())
        }))
    }

    fn close(&self) -> Answer<'_, ()> {
        ready(Ok(()))
    }
}
