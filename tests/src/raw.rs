//! Requests written by hand, over a plain socket or TLS: every header is what the test says.

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    /// 200
    pub status: u16,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// What follows the head.
    pub body: String,
}

impl Answer {
    /// Returns a header; all of that name, with a blank between.
    pub fn header(&self, name: &str) -> String {
        let fitting = self.headers.iter().filter(|(known, _)| known == name);
        let values: Vec<_> = fitting.map(|(_, value)| value.as_str()).collect();
        values.join(" ")
    }

    /// Returns the stable word of a problem; empty where there is none.
    pub fn word(&self) -> String {
        let body: Option<serde_json::Value> = serde_json::from_str(&self.body).ok();
        let word = body.as_ref().and_then(|body| body.get("error")?.as_str());
        word.unwrap_or_default().to_owned()
    }
}

/// Sends one request, such as `GET /health`, and reads the answer until the server closes.
pub async fn ask(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    request: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> io::Result<Answer> {
    let mut head = format!("{request} HTTP/1.1\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let length = body.len();
    let whole = format!("{head}Content-Length: {length}\r\n\r\n{body}");
    stream.write_all(whole.as_bytes()).await?;
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes).await {
        // Not every server says goodbye; what it said before is what counts.
        if bytes.is_empty() {
            return Err(error);
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    read(&text).ok_or_else(|| io::Error::other(format!("no answer of HTTP: {text}")))
}

fn read(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(": "));
    Some(Answer {
        status,
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: body.to_owned(),
    })
}

/// Opens TLS as a browser does that trusts this CA alone.
pub async fn dial_tls(
    address: SocketAddr,
    ca: &str,
    name: &str,
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(ca.as_bytes()).map_err(io::Error::other)?;
    roots.add(ca).map_err(io::Error::other)?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).map_err(io::Error::other)?;
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}
