//! `GET /health`: whether the server can read and write.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::Office;

/// `GET`
pub async fn show(State(office): State<Arc<Office>>) -> Response {
    let reads = office.storage.setting("campaign").await.is_ok();
    if !office.writable.get() {
        // The last write failed: try again, perhaps there is room by now.
        let result = office
            .storage
            .put_setting("probe", office.clock.now().0.to_string())
            .await;
        office.writable.note(&result);
    }
    let status = office.live.status().await;
    let is_well = reads && office.writable.get() && status.is_some();
    let body = json!({
        "status": if is_well { "ok" } else { "failing" },
        "storage": if reads && office.writable.get() { "ok" } else { "failing" },
        "version": env!("CARGO_PKG_VERSION"),
        "connections": status.map(|status| status.connections),
        "documents": status.map(|status| status.documents),
    });
    let code = if is_well {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (code, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
