//! `cargo xtask test`: every test there is, and one line with the counts at the end.
//!
//! Two runs side by side: the browser's tests and all others. The others wait for the compiler alone, the browser's for the page, too, which
//! for much of its time uses one core.

mod lane;

use std::num::NonZero;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;

use crate::page::{self, Profile};
use crate::setup::{self, Browsers};
use crate::shell::{Failure, Outcome, not_started, run, say};
use crate::workspace;
use lane::Counts;

/// The program with the browser's tests.
const BROWSER: &str = "e2e";

/// One of the two runs.
#[derive(Clone, Copy)]
enum Run {
    Browser,
    Others,
}

impl Run {
    fn name(self) -> &'static str {
        match self {
            Run::Browser => "the browser's tests",
            Run::Others => "all other tests",
        }
    }

    /// About how long it takes.
    fn takes(self) -> &'static str {
        match self {
            Run::Browser => "15 minutes on two cores",
            Run::Others => "15 minutes on two cores, most of it simulated offices",
        }
    }

    /// Returns what names the programs to cargo.
    fn programs(self, all: &[String]) -> Vec<&str> {
        let is_meant = |program: &&String| match self {
            Run::Browser => *program == BROWSER,
            Run::Others => *program != BROWSER,
        };
        let mut named: Vec<&str> = all
            .iter()
            .filter(is_meant)
            .flat_map(|program| ["--test", program.as_str()])
            .collect();
        if let Run::Others = self {
            named.extend(["--lib", "--bins"]);
        }
        named
    }
}

/// A build in the background. When nobody waits for it any more, its compilers end what they have begun.
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
    let (counts, ran) = run_all(root, filter).unwrap_or_else(|failure| {
        tell(&failure);
        (Counts::default(), false)
    });
    let complaint = counts.complaint();
    // A name that no test holds is a slip of the keys.
    let complaint = complaint.or_else(|| {
        (ran && counts.passed == 0)
            .then(|| Failure::new("no test has run; is there one of that name?"))
    });
    if let Some(complaint) = &complaint {
        tell(complaint);
    }
    if ran && complaint.is_none() {
        println!("{} passed, 0 failed", counts.passed);
        return Ok(());
    }
    println!("{} passed, {} failed", counts.passed, counts.failed.max(1));
    // Said above already: the line with the counts stays the last.
    std::process::exit(1)
}

fn tell(failure: &Failure) {
    eprintln!("xtask: {failure}");
}

/// Gets and builds whatever the tests need and runs them. Result: what was counted, and whether all that was to run did. What kept something from
/// running is told as it happens.
fn run_all(root: &Path, filter: Option<&str>) -> Outcome<(Counts, bool)> {
    say(
        "building server and tests beside all else (about eight minutes on two cores the first time)",
    );
    let build = Build::start(root)?;
    let browsers = &setup::browsers(&setup::folder(root))?;
    let tools = setup::tools(root)?;
    let programs = &workspace::test_programs(root)?;
    Ok(thread::scope(|scope| {
        let (built, when_built) = mpsc::channel();
        let others = scope.spawn(move || {
            told(run_others(root, build, built, || {
                run_tests(root, Run::Others, programs, browsers, filter)
            }))
        });
        let page = page::build(root, &tools, Profile::Page);
        let of_browser = told(page).and_then(|()| {
            // The other run says why, if it is not.
            when_built.recv().ok()?;
            told(run_tests(root, Run::Browser, programs, browsers, filter))
        });
        let others = others.join().unwrap_or_default();
        let ran = others.is_some() && of_browser.is_some();
        let counts = others
            .unwrap_or_default()
            .and(of_browser.unwrap_or_default());
        (counts, ran)
    }))
}

/// Tells a failure at once: the other run may take its time yet.
fn told<T>(outcome: Outcome<T>) -> Option<T> {
    outcome.inspect_err(tell).ok()
}

fn run_others(
    root: &Path,
    build: Build,
    built: Sender<()>,
    run_tests: impl FnOnce() -> Outcome<Counts>,
) -> Outcome<Counts> {
    build.wait(root)?;
    // Nobody listens any more where the page could not be built.
    built.send(()).ok();
    run_tests()
}

fn run_tests(
    root: &Path,
    which: Run,
    programs: &[String],
    browsers: &Browsers,
    filter: Option<&str>,
) -> Outcome<Counts> {
    say(&format!("running {} ({})", which.name(), which.takes()));
    let mut tests = workspace::test(root);
    tests
        .arg("--no-fail-fast")
        .args(which.programs(programs))
        // What passing tests count, the planted faults that were caught among it, is told too.
        .args(["--", "--show-output"])
        .args(filter);
    // One core is the other run's. Browsers' tests wait for each other anyway.
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    tests
        .env("RUST_TEST_THREADS", (cores - 1).max(1).to_string())
        .env("DIAODU_BIN", root.join("target/debug/diaodu"))
        .env("DIAODU_CHROMIUM", &browsers.chromium)
        .env("DIAODU_HEADLESS", &browsers.headless)
        .env("DIAODU_OLD_BROWSERS", &browsers.old)
        .env("DIAODU_PYTHON", &browsers.python);
    let counts = lane::run(&mut tests)?;
    say(&format!("through with {}", which.name()));
    Ok(counts)
}
