//! `cargo xtask test`: every test there is, and one line with the counts at the end.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::page::{self, Profile};
use crate::setup;
use crate::shell::{Failure, Outcome, cargo, not_started, run, say};

/// Server and tests of the whole workspace in one call: another selection, or the server without the tests, would build shared crates twice,
/// with other features.
const BUILD: [&str; 6] = [
    "build",
    "--workspace",
    "--bin",
    "diaodu",
    "--tests",
    "--quiet",
];

/// How many tests passed, failed and were left out.
#[derive(Default, Clone, Copy)]
struct Counts {
    passed: usize,
    failed: usize,
    ignored: usize,
}

/// A build in the background; nobody waits for it after a failure.
struct Ahead(Child);

impl Drop for Ahead {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs all tests, or those whose name holds `filter`, and ends with the line `N passed, N failed`.
pub fn test(root: &Path, filter: Option<&str>) -> Outcome<()> {
    let prepared = prepare(root);
    let (counts, failure) = match prepared {
        Ok(mut tests) => {
            if let Some(filter) = filter {
                tests.args(["--", filter]);
            }
            run_and_count(&mut tests)?
        }
        Err(failure) => (
            Counts {
                failed: 1,
                ..Counts::default()
            },
            Some(failure),
        ),
    };
    if let Some(failure) = &failure {
        eprintln!("xtask: {failure}");
    }
    println!("{} passed, {} failed", counts.passed, counts.failed);
    match failure {
        // Said above already: the line with the counts stays the last.
        Some(_) => std::process::exit(1),
        None => Ok(()),
    }
}

/// Gets and builds whatever the tests need, and returns the command that runs them.
fn prepare(root: &Path) -> Outcome<Command> {
    let setup = setup::folder(root);
    let ahead = build_ahead(root);
    let tools = setup::tools(root)?;
    let browsers = setup::browsers(&setup)?;
    page::build(root, &tools, Profile::Page)?;
    if let Some(mut ahead) = ahead {
        // What is wrong, if anything, is told by the build that counts.
        let _ = ahead.0.wait();
    }
    say("building the server and the tests (about six minutes on two cores the first time)");
    let mut build = cargo();
    build.current_dir(root).args(BUILD);
    run(
        &mut build,
        "the tests could not be built; look at the compiler's output above",
    )?;
    say("running the tests (ten minutes on two cores; most of it simulated offices and browsers)");
    let mut tests = cargo();
    tests
        .current_dir(root)
        .args(["test", "--workspace", "--no-fail-fast", "--"])
        // What passing tests count, the planted faults that were caught among it, is told too.
        .arg("--show-output");
    tests.env("DIAODU_BIN", root.join("target/debug/diaodu"));
    tests
        .env("DIAODU_CHROMIUM", browsers.chromium)
        .env("DIAODU_HEADLESS", browsers.headless)
        .env("DIAODU_OLD_BROWSERS", browsers.old)
        .env("DIAODU_PYTHON", browsers.python);
    Ok(tests)
}

/// On a fresh checkout, builds server and tests while tools and page are made, which for much of their time use one core: all but a few crates
/// are ready when the page can be built into the server. Until then the page is empty.
fn build_ahead(root: &Path) -> Option<Ahead> {
    if root.join("target/debug/diaodu").exists() {
        return None;
    }
    let build = cargo()
        .current_dir(root)
        .args(BUILD)
        .env("DIAODU_PAGE", "../target/page/empty")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    build.ok().map(Ahead)
}

/// Runs the tests, their output in view, and adds up what each test program says at its end.
fn run_and_count(tests: &mut Command) -> Outcome<(Counts, Option<Failure>)> {
    let mut child = tests
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(tests, &error))?;
    let mut counts = Counts::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            if let Some(more) = counts_in(&line) {
                counts.passed += more.passed;
                counts.failed += more.failed;
                counts.ignored += more.ignored;
            }
        }
    }
    let ended_well = child.wait().is_ok_and(|status| status.success());
    if counts.ignored > 0 {
        counts.failed += counts.ignored;
        let sentence = format!("{} tests are ignored; a test runs or goes", counts.ignored);
        return Ok((counts, Some(Failure::new(sentence))));
    }
    if ended_well {
        return Ok((counts, None));
    }
    // A test program that dies says nothing about its tests.
    counts.failed = counts.failed.max(1);
    Ok((
        counts,
        Some(Failure::new(
            "tests failed; their names and reasons stand above",
        )),
    ))
}

/// Reads `test result: ok. 12 passed; 0 failed; 0 ignored; …`.
fn counts_in(line: &str) -> Option<Counts> {
    let rest = line.trim().strip_prefix("test result: ")?;
    let (_, numbers) = rest.split_once(". ")?;
    let number_of = |word: &str| {
        let part = numbers
            .split(';')
            .find(|part| part.trim().ends_with(word))?;
        part.split_whitespace().next()?.parse().ok()
    };
    Some(Counts {
        passed: number_of("passed")?,
        failed: number_of("failed")?,
        ignored: number_of("ignored")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_counts(line: &str, expected: Option<(usize, usize, usize)>) {
        let counts = counts_in(line).map(|counts| (counts.passed, counts.failed, counts.ignored));
        assert_eq!(counts, expected, "{line}");
    }

    #[test]
    fn reads_what_a_test_program_says_at_its_end() {
        check_counts(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s",
            Some((12, 0, 1)),
        );
        check_counts(
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            Some((1, 2, 0)),
        );
        check_counts("test gate::tests::refuses ... ok", None);
        check_counts("12 passed", None);
    }
}
