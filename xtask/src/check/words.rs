//! Rules about words: what a source file must not mention outside its tests.

use super::imports::MIDDLE;
use super::source::take_apart;
use super::{Complaints, Project};
use crate::shell::{Outcome, read};

/// What tells the time, reads files, starts threads or tasks, or draws numbers.
const IMPURE: [&str; 17] = [
    "std::time",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "thread::spawn",
    "async fn",
    "async move",
    ".await",
    "tokio::",
    "web_sys",
    "rand::",
];

/// Words of the plan itself: they are values in documents or in the campaign, in every language of the interface.
const VOCABULARY: [(&str, &str); 11] = [
    ("plan/src/value.rs", "the states as they are stored"),
    ("plan/src/row.rs", "roles and duties as the plan names them"),
    (
        "plan/src/campaign.rs",
        "the unit names that stand for several streets",
    ),
    ("plan/src/table.rs", "what clerks type for \"nothing\""),
    ("plan/src/report.rs", "reporting as the form names it"),
    ("plan/src/carry.rs", "what a measure that is done says"),
    (
        "interchange/src/campaign_file.rs",
        "the same unit names as a campaign file writes them",
    ),
    ("plan/src/fixture.rs", "a small campaign for tests"),
    (
        "plan/src/plan_text.rs",
        "actions are numbered as the plan does, in Chinese numerals",
    ),
    (
        "interchange/src/xlsx_out.rs",
        "typefaces have Chinese names",
    ),
    ("app/src/i18n.rs", "a language is named in itself"),
];

/// Folders whose sources may not hold sentences.
const WORDLESS: [&str; 6] = [
    "plan/src",
    "wire/src",
    "sync/src",
    "server/src",
    "app/src",
    "interchange/src",
];

/// The middle crates get time and chance as arguments.
pub fn pure_sources(project: &Project) -> Outcome<Complaints> {
    let folders = MIDDLE.map(|middle| format!("{middle}/src"));
    mentions(
        project,
        |file| folders.iter().any(|folder| is_in(file, folder)),
        &IMPURE,
    )
}

/// Messages, protocol and grid work for any plan.
pub fn strangers_to_the_plan(project: &Project) -> Outcome<Complaints> {
    mentions(
        project,
        |file| {
            ["wire/src", "sync/src", "app/src/grid"]
                .iter()
                .any(|folder| is_in(file, folder))
        },
        &["diaodu_plan", "diaodu-plan"],
    )
}

/// Whoever wants rows asks storage.
pub fn sql_in_storage(project: &Project) -> Outcome<Complaints> {
    let is_elsewhere = |file: &str| {
        WORDLESS.iter().any(|folder| is_in(file, folder)) && !is_in(file, "server/src/storage")
    };
    let mut complaints = mentions(project, is_elsewhere, &["sqlx::"])?;
    for file in sources(project, is_elsewhere) {
        let source = take_apart(&read(&project.root.join(file))?);
        for (line, literal) in source.literals {
            let begin = literal.trim_start();
            if [
                "SELECT ",
                "INSERT ",
                "UPDATE ",
                "DELETE FROM",
                "CREATE TABLE",
                "PRAGMA ",
            ]
            .iter()
            .any(|word| begin.starts_with(word))
            {
                complaints.push(format!("{file}:{line} speaks SQL"));
            }
        }
    }
    Ok(complaints)
}

/// People read locales; code holds no Chinese but the plan's own words.
pub fn sentences_in_locales(project: &Project) -> Outcome<Complaints> {
    let mut complaints = Complaints::new();
    let is_wordless = |file: &str| {
        WORDLESS.iter().any(|folder| is_in(file, folder))
            && !VOCABULARY.iter().any(|(known, _)| *known == file)
    };
    for file in sources(project, is_wordless) {
        let source = take_apart(&read(&project.root.join(file))?);
        for (line, literal) in source
            .literals
            .iter()
            .filter(|(_, literal)| literal.chars().any(is_chinese))
        {
            complaints.push(format!(
                "{file}:{line} says \"{}\"",
                literal.lines().next().unwrap_or_default()
            ));
        }
    }
    Ok(complaints)
}

/// Punctuation counts: 「」 and ，are sentences too.
fn is_chinese(letter: char) -> bool {
    matches!(letter, '\u{3001}'..='\u{303F}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

fn mentions(
    project: &Project,
    is_looked_at: impl Fn(&str) -> bool,
    words: &[&str],
) -> Outcome<Complaints> {
    let mut complaints = Complaints::new();
    for file in sources(project, is_looked_at) {
        let source = take_apart(&read(&project.root.join(file))?);
        for (index, line) in source.code.iter().enumerate() {
            if let Some(word) = words.iter().find(|word| mentions_word(line, word)) {
                complaints.push(format!("{file}:{} mentions {word}", index + 1));
            }
        }
    }
    Ok(complaints)
}

/// `rand::` is not in `operand::`.
fn mentions_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(index, _)| {
        let before = line[..index].chars().next_back();
        !word.starts_with(char::is_alphanumeric)
            || !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

fn sources<'a>(project: &'a Project, is_looked_at: impl Fn(&str) -> bool) -> Vec<&'a String> {
    let tests = test_modules(project);
    let is_test = |file: &str| file.ends_with("tests.rs") || tests.iter().any(|test| test == file);
    project
        .files
        .iter()
        .filter(|file| file.ends_with(".rs") && !is_test(file) && is_looked_at(file))
        .collect()
}

/// Files that are modules for tests only: `#[cfg(test)]` stands above their name in the module over them.
fn test_modules(project: &Project) -> Vec<String> {
    let mut found = Vec::new();
    for file in project.files.iter().filter(|file| file.ends_with(".rs")) {
        let Ok(text) = read(&project.root.join(file)) else {
            continue;
        };
        let folder = match file.rsplit_once('/') {
            Some((folder, "lib.rs" | "main.rs")) => folder,
            Some(_) | None => file.trim_end_matches(".rs"),
        };
        for item in text.split("#[cfg(test)]").skip(1) {
            let line = item.trim_start().lines().next().unwrap_or_default();
            let name = line
                .rsplit_once("mod ")
                .and_then(|(_, name)| name.strip_suffix(';'));
            found.extend(name.map(|name| format!("{folder}/{name}.rs")));
        }
    }
    found
}

/// Returns whether a file is a module, or below it: `app/src/grid` holds `app/src/grid.rs` too.
fn is_in(file: &str, module: &str) -> bool {
    file.strip_prefix(module)
        .is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole() {
        assert!(mentions_word("use rand::Rng;", "rand::"));
        assert!(!mentions_word("use operand::Rng;", "rand::"));
        assert!(mentions_word("let a = b.await;", ".await"));
    }

    #[test]
    fn a_module_is_its_file_and_its_folder() {
        assert!(is_in("app/src/grid.rs", "app/src/grid"));
        assert!(is_in("app/src/grid/cell.rs", "app/src/grid"));
        assert!(!is_in("app/src/gridlock.rs", "app/src/grid"));
    }
}
