//! The files of a finished page in its folder: what address each has and which of them are compressed twins. The build reads it, to build
//! them in; a debug server reads it when it is asked for the page.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// One file of the page.
pub struct Listed {
    /// Its address: `/index.html`.
    pub address: String,
    /// Where it lies.
    pub file: PathBuf,
    /// Where its content lies compressed with brotli, if it does.
    pub brotli: Option<PathBuf>,
    /// Where its content lies compressed with gzip, if it does.
    pub gzip: Option<PathBuf>,
    /// Changes with the content.
    pub etag: String,
    /// Whether the name changes with the content.
    pub is_hashed: bool,
}

/// Lists the page in this folder, by address; nothing where no page is.
pub fn list(folder: &Path) -> io::Result<Vec<Listed>> {
    let mut files = Vec::new();
    walk(folder, &mut files)?;
    files.sort();
    if !files.contains(&folder.join("index.html")) {
        return Ok(Vec::new());
    }
    files
        .iter()
        .filter(|file| !is_twin(file, &files))
        .map(|file| listed(folder, file, &files))
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        match (is_hidden, path.is_dir()) {
            (true, _) => {}
            (false, true) => walk(&path, files)?,
            (false, false) => files.push(path),
        }
    }
    Ok(())
}

fn is_twin(file: &Path, files: &[PathBuf]) -> bool {
    let is_compressed = file
        .extension()
        .is_some_and(|extension| extension == "br" || extension == "gz");
    is_compressed && files.contains(&file.with_extension(""))
}

fn listed(folder: &Path, file: &Path, files: &[PathBuf]) -> io::Result<Listed> {
    let twin = |extension: &str| {
        let path = PathBuf::from(format!("{}.{extension}", file.display()));
        files.contains(&path).then_some(path)
    };
    let name = file.strip_prefix(folder).unwrap_or(file).to_string_lossy();
    let address = format!("/{}", name.replace('\\', "/"));
    let is_hashed = is_hashed(&address);
    let etag = match is_hashed {
        // Its name is one already.
        true => format!("\"{address}\""),
        false => format!("\"{:016x}\"", fingerprint(&fs::read(file)?)),
    };
    Ok(Listed {
        file: file.to_path_buf(),
        brotli: twin("br"),
        gzip: twin("gz"),
        etag,
        is_hashed,
        address,
    })
}

/// The page's build puts 16 hexadecimal digits into names: `diaodu-app-0123456789abcdef_bg.wasm`.
fn is_hashed(address: &str) -> bool {
    let is_digest =
        |part: &str| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    address.split(['-', '_', '.', '/']).any(is_digest)
}

/// FNV-1a, 64 bits: tells versions apart, nothing more.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
