//! Builds the page's files into the program: one table, with compressed twins where they lie beside a file.

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let folder = match env::var_os("DIAODU_PAGE") {
        Some(folder) => here.join(folder),
        None => here.join("../target/page/dist"),
    };
    // A folder that is missing would count as changed in every build.
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    println!("cargo:rerun-if-env-changed=DIAODU_PAGE");
    println!("cargo:rerun-if-changed={}", folder.display());

    let mut files = Vec::new();
    walk(&folder, &mut files)?;
    files.sort();
    let mut table = String::from("static FILES: &[PageFile] = &[\n");
    if files.contains(&folder.join("index.html")) {
        for file in files.iter().filter(|file| !is_twin(file, &files)) {
            write_entry(&mut table, &folder, file, &files)?;
        }
    }
    table.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("page.rs"), table)?;
    Ok(())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
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

fn write_entry(
    table: &mut String,
    folder: &Path,
    file: &Path,
    files: &[PathBuf],
) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(file)?;
    let twin = |extension: &str| {
        let path = PathBuf::from(format!("{}.{extension}", file.display()));
        match files.contains(&path) {
            true => format!("Some(include_bytes!({path:?}))"),
            false => "None".to_owned(),
        }
    };
    let address = format!(
        "/{}",
        file.strip_prefix(folder)?
            .to_string_lossy()
            .replace('\\', "/")
    );
    writeln!(
        table,
        "    PageFile {{ path: {address:?}, bytes: include_bytes!({file:?}), brotli: {}, gzip: {}, \
         etag: {:?}, is_hashed: {} }},",
        twin("br"),
        twin("gz"),
        format!("\"{:016x}\"", fingerprint(&bytes)),
        is_hashed(&address),
    )?;
    Ok(())
}

/// Trunk puts 16 hexadecimal digits into names, e.g. `app-0123456789abcdef_bg.wasm`.
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
