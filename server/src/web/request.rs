//! Each request has an ID, one line in the log, and its place in the metrics. A panic is an answer, not an end.

use std::any::Any;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use keyturn_app::model::error::{ApiError, ErrorCode};
use tokio_util::task::TaskTracker;

use super::Web;

/// Joins an answer with the log.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// The ID that [`logged`] gave this request.
    pub(crate) fn of(request: &Request) -> String {
        request.extensions().get::<Self>().map(|id| id.0.clone()).unwrap_or_default()
    }
}

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
    // A refusal is made where the request's ID is not known, or not any more.
    if let Some(Refusal(code)) = response.extensions().get() {
        let error = ApiError { request_id: id.clone(), ..ApiError::new(*code) };
        *response.body_mut() = axum::Json(error).into_response().into_body();
        // Of the body that is replaced.
        for of_body in [header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
            response.headers_mut().remove(of_body);
        }
    }
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

/// What changes something goes on to its end, and into the audit log, though whoever sent it has gone away meanwhile.
pub(crate) async fn to_its_end(State(changes): State<TaskTracker>, request: Request, next: Next) -> Response {
    match request.method().is_safe() {
        true => next.run(request).await,
        false => changes.spawn(next.run(request)).await.unwrap_or_else(|_| refusal(ErrorCode::Internal)),
    }
}

pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    // The panic hook has logged where; what it carried may hold input, so it stays out of the answer.
    refusal(ErrorCode::Internal)
}

/// An error as JSON, with its status; [`logged`] adds the request's ID.
pub(crate) fn refusal(code: ErrorCode) -> Response {
    refusal_of(&ApiError::new(code))
}

/// The same of an error that says when to try again.
pub(crate) fn refusal_of(error: &ApiError) -> Response {
    let mut response = error_response(error);
    response.extensions_mut().insert(Refusal(error.code));
    response
}

/// Why, where it is one.
pub(crate) fn refused(response: &Response) -> Option<ErrorCode> {
    response.extensions().get().map(|Refusal(code)| *code)
}

/// Marks an answer as a refusal.
#[derive(Clone, Copy)]
struct Refusal(ErrorCode);

pub(crate) fn error_response(error: &ApiError) -> Response {
    let status =
        axum::http::StatusCode::from_u16(error.code.status()).expect("error codes have real statuses");
    let mut response = (status, axum::Json(error)).into_response();
    if let Some(wait_ms) = error.retry_after_ms {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_ms.div_ceil(1_000)));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::StatusCode;
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    async fn broken() -> StatusCode {
        panic!("canary")
    }

    #[tokio::test]
    async fn s55_a_panic_is_an_answer_that_says_nothing_of_it_and_the_process_lives() {
        let router = Router::new().route("/", get(broken)).layer(CatchPanicLayer::custom(super::panicked));
        for _ in 0..2 {
            let answer = router.clone().oneshot(Request::new(Body::empty())).await.unwrap();
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let body = to_bytes(answer.into_body(), 4_096).await.unwrap();
            let text = String::from_utf8_lossy(&body);
            assert!(text.contains("\"code\":\"internal\"") && !text.contains("canary"), "{text}");
        }
    }
}
