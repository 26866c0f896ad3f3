//! Details of secrets: one `DescribeSecret` each, a few at a time, kept for a short while.
//!
//! An entry belongs to the change date that `ListSecrets` told: a secret that changed is asked for again at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt;
use keyturn_app::model::access_key::{AccessKey, LastUse, Outgoing};
use keyturn_app::model::secret::{Details, Known, RotationState, SecretName};
use keyturn_cloud::kms::{DescribedSecret, ListedSecret, SecretVersion};
use keyturn_cloud::{Client, CloudError};
use tokio::sync::Notify;

use super::pace;
use super::secrets::milliseconds;

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
    /// `None` while it is being asked for.
    known: Option<Known>,
    /// Whether RAM was asked too, where a rotation is under way.
    is_whole: bool,
}

impl Entry {
    fn is_fresh(&self, age: Duration, needs_whole: bool) -> bool {
        let is_rotating = matches!(&self.known, Some(Known::Details(of)) if of.rotating_until_ms.is_some());
        if needs_whole && is_rotating && !self.is_whole {
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
        entries.get(&id(region, secret)).and_then(|entry| entry.known.clone()).unwrap_or(Known::Pending)
    }

    /// How old the oldest of what is known of these is.
    pub(crate) fn oldest(&self, region: &str, secrets: &[ListedSecret]) -> Option<Duration> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let known = secrets.iter().filter_map(|secret| entries.get(&id(region, secret)));
        known.filter(|entry| entry.known.is_some()).map(|entry| entry.since.elapsed()).max()
    }

    /// Asks for what is not known of these secrets, in their order, and waits a little for the answers.
    pub(crate) async fn want(
        self: &Arc<Self>,
        client: &Client,
        region: &str,
        wanted: &[&ListedSecret],
        now_ms: i64,
    ) {
        let ids: Vec<Id> = wanted.iter().map(|secret| id(region, secret)).collect();
        let missing = self.claim(&ids, FRESH, true);
        if !missing.is_empty() {
            let (cache, client, region) = (self.clone(), client.clone(), region.to_owned());
            tokio::spawn(async move {
                let turns = pace::turns(WANTED_AT_ONCE, CALLS_A_SECOND);
                let asked = futures::stream::iter(missing).zip(turns);
                let asked = asked.for_each_concurrent(CONCURRENT, |(id, ())| async {
                    let known = ask(&client, &region, &id.name, now_ms, true).await;
                    cache.put(id, known, true);
                });
                asked.await;
            });
        }
        let deadline = tokio::time::Instant::now() + BUDGET;
        loop {
            let changed = self.changed.notified();
            if self.are_known(&ids) || tokio::time::timeout_at(deadline, changed).await.is_err() {
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
            .for_each_concurrent(CONCURRENT, |(id, ())| async {
                // Who still uses an old AccessKey only the list and the details show: RAM is not asked for a whole region.
                let known = ask(client, region, &id.name, now_ms, false).await;
                self.put(id, known, false);
            })
            .await;
    }

    /// Those that nobody asks for yet; from now on, this caller does.
    fn claim(&self, ids: &[Id], age: Duration, needs_whole: bool) -> Vec<Id> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() > MOST {
            entries.retain(|_, entry| entry.since.elapsed() < OLDEST);
        }
        let now = Instant::now();
        let mut missing = Vec::new();
        for id in ids {
            match entries.get_mut(id) {
                Some(entry) if entry.is_fresh(age, needs_whole) => continue,
                // What was known is shown until the new answer is there.
                Some(entry) => (entry.since, entry.is_whole) = (now, needs_whole),
                None => {
                    entries.insert(id.clone(), Entry { since: now, known: None, is_whole: needs_whole });
                }
            }
            missing.push(id.clone());
        }
        missing
    }

    fn put(&self, id: Id, known: Known, is_whole: bool) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(id, Entry { since: Instant::now(), known: Some(known), is_whole });
        drop(entries);
        self.changed.notify_waiters();
    }

    fn are_known(&self, ids: &[Id]) -> bool {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        ids.iter().all(|id| entries.get(id).is_some_and(|entry| entry.known.is_some()))
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

async fn ask(client: &Client, region: &str, name: &str, now_ms: i64, is_whole: bool) -> Known {
    match client.describe_secret(region, name).await {
        Ok(reply) => {
            let mut details = details(&reply.body, rotation_window_end(&reply.body, now_ms));
            if details.rotating_until_ms.is_some() {
                let versions = client.list_secret_version_ids(region, name).await;
                match versions.is_ok_and(|reply| has_previous(&reply.body)) {
                    true if is_whole => details.outgoing = outgoing(client, region, &details, now_ms).await,
                    true => {}
                    false => details.rotating_until_ms = None,
                }
            }
            Known::Details(details)
        }
        Err(error) => failed(error),
    }
}

/// The AccessKey that goes, where RAM lets us see.
async fn outgoing(client: &Client, region: &str, details: &Details, now_ms: i64) -> Option<Outgoing> {
    let keys = client.list_access_keys(region, &details.user_name).await.ok()?;
    let keys = with_last_use(client, region, &details.user_name, access_keys_of(keys)).await;
    Outgoing::of(&keys, details.last_rotation_ms?, now_ms)
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
        _ => Known::Failed(super::error::to_api(error).message),
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
        outgoing: None,
    }
}

/// The period; KMS answers it in seconds always, and none while rotation is off.
pub(crate) fn period_seconds(secret: &DescribedSecret) -> Option<u64> {
    secret.rotation_interval.as_deref().and_then(|text| text.strip_suffix('s')?.parse().ok())
}
