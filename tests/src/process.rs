//! The real program `diaodu`, started, killed and started again. Leaves out talking to it, see `interop` and `browser`.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The password of all demo accounts in tests.
pub const PASSWORD: &str = "同心协力60天";

/// 60 s: whatever a real process has not done by then on a busy machine it never will.
const PATIENCE: Duration = Duration::from_secs(60);
/// 20 ms between two looks: soon enough for people, cheap enough for two cores.
const GLANCE: Duration = Duration::from_millis(20);

/// Looks until something is there. Panics with what was waited for when patience ends.
///
/// `look` returns `None` while there is nothing to see yet.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < end, "waited in vain for {what}");
        thread::sleep(GLANCE);
    }
}

/// Returns the project's folder.
pub fn project() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent()
        .expect("the crate lies in the project")
        .to_path_buf()
}

/// A folder of its own for one test, below `target/tests`; removed when the test ends well, kept when it fails.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes an empty folder.
    pub fn new(name: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = project()
            .join("target/tests")
            .join(format!("{name}-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("target can be written");
        Self(path)
    }

    /// Returns where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Returns where it lies; who uses it clears it away.
    pub fn keep(self) -> PathBuf {
        std::mem::ManuallyDrop::new(self).0.clone()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !thread::panicking() {
            // A browser that is still dying may hold files; they are below target all the same.
            fs::remove_dir_all(&self.0).ok();
        }
    }
}

/// The files of a data folder whose server has stopped. Another server goes on from there as the same one would.
#[derive(Debug)]
pub struct DataCopy(Vec<(OsString, Vec<u8>)>);

impl DataCopy {
    /// Reads the files of a folder. Panics if there is a folder in it, as attachments and TLS make one.
    pub fn of(folder: &Path) -> Self {
        let files = fs::read_dir(folder).expect("the server has made its folder");
        let files = files.map(|file| {
            let file = file.expect("the folder can be read");
            let bytes = fs::read(file.path()).expect("there are files alone, and they can be read");
            (file.file_name(), bytes)
        });
        Self(files.collect())
    }

    /// Makes the folder and writes the files.
    pub fn write(&self, folder: &Path) {
        fs::create_dir_all(folder).expect("target can be written");
        for (name, bytes) in &self.0 {
            fs::write(folder.join(name), bytes).expect("target can be written");
        }
    }
}

/// With these options most tests start: what their first start makes is made once for all of them.
const USUAL: [&[&str]; 2] = [&["--demo"], &["--demo", "--sample"]];

/// What the first starts with the usual options have left.
static MADE: Mutex<Vec<(&'static [&'static str], DataCopy)>> = Mutex::new(Vec::new());

/// A running server with its own data folder.
#[derive(Debug)]
pub struct ServerProcess {
    child: Option<Child>,
    scheme: &'static str,
    address: SocketAddr,
    folder: Folder,
    options: Vec<String>,
    /// Given to the server for the demo accounts; it draws one itself where there is none.
    password: Option<&'static str>,
}

impl ServerProcess {
    /// Starts a demo server on a free port and waits until it answers.
    pub fn start() -> Self {
        Self::start_with(&["--demo"])
    }

    /// Starts a server with these options after `--data` and `--listen`.
    pub fn start_with(options: &[&str]) -> Self {
        Self::start_as(options, Some(PASSWORD))
    }

    /// Starts a server that draws the password of the demo accounts itself.
    pub fn start_drawing_password(options: &[&str]) -> Self {
        Self::start_as(options, None)
    }

    fn start_as(options: &[&str], password: Option<&'static str>) -> Self {
        let folder = Folder::new("server");
        let usual = USUAL.into_iter().find(|usual| *usual == options);
        if let Some(usual) = usual.filter(|_| password == Some(PASSWORD)) {
            let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
            let known = made.iter().position(|(options, _)| *options == usual);
            let known = known.unwrap_or_else(|| {
                made.push((usual, Self::make(usual)));
                made.len() - 1
            });
            made[known].1.write(&folder.path().join("data"));
        }
        Self::start_in(folder, options, password)
    }

    fn make(options: &[&str]) -> DataCopy {
        let mut first = Self::start_in(Folder::new("first"), options, Some(PASSWORD));
        first.kill();
        DataCopy::of(&first.data())
    }

    fn start_in(folder: Folder, options: &[&str], password: Option<&'static str>) -> Self {
        let options = options.iter().map(|&option| option.to_owned()).collect();
        let mut server = Self {
            child: None,
            scheme: "http",
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            folder,
            options,
            password,
        };
        server.launch();
        server
    }

    /// Returns `http://127.0.0.1:PORT`, or `https://` if the server says so.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Returns where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the folder that the database lies in.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Returns what the server has printed since it was last started.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Returns the server's process id, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Ends the server as a power cut does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the server was running");
            child.wait().expect("a killed process ends");
        }
    }

    /// Starts the server again, on the same port and data.
    pub fn restart(&mut self) {
        self.kill();
        self.launch();
    }

    /// Starts the server again with other options.
    pub fn restart_with(&mut self, options: &[&str]) {
        self.options = options.iter().map(|&option| option.to_owned()).collect();
        self.restart();
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn launch(&mut self) {
        let program = server_program();
        let log = File::create(self.log_file()).expect("the test's folder can be written");
        let mut command = Command::new(&program);
        command
            .arg("serve")
            .arg("--data")
            .arg(self.data())
            .args(["--listen", &self.address.to_string()])
            .args(&self.options);
        command
            .env_remove("DIAODU_DEMO_PASSWORD")
            .envs(self.password.map(|word| ("DIAODU_DEMO_PASSWORD", word)))
            .stdin(Stdio::null());
        command
            .stderr(log.try_clone().expect("a file can be opened twice"))
            .stdout(log);
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        self.child = Some(child);
        (self.scheme, self.address) = wait_for("the server to print its address", || {
            self.fail_if_ended();
            address_in(&self.log())
        });
        if self.scheme == "https" {
            // It listens before it prints; its health is for those who know its certificate.
            return;
        }
        wait_for("the server to be healthy", || {
            self.fail_if_ended();
            is_healthy(self.address).then_some(())
        });
    }

    fn fail_if_ended(&mut self) {
        let ended = self
            .child
            .as_mut()
            .and_then(|child| child.try_wait().ok().flatten());
        assert!(
            ended.is_none(),
            "the server ended by itself: {}",
            self.log()
        );
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the server said:\n{}", self.log());
        }
        self.kill();
    }
}

/// Returns the program to test: `DIAODU_BIN`, else the one that `cargo build` makes.
pub fn server_program() -> PathBuf {
    let chosen = std::env::var_os("DIAODU_BIN").map(PathBuf::from);
    let program = chosen.unwrap_or_else(|| project().join("target/debug/diaodu"));
    assert!(
        program.is_file(),
        "{} is missing: type `cargo build` first, or `cargo xtask test`",
        program.display()
    );
    program
}

/// Finds the address that a server has printed.
pub fn address_in(log: &str) -> Option<(&'static str, SocketAddr)> {
    let find = |scheme: &'static str| {
        let rest = log.split(&format!("{scheme}://")).nth(1)?;
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && !".:[]".contains(letter))?;
        Some((scheme, rest[..end].parse().ok()?))
    };
    find("http").or_else(|| find("https"))
}

fn is_healthy(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
