//! The one line to a browser: commands out, results and complaints in.

use std::collections::VecDeque;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, stream::MaybeTlsStream};

/// 60 s for one command: a busy machine is slow, a hung browser is hung.
const COMMAND_MAX: Duration = Duration::from_secs(60);
/// 200 remembered complaints of a page: the first ones tell.
const COMPLAINTS_MAX: usize = 200;

/// The one line to a browser.
pub struct Line {
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    next: u64,
    /// What pages have complained about, to be printed when a test fails.
    pub complaints: VecDeque<String>,
    /// Whether a page that was told to go has asked first, and was answered: stay.
    pub stayed: bool,
    /// Whether to go all the same when a page asks.
    pub goes: bool,
}

impl Line {
    /// Opens the line.
    pub fn open(address: &str) -> Self {
        let (socket, _) = tungstenite::connect(address).expect("the browser listens where it says");
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream
                .set_read_timeout(Some(COMMAND_MAX))
                .expect("a timeout above zero");
        }
        Self {
            socket,
            next: 0,
            complaints: VecDeque::new(),
            stayed: false,
            goes: false,
        }
    }

    /// Sends a command and returns its result; panics when it is refused.
    pub fn ask(&mut self, method: &str, parameters: &Value, session: Option<&str>) -> Value {
        match self.try_ask(method, parameters, session) {
            Ok(answer) => answer,
            Err(error) => panic!("{method} {parameters}: {error}"),
        }
    }

    /// Sends a command and returns its result, or why there is none.
    pub fn try_ask(
        &mut self,
        method: &str,
        parameters: &Value,
        session: Option<&str>,
    ) -> Result<Value, String> {
        self.next += 1;
        let number = self.next;
        let mut message = json!({ "id": number, "method": method, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        self.socket
            .send(Message::text(message.to_string()))
            .map_err(|error| error.to_string())?;
        loop {
            let Message::Text(text) = self.socket.read().map_err(|error| error.to_string())? else {
                continue;
            };
            let message: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            if message["id"] != json!(number) {
                self.note(&message);
                self.answer_if_asked(&message)?;
                continue;
            }
            return match message.get("error") {
                Some(error) => Err(error.to_string()),
                None => Ok(message["result"].clone()),
            };
        }
    }

    /// Answers a page that asks before it goes, as a careful person does: stay, something is not saved yet. Or as a hasty one does.
    fn answer_if_asked(&mut self, message: &Value) -> Result<(), String> {
        if message["method"] != "Page.javascriptDialogOpening" {
            return Ok(());
        }
        self.stayed = !self.goes;
        self.next += 1;
        let answer = json!({
            "id": self.next,
            "method": "Page.handleJavaScriptDialog",
            "params": { "accept": self.goes },
            "sessionId": message["sessionId"],
        });
        self.socket
            .send(Message::text(answer.to_string()))
            .map_err(|error| error.to_string())
    }

    /// Remembers what a page complains about, to be printed when a test fails.
    fn note(&mut self, message: &Value) {
        let parameters = &message["params"];
        let complaint = match message["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => {
                let details = &parameters["exceptionDetails"];
                format!(
                    "{} {} {}",
                    details["text"], details["exception"]["description"], details["url"]
                )
            }
            "Runtime.consoleAPICalled"
                if ["error", "warning"]
                    .iter()
                    .any(|kind| parameters["type"] == *kind) =>
            {
                let words = parameters["args"].as_array().into_iter().flatten();
                words
                    .map(|word| {
                        word.get("value")
                            .unwrap_or(&word["description"])
                            .to_string()
                    })
                    .collect::<Vec<_>>()
                    .join(" ")
            }
            "Log.entryAdded" if parameters["entry"]["level"] == "error" => {
                format!(
                    "{} {}",
                    parameters["entry"]["text"], parameters["entry"]["url"]
                )
            }
            "Inspector.targetCrashed" => "the page crashed".to_owned(),
            _ => return,
        };
        if self.complaints.len() < COMPLAINTS_MAX {
            self.complaints.push_back(complaint);
        }
    }
}
