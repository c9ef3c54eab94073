//! `GET /ca.crt`: the certificate of the local CA, for desks to install. It is public; the fingerprint proves it.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{Office, problem::Problem};
use crate::text::Language;

/// `GET`: only with `--tls-local`.
pub async fn show(
    State(office): State<Arc<Office>>,
    language: Language,
) -> Result<Response, Problem> {
    let ca = office.tls.as_ref().and_then(|tls| tls.ca());
    let Some(ca) = ca else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "not-found", language));
    };
    let headers = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"diaodu-ca.crt\"",
        ),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, ca.pem).into_response())
}
