//! Limits of attempts and changes, counted in the database, so that all replicas count together.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Row;

use super::token;
use crate::networks::ClientNetworks;
use crate::storage::{Database, now_ms};

/// The window in which attempts are counted.
const WINDOW: Duration = Duration::from_secs(600);
/// The longest window; older counts are deleted.
const LONGEST_WINDOW: Duration = Duration::from_secs(3_600);
/// Changes of one person per minute.
const MAX_CHANGES: (i64, Duration) = (300, Duration::from_secs(60));
/// Wrong attempts per window: for one account from unknown browsers, from one network, and from one known browser.
const MAX_OF_ACCOUNT: i64 = 10;
const MAX_OF_NETWORK: i64 = 50;
const MAX_OF_KNOWN: i64 = 10;
/// How often the limit of a network all networks of one client may reach together (`ClientNetworks::wide_of`).
const WIDE_FACTOR: i64 = 2;
/// How often counts that are over are deleted, in ms.
const CLEAN_EVERY_MS: i64 = 60_000;
/// Passkey ceremonies, and sign-ins at a provider, that one network begins per window.
const MAX_CEREMONIES: i64 = 200;
/// What one session or known browser begins per window.
const MAX_OF_KNOWN_BEGUN: i64 = 100;
const MAX_FLOWS: i64 = 1_000;
/// AccessKey pairs that one person checks per window.
const MAX_PROOFS: i64 = 60;
/// Networks that this process remembers as being over a limit.
const MAX_CLOSED: usize = 10_000;

/// What is limited for signed-in people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Most {
    /// Changes of one person: more than hands can make, less than would use up a quota of KMS.
    Change,
    /// Immediate rotations of all people together: KMS allows 50 per hour.
    Rotation,
    /// AccessKey pairs that one person checks: a check tells whether a pair is valid.
    Proof { pairs: u32 },
}

/// Whose budget an attempt to sign in uses.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Budget<'a> {
    /// A session of the account, or a browser in which it has signed in before, by a hash. Strangers cannot use it up.
    Known(&'a str),
    /// Any other client, by its address: the budget of its network, then that of the account.
    Address(&'a str),
}

/// What an unauthenticated client begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Beginning {
    Ceremony,
    Flow,
}

/// How long to wait, and whether the wait begins with this attempt.
pub(super) type Over = Option<(Duration, bool)>;

#[derive(Clone)]
pub(crate) struct Limits {
    database: Database,
    networks: ClientNetworks,
    /// Immediate rotations per hour; `None` for no limit.
    rotations: Option<u32>,
    /// Until when networks are over a limit, by key: a flood is answered without asking the database.
    closed: Arc<Mutex<HashMap<String, Instant>>>,
    /// When counts that are over were last deleted; ms since 1970.
    cleaned_ms: Arc<AtomicI64>,
}

impl Limits {
    pub(crate) fn new(database: Database, networks: ClientNetworks, rotations: Option<u32>) -> Self {
        Self { database, networks, rotations, closed: Arc::default(), cleaned_ms: Arc::default() }
    }

    /// Counts an attempt to sign in to an account.
    pub(super) async fn count(&self, account: &str, budget: Budget<'_>) -> Result<Over, sqlx::Error> {
        match budget {
            Budget::Known(id) => {
                self.add(&key("known", &format!("{id} {account}")), 1, MAX_OF_KNOWN, WINDOW).await
            }
            Budget::Address(address) => {
                // The network first: one that is over its limit must not use up the budget of any account.
                let over = self.add_of_network("address", address, MAX_OF_NETWORK).await?;
                match over {
                    Some(over) => Ok(Some(over)),
                    None => self.add(&key("account", account), 1, MAX_OF_ACCOUNT, WINDOW).await,
                }
            }
        }
    }

    /// Counts what a client begins without a sign-in.
    pub(super) async fn begun(&self, budget: Budget<'_>, what: Beginning) -> Result<Over, sqlx::Error> {
        match (what, budget) {
            (_, Budget::Known(id)) => self.add(&key("begun", id), 1, MAX_OF_KNOWN_BEGUN, WINDOW).await,
            (Beginning::Ceremony, Budget::Address(address)) => {
                self.add_of_network("begun", address, MAX_CEREMONIES).await
            }
            (Beginning::Flow, Budget::Address(address)) => {
                self.add_of_network("flow", address, MAX_FLOWS).await
            }
        }
    }

    /// Takes back the network's count of an attempt that was right, even if another step follows.
    pub(super) async fn settle(&self, budget: Budget<'_>) -> Result<(), sqlx::Error> {
        let Budget::Address(address) = budget else { return Ok(()) };
        let [network, wide] = self.keys_of("address", address);
        sqlx::query("UPDATE attempts SET count = count - 1 WHERE key IN ($1, $2) AND count > 0")
            .bind(network)
            .bind(wide)
            .execute(self.database.pool())
            .await
            .map(drop)
    }

    /// After a sign-in: the wrong attempts before were the person's own mistakes. A known browser leaves the counts of
    /// strangers as they are.
    pub(super) async fn forgive(&self, account: &str, budget: Budget<'_>) -> Result<(), sqlx::Error> {
        match budget {
            Budget::Known(id) => self.clear(&key("known", &format!("{id} {account}"))).await,
            Budget::Address(_) => self.clear(&key("account", account)).await,
        }
    }

    /// Counts a change. Returns how long to wait if there were too many.
    pub(crate) async fn change(&self, person: &str, most: Most) -> Result<Option<Duration>, sqlx::Error> {
        let (count, window) = MAX_CHANGES;
        let mut over = self.add(&key("change", person), 1, count, window).await?;
        if over.is_none() {
            over = match (most, self.rotations) {
                (Most::Rotation, Some(count)) => {
                    self.add(&key("rotation", ""), 1, count.into(), LONGEST_WINDOW).await?
                }
                (Most::Proof { pairs }, _) => {
                    self.add(&key("proof", person), pairs.into(), MAX_PROOFS, WINDOW).await?
                }
                _ => None,
            };
        }
        Ok(over.map(|(wait, _)| wait))
    }

    /// Counts an attempt of a network, and of the wide network around it.
    async fn add_of_network(&self, kind: &str, address: &str, most: i64) -> Result<Over, sqlx::Error> {
        let [network, wide] = self.keys_of(kind, address);
        for (key, most) in [(network, most), (wide, most * WIDE_FACTOR)] {
            if let Some(wait) = self.wait_of(&key) {
                return Ok(Some((wait, false)));
            }
            let over = self.add(&key, 1, most, WINDOW).await?;
            if let Some((wait, _)) = over {
                self.close(key, wait);
                return Ok(over);
            }
        }
        Ok(None)
    }

    fn keys_of(&self, kind: &str, address: &str) -> [String; 2] {
        let (network, wide) = (self.networks.of_text(address), self.networks.wide_of_text(address));
        [key(kind, &network), key(&format!("wide {kind}"), &wide)]
    }

    fn wait_of(&self, key: &str) -> Option<Duration> {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.get(key)?.checked_duration_since(Instant::now())
    }

    fn close(&self, key: String, wait: Duration) {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if closed.len() >= MAX_CLOSED {
            closed.retain(|_, until| *until > now);
        }
        // If all places are taken, the database counts on.
        if closed.len() < MAX_CLOSED {
            closed.insert(key, now + wait);
        }
    }

    async fn clear(&self, key: &str) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM attempts WHERE key = $1")
            .bind(key)
            .execute(self.database.pool())
            .await
            .map(drop)
    }

    async fn add(&self, key: &str, by: i64, most: i64, window: Duration) -> Result<Over, sqlx::Error> {
        let milliseconds = |of: Duration| i64::try_from(of.as_millis()).unwrap_or(i64::MAX);
        let (now_ms, window_ms) = (now_ms(), milliseconds(window));
        // The statement that counts also begins a new window if the last one is over.
        let row = sqlx::query(
            "INSERT INTO attempts (key, since_ms, count) VALUES ($1, $2, $4) ON CONFLICT (key) DO UPDATE SET \
             count = CASE WHEN attempts.since_ms < $3 THEN $4 ELSE attempts.count + $4 END, \
             since_ms = CASE WHEN attempts.since_ms < $3 THEN $2 ELSE attempts.since_ms END \
             RETURNING since_ms, count",
        )
        .bind(key)
        .bind(now_ms)
        .bind(now_ms - window_ms)
        .bind(by)
        .fetch_one(self.database.pool())
        .await?;
        let (since_ms, count): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if count == by && now_ms - self.cleaned_ms.load(Ordering::Relaxed) >= CLEAN_EVERY_MS {
            self.cleaned_ms.store(now_ms, Ordering::Relaxed);
            sqlx::query("DELETE FROM attempts WHERE since_ms < $1")
                .bind(now_ms - milliseconds(LONGEST_WINDOW))
                .execute(self.database.pool())
                .await?;
        }
        let wait_ms = u64::try_from(since_ms + window_ms - now_ms).unwrap_or_default();
        Ok((count > most).then(|| (Duration::from_millis(wait_ms), count - by <= most)))
    }
}

/// Returns the key of a count. What is typed as a name may be anything, a password too: only its hash is kept.
fn key(kind: &str, of: &str) -> String {
    token::hash(&format!("{kind} {of}"))
}
