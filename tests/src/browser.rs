//! Real Chromium without a window, driven over its DevTools protocol: the same few commands for versions 80 to now.
//!
//! Knows pages, keys and pictures; what Diaodu's page looks like is known to the tests.

pub mod keys;
pub mod line;
pub mod tab;

use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::process::{Folder, project};
use line::Line;
use tab::Tab;

/// 1366×768: the commonest desk.
const WINDOW: (u32, u32) = (1366, 768);

/// A name that the browsers take for this machine.
pub const INTRANET: &str = "diaodu.intranet";

/// Which Chromium.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The one that is installed.
    Current,
    /// 80 or 90, as `cargo xtask setup tests` fetched it.
    Old(u32),
}

/// A browser that knows nothing of others: with a profile that may outlive it, or with one in memory.
pub struct Browser {
    program: Program,
    line: Rc<RefCell<Line>>,
    profile: Rc<Folder>,
    version: Version,
}

/// The program that is driven.
enum Program {
    /// Ours alone, with a profile on disk.
    Own(Child),
    /// One that other tests have used and will use: what is opened here lies in a context of its own, which goes with it.
    Shared {
        /// `None` once it was given back.
        process: Option<Shared>,
        context: Value,
    },
}

/// A process of the current Chromium. Ends with the tests: a shell waits for the end of its input, which nobody writes to.
struct Shared {
    address: String,
    _input: ChildStdin,
}

/// Starts a browser beside its shell, and ends it and clears its folder when the input ends.
const WATCHED: &str = r#"folder=$1; shift; "$@" & read -r _; kill -9 $!; wait; rm -rf "$folder""#;

/// Those that nobody uses now.
static RESTING: Mutex<Vec<Shared>> = Mutex::new(Vec::new());

impl Shared {
    /// Takes one that rests, or starts one.
    fn take() -> Self {
        let resting = RESTING.lock().unwrap_or_else(PoisonError::into_inner).pop();
        resting.unwrap_or_else(Self::start)
    }

    fn start() -> Self {
        let folder = Folder::new("shared-browser").keep();
        let browser = command(headless(), &folder);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", WATCHED, "sh"])
            .arg(&folder)
            .arg(browser.get_program())
            .args(browser.get_args());
        for (name, value) in browser.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        let mut child = spawn(shell.stdin(Stdio::piped()));
        let address = devtools_address(&mut child);
        Self {
            address,
            _input: child.stdin.take().expect("stdin is piped"),
        }
    }
}

impl Browser {
    /// Opens a browser that has no past and leaves nothing, in a process that serves one test after the other: a start takes longer than many a
    /// test.
    pub fn shared() -> Self {
        let process = Shared::take();
        let mut line = Line::open(&process.address);
        let context = line.ask("Target.createBrowserContext", &json!({}), None);
        Self {
            program: Program::Shared {
                process: Some(process),
                context: context["browserContextId"].clone(),
            },
            line: Rc::new(RefCell::new(line)),
            profile: Rc::new(Folder::new("browser")),
            version: Version::Current,
        }
    }

    /// Starts the installed Chromium with a fresh profile.
    pub fn start() -> Self {
        Self::start_as(Version::Current)
    }

    /// Starts a browser of this version with a fresh profile.
    pub fn start_as(version: Version) -> Self {
        Self::launch(version, Rc::new(Folder::new("browser")))
    }

    /// Ends the browser as a crash does, and starts it again with what it had kept on disk. Panics for a shared one, which keeps nothing.
    pub fn crash_and_return(mut self) -> Self {
        assert!(
            matches!(self.program, Program::Own(_)),
            "a shared browser has no disk to return from"
        );
        self.end();
        let (version, profile) = (self.version, self.profile.clone());
        drop(self);
        Self::launch(version, profile)
    }

    /// Opens a new tab.
    pub fn tab(&self) -> Tab {
        let mut place = json!({ "url": "about:blank" });
        if let Program::Shared { context, .. } = &self.program {
            place["browserContextId"] = context.clone();
        }
        let target = self
            .line
            .borrow_mut()
            .ask("Target.createTarget", &place, None);
        let target = target["targetId"].clone();
        let attached = self.line.borrow_mut().ask(
            "Target.attachToTarget",
            &json!({ "targetId": target, "flatten": true }),
            None,
        );
        let session = attached["sessionId"]
            .as_str()
            .expect("a tab has a session")
            .to_owned();
        let tab = Tab {
            line: self.line.clone(),
            session,
            downloads: self.profile.path().join("downloads"),
        };
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            tab.command(domain, json!({}));
        }
        tab.resize(WINDOW.0, WINDOW.1);
        tab
    }

    fn launch(version: Version, profile: Rc<Folder>) -> Self {
        let mut child = spawn(command(program(version), profile.path()).stdin(Stdio::null()));
        let line = Line::open(&devtools_address(&mut child));
        Self {
            program: Program::Own(child),
            line: Rc::new(RefCell::new(line)),
            profile,
            version,
        }
    }

    fn end(&mut self) {
        match &mut self.program {
            // Already gone is as good as gone now.
            Program::Own(child) => {
                child.kill().ok();
                child.wait().ok();
            }
            Program::Shared { process, context } => {
                let closed = self.line.borrow_mut().try_ask(
                    "Target.disposeBrowserContext",
                    &json!({ "browserContextId": context }),
                    None,
                );
                // After a failure nobody knows what state it is in: the next test starts another.
                if let Some(process) = process
                    .take()
                    .filter(|_| closed.is_ok() && !std::thread::panicking())
                {
                    RESTING
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(process);
                }
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the pages complained: {:#?}", self.line.borrow().complaints);
        }
        self.end();
    }
}

fn spawn(command: &mut Command) -> Child {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{:?} does not start: {error}", command.get_program()))
}

/// Returns what starts a browser with its profile in a folder.
fn command(mut command: Command, folder: &Path) -> Command {
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-dev-shm-usage",
    ]);
    command.args([
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
    ]);
    // A tab in the background is a desk in the background: it must go on as usual.
    command.args([
        "--disable-background-timer-throttling",
        "--disable-renderer-backgrounding",
        "--disable-backgrounding-occluded-windows",
    ]);
    // Another name for this machine: not localhost, so pages there are as insecure as on any plain-http intranet.
    command.arg(format!("--host-resolver-rules=MAP {INTRANET} 127.0.0.1"));
    command.args([
        "--lang=zh-CN",
        "--hide-scrollbars",
        "--force-color-profile=srgb",
        "--remote-debugging-port=0",
    ]);
    command
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ))
        .arg("about:blank");
    command.env("HOME", folder).env("LANGUAGE", "zh_CN");
    command
}

/// The current Chromium's engine without its window, tabs and bars, which cost a page more than the page itself does.
fn headless() -> Command {
    match std::env::var_os("DIAODU_HEADLESS") {
        Some(chosen) => Command::new(chosen),
        None => program(Version::Current),
    }
}

fn program(version: Version) -> Command {
    match version {
        Version::Current => {
            let chosen = std::env::var_os("DIAODU_CHROMIUM").unwrap_or_else(|| "chromium".into());
            Command::new(chosen)
        }
        Version::Old(number) => {
            let chosen = std::env::var_os("DIAODU_OLD_BROWSERS").map(PathBuf::from);
            let folder = chosen
                .unwrap_or_else(|| project().join("target/setup/browsers"))
                .join(format!("chromium-{number}"));
            let program = folder.join("chromium");
            assert!(
                program.is_file(),
                "{} is missing: type `cargo xtask setup tests`",
                program.display()
            );
            let mut command = Command::new(program);
            // It was packed for a machine without a user's session: its own libraries. As one process, as it is run there, 90 now and
            // then hangs before its first page.
            command
                .arg("--no-zygote")
                .env("LD_LIBRARY_PATH", folder.join("lib"));
            command
        }
    }
}

fn devtools_address(child: &mut Child) -> String {
    let mut output = BufReader::new(child.stderr.take().expect("stderr is piped"));
    let mut said = String::new();
    loop {
        let mut line = String::new();
        let read = output.read_line(&mut line).unwrap_or_default();
        assert!(
            read > 0,
            "the browser ended before it could be driven: {said}"
        );
        if let Some(address) = line.trim().strip_prefix("DevTools listening on ") {
            let address = address.to_owned();
            // A full pipe would stop the browser.
            std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
            return address;
        }
        said.push_str(&line);
    }
}
