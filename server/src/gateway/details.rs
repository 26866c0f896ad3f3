//! Details of secrets: one `DescribeSecret` each, a few at a time, kept for a short while.
//!
//! An entry belongs to the change date that `ListSecrets` told: a secret that changed is asked for again at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt;
use keyturn_app::model::access_key::{AccessKey, LastUse, Outgoing};
use keyturn_app::model::drift::{self, DriftKind};
use keyturn_app::model::secret::{Details, InRam, Known, RotationState, SecretName};
use keyturn_cloud::kms::{DescribedSecret, ListedSecret, SecretVersion};
use keyturn_cloud::{Client, CloudError, ErrorKind, asked};
use tokio::sync::Notify;

use super::pace;
use super::secrets::{Listed, milliseconds, moment_ms};

pub(super) const FRESH: Duration = Duration::from_secs(15);
/// What failed is asked for again soon: a person who tries again means it.
const FAILED_FRESH: Duration = Duration::from_secs(1);
/// Beside each other, over all regions of one request.
const CONCURRENT: usize = 8;
/// How long a page waits for details before it is answered without the rest.
const BUDGET: Duration = Duration::from_millis(400);
/// Entries kept at the most.
const MOST: usize = 50_000;
/// Calls that reading a whole region makes at once, and then a second: KMS lets an account make 40 a second in a region,
/// and people make some.
const CALLS_AT_ONCE: usize = 10;
const CALLS_A_SECOND: u32 = 25;
/// The same for what a person looks at: a page of the list comes at once.
const WANTED_AT_ONCE: usize = 40;
/// The same for RAM, when all secrets of the account are looked at: no source tells its quotas. More than so many are not.
const RAM_CALLS_AT_ONCE: usize = 10;
const RAM_CALLS_A_SECOND: u32 = 10;
const RAM_CONCURRENT: usize = 4;
const RAM_MOST: usize = 2_000;
/// What RAM told serves no longer than this.
const RAM_OLDEST: Duration = Duration::from_secs(1_200);
/// No entry serves longer than this.
pub(super) const OLDEST: Duration = Duration::from_secs(300);
/// About how long after its start a rotation is under way (`facts.md`); KMS does not tell its end.
const ROTATION_WINDOW_MS: i64 = 48 * 3_600_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Id {
    region: String,
    name: String,
    changed: String,
}

struct Entry {
    since: Instant,
    /// What KMS tells; `None` while it is being asked for.
    known: Option<Known>,
    /// Whether RAM is asked too.
    asks_ram: bool,
    /// What RAM told, and when.
    in_ram: Option<(Instant, InRam)>,
}

impl Entry {
    fn in_ram(&self) -> Option<&InRam> {
        self.in_ram.as_ref().filter(|(since, _)| since.elapsed() < RAM_OLDEST).map(|(_, in_ram)| in_ram)
    }

    fn is_fresh(&self, age: Duration, needs_ram: bool) -> bool {
        if needs_ram && !self.asks_ram {
            return false;
        }
        let limit = if matches!(self.known, Some(Known::Failed(_))) { FAILED_FRESH } else { age };
        self.since.elapsed() < limit
    }
}

#[derive(Default)]
pub(crate) struct DetailsCache {
    entries: Mutex<HashMap<Id, Entry>>,
    changed: Notify,
}

impl DetailsCache {
    /// What is known of a secret now.
    pub(crate) fn known(&self, region: &str, secret: &ListedSecret) -> Known {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = entries.get(&id(region, secret)) else { return Known::Pending };
        match entry.known.clone() {
            Some(Known::Details(details)) => {
                Known::Details(Details { in_ram: entry.in_ram().cloned(), ..details })
            }
            known => known.unwrap_or(Known::Pending),
        }
    }

    /// How old the oldest of what is known of these is.
    pub(crate) fn oldest(&self, region: &str, secrets: &[ListedSecret]) -> Option<Duration> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let known = secrets.iter().filter_map(|secret| entries.get(&id(region, secret)));
        known.filter(|entry| entry.known.is_some()).map(|entry| entry.since.elapsed()).max()
    }

    /// Asks for what is not known of these secrets, in their order, and waits a little for the answers. RAM is asked about
    /// those in view alone.
    pub(crate) async fn want(
        self: &Arc<Self>,
        client: &Client,
        region: &str,
        (in_view, others): (&[&ListedSecret], &[&ListedSecret]),
        now_ms: i64,
    ) {
        let ids = |wanted: &[&ListedSecret]| wanted.iter().map(|secret| id(region, secret)).collect();
        let (in_view, others): (Vec<Id>, Vec<Id>) = (ids(in_view), ids(others));
        let missing = self.claim(&in_view, FRESH, true).into_iter().map(|id| (id, true));
        let missing: Vec<(Id, bool)> =
            missing.chain(self.claim(&others, FRESH, false).into_iter().map(|id| (id, false))).collect();
        if !missing.is_empty() {
            let (cache, client, region) = (self.clone(), client.clone(), region.to_owned());
            tokio::spawn(asked::as_now(async move {
                let turns = pace::turns(WANTED_AT_ONCE, CALLS_A_SECOND);
                let asked = futures::stream::iter(missing).zip(turns);
                let asked = asked.for_each_concurrent(CONCURRENT, |((id, asks_ram), ())| {
                    cache.read(&client, &region, id, now_ms, asks_ram)
                });
                asked.await;
            }));
        }
        let deadline = tokio::time::Instant::now() + BUDGET;
        loop {
            let changed = self.changed.notified();
            let are_known = self.are_known(&in_view, true) && self.are_known(&others, false);
            if are_known || tokio::time::timeout_at(deadline, changed).await.is_err() {
                return;
            }
        }
    }

    /// Asks for all of a region that is older than this, no faster than the quota allows, and returns when all is known.
    pub(crate) async fn read_all(
        &self,
        client: &Client,
        region: &str,
        secrets: &[ListedSecret],
        now_ms: i64,
        age: Duration,
    ) {
        // Each is claimed at its turn: a person who opens the list meanwhile does not wait for the whole region.
        let ids: Vec<Id> = secrets.iter().map(|secret| id(region, secret)).collect();
        futures::stream::iter(ids)
            .flat_map(|id| futures::stream::iter(self.claim(&[id], age, false)))
            .zip(pace::turns(CALLS_AT_ONCE, CALLS_A_SECOND))
            .for_each_concurrent(CONCURRENT, |(id, ())| self.read(client, region, id, now_ms, false))
            .await;
    }

    /// What KMS tells is shown while RAM is asked.
    async fn read(&self, client: &Client, region: &str, id: Id, now_ms: i64, asks_ram: bool) {
        let secret = match client.describe_secret(region, &id.name).await {
            Ok(reply) => reply.body,
            Err(error) => return self.put(id, failed(error)),
        };
        let mut details = details(&secret, rotation_window_end(&secret, now_ms));
        if details.rotating_until_ms.is_some() {
            let versions = client.list_secret_version_ids(region, &id.name).await;
            if !versions.is_ok_and(|reply| has_previous(&reply.body)) {
                details.rotating_until_ms = None;
            }
        }
        self.put(id.clone(), Known::Details(details.clone()));
        if asks_ram {
            let in_ram = match secret.planned_delete_time {
                Some(_) => InRam::default(),
                None => ask_ram(client, region, moment_ms(&secret.create_time), &details, now_ms).await,
            };
            self.put_ram(&id, in_ram);
        }
    }

    /// Asks RAM about secrets whose details are known, where what it told is older than this. Returns when it has answered.
    pub(super) async fn read_ram(&self, client: &Client, listed: &[(String, Arc<Listed>)], age: Duration) {
        let secrets = listed.iter().flat_map(|(region, listed)| {
            listed.secrets.iter().map(move |secret| (region, secret, listed.now_ms))
        });
        let wanted: Vec<_> = secrets
            .filter(|(_, secret, _)| secret.planned_delete_time.is_none())
            .filter_map(|(region, secret, now_ms)| {
                let id = id(region, secret);
                let details = self.details_without_ram(&id, age)?;
                Some((id, moment_ms(&secret.create_time), details, now_ms))
            })
            .take(RAM_MOST)
            .collect();
        futures::stream::iter(wanted)
            .zip(pace::turns(RAM_CALLS_AT_ONCE, RAM_CALLS_A_SECOND))
            .for_each_concurrent(RAM_CONCURRENT, |((id, created_ms, details, now_ms), ())| async move {
                let in_ram = ask_ram(client, &id.region, created_ms, &details, now_ms).await;
                self.put_ram(&id, in_ram);
            })
            .await;
    }

    /// What KMS tells, where RAM has told nothing, or longer ago than this.
    fn details_without_ram(&self, id: &Id, age: Duration) -> Option<Details> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(id)?;
        let is_old = entry.in_ram.as_ref().is_none_or(|(since, _)| since.elapsed() >= age);
        match &entry.known {
            Some(Known::Details(details)) if is_old => Some(details.clone()),
            _ => None,
        }
    }

    /// After a change to this user's AccessKeys.
    pub(super) fn ask_ram_again(&self, user_name: &str) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let is_of_user = |entry: &&mut Entry| matches!(&entry.known, Some(Known::Details(details)) if details.user_name == user_name);
        for entry in entries.values_mut().filter(is_of_user) {
            (entry.asks_ram, entry.in_ram) = (false, None);
        }
    }

    /// Those that nobody asks for yet; from now on, this caller does.
    fn claim(&self, ids: &[Id], age: Duration, needs_ram: bool) -> Vec<Id> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() > MOST {
            entries.retain(|_, entry| entry.since.elapsed() < OLDEST);
        }
        let now = Instant::now();
        let mut missing = Vec::new();
        for id in ids {
            match entries.get_mut(id) {
                Some(entry) if entry.is_fresh(age, needs_ram) => continue,
                // What was known is shown until the new answer is there.
                Some(entry) => (entry.since, entry.asks_ram) = (now, needs_ram),
                None => {
                    entries.insert(
                        id.clone(),
                        Entry { since: now, known: None, asks_ram: needs_ram, in_ram: None },
                    );
                }
            }
            missing.push(id.clone());
        }
        missing
    }

    fn put(&self, id: Id, known: Known) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, known) = (Instant::now(), Some(known));
        match entries.get_mut(&id) {
            Some(entry) => (entry.since, entry.known) = (since, known),
            None => drop(entries.insert(id, Entry { since, known, asks_ram: false, in_ram: None })),
        }
        drop(entries);
        self.changed.notify_waiters();
    }

    fn put_ram(&self, id: &Id, in_ram: InRam) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get_mut(id) {
            entry.in_ram = Some((Instant::now(), in_ram));
        }
        drop(entries);
        self.changed.notify_waiters();
    }

    fn are_known(&self, ids: &[Id], needs_ram: bool) -> bool {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        ids.iter().all(|id| {
            entries.get(id).is_some_and(|entry| match &entry.known {
                Some(Known::Details(_)) => !needs_ram || entry.in_ram().is_some(),
                known => known.is_some(),
            })
        })
    }
}

fn id(region: &str, secret: &ListedSecret) -> Id {
    let deletion = secret.planned_delete_time.as_deref().unwrap_or_default();
    Id {
        region: region.into(),
        name: secret.secret_name.clone(),
        changed: format!("{} {deletion}", secret.update_time),
    }
}

/// What RAM lets us see of the user's AccessKeys.
async fn ask_ram(client: &Client, region: &str, created_ms: i64, details: &Details, now_ms: i64) -> InRam {
    let mut keys = match client.list_access_keys(region, &details.user_name).await {
        Ok(keys) => access_keys_of(keys),
        Err(error) => {
            let is_gone = error.kind == ErrorKind::NotFound;
            return InRam { drift: is_gone.then_some(DriftKind::UserGone), outgoing: None };
        }
    };
    if details.rotating_until_ms.is_some() {
        keys = with_last_use(client, region, &details.user_name, keys).await;
    }
    in_ram(details, created_ms, &keys, now_ms)
}

pub(super) fn in_ram(details: &Details, created_ms: i64, keys: &[AccessKey], now_ms: i64) -> InRam {
    let since_ms = details.rotating_until_ms.and(details.last_rotation_ms);
    InRam {
        outgoing: since_ms.and_then(|since_ms| Outgoing::of(keys, since_ms, now_ms)),
        drift: drift::worst(details, created_ms, keys),
    }
}

pub(crate) fn access_keys_of(keys: Vec<keyturn_cloud::ram::AccessKey>) -> Vec<AccessKey> {
    keys.into_iter()
        .map(|key| AccessKey {
            is_active: key.status == "Active",
            created_ms: milliseconds(&key.create_date),
            id: key.access_key_id,
            last_use: LastUse::Unknown,
        })
        .collect()
}

/// A user has two AccessKeys at the most. Where RAM does not say, the last use stays unknown.
pub(crate) async fn with_last_use(
    client: &Client,
    region: &str,
    user_name: &str,
    keys: Vec<AccessKey>,
) -> Vec<AccessKey> {
    let keys = keys.into_iter().map(|key| async move {
        let answer = client.get_access_key_last_used(region, user_name, &key.id).await;
        let last_use = match answer.as_deref() {
            Ok("") => LastUse::Never,
            Ok(date) => milliseconds(date).map_or(LastUse::Unknown, LastUse::At),
            Err(_) => LastUse::Unknown,
        };
        AccessKey { last_use, ..key }
    });
    futures::future::join_all(keys).await
}

pub(crate) fn failed(error: CloudError) -> Known {
    match error.code.as_deref() {
        Some("Rejected.Unavailable") => Known::Unavailable,
        _ => Known::Failed(super::error::to_api(error).code),
    }
}

/// Until when a rotation would be under way, if one is. KMS does not tell: it is inferred (`design.md`) from a recent
/// last rotation, and holds where a version is still `ACSPrevious`.
pub(crate) fn rotation_window_end(secret: &DescribedSecret, now_ms: i64) -> Option<i64> {
    let last = secret.last_rotation_date.as_deref().and_then(milliseconds)?;
    let until = last + ROTATION_WINDOW_MS;
    (until > now_ms && secret.planned_delete_time.is_none()).then_some(until)
}

pub(crate) fn has_previous(versions: &[SecretVersion]) -> bool {
    versions.iter().any(|version| version.version_stages.iter().any(|stage| stage == "ACSPrevious"))
}

/// As KMS says it, else as the name says it.
pub(crate) fn user_name(secret: &DescribedSecret) -> String {
    let of_name = || Some(SecretName::parse(&secret.secret_name)?.short().to_owned());
    secret.user_name().or_else(of_name).unwrap_or_default()
}

/// The details in the console's terms.
pub(crate) fn details(secret: &DescribedSecret, rotating_until_ms: Option<i64>) -> Details {
    Details {
        user_name: user_name(secret),
        rotation: match secret.automatic_rotation.as_deref() {
            Some("Enabled") => RotationState::On,
            Some("Invalid") => RotationState::Failing,
            _ => RotationState::Off,
        },
        period_seconds: period_seconds(secret),
        last_rotation_ms: secret.last_rotation_date.as_deref().and_then(milliseconds),
        next_rotation_ms: secret.next_rotation_date.as_deref().and_then(milliseconds),
        rotating_until_ms,
        in_ram: None,
    }
}

/// The period; KMS answers it in seconds always, and none while rotation is off.
pub(crate) fn period_seconds(secret: &DescribedSecret) -> Option<u64> {
    secret.rotation_interval.as_deref().and_then(|text| text.strip_suffix('s')?.parse().ok())
}
