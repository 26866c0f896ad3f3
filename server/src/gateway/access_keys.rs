//! AccessKeys of RAM users: those that no secret manages, and disabling and deleting by hand.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::StreamExt;
use keyturn_app::model::access_key::{AccessKey, KeyChange, RamUser, Receipt};
use keyturn_app::model::drift::{self, Role};
use keyturn_app::model::error::{ApiError, ErrorCode};
use keyturn_app::model::secret::SecretName;
use keyturn_app::model::unmanaged::{self, KeyQuery, ReadUser, UnmanagedKeys};
use keyturn_cloud::CloudError;

use super::reading::{BUDGET, FAILED_FRESH, FRESH, Turn};
use super::{Gateway, details, pace};
use crate::identity::Grants;

/// Users whose AccessKeys are read at once, and then a second: no source tells RAM's quotas.
const USERS_AT_ONCE: usize = 20;
const USERS_A_SECOND: u32 = 15;
/// Users beside each other.
const CONCURRENT: usize = 8;
/// How long a change that is done waits to be told who signed it.
const IDENTITY_LIMIT: Duration = Duration::from_secs(2);

/// The users that no secret manages, with their AccessKeys as far as they are known.
#[derive(Default)]
pub(crate) struct KeyScan {
    users: Vec<ReadUser>,
    unread_regions: Vec<String>,
    /// Secrets whose RAM user does not exist.
    orphans: Vec<String>,
    error: Option<ApiError>,
    asked_ms: Option<i64>,
}

impl Gateway {
    /// The user with the AccessKeys, their last use, and the secret that manages it.
    pub(crate) async fn get_ram_user(&self, name: &str) -> Result<RamUser, CloudError> {
        let region = self.default_region();
        let (directory, keys) =
            tokio::join!(self.directory(region), self.client.list_access_keys(region, name));
        let (directory, keys) = (directory?, details::access_keys_of(keys?));
        let display_name = directory.display_name(name);
        let managed_by = directory.manager(name, &display_name);
        let (access_keys, roles) = tokio::join!(
            details::with_last_use(&self.client, region, name, keys),
            self.roles(managed_by.as_ref())
        );
        Ok(RamUser {
            name: name.to_owned(),
            managed_by,
            display_name,
            roles: access_keys.iter().map_while(|key| roles.get(&key.id).copied()).collect(),
            access_keys: Some(access_keys),
            needs_proof: false,
        })
    }

    /// What the AccessKeys are to this secret, by their IDs; nothing where that cannot be told.
    async fn roles(&self, secret: Option<&(String, String)>) -> HashMap<String, Role> {
        let Some((region, name)) = secret else { return HashMap::new() };
        let Some(name) = SecretName::parse(name) else { return HashMap::new() };
        match self.get_secret(region, &name).await {
            Ok(secret) => {
                drift::keys(&secret).filter_map(|(key, role)| Some((key.id.clone(), role?))).collect()
            }
            Err(_) => HashMap::new(),
        }
    }

    /// Changes an AccessKey. Returns the reason if the change is rejected: the AccessKey does not exist, a secret depends on it, or
    /// it is active and would be deleted.
    pub(crate) async fn change_access_key(
        &self,
        user_name: &str,
        id: &str,
        change: KeyChange,
    ) -> Result<Result<Receipt, ErrorCode>, CloudError> {
        let region = self.default_region();
        if let Some(refusal) = self.key_hindrance(user_name, id, change).await? {
            return Ok(Err(refusal));
        }
        let answer = match change {
            KeyChange::Delete => self.client.delete_access_key(region, user_name, id).await,
            KeyChange::Enable | KeyChange::Disable | KeyChange::DisableInUse => {
                self.client.update_access_key(region, user_name, id, change == KeyChange::Enable).await
            }
        };
        self.keys.forget();
        self.details.ask_ram_again(user_name);
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
                        KeyChange::Disable | KeyChange::DisableInUse => {
                            key.is_some_and(|key| key.status == "Inactive")
                        }
                    }
                });
                if !is_done {
                    return Err(error);
                }
                String::new()
            }
            Err(error) => return Err(error),
        };
        Ok(Ok(self.receipt(change.action(), id, request_id).await))
    }

    /// What the cloud answered to a change, with who signed it.
    pub(super) async fn receipt(&self, action: &str, about: &str, request_id: String) -> Receipt {
        let by = self.signer(self.default_region());
        Receipt {
            action: action.to_owned(),
            about: about.to_owned(),
            request_id,
            at_ms: jiff::Timestamp::now().as_millisecond(),
            by: tokio::time::timeout(IDENTITY_LIMIT, by).await.ok().and_then(Result::ok).unwrap_or_default(),
        }
    }

    async fn key_hindrance(
        &self,
        user_name: &str,
        id: &str,
        change: KeyChange,
    ) -> Result<Option<ErrorCode>, CloudError> {
        let region = self.default_region();
        let keys = details::access_keys_of(self.client.list_access_keys(region, user_name).await?);
        if !keys.iter().any(|key| key.id == id) {
            return Ok(Some(ErrorCode::NotFound));
        }
        // After a leak this must not wait for a list of all users and secrets.
        if matches!(change, KeyChange::Enable | KeyChange::DisableInUse) {
            return Ok(None);
        }
        let directory = self.directory(region).await?;
        // Reject a name in another letter case: RAM may accept it, and the directory would not find its secret.
        if !directory.has_user(user_name) {
            return Ok(Some(ErrorCode::NotFound));
        }
        if change == KeyChange::Delete && keys.iter().any(|key| key.id == id && key.is_active) {
            return Ok(Some(ErrorCode::KeyActive));
        }
        let Some((region, name)) = directory.manager(user_name, &directory.display_name(user_name)) else {
            // A region that does not answer may hold the secret that lives by this AccessKey.
            return Ok((!directory.unread_regions.is_empty()).then_some(ErrorCode::KeyUnsure));
        };
        let Some(name) = SecretName::parse(&name) else { return Ok(Some(ErrorCode::KeyUnsure)) };
        let secret = self.get_secret(&region, &name).await?;
        // Reject a secret that the directory found by a display name: any RAM user can have that name. Do not skip a secret in
        // its deletion window: after a restore it returns its current AccessKey again.
        if secret.row.user_name() != user_name {
            return Ok(Some(ErrorCode::KeyUnsure));
        }
        let role = drift::keys(&secret).find(|(key, _)| key.id == id).and_then(|(_, role)| role);
        Ok(match role {
            Some(Role::Outgoing | Role::Foreign) => None,
            Some(Role::Current | Role::Given) => Some(ErrorCode::KeyInUse),
            None => Some(ErrorCode::KeyUnsure),
        })
    }

    /// As far as they are known after a short while.
    pub(crate) async fn list_unmanaged_keys(
        self: &Arc<Self>,
        query: &KeyQuery,
        is_refresh: bool,
        grants: &Grants,
    ) -> Result<UnmanagedKeys, ApiError> {
        let age = if is_refresh { Duration::ZERO } else { FRESH };
        if let Some(turn) = self.keys.claim(age, FAILED_FRESH) {
            let gateway = self.clone();
            tokio::spawn(async move { gateway.read_keys(turn).await });
        }
        self.keys.settled(tokio::time::Instant::now() + BUDGET).await;
        self.keys.look(|scan, is_reading| match (&scan.error, scan.asked_ms) {
            (Some(error), None) => Err(error.clone().in_words()),
            _ => {
                let is_visible = |user: &&ReadUser| grants.over_user(&user.name).is_some();
                let users: Vec<ReadUser> = scan.users.iter().filter(is_visible).cloned().collect();
                Ok(UnmanagedKeys {
                    unread_regions: scan.unread_regions.clone(),
                    orphans: match grants.everywhere() {
                        Some(_) => scan.orphans.clone(),
                        None => Vec::new(),
                    },
                    error: scan.error.clone().map(ApiError::in_words),
                    is_reading,
                    asked_ms: scan.asked_ms,
                    ..unmanaged::build(&users, query)
                })
            }
        })
    }

    async fn read_keys(&self, turn: Turn<KeyScan>) {
        let region = self.default_region();
        let directory = match self.directory(region).await {
            Ok(directory) => directory,
            Err(error) => {
                tracing::warn!(kind = ?error.kind, "the RAM users could not be read");
                let error = super::error::to_api(error);
                return turn.update(|scan| scan.error = Some(error));
            }
        };
        // What was known is shown until it is read anew.
        let before: HashMap<String, ReadUser> =
            turn.look(|scan| scan.users.iter().map(|user| (user.name.clone(), user.clone())).collect());
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
        turn.update(|scan| {
            *scan = KeyScan {
                users,
                unread_regions: directory.unread_regions.clone(),
                orphans: directory.orphans(),
                error: None,
                asked_ms: Some(jiff::Timestamp::now().as_millisecond()),
            };
        });
        let by_turn = &turn;
        let has_failed = AtomicBool::new(!directory.unread_regions.is_empty());
        let failed = &has_failed;
        futures::stream::iter(names)
            .zip(pace::turns(USERS_AT_ONCE, USERS_A_SECOND))
            .for_each_concurrent(CONCURRENT, |((index, name), ())| async move {
                let keys = self.read_user(region, &name).await;
                if keys.is_err() {
                    failed.store(true, Ordering::Relaxed);
                }
                by_turn.update(|scan| {
                    // A failure does not take away what is known.
                    let user = scan.users.get_mut(index).filter(|user| keys.is_ok() || user.keys.is_none());
                    if let Some(user) = user {
                        user.keys = Some(keys);
                    }
                });
            })
            .await;
        if !has_failed.into_inner() {
            turn.succeeded();
        }
    }

    async fn read_user(&self, region: &str, name: &str) -> Result<Vec<AccessKey>, ()> {
        let keys = self.client.list_access_keys(region, name).await.map_err(|error| {
            tracing::warn!(kind = ?error.kind, "the AccessKeys of a RAM user could not be read");
        })?;
        Ok(details::with_last_use(&self.client, region, name, details::access_keys_of(keys)).await)
    }

    /// RAM is global: it is reached through any region.
    pub(super) fn default_region(&self) -> &str {
        self.client.regions().first().map(String::as_str).unwrap_or_default()
    }
}
