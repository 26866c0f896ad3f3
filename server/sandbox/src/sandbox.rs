//! The running sandbox: the world with its clock, faults and log, and what one call does to them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use crate::account::{Caller, Session};
use crate::authorize::Origin;
use crate::calls::{Call as LoggedCall, Calls};
use crate::clock::{Clock, format};
use crate::dataset::{self, Dataset};
use crate::dispatch;
use crate::error::ApiError;
use crate::faults::{Damage, Faults};
use crate::listener::Served;
use crate::rpc::Rpc;
use crate::store::Store;
use crate::sts::oidc::{self, Verified};
use crate::throttle::Throttle;
use crate::verify::{Claim, Nonces};
use crate::world::World;
use crate::{ADMIN_ACCESS_KEY_ID, ADMIN_ACCESS_KEY_SECRET};

/// Characters of an action in the log: none of the vendor's is as long.
const MOST_ACTION: usize = 64;

const MISMATCH: &str = "Specified SecurityToken mismatch with the AccessKey.";

/// What a sandbox starts with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The offered regions, the default first.
    pub region_ids: Vec<String>,
    /// What a new world holds; a file that has one already keeps its own.
    pub dataset: Dataset,
    /// The file that keeps the state; without one it is lost with the process.
    pub data: Option<PathBuf>,
}

/// A running world with its clock. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct Sandbox {
    options: Arc<Options>,
    shared: Arc<Mutex<Shared>>,
    /// Where it is served; set when it is.
    pub(crate) served: Arc<OnceLock<Served>>,
}

/// What a reset replaces, and the file that it is kept in.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) calls: Calls,
    pub(crate) nonces: Nonces,
    /// The vendor's quotas; they count where the account's options say so.
    throttle: Throttle,
    pub(crate) store: Option<Store>,
    /// Since it was saved.
    pub(crate) is_clock_turned: bool,
}

/// What is known of a call when it is answered, for its headers and the log.
pub(crate) struct Outcome {
    pub(crate) service: &'static str,
    pub(crate) action: String,
    pub(crate) region: String,
    pub(crate) caller: Option<String>,
    pub(crate) answer: Result<Value, ApiError>,
    pub(crate) delay: Option<Duration>,
    pub(crate) damage: Damage,
}

impl Sandbox {
    /// The world of the file, or a new one at this moment. An error is a sentence about the file.
    pub fn open(options: Options) -> Result<Self, String> {
        let mut shared = Shared::default();
        let mut store = options.data.as_deref().map(Store::open).transpose()?;
        let shown = options.data.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
        let saved = store.as_ref().map(Store::load).transpose().map_err(|why| format!("{shown}: {why}"))?;
        match saved.flatten() {
            Some((mut world, clock)) => {
                world.account_mut().region_ids.clone_from(&options.region_ids);
                (shared.world, shared.clock) = (world, clock);
                shared.world.advance(shared.clock.now(Timestamp::now()));
            }
            None => {
                let regions = &options.region_ids;
                shared.world =
                    dataset::build(options.dataset, 1, dataset::Amount::default(), regions, Timestamp::now());
                if let Some(store) = &mut store {
                    store
                        .replace(&shared.world, &shared.clock)
                        .map_err(|why| format!("{shown} cannot be written: {why}"))?;
                }
            }
        }
        shared.store = store;
        shared.save().map_err(|error| format!("{shown} cannot be written: {error}"))?;
        Ok(Self { options: Arc::new(options), shared: Arc::new(Mutex::new(shared)), served: Arc::default() })
    }

    /// ID and secret of an active AccessKey of a RAM user; what the sandbox holds is public.
    pub fn access_key_of(&self, user: &str) -> Option<(String, String)> {
        let shared = self.lock();
        let key = shared.world.users().get(user)?.access_keys.iter().find(|key| key.is_active)?;
        Some((key.pair.id.clone(), key.pair.secret.clone()))
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// Nothing panics while it is held; if something did, a tester is better served by a sandbox that goes on.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// With what has fallen due meanwhile; it is saved with the next call.
    pub(crate) fn lock_now(&self) -> MutexGuard<'_, Shared> {
        let mut shared = self.lock();
        let now = shared.clock.now(Timestamp::now());
        shared.world.advance(now);
        shared
    }

    /// Checks the foreign token of a call that brings one. The issuer may be slow: the world is not locked meanwhile.
    pub(crate) async fn verify_token(&self, request: &Rpc) -> Option<Result<Verified, ApiError>> {
        let is_asked = request.action() == Some("AssumeRoleWithOIDC")
            && request.version().and_then(dispatch::service) == Some("sts")
            && matches!(request.method, Method::GET | Method::POST);
        if !is_asked {
            return None;
        }
        let provider = oidc::provider(self.lock().world.account(), &request.parameters);
        Some(match provider {
            Ok((arn, provider)) => oidc::verify(arn, provider, request.parameters.get("OIDCToken")).await,
            Err(error) => Err(error),
        })
    }

    /// Does a call; what it changed is saved when this answers.
    pub(crate) fn call(
        &self,
        request: &Rpc,
        own_region: Option<&str>,
        origin: Origin,
        oidc: Option<&Result<Verified, ApiError>>,
    ) -> Outcome {
        let mut shared = self.lock();
        let region = own_region.unwrap_or_else(|| request.region(&self.options.region_ids)).to_owned();
        let action: String = request.action().unwrap_or_default().chars().take(MOST_ACTION).collect();
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
        outcome.answer = shared.answer(request, origin, oidc, &mut outcome);
        if let Err(error) = shared.save() {
            tracing::error!(%error, "the state could not be saved");
            outcome.answer = outcome.answer.and(Err(ApiError::not_saved()));
        }
        outcome
    }

    /// Notes the call; answers the sandbox's time.
    pub(crate) fn log(&self, call: LoggedCall) -> String {
        tracing::debug!(service = %call.service, action = %call.action, status = call.status, "call");
        let mut shared = self.lock();
        shared.calls.push(call);
        format(shared.clock.now(Timestamp::now()))
    }
}

impl Shared {
    /// Puts another world and clock in place; faults, log and nonces start again.
    pub(crate) fn replace(&mut self, world: World, clock: Clock) -> Result<(), String> {
        if let Some(store) = &mut self.store {
            store.replace(&world, &clock)?;
        }
        *self = Self { world, clock, store: self.store.take(), ..Self::default() };
        self.world.take_changes();
        Ok(())
    }

    /// Saves what has changed.
    pub(crate) fn save(&mut self) -> Result<(), String> {
        let changes = self.world.take_changes();
        let Some(store) = &mut self.store else { return Ok(()) };
        if changes.is_empty() && !self.is_clock_turned {
            return Ok(());
        }
        let saved = store.save(&self.world, &self.clock, &changes);
        if saved.is_ok() {
            self.is_clock_turned = false;
        } else if let Ok(Some((world, clock))) = store.load() {
            // What could not be saved is not done: back to what is in the file.
            (self.world, self.clock, self.is_clock_turned) = (world, clock, false);
        } else {
            self.world.keep_changes(changes);
        }
        saved
    }

    fn answer(
        &mut self,
        request: &Rpc,
        origin: Origin,
        oidc: Option<&Result<Verified, ApiError>>,
        outcome: &mut Outcome,
    ) -> Result<Value, ApiError> {
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
        if request.has_duplicates {
            return Err(ApiError::invalid_because("parameters", "a name stands twice"));
        }
        let is_anonymous = outcome.service == "sts"
            && matches!(outcome.action.as_str(), "AssumeRoleWithOIDC" | "AssumeRoleWithSAML");
        let (caller, access_key_id) = match is_anonymous {
            true => (Caller::Anonymous, String::new()),
            false => self.authenticate(request, origin.at)?,
        };
        outcome.caller = caller.arn();
        if self.world.account().throttling {
            self.throttle.admit(outcome.service, &outcome.action, &outcome.region, origin.at)?;
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
        let now = self.clock.now(origin.at);
        self.world.advance(now);
        self.world.used(&access_key_id, now);
        let call = dispatch::Call {
            region: &outcome.region,
            caller: &caller,
            parameters: &request.parameters,
            origin,
            oidc,
            now,
        };
        dispatch::dispatch(&mut self.world, outcome.service, &outcome.action, &call)
    }

    /// Who signed it, and with which AccessKey.
    fn authenticate(&mut self, request: &Rpc, real: Timestamp) -> Result<(Caller, String), ApiError> {
        let claim = Claim::read(request)?;
        if claim.access_key_id == ADMIN_ACCESS_KEY_ID {
            claim.prove(request, ADMIN_ACCESS_KEY_SECRET, real, &mut self.nonces)?;
            no_token(&claim)?;
            return Ok((Caller::Administrator, claim.access_key_id));
        }
        if let Some(session) = self.world.session(&claim.access_key_id) {
            claim.prove(request, &session.secret, real, &mut self.nonces)?;
            check_token(session, claim.security_token.as_deref(), real)?;
            let Session { role, name, policy, .. } = session.clone();
            return Ok((Caller::Role { role, session: name, policy }, claim.access_key_id));
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
        no_token(&claim)?;
        Ok((caller, claim.access_key_id))
    }
}

/// A lasting AccessKey has none.
fn no_token(claim: &Claim) -> Result<(), ApiError> {
    match claim.security_token {
        None => Ok(()),
        Some(_) => Err(bad_token("MismatchWithAccessKey", MISMATCH)),
    }
}

/// The security token must be the one that came with the AccessKey, and in time.
fn check_token(session: &Session, token: Option<&str>, real: Timestamp) -> Result<(), ApiError> {
    match token {
        None => Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "MissingSecurityToken",
            "SecurityToken is mandatory for this action.",
        )),
        Some(token) if !token.starts_with("CAIS") => {
            Err(bad_token("Malformed", "Specified SecurityToken is malformed."))
        }
        Some(token) if token != session.token => Err(bad_token("MismatchWithAccessKey", MISMATCH)),
        Some(_) if session.expires <= real => {
            Err(bad_token("Expired", "Specified SecurityToken is expired."))
        }
        Some(_) => Ok(()),
    }
}

fn bad_token(kind: &str, message: &str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, &format!("InvalidSecurityToken.{kind}"), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_file_does_not_take_is_not_done() {
        let data = std::env::temp_dir().join(format!("keyturn-full-{}.sqlite", std::process::id()));
        let options = Options {
            region_ids: vec!["cn-hangzhou".into()],
            dataset: Dataset::Demo,
            data: Some(data.clone()),
        };
        let sandbox = Sandbox::open(options).unwrap();
        let mut shared = sandbox.lock();
        let before = serde_json::to_value(&shared.world).unwrap();
        shared.store.as_ref().unwrap().limit_pages(0);
        // More than the last page has room for.
        shared.world.user_mut("checkout-api").unwrap().comments = "x".repeat(100_000);
        shared.is_clock_turned = true;
        shared.clock.freeze(Timestamp::now(), true);
        assert!(shared.save().is_err());
        assert_eq!(serde_json::to_value(&shared.world).unwrap(), before);
        assert!(!shared.clock.is_frozen());

        shared.store.as_ref().unwrap().limit_pages(1_000_000);
        shared.world.user_mut("checkout-api").unwrap().comments = "x".repeat(100_000);
        assert_eq!(shared.save(), Ok(()));
        drop(shared);
        drop(sandbox);
        for beside in ["", "-wal"] {
            let _ = std::fs::remove_file(format!("{}{beside}", data.display()));
        }
    }
}
