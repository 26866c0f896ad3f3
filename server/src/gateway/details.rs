//! Details of secrets: one `DescribeSecret` each, a few at a time, kept for a short while.
//!
//! An entry belongs to the change date that `ListSecrets` told: a secret that changed is asked for again at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt;
use keyturn_app::model::secret::{Details, Known, RotationState, SecretName};
use keyturn_cloud::kms::{DescribedSecret, ListedSecret, SecretVersion};
use keyturn_cloud::{Client, CloudError};
use tokio::sync::Notify;

use super::secrets::milliseconds;

const FRESH: Duration = Duration::from_secs(15);
/// What failed is asked for again soon: a person who tries again means it.
const FAILED_FRESH: Duration = Duration::from_secs(1);
/// Beside each other, over all regions of one request.
const CONCURRENT: usize = 8;
/// How long a page waits for details before it is answered without the rest.
const BUDGET: Duration = Duration::from_millis(400);
/// Entries kept at the most.
const MOST: usize = 50_000;
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
}

impl Entry {
    fn is_fresh(&self) -> bool {
        let limit = if matches!(self.known, Some(Known::Failed(_))) { FAILED_FRESH } else { FRESH };
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

    /// Asks for what is not known of these secrets, in their order, and waits a little for the answers.
    pub(crate) async fn want(
        self: &Arc<Self>,
        client: &Client,
        region: &str,
        wanted: &[&ListedSecret],
        now_ms: i64,
    ) {
        let ids: Vec<Id> = wanted.iter().map(|secret| id(region, secret)).collect();
        let missing = self.claim(&ids);
        if !missing.is_empty() {
            let (cache, client, region) = (self.clone(), client.clone(), region.to_owned());
            tokio::spawn(async move {
                let asked = futures::stream::iter(missing).for_each_concurrent(CONCURRENT, |id| async {
                    let known = ask(&client, &region, &id.name, now_ms).await;
                    cache.put(id, known);
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

    /// Those that nobody asks for yet; from now on, this caller does.
    fn claim(&self, ids: &[Id]) -> Vec<Id> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() > MOST {
            entries.retain(|_, entry| entry.since.elapsed() < FRESH);
        }
        let now = Instant::now();
        let mut missing = Vec::new();
        for id in ids {
            match entries.get_mut(id) {
                Some(entry) if entry.is_fresh() => continue,
                // What was known is shown until the new answer is there.
                Some(entry) => entry.since = now,
                None => {
                    entries.insert(id.clone(), Entry { since: now, known: None });
                }
            }
            missing.push(id.clone());
        }
        missing
    }

    fn put(&self, id: Id, known: Known) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(id, Entry { since: Instant::now(), known: Some(known) });
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

async fn ask(client: &Client, region: &str, name: &str, now_ms: i64) -> Known {
    match client.describe_secret(region, name).await {
        Ok(reply) => {
            let mut rotating_until_ms = rotation_window_end(&reply.body, now_ms);
            if rotating_until_ms.is_some() {
                let versions = client.list_secret_version_ids(region, name).await;
                let is_under_way = versions.is_ok_and(|reply| has_previous(&reply.body));
                rotating_until_ms = rotating_until_ms.filter(|_| is_under_way);
            }
            Known::Details(details(&reply.body, rotating_until_ms))
        }
        Err(error) => failed(error),
    }
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
    }
}

/// The period; KMS answers it in seconds always, and none while rotation is off.
pub(crate) fn period_seconds(secret: &DescribedSecret) -> Option<u64> {
    secret.rotation_interval.as_deref().and_then(|text| text.strip_suffix('s')?.parse().ok())
}
