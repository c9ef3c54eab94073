//! A webhook: one POST of JSON. The address often holds a secret, so nobody is told it.

use std::{fmt, sync::Arc};

use axum::body::{Body, Bytes, to_bytes};
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::config::DELIVERY_MAX;

/// 64 KiB: what is read of an answer.
const ANSWER_MAX: usize = 64 * 1024;

/// Where to post.
#[derive(Clone)]
pub struct Hook {
    host: String,
    port: u16,
    /// Path and query.
    target: String,
    tls: Option<Arc<ClientConfig>>,
}

/// Why there is no webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    /// Not `http://…` or `https://…`.
    #[error("not an http address")]
    Address,
    /// TLS cannot be spoken here.
    #[error("no tls")]
    Tls,
}

impl Hook {
    /// Reads where to post.
    pub fn new(address: &str) -> Result<Hook, HookError> {
        let uri: hyper::Uri = address.parse().map_err(|_| HookError::Address)?;
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or(HookError::Address)?.to_owned();
        let (tls, port) = match uri.scheme_str() {
            Some("http") => (None, 80),
            Some("https") => (Some(Arc::new(tls()?)), 443),
            Some(_) | None => return Err(HookError::Address),
        };
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        Ok(Hook {
            target: target.to_owned(),
            port: uri.port_u16().unwrap_or(port),
            host,
            tls,
        })
    }

    /// Posts once. `name`: equal for every try of the same message.
    ///
    /// Errors: no answer, one that is not 2xx, or one in which a chat robot says that it did not take it. Redirections are not followed.
    pub async fn send(&self, name: &str, body: &str) -> Result<(), String> {
        match timeout(DELIVERY_MAX, self.post(name, body)).await {
            Ok(Ok((status, answer))) if status.is_success() => match refusal(&answer) {
                None => Ok(()),
                Some(code) => Err(format!("the webhook refused with code {code}")),
            },
            Ok(Ok((status, _))) => Err(format!("the webhook answered {}", status.as_u16())),
            Ok(Err(error)) => Err(error),
            Err(_) => Err("the webhook timed out".to_owned()),
        }
    }

    async fn post(&self, name: &str, body: &str) -> Result<(hyper::StatusCode, Bytes), String> {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let socket = TcpStream::connect((bare, self.port)).await;
        let socket = socket.map_err(|_| "the webhook is not in reach".to_owned())?;
        match &self.tls {
            None => self.speak(socket, name, body).await,
            Some(config) => {
                let server = ServerName::try_from(bare.to_owned());
                let server = server.map_err(|_| "no name of a server".to_owned())?;
                let connector = TlsConnector::from(config.clone());
                let socket = connector.connect(server, socket).await;
                let socket = socket.map_err(|error| format!("tls with the webhook: {error}"))?;
                self.speak(socket, name, body).await
            }
        }
    }

    async fn speak(
        &self,
        socket: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        name: &str,
        body: &str,
    ) -> Result<(hyper::StatusCode, Bytes), String> {
        let failed = |_| "the webhook broke off".to_owned();
        let (mut sender, connection) = http1::handshake(TokioIo::new(socket))
            .await
            .map_err(failed)?;
        let driven = tokio::spawn(connection);
        let request = Request::post(&self.target)
            .header(header::HOST, format!("{}:{}", self.host, self.port))
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .header("Idempotency-Key", name)
            .body(body.to_owned())
            .map_err(|_| "not a request".to_owned())?;
        let answer = async {
            let answer = sender.send_request(request).await.map_err(failed)?;
            let status = answer.status();
            let body = to_bytes(Body::new(answer.into_body()), ANSWER_MAX).await;
            // What cannot be read is no robot's word.
            Ok((status, body.unwrap_or_default()))
        }
        .await;
        driven.abort();
        answer
    }
}

/// Returns the code with which a chat robot refuses, though the answer is a 200: `errcode`, or `code` from 1,000 on.
fn refusal(answer: &[u8]) -> Option<i64> {
    let answer: serde_json::Value = serde_json::from_slice(answer).ok()?;
    let number = |key: &str| answer.get(key).and_then(serde_json::Value::as_i64);
    let coded = number("code").filter(|code| *code >= 1_000);
    number("errcode").filter(|code| *code != 0).or(coded)
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}

/// Believes whom the machine believes, a local CA included.
fn tls() -> Result<ClientConfig, HookError> {
    let mut roots = RootCertStore::empty();
    let known: Vec<CertificateDer<'static>> = rustls_native_certs::load_native_certs().certs;
    roots.add_parsable_certificates(known);
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder
        .with_safe_default_protocol_versions()
        .map_err(|_| HookError::Tls)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_robots_refusal_is_no_success() {
        let refused = br#"{"errcode":93000,"errmsg":"invalid webhook url"}"#;
        assert_eq!(refusal(refused), Some(93_000));
        assert_eq!(
            refusal(br#"{"code":19024,"msg":"key words"}"#),
            Some(19_024)
        );
        for taken in [
            r#"{"errcode":0,"errmsg":"ok"}"#,
            r#"{"code":200}"#,
            "ok",
            "",
        ] {
            assert_eq!(refusal(taken.as_bytes()), None, "{taken}");
        }
    }

    #[test]
    fn an_address_is_read_and_never_shown() {
        let hook = Hook::new("https://robot.example/send?key=secret").unwrap();
        assert_eq!((hook.port, hook.target.as_str()), (443, "/send?key=secret"));
        assert_eq!(format!("{hook:?}"), "Hook");
        let hook = Hook::new("http://127.0.0.1:9000").unwrap();
        assert_eq!((hook.port, hook.target.as_str()), (9_000, "/"));
        for bad in ["robot.example/send", "ftp://robot.example", "https://", ""] {
            assert_eq!(Hook::new(bad).err(), Some(HookError::Address), "{bad}");
        }
    }
}
