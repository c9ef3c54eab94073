//! Serves the page with the grid alone, and the floor, from this machine.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    thread,
};

use diaodu_tests::process::project;

use crate::Outcome;

const FLOOR: &str = include_str!("floor.html");

/// A small server of files; it ends with the bench.
pub struct Files(SocketAddr);

impl Files {
    /// Starts it.
    pub fn serve() -> Outcome<Self> {
        let chosen = std::env::var_os("DIAODU_BENCH_PAGE").map(PathBuf::from);
        let folder = chosen.unwrap_or_else(|| project().join("target/page/bench"));
        if !folder.join("index.html").is_file() {
            return Err(format!(
                "{} holds no page: type `cargo xtask bench grid`",
                folder.display()
            )
            .into());
        }
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let folder = folder.clone();
                // A browser that goes away in the middle is no failure.
                thread::spawn(move || answer(stream, &folder).ok());
            }
        });
        Ok(Self(address))
    }

    /// Returns where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.0)
    }
}

fn answer(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    let mut head = BufReader::new(stream.try_clone()?);
    let mut asked = String::new();
    head.read_line(&mut asked)?;
    let mut line = String::new();
    while head.read_line(&mut line)? > 2 {
        line.clear();
    }
    let name = asked
        .split(' ')
        .nth(1)
        .unwrap_or("/")
        .trim_start_matches('/');
    let (status, body) = match name {
        "floor.html" => ("200 OK", FLOOR.as_bytes().to_vec()),
        // Nothing is kept between runs.
        "service_worker.js" => ("404 Not Found", Vec::new()),
        "" => ("200 OK", fs::read(folder.join("index.html"))?),
        name if name.contains("..") => ("404 Not Found", Vec::new()),
        name => match fs::read(folder.join(name)) {
            Ok(bytes) => ("200 OK", bytes),
            Err(_) => ("404 Not Found", Vec::new()),
        },
    };
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some(_) | None => "text/html; charset=utf-8",
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}
