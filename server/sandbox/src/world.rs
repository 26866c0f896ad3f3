//! What the sandbox knows: the account's users, roles, KMS instances and secrets, and what falls due when.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::format;
use crate::error::ApiError;
use crate::ram::user_not_found;
use crate::secret::{AccessKeyPair, Event, NoRotation, Secret, Windows};

/// AccessKeys of one RAM user (`facts.md`).
pub(crate) const MOST_ACCESS_KEYS: usize = 2;
/// Things that happened by themselves, kept for `GET /_sandbox/events`.
const MOST_HAPPENINGS: usize = 1_000;

/// Everything that the clock moves or a call changes.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct World {
    /// The offered regions, the default first; only these have secrets.
    pub(crate) region_ids: Vec<String>,
    pub(crate) users: BTreeMap<String, User>,
    /// Whose an AccessKey is, by its ID. Follows from the users.
    #[serde(skip)]
    owners: HashMap<String, String>,
    pub(crate) roles: BTreeMap<String, Role>,
    /// The account's own policies.
    pub(crate) policies: BTreeMap<String, Policy>,
    pub(crate) windows: Windows,
    pub(crate) instances: Vec<Instance>,
    /// By region, then by name.
    pub(crate) secrets: BTreeMap<String, BTreeMap<String, Secret>>,
    /// When the next thing happens to which secret; entries that no longer hold are skipped. Follows from the secrets.
    #[serde(skip)]
    agenda: BTreeSet<(Timestamp, String, String)>,
    /// When the last immediate rotations were asked for.
    rotations: VecDeque<Timestamp>,
    /// What happened by itself, the newest first.
    happened: VecDeque<Happening>,
    /// Feeds every made-up ID, so that the same seed gives the same data.
    pub(crate) ids: Ids,
}

/// A RAM user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct User {
    pub(crate) user_id: String,
    pub(crate) display_name: String,
    pub(crate) comments: String,
    pub(crate) created: Timestamp,
    pub(crate) access_keys: Vec<AccessKey>,
}

/// An AccessKey of a RAM user, with its secret: signatures are verified with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessKey {
    pub(crate) pair: AccessKeyPair,
    pub(crate) is_active: bool,
    pub(crate) created: Timestamp,
    /// When it last signed a call.
    pub(crate) last_used: Option<Timestamp>,
}

/// A RAM role with the policies that are attached to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) description: String,
    /// Who may assume it: a policy document.
    pub(crate) trust: String,
    pub(crate) max_session_seconds: usize,
    pub(crate) created: Timestamp,
    pub(crate) policies: Vec<Attached>,
}

/// A policy of the account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) description: String,
    /// Kept for the export of the state; nothing is evaluated yet.
    pub(crate) document: String,
}

/// A policy at a role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attached {
    pub(crate) name: String,
    pub(crate) is_system: bool,
    pub(crate) at: Timestamp,
}

/// Something that the clock made happen.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Happening {
    pub(crate) at: String,
    pub(crate) region: String,
    pub(crate) secret: String,
    /// `rotation-started`, `rotation-failed`, `rotation-ended` or `deleted`.
    pub(crate) event: String,
}

/// A KMS instance and the IDs of its symmetric keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) region: String,
    pub(crate) key_ids: Vec<String>,
    pub(crate) created: Timestamp,
}

/// IDs in the vendor's shapes, made from a seed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ids {
    seed: u64,
    count: u64,
}

/// Either of the two service roles lets KMS manage AccessKeys (`kms-ram-api.md` 0.1; the second is spelled so).
pub(crate) const SERVICE_ROLES: [&str; 2] =
    ["AliyunKMSManageRAMCredentialsRole", "AliyunKMSManagedRAMCrendentialsRole"];

impl World {
    pub(crate) fn secret(&self, region: &str, name: &str) -> Option<&Secret> {
        self.secrets.get(region)?.get(name)
    }

    pub(crate) fn secret_mut(&mut self, region: &str, name: &str) -> Option<&mut Secret> {
        self.secrets.get_mut(region)?.get_mut(name)
    }

    /// The secret that manages a user, in whichever region.
    pub(crate) fn secret_of_user(&self, user_name: &str) -> Option<&Secret> {
        self.secrets.values().flat_map(BTreeMap::values).find(|secret| secret.user_name == user_name)
    }

    pub(crate) fn insert(&mut self, region: &str, secret: Secret) {
        let name = secret.name.clone();
        self.secrets.entry(region.to_owned()).or_default().insert(name.clone(), secret);
        self.schedule(region, &name);
    }

    pub(crate) fn remove(&mut self, region: &str, name: &str) -> Option<Secret> {
        self.secrets.get_mut(region)?.remove(name)
    }

    /// To be called after every change of a secret's dates.
    pub(crate) fn schedule(&mut self, region: &str, name: &str) {
        if let Some((at, _)) = self.secret(region, name).and_then(Secret::next_event) {
            self.agenda.insert((at, region.to_owned(), name.to_owned()));
        }
    }

    /// Makes happen, in order, what has fallen due by `now`.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        while let Some((at, region, name)) = self.agenda.pop_first() {
            if at > now {
                self.agenda.insert((at, region, name));
                return;
            }
            match self.secret(&region, &name).and_then(Secret::next_event) {
                Some((due, event)) if due == at => {
                    self.happen(&region, &name, event, at);
                    self.schedule(&region, &name);
                }
                _ => {}
            }
        }
    }

    fn happen(&mut self, region: &str, name: &str, event: Event, at: Timestamp) {
        let what = match event {
            Event::Deletion => {
                self.remove(region, name);
                "deleted"
            }
            Event::RotationStart => {
                let version_id = self.ids.uuid();
                match self.start_rotation(region, name, version_id, at, self.windows.automatic) {
                    Ok(()) => "rotation-started",
                    Err(_) => "rotation-failed",
                }
            }
            Event::RotationEnd => {
                let Self { secrets, users, .. } = self;
                if let Some(secret) = secrets.get_mut(region).and_then(|secrets| secrets.get_mut(name)) {
                    for id in secret.end_rotation(users.get_mut(&secret.user_name), at) {
                        self.owners.remove(&id);
                    }
                }
                "rotation-ended"
            }
        };
        self.happened.truncate(MOST_HAPPENINGS - 1);
        self.happened.push_front(Happening {
            at: format(at),
            region: region.to_owned(),
            secret: name.to_owned(),
            event: what.to_owned(),
        });
    }

    /// What happened by itself, the newest first.
    pub(crate) fn happened(&self, limit: usize) -> Vec<&Happening> {
        self.happened.iter().take(limit).collect()
    }

    /// Rotates now, as a person asks for it.
    pub(crate) fn rotate(
        &mut self,
        region: &str,
        name: &str,
        version_id: String,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        if !self.has_service_role() {
            return Err(ApiError::no_service_role(SERVICE_ROLES[0]));
        }
        let user_name = self.secret(region, name).map(|secret| secret.user_name.clone()).unwrap_or_default();
        self.rotations.push_back(now);
        let answer = self.start_rotation(region, name, version_id, now, self.windows.immediate);
        self.schedule(region, name);
        answer.map_err(|why| match why {
            NoRotation::UserGone => user_not_found(&user_name),
            NoRotation::NoRoom => ApiError::too_many_access_keys(),
        })
    }

    /// How many immediate rotations the account has had in the last hour.
    pub(crate) fn rotations_of_the_last_hour(&mut self, now: Timestamp) -> usize {
        // A clock that was set back leaves dates in the future; they do not count.
        self.rotations.retain(|at| *at <= now && now.duration_since(*at) < SignedDuration::from_hours(1));
        self.rotations.len()
    }

    fn start_rotation(
        &mut self,
        region: &str,
        name: &str,
        version_id: String,
        at: Timestamp,
        window: SignedDuration,
    ) -> Result<(), NoRotation> {
        let Self { secrets, users, ids, owners, .. } = self;
        let secret = secrets.get_mut(region).and_then(|secrets| secrets.get_mut(name));
        let Some(secret) = secret else { return Err(NoRotation::UserGone) };
        let pair = ids.access_key_pair();
        let id = pair.id.clone();
        let user = users.get_mut(&secret.user_name);
        let gone = secret.start_rotation(user, pair, version_id, at, window)?;
        for id in gone {
            owners.remove(&id);
        }
        owners.insert(id, secret.user_name.clone());
        Ok(())
    }

    /// Whether KMS may manage AccessKeys; either role is enough.
    pub(crate) fn has_service_role(&self) -> bool {
        SERVICE_ROLES.iter().any(|role| self.roles.contains_key(*role))
    }

    pub(crate) fn add_user(&mut self, name: &str, user: User) {
        for key in &user.access_keys {
            self.owners.insert(key.pair.id.clone(), name.to_owned());
        }
        self.users.insert(name.to_owned(), user);
    }

    pub(crate) fn add_access_key(&mut self, user_name: &str, key: AccessKey) {
        if let Some(user) = self.users.get_mut(user_name) {
            self.owners.insert(key.pair.id.clone(), user_name.to_owned());
            user.access_keys.push(key);
        }
    }

    pub(crate) fn forget_access_key(&mut self, id: &str) {
        self.owners.remove(id);
    }

    /// A world as it was read: what follows from the rest is made again.
    pub(crate) fn restored(mut self) -> Self {
        self.owners = self
            .users
            .iter()
            .flat_map(|(name, user)| user.access_keys.iter().map(|key| (key.pair.id.clone(), name.clone())))
            .collect();
        let secrets = self.secrets.iter();
        let all: Vec<(String, String)> = secrets
            .flat_map(|(region, secrets)| secrets.keys().map(|name| (region.clone(), name.clone())))
            .collect();
        for (region, name) in all {
            self.schedule(&region, &name);
        }
        self
    }

    /// The AccessKey and its user's name.
    pub(crate) fn access_key(&self, id: &str) -> Option<(&str, &AccessKey)> {
        let name = self.owners.get(id)?;
        let key = self.users.get(name)?.access_keys.iter().find(|key| key.pair.id == id)?;
        Some((name, key))
    }

    /// Notes that a key signed a call.
    pub(crate) fn used(&mut self, id: &str, now: Timestamp) {
        let user = self.owners.get(id).and_then(|name| self.users.get_mut(name));
        if let Some(key) = user.and_then(|user| user.access_keys.iter_mut().find(|key| key.pair.id == id)) {
            key.last_used = Some(now);
        }
    }
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }

    /// So many characters out of 62.
    fn base62(&mut self, length: usize) -> String {
        use sha2::{Digest, Sha256};
        const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        self.count += 1;
        let hash = Sha256::digest(format!("{}:{}", self.seed, self.count));
        hash.iter().take(length).map(|byte| char::from(ALPHABET[usize::from(*byte) % 62])).collect()
    }

    pub(crate) fn access_key_pair(&mut self) -> AccessKeyPair {
        AccessKeyPair { id: format!("LTAI5t{}", self.base62(18)), secret: self.base62(30) }
    }

    pub(crate) fn uuid(&mut self) -> String {
        use sha2::{Digest, Sha256};
        self.count += 1;
        let hex = hex::encode(Sha256::digest(format!("{}:{}:uuid", self.seed, self.count)));
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
    }

    pub(crate) fn digits(&mut self, length: usize) -> String {
        use sha2::{Digest, Sha256};
        self.count += 1;
        let hash = Sha256::digest(format!("{}:{}:digits", self.seed, self.count));
        hash.iter().take(length).map(|byte| char::from(b'0' + byte % 10)).collect()
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
