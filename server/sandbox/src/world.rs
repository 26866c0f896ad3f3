//! What the sandbox knows, what falls due when, and which rows of it a call has changed.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account::{AccessKey, Account, SERVICE_ROLES, Session, User};
use crate::clock::format;
use crate::error::ApiError;
use crate::ids::Ids;
use crate::policy;
use crate::ram::user_not_found;
use crate::secret::{AutomaticRotation, Event, NoRotation, Secret};

/// Things that happened by themselves, kept for `GET /_sandbox/events`.
const MOST_HAPPENINGS: usize = 1_000;
/// Sessions at a time; the one that ends first makes room.
const MOST_SESSIONS: usize = 10_000;

/// Everything that the clock moves or a call changes. What is private changes through its functions alone, which note
/// what has to be saved.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct World {
    account: Account,
    users: BTreeMap<String, User>,
    /// Whose an AccessKey is, by its ID. Follows from the users.
    #[serde(skip)]
    owners: HashMap<String, String>,
    /// By region, then by name.
    secrets: BTreeMap<String, BTreeMap<String, Secret>>,
    /// When the next thing happens to which secret. Follows from the secrets.
    #[serde(skip)]
    agenda: BTreeSet<(Timestamp, String, String)>,
    /// The entry of each secret: region and name.
    #[serde(skip)]
    scheduled: HashMap<(String, String), Timestamp>,
    /// By AccessKey ID.
    sessions: BTreeMap<String, Session>,
    /// When the last immediate rotations were asked for.
    rotations: VecDeque<Timestamp>,
    /// What happened by itself, the newest first.
    happened: VecDeque<Happening>,
    /// Feeds every made-up ID.
    pub(crate) ids: Ids,
    #[serde(skip)]
    changes: BTreeSet<Row>,
}

/// A part of the state that is saved by itself. What is small stands in `Rest`, and is saved with every other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Row {
    Account,
    Happened,
    User(String),
    Session(String),
    /// Region and name.
    Secret(String, String),
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

impl World {
    pub(crate) fn new(account: Account, ids: Ids) -> Self {
        Self { account, ids, ..Self::default() }
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn account_mut(&mut self) -> &mut Account {
        self.changes.insert(Row::Account);
        &mut self.account
    }

    pub(crate) fn users(&self) -> &BTreeMap<String, User> {
        &self.users
    }

    /// To change anything but its AccessKeys' IDs.
    pub(crate) fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        let user = self.users.get_mut(name)?;
        self.changes.insert(Row::User(name.to_owned()));
        Some(user)
    }

    /// All secrets of a region, by name.
    pub(crate) fn secrets(&self, region: &str) -> impl Iterator<Item = &Secret> {
        self.secrets.get(region).into_iter().flat_map(BTreeMap::values)
    }

    /// In all regions.
    pub(crate) fn count_secrets(&self) -> usize {
        self.secrets.values().map(BTreeMap::len).sum()
    }

    pub(crate) fn secret(&self, region: &str, name: &str) -> Option<&Secret> {
        self.secrets.get(region)?.get(name)
    }

    pub(crate) fn secret_mut(&mut self, region: &str, name: &str) -> Option<&mut Secret> {
        let secret = self.secrets.get_mut(region)?.get_mut(name)?;
        self.changes.insert(Row::Secret(region.to_owned(), name.to_owned()));
        Some(secret)
    }

    /// The secret that manages a user, in whichever region: its name follows from the user's.
    pub(crate) fn secret_of_user(&self, user_name: &str) -> Option<&Secret> {
        let name = ram_secret_name(user_name);
        self.secrets.values().find_map(|secrets| secrets.get(&name))
    }

    pub(crate) fn insert(&mut self, region: &str, secret: Secret) {
        let name = secret.name.clone();
        self.changes.insert(Row::Secret(region.to_owned(), name.clone()));
        self.secrets.entry(region.to_owned()).or_default().insert(name.clone(), secret);
        self.schedule(region, &name);
    }

    pub(crate) fn remove(&mut self, region: &str, name: &str) -> Option<Secret> {
        self.changes.insert(Row::Secret(region.to_owned(), name.to_owned()));
        let secret = self.secrets.get_mut(region)?.remove(name);
        self.schedule(region, name);
        secret
    }

    /// To be called after every change of a secret's dates.
    pub(crate) fn schedule(&mut self, region: &str, name: &str) {
        let id = (region.to_owned(), name.to_owned());
        if let Some(at) = self.scheduled.remove(&id) {
            self.agenda.remove(&(at, id.0.clone(), id.1.clone()));
        }
        if let Some((at, _)) = self.secret(region, name).and_then(Secret::next_event) {
            self.agenda.insert((at, id.0.clone(), id.1.clone()));
            self.scheduled.insert(id, at);
        }
    }

    /// Makes happen, in order, what has fallen due by `now`.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        let mut has_role = None;
        while let Some((at, region, name)) = self.agenda.pop_first() {
            if at > now {
                self.agenda.insert((at, region, name));
                return;
            }
            match self.secret(&region, &name).and_then(Secret::next_event) {
                Some((due, event)) if due == at => {
                    // Policies do not change meanwhile.
                    let has_role =
                        *has_role.get_or_insert_with(|| policy::is_service_role_ready(&self.account));
                    self.happen(&region, &name, event, at, has_role);
                    self.schedule(&region, &name);
                }
                _ => {}
            }
        }
    }

    fn happen(&mut self, region: &str, name: &str, event: Event, at: Timestamp, has_role: bool) {
        let what = match event {
            Event::Deletion => {
                self.remove(region, name);
                "deleted"
            }
            Event::RotationStart => {
                let version_id = self.ids.uuid();
                let window = self.account.windows.automatic;
                if !has_role {
                    self.fail_rotation(region, name, at);
                    "rotation-failed"
                } else if self.start_rotation(region, name, version_id, at, window).is_ok() {
                    "rotation-started"
                } else {
                    "rotation-failed"
                }
            }
            Event::RotationEnd => {
                self.end_rotation(region, name, at);
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
        self.changes.insert(Row::Happened);
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
        if !policy::is_service_role_ready(&self.account) {
            return Err(ApiError::no_service_role(SERVICE_ROLES[0]));
        }
        let user_name = self.secret(region, name).and_then(Secret::user_name).unwrap_or_default().to_owned();
        self.rotations.push_back(now);
        let answer = self.start_rotation(region, name, version_id, now, self.account.windows.immediate);
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
        let pair = self.ids.access_key_pair();
        let id = pair.id.clone();
        let Some((secret, user)) = self.secret_and_user(region, name) else {
            return Err(NoRotation::UserGone);
        };
        let gone = secret.start_rotation(user, pair, version_id, at, window)?;
        let owner = secret.user_name().unwrap_or_default().to_owned();
        for id in gone {
            self.owners.remove(&id);
        }
        self.owners.insert(id, owner);
        Ok(())
    }

    /// Without its role KMS can do nothing in RAM (UNVERIFIED: that rotation becomes `Invalid`).
    fn fail_rotation(&mut self, region: &str, name: &str, at: Timestamp) {
        if let Some(secret) = self.secret_mut(region, name) {
            secret.automatic_rotation = AutomaticRotation::Invalid;
            secret.updated = at;
        }
    }

    fn end_rotation(&mut self, region: &str, name: &str, at: Timestamp) {
        if let Some((secret, user)) = self.secret_and_user(region, name) {
            for id in secret.end_rotation(user, at) {
                self.owners.remove(&id);
            }
        }
    }

    /// A RAM secret with the user whose AccessKeys it holds; both may be changed.
    fn secret_and_user(&mut self, region: &str, name: &str) -> Option<(&mut Secret, Option<&mut User>)> {
        let Self { secrets, users, changes, .. } = self;
        let secret = secrets.get_mut(region)?.get_mut(name)?;
        let user_name = secret.user_name()?.to_owned();
        changes.insert(Row::Secret(region.to_owned(), name.to_owned()));
        changes.insert(Row::User(user_name.clone()));
        Some((secret, users.get_mut(&user_name)))
    }

    pub(crate) fn add_user(&mut self, name: &str, user: User) {
        for key in &user.access_keys {
            self.owners.insert(key.pair.id.clone(), name.to_owned());
        }
        self.changes.insert(Row::User(name.to_owned()));
        self.users.insert(name.to_owned(), user);
    }

    /// The user leaves with its AccessKeys.
    pub(crate) fn remove_user(&mut self, name: &str) -> Option<User> {
        let user = self.users.remove(name)?;
        for key in &user.access_keys {
            self.owners.remove(&key.pair.id);
        }
        self.changes.insert(Row::User(name.to_owned()));
        Some(user)
    }

    pub(crate) fn add_access_key(&mut self, user_name: &str, key: AccessKey) {
        let id = key.pair.id.clone();
        if let Some(user) = self.user_mut(user_name) {
            user.access_keys.push(key);
            self.owners.insert(id, user_name.to_owned());
        }
    }

    /// False where the user has no such key.
    pub(crate) fn remove_access_key(&mut self, user_name: &str, id: &str) -> bool {
        let Some(user) = self.users.get_mut(user_name) else { return false };
        let before = user.access_keys.len();
        user.access_keys.retain(|key| key.pair.id != id);
        if user.access_keys.len() == before {
            return false;
        }
        self.owners.remove(id);
        self.changes.insert(Row::User(user_name.to_owned()));
        true
    }

    /// The AccessKey and its user's name.
    pub(crate) fn access_key(&self, id: &str) -> Option<(&str, &AccessKey)> {
        let name = self.owners.get(id)?;
        let key = self.users.get(name)?.access_keys.iter().find(|key| key.pair.id == id)?;
        Some((name, key))
    }

    /// Notes that a key signed a call.
    pub(crate) fn used(&mut self, id: &str, now: Timestamp) {
        let Some(name) = self.owners.get(id) else { return };
        let user = self.users.get_mut(name);
        if let Some(key) = user.and_then(|user| user.access_keys.iter_mut().find(|key| key.pair.id == id)) {
            key.last_used = Some(now);
            self.changes.insert(Row::User(name.clone()));
        }
    }

    pub(crate) fn session(&self, access_key_id: &str) -> Option<&Session> {
        self.sessions.get(access_key_id)
    }

    /// Sessions that have ended are told for a day, so that their keys are refused as expired, not as unknown.
    pub(crate) fn add_session(&mut self, access_key_id: String, session: Session, real: Timestamp) {
        let Self { sessions, changes, .. } = self;
        sessions.retain(|id, session| {
            let is_kept = real.duration_since(session.expires) < SignedDuration::from_hours(24);
            if !is_kept {
                changes.insert(Row::Session(id.clone()));
            }
            is_kept
        });
        if sessions.len() >= MOST_SESSIONS
            && let Some(first) =
                sessions.iter().min_by_key(|(_, session)| session.expires).map(|(id, _)| id.clone())
        {
            sessions.remove(&first);
            changes.insert(Row::Session(first));
        }
        changes.insert(Row::Session(access_key_id.clone()));
        sessions.insert(access_key_id, session);
    }

    /// A world as it was read: what follows from the rest is made again. What no call could have made is refused with a
    /// half sentence.
    pub(crate) fn restored(mut self) -> Result<Self, String> {
        self.check()?;
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
        Ok(self)
    }
}

/// UNVERIFIED: sources differ whether its last part is the user's name or display name.
pub(crate) fn ram_secret_name(user_name: &str) -> String {
    format!("acs/ram/user/{user_name}")
}

mod checks;
mod rows;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
