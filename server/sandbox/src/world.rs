//! What the sandbox knows: the account's users, roles, KMS instances and secrets, and what falls due when.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::secret::{AccessKeyPair, Event, Secret};

/// Everything that the clock moves or a call changes.
#[derive(Debug, Default)]
pub(crate) struct World {
    /// The offered regions, the default first; only these have secrets.
    pub(crate) region_ids: Vec<String>,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) roles: BTreeMap<String, Timestamp>,
    pub(crate) instances: Vec<Instance>,
    /// By region, then by name.
    pub(crate) secrets: BTreeMap<String, BTreeMap<String, Secret>>,
    /// When the next thing happens to which secret; entries that no longer hold are skipped.
    agenda: BTreeSet<(Timestamp, String, String)>,
    /// Feeds every made-up ID, so that the same seed gives the same data.
    pub(crate) ids: Ids,
}

/// A RAM user.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) user_id: String,
    pub(crate) display_name: String,
    pub(crate) comments: String,
    pub(crate) created: Timestamp,
    pub(crate) access_keys: Vec<AccessKey>,
}

/// An AccessKey of a RAM user, with its secret: signatures are verified with it.
#[derive(Clone, Debug)]
pub(crate) struct AccessKey {
    pub(crate) pair: AccessKeyPair,
    pub(crate) is_active: bool,
    pub(crate) created: Timestamp,
}

/// A KMS instance and the IDs of its symmetric keys.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) region: String,
    pub(crate) key_ids: Vec<String>,
}

/// IDs in the vendor's shapes, made from a seed.
#[derive(Clone, Debug, Default)]
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
        if event == Event::Deletion {
            self.remove(region, name);
            return;
        }
        let Self { secrets, users, ids, .. } = self;
        let Some(secret) = secrets.get_mut(region).and_then(|secrets| secrets.get_mut(name)) else { return };
        let user = users.get_mut(&secret.user_name);
        match event {
            Event::RotationStart => secret.start_rotation(user, ids, at),
            Event::RotationEnd => secret.end_rotation(user, at),
            Event::Deletion => {}
        }
    }

    /// The AccessKey and its user's name.
    pub(crate) fn access_key(&self, id: &str) -> Option<(&str, &AccessKey)> {
        self.users.iter().find_map(|(name, user)| {
            user.access_keys.iter().find(|key| key.pair.id == id).map(|key| (name.as_str(), key))
        })
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
mod tests;
