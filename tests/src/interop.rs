//! Clients of a real server: a person's browser as far as HTTP goes, and a page without a screen (`Client`).
//!
//! Leaves out starting the server, see `process`.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use automerge::{
    Automerge, AutomergeError, ChangeHash, ObjId, ROOT, ReadDoc, ScalarValue, Value,
    transaction::{Transactable, Transaction},
};
use diaodu_sync::{
    event::{Author, CellAddress, ConnectionId, Effect, Event, Line, Millis},
    hub::{Gatekeeper, Hub},
};
use diaodu_wire::{
    http::DocumentEntry,
    notice::{Place, Received},
    repo::DocumentId,
};
use futures_util::{SinkExt, StreamExt};
use reqwest::{StatusCode, header};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout_at},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

use crate::disk::{Disk, Work};

/// 180 s: whatever a real process has not done by then on a busy machine it never will; a thousand edits of stock clients took 55 s at load 4.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// What can go wrong between a client and a server.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server answered a request with something else than expected.
    #[error("{request}: {status} {body}")]
    #[expect(missing_docs, reason = "the fields say it")]
    Answer {
        request: String,
        status: StatusCode,
        body: String,
    },
    /// The request did not get through.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    /// The WebSocket did not open or broke.
    #[error(transparent)]
    Socket(#[from] Box<tungstenite::Error>),
    /// The line is gone.
    #[error("the server closed the line: {0}")]
    Closed(String),
    /// Something did not happen in time.
    #[error("waited in vain: {0}")]
    InVain(String),
    /// The document could not be changed.
    #[error(transparent)]
    Change(#[from] diaodu_sync::hub::ChangeError),
}

impl From<tungstenite::Error> for ClientError {
    fn from(error: tungstenite::Error) -> Self {
        ClientError::Socket(Box::new(error))
    }
}

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub struct Desk {
    /// `http://127.0.0.1:8080`
    pub server: String,
    /// The account's name.
    pub account: String,
    /// `diaodu_session=…`
    pub cookie: String,
    http: reqwest::Client,
}

impl Desk {
    /// Signs in at `http://…`.
    pub async fn sign_in(server: &str, account: &str, password: &str) -> Result<Desk, ClientError> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let body = serde_json::json!({ "account": account, "password": password });
        let answer = http
            .post(format!("{server}/api/session"))
            .json(&body)
            .send()
            .await?;
        let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
        let cookie = cookies
            .filter_map(|value| value.to_str().ok()?.split(';').next())
            .collect::<Vec<_>>()
            .join("; ");
        expect_success("POST /api/session", answer).await?;
        Ok(Desk {
            server: server.to_owned(),
            account: account.to_owned(),
            cookie,
            http,
        })
    }

    /// Draws a token for `/sync`.
    pub async fn token(&self) -> Result<String, ClientError> {
        let request = self
            .http
            .post(format!("{}/api/tokens", self.server))
            .header(header::COOKIE, &self.cookie);
        let answer = expect_success("POST /api/tokens", request.send().await?).await?;
        let token: diaodu_wire::http::Token = answer.json().await?;
        Ok(token.token)
    }

    /// Lists the documents the account may open.
    pub async fn documents(&self) -> Result<Vec<DocumentEntry>, ClientError> {
        Ok(
            expect_success("GET /api/documents", self.get("/api/documents").await?)
                .await?
                .json()
                .await?,
        )
    }

    /// Finds one document: `("sheet", Some(2), Some("s-hongying"))`.
    pub async fn document(
        &self,
        kind: &str,
        week: Option<u8>,
        unit: Option<&str>,
    ) -> Result<DocumentEntry, ClientError> {
        let mut all = self.documents().await?.into_iter();
        all.find(|entry| entry.kind == kind && entry.week == week && entry.unit.as_deref() == unit)
            .ok_or_else(|| {
                ClientError::InVain(format!(
                    "no {kind} of week {week:?} and unit {unit:?} is listed"
                ))
            })
    }

    /// Asks for a path, signed in.
    pub async fn get(&self, path: &str) -> Result<reqwest::Response, ClientError> {
        let request = self
            .http
            .get(format!("{}{path}", self.server))
            .header(header::COOKIE, &self.cookie);
        Ok(request.send().await?)
    }

    /// Returns the address of `/sync` for a program, token included.
    pub async fn sync_address(&self) -> Result<String, ClientError> {
        Ok(format!(
            "{}/sync?token={}",
            self.server.replacen("http", "ws", 1),
            self.token().await?
        ))
    }

    /// Opens a line with the cookie, as a page does.
    pub async fn dial(&self) -> Result<Client, ClientError> {
        self.dial_with(Disk::default()).await
    }

    /// Opens a line with a program's token.
    pub async fn dial_token(&self, token: &str) -> Result<Client, ClientError> {
        let server = self.server.replacen("http", "ws", 1);
        let (socket, _) = connect_async(format!("{server}/sync?token={token}")).await?;
        let author = Author(self.account.as_str().into());
        Client::start(socket, author, Disk::default()).await
    }

    /// Opens a line with what an earlier client kept.
    pub async fn dial_with(&self, disk: Disk) -> Result<Client, ClientError> {
        let mut request =
            format!("{}/sync", self.server.replacen("http", "ws", 1)).into_client_request()?;
        let cookie = self
            .cookie
            .parse()
            .map_err(|_| ClientError::Closed("the cookie is not a header".to_owned()))?;
        let origin = self
            .server
            .parse()
            .map_err(|_| ClientError::Closed("the address is not a header".to_owned()))?;
        request.headers_mut().insert("cookie", cookie);
        request.headers_mut().insert("origin", origin);
        let (socket, _) = connect_async(request).await?;
        Client::start(socket, Author(self.account.as_str().into()), disk).await
    }
}

async fn expect_success(
    request: &str,
    answer: reqwest::Response,
) -> Result<reqwest::Response, ClientError> {
    if answer.status().is_success() {
        return Ok(answer);
    }
    let (request, status) = (request.to_owned(), answer.status());
    Err(ClientError::Answer {
        request,
        status,
        body: answer.text().await.unwrap_or_default(),
    })
}

/// A page without a screen: the hub that pages run, a disk in memory, one line.
pub struct Client {
    hub: Hub,
    /// What a reload would find.
    pub disk: Disk,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    author: Author,
    unsent: BTreeMap<DocumentId, usize>,
    ready: BTreeSet<DocumentId>,
    unavailable: BTreeSet<DocumentId>,
    held: BTreeMap<DocumentId, String>,
    heard: Vec<(DocumentId, String, Option<String>)>,
    receipts: Vec<(DocumentId, Received)>,
    tick_at: Instant,
}

/// The server's is the law.
struct Courtesy;

impl Gatekeeper for Courtesy {
    fn may_read(&self, _: &Author, _: &DocumentId) -> bool {
        true
    }

    fn judge(
        &self,
        _: &Author,
        _: &DocumentId,
        _: &Automerge,
        _: &CellAddress,
        _: Option<&ScalarValue>,
    ) -> Result<(), String> {
        Ok(())
    }
}

const LINE: ConnectionId = ConnectionId(1);

impl Client {
    async fn start(
        socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
        author: Author,
        disk: Disk,
    ) -> Result<Client, ClientError> {
        let mut seed = [0; 32];
        fastrand::fill(&mut seed);
        let mut client = Client {
            hub: Hub::new(format!("page-{:016x}", fastrand::u64(..)), seed),
            disk,
            socket,
            author: author.clone(),
            unsent: BTreeMap::new(),
            ready: BTreeSet::new(),
            unavailable: BTreeSet::new(),
            held: BTreeMap::new(),
            heard: Vec::new(),
            receipts: Vec::new(),
            tick_at: Instant::now() + Duration::from_secs(1),
        };
        client
            .tell(Event::Connected(LINE, Line::Dialled, author))
            .await?;
        Ok(client)
    }

    /// Opens a document and waits until it is as the server has it.
    pub async fn open(&mut self, url: &str) -> Result<DocumentId, ClientError> {
        let document: DocumentId = url
            .parse()
            .map_err(|_| ClientError::InVain(format!("{url} is no document")))?;
        self.tell(Event::Open(document)).await?;
        self.until(&format!("{url} to be ready"), |client| {
            client.ready.contains(&document) || client.unavailable.contains(&document)
        })
        .await?;
        if self.unavailable.contains(&document) {
            return Err(ClientError::InVain(format!("{url} is not available")));
        }
        Ok(document)
    }

    /// Writes one cell of a sheet; returns the change.
    pub async fn put(
        &mut self,
        document: DocumentId,
        row: &str,
        column: &str,
        value: impl Into<ScalarValue>,
    ) -> Result<ChangeHash, ClientError> {
        self.put_at(document, &["rows", row], column, value.into())
            .await
    }

    /// Writes several cells of a row in one change, as a paste does.
    pub async fn put_row(
        &mut self,
        document: DocumentId,
        row: &str,
        cells: &[(&str, ScalarValue)],
    ) -> Result<(), ClientError> {
        self.put_rows(document, &[(row, cells)]).await
    }

    /// Writes cells of several rows in one change.
    pub async fn put_rows(
        &mut self,
        document: DocumentId,
        rows: &[(&str, &[(&str, ScalarValue)])],
    ) -> Result<(), ClientError> {
        let (_, effects) = self.hub.change(now(), document, &self.author, |tx| {
            rows.iter().try_for_each(|(row, cells)| {
                cells.iter().try_for_each(|(column, value)| {
                    put_at(tx, &["rows", *row], column, value.clone())
                })
            })
        })?;
        self.perform(effects).await
    }

    /// Writes one cell anywhere: also where nobody may.
    pub async fn put_at(
        &mut self,
        document: DocumentId,
        path: &[&str],
        key: &str,
        value: ScalarValue,
    ) -> Result<ChangeHash, ClientError> {
        let before = self
            .document(document)
            .map(Automerge::get_heads)
            .unwrap_or_default();
        let (_, effects) = self.hub.change(now(), document, &self.author, |tx| {
            put_at(tx, path, key, value)
        })?;
        let change = self
            .document(document)
            .and_then(|open| open.get_changes(&before).pop());
        let change = change
            .ok_or_else(|| ClientError::InVain("the edit to be in the document".to_owned()))?;
        self.perform(effects).await?;
        Ok(change.hash())
    }

    /// Returns the document if it is open.
    pub fn document(&self, document: DocumentId) -> Option<&Automerge> {
        self.hub.document(&document)
    }

    /// Reads a cell of a sheet.
    pub fn cell(&self, document: DocumentId, row: &str, column: &str) -> Option<ScalarValue> {
        scalar(self.document(document)?, &["rows", row], column)
    }

    /// Reads all values of a cell that were written at the same time, sorted.
    pub fn values(&self, document: DocumentId, row: &str, column: &str) -> Vec<String> {
        let read = |open: &Automerge| -> Option<Vec<String>> {
            let object = follow(open, &["rows", row])?;
            let all = open.get_all(&object, column).ok()?;
            Some(
                all.iter()
                    .filter_map(|(value, _)| Some(value.as_str()?.to_owned()))
                    .collect(),
            )
        };
        let mut values = self.document(document).and_then(read).unwrap_or_default();
        values.sort();
        values
    }

    /// Counts own changes that the server has not acknowledged.
    pub fn unsent(&self) -> usize {
        self.unsent.values().sum()
    }

    /// Returns why the server holds the document, if it does.
    pub fn held(&self, document: DocumentId) -> Option<&str> {
        self.held.get(&document).map(String::as_str)
    }

    /// Says in which row of a sheet this person is.
    pub async fn be_in(&mut self, document: DocumentId, row: &str) -> Result<(), ClientError> {
        let place = Place {
            row: row.to_owned(),
            column: "progress".to_owned(),
            ..Place::default()
        };
        let effects = self.hub.be_in(document, &Place::encode(Some(&place)));
        self.perform(effects).await
    }

    /// Lists what the server has said of received changes, in order.
    pub fn receipts(&self) -> &[(DocumentId, Received)] {
        &self.receipts
    }

    /// Lists what was heard of the others, in order: in which sheet, who, in which row; `None`: gone.
    pub fn heard(&self) -> &[(DocumentId, String, Option<String>)] {
        &self.heard
    }

    /// Goes on until the claim holds.
    pub async fn until(
        &mut self,
        what: &str,
        claim: impl Fn(&Client) -> bool,
    ) -> Result<(), ClientError> {
        let end = Instant::now() + PATIENCE;
        while !claim(self) {
            if Instant::now() > end {
                return Err(ClientError::InVain(what.to_owned()));
            }
            self.turn().await?;
        }
        Ok(())
    }

    /// Waits until the server has everything.
    pub async fn until_sent(&mut self) -> Result<(), ClientError> {
        self.until("the server to have everything", |client| {
            client.unsent() == 0
        })
        .await
    }

    /// Takes one frame or one tick.
    pub async fn turn(&mut self) -> Result<(), ClientError> {
        match timeout_at(self.tick_at, self.socket.next()).await {
            Err(_) => {
                self.tick_at = Instant::now() + Duration::from_secs(1);
                self.tell(Event::Tick).await
            }
            Ok(Some(Ok(Message::Binary(frame)))) => {
                self.tell(Event::Frame(LINE, frame.to_vec())).await
            }
            Ok(Some(Ok(Message::Close(reason)))) => Err(ClientError::Closed(format!("{reason:?}"))),
            Ok(Some(Ok(_))) => Ok(()),
            Ok(Some(Err(error))) => Err(error.into()),
            Ok(None) => Err(ClientError::Closed("without a word".to_owned())),
        }
    }

    /// Sends bytes past the hub, as a stranger would.
    pub async fn send_raw(&mut self, message: Message) -> Result<(), ClientError> {
        Ok(self.socket.send(message).await?)
    }

    async fn tell(&mut self, event: Event) -> Result<(), ClientError> {
        let effects = self.hub.handle(now(), event, &Courtesy);
        self.perform(effects).await
    }

    async fn perform(&mut self, effects: Vec<Effect>) -> Result<(), ClientError> {
        let mut todo = VecDeque::from(effects);
        while let Some(effect) = todo.pop_front() {
            let answer = match effect {
                Effect::Load(document) => self.disk.do_now(Work::Load(document)),
                Effect::Save(ticket, document, changes) => {
                    self.disk.do_now(Work::Save(ticket, document, changes))
                }
                Effect::Acknowledged(document, heads) => {
                    self.disk.do_now(Work::Note(document, heads))
                }
                Effect::Send(_, frame) => {
                    self.socket.feed(Message::Binary(frame.into())).await?;
                    None
                }
                Effect::Hangup(_, reason) => {
                    return Err(ClientError::Closed(format!("{reason:?}")));
                }
                Effect::Unsent(document, count) => {
                    self.unsent.insert(document, count);
                    None
                }
                Effect::Ready(document) => {
                    self.ready.insert(document);
                    None
                }
                Effect::Unavailable(document) => {
                    self.unavailable.insert(document);
                    None
                }
                Effect::Held(document, refusal) => {
                    self.held.insert(document, refusal.reason);
                    None
                }
                Effect::Damaged(document, text) => {
                    return Err(ClientError::InVain(format!("{document} to load: {text}")));
                }
                Effect::Changed(..) | Effect::Refused(..) | Effect::Rewrite(..) => None,
                Effect::Received(document, received) => {
                    self.receipts.push((document, received));
                    None
                }
                Effect::Presence(document, _, author, data) => {
                    let place = Place::decode(&data).map(|place| place.row);
                    self.heard.push((document, author.0.to_string(), place));
                    None
                }
            };
            if let Some(event) = answer {
                todo.extend(self.hub.handle(now(), event, &Courtesy));
            }
        }
        Ok(self.socket.flush().await?)
    }
}

/// Writes a cell without a network: what a later client with this disk has to send.
pub fn edit_offline(
    mut disk: Disk,
    document: DocumentId,
    account: &str,
    row: &str,
    column: &str,
    value: ScalarValue,
) -> Disk {
    let mut seed = [0; 32];
    fastrand::fill(&mut seed);
    let author = Author(account.into());
    let mut hub = Hub::new("page-offline".to_owned(), seed);
    let mut todo = VecDeque::from(hub.handle(now(), Event::Open(document), &Courtesy));
    let mut value = Some(value);
    loop {
        while let Some(effect) = todo.pop_front() {
            let answer = match effect {
                Effect::Load(document) => disk.do_now(Work::Load(document)),
                Effect::Save(ticket, document, changes) => {
                    disk.do_now(Work::Save(ticket, document, changes))
                }
                _ => None,
            };
            todo.extend(
                answer
                    .map(|event| hub.handle(now(), event, &Courtesy))
                    .unwrap_or_default(),
            );
        }
        let Some(value) = value.take() else {
            return disk;
        };
        let written = hub.change(now(), document, &author, |tx| {
            put_at(tx, &["rows", row], column, value)
        });
        todo.extend(written.expect("the disk holds the sheet").1);
    }
}

fn put_at(
    tx: &mut Transaction<'_>,
    path: &[&str],
    key: &str,
    value: ScalarValue,
) -> Result<(), AutomergeError> {
    let object = follow(tx, path).ok_or_else(|| AutomergeError::InvalidObjId(path.join("/")))?;
    tx.put(&object, key, value)
}

fn follow(document: &impl ReadDoc, path: &[&str]) -> Option<ObjId> {
    let mut object = ROOT;
    for name in path {
        match document.get(&object, *name).ok()?? {
            (Value::Object(_), id) => object = id,
            (Value::Scalar(_), _) => return None,
        }
    }
    Some(object)
}

/// Reads a scalar by path.
pub fn scalar(document: &Automerge, path: &[&str], key: &str) -> Option<ScalarValue> {
    match document.get(&follow(document, path)?, key).ok()?? {
        (Value::Scalar(value), _) => Some(value.into_owned()),
        (Value::Object(_), _) => None,
    }
}

fn now() -> Millis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
