//! Rules about files as they lie in the repository.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::{Complaints, Project};
use crate::shell::{Failure, Outcome, answer, read};

const ARCHITECTURE_LINES_MAX: usize = 200;

/// What Chromium 80 drops or does not parse, by the ending of the file.
const TOO_NEW: [(&str, &[&str]); 2] = [
    (
        ".css",
        &[
            "@layer",
            "@container",
            "@import",
            ":has(",
            ":is(",
            ":where(",
            "aspect-ratio:",
            " inset:",
            "color-mix(",
        ],
    ),
    (
        ".js",
        &[
            "??=",
            "||=",
            "&&=",
            ".at(",
            ".replaceAll(",
            "structuredClone(",
        ],
    ),
];

/// Where a locale lies: Chinese first, English complete.
const LOCALES: [&str; 2] = ["app/locales", "server/locales"];

/// Returns all files that are in the repository, or would be with `git add`.
pub fn tracked(root: &Path) -> Outcome<Vec<String>> {
    let mut git = Command::new("git");
    git.current_dir(root).args([
        "-c",
        "core.quotePath=false",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let list = answer(&mut git)
        .ok_or_else(|| Failure::new("`git ls-files` failed; the check needs git and a clone"))?;
    let mut files: Vec<String> = list
        .lines()
        .filter(|file| root.join(file).is_file())
        .map(str::to_owned)
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}

/// The map stays readable in one sitting.
pub fn short_architecture(project: &Project) -> Outcome<Complaints> {
    let lines = read(&project.root.join("ARCHITECTURE.md"))?.lines().count();
    Ok(if lines < ARCHITECTURE_LINES_MAX {
        Vec::new()
    } else {
        vec![format!("ARCHITECTURE.md has {lines} lines")]
    })
}

/// A path of one machine works on no other.
pub fn no_machine_paths(project: &Project) -> Outcome<Complaints> {
    let mut folders: Vec<String> = ["root", "home", "Users"]
        .map(|folder| format!("/{folder}/"))
        .to_vec();
    folders.push(project.root.display().to_string());
    let mut complaints = Complaints::new();
    for file in &project.files {
        // Pictures and workbooks hold no paths.
        let Ok(text) = std::fs::read_to_string(project.root.join(file)) else {
            continue;
        };
        for (index, line) in text.lines().enumerate() {
            if let Some(folder) = folders.iter().find(|folder| line.contains(folder.as_str())) {
                complaints.push(format!("{file}:{} names {folder}", index + 1));
            }
        }
    }
    Ok(complaints)
}

/// `//!` at the top says what a file owns and what it leaves out.
pub fn openings(project: &Project) -> Outcome<Complaints> {
    let mut complaints = Complaints::new();
    for file in project.files.iter().filter(|file| file.ends_with(".rs")) {
        if file.ends_with("/mod.rs") {
            complaints.push(format!(
                "{file}: the module's file stands beside its folder instead"
            ));
        }
        if !read(&project.root.join(file))?.starts_with("//!") {
            complaints.push(format!(
                "{file} does not begin with a sentence about itself"
            ));
        }
    }
    Ok(complaints)
}

/// What is not compiled must itself run on old browsers, and fetch nothing from elsewhere.
pub fn old_browsers(project: &Project) -> Outcome<Complaints> {
    let mut complaints = Complaints::new();
    for file in project.files.iter().filter(|file| {
        file.starts_with("style/") || file.starts_with("app/") && !file.contains("/src/")
    }) {
        for (ending, words) in TOO_NEW {
            if file.ends_with(ending) {
                complaints.extend(lines_with(
                    project,
                    file,
                    words,
                    "is too new for Chromium 80",
                )?);
            }
        }
        if [".css", ".js", ".html"]
            .iter()
            .any(|ending| file.ends_with(ending))
        {
            complaints.extend(lines_with(
                project,
                file,
                &["http://", "https://"],
                "names another host",
            )?);
        }
    }
    Ok(complaints)
}

fn lines_with(
    project: &Project,
    file: &str,
    words: &[&str],
    complaint: &str,
) -> Outcome<Complaints> {
    let text = read(&project.root.join(file))?;
    let is_comment = |line: &str| {
        ["//", "/*", "*", "<!--"]
            .iter()
            .any(|mark| line.trim_start().starts_with(mark))
    };
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !is_comment(line));
    let found = lines.filter_map(|(index, line)| {
        words
            .iter()
            .find(|word| line.contains(*word))
            .map(|word| (index, word))
    });
    Ok(found
        .map(|(index, word)| format!("{file}:{} {word} {complaint}", index + 1))
        .collect())
}

/// Both languages name the same messages.
pub fn complete_locales(project: &Project) -> Outcome<Complaints> {
    let mut complaints = Complaints::new();
    for folder in LOCALES {
        let names = |language: &str| {
            Ok(message_names(&read(
                &project.root.join(format!("{folder}/{language}.ftl")),
            )?))
        };
        let (chinese, english) = (names("zh-CN")?, names("en")?);
        complaints.extend(
            chinese
                .difference(&english)
                .map(|name| format!("{folder}/en.ftl lacks {name}")),
        );
        complaints.extend(
            english
                .difference(&chinese)
                .map(|name| format!("{folder}/zh-CN.ftl lacks {name}")),
        );
    }
    Ok(complaints)
}

/// A message begins a line with its name and `=`; its attributes are indented.
fn message_names(text: &str) -> BTreeSet<String> {
    let begins = text.lines().filter(|line| {
        line.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '-')
    });
    begins
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_named_at_the_beginning_of_a_line() {
        let names = message_names(
            "# note\nsign-in = 登录\n    .title = 标题\nempty = { $count ->\n   *[other] 空\n}\n-brand = 调度\n",
        );
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            ["-brand", "empty", "sign-in"]
        );
    }
}
