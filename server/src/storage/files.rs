//! Bytes of attached files: a folder beside the database, each file under its digest. What `put` has answered with `Ok` is on disk.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use tokio::task::spawn_blocking;

use super::StorageError;

/// Name of the folder in the data directory.
const FOLDER: &str = "attachments";
/// Ends the name of a file that is not whole yet.
const NEW: &str = ".new";
/// Tells apart those who write equal bytes at once.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The folder.
#[derive(Debug, Clone)]
pub struct Files {
    data: PathBuf,
}

impl Files {
    /// Takes the data directory; the folder is made with the first file.
    pub fn new(data: &Path) -> Files {
        Files {
            data: data.to_owned(),
        }
    }

    /// Writes bytes under their digest, whole or not at all; what is there already stays.
    pub async fn put(&self, digest: String, bytes: Vec<u8>) -> Result<(), StorageError> {
        self.run(move |data| put(&data, &digest, &bytes)).await
    }

    /// Reads bytes; `None` where there are none.
    pub async fn read(&self, digest: String) -> Result<Option<Vec<u8>>, StorageError> {
        let read = move |data: PathBuf| match fs::read(place(&data, &digest)?) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        self.run(read).await
    }

    /// Throws bytes away; what is not there is gone already.
    pub async fn remove(&self, digest: String) -> Result<(), StorageError> {
        self.run(move |data| gone(fs::remove_file(place(&data, &digest)?)))
            .await
    }

    /// Throws away everything but these.
    pub async fn keep_only(&self, digests: BTreeSet<String>) -> Result<(), StorageError> {
        self.run(move |data| keep_only(&data.join(FOLDER), &digests))
            .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(PathBuf) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let data = self.data.clone();
        let done = spawn_blocking(move || work(data)).await;
        let done = done.map_err(|error| StorageError::Failed(error.to_string()))?;
        done.map_err(|error| match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StorageError::Full,
            _ => StorageError::Failed(format!("attached files: {error}")),
        })
    }
}

/// A digest names a file, and nothing else does.
fn place(data: &Path, digest: &str) -> io::Result<PathBuf> {
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    match is_digest {
        true => Ok(data.join(FOLDER).join(digest)),
        false => Err(io::Error::new(ErrorKind::InvalidInput, "not a digest")),
    }
}

fn put(data: &Path, digest: &str, bytes: &[u8]) -> io::Result<()> {
    let (place, folder) = (place(data, digest)?, data.join(FOLDER));
    if place.exists() {
        // Who renamed it may not have come further.
        return File::open(&folder)?.sync_all();
    }
    if !folder.exists() {
        fs::create_dir_all(&folder)?;
        File::open(data)?.sync_all()?;
    }
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let new = folder.join(format!("{digest}.{number}{NEW}"));
    let written = write_whole(&new, bytes).and_then(|()| fs::rename(&new, &place));
    if written.is_err() {
        // A full disk is not to be kept full by halves.
        fs::remove_file(&new).unwrap_or_default();
    }
    written?;
    // It appeared whole, and its name is on disk when this returns.
    File::open(&folder)?.sync_all()
}

fn write_whole(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(place)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn keep_only(folder: &Path, digests: &BTreeSet<String>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        if !name.to_str().is_some_and(|name| digests.contains(name)) {
            gone(fs::remove_file(entry.path()))?;
        }
    }
    Ok(())
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
