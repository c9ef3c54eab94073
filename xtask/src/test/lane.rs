//! A run of test programs, one after the other, beside another such run: its output in view, its results added up.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::shell::{Failure, Outcome, not_started};

/// How many tests passed, failed and were left out.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Tests that kept their promise.
    pub passed: usize,
    /// Tests that did not.
    pub failed: usize,
    ignored: usize,
}

impl Counts {
    /// Returns both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            ignored: self.ignored + other.ignored,
        }
    }

    /// Says in one sentence what is wrong, if anything is.
    pub fn complaint(self) -> Option<Failure> {
        if self.ignored > 0 {
            let sentence = format!("{} tests are ignored; a test runs or goes", self.ignored);
            return Some(Failure::new(sentence));
        }
        (self.failed > 0).then(|| Failure::new("tests failed; their names and reasons stand above"))
    }
}

/// Runs test programs and adds up what each says at its end. An ignored test counts as failed.
///
/// Each test is told of as it ends; what a program says beyond that, reasons of failures above all, comes in one piece when it ends.
pub fn run(tests: &mut Command) -> Outcome<Counts> {
    let mut child = tests
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(tests, &error))?;
    let output = child.stdout.take().map(BufReader::new);
    let counts = output.map(|output| read(output, &mut |words| print!("{words}")));
    let ended_well = child.wait().is_ok_and(|status| status.success());
    Ok(settled(counts.unwrap_or_default(), ended_well))
}

/// Adds up what test programs say. `tell` gets it all, each line with its end.
fn read(output: impl BufRead, tell: &mut dyn FnMut(&str)) -> Counts {
    let mut counts = Counts::default();
    let mut said = String::new();
    for line in output.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line) + "\n";
        let result = counts_in(&line);
        if line.starts_with("test ") && result.is_none() {
            tell(&line);
            continue;
        }
        said += &line;
        if let Some(more) = result {
            counts = counts.and(more);
            tell(&std::mem::take(&mut said));
        }
    }
    tell(&said);
    counts
}

fn settled(mut counts: Counts, ended_well: bool) -> Counts {
    counts.failed += counts.ignored;
    if !ended_well {
        // A test program that dies says nothing about its tests.
        counts.failed = counts.failed.max(1);
    }
    counts
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

    #[test]
    fn adds_up_programs_and_counts_one_that_dies_and_what_is_ignored() {
        const GOOD: &str = "test a ... ok\ntest result: ok. 3 passed; 0 failed; 0 ignored\n";
        const IGNORING: &str = "test result: ok. 3 passed; 0 failed; 2 ignored\n";
        let check = |said: &str, ended_well: bool, passed: usize, failed: usize| {
            let counts = settled(read(said.as_bytes(), &mut |_| {}), ended_well);
            assert_eq!((counts.passed, counts.failed), (passed, failed), "{said}");
        };
        check(&format!("{GOOD}{GOOD}"), true, 6, 0);
        check(GOOD, false, 3, 1);
        check("test a ... ", false, 0, 1);
        check(IGNORING, true, 3, 2);
    }

    #[test]
    fn tells_of_tests_at_once_and_of_everything_else_in_one_piece() {
        let said = "\nrunning 1 test\ntest a has been running for over 60 seconds\ntest a ... ok\nreasons\ntest result: ok. 1 passed; 0 failed; 0 ignored\nlast\n";
        let mut told = Vec::new();
        read(said.as_bytes(), &mut |words| told.push(words.to_owned()));
        assert_eq!(
            told,
            [
                "test a has been running for over 60 seconds\n",
                "test a ... ok\n",
                "\nrunning 1 test\nreasons\ntest result: ok. 1 passed; 0 failed; 0 ignored\n",
                "last\n",
            ]
        );
    }
}
