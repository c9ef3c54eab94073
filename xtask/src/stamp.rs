//! Remembering what something was made from, so that it is made again only when that changes.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;

use crate::shell::{Outcome, at};

/// A digest of inputs. Not for security: it only notices change.
#[derive(Default)]
pub struct Digest(DefaultHasher);

impl Digest {
    /// Takes a word into the digest.
    pub fn word(&mut self, word: &str) {
        word.hash(&mut self.0);
    }

    /// Takes a file, or a folder with all that is below it, into the digest. A missing one counts as empty.
    pub fn tree(&mut self, root: &Path, relative: &str) -> Outcome<()> {
        let path = root.join(relative);
        if path.is_file() {
            relative.hash(&mut self.0);
            fs::read(&path).map_err(at(&path))?.hash(&mut self.0);
        } else if path.is_dir() {
            for name in names(&path)? {
                self.tree(root, &format!("{relative}/{name}"))?;
            }
        }
        Ok(())
    }

    /// Returns the digest as text.
    pub fn text(&self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// Returns whether the stamp says the same as when it was written.
pub fn is_fresh(stamp: &Path, text: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|old| old == text)
}

/// Writes the stamp; call it when the work is done, not before.
pub fn write(stamp: &Path, text: &str) -> Outcome<()> {
    fs::write(stamp, text).map_err(at(stamp))
}

/// Returns the names in a folder, sorted.
pub fn names(folder: &Path) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        names.push(
            entry
                .map_err(at(folder))?
                .file_name()
                .to_string_lossy()
                .into_owned(),
        );
    }
    names.sort();
    Ok(names)
}
