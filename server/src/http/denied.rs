//! Whatever is denied is entered in the audit log: who asked for what, and why not.

use std::sync::{Arc, OnceLock};

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};

use super::{Office, problem::Word};
use crate::{audit::Kind, config::DENIED_PATH_BYTES_MAX};

/// Denied words that stand in the log already, as failures to sign in.
const ENTERED: [&str; 1] = ["wrong-old-password"];

/// Whose request it is, as soon as that is known.
#[derive(Debug, Clone, Default)]
pub struct Whose(Arc<OnceLock<String>>);

impl Whose {
    /// Says it. What was said first stands.
    pub fn say(&self, account: &str) {
        self.0.get_or_init(|| account.to_owned());
    }
}

/// Looks at every answer; the address alone is entered, never what stands behind its `?`.
pub async fn note(State(office): State<Arc<Office>>, mut request: Request, next: Next) -> Response {
    let whose = Whose::default();
    request.extensions_mut().insert(whose.clone());
    let path = request.uri().path();
    let shown = &path[..path.floor_char_boundary(DENIED_PATH_BYTES_MAX)];
    let asked = format!("{} {shown}", request.method());
    let response = next.run(request).await;
    let word = response
        .extensions()
        .get::<Word>()
        .map_or("", |word| word.0);
    if response.status() != StatusCode::FORBIDDEN || ENTERED.contains(&word) {
        return response;
    }
    let account = whose.0.get().map_or("", String::as_str);
    tracing::warn!(account, "denied: {word}");
    if let Some(left_out) = office.refusals.take(account, office.clock.now()) {
        let detail = match left_out {
            0 => word.to_owned(),
            left_out => format!("{word} (+{left_out})"),
        };
        let entered = office.enter(Kind::Refusal, account, &asked, &detail).await;
        if let Err(error) = entered {
            tracing::error!("denied, and not entered in the audit log: {error}");
        }
    }
    response
}
