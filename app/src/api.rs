//! What the page asks of the server over HTTP.

use diaodu_wire::http::{
    Command, DocumentEntry, Done, ErrorBody, KeptView, NewPassword, Session, Setup, SignIn, Token,
    TokenWish, history::Changes,
};
use gloo::net::http::{Request, RequestBuilder, Response};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::i18n::Language;

/// Why an answer is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// No server in reach.
    #[error("no connection")]
    Offline,
    /// The session is not there, or has ended.
    #[error("not signed in")]
    SignedOut,
    /// The server refused; its own sentence.
    #[error("{0}")]
    Refused(String),
    /// The answer is not what it should be; the text is for logs.
    #[error("strange answer: {0}")]
    Strange(String),
}

impl FetchError {
    /// Returns the sentence for the person.
    pub fn sentence(&self, language: Language) -> String {
        match self {
            FetchError::Offline => language.say("fetch-offline"),
            FetchError::SignedOut => language.say("fetch-signed-out"),
            FetchError::Refused(sentence) => sentence.clone(),
            FetchError::Strange(_) => language.say("fetch-strange"),
        }
    }
}

/// Who is signed in.
pub async fn session() -> Result<Session, FetchError> {
    read(send(Request::get("/api/session"), None).await?).await
}

/// Signs in.
pub async fn sign_in(
    account: &str,
    password: &str,
    language: Language,
) -> Result<Session, FetchError> {
    let body = SignIn {
        account: account.to_owned(),
        password: password.to_owned(),
    };
    read(post("/api/session", &body, language).await?).await
}

/// Signs out.
pub async fn sign_out() -> Result<(), FetchError> {
    send(Request::delete("/api/session"), None).await.map(drop)
}

/// Chooses a new password.
pub async fn change_password(
    old: String,
    new: String,
    language: Language,
) -> Result<(), FetchError> {
    let body = NewPassword { old, new };
    post("/api/password", &body, language).await.map(drop)
}

/// Makes the first administrator.
pub async fn set_up(setup: &Setup, language: Language) -> Result<(), FetchError> {
    post("/api/setup", setup, language).await.map(drop)
}

/// Makes a token for a program.
pub async fn token(wish: &TokenWish, language: Language) -> Result<Token, FetchError> {
    read(post("/api/tokens", wish, language).await?).await
}

/// Has a command carried out.
pub async fn command(command: &Command, language: Language) -> Result<Done, FetchError> {
    read(post("/api/commands", command, language).await?).await
}

/// Keeps one of the person's own views, or takes it away.
pub async fn keep_view(view: &KeptView, language: Language) -> Result<(), FetchError> {
    let request = Request::put("/api/views").header("Accept-Language", language.tag());
    let body =
        serde_json::to_string(view).map_err(|error| FetchError::Strange(error.to_string()))?;
    send(request, Some(body)).await.map(drop)
}

/// Reads a list of the office's.
pub async fn list<T: DeserializeOwned>(address: &str) -> Result<T, FetchError> {
    read(send(Request::get(address), None).await?).await
}

/// Reads something; what the server refuses it says in this language.
pub async fn list_in<T: DeserializeOwned>(
    address: &str,
    language: Language,
) -> Result<T, FetchError> {
    let request = Request::get(address).header("Accept-Language", language.tag());
    read(send(request, None).await?).await
}

async fn post(
    address: &str,
    body: &impl Serialize,
    language: Language,
) -> Result<Response, FetchError> {
    let request = Request::post(address).header("Accept-Language", language.tag());
    let body =
        serde_json::to_string(body).map_err(|error| FetchError::Strange(error.to_string()))?;
    send(request, Some(body)).await
}

/// Lists the documents that the person may open.
pub async fn documents() -> Result<Vec<DocumentEntry>, FetchError> {
    read(send(Request::get("/api/documents"), None).await?).await
}

/// Asks who wrote a document and when it arrived, behind what is known already.
pub async fn changes(document: &str, after: i64) -> Result<Changes, FetchError> {
    list(&format!("/api/documents/{document}/changes?after={after}")).await
}

/// Somebody who is online, as the server sees it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Present {
    /// The account's name.
    pub account: String,
    /// The unit's name.
    pub unit_name: String,
    /// The person's name; may be empty.
    #[serde(default)]
    pub person: String,
    /// The week in whose table it is, as far as the server tells.
    #[serde(default)]
    pub week: Option<u8>,
}

impl Present {
    /// Names the person: by name, or by account.
    pub fn called(&self) -> &str {
        match self.person.is_empty() {
            true => &self.account,
            false => &self.person,
        }
    }
}

/// Lists who is online, in the order of the plan.
pub async fn online() -> Result<Vec<Present>, FetchError> {
    read(send(Request::get("/api/online"), None).await?).await
}

/// Asks why the server opens no line, which browsers keep from pages: its own sentence, if it has a reason.
pub async fn why_no_line(language: Language) -> Option<String> {
    let request = Request::get("/sync").header("Accept-Language", language.tag());
    let response = request.cache(web_sys::RequestCache::NoStore).send().await;
    let response = response.ok().filter(|response| response.status() == 429)?;
    let text = response.text().await.ok()?;
    let body = serde_json::from_str::<ErrorBody>(&text).ok()?;
    Some(body.message)
}

async fn send(request: RequestBuilder, body: Option<String>) -> Result<Response, FetchError> {
    let is_sign_in = body.is_some();
    let request = request.cache(web_sys::RequestCache::NoStore);
    let response = match body {
        Some(body) => match request
            .header("Content-Type", "application/json")
            .body(body)
        {
            Ok(request) => request.send().await,
            Err(error) => return Err(FetchError::Strange(error.to_string())),
        },
        None => request.send().await,
    };
    let Ok(response) = response else {
        return Err(FetchError::Offline);
    };
    if response.ok() {
        return Ok(response);
    }
    // A wrong password has a sentence of its own; it is no ended session.
    if response.status() == 401 && !is_sign_in {
        return Err(FetchError::SignedOut);
    }
    let status = response.status();
    match response
        .text()
        .await
        .map(|text| serde_json::from_str::<ErrorBody>(&text))
    {
        Ok(Ok(body)) => Err(FetchError::Refused(body.message)),
        // A gateway in between says that nobody is behind it.
        Ok(Err(_)) | Err(_) if (502..=504).contains(&status) => Err(FetchError::Offline),
        Ok(Err(_)) | Err(_) => Err(FetchError::Strange(status.to_string())),
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, FetchError> {
    let text = response.text().await.map_err(|_| FetchError::Offline)?;
    serde_json::from_str(&text).map_err(|error| FetchError::Strange(error.to_string()))
}
