//! Server functions: the build check, the type of the body, and the HTTP status of each error.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use keyturn_app::BUILD_HEADER;
use keyturn_app::model::error::{ApiError, ErrorCode};
use keyturn_app::shell::Language;
use leptos::prelude::provide_context;

use super::identity::asker;
use super::pages::refused_other;
use super::request::error_response;
use super::{MAX_BODY_BYTES, Web, assets};

/// Whose page it is, from the page's own script.
const PERSON_HEADER: &str = "x-keyturn-person";
/// An error is small; anything larger under an error status is not one of ours.
const MAX_ERROR_BYTES: usize = 64 << 10;

pub(crate) async fn call(State(web): State<Web>, request: Request) -> Response {
    let asker = asker(&request);
    let id = asker.request_id.clone();
    let (mut parts, body) = request.into_parts();
    let function = web.functions.iter().find(|function| function.path == parts.uri.path());
    let Some(function) = function else { return with_id(ApiError::new(ErrorCode::NotFound), &id) };
    // First: a page of another build asks again at a replica of its own, where its person is known.
    if let Err(code) = check(&parts.method, &parts.headers) {
        let mut refused = with_id(ApiError::new(code), &id);
        if code == ErrorCode::ClientOutdated {
            // While two versions serve side by side, the page asks again where this is not its own.
            refused.headers_mut().insert(BUILD_HEADER, HeaderValue::from_static(assets::build()));
        }
        return refused;
    }
    let person = parts.headers.get(PERSON_HEADER).and_then(|mark| mark.to_str().ok());
    // A page of somebody who was signed in before: what it shows and sends is not this person's.
    if person.is_some_and(|mark| mark != asker.person.page_mark) {
        refused_other(&web, &asker, function.path).await;
        return with_id(ApiError::new(ErrorCode::ClientOutdated), &id);
    }
    // Read here, so that what is too large or cut off is refused in our words.
    let body = match to_bytes(body, MAX_BODY_BYTES).await {
        Ok(body) => body,
        Err(_) => return with_id(ApiError::new(ErrorCode::TooLarge), &id),
    };
    if (function.has_unknown_fields)(&body) {
        return with_id(ApiError::new(ErrorCode::Malformed), &id);
    }
    // For a browser that prefers HTML, the framework turns an answer into a redirect. This address speaks JSON alone.
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let request = Request::from_parts(parts, Body::from(body));
    let context = {
        let language = Language::current();
        move || {
            provide_context(language);
            provide_context(web.gateway.for_request(asker.clone()));
        }
    };
    let response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    if response.status().is_success() {
        return response;
    }
    // server_fn answers 500 to every error; the status is the error's own.
    let bytes = to_bytes(response.into_body(), MAX_ERROR_BYTES).await.unwrap_or_default();
    let error = serde_json::from_slice(&bytes).unwrap_or_else(|_| ApiError::new(ErrorCode::Internal));
    with_id(error, &id)
}

fn check(method: &Method, headers: &HeaderMap) -> Result<(), ErrorCode> {
    if method != Method::POST {
        return Err(ErrorCode::Malformed);
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // Before anything of the body is read: a page of another build may send other fields.
    if text(BUILD_HEADER).is_some_and(|build| build != assets::build()) {
        return Err(ErrorCode::ClientOutdated);
    }
    let is_json = text(header::CONTENT_TYPE.as_str())
        .is_some_and(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json"));
    if is_json { Ok(()) } else { Err(ErrorCode::WrongType) }
}

fn with_id(mut error: ApiError, id: &str) -> Response {
    if error.request_id.is_empty() {
        error.request_id = id.to_owned();
    }
    error_response(&error)
}
