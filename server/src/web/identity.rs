//! Whose request it is: the session of the cookie, and what this person may. Without one, a page leads to sign-in and
//! everything else is refused.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use keyturn_app::model::error::ErrorCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Web;
use super::assets;
use super::pages::cookie;
use super::request::{RequestId, refusal};
use crate::gateway::Asker;
use crate::identity::{Identity, Person};

/// The cookie of a session. On plain HTTP a browser takes it on loopback alone, and nothing else is offered there.
pub(crate) const COOKIE: &str = "__Host-session";

/// What is answered without a session: nothing of it tells about anybody, and signing in needs it.
const OPEN: &[&str] =
    &["/healthz", "/readyz", "/metrics", "/sign-in", "/invitation", "/language", "/signed-in"];

fn is_open(path: &str, headers: &HeaderMap) -> bool {
    OPEN.contains(&path)
        || path.starts_with("/pkg/")
        || path.starts_with("/words/")
        || assets::public(path, headers).is_some()
}

/// Puts an [`Asker`] into the request. One without a session comes no further than to what is open.
pub(crate) async fn known(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let person = match &*web.identity {
        Identity::None => Some(Arc::new(Person::everyone())),
        Identity::SignIn(sign_in) => match session_token(request.headers()) {
            None => None,
            Some(token) => match sign_in.person_of(token).await {
                Ok(person) => person.map(Arc::new),
                Err(error) => {
                    tracing::error!(%error, "the database failed at looking for a session");
                    return refusal(ErrorCode::Internal);
                }
            },
        },
    };
    if let Some(person) = person {
        let asker = Asker { person, from: address(&request), request_id: RequestId::of(&request) };
        request.extensions_mut().insert(asker);
    } else if !is_open(request.uri().path(), request.headers()) {
        return turned_away(&request);
    }
    next.run(request).await
}

/// A page leads to sign-in and back; what is no page is refused.
fn turned_away(request: &Request) -> Response {
    let uri = request.uri();
    if uri.path().starts_with("/api/")
        || !matches!(*request.method(), Method::GET | Method::HEAD | Method::POST)
    {
        return refusal(ErrorCode::NoSession);
    }
    let back = uri.path_and_query().map_or("/", |of| of.as_str());
    Redirect::to(&format!("/sign-in?return_to={}", utf8_percent_encode(back, NON_ALPHANUMERIC)))
        .into_response()
}

/// Who asks. Everything that is not open has one.
pub(super) fn asker(request: &Request) -> Asker {
    let asker = request.extensions().get::<Asker>();
    asker.cloned().expect("the layer `known` lets nothing else come here")
}

pub(super) fn session_token(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, COOKIE).filter(|token| !token.is_empty())
}

/// Where the request comes from.
pub(super) fn address(request: &Request) -> String {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(peer)| peer.ip().to_string()).unwrap_or_default()
}
