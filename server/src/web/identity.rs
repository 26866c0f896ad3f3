//! Whose request it is: the session of the cookie, and what this person may. Without one, a page leads to sign-in and
//! everything else is refused.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use keyturn_app::model::error::ErrorCode;
use keyturn_cloud::asked::{Asked, asked_by};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::assets;
use super::pages::cookie;
use super::reports;
use super::request::{RequestId, refusal};
use super::served;
use super::{REQUEST_LIMIT, Web};
use crate::gateway::Asker;
use crate::identity::{Identity, Person};

/// The cookie of a session. On plain HTTP a browser takes it on loopback alone, and nothing else is offered there.
pub(crate) const COOKIE: &str = "__Host-session";

/// For all calls of a request together: what they came to is still to be told.
const CALLS_LIMIT: Duration = REQUEST_LIMIT.saturating_sub(Duration::from_secs(5));

/// Set by the script of a page that is in a frame.
const EMBEDDED_HEADER: &str = "x-keyturn-embedded";

/// Set by the script of a page that nobody has touched for a while.
const UNATTENDED_HEADER: &str = "x-keyturn-unattended";

/// Whether a person asks, rather than their page by itself: only that is a use of the session.
fn is_attended(headers: &HeaderMap) -> bool {
    !headers.contains_key(UNATTENDED_HEADER)
}

/// What is answered without a session: nothing of it tells about anybody, and signing in needs it.
const OPEN: &[&str] =
    &["/healthz", "/readyz", "/metrics", "/sign-in", "/invitation", "/language", "/signed-in", reports::PATH];

fn is_open(path: &str, headers: &HeaderMap) -> bool {
    OPEN.contains(&path)
        || path.starts_with("/sign-in/")
        || path.starts_with("/pkg/")
        || path.starts_with("/words/")
        || assets::public(path, headers).is_some()
}

/// Puts an [`Asker`] into the request. One without a session comes no further than to what is open.
pub(crate) async fn known(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let from = from(&request, &web.proxies);
    request.extensions_mut().insert(Address(from.clone()));
    let person = match &*web.identity {
        Identity::None => Some(Arc::new(Person::everyone())),
        Identity::SignIn(sign_in) => match session_token(request.headers()) {
            None => None,
            Some(token) => match sign_in.person_of(token, is_attended(request.headers())).await {
                Ok(person) => person.map(Arc::new),
                Err(error) => {
                    tracing::error!(%error, "the database failed at looking for a session");
                    return refusal(ErrorCode::Internal);
                }
            },
        },
    };
    if let Some(person) = person {
        let is_embedded = is_embedded(request.headers());
        let until = Some(tokio::time::Instant::now() + CALLS_LIMIT);
        let asked = Asked { person: person.mark().into(), until };
        let asker = Asker { person, from, request_id: RequestId::of(&request), is_embedded };
        request.extensions_mut().insert(asker);
        return asked_by(asked, next.run(request)).await;
    }
    if !is_open(request.uri().path(), request.headers()) {
        return turned_away(web, request).await;
    }
    next.run(request).await
}

/// Whether it comes from a page in somebody else's frame: the page's script says so, or the browser of a frame's own address.
fn is_embedded(headers: &HeaderMap) -> bool {
    let destination = headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok()).unwrap_or_default();
    headers.contains_key(EMBEDDED_HEADER)
        || matches!(destination, "iframe" | "frame" | "embed" | "object" | "fencedframe")
}

/// A page leads to sign-in and back, a form is kept; what is neither is refused.
async fn turned_away(web: Web, request: Request) -> Response {
    let uri = request.uri();
    let back = match (request.method(), uri.path().split('/').nth(1)) {
        (_, Some("api")) => return refusal(ErrorCode::NoSession),
        // Nothing is typed there that could be lost.
        (&Method::POST, Some("sign-out")) => "/".to_owned(),
        (&Method::POST, Some("account")) => "/account".to_owned(),
        (&Method::POST, _) => return served::kept_form(web, request).await,
        (&Method::GET | &Method::HEAD, _) => {
            uri.path_and_query().map_or_else(|| "/".into(), ToString::to_string)
        }
        _ => return refusal(ErrorCode::NoSession),
    };
    Redirect::to(&format!("/sign-in?return_to={}", utf8_percent_encode(&back, NON_ALPHANUMERIC)))
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

/// Where the request comes from, as [`known`] found it.
#[derive(Clone)]
struct Address(String);

/// Where the request comes from.
pub(super) fn address(request: &Request) -> String {
    request.extensions().get::<Address>().map(|Address(from)| from.clone()).unwrap_or_default()
}

/// The other end of the connection; where that is a proxy of ours, the last address that no proxy of ours has.
pub(super) fn from(request: &Request, proxies: &[IpAddr]) -> String {
    let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
        return String::new();
    };
    let forwarded = request.headers().get_all("x-forwarded-for").iter();
    let forwarded: Vec<&str> =
        forwarded.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
    let mut from = peer.ip().to_canonical();
    for hop in forwarded.into_iter().rev() {
        match hop.trim().parse::<IpAddr>() {
            Ok(address) if proxies.contains(&from) => from = address.to_canonical(),
            _ => break,
        }
    }
    from.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s50_only_a_proxy_of_ours_says_where_a_request_comes_from() {
        let proxies = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        for (peer, forwarded, expected) in [
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
            ("10.0.0.1", "192.0.2.7, 10.0.0.2", "192.0.2.7"),
            // What a client wrote itself stands further left.
            ("10.0.0.1", "8.8.8.8, 192.0.2.7", "192.0.2.7"),
            ("192.0.2.9", "8.8.8.8", "192.0.2.9"),
            ("10.0.0.1", "8.8.8.8, nonsense", "10.0.0.1"),
            ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ] {
            let mut request = Request::new(axum::body::Body::empty());
            let peer: IpAddr = peer.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer, 1)));
            request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
            assert_eq!(from(&request, &proxies), expected, "{peer} {forwarded}");
        }
    }
}
