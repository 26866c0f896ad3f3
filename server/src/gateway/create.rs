//! Creating: RAM users to choose from, KMS instances, and the one call that carries a typed value.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt;
use keyturn_app::model::access_key::{self, RamUser};
use keyturn_app::model::new_secret::{KmsInstance, NewSecret, Prerequisites};
use keyturn_app::model::secret::{RAM_SECRET_PREFIX, SecretName, Tag};
use keyturn_app::model::unmanaged::LeftBy;
use keyturn_cloud::credentials::Secret;
use keyturn_cloud::kms::{AccessKeyPair, NewRamSecret};
use keyturn_cloud::{CloudError, ErrorKind};

use super::Gateway;
use super::details::access_keys_of;
use super::secrets::now_ms;
use super::service_role::service_role;
use crate::identity::{Grants, Place, Role};

/// How long the users and who manages them serve the letters of one search.
const FRESH: Duration = Duration::from_secs(1);
/// Users that one search answers.
const MOST_MATCHES: usize = 20;
/// Calls beside each other.
const CONCURRENT: usize = 8;

/// All RAM users, and which secret manages whom, in all offered regions.
pub(crate) struct Directory {
    /// Name and display name.
    users: Vec<(String, String)>,
    /// By the last part of a secret's name.
    managed: HashMap<String, Manager>,
    /// What managed whom before it was deleted, by the last part of its name.
    left: BTreeMap<String, (String, String)>,
    /// Regions whose secrets could not be read.
    pub(super) unread_regions: Vec<String>,
    since: Instant,
}

/// A secret that manages a user.
struct Manager {
    region: String,
    name: String,
    /// In its deletion window: it rotates nothing any more.
    is_pending_deletion: bool,
    /// Who may see it depends on them.
    tags: Vec<Tag>,
}

#[derive(Default)]
pub(crate) struct DirectoryCache(Mutex<Option<Arc<Directory>>>);

impl DirectoryCache {
    fn get(&self) -> Option<Arc<Directory>> {
        let directory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        directory.clone().filter(|directory| directory.since.elapsed() < FRESH)
    }

    pub(super) fn put(&self, directory: Option<Arc<Directory>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = directory;
    }
}

impl Gateway {
    pub(crate) async fn search_ram_users(
        &self,
        region: &str,
        text: &str,
        grants: &Grants,
    ) -> Result<Vec<RamUser>, CloudError> {
        let directory = self.directory(region).await?;
        // A user that a hidden secret manages is hidden with it; one that none manages is there for who could make its secret.
        let is_visible = |name: &str, display: &str| match directory.find(name, display) {
            Some(Manager { region, name, tags, .. }) => grants.over(Place { region, name, tags }).is_some(),
            None => grants.over_new(region, &format!("{RAM_SECRET_PREFIX}{name}")) >= Some(Role::Operator),
        };
        let matches = directory
            .users
            .iter()
            .filter(|(name, display)| access_key::matches(name, display, text) && is_visible(name, display));
        // Those that can be chosen first; within each kind by name.
        let (free, managed): (Vec<_>, Vec<_>) =
            matches.partition(|(name, display)| directory.manager(name, display).is_none());
        let chosen: Vec<(String, String)> =
            free.into_iter().chain(managed).take(MOST_MATCHES).cloned().collect();
        let users = futures::stream::iter(chosen)
            .map(|(name, display)| {
                let managed_by = directory.manager(&name, &display);
                let client = self.client.clone();
                let region = region.to_owned();
                let needs_proof = grants.over_user(&name) < Some(Role::Operator);
                async move {
                    let keys = client.list_access_keys(&region, &name).await;
                    RamUser {
                        name,
                        display_name: display,
                        access_keys: keys.ok().map(access_keys_of),
                        managed_by,
                        roles: Vec::new(),
                        needs_proof,
                    }
                }
            })
            .buffered(CONCURRENT);
        Ok(users.collect().await)
    }

    /// And why KMS instances or their keys could not be listed: that does not hide the rest.
    pub(crate) async fn get_prerequisites(&self, region: &str) -> (Prerequisites, Option<CloudError>) {
        let (listed, has_service_role) =
            tokio::join!(self.client.list_kms_instances(region), self.has_service_role(region));
        let sandbox_time = listed.as_ref().ok().and_then(|listed| listed.sandbox_time);
        let (ids, mut error) = match listed {
            Ok(listed) => (listed.body, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let mut instances = Vec::new();
        for id in ids {
            match self.client.list_keys(region, &id).await {
                Ok(keys) => instances.push(KmsInstance { id, key_ids: keys.body }),
                Err(why) => error = Some(why),
            }
        }
        let now_ms = Some(now_ms(sandbox_time));
        (Prerequisites { instances, instances_error: None, has_service_role, now_ms }, error)
    }

    /// Whether either role is there; `None` where RAM does not let us see.
    pub(super) async fn has_service_role(&self, region: &str) -> Option<bool> {
        service_role(&self.client, region).await.ok().map(|role| role.is_some())
    }

    /// A lost answer, and a refusal because the secret exists if this is a retry, are settled by looking for our own version.
    pub(crate) async fn create_secret(
        &self,
        region: &str,
        secret: &NewSecret,
        is_retry: bool,
    ) -> Result<SecretName, CloudError> {
        let request = NewRamSecret {
            user_name: secret.user_name.clone(),
            access_keys: secret
                .access_keys
                .iter()
                .map(|key| AccessKeyPair {
                    access_key_id: key.id.clone(),
                    access_key_secret: Secret::new(key.secret.expose().to_owned()),
                })
                .collect(),
            description: secret.description.clone(),
            rotation_interval_seconds: secret.rotation.map(|period| period.seconds()),
            version_id: secret.version_id.clone(),
            dkms_instance_id: secret.instance.as_ref().map(|(instance, _)| instance.clone()),
            encryption_key_id: secret.instance.as_ref().map(|(_, key)| key.clone()),
            tags: secret.tags.iter().map(super::edit::to_vendor).collect(),
        };
        let answer = self.client.create_secret(region, &request).await;
        self.forget(region);
        self.directory.put(None);
        match answer {
            // KMS's answer is the truth about the name.
            Ok(reply) => SecretName::parse(&reply.body.secret_name).ok_or_else(|| {
                let (kind, why) = (ErrorKind::UnreadableAnswer, "the answer holds no secret's name");
                CloudError {
                    request_id: Some(reply.request_id),
                    ..CloudError::new(kind, keyturn_cloud::Service::Kms, "CreateSecret", why)
                }
            }),
            Err(error)
                if error.kind == ErrorKind::UnknownOutcome
                    || (is_retry && error.kind == ErrorKind::AlreadyExists) =>
            {
                match self.own(region, secret).await {
                    Some(name) => Ok(name),
                    None => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// The secret of this user in this region, if it holds our version.
    async fn own(&self, region: &str, secret: &NewSecret) -> Option<SecretName> {
        let listed = self.client.list_secrets(region).await.ok()?.body;
        let likely = format!("{RAM_SECRET_PREFIX}{}", secret.user_name);
        let mut names: Vec<&str> = listed.iter().map(|listed| listed.secret_name.as_str()).collect();
        // The likely name first: the others are asked only where KMS named it otherwise.
        names.sort_by_key(|name| *name != likely);
        for name in names {
            let versions = self.client.list_secret_version_ids(region, name).await;
            let is_ours = versions
                .is_ok_and(|reply| reply.body.iter().any(|version| version.version_id == secret.version_id));
            if is_ours {
                return SecretName::parse(name);
            }
            if name == likely {
                let described = self.client.describe_secret(region, name).await.ok()?;
                if described.body.user_name().as_deref() == Some(&secret.user_name) {
                    return None;
                }
            }
        }
        None
    }

    pub(super) async fn directory(&self, region: &str) -> Result<Arc<Directory>, CloudError> {
        if let Some(directory) = self.directory.get() {
            return Ok(directory);
        }
        let users = self.client.list_users(region).await?;
        let lists = futures::stream::iter(self.client.regions().to_vec())
            .map(|region| {
                let client = self.client.clone();
                async move {
                    let list = client.list_secrets(&region).await;
                    (region, list)
                }
            })
            .buffer_unordered(CONCURRENT);
        let lists: Vec<_> = lists.collect().await;
        let mut managed = HashMap::new();
        let mut unread_regions = Vec::new();
        for (region, list) in lists {
            // A region that does not answer hides nobody: KMS itself refuses a second secret.
            let Ok(reply) = list else {
                unread_regions.push(region);
                continue;
            };
            for secret in reply.body {
                let Some(user) = secret.secret_name.strip_prefix(RAM_SECRET_PREFIX) else { continue };
                let is_pending_deletion = secret.planned_delete_time.is_some();
                // Of two, the one that rotates.
                let is_better = |known: &Manager| known.is_pending_deletion && !is_pending_deletion;
                if managed.get(user).is_none_or(is_better) {
                    let (user, name) = (user.to_owned(), secret.secret_name.clone());
                    let tags = super::secrets::tags_of(&secret.tags);
                    managed.insert(user, Manager { region: region.clone(), name, is_pending_deletion, tags });
                }
            }
        }
        unread_regions.sort();
        let mut users: Vec<_> = users.into_iter().map(|user| (user.user_name, user.display_name)).collect();
        users.sort();
        let now = managed.iter().map(|(user, manager): (&String, &Manager)| (user.clone(), manager.place()));
        let names = names(&users);
        let mut left = self.kept.places(now.collect(), |user| names.contains(user)).await;
        // Of a region that does not answer nothing can be said.
        let regions = self.client.regions();
        left.retain(|_, (region, _)| regions.contains(region) && !unread_regions.contains(region));
        let directory = Arc::new(Directory { users, managed, left, unread_regions, since: Instant::now() });
        self.directory.put(Some(directory.clone()));
        Ok(directory)
    }
}

impl Directory {
    /// KMS makes a secret's name of the user's name or display name: sources differ.
    pub(super) fn manager(&self, name: &str, display_name: &str) -> Option<(String, String)> {
        self.find(name, display_name).map(Manager::place)
    }

    /// Whether there is a RAM user of exactly this name.
    pub(super) fn has_user(&self, name: &str) -> bool {
        self.users.iter().any(|(of, _)| of == name)
    }

    /// Empty where there is no such user.
    pub(super) fn display_name(&self, name: &str) -> String {
        let user = self.users.iter().find(|(of, _)| of == name);
        user.map(|(_, display_name)| display_name.clone()).unwrap_or_default()
    }

    /// Users that nothing rotates: name, display name, and the secret that did.
    pub(super) fn unmanaged(&self) -> impl Iterator<Item = (&str, &str, Option<LeftBy>)> {
        self.users.iter().filter_map(|(name, display_name)| {
            let left_by = match self.find(name, display_name) {
                Some(manager) if !manager.is_pending_deletion => return None,
                Some(manager) => Some((manager.place(), false)),
                None => self.left.get(name).map(|place| (place.clone(), true)),
            };
            let left_by = left_by.map(|((region, name), is_gone)| LeftBy { region, name, is_gone });
            Some((name.as_str(), display_name.as_str(), left_by))
        })
    }

    /// Secrets whose RAM user does not exist.
    pub(super) fn orphans(&self) -> Vec<String> {
        let known = names(&self.users);
        let is_orphan = |user: &str, of: &Manager| !of.is_pending_deletion && !known.contains(user);
        let orphans = self.managed.iter().filter(|(user, of)| is_orphan(user, of));
        let mut names: Vec<String> = orphans.map(|(_, of)| of.name.clone()).collect();
        names.sort();
        names
    }

    fn find(&self, name: &str, display_name: &str) -> Option<&Manager> {
        // A display name that is another user's name is that user's.
        let is_free = self.users.binary_search_by(|(of, _)| of.as_str().cmp(display_name)).is_err();
        self.managed.get(name).or_else(|| self.managed.get(display_name).filter(|_| is_free))
    }
}

/// Of all users, the display names too.
fn names(users: &[(String, String)]) -> HashSet<&str> {
    users.iter().flat_map(|(name, display_name)| [name.as_str(), display_name.as_str()]).collect()
}

impl Manager {
    /// Region and name.
    fn place(&self) -> (String, String) {
        (self.region.clone(), self.name.clone())
    }
}
