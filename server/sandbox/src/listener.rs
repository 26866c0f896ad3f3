//! The listener: the vendor's wire at `/`, the control calls below `/_sandbox/`.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::calls::{Call as LoggedCall, Calls};
use crate::clock::{Clock, format};
use crate::dataset::{self, Dataset};
use crate::dispatch::{self, Caller};
use crate::error::ApiError;
use crate::faults::{Damage, Faults};
use crate::rpc::Rpc;
use crate::throttle::Throttle;
use crate::verify::{Claim, Nonces};
use crate::wire::{self, damaged};
use crate::world::World;
use crate::{ACCOUNT_ID, ADMIN_ACCESS_KEY_ID, ADMIN_ACCESS_KEY_SECRET, control};

/// The vendor's largest secret value is 30 kB; nothing legitimate comes near this.
const MAX_BODY_BYTES: usize = 256 << 10;

/// A world of 100,000 secrets and users is a third of it.
const MAX_STATE_BYTES: usize = 512 << 20;

/// What a sandbox starts with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The offered regions, the default first.
    pub region_ids: Vec<String>,
    pub dataset: Dataset,
}

/// A running world with its clock. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct Sandbox {
    options: Arc<Options>,
    shared: Arc<Mutex<Shared>>,
}

/// What a reset replaces.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) calls: Calls,
    pub(crate) nonces: Nonces,
    /// The vendor's quotas, where a reset asked for them.
    pub(crate) throttle: Option<Throttle>,
}

/// What is known of a call when it is answered, for its headers and the log.
struct Outcome {
    service: &'static str,
    action: String,
    region: String,
    caller: Option<String>,
    answer: Result<Value, ApiError>,
    delay: Option<Duration>,
    damage: Damage,
}

impl Sandbox {
    /// A world as the options say, at this moment.
    pub fn new(options: Options) -> Self {
        let world = dataset::build(options.dataset, 1, None, None, &options.region_ids, Timestamp::now());
        let shared = Shared { world, ..Shared::default() };
        Self { options: Arc::new(options), shared: Arc::new(Mutex::new(shared)) }
    }

    /// Serves until the future is dropped. The control calls allow the listener's own address as `Host`, and no other.
    pub async fn serve(self, listener: TcpListener) -> std::io::Result<()> {
        let address = listener.local_addr()?;
        wire::serve(listener, self.router(address)).await;
        Ok(())
    }

    fn router(self, address: SocketAddr) -> Router {
        let control = Router::new()
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
            .route(
                "/state",
                get(control::export).put(control::import).layer(DefaultBodyLimit::max(MAX_STATE_BYTES)),
            )
            .fallback(control::not_found)
            .layer(middleware::from_fn_with_state(address, only_own_host));
        Router::new()
            .route("/", any(rpc))
            .nest("/_sandbox", control)
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
            .with_state(self)
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// A panic while it was held leaves data that is whole between calls; go on with it.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, request: &Rpc) -> Outcome {
        let real = Timestamp::now();
        let mut shared = self.lock();
        let region = request.region(&self.options.region_ids).to_owned();
        let action = request.action().unwrap_or_default().to_owned();
        let service = request.version().and_then(dispatch::service).unwrap_or("unknown");
        let mut outcome = Outcome {
            service,
            action,
            region,
            caller: None,
            answer: Err(ApiError::missing("Action")),
            delay: None,
            damage: Damage::None,
        };
        outcome.answer = shared.answer(request, real, &mut outcome);
        outcome
    }

    /// Notes the call; answers the sandbox's time.
    fn log(&self, call: LoggedCall) -> String {
        tracing::debug!(service = %call.service, action = %call.action, status = call.status, "call");
        let mut shared = self.lock();
        shared.calls.push(call);
        format(shared.clock.now(Timestamp::now()))
    }
}

impl Shared {
    fn answer(&mut self, request: &Rpc, real: Timestamp, outcome: &mut Outcome) -> Result<Value, ApiError> {
        if !matches!(request.method, Method::GET | Method::POST) {
            return Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "UnsupportedHTTPMethod",
                "This http method is not supported.",
            ));
        }
        if outcome.action.is_empty() {
            return Err(ApiError::missing("Action"));
        }
        let (caller, access_key_id) = self.authenticate(request, real)?;
        outcome.caller = Some(match &caller {
            Caller::Administrator => format!("acs:ram::{ACCOUNT_ID}:root"),
            Caller::User(name) => format!("acs:ram::{ACCOUNT_ID}:user/{name}"),
        });
        if let Some(throttle) = &mut self.throttle {
            throttle.admit(outcome.service, &outcome.action, &outcome.region, real)?;
        }
        let effect = self.faults.strike(outcome.service, &outcome.action, &outcome.region);
        outcome.delay = effect.delay;
        outcome.damage = effect.answer;
        if effect.is_dropped {
            outcome.damage = Damage::Lost;
            return Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "Dropped", "The connection was cut."));
        }
        if let Some(error) = effect.error {
            return Err(error);
        }
        let now = self.clock.now(real);
        self.world.advance(now);
        self.world.used(&access_key_id, now);
        let call =
            dispatch::Call { region: &outcome.region, caller: &caller, parameters: &request.parameters, now };
        dispatch::dispatch(&mut self.world, outcome.service, &outcome.action, &call)
    }

    /// Who signed it, and with which AccessKey.
    fn authenticate(&mut self, request: &Rpc, real: Timestamp) -> Result<(Caller, String), ApiError> {
        let claim = Claim::read(request)?;
        if claim.access_key_id == ADMIN_ACCESS_KEY_ID {
            claim.prove(request, ADMIN_ACCESS_KEY_SECRET, real, &mut self.nonces)?;
            return Ok((Caller::Administrator, claim.access_key_id));
        }
        let Some((user, key)) = self.world.access_key(&claim.access_key_id) else {
            return Err(ApiError::new(
                StatusCode::NOT_FOUND,
                "InvalidAccessKeyId.NotFound",
                "Specified access key is not found.",
            ));
        };
        if !key.is_active {
            return Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "InvalidAccessKeyId.Inactive",
                "Specified access key is disabled.",
            ));
        }
        let caller = Caller::User(user.to_owned());
        claim.prove(request, &key.pair.secret, real, &mut self.nonces)?;
        Ok((caller, claim.access_key_id))
    }
}

async fn rpc(
    State(sandbox): State<Sandbox>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = Rpc::parse(method, uri.query().unwrap_or_default(), headers, body.to_vec());
    let outcome = sandbox.call(&request);
    let request_id = request_id();
    let (status, code, mut body) = match outcome.answer {
        Ok(body) => (StatusCode::OK, None, body),
        Err(error) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let host = request.header("host").unwrap_or_default();
            let body = json!({
                "Code": error.code, "Message": error.message, "HostId": host, "HttpStatus": error.status,
            });
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

/// A web page that was lured here by DNS rebinding, or that posts across sites, must not turn the sandbox's knobs.
async fn only_own_host(State(address): State<SocketAddr>, request: Request, next: Next) -> Response {
    match foreign(request.headers(), address) {
        Some((status, message)) => (status, axum::Json(json!({"message": message}))).into_response(),
        None => next.run(request).await,
    }
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
    let is_cross_site = header("sec-fetch-site") == Some("cross-site");
    (has_foreign_origin || is_cross_site).then_some((StatusCode::FORBIDDEN, "cross-site calls are refused"))
}

/// An upper-case UUID, as the vendor's request IDs are.
fn request_id() -> String {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).expect("the system has a random source");
    let hex = hex::encode_upper(bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
