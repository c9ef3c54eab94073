//! `cargo xtask test`: every test there is, and one line with the counts at the end.
//!
//! Two runs side by side: the browser's tests, one at a time, and all others. The others wait for the compiler alone, the browser's for the page,
//! too, which for much of its time uses one core.

mod lane;

use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;

use crate::page::{self, Profile};
use crate::setup::{self, Browsers};
use crate::shell::{Failure, Outcome, not_started, run, say};
use crate::workspace;
use lane::Counts;

/// The browser's tests.
const BROWSER: [&str; 2] = ["--test", "e2e"];
/// All test programs but the browser's; a pattern, for cargo knows no other way to leave one out.
const OTHERS: [&str; 4] = ["--lib", "--bins", "--test", "[!e]*"];

/// A build in the background; it ends when nobody waits for it any more.
struct Build(Child);

impl Build {
    fn start(root: &Path) -> Outcome<Self> {
        let mut build = workspace::build(root);
        build
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            // What is wrong is told when it is waited for, in one piece.
            .stderr(Stdio::null());
        let child = build.spawn();
        child.map(Self).map_err(|error| not_started(&build, &error))
    }

    fn wait(mut self, root: &Path) -> Outcome<()> {
        if self.0.wait().is_ok_and(|status| status.success()) {
            return Ok(());
        }
        run(
            workspace::build(root).arg("--quiet"),
            "the tests could not be built; look at the compiler's output above",
        )
    }
}

impl Drop for Build {
    fn drop(&mut self) {
        // Already gone is as good as gone now.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs all tests, or those whose name holds `filter`, and ends with the line `N passed, N failed`.
pub fn test(root: &Path, filter: Option<&str>) -> Outcome<()> {
    let (mut counts, failure) = run_all(root, filter);
    let failure = failure.or_else(|| counts.complaint());
    if let Some(failure) = &failure {
        eprintln!("xtask: {failure}");
        counts.failed = counts.failed.max(1);
    }
    println!("{} passed, {} failed", counts.passed, counts.failed);
    match failure {
        // Said above already: the line with the counts stays the last.
        Some(_) => std::process::exit(1),
        None => Ok(()),
    }
}

/// Gets and builds whatever the tests need and runs them; returns what was counted, and what kept tests from running.
fn run_all(root: &Path, filter: Option<&str>) -> (Counts, Option<Failure>) {
    say(
        "building the server and the tests meanwhile (about eight minutes on two cores the first time)",
    );
    let build = Build::start(root);
    let browsers = setup::browsers(&setup::folder(root));
    let (build, browsers) = match (build, browsers) {
        (Ok(build), Ok(browsers)) => (build, browsers),
        (Err(failure), _) | (_, Err(failure)) => return (Counts::default(), Some(failure)),
    };
    thread::scope(|scope| {
        let (built, when_built) = mpsc::channel();
        let browsers = &browsers;
        let others = scope.spawn(move || run_others(root, build, built, browsers, filter));
        let of_browser = build_page(root).and_then(|()| match when_built.recv() {
            Ok(()) => run_lane(root, &BROWSER, browsers, filter),
            // The other run says why.
            Err(_) => Ok(Counts::default()),
        });
        let others = others
            .join()
            .unwrap_or_else(|_| Err(Failure::new("the tests beside the browser's ended early")));
        let mut counts = Counts::default();
        let mut failure = None;
        for outcome in [others, of_browser] {
            match outcome {
                Ok(more) => counts = counts.and(more),
                Err(more) => failure = failure.or(Some(more)),
            }
        }
        (counts, failure)
    })
}

fn build_page(root: &Path) -> Outcome<()> {
    let tools = setup::tools(root)?;
    page::build(root, &tools, Profile::Page)
}

fn run_others(
    root: &Path,
    build: Build,
    built: Sender<()>,
    browsers: &Browsers,
    filter: Option<&str>,
) -> Outcome<Counts> {
    build.wait(root)?;
    // Nobody listens any more where the page could not be built.
    built.send(()).ok();
    run_lane(root, &OTHERS, browsers, filter)
}

fn run_lane(
    root: &Path,
    programs: &[&str],
    browsers: &Browsers,
    filter: Option<&str>,
) -> Outcome<Counts> {
    let whose = if programs == BROWSER {
        "the browser's tests (15 minutes on two cores)"
    } else {
        "all other tests (10 minutes on two cores, most of it simulated offices)"
    };
    say(&format!("running {whose}"));
    // One core is the other run's.
    let threads = thread::available_parallelism().map_or(1, |cores| cores.get() - 1);
    let mut tests = workspace::test(root);
    tests
        .arg("--no-fail-fast")
        .args(programs)
        // What passing tests count, the planted faults that were caught among it, is told too.
        .args(["--", "--show-output"])
        .args(filter);
    tests
        .env("RUST_TEST_THREADS", threads.max(1).to_string())
        .env("DIAODU_BIN", root.join("target/debug/diaodu"))
        .env("DIAODU_CHROMIUM", &browsers.chromium)
        .env("DIAODU_HEADLESS", &browsers.headless)
        .env("DIAODU_OLD_BROWSERS", &browsers.old)
        .env("DIAODU_PYTHON", &browsers.python);
    let counts = lane::run(&mut tests)?;
    say(&format!("through with {whose}"));
    Ok(counts)
}
