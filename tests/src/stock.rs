//! Stock automerge-repo clients in JavaScript, told what to do by lines of JSON.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
    time::timeout,
};

use crate::{
    interop::{Desk, PATIENCE},
    process::project,
};

/// A node process full of stock automerge-repo clients.
pub struct Stock {
    _child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Stock {
    /// Starts node.
    pub fn start() -> Stock {
        let program = stock_clients();
        let mut command = tokio::process::Command::new("node");
        command
            .arg(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let child = command.spawn();
        let mut child = child.unwrap_or_else(|error| {
            panic!("node does not start ({error}); install it: apt-get install nodejs npm")
        });
        let (input, output) = (
            child.stdin.take().expect("stdin is piped"),
            child.stdout.take().expect("stdout is piped"),
        );
        Stock {
            _child: child,
            input,
            output: BufReader::new(output).lines(),
        }
    }

    /// Gives one command and returns its answer. Panics when the answer is no.
    pub async fn ask(&mut self, command: Value) -> Value {
        self.input
            .write_all(format!("{command}\n").as_bytes())
            .await
            .expect("node listens");
        let line = timeout(PATIENCE, self.output.next_line()).await;
        let line = line
            .unwrap_or_else(|_| panic!("no answer to {command}"))
            .expect("node writes text");
        let answer: Value =
            serde_json::from_str(&line.unwrap_or_else(|| panic!("node ended at {command}")))
                .expect("an answer is JSON");
        assert_eq!(answer["ok"], true, "{command}: {answer}");
        answer
    }

    /// Lets some clients more open the document.
    pub async fn open(&mut self, desk: &Desk, url: &str, count: usize) {
        let server = desk.sync_address().await.expect("a token");
        self.ask(json!({ "command": "open", "server": server, "url": url, "count": count }))
            .await;
    }
}

/// Runs a program to its end; panics with what it said when it fails.
pub fn run(command: &mut Command, mend: &str) -> String {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{name} does not start ({error}); install it: {mend}"));
    assert!(
        output.status.success(),
        "{name} failed; if something is missing: {mend}\n{}",
        said(&output)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Puts the stock clients and their packages below `target/interop`; returns the program to run with node.
pub fn stock_clients() -> &'static Path {
    static READY: OnceLock<PathBuf> = OnceLock::new();
    READY.get_or_init(|| {
        let (source, target) = (
            project().join("tests/interop/js"),
            project().join("target/interop"),
        );
        std::fs::create_dir_all(&target).expect("target can be written");
        // Other test programs want the same at the same time.
        let lock = File::create(target.join("lock")).expect("target can be written");
        lock.lock().expect("files can be locked");
        let mut changed = !target.join("node_modules/.package-lock.json").is_file();
        for name in ["package.json", "package-lock.json", "clients.js"] {
            let new = std::fs::read(source.join(name)).expect("the project is whole");
            let known = std::fs::read(target.join(name)).ok();
            if known.as_ref() != Some(&new) {
                changed |= name == "package-lock.json";
                std::fs::write(target.join(name), new).expect("target can be written");
            }
        }
        if changed {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(&target);
            run(&mut npm, "apt-get install nodejs npm");
        }
        target.join("clients.js")
    })
}
