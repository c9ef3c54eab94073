//! The log, at its loudest, and the audit log hold no passwords, no tokens and nothing that was typed into cells.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use diaodu_tests::{
    interop::{Desk, PATIENCE},
    process::{Folder, address_in, server_program, wait_for},
};
use reqwest::{Client, header};
use serde_json::{Value, json};
use tokio::time::Instant;

const ROW: &str = "m07.s-hongying";
const CELL: &str = "出动五十八人次复核七处";
const REFUSED_CELL: &str = "自己的行不能自己审核";
const OWN: &str = "自己选的密码一二三四";

/// A server that is no demo, its words for people and its log apart.
struct Loud {
    child: Child,
    address: SocketAddr,
    folder: Folder,
}

impl Loud {
    fn start(folder: Folder) -> Loud {
        let open = |name: &str| File::create(folder.path().join(name)).unwrap();
        let mut command = Command::new(server_program());
        command
            .arg("serve")
            .arg("--data")
            .arg(folder.path().join("data"));
        command
            .args(["--listen", "127.0.0.1:0"])
            .env("DIAODU_LOG", "trace");
        command
            .stdin(Stdio::null())
            .stdout(open("said"))
            .stderr(open("log"));
        let child = command.spawn().unwrap();
        let said = folder.path().join("said");
        let (_, address) = wait_for("the server to print its address", || {
            address_in(&fs::read_to_string(&said).ok()?)
        });
        Loud {
            child,
            address,
            folder,
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

impl Drop for Loud {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Makes an account before the server runs; returns its one-time password.
fn add_account(data: &Path, name: &str, unit: &str, role: &str) -> String {
    let mut command = Command::new(server_program());
    command.args([
        "account", "add", name, "--unit", unit, "--role", role, "--lang", "en", "--data",
    ]);
    let output = command.arg(data).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let password = said
        .split("password: ")
        .nth(1)
        .unwrap_or_else(|| panic!("{said}"));
    password.split(' ').next().unwrap().to_owned()
}

async fn post(desk: &Desk, path: &str, body: &Value) -> Value {
    let request = Client::new().post(format!("{}{path}", desk.server));
    let request = request
        .header(header::COOKIE, &desk.cookie)
        .header(header::ORIGIN, &desk.server)
        .json(body);
    request
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap_or_default()
}

/// Signs in with a one-time password and changes it.
async fn settle(url: &str, account: &str, one_time: &str) -> Desk {
    let desk = Desk::sign_in(url, account, one_time).await.unwrap();
    post(
        &desk,
        "/api/password",
        &json!({ "old": one_time, "new": OWN }),
    )
    .await;
    desk
}

/// Reads the audit log once the refusal stands in it, which is entered a moment after it is told.
async fn audit_with_refusal(office: &Desk) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        let csv = office.get("/api/audit.csv").await.unwrap();
        let csv = csv.text().await.unwrap();
        if csv.contains("not-reviewer") {
            return csv;
        }
        assert!(Instant::now() < end, "no refusal in the audit log: {csv}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loudest_log_holds_no_secret_and_nothing_that_was_typed() {
    let folder = Folder::new("loud");
    let data = folder.path().join("data");
    let one_time = add_account(&data, "hongying", "s-hongying", "unit");
    let office = add_account(&data, "office", "u-gongjianban", "office");
    let server = Loud::start(folder);
    let url = format!("http://{}", server.address);
    let office = settle(&url, "office", &office).await;
    settle(&url, "hongying", &one_time).await;
    assert!(
        Desk::sign_in(&url, "hongying", "falsch-geraten")
            .await
            .is_err()
    );
    let desk = Desk::sign_in(&url, "hongying", OWN).await.unwrap();

    let wish = json!({ "scope": "write", "days": 1, "label": "export" });
    let token = post(&desk, "/api/tokens", &wish).await;
    let token = token["token"].as_str().unwrap().to_owned();
    let mut client = desk.dial_token(&token).await.unwrap();
    let sheet = desk.document("sheet", Some(2), Some("s-hongying")).await;
    let id = client.open(&sheet.unwrap().url).await.unwrap();
    client.put(id, ROW, "progress", CELL).await.unwrap();
    client.until_sent().await.unwrap();
    let review = client.put(id, ROW, "review_note", REFUSED_CELL).await;
    review.unwrap();
    let is_held = |client: &diaodu_tests::interop::Client| client.held(id).is_some();
    client.until("the refusal", is_held).await.unwrap();
    let bearer = Client::new().get(format!("{url}/api/documents"));
    let bearer = bearer.bearer_auth(&token).send().await.unwrap();
    assert_eq!(bearer.status(), 200);
    let wrong = "0".repeat(64);
    assert!(desk.dial_token(&wrong).await.is_err());
    drop(client);

    // In this order: the log says of a refusal before the audit log does.
    let audit = audit_with_refusal(&office).await;
    let log = server.log();
    for line in ["signed in", "line opened", "refused"] {
        assert!(
            log.contains(line),
            "the log is not the whole log: no {line}"
        );
    }
    assert!(log.contains("TRACE"), "not loud");
    let secrets = [
        &[one_time.as_str(), OWN, "falsch-geraten", &token, &wrong][..],
        &[CELL, REFUSED_CELL],
        &desk
            .cookie
            .split(['=', ';', '.'])
            .filter(|part| part.len() > 20)
            .collect::<Vec<_>>(),
    ];
    for secret in secrets.concat() {
        let escaped: String = secret.escape_default().collect();
        let hexed: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        for form in [secret.to_owned(), escaped, hexed] {
            let mut lines = log.lines().chain(audit.lines());
            let line = lines.find(|line| line.contains(&form));
            assert!(line.is_none(), "{secret} stands in the log: {line:?}");
        }
    }
}
