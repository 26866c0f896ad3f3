//! `/_sandbox/…`: what a tester turns (`contract.md`): reset, clock, faults, and what a tester reads.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::{Clock, format, parse_interval};
use crate::dataset::{self, Dataset};
use crate::faults::Fault;
use crate::listener::{Sandbox, Shared};
use crate::secret::Windows;
use crate::throttle::Throttle;
use crate::world::World;

const MOST_SECRETS: usize = 100_000;

/// A refusal: 400 and a sentence that says what is allowed.
pub(crate) struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"message": self.1}))).into_response()
    }
}

type Answer = Result<Json<Value>, Refused>;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Reset {
    dataset: Dataset,
    seed: Option<u64>,
    secrets: Option<usize>,
    users: Option<usize>,
    /// Whether the vendor's quotas hold.
    throttling: bool,
    /// How long a rotation keeps both AccessKeys, such as `30m`.
    automatic_window: Option<String>,
    immediate_window: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetClock {
    set: Option<Timestamp>,
    advance: Option<String>,
    frozen: Option<bool>,
}

#[derive(Deserialize)]
pub(crate) struct Limit {
    limit: Option<usize>,
}

pub(crate) async fn reset(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let reset: Reset = if body.is_empty() { Reset::default() } else { parse(&body)? };
    if reset.secrets.is_some_and(|count| count > MOST_SECRETS)
        || reset.users.is_some_and(|count| count > MOST_SECRETS)
    {
        return Err(refused(format!("`secrets` and `users` may be {MOST_SECRETS} at the most")));
    }
    let window = |text: Option<String>, default: SignedDuration| match text {
        None => Ok(default),
        Some(text) => parse_interval(&text)
            .filter(|window| (SignedDuration::from_mins(1)..=SignedDuration::from_hours(48)).contains(window))
            .ok_or_else(|| refused("a window is from 1m to 48h, such as \"30m\"".into())),
    };
    let windows = Windows {
        automatic: window(reset.automatic_window, Windows::default().automatic)?,
        immediate: window(reset.immediate_window, Windows::default().immediate)?,
    };
    let real = Timestamp::now();
    let mut world = dataset::build(
        reset.dataset,
        reset.seed.unwrap_or(1),
        reset.secrets,
        reset.users,
        &sandbox.options().region_ids,
        real,
    );
    world.windows = windows;
    let mut shared = sandbox.lock();
    *shared = Shared { world, throttle: reset.throttling.then(Throttle::default), ..Shared::default() };
    Ok(Json(counts(&shared.world)))
}

pub(crate) async fn get_clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    let shared = sandbox.lock();
    Json(clock_json(&shared.clock))
}

pub(crate) async fn set_clock(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let change: SetClock = parse(&body)?;
    let real = Timestamp::now();
    let mut shared = sandbox.lock();
    let Shared { clock, world, .. } = &mut *shared;
    let mut to = change.set;
    if let Some(text) = &change.advance {
        let by = parse_interval(text)
            .ok_or_else(|| refused("`advance` is a number and d, h, m or s, such as \"7d\"".into()))?;
        to = Some(
            to.unwrap_or_else(|| clock.now(real))
                .checked_add(by)
                .map_err(|_| refused("`advance` leads beyond the end of time".into()))?,
        );
    }
    if let Some(to) = to {
        clock.set(real, to);
    }
    if let Some(frozen) = change.frozen {
        clock.freeze(real, frozen);
    }
    world.advance(clock.now(real));
    Ok(Json(clock_json(clock)))
}

pub(crate) async fn add_fault(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let fault: Fault = parse(&body)?;
    let id = sandbox.lock().faults.add(fault).map_err(refused)?;
    Ok(Json(json!({"id": id})))
}

pub(crate) async fn list_faults(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!(sandbox.lock().faults.all()))
}

pub(crate) async fn clear_faults(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.lock().faults.clear();
    StatusCode::NO_CONTENT
}

pub(crate) async fn remove_fault(State(sandbox): State<Sandbox>, Path(id): Path<u64>) -> Response {
    if sandbox.lock().faults.remove(id) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        Refused(StatusCode::NOT_FOUND, format!("there is no fault {id}")).into_response()
    }
}

pub(crate) async fn access_keys(State(sandbox): State<Sandbox>) -> Json<Value> {
    let shared = sandbox.lock();
    let keys: Vec<Value> = shared
        .world
        .users
        .iter()
        .flat_map(|(name, user)| user.access_keys.iter().map(move |key| (name, key)))
        .map(|(name, key)| {
            json!({
                "userName": name,
                "accessKeyId": key.pair.id,
                "accessKeySecret": key.pair.secret,
                "status": if key.is_active { "Active" } else { "Inactive" },
            })
        })
        .collect();
    Json(json!(keys))
}

pub(crate) async fn calls(State(sandbox): State<Sandbox>, Query(limit): Query<Limit>) -> Json<Value> {
    Json(json!(sandbox.lock().calls.newest(limit.limit.unwrap_or(100))))
}

pub(crate) async fn events(State(sandbox): State<Sandbox>, Query(limit): Query<Limit>) -> Json<Value> {
    Json(json!(sandbox.lock().world.happened(limit.limit.unwrap_or(100))))
}

/// Everything that a restart would lose, but for faults and the log of calls. It holds the values: it is a sandbox's.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Export<Whole> {
    version: u32,
    clock: Clock,
    world: Whole,
}

/// The form of the state that this version writes and reads.
const STATE_VERSION: u32 = 1;

pub(crate) async fn export(State(sandbox): State<Sandbox>) -> Response {
    let shared = sandbox.lock();
    let state = Export { version: STATE_VERSION, clock: shared.clock, world: &shared.world };
    Json(state).into_response()
}

/// All of it is replaced, or, where something is wrong with it, nothing.
pub(crate) async fn import(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let state: Export<World> = parse(&body)?;
    if state.version != STATE_VERSION {
        return Err(refused(format!("this is a state of version {}, not {STATE_VERSION}", state.version)));
    }
    let mut shared = sandbox.lock();
    *shared = Shared { world: state.world.restored(), clock: state.clock, ..Shared::default() };
    let now = shared.clock.now(Timestamp::now());
    shared.world.advance(now);
    Ok(Json(counts(&shared.world)))
}

/// How to reach each region by the one listener.
pub(crate) async fn regions(State(sandbox): State<Sandbox>, headers: axum::http::HeaderMap) -> Json<Value> {
    let port = headers
        .get("host")
        .and_then(|host| host.to_str().ok()?.rsplit_once(':'))
        .map(|(_, port)| port.to_owned())
        .unwrap_or_default();
    let regions = sandbox.options().region_ids.iter();
    let addresses: serde_json::Map<String, Value> =
        regions.map(|id| (id.clone(), json!(format!("kms.{id}.localhost:{port}")))).collect();
    Json(addresses.into())
}

fn counts(world: &World) -> Value {
    let secrets: usize = world.secrets.values().map(|secrets| secrets.len()).sum();
    json!({"secrets": secrets, "users": world.users.len()})
}

pub(crate) async fn not_found() -> Refused {
    Refused(StatusCode::NOT_FOUND, "there is no such control call".into())
}

fn clock_json(clock: &Clock) -> Value {
    json!({"now": format(clock.now(Timestamp::now())), "frozen": clock.is_frozen()})
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| refused(format!("the body is not as it should be: {error}")))
}

fn refused(message: String) -> Refused {
    Refused(StatusCode::BAD_REQUEST, message)
}
