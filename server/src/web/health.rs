//! `/healthz`: the process answers. `/readyz`: it can serve.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Web;

pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// Configuration and assets are fine, or it would not run. The cloud's last answer is told; it does not decide.
pub(crate) async fn ready(State(web): State<Web>) -> Json<Value> {
    Json(json!({"ready": true, "cloud": web.metrics.last_cloud_outcome()}))
}
