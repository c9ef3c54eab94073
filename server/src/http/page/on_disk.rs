//! The page of a debug program: read from its folder when it is first asked for, and again when another one lies there.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use super::{
    PageFile,
    listing::{self, Listed},
};

// Where the page lies: `FOLDER`.
include!(concat!(env!("OUT_DIR"), "/folder.rs"));

/// The page that was read last, and when its index was written.
static READ: Mutex<Option<(SystemTime, &'static [PageFile])>> = Mutex::new(None);

/// Returns all files of the page; none if it is not built, or cannot be read now.
pub fn files() -> &'static [PageFile] {
    read(Path::new(FOLDER)).unwrap_or_else(|error| {
        tracing::error!(%error, folder = FOLDER, "reading the page");
        &[]
    })
}

fn read(folder: &Path) -> io::Result<&'static [PageFile]> {
    let written = match fs::metadata(folder.join("index.html")) {
        Ok(index) => index.modified()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(&[]),
        Err(error) => return Err(error),
    };
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, files)) = read.filter(|(of, _)| *of == written) {
        return Ok(files);
    }
    let files: io::Result<Vec<PageFile>> = listing::list(folder)?.into_iter().map(file).collect();
    // Until the program ends.
    let files: &'static [PageFile] = files?.leak();
    *read = Some((written, files));
    Ok(files)
}

fn file(listed: Listed) -> io::Result<PageFile> {
    let bytes =
        |path: PathBuf| -> io::Result<&'static [u8]> { fs::read(path).map(|bytes| &*bytes.leak()) };
    Ok(PageFile {
        path: listed.address.leak(),
        bytes: bytes(listed.file)?,
        brotli: listed.brotli.map(bytes).transpose()?,
        gzip: listed.gzip.map(bytes).transpose()?,
        etag: listed.etag.leak(),
        is_hashed: listed.is_hashed,
    })
}
