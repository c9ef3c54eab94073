//! Real Chromium without a window, driven over its DevTools protocol: the same few commands for versions 80 to now.
//!
//! Knows pages, keys and pictures; what Diaodu's page looks like is known to the tests.

pub mod keys;
pub mod line;
pub mod tab;

use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;

use serde_json::json;

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

/// A browser with a profile that may outlive it.
pub struct Browser {
    child: Child,
    line: Rc<RefCell<Line>>,
    profile: Rc<Folder>,
    version: Version,
}

impl Browser {
    /// Starts the installed Chromium with a fresh profile.
    pub fn start() -> Self {
        Self::start_as(Version::Current)
    }

    /// Starts a browser of this version with a fresh profile.
    pub fn start_as(version: Version) -> Self {
        Self::launch(version, Rc::new(Folder::new("browser")))
    }

    /// Ends the browser as a crash does, and starts it again with what it had kept on disk.
    pub fn crash_and_return(mut self) -> Self {
        self.end();
        let (version, profile) = (self.version, self.profile.clone());
        drop(self);
        Self::launch(version, profile)
    }

    /// Opens a new tab.
    pub fn tab(&self) -> Tab {
        let target = self.line.borrow_mut().ask(
            "Target.createTarget",
            &json!({ "url": "about:blank" }),
            None,
        );
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
        let mut command = command(version);
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
                profile.path().join("profile").display()
            ))
            .arg("about:blank");
        command
            .env("HOME", profile.path())
            .env("LANGUAGE", "zh_CN")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{:?} does not start: {error}", command.get_program()));
        let address = devtools_address(&mut child);
        let line = Rc::new(RefCell::new(Line::open(&address)));
        Self {
            child,
            line,
            profile,
            version,
        }
    }

    fn end(&mut self) {
        // Already gone is as good as gone now.
        self.child.kill().ok();
        self.child.wait().ok();
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

fn command(version: Version) -> Command {
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
