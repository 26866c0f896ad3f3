//! `/healthz`: the process answers. `/readyz`: it can serve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Web;

pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// Configuration and assets are fine, or it would not run; so the database decides. The cloud's last answer is told too.
pub(crate) async fn ready(State(web): State<Web>) -> (StatusCode, Json<Value>) {
    let is_ready = web.database.is_ready().await;
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({"ready": is_ready, "cloud": web.metrics.last_cloud_outcome()})))
}
