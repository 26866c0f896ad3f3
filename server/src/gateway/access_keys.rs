//! AccessKeys of RAM users: those that no secret manages, and disabling and deleting by hand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt;
use keyturn_app::model::access_key::{AccessKey, KeyChange, RamUser, Receipt};
use keyturn_app::model::drift::{self, Role};
use keyturn_app::model::error::{ApiError, ErrorCode};
use keyturn_app::model::secret::SecretName;
use keyturn_app::model::unmanaged::{self, KeyQuery, ReadUser, UnmanagedKeys};
use keyturn_cloud::CloudError;
use tokio::sync::Notify;

use super::{Gateway, details, pace};

/// How long what was read serves.
const FRESH: Duration = Duration::from_secs(60);
const FAILED_FRESH: Duration = Duration::from_secs(10);
/// Users whose AccessKeys are read at once, and then a second: no source tells RAM's quotas.
const USERS_AT_ONCE: usize = 20;
const USERS_A_SECOND: u32 = 15;
/// Users beside each other.
const CONCURRENT: usize = 8;
/// How long an answer waits for what is being read.
const BUDGET: Duration = Duration::from_millis(500);

/// The users that no secret manages, with their AccessKeys as far as they are known.
#[derive(Default)]
pub(crate) struct KeyScan {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    users: Vec<ReadUser>,
    unread_regions: Vec<String>,
    error: Option<ApiError>,
    is_reading: bool,
    since: Option<Instant>,
    asked_ms: Option<i64>,
}

impl KeyScan {
    /// After a change: it is read anew when it is asked for next.
    pub(crate) fn forget(&self) {
        self.update(|state| state.since = None);
    }

    fn claim(&self, is_refresh: bool) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let age = if state.error.is_some() { FAILED_FRESH } else { FRESH };
        let is_fresh = !is_refresh && state.since.is_some_and(|since| since.elapsed() < age);
        if state.is_reading || is_fresh {
            return false;
        }
        state.is_reading = true;
        true
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_waiters();
    }

    fn is_reading(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_reading
    }
}

impl Gateway {
    /// The user with the AccessKeys, their last use, and the secret that manages it.
    pub(crate) async fn get_ram_user(&self, name: &str) -> Result<RamUser, CloudError> {
        let region = self.default_region();
        let (directory, keys) =
            tokio::join!(self.directory(region), self.client.list_access_keys(region, name));
        let (directory, keys) = (directory?, details::access_keys_of(keys?));
        let display_name = directory.display_name(name);
        Ok(RamUser {
            name: name.to_owned(),
            managed_by: directory.manager(name, &display_name),
            display_name,
            access_keys: Some(details::with_last_use(&self.client, region, name, keys).await),
        })
    }

    /// Refused where it would stop what reads a secret, or where an AccessKey that works would be deleted.
    pub(crate) async fn change_access_key(
        &self,
        user_name: &str,
        id: &str,
        change: KeyChange,
    ) -> Result<Result<Receipt, ErrorCode>, CloudError> {
        let region = self.default_region();
        if change != KeyChange::Enable
            && let Some(refusal) = self.key_hindrance(user_name, id, change).await?
        {
            return Ok(Err(refusal));
        }
        let answer = match change {
            KeyChange::Delete => self.client.delete_access_key(region, user_name, id).await,
            KeyChange::Enable | KeyChange::Disable => {
                self.client.update_access_key(region, user_name, id, change == KeyChange::Enable).await
            }
        };
        self.keys.forget();
        self.directory.put(None);
        let request_id = match answer {
            Ok(request_id) => request_id,
            // What was lost on the way back is settled by a look.
            Err(error) if error.kind == keyturn_cloud::ErrorKind::UnknownOutcome => {
                let keys = self.client.list_access_keys(region, user_name).await.ok();
                let is_done = keys.is_some_and(|keys| {
                    let key = keys.iter().find(|key| key.access_key_id == id);
                    match change {
                        KeyChange::Delete => key.is_none(),
                        KeyChange::Enable => key.is_some_and(|key| key.status == "Active"),
                        KeyChange::Disable => key.is_some_and(|key| key.status == "Inactive"),
                    }
                });
                if !is_done {
                    return Err(error);
                }
                String::new()
            }
            Err(error) => return Err(error),
        };
        Ok(Ok(self.receipt(change.action(), request_id).await))
    }

    /// What the cloud answered to a change, with who signed it.
    pub(super) async fn receipt(&self, action: &str, request_id: String) -> Receipt {
        let region = self.default_region();
        let by = self.identity.get_or_try_init(|| async {
            self.client.get_caller_identity(region).await.map(|identity| identity.arn)
        });
        Receipt {
            action: action.to_owned(),
            request_id,
            at_ms: jiff::Timestamp::now().as_millisecond(),
            by: by.await.cloned().unwrap_or_default(),
        }
    }

    async fn key_hindrance(
        &self,
        user_name: &str,
        id: &str,
        change: KeyChange,
    ) -> Result<Option<ErrorCode>, CloudError> {
        let user = self.get_ram_user(user_name).await?;
        let keys = user.access_keys.unwrap_or_default();
        let key = keys.iter().find(|key| key.id == id);
        if change == KeyChange::Delete && key.is_some_and(|key| key.is_active) {
            return Ok(Some(ErrorCode::KeyActive));
        }
        let Some((region, name)) = user.managed_by else { return Ok(None) };
        let Some(name) = SecretName::parse(&name) else { return Ok(None) };
        let secret = self.get_secret(&region, &name).await?;
        let roles = drift::roles(&secret).unwrap_or_default();
        let role = secret.access_keys.iter().flatten().zip(roles).find(|(key, _)| key.id == id);
        let is_value = role.is_some_and(|(_, role)| matches!(role, Role::Current | Role::Given));
        Ok(is_value.then_some(ErrorCode::KeyInUse))
    }

    /// As far as they are known after a short while.
    pub(crate) async fn list_unmanaged_keys(
        self: &Arc<Self>,
        query: &KeyQuery,
        is_refresh: bool,
    ) -> Result<UnmanagedKeys, ApiError> {
        if self.keys.claim(is_refresh) {
            let gateway = self.clone();
            tokio::spawn(async move {
                let error = gateway.read_keys().await.err().map(super::error::to_api);
                gateway.keys.update(|state| {
                    state.error = error;
                    state.is_reading = false;
                    state.since = Some(Instant::now());
                });
            });
        }
        let deadline = tokio::time::Instant::now() + BUDGET;
        while self.keys.is_reading() {
            let changed = self.keys.changed.notified();
            if !self.keys.is_reading() || tokio::time::timeout_at(deadline, changed).await.is_err() {
                break;
            }
        }
        let state = self.keys.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(error), None) = (&state.error, state.asked_ms) {
            return Err(error.clone());
        }
        Ok(UnmanagedKeys {
            unread_regions: state.unread_regions.clone(),
            error: state.error.as_ref().map(ToString::to_string),
            is_reading: state.is_reading,
            asked_ms: state.asked_ms,
            ..unmanaged::build(&state.users, query)
        })
    }

    async fn read_keys(&self) -> Result<(), CloudError> {
        let region = self.default_region();
        let directory = self.directory(region).await?;
        let before: HashMap<String, ReadUser> = {
            let state = self.keys.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.users.iter().map(|user| (user.name.clone(), user.clone())).collect()
        };
        // What was known is shown until it is read anew.
        let users: Vec<ReadUser> = directory
            .unmanaged()
            .map(|(name, display_name, left_by)| ReadUser {
                name: name.to_owned(),
                display_name: display_name.to_owned(),
                left_by,
                keys: before.get(name).and_then(|user| user.keys.clone()),
            })
            .collect();
        let names: Vec<(usize, String)> = users.iter().map(|user| user.name.clone()).enumerate().collect();
        self.keys.update(|state| {
            state.users = users;
            state.unread_regions = directory.unread_regions.clone();
            state.asked_ms = Some(jiff::Timestamp::now().as_millisecond());
        });
        futures::stream::iter(names)
            .zip(pace::turns(USERS_AT_ONCE, USERS_A_SECOND))
            .for_each_concurrent(CONCURRENT, |((index, name), ())| async move {
                let keys = self.read_user(region, &name).await;
                self.keys.update(|state| {
                    if let Some(user) = state.users.get_mut(index) {
                        user.keys = Some(keys);
                    }
                });
            })
            .await;
        Ok(())
    }

    async fn read_user(&self, region: &str, name: &str) -> Result<Vec<AccessKey>, ()> {
        let keys = self.client.list_access_keys(region, name).await.map_err(|_| ())?;
        Ok(details::with_last_use(&self.client, region, name, details::access_keys_of(keys)).await)
    }

    /// RAM is global: it is reached through any region.
    fn default_region(&self) -> &str {
        self.client.regions().first().map(String::as_str).unwrap_or_default()
    }
}
