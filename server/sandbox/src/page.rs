//! The page at `/_sandbox/`: state, clock and faults for a person. Its script calls the control calls and nothing else.

use axum::http::header;
use axum::response::{IntoResponse, Response};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                   form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) async fn page() -> Response {
    part("text/html; charset=utf-8", include_str!("page/page.html"))
}

pub(crate) async fn style() -> Response {
    part("text/css; charset=utf-8", include_str!("page/page.css"))
}

pub(crate) async fn script() -> Response {
    part("text/javascript; charset=utf-8", include_str!("page/page.js"))
}

fn part(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, text).into_response()
}
