//! What a person reads on a machine where tools are missing: one sentence, with the command that mends it.

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

/// Runs a chore where no program can be found, and returns what it complains about.
fn complaint(name: &str, chore: &[&str], way: Option<&str>) -> Result<String, Box<dyn Error>> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder)?;
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    xtask
        .args(chore)
        .env("PATH", &folder)
        .env("DIAODU_SETUP", folder.join("setup"))
        .env_remove("DIAODU_WASM");
    if let Some(way) = way {
        xtask.env("DIAODU_WASM", way);
    }
    let output = xtask.output()?;
    assert!(!output.status.success(), "{chore:?} cannot have succeeded");
    Ok(String::from_utf8(output.stderr)?)
}

fn check_sentence(complaint: &str, remedy: &str) {
    assert_eq!(complaint.trim_end().lines().count(), 1, "{complaint}");
    assert!(complaint.starts_with("xtask: "), "{complaint}");
    assert!(complaint.contains(remedy), "{complaint}");
}

#[test]
fn a_rust_without_the_target_is_told_with_its_remedy() -> Result<(), Box<dyn Error>> {
    for chore in ["setup", "page", "serve"] {
        check_sentence(&complaint(chore, &[chore], None)?, "DIAODU_WASM=debian");
    }
    Ok(())
}

#[test]
fn packages_that_nobody_can_install_are_told_with_the_command() -> Result<(), Box<dyn Error>> {
    let told = complaint("debian", &["page"], Some("debian"))?;
    // Where the packages are there already, the program that they bring is missing next.
    check_sentence(&told, "apt-get install");
    Ok(())
}
