//! `cargo xtask check`: format, lints, and the rules that ARCHITECTURE.md promises.

mod files;
mod imports;
mod licences;
mod source;
mod words;

use std::io::IsTerminal;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::shell::{Failure, Outcome, cargo, not_started, say};
use crate::workspace;

/// What a rule has found, each with its place: a sentence, or the compiler's own words. Empty is good.
type Complaints = Vec<String>;

/// A rule's promise, and what looks whether it is kept.
type Rule = (&'static str, fn(&Project) -> Outcome<Complaints>);

const RULES: [Rule; 13] = [
    (
        "crates import only whom ARCHITECTURE.md allows",
        imports::arrows,
    ),
    (
        "the middle crates depend on nothing that does IO",
        imports::pure_dependencies,
    ),
    (
        "the middle crates use no clock, files, threads, randomness or async",
        words::pure_sources,
    ),
    (
        "wire, sync and the grid do not know the plan",
        words::strangers_to_the_plan,
    ),
    ("only server/storage speaks SQL", words::sql_in_storage),
    (
        "sentences for people stand in locales and templates",
        words::sentences_in_locales,
    ),
    (
        "English says everything that Chinese says",
        files::complete_locales,
    ),
    ("every licence is permissive", licences::permissive),
    (
        "ARCHITECTURE.md stays under 200 lines",
        files::short_architecture,
    ),
    (
        "no file names a folder of one machine",
        files::no_machine_paths,
    ),
    (
        "every source file begins by saying what it owns",
        files::openings,
    ),
    (
        "style and scripts stay within Chromium 80 and this host",
        files::old_browsers,
    ),
    ("the code is formatted", formatted),
];

/// What the rules look at.
pub struct Project<'a> {
    root: &'a Path,
    /// `cargo metadata`, dependencies included.
    metadata: Value,
    /// All files that are, or would be, in the repository.
    files: Vec<String>,
}

/// Keeps all rules, then the lints; ends with the line `N passed, N failed`.
pub fn check(root: &Path) -> Outcome<()> {
    let project = Project {
        root,
        metadata: workspace::metadata(root, &[])?,
        files: files::tracked(root)?,
    };
    let mut passed = 0;
    let mut failed = 0;
    let mut note = |promise: &str, complaints: Complaints| {
        if complaints.is_empty() {
            println!("ok      {promise}");
            passed += 1;
        } else {
            println!("BROKEN  {promise}");
            for complaint in complaints {
                println!("          {complaint}");
            }
            failed += 1;
        }
    };
    for (promise, look) in RULES {
        note(promise, look(&project)?);
    }
    say("clippy over all crates, as they are built (eight minutes on two cores the first time)");
    note("clippy finds nothing", lints(&project)?);
    println!("{passed} passed, {failed} failed");
    if failed > 0 {
        // Said above already: the line with the counts stays the last.
        std::process::exit(1);
    }
    Ok(())
}

fn formatted(project: &Project) -> Outcome<Complaints> {
    tool(
        project,
        &["fmt", "--all", "--check", "--", "--files-with-diff"],
        "`cargo fmt` mends it",
    )
}

fn lints(project: &Project) -> Outcome<Complaints> {
    if !workspace::has_clippy() {
        return Err(Failure::new(
            "clippy is missing; type `rustup component add clippy`, or install your distribution's package for it",
        ));
    }
    let mut build = workspace::build(project.root);
    // As values: warnings of crates that need not be built again are among them, too.
    let format = match std::io::stdout().is_terminal() {
        true => "json-diagnostic-rendered-ansi",
        false => "json",
    };
    build
        .args(["--quiet", "--message-format", format])
        .stderr(Stdio::inherit());
    let output = build
        .output()
        .map_err(|error| not_started(&build, &error))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut complaints: Complaints = text.lines().filter_map(complaint_in).collect();
    // A crate is compiled for itself and for its tests, and complained of twice.
    complaints.sort();
    complaints.dedup();
    if complaints.is_empty() && !output.status.success() {
        complaints.push("the workspace does not build; see above".to_owned());
    }
    Ok(complaints)
}

/// Reads one line of cargo's; a warning of the compiler's and one of clippy's count alike.
fn complaint_in(line: &str) -> Option<String> {
    let value: Value = serde_json::from_str(line).ok()?;
    if value["reason"] != "compiler-message" {
        return None;
    }
    let message = &value["message"];
    let words = message["message"].as_str()?;
    // What sums up the complaints of a crate.
    let is_sum = words.ends_with(" emitted") || words.starts_with("aborting due to");
    if is_sum || message["level"] == "failure-note" {
        return None;
    }
    message["rendered"].as_str().map(str::to_owned)
}

fn tool(project: &Project, arguments: &[&str], advice: &str) -> Outcome<Complaints> {
    let mut command: Command = cargo();
    command.current_dir(project.root).args(arguments);
    let status = command
        .status()
        .map_err(|error| not_started(&command, &error))?;
    Ok(if status.success() {
        Vec::new()
    } else {
        vec![format!(
            "`cargo {}` complains; {advice}",
            arguments.join(" ")
        )]
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_warning_is_a_complaint_and_its_place_is_told() {
        let check = |level: &str, words: &str, is_complaint: bool| {
            let line = json!({"reason": "compiler-message", "message": {
                "level": level, "message": words, "rendered": format!("{level}: {words}, in colour")
            }});
            let expected = is_complaint.then(|| format!("{level}: {words}, in colour"));
            assert_eq!(complaint_in(&line.to_string()), expected, "{words}");
        };
        check("warning", "unused import: `Command`", true);
        check("warning", "unknown lint: `clippy::unwrap_use`", true);
        check("error", "linking with `cc` failed: exit status: 1", true);
        check("warning", "1 warning emitted", false);
        check("error", "aborting due to 2 previous errors", false);
        check(
            "failure-note",
            "Some errors have detailed explanations",
            false,
        );
        assert_eq!(
            complaint_in(r#"{"reason":"build-finished","success":true}"#),
            None
        );
        assert_eq!(complaint_in("Compiling"), None);
    }
}
