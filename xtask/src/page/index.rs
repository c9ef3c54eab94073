//! index.html, and what it names besides the program: the style, put together to one file, and the scripts and pictures that are copied.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use crate::shell::{Failure, Outcome, at, read};
use crate::stamp::Digest;

use super::files_below;

/// What is copied as it is.
pub const COPIED: [&str; 4] = ["start.js", "boot.js", "service_worker.js", "favicon.svg"];
/// How a line of app/index.html names a file of the style.
const STYLE: (&str, &str) = ("<link rel=\"stylesheet\" href=\"../style/", "\">");

/// Writes index.html, the style and what is copied into the finished page.
pub fn write(root: &Path, dist: &Path) -> Outcome<()> {
    let app = root.join("app");
    let index = read(&app.join("index.html"))?;
    refuse_inline_scripts(&index)?;
    for name in COPIED {
        fs::copy(app.join(name), dist.join(name)).map_err(at(&app.join(name)))?;
    }
    let style = read_style(&root.join("style"), &style_of(&index))?;
    let mut digest = Digest::default();
    digest.word(&style);
    let name = format!("style-{}.css", digest.text());
    write_text(&dist.join(&name), &style)?;
    write_text(&dist.join("index.html"), &with_one_style(&index, &name))
}

/// Returns the files of the style in the order in which they hold.
fn style_of(index: &str) -> Vec<&str> {
    index.lines().filter_map(style_in).collect()
}

fn style_in(line: &str) -> Option<&str> {
    line.trim().strip_prefix(STYLE.0)?.strip_suffix(STYLE.1)
}

/// Joins the files. One that index.html does not name would be missed on some screen only.
fn read_style(folder: &Path, names: &[&str]) -> Outcome<String> {
    let files = files_below(folder)?.into_iter();
    let mut sheets = files.filter(|file| file.extension() == Some(OsStr::new("css")));
    let forgotten = sheets.find(|file| {
        let is_named = |name: &&str| file.strip_prefix(folder) == Ok(Path::new(name));
        !names.iter().any(is_named)
    });
    if let Some(forgotten) = forgotten {
        return Err(Failure::new(format!(
            "app/index.html does not name {}",
            forgotten.display()
        )));
    }
    let whole = |name: &&str| {
        let sheet = read(&folder.join(name))?;
        is_closed(&sheet).then_some(sheet).ok_or_else(|| {
            Failure::new(format!(
                "style/{name} leaves a bracket, a comment or a string open, or closes one too often, which would spoil the sheets after it"
            ))
        })
    };
    names.iter().map(whole).collect()
}

/// Returns whether all that a style sheet opens is closed in it, and nothing else.
fn is_closed(sheet: &str) -> bool {
    let mut open = Vec::new();
    let mut rest = sheet;
    while let Some(letter) = rest.chars().next() {
        let skipped = match letter {
            '/' if rest.starts_with("/*") => rest.find("*/").map(|end| end + 2),
            '"' | '\'' => rest[1..].find(letter).map(|end| end + 2),
            '{' | '(' | '[' => {
                open.push(letter);
                Some(1)
            }
            '}' if open.pop() != Some('{') => None,
            ')' if open.pop() != Some('(') => None,
            ']' if open.pop() != Some('[') => None,
            other => Some(other.len_utf8()),
        };
        match skipped {
            Some(length) => rest = &rest[length..],
            None => return false,
        }
    }
    open.is_empty()
}

/// Names the joined style where the first of its files stood.
fn with_one_style(index: &str, name: &str) -> String {
    let mut is_named = false;
    let mut lines = Vec::new();
    for line in index.lines() {
        if style_in(line).is_none() {
            lines.push(line.to_owned());
        } else if !is_named {
            is_named = true;
            lines.push(format!("  <link rel=\"stylesheet\" href=\"/{name}\">"));
        }
    }
    lines.join("\n") + "\n"
}

/// The page is served under a policy that forbids inline scripts: one that slipped in would leave a white page.
fn refuse_inline_scripts(index: &str) -> Outcome<()> {
    let inline = index.split("<script").skip(1).find(|rest| {
        rest.split('>')
            .next()
            .is_some_and(|tag| !tag.contains("src="))
    });
    match inline {
        None => Ok(()),
        Some(_) => Err(Failure::new(
            "app/index.html carries an inline script, which the page's own policy forbids; give it a file",
        )),
    }
}

fn write_text(file: &Path, text: &str) -> Outcome<()> {
    fs::write(file, text).map_err(at(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = "<head>\n  <link rel=\"icon\" href=\"/favicon.svg\">\n  <link rel=\"stylesheet\" href=\"../style/tokens.css\">\n  <link rel=\"stylesheet\" href=\"../style/screens/week.css\">\n</head>\n";

    #[test]
    fn takes_the_style_in_order_and_names_it_once() {
        assert_eq!(style_of(INDEX), ["tokens.css", "screens/week.css"]);
        assert_eq!(
            with_one_style(INDEX, "style-1.css"),
            "<head>\n  <link rel=\"icon\" href=\"/favicon.svg\">\n  <link rel=\"stylesheet\" href=\"/style-1.css\">\n</head>\n"
        );
    }

    #[test]
    fn a_sheet_that_leaves_something_open_is_found() {
        assert!(is_closed(
            "a[b] { color: var(--ink); content: \"(\"; } /* 1) 一 { */"
        ));
        for open in [
            "a { color: red;",
            "/* a",
            "a { color: var(--ink; }",
            "a } b {",
            "a::before { content: \"; }",
        ] {
            assert!(!is_closed(open), "{open}");
        }
    }

    #[test]
    fn refuses_a_script_that_the_policy_would_not_run() {
        assert!(refuse_inline_scripts("<script src=\"/start.js\"></script>").is_ok());
        assert!(
            refuse_inline_scripts("<script src=\"/start.js\"></script><script>1</script>").is_err()
        );
    }
}
