//! Builds the page's files into the program: one table, with compressed twins where they lie beside a file. A debug program is told the folder
//! instead and reads it when it is asked, so that it need not be built again for another page; its tests get a page of three files.

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

#[path = "src/http/page/listing.rs"]
mod listing;

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let folder = here.join("../target/page/dist");
    // A folder that is missing would count as changed in every build.
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    println!("cargo:rerun-if-changed=src/http/page/listing.rs");
    println!("cargo:rustc-check-cfg=cfg(page_on_disk)");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    if env::var("PROFILE")? == "debug" {
        println!("cargo:rustc-cfg=page_on_disk");
        let code = format!("const FOLDER: &str = {folder:?};\n");
        fs::write(out.join("folder.rs"), code)?;
        // The tests try what a release is made with on a page of three files.
        let fixture = here.join("src/http/page/fixture");
        println!("cargo:rerun-if-changed={}", fixture.display());
        fs::write(out.join("page.rs"), table(&fixture)?)?;
    } else {
        println!("cargo:rerun-if-changed={}", folder.display());
        fs::write(out.join("page.rs"), table(&folder)?)?;
    }
    Ok(())
}

fn table(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut table = String::from("static FILES: &[PageFile] = &[\n");
    for file in listing::list(folder)? {
        let twin = |path: Option<PathBuf>| match path {
            Some(path) => format!("Some(include_bytes!({path:?}))"),
            None => "None".to_owned(),
        };
        writeln!(
            table,
            "    PageFile {{ path: {:?}, bytes: include_bytes!({:?}), brotli: {}, gzip: {}, etag: {:?}, is_hashed: {} }},",
            file.address,
            file.file,
            twin(file.brotli),
            twin(file.gzip),
            file.etag,
            file.is_hashed,
        )?;
    }
    table.push_str("];\n");
    Ok(table)
}
