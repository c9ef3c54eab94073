//! The page of a debug program: read from its folder when it is first asked for.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use super::{
    PageFile,
    listing::{self, Listed},
};

// Where the page lies: `FOLDER`.
include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Returns all files of the page; none if it was not built.
pub fn files() -> &'static [PageFile] {
    static FILES: OnceLock<Vec<PageFile>> = OnceLock::new();
    FILES.get_or_init(|| {
        read(Path::new(FOLDER)).unwrap_or_else(|error| {
            tracing::error!(%error, folder = FOLDER, "reading the page");
            Vec::new()
        })
    })
}

fn read(folder: &Path) -> io::Result<Vec<PageFile>> {
    listing::list(folder)?.into_iter().map(file).collect()
}

fn file(listed: Listed) -> io::Result<PageFile> {
    // Until the program ends.
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
