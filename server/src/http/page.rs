//! The page: files that were built into the program (a debug program reads them from their folder), and the headers that keep it to itself.

#[cfg(page_on_disk)]
mod listing;
#[cfg(page_on_disk)]
mod on_disk;

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Office, problem::Problem, sender::Sender, visitor};
use crate::{config::HSTS_SECONDS, text::say};

/// Other sites' pages may not so much as show what is here.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// One file of the page.
pub struct PageFile {
    /// Its address.
    pub path: &'static str,
    /// Its content.
    pub bytes: &'static [u8],
    /// The content compressed with brotli, if that was built.
    pub brotli: Option<&'static [u8]>,
    /// The content compressed with gzip, if that was built.
    pub gzip: Option<&'static [u8]>,
    /// Changes with the content.
    pub etag: &'static str,
    /// Whether the name changes with the content.
    pub is_hashed: bool,
}

#[cfg(not(page_on_disk))]
include!(concat!(env!("OUT_DIR"), "/page.rs"));

#[cfg(not(page_on_disk))]
fn files() -> &'static [PageFile] {
    FILES
}

#[cfg(page_on_disk)]
use on_disk::files;

/// Answers everything that no other route does.
pub async fn serve(request: Request) -> Response {
    let headers = request.headers();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let language = visitor::language(headers);
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", language)
            .into_response();
    }
    match find(request.uri().path()) {
        Some(file) => answer(file, headers),
        None if files().is_empty() => not_built(headers),
        None => Problem::new(
            StatusCode::NOT_FOUND,
            "not-found",
            visitor::language(headers),
        )
        .into_response(),
    }
}

/// Finds a file; addresses without a dot are screens of the page.
fn find(path: &str) -> Option<&'static PageFile> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let wanted = if name.contains('.') {
        path
    } else {
        "/index.html"
    };
    files().iter().find(|file| file.path == wanted)
}

fn answer(file: &'static PageFile, headers: &HeaderMap) -> Response {
    let caching = if file.is_hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = if is_known(headers, file.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let (bytes, encoding) = encoded(file, headers);
        let mut response = Body::from(bytes).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(content_type(file.path)),
        );
        if let Some(encoding) = encoding {
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    };
    let answered = response.headers_mut();
    answered.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    answered.insert(header::ETAG, HeaderValue::from_static(file.etag));
    answered.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    known
        .split(',')
        .any(|known| known.trim().trim_start_matches("W/") == etag)
}

fn encoded(file: &PageFile, headers: &HeaderMap) -> (&'static [u8], Option<&'static str>) {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let accepts = |name: &str| {
        accepted.split(',').any(|part| {
            let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
            coding.trim() == name
                && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        })
    };
    match (file.brotli, file.gzip) {
        (Some(brotli), _) if accepts("br") => (brotli, Some("br")),
        (_, Some(gzip)) if accepts("gzip") => (gzip, Some("gzip")),
        (Some(_) | None, Some(_) | None) => (file.bytes, None),
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn not_built(headers: &HeaderMap) -> Response {
    let sentence = say(visitor::language(headers), "page-not-built", &[]);
    let body =
        format!("<!doctype html><meta charset=\"utf-8\"><title>Diaodu</title><p>{sentence}</p>\n");
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, headers, body).into_response()
}

/// Adds what makes a browser keep the page to itself, and with a certificate of one's own to come over TLS alone.
pub async fn add_security_headers(
    State(office): State<Arc<Office>>,
    request: Request,
    next: Next,
) -> Response {
    // A local CA may be taken away again: then a browser that insists would be locked out.
    let is_for_good = office.tls.as_ref().is_some_and(|tls| tls.ca().is_none());
    let mut response = add_plain_security_headers(request, next).await;
    if is_for_good {
        let insist = HeaderValue::from_str(&format!("max-age={HSTS_SECONDS}"));
        let insist = insist.expect("checked: letters and digits are a header");
        let headers = response.headers_mut();
        headers.insert(header::STRICT_TRANSPORT_SECURITY, insist);
    }
    response
}

/// Adds what makes a browser keep the page to itself.
pub async fn add_plain_security_headers(request: Request, next: Next) -> Response {
    let sender = request.extensions().get::<Sender>();
    let is_secure = sender.is_some_and(|sender| sender.is_secure);
    let policy = policy(request.headers(), is_secure);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // What is no page of ours says for itself how little it may.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        let entry = headers.entry(header::CONTENT_SECURITY_POLICY);
        entry.or_insert(policy);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn policy(headers: &HeaderMap, is_secure: bool) -> String {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
            .unwrap_or_default()
    };
    // Chromium below 97 does not know the narrow word and refuses to compile wasm without the wide one.
    let wasm = match chromium_version(text(header::USER_AGENT)) {
        Some(version) if version < 97 => "'unsafe-eval'",
        Some(_) | None => "'wasm-unsafe-eval'",
    };
    // Chromium 80 does not count the page's own WebSocket as 'self'.
    let host = text(header::HOST);
    let is_plain = |letter: char| {
        letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | ':' | '[' | ']')
    };
    let sockets = match !host.is_empty() && host.chars().all(is_plain) {
        true if is_secure => format!(" wss://{host}"),
        true => format!(" ws://{host} wss://{host}"),
        false => String::new(),
    };
    format!(
        "default-src 'self'; script-src 'self' {wasm}; connect-src 'self'{sockets}; img-src 'self' data: blob:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

fn chromium_version(user_agent: &str) -> Option<u32> {
    let (_, rest) = user_agent
        .split_once("Chrome/")
        .or_else(|| user_agent.split_once("Chromium/"))?;
    rest.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect()
    }

    static FILE: PageFile = PageFile {
        path: "/a.js",
        bytes: b"plain",
        brotli: Some(b"br"),
        gzip: Some(b"gz"),
        etag: "\"1\"",
        is_hashed: false,
    };

    #[test]
    fn the_smallest_accepted_encoding_is_sent() {
        let check = |accepted: &str, encoding| {
            assert_eq!(
                encoded(&FILE, &headers(&[(header::ACCEPT_ENCODING, accepted)])).1,
                encoding,
                "{accepted}"
            );
        };
        check("gzip, deflate, br", Some("br"));
        check("gzip, deflate", Some("gzip"));
        check("br;q=0, gzip;q=0.5", Some("gzip"));
        check("identity", None);
    }

    #[test]
    fn old_chromium_is_allowed_to_compile_and_to_open_its_line() {
        let old = headers(&[
            (header::USER_AGENT, "Mozilla/5.0 Chrome/80.0.3987.87"),
            (header::HOST, "10.0.0.5:8080"),
        ]);
        assert!(policy(&old, false).contains("'unsafe-eval'"));
        assert!(policy(&old, false).contains(" ws://10.0.0.5:8080"));
        assert!(!policy(&old, true).contains(" ws://"));
        assert!(policy(&old, true).contains(" wss://10.0.0.5:8080"));
        let of = |version: &str| {
            let agent = format!("Mozilla/5.0 Chrome/{version}.0.0.0");
            policy(&headers(&[(header::USER_AGENT, &agent)]), false)
        };
        assert!(of("96").contains(" 'unsafe-eval'") && !of("96").contains("wasm-"));
        assert!(of("97").contains(" 'wasm-unsafe-eval'") && !of("97").contains(" 'unsafe-eval'"));
        let new = headers(&[
            (header::USER_AGENT, "Mozilla/5.0 Chrome/128.0.0.0"),
            (header::HOST, "a b; c"),
        ]);
        assert!(!policy(&new, false).contains("'unsafe-eval'"));
        assert!(
            !policy(&new, false).contains("ws://"),
            "a crafted host adds nothing"
        );
    }

    // What a release program has, made from the page in `page/fixture`.
    #[cfg(page_on_disk)]
    include!(concat!(env!("OUT_DIR"), "/page.rs"));

    #[cfg(page_on_disk)]
    #[test]
    fn what_is_built_in_is_what_lies_in_the_folder() {
        let built_in: Vec<_> = FILES
            .iter()
            .map(|file| (file.path, file.is_hashed, file.brotli, file.gzip))
            .collect();
        let twin: &[u8] = b"br";
        assert_eq!(
            built_in,
            [
                ("/app-0123456789abcdef.js", true, Some(twin), None),
                ("/index.html", false, None, None),
            ]
        );
        let script = &FILES[0];
        assert_eq!(script.bytes, b"export {};\n");
        assert_eq!(script.etag, "\"/app-0123456789abcdef.js\"");
        assert_ne!(FILES[1].etag, script.etag);
    }

    #[test]
    fn a_known_file_is_not_sent_again() {
        let response = answer(
            &FILE,
            &headers(&[(header::IF_NONE_MATCH, "\"0\", W/\"1\"")]),
        );
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    }
}
