//! Pages, rendered by the app; and the files of `public/`, which lie beside them at the root.

use std::collections::HashMap;

use axum::extract::{Query, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use keyturn_app::shell::{Theme, shell};
use leptos::prelude::provide_context;

use super::request::RequestId;
use super::security::page_policy;
use super::{Web, assets};

pub(crate) async fn page(State(web): State<Web>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let Some(file) = assets::public(request.uri().path(), request.headers()) {
        return file;
    }
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let theme = theme(request.headers());
    let context = move || {
        provide_context(web.gateway.for_request(id.clone()));
        provide_context((*web.session).clone());
        provide_context(assets::assets().clone());
        provide_context(theme.clone());
        if let (Some(options), Some(nonce)) =
            (leptos::prelude::use_context::<leptos_axum::ResponseOptions>(), leptos::nonce::use_nonce())
            && let Ok(policy) = HeaderValue::try_from(page_policy(&nonce))
        {
            options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    leptos_axum::render_app_async_with_context(context, shell)(request).await.into_response()
}

/// `/`: to the list of the region that the region select's form names, else of the default one.
pub(crate) async fn home(State(web): State<Web>, Query(chosen): Query<HashMap<String, String>>) -> Redirect {
    let chosen = chosen.get("region").and_then(|id| web.session.region(id));
    let region = chosen.or(web.session.regions.first()).map(|region| region.id.as_str());
    Redirect::to(&keyturn_app::paths::secrets(region.unwrap_or_default()))
}

/// The theme that the cookie names; anything else is the system's.
fn theme(headers: &axum::http::HeaderMap) -> Theme {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let chosen = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().strip_prefix("__Host-theme="))
        .find(|theme| matches!(*theme, "light" | "dark"));
    Theme(chosen.map(str::to_owned))
}
