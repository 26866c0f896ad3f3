//! `/_sandbox/…`: what a tester turns (`contract.md`): reset, clock, faults, and what a tester reads.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::account::OidcProvider;
use crate::clock::{Clock, format, parse_interval};
use crate::dataset::{self, Dataset};
use crate::faults::Fault;
use crate::sandbox::{Sandbox, Shared};
use crate::secret::{AutomaticRotation, Secret, Windows};
use crate::sts::oidc;
use crate::world::World;

const WINDOWS: &str = "a window is from 1m to 48h, such as \"30m\"";
const REACH: &str = "the clock goes from 1990 to 2200";
const MOST_SECRETS: usize = 100_000;
const MOST_PROVIDERS: usize = 100;

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
    /// Whether `secrets` are spread over all regions.
    spread: bool,
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

/// `?limit=`, 100 where it is not there.
type Limit = Query<HashMap<String, String>>;

fn rows(query: &Limit) -> Result<usize, Refused> {
    match query.get("limit") {
        None => Ok(100),
        Some(text) => text.parse().map_err(|_| refused("`limit` is a whole number, such as 100".into())),
    }
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
        Some(text) => parse_interval(&text).ok_or_else(|| refused(WINDOWS.into())),
    };
    let windows = Windows {
        automatic: window(reset.automatic_window, Windows::default().automatic)?,
        immediate: window(reset.immediate_window, Windows::default().immediate)?,
    };
    if !windows.are_allowed() {
        return Err(refused(WINDOWS.into()));
    }
    blocking(move || {
        let mut world = dataset::build(
            reset.dataset,
            reset.seed.unwrap_or(1),
            dataset::Amount { secrets: reset.secrets, users: reset.users, is_spread: reset.spread },
            &sandbox.options().region_ids,
            Timestamp::now(),
        );
        let account = world.account_mut();
        (account.windows, account.throttling) = (windows, reset.throttling);
        let mut shared = sandbox.lock();
        shared.replace(world, Clock::default()).map_err(not_saved)?;
        Ok(Json(counts(&shared.world)))
    })
    .await
}

pub(crate) async fn get_clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    let shared = sandbox.lock();
    Json(clock_json(&shared.clock))
}

pub(crate) async fn set_clock(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let change: SetClock = parse(&body)?;
    blocking(move || {
        let real = Timestamp::now();
        let mut shared = sandbox.lock();
        let Shared { clock, world, is_clock_turned, .. } = &mut *shared;
        let mut to = change.set;
        if let Some(text) = &change.advance {
            let by = parse_interval(text)
                .ok_or_else(|| refused("`advance` is a number and d, h, m or s, such as \"7d\"".into()))?;
            let from = to.unwrap_or_else(|| clock.now(real));
            to = Some(from.checked_add(by).map_err(|_| refused(REACH.into()))?);
        }
        if let Some(to) = to {
            if !Clock::reaches(to) {
                return Err(refused(REACH.into()));
            }
            clock.set(real, to);
        }
        if let Some(frozen) = change.frozen {
            clock.freeze(real, frozen);
        }
        *is_clock_turned = true;
        world.advance(clock.now(real));
        let answer = clock_json(clock);
        shared.save().map_err(not_saved)?;
        Ok(Json(answer))
    })
    .await
}

pub(crate) async fn add_fault(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let fault: Fault = parse(&body)?;
    let regions = &sandbox.options().region_ids;
    if fault.region != "*" && !regions.iter().any(|region| region.eq_ignore_ascii_case(&fault.region)) {
        return Err(refused(format!("`region` is * or one of {}", regions.join(", "))));
    }
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

pub(crate) async fn remove_fault(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    if id.parse().is_ok_and(|id| sandbox.lock().faults.remove(id)) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        Refused(StatusCode::NOT_FOUND, format!("there is no fault {id}")).into_response()
    }
}

pub(crate) async fn access_keys(State(sandbox): State<Sandbox>) -> Json<Value> {
    let shared = sandbox.lock_now();
    let keys: Vec<Value> = shared
        .world
        .users()
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

pub(crate) async fn calls(State(sandbox): State<Sandbox>, limit: Limit) -> Answer {
    Ok(Json(json!(sandbox.lock().calls.newest(rows(&limit)?))))
}

pub(crate) async fn events(State(sandbox): State<Sandbox>, limit: Limit) -> Answer {
    Ok(Json(json!(sandbox.lock_now().world.happened(rows(&limit)?))))
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
const STATE_VERSION: u32 = 2;

/// What is looked at before the rest.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

pub(crate) async fn export(State(sandbox): State<Sandbox>) -> Response {
    blocking(move || {
        let shared = sandbox.lock_now();
        let state = Export { version: STATE_VERSION, clock: shared.clock, world: &shared.world };
        Json(state).into_response()
    })
    .await
}

/// All of it is replaced, or, where something is wrong with it, nothing.
pub(crate) async fn import(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let version = parse::<Version>(&body)?.version;
    if version != STATE_VERSION {
        return Err(refused(format!("this is a state of version {version}, not {STATE_VERSION}")));
    }
    blocking(move || {
        let Export { clock, world, .. } = parse::<Export<World>>(&body)?;
        let now = clock.now(Timestamp::now());
        if !Clock::reaches(now) {
            return Err(refused(REACH.into()));
        }
        let mut world = world.restored().map_err(|why| refused(format!("this is no state: {why}")))?;
        world.account_mut().region_ids.clone_from(&sandbox.options().region_ids);
        world.advance(now);
        let mut shared = sandbox.lock();
        shared.replace(world, clock).map_err(not_saved)?;
        Ok(Json(counts(&shared.world)))
    })
    .await
}

/// How to reach each region: by its own listener, or by its name at the one that all share.
pub(crate) async fn regions(State(sandbox): State<Sandbox>) -> Json<Value> {
    let addresses: serde_json::Map<String, Value> = sandbox
        .options()
        .region_ids
        .iter()
        .map(|id| {
            let served = sandbox.served.get();
            let own = served.and_then(|served| served.regions.get(id)).map(ToString::to_string);
            let port = served.map_or(0, |served| served.http.port());
            (id.clone(), json!(own.unwrap_or_else(|| format!("kms.{id}.localhost:{port}"))))
        })
        .collect();
    Json(addresses.into())
}

/// The certificate that clients of HTTPS trust.
pub(crate) async fn authority(State(sandbox): State<Sandbox>) -> Response {
    match sandbox.served.get().and_then(|served| served.authority.clone()) {
        Some(pem) => ([(header::CONTENT_TYPE, "application/x-pem-file")], pem).into_response(),
        None => Refused(
            StatusCode::NOT_FOUND,
            "there is no HTTPS here; start the sandbox with --sandbox-tls-listen 127.0.0.1:3998".into(),
        )
        .into_response(),
    }
}

/// What the page shows at a glance.
pub(crate) async fn summary(State(sandbox): State<Sandbox>) -> Json<Value> {
    let shared = sandbox.lock_now();
    let world = &shared.world;
    let regions: Vec<Value> = world
        .account()
        .region_ids
        .iter()
        .map(|id| {
            let count = |is: fn(&Secret) -> bool| world.secrets(id).filter(|secret| is(secret)).count();
            json!({
                "region": id,
                "secrets": count(|_| true),
                "rotating": count(|secret| secret.rotating_until.is_some()),
                "invalid": count(|secret| secret.automatic_rotation == AutomaticRotation::Invalid),
                "pendingDeletion": count(|secret| secret.planned_delete.is_some()),
            })
        })
        .filter(|row| row["secrets"] != 0)
        .collect();
    let served = sandbox.served.get();
    Json(json!({
        "users": world.users().len(),
        "secrets": world.count_secrets(),
        "regions": regions,
        "http": served.map(|served| served.http.to_string()),
        "https": served.and_then(|served| served.https).map(|address| address.to_string()),
        "data": sandbox.options().data,
        "throttling": world.account().throttling,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewProvider {
    name: String,
    #[serde(flatten)]
    provider: OidcProvider,
}

/// What `CreateOIDCProvider` of another of the vendor's services does: whose tokens are trusted.
pub(crate) async fn add_oidc_provider(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let NewProvider { name, provider } = parse(&body)?;
    let is_name = |name: &str| {
        (1..=128).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
    };
    if !is_name(&name) {
        return Err(refused("a name has 1 to 128 letters, digits, `.`, `-` or `_`".into()));
    }
    if !["http://", "https://"].iter().any(|scheme| provider.issuer.starts_with(scheme)) {
        return Err(refused("`issuer` is an address that starts with https:// or http://".into()));
    }
    if provider.client_ids.is_empty() {
        return Err(refused("`clientIds` holds at least one: the audience of the tokens".into()));
    }
    let mut shared = sandbox.lock();
    let providers = &shared.world.account().oidc_providers;
    if providers.len() >= MOST_PROVIDERS && !providers.contains_key(&name) {
        return Err(refused(format!("at most {MOST_PROVIDERS} providers; remove some")));
    }
    shared.world.account_mut().oidc_providers.insert(name.clone(), provider);
    shared.save().map_err(not_saved)?;
    Ok(Json(json!({"arn": oidc::arn_of(&name)})))
}

pub(crate) async fn list_oidc_providers(State(sandbox): State<Sandbox>) -> Json<Value> {
    let shared = sandbox.lock();
    let providers = shared.world.account().oidc_providers.iter();
    Json(
        providers
            .map(|(name, provider)| {
                json!({
                    "arn": oidc::arn_of(name), "issuer": provider.issuer, "clientIds": provider.client_ids,
                })
            })
            .collect(),
    )
}

pub(crate) async fn remove_oidc_provider(
    State(sandbox): State<Sandbox>,
    Path(name): Path<String>,
) -> Result<StatusCode, Refused> {
    let mut shared = sandbox.lock();
    if !shared.world.account().oidc_providers.contains_key(&name) {
        return Err(Refused(StatusCode::NOT_FOUND, format!("there is no provider {name}")));
    }
    shared.world.account_mut().oidc_providers.remove(&name);
    shared.save().map_err(not_saved)?;
    Ok(StatusCode::NO_CONTENT)
}

fn counts(world: &World) -> Value {
    json!({"secrets": world.count_secrets(), "users": world.users().len()})
}

fn not_saved(why: String) -> Refused {
    Refused(StatusCode::INTERNAL_SERVER_ERROR, format!("the state could not be saved: {why}"))
}

/// What may take a second is kept off the threads that answer others.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
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
