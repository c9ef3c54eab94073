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

/// The files of a page, and when its index was written.
type Read = (SystemTime, &'static [PageFile]);

/// The page that was read last.
static READ: Mutex<Option<Read>> = Mutex::new(None);

/// Returns all files of the page; none if it is not built, or cannot be read now.
pub fn files() -> &'static [PageFile] {
    let mut known = READ.lock().unwrap_or_else(PoisonError::into_inner);
    *known = read(Path::new(FOLDER), *known).unwrap_or_else(|error| {
        tracing::error!(%error, folder = FOLDER, "reading the page");
        None
    });
    known.map_or(&[], |(_, files)| files)
}

/// Returns the page in a folder, if one is there: the known one, unless its index was written anew.
fn read(folder: &Path, known: Option<Read>) -> io::Result<Option<Read>> {
    let written = match fs::metadata(folder.join("index.html")) {
        Ok(index) => index.modified()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if known.is_some_and(|(of, _)| of == written) {
        return Ok(known);
    }
    let files: io::Result<Vec<PageFile>> = listing::list(folder)?.into_iter().map(file).collect();
    // Until the program ends.
    Ok(Some((written, files?.leak())))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_once_and_again_when_another_lies_there() {
        let folder = std::env::temp_dir().join(format!("diaodu-page-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let index = folder.join("index.html");
        assert!(read(&folder, None).unwrap().is_none());
        let put = |text: &str, seconds: u64| {
            fs::write(&index, text).unwrap();
            let file = fs::File::options().append(true).open(&index).unwrap();
            let written = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            file.set_modified(written).unwrap();
        };
        let text = |read: Option<Read>| read.map(|(_, files)| files[0].bytes);
        put("one", 1);
        let one = read(&folder, None).unwrap();
        assert_eq!(text(one), Some(&b"one"[..]));
        put("two", 1);
        let same = read(&folder, one).unwrap();
        assert_eq!(text(same), Some(&b"one"[..]), "known by its time");
        put("two", 2);
        assert_eq!(text(read(&folder, same).unwrap()), Some(&b"two"[..]));
        fs::remove_dir_all(&folder).ok();
    }
}
