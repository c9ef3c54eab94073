//! 附件 on their way: kept on this machine first, sent one after the other while there is a line, kept with the reason where the
//! server refuses. The bytes stay in the browser's hands; this page's memory never holds them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use diaodu_plan::row::RowId;
use diaodu_wire::http::attachment::AttachmentPlace;
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use web_sys::Blob;

use super::{Desk, Event, indexed_db::DiskError, log};
use crate::{
    browser,
    store::{files::WaitingFile, status::Connection},
    upload::{self, UploadError},
};

/// Every five ticks what could not be sent is tried again.
const RETRY_TICKS: u64 = 5;

/// What a screen can want with files.
pub enum FileCommand {
    /// Attach this one to a row of the week on screen.
    Add {
        /// Which row.
        row: RowId,
        /// As the row is to call it.
        name: String,
        /// The bytes.
        blob: SendWrapper<Blob>,
    },
    /// Give up one that is not sent.
    Drop(String),
    /// Send a refused one once more.
    Again(String),
    /// Hand one back to the person, to be saved elsewhere.
    GiveBack(String),
}

/// What became of files.
pub enum FileNews {
    /// What was kept of them was read from this machine.
    Kept(Vec<(String, String)>),
    /// One is on this machine's disk, or is not.
    OnDisk(String, Result<(), DiskError>),
    /// So much of one has left, in percent.
    Sent(String, u8),
    /// One has arrived, or not.
    Ended(String, Result<(), UploadError>),
    /// One is not on this machine any more: another tab has sent it or given it up.
    Gone(String),
}

/// The files that wait.
#[derive(Default)]
pub struct Files {
    list: Vec<WaitingFile>,
    /// Those that disk does not have, or not yet.
    unkept: BTreeMap<String, Blob>,
    /// On their way to disk.
    saving: BTreeSet<String>,
    is_sending: bool,
    /// The last one could not be sent: a while is waited.
    rests: bool,
}

impl Files {
    /// Says how many will be sent by themselves.
    pub fn waiting(&self) -> usize {
        self.list.iter().filter(|file| file.will_go()).count()
    }

    /// Says whether closing the page would lose one.
    pub fn has_unkept(&self) -> bool {
        !self.unkept.is_empty()
    }

    fn find(&mut self, id: &str) -> Option<&mut WaitingFile> {
        self.list.iter_mut().find(|file| file.id == id)
    }
}

impl Desk {
    /// Reads what waits from this machine.
    pub(super) fn ask_for_files(&self) {
        let (disk, events) = (self.disk.clone(), self.events.clone());
        spawn_local(async move {
            match disk.notes("file|").await {
                Ok(kept) => drop(events.unbounded_send(Event::Files(FileNews::Kept(kept)))),
                Err(error) => log(&error.to_string()),
            }
        });
    }

    pub(super) fn obey_files(&mut self, command: FileCommand) {
        match command {
            FileCommand::Add { row, name, blob } => self.add_file(row, name, blob.take()),
            FileCommand::Drop(id) => self.drop_file(&id),
            FileCommand::Again(id) => {
                if let Some(file) = self.files.find(&id) {
                    file.refused = None;
                    self.note_file(&id);
                    self.show_files();
                    self.send_file();
                }
            }
            FileCommand::GiveBack(id) => {
                let (disk, unkept) = (self.disk.clone(), self.files.unkept.get(&id).cloned());
                let name = self.files.find(&id).map(|file| file.name.clone());
                spawn_local(async move {
                    let blob = match unkept {
                        Some(blob) => Some(blob),
                        None => disk.file(&id).await.unwrap_or_default(),
                    };
                    if let (Some(blob), Some(name)) = (blob, name) {
                        upload::hand_over(&blob, &name);
                    }
                });
            }
        }
    }

    pub(super) fn take_files(&mut self, news: FileNews) {
        match news {
            FileNews::Kept(notes) => {
                let read = notes
                    .iter()
                    .filter_map(|(_, note)| serde_json::from_str(note).ok());
                for file in read.collect::<Vec<WaitingFile>>() {
                    if self.files.find(&file.id).is_none() {
                        self.files.list.push(file);
                    }
                }
            }
            FileNews::OnDisk(id, result) => {
                self.files.saving.remove(&id);
                match result {
                    Ok(()) if self.disk.is_lasting() => drop(self.files.unkept.remove(&id)),
                    Ok(()) => {}
                    Err(error) => log(&error.to_string()),
                }
                if self.files.find(&id).is_none() {
                    self.drop_file(&id);
                }
            }
            FileNews::Sent(id, percent) => {
                if let Some(file) = self.files.find(&id) {
                    file.sent_percent = Some(percent);
                }
            }
            FileNews::Ended(id, result) => self.file_ended(&id, result),
            FileNews::Gone(id) => {
                self.files.is_sending = false;
                self.files.list.retain(|file| file.id != id);
            }
        }
        self.show_files();
        self.send_file();
    }

    /// Tries again what could not be sent.
    pub(super) fn tick_files(&mut self) {
        if self.ticks.is_multiple_of(RETRY_TICKS) {
            self.send_files();
        }
    }

    /// There is a line, or a while has passed: what waits is sent.
    pub(super) fn send_files(&mut self) {
        self.files.rests = false;
        self.send_file();
    }

    fn add_file(&mut self, row: RowId, name: String, blob: Blob) {
        let (Some(week), Ok(id)) = (self.week, browser::random_id()) else {
            return;
        };
        let file = WaitingFile {
            id: id.clone(),
            week: week.0,
            row: row.0,
            name,
            bytes: blob.size() as u64,
            refused: None,
            sent_percent: None,
        };
        let note = serde_json::to_string(&file).unwrap_or_default();
        self.files.list.push(file);
        self.files.unkept.insert(id.clone(), blob.clone());
        self.files.saving.insert(id.clone());
        self.show_files();
        let (disk, events) = (self.disk.clone(), self.events.clone());
        // Kept before it is sent: a crash may send it twice, never lose it.
        spawn_local(async move {
            let kept = disk.keep_file(&id, &note, &blob).await;
            drop(events.unbounded_send(Event::Files(FileNews::OnDisk(id, kept))));
        });
    }

    fn drop_file(&mut self, id: &str) {
        self.files.list.retain(|file| file.id != id);
        self.files.unkept.remove(id);
        self.show_files();
        let (disk, id) = (self.disk.clone(), id.to_owned());
        spawn_local(async move {
            if let Err(error) = disk.drop_file(&id).await {
                log(&error.to_string());
            }
        });
    }

    fn file_ended(&mut self, id: &str, result: Result<(), UploadError>) {
        self.files.is_sending = false;
        if let Some(file) = self.files.find(id) {
            file.sent_percent = None;
        }
        match result {
            Ok(()) => self.drop_file(id),
            // Another tab has sent it, and somebody has taken it out since.
            Err(UploadError::Refused { word, .. }) if word == "attachment-removed" => {
                self.drop_file(id)
            }
            Err(UploadError::Refused { sentence, .. }) => {
                if let Some(file) = self.files.find(id) {
                    file.refused = Some(sentence);
                    self.note_file(id);
                }
            }
            Err(UploadError::Later) => self.files.rests = true,
        }
    }

    /// Sends the next one, if there is a line.
    fn send_file(&mut self) {
        let connection = self.store.status.with_untracked(|status| status.connection);
        if self.files.is_sending
            || self.files.rests
            || connection != Connection::Online
            || self.is_leaving
        {
            return;
        }
        let saving = &self.files.saving;
        let mut waiting = self.files.list.iter_mut();
        let Some(file) = waiting.find(|file| file.will_go() && !saving.contains(&file.id)) else {
            return;
        };
        file.sent_percent = Some(0);
        let (id, name) = (file.id.clone(), file.name.clone());
        let (week, row) = (file.week, file.row.clone());
        self.files.is_sending = true;
        self.show_files();
        let unkept = self.files.unkept.get(&id).cloned();
        let (disk, events) = (self.disk.clone(), self.events.clone());
        let language = self.store.week.language();
        spawn_local(async move {
            let blob = match unkept {
                Some(blob) => Ok(Some(blob)),
                None => disk.file(&id).await,
            };
            let tell = {
                let (events, id) = (events.clone(), id.clone());
                move |percent| {
                    let news = FileNews::Sent(id.clone(), percent);
                    drop(events.unbounded_send(Event::Files(news)));
                }
            };
            let news = match blob {
                Ok(Some(blob)) => {
                    let place = AttachmentPlace {
                        week,
                        row,
                        name,
                        correction: false,
                    };
                    FileNews::Ended(
                        id.clone(),
                        upload::put(&id, &place, &blob, language, tell).await,
                    )
                }
                Ok(None) => FileNews::Gone(id),
                Err(error) => {
                    log(&error.to_string());
                    FileNews::Ended(id, Err(UploadError::Later))
                }
            };
            drop(events.unbounded_send(Event::Files(news)));
        });
    }

    /// Writes down what is known of one; the bytes are on disk.
    fn note_file(&mut self, id: &str) {
        let Some(note) = self
            .files
            .find(id)
            .and_then(|file| serde_json::to_string(file).ok())
        else {
            return;
        };
        let (disk, key) = (self.disk.clone(), format!("file|{id}"));
        spawn_local(async move {
            if let Err(error) = disk.keep_note(&key, Some(&note)).await {
                log(&error.to_string());
            }
        });
    }

    fn show_files(&self) {
        self.store.files.set(Arc::new(self.files.list.clone()));
        self.tell_unsent();
    }
}
