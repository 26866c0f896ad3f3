//! Each request has an ID, one line in the log, and its place in the metrics. A panic is an answer, not an end.

use std::any::Any;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use keyturn_app::model::error::{ApiError, ErrorCode};

use super::Web;

/// Joins an answer with the log.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

pub(crate) async fn logged(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = ulid::Ulid::new().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The route and not the address: it has no names in it, and there are not many of them.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "page".to_owned(), |path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::try_from(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let status = response.status().as_u16();
    let took = started.elapsed();
    web.metrics.request(&route, status, took);
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(request_id = %id, %method, route, status, duration_ms, "request");
    response
}

pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    // The panic hook has logged where; what it carried may hold input, so it stays out of the answer.
    refusal(ErrorCode::Internal)
}

/// An error as JSON, with its status.
pub(crate) fn refusal(code: ErrorCode) -> Response {
    error_response(&ApiError::new(code))
}

pub(crate) fn error_response(error: &ApiError) -> Response {
    let status =
        axum::http::StatusCode::from_u16(error.code.status()).expect("error codes have real statuses");
    (status, axum::Json(error)).into_response()
}
