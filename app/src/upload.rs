//! Bytes on their way to the server and back to the person's machine.

use diaodu_wire::http::{ErrorBody, attachment::AttachmentPlace};
use futures_channel::oneshot;
use gloo::{events::EventListener, timers::callback::Timeout};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlElement, ProgressEvent, Url, XmlHttpRequest};

use crate::i18n::Language;

/// A minute to write a file of 10 MiB to a slow disk.
const READ_MS: u32 = 60_000;

/// Why a file has not arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadError {
    /// No server in reach, nobody signed in, or no room for the moment: it is tried again.
    Later,
    /// The server does not take it.
    Refused {
        /// Its stable word.
        word: String,
        /// Its sentence.
        sentence: String,
    },
}

/// Sends a file. Not by `fetch`, which does not say how much has left.
///
/// `tell`: is told so many percent.
pub async fn put(
    id: &str,
    place: &AttachmentPlace,
    blob: &Blob,
    language: Language,
    tell: impl Fn(u8) + 'static,
) -> Result<(), UploadError> {
    let later = |_| UploadError::Later;
    let request = XmlHttpRequest::new().map_err(later)?;
    request.open("PUT", &address(id, place)).map_err(later)?;
    request
        .set_request_header("Accept-Language", language.tag())
        .map_err(later)?;
    let (ended, end) = oneshot::channel();
    let _end = EventListener::once(&request, "loadend", move |_| {
        ended.send(()).unwrap_or_default();
    });
    let upload = request.upload().map_err(later)?;
    let _progress = EventListener::new(&upload, "progress", move |event| {
        if let Some(event) = event.dyn_ref::<ProgressEvent>()
            && event.total() > 0.0
        {
            tell((event.loaded() / event.total() * 100.0) as u8);
        }
    });
    request.send_with_opt_blob(Some(blob)).map_err(later)?;
    end.await.map_err(|_| UploadError::Later)?;
    let status = request.status().unwrap_or_default();
    let text = request.response_text().ok().flatten().unwrap_or_default();
    outcome(status, &text)
}

fn address(id: &str, place: &AttachmentPlace) -> String {
    let part = |text: &str| String::from(js_sys::encode_uri_component(text));
    format!(
        "/api/attachments/{id}?week={}&row={}&name={}&correction={}",
        place.week,
        part(&place.row),
        part(&place.name),
        place.correction
    )
}

/// What an answer means for the file.
fn outcome(status: u16, text: &str) -> Result<(), UploadError> {
    match status {
        200 => Ok(()),
        // Nobody in reach, signed out, one-time password, too slow, too many at once, a server or gateway in trouble.
        0 | 401 | 408 | 429 | 500.. => Err(UploadError::Later),
        _ => match serde_json::from_str::<ErrorBody>(text) {
            Ok(body) if body.error == "must-change-password" => Err(UploadError::Later),
            Ok(body) => Err(UploadError::Refused {
                word: body.error,
                sentence: body.message,
            }),
            Err(_) => Err(UploadError::Later),
        },
    }
}

/// Lets the person save a file that lies in this browser.
pub fn hand_over(blob: &Blob, name: &str) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else {
        return;
    };
    let link = document().create_element("a").ok();
    let link = link.and_then(|link| link.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        link.set_attribute("href", &address).unwrap_or_default();
        link.set_attribute("download", name).unwrap_or_default();
        link.click();
    }
    // Browsers read it after the click.
    let forget = move || Url::revoke_object_url(&address).unwrap_or_default();
    Timeout::new(READ_MS, forget).forget();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_tried_again_and_what_is_refused_says_why() {
        let body = r#"{"error":"week-frozen","message":"本周已定稿。"}"#;
        assert_eq!(outcome(200, "{}"), Ok(()));
        for status in [0, 401, 408, 429, 500, 503, 404] {
            assert_eq!(
                outcome(status, "<html>"),
                Err(UploadError::Later),
                "{status}"
            );
        }
        let refused = outcome(409, body);
        let said = matches!(&refused, Err(UploadError::Refused { word, sentence }) if word == "week-frozen" && sentence == "本周已定稿。");
        assert!(said, "{refused:?}");
        let must = r#"{"error":"must-change-password","message":"…"}"#;
        assert_eq!(outcome(403, must), Err(UploadError::Later));
    }
}
