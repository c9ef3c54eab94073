//! TLS without a proxy: with a certificate of one's own, and with a CA that the server makes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use diaodu_server::{
    config::TlsChoice,
    door::{local_ca, names::Names},
};
use diaodu_tests::{
    process::{Folder, PASSWORD, ServerProcess, server_program},
    raw::{Answer, ask, dial_tls},
};
use futures_util::StreamExt;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    client_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use crate::house::{House, STREET};

/// A server over TLS as one browser sees it.
struct Site {
    address: std::net::SocketAddr,
    ca: String,
}

impl Site {
    fn host(&self) -> String {
        self.address.to_string()
    }

    async fn ask(&self, request: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let stream = dial_tls(self.address, &self.ca, "127.0.0.1").await.unwrap();
        let host = self.host();
        let headers = [&[("Host", host.as_str())], headers].concat();
        ask(stream, request, &headers, body).await.unwrap()
    }

    async fn sign_in(&self) -> Answer {
        let body = json!({ "account": STREET, "password": PASSWORD }).to_string();
        self.ask("POST /api/session", &[], &body).await
    }

    /// Asks for a line; returns the status and, if it opened, the line.
    async fn knock(&self, cookie: &str, origin: &str) -> Result<Line, u16> {
        let stream = dial_tls(self.address, &self.ca, "127.0.0.1").await.unwrap();
        let mut request = format!("wss://{}/sync", self.host())
            .into_client_request()
            .unwrap();
        let headers = request.headers_mut();
        headers.insert("cookie", cookie.parse().unwrap());
        headers.insert("origin", origin.parse().unwrap());
        match client_async(request, stream).await {
            Ok((line, _)) => Ok(line),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }
}

type Line = tokio_tungstenite::WebSocketStream<tokio_rustls::client::TlsStream<TcpStream>>;

/// Makes a CA and a certificate as somebody's own CA would; returns the CA, the certificate and the key.
fn own_certificate(folder: &Path) -> (String, PathBuf, PathBuf) {
    let now = jiff::Timestamp::now();
    let names = Names {
        given: vec!["127.0.0.1".to_owned(), "diaodu.example".to_owned()],
        found: Vec::new(),
    };
    let made = local_ca::keep(folder, &names, now).unwrap();
    (made.pem, made.certificate, made.key)
}

fn files(certificate: PathBuf, key: PathBuf) -> TlsChoice {
    TlsChoice::Files { certificate, key }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_ca_is_made_told_kept_and_served() {
    let mut server = ServerProcess::start_with(&["--demo", "--tls-local", "--lang", "en"]);
    let file = server.data().join("tls/ca.crt");
    let ca = fs::read_to_string(&file).unwrap();
    let said = server.log();
    assert!(said.contains(file.to_str().unwrap()), "{said}");
    assert!(
        said.contains("SHA-256") && said.contains("/ca.crt"),
        "{said}"
    );
    assert!(server.url().starts_with("https://127.0.0.1:"));
    let site = Site {
        address: server.address(),
        ca,
    };
    let served = site.ask("GET /ca.crt", &[], "").await;
    assert_eq!((served.status, &served.body), (200, &site.ca));
    assert_eq!(served.header("content-type"), "application/x-x509-ca-cert");
    assert_eq!(
        served.header("strict-transport-security"),
        "",
        "a local CA may be given up again"
    );
    let localhost = dial_tls(site.address, &site.ca, "localhost").await;
    assert!(localhost.is_ok());
    let other = dial_tls(site.address, &site.ca, "other.example").await;
    assert!(other.is_err(), "the certificate is not for other names");
    private_keys_are_private(&server.data());

    let certificate = server.data().join("tls/server.crt");
    let before = fs::read(&certificate).unwrap();
    server.restart();
    assert_eq!(fs::read_to_string(&file).unwrap(), site.ca);
    assert_eq!(fs::read(&certificate).unwrap(), before);
    assert_eq!(site.ask("GET /health", &[], "").await.status, 200);
}

#[cfg(unix)]
fn private_keys_are_private(data: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for name in ["ca.key", "server.key"] {
        let about = fs::metadata(data.join("tls").join(name)).unwrap();
        assert_eq!(about.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[cfg(not(unix))]
fn private_keys_are_private(_: &Path) {}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_cookies_are_secure_and_lines_come_from_https_pages_alone() {
    let folder = Folder::new("certificate");
    let (ca, certificate, key) = own_certificate(folder.path());
    let choice = files(certificate, key);
    let house = House::open_as(|config| diaodu_server::config::Config {
        tls: choice,
        ..config
    })
    .await;
    let site = Site {
        address: house.address(),
        ca,
    };
    let answer = site.sign_in().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let cookies = answer.header("set-cookie");
    assert_eq!(cookies.matches("; Secure").count(), 2, "{cookies}");
    assert!(
        answer
            .header("strict-transport-security")
            .contains("max-age=")
    );
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("wss://") && !policy.contains(" ws://"),
        "{policy}"
    );
    assert_eq!(site.ask("GET /ca.crt", &[], "").await.word(), "not-found");

    let cookie = cookies.split(';').next().unwrap().to_owned();
    let (own, plain) = (
        format!("https://{}", site.host()),
        format!("http://{}", site.host()),
    );
    for (origin, status) in [(plain.as_str(), 403), ("https://evil.example", 403)] {
        assert_eq!(
            site.knock(&cookie, origin).await.unwrap_err(),
            status,
            "{origin}"
        );
        let headers = [("Cookie", cookie.as_str()), ("Origin", origin)];
        let answer = site.ask("POST /api/tokens", &headers, "").await;
        assert_eq!(answer.word(), "foreign-origin", "{origin}");
    }
    let mut line = site.knock(&cookie, &own).await.unwrap();
    let mut house = house;
    house.close().await;
    let mut end = None;
    while let Some(message) = line.next().await {
        if let Ok(Message::Close(frame)) = message {
            end = frame.map(|frame| u16::from(frame.code));
        }
    }
    assert_eq!(end, Some(1001), "a server that stops says so over TLS too");
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_sent_to_https_and_nothing_else_is_said() {
    let server = ServerProcess::start_with(&["--demo", "--tls-local"]);
    let plain = async |request: &str, host: &str| {
        let stream = TcpStream::connect(server.address()).await.unwrap();
        ask(stream, request, &[("Host", host)], "").await.unwrap()
    };
    let answer = plain("GET /week/2?x=1", "diaodu.example:8443").await;
    assert_eq!(answer.status, 307);
    assert_eq!(
        answer.header("location"),
        "https://diaodu.example:8443/week/2?x=1"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(
        plain("POST /api/session", "diaodu.example").await.status,
        426
    );
    for host in ["", "a b", "a/../b"] {
        let answer = plain("GET /", host).await;
        assert_eq!(answer.header("location"), "", "{host}");
    }
}

#[test]
fn bad_files_are_one_clear_sentence() {
    let folder = Folder::new("bad-files");
    let (_, certificate, key) = own_certificate(&folder.path().join("one"));
    let (_, _, other) = own_certificate(&folder.path().join("other"));
    let (empty, missing) = (folder.path().join("empty"), folder.path().join("missing"));
    fs::write(&empty, "nothing").unwrap();
    let cases = [
        (&missing, &key, &missing),
        (&certificate, &missing, &missing),
        (&empty, &key, &empty),
        (&key, &key, &key),
        (&certificate, &empty, &empty),
        (&certificate, &certificate, &certificate),
        (&certificate, &other, &other),
    ];
    for (certificate, key, named) in cases {
        let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
        let arguments = ["--tls", certificate, key];
        refused(&folder, &arguments, 1, named.to_str().unwrap());
    }
    refused(&folder, &["--tls-local", "--tls-name", "a b"], 1, "a b");
    refused(&folder, &["--trust-proxy=proxy"], 1, "proxy");
}

fn refused(folder: &Folder, arguments: &[&str], code: i32, word: &str) {
    let mut command = Command::new(server_program());
    command
        .arg("serve")
        .arg("--data")
        .arg(folder.path().join("data"));
    command
        .args(["--demo", "--listen", "127.0.0.1:0"])
        .args(arguments);
    let output = command.env("DIAODU_LOG", "off").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert_eq!(said.trim().lines().count(), 1, "one sentence, not: {said}");
    assert!(said.contains(word), "{word} expected: {said}");
}
