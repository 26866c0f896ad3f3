//! What every answer carries and every request must show: host, origin, headers (`security.md` 0, 13, 18, 22).

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use keyturn_app::model::error::ErrorCode;

use super::Web;
use super::identity::from;
use super::reports::PATH;
use super::request::{RequestId, refusal};
use super::served::{BACK_CHANNEL_LOGOUT, refused_as};
use crate::audit::{UNKNOWN, What, Who};
use crate::config::LOOPBACK;
use crate::identity::Identity;

/// What every answer carries.
const HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cache-control", "no-store"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self), \
         publickey-credentials-create=(self), publickey-credentials-get=(self)",
    ),
];
/// Where a browser says that a request comes from.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const OPENER_POLICY: (&str, &str) = ("cross-origin-opener-policy", "same-origin");
const TRANSPORT_SECURITY: (&str, &str) = ("strict-transport-security", "max-age=31536000; includeSubDomains");

/// Under which names the console is reached.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// Scheme and authority of the public URL.
    origin: String,
    /// Allowed values of `Host`, in lower case.
    hosts: Vec<String>,
}

impl Site {
    /// On loopback its other names are the console too.
    pub(crate) fn new(public_url: &str, port: u16) -> Self {
        let origin = public_url.trim_end_matches('/').to_lowercase();
        let authority = origin.split_once("://").map_or("", |(_, authority)| authority).to_owned();
        let name = authority.rsplit_once(':').map_or(authority.as_str(), |(name, _)| name);
        let mut hosts = Vec::new();
        if LOOPBACK.contains(&name) {
            hosts.extend(LOOPBACK.map(|name| format!("{name}:{port}")));
        }
        hosts.push(authority);
        Self { origin, hosts }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// What a browser must find with a page: each header's name, and what is in its value.
    pub(super) fn headers_of_pages(&self) -> Vec<(&'static str, &'static str)> {
        let policy = ("content-security-policy", "default-src 'none'; script-src 'self'");
        let https = self.is_https().then_some(TRANSPORT_SECURITY);
        [policy].into_iter().chain(https).chain(HEADERS).chain([OPENER_POLICY]).collect()
    }

    fn is_own_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
    }

    pub(super) fn is_own_origin(&self, origin: &str) -> bool {
        let is_own_name = || {
            origin.split_once("://").is_some_and(|(scheme, host)| {
                self.origin.starts_with(&format!("{}://", scheme.to_lowercase())) && self.is_own_host(host)
            })
        };
        origin.eq_ignore_ascii_case(&self.origin) || is_own_name()
    }
}

/// 421 for a foreign `Host`: DNS rebinding must not reach a console without sign-in. 400 for two of them, of which another
/// server on the way could take the other one (RFC 9112, 3.2). The authority of an absolute target counts as well.
pub(crate) async fn known_host(State(web): State<Web>, request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (host, None) = (hosts.next(), hosts.next()) else { return refusal(ErrorCode::Malformed) };
    let is_own_host = host.and_then(|host| host.to_str().ok()).is_some_and(|host| web.site.is_own_host(host));
    let is_own_target = request.uri().authority().is_none_or(|target| web.site.is_own_host(target.as_str()));
    if !is_own_host || !is_own_target {
        return refusal(ErrorCode::WrongHost);
    }
    next.run(request).await
}

/// 403 for a change that does not come from our own pages. Neither header: refused.
pub(crate) async fn same_origin(State(web): State<Web>, request: Request, next: Next) -> Response {
    let is_proven = request.uri().path() == BACK_CHANNEL_LOGOUT;
    if !is_proven && !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        let headers = request.headers();
        let mut sites = headers.get_all(SITE).iter().peekable();
        let is_ours = match sites.peek() {
            // Of several, or one that is no text, all must be what a browser sends for our own page.
            Some(_) => sites.all(|site| site == "same-origin"),
            None => text(headers, &header::ORIGIN).is_some_and(|origin| web.site.is_own_origin(origin)),
        };
        if !is_ours {
            let who = Who {
                person: UNKNOWN.into(),
                from: from(&request, &web.proxies),
                request_id: RequestId::of(&request),
                ..Who::default()
            };
            let origin = text(headers, &header::ORIGIN).unwrap_or_default();
            let what = What::about(request.uri().path()).with("origin", origin);
            // Where nobody signs in, nobody reads the log for it.
            if matches!(&*web.identity, Identity::SignIn(_)) {
                refused_as(&web, &who, "cross_site", what, "cross_site").await;
            }
            return refusal(ErrorCode::CrossSite);
        }
    }
    next.run(request).await
}

/// Whether a person goes to an address, as far as the browser says: not a picture, a script or a frame of another page.
pub(super) fn is_navigation(headers: &HeaderMap) -> bool {
    let is =
        |name, allowed: &str| text(headers, &HeaderName::from_static(name)).is_none_or(|of| of == allowed);
    is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document")
}

/// Whether another site's page asks, as far as the browser says; an address that is typed or bookmarked is nobody's.
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    headers.get_all(SITE).iter().any(|site| site != "same-origin" && site != "none")
}

/// The headers of every answer. A page has set its own policy already, with its nonce.
pub(crate) async fn headers(State(web): State<Web>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let is_html =
        text(response.headers(), &header::CONTENT_TYPE).is_some_and(|it| it.starts_with("text/html"));
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    for (name, value) in HEADERS {
        set(name, value);
    }
    // The proxy in front has TLS: whoever came by it once comes by nothing else.
    if web.site.is_https() {
        let (name, value) = TRANSPORT_SECURITY;
        set(name, value);
    }
    if is_html {
        let (name, value) = OPENER_POLICY;
        set(name, value);
    }
    response
}

/// The policy of a page: its own script by nonce, WASM, its own style sheet, and nothing from elsewhere.
/// `embedded_by` are other origins that may show it in a frame.
pub(crate) fn page_policy(nonce: &str, embedded_by: &str) -> String {
    let ancestors = if embedded_by.is_empty() { "'none'" } else { embedded_by };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'; style-src 'self'; \
         manifest-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; \
         object-src 'none'; form-action 'self'; frame-ancestors {ancestors}; report-uri {PATH}"
    )
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
