//! The listeners: the vendor's wire at `/`, the control calls and the page below `/_sandbox/`.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post};
use jiff::Timestamp;
use serde_json::json;
use tokio::net::TcpListener;

use crate::authorize::Origin;
use crate::calls::Call as LoggedCall;
use crate::clock::format;
use crate::rpc::Rpc;
use crate::sandbox::Sandbox;
use crate::tls::Certificate;
use crate::wire::{self, Peer, damaged};
use crate::{control, page};

/// The vendor's largest secret value is 30 kB; nothing legitimate comes near this.
const MAX_BODY_BYTES: usize = 256 << 10;

/// A world of 100,000 secrets is a third of it.
const MAX_STATE_BYTES: usize = 512 << 20;

/// Where a sandbox listens.
pub struct Listeners {
    pub http: TcpListener,
    pub https: Option<TcpListener>,
    /// One for each region of its own, by the region's ID.
    pub regions: Vec<(String, TcpListener)>,
}

impl From<TcpListener> for Listeners {
    fn from(http: TcpListener) -> Self {
        Self { http, https: None, regions: Vec::new() }
    }
}

/// Where the sandbox is served, for those who ask.
pub(crate) struct Served {
    pub(crate) http: SocketAddr,
    pub(crate) https: Option<SocketAddr>,
    pub(crate) regions: BTreeMap<String, SocketAddr>,
    /// The certificate that clients of HTTPS trust: PEM.
    pub(crate) authority: Option<String>,
}

/// The listener that a request came by.
#[derive(Clone)]
struct Door {
    address: SocketAddr,
    is_secure: bool,
    /// A region's own listener answers for that region, whatever the call says.
    region: Option<Arc<str>>,
}

impl Sandbox {
    /// Serves until the future is dropped. The control calls allow a listener's own address as `Host`, and no other.
    pub async fn serve(self, listeners: Listeners) -> std::io::Result<()> {
        let Listeners { http, https, regions } = listeners;
        let certificate = https.as_ref().map(|_| self.certificate()).transpose()?;
        let address = |listener: &TcpListener| listener.local_addr();
        let mut of_regions = BTreeMap::new();
        for (region, listener) in &regions {
            of_regions.insert(region.clone(), address(listener)?);
        }
        let served = Served {
            http: address(&http)?,
            https: https.as_ref().map(address).transpose()?,
            regions: of_regions,
            authority: certificate.as_ref().map(|certificate| certificate.authority.clone()),
        };
        // Served once; a second time would tell the first addresses.
        let _ = self.served.set(served);
        let mut doors = tokio::task::JoinSet::new();
        for (region, listener) in regions {
            let door = Door { address: address(&listener)?, is_secure: false, region: Some(region.into()) };
            doors.spawn(wire::serve(listener, self.router(door), None));
        }
        if let (Some(listener), Some(certificate)) = (https, certificate) {
            let door = Door { address: address(&listener)?, is_secure: true, region: None };
            doors.spawn(wire::serve(listener, self.router(door), Some(certificate.acceptor()?)));
        }
        let door = Door { address: address(&http)?, is_secure: false, region: None };
        wire::serve(http, self.router(door), None).await;
        Ok(())
    }

    /// The one that was saved, or a new one.
    fn certificate(&self) -> std::io::Result<Certificate> {
        let mut shared = self.lock();
        let saved = shared.store.as_ref().and_then(|store| store.certificate());
        let saved: Option<Certificate> = saved.and_then(|text| serde_json::from_str(&text).ok());
        if let Some(certificate) = saved.filter(|certificate| certificate.covers(&self.options().region_ids))
        {
            return Ok(certificate);
        }
        let certificate = Certificate::make(&self.options().region_ids).map_err(std::io::Error::other)?;
        if let Some(store) = &mut shared.store {
            let text = serde_json::to_string(&certificate).expect("a certificate is plain data");
            store.save_certificate(&text).map_err(std::io::Error::other)?;
        }
        Ok(certificate)
    }

    fn router(&self, door: Door) -> Router {
        let control = Router::new()
            .route("/", get(page::page))
            .route("/page.css", get(page::style))
            .route("/page.js", get(page::script))
            .route("/summary", get(control::summary))
            .route("/ca.pem", get(control::authority))
            .route("/reset", post(control::reset))
            .route("/clock", get(control::get_clock).post(control::set_clock))
            .route(
                "/faults",
                get(control::list_faults).post(control::add_fault).delete(control::clear_faults),
            )
            .route("/faults/{id}", delete(control::remove_fault))
            .route("/access-keys", get(control::access_keys))
            .route("/calls", get(control::calls))
            .route("/events", get(control::events))
            .route("/regions", get(control::regions))
            .route("/oidc-providers", get(control::list_oidc_providers).post(control::add_oidc_provider))
            .route("/oidc-providers/{name}", delete(control::remove_oidc_provider))
            .route(
                "/state",
                get(control::export).put(control::import).layer(DefaultBodyLimit::max(MAX_STATE_BYTES)),
            )
            .fallback(control::not_found)
            .layer(middleware::from_fn_with_state(door.address, only_own_host));
        Router::new()
            .route("/", any(rpc).layer(middleware::from_fn(not_from_a_web_page)))
            .route(
                "/_sandbox/",
                get(page::page).layer(middleware::from_fn_with_state(door.address, only_own_host)),
            )
            .nest("/_sandbox", control)
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
            .layer(Extension(door))
            .with_state(self.clone())
    }
}

async fn rpc(
    State(sandbox): State<Sandbox>,
    Extension(door): Extension<Door>,
    Extension(peer): Extension<Peer>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = Rpc::parse(method, uri.query().unwrap_or_default(), headers, body.to_vec());
    let token = sandbox.verify_token(&request).await;
    let origin = Origin { address: peer.0, is_secure: door.is_secure, at: Timestamp::now() };
    let outcome = sandbox.call(&request, door.region.as_deref(), origin, token.as_ref());
    let request_id = request_id();
    let (status, code, mut body) = match outcome.answer {
        Ok(body) => (StatusCode::OK, None, body),
        Err(error) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let host = request.header("host").unwrap_or_default();
            let mut body = json!({
                "Code": error.code, "Message": error.message, "HostId": host, "HttpStatus": error.status,
            });
            if let Some(detail) = error.denied {
                body["AccessDeniedDetail"] = detail;
            }
            (status, Some(error.code), body)
        }
    };
    body["RequestId"] = json!(request_id);
    let is_xml = request.parameters.get("Format").is_some_and(|format| format.eq_ignore_ascii_case("XML"));
    let (kind, text) = match is_xml {
        true => {
            let action = code.is_none().then_some(outcome.action.as_str());
            ("text/xml;charset=utf-8", crate::xml::document(action, &body))
        }
        false => ("application/json;charset=utf-8", body.to_string()),
    };
    let sandbox_time = sandbox.log(LoggedCall {
        at: format(Timestamp::now()),
        service: outcome.service.into(),
        action: outcome.action,
        region: outcome.region,
        caller: outcome.caller,
        status: status.as_u16(),
        code,
        request_id: request_id.clone(),
    });
    // The work is done and logged: a client that gives up meanwhile does not undo it.
    if let Some(delay) = outcome.delay {
        tokio::time::sleep(delay).await;
    }
    let headers = [
        (header::CONTENT_TYPE.as_str(), kind.to_owned()),
        ("x-acs-request-id", request_id),
        ("x-sandbox-time", sandbox_time),
    ];
    damaged((status, headers).into_response(), text, outcome.damage)
}

/// The administrator's key is public: a web page could sign calls with it. Clients send neither an origin nor a fetch
/// site, and know the sandbox by a name of this machine.
async fn not_from_a_web_page(request: Request, next: Next) -> Response {
    if is_from_a_client(request.headers()) {
        return next.run(request).await;
    }
    let message = "the sandbox answers clients on this machine, not web pages, and under loopback names only";
    let body = json!({"Code": "Misdirected", "Message": message});
    (StatusCode::MISDIRECTED_REQUEST, axum::Json(body)).into_response()
}

fn is_from_a_client(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header("host").unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    let is_of_this_machine = name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        || name == "localhost"
        || name.ends_with(".localhost");
    let is_from_a_page =
        header("origin").is_some() || header("sec-fetch-site").is_some_and(|site| site != "none");
    is_of_this_machine && !is_from_a_page
}

/// A web page that was lured here by DNS rebinding, or that posts across sites, must not turn the sandbox's knobs.
async fn only_own_host(State(address): State<SocketAddr>, request: Request, next: Next) -> Response {
    let mut response = match foreign(request.headers(), address) {
        Some((status, message)) => (status, axum::Json(json!({"message": message}))).into_response(),
        None => next.run(request).await,
    };
    // AccessKey secrets are among the answers: no page of elsewhere embeds or guesses at them.
    for (name, value) in
        [("x-content-type-options", "nosniff"), ("cross-origin-resource-policy", "same-origin")]
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Why a control call is refused, if it is.
fn foreign(headers: &HeaderMap, address: SocketAddr) -> Option<(StatusCode, &'static str)> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_own = |authority: &str| {
        let Some((host, port)) = authority.rsplit_once(':') else { return false };
        port.parse() == Ok(address.port())
            && (matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host == address.ip().to_string())
    };
    if !header("host").is_some_and(is_own) {
        let message = "the control calls answer to the sandbox's own host name only";
        return Some((StatusCode::MISDIRECTED_REQUEST, message));
    }
    let has_foreign_origin = header("origin")
        .is_some_and(|origin| !origin.split_once("://").is_some_and(|(_, authority)| is_own(authority)));
    // Another port of this machine is the same site, and is not the sandbox's own page.
    let is_foreign_page =
        header("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    (has_foreign_origin || is_foreign_page)
        .then_some((StatusCode::FORBIDDEN, "calls from other sites and other ports are refused"))
}

/// An upper-case UUID, as the vendor's request IDs are.
fn request_id() -> String {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).expect("the system has a random source");
    let hex = hex::encode_upper(bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
