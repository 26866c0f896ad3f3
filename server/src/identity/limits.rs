//! How often sign-in may be tried: counted in the database, so that replicas count together.

use std::time::Duration;

use sqlx::Row;

use super::token;
use crate::storage::{Database, now_ms};

/// The window in which tries are counted.
const WINDOW: Duration = Duration::from_secs(600);
/// Wrong tries for one account, and for one address, in a window.
const FOR_ACCOUNT: i64 = 10;
const FOR_ADDRESS: i64 = 50;

#[derive(Clone)]
pub(super) struct Limits {
    database: Database,
}

impl Limits {
    pub(super) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Counts a try. Answers how long to wait where there were too many; it was counted then too.
    pub(super) async fn count(&self, account: &str, address: &str) -> Result<Option<Duration>, sqlx::Error> {
        let by_account = self.add(&key("account", account), FOR_ACCOUNT).await?;
        let by_address = self.add(&key("address", address), FOR_ADDRESS).await?;
        Ok(by_account.max(by_address))
    }

    /// After a right one: those before were the person's own slips, and it is none of the address's wrong ones.
    pub(super) async fn forgive(&self, account: &str, address: &str) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM attempts WHERE key = $1")
            .bind(key("account", account))
            .execute(self.database.pool())
            .await?;
        sqlx::query("UPDATE attempts SET count = count - 1 WHERE key = $1")
            .bind(key("address", address))
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    async fn add(&self, key: &str, most: i64) -> Result<Option<Duration>, sqlx::Error> {
        let (now_ms, window_ms) = (now_ms(), i64::try_from(WINDOW.as_millis()).unwrap_or(i64::MAX));
        sqlx::query("DELETE FROM attempts WHERE since_ms < $1")
            .bind(now_ms - window_ms)
            .execute(self.database.pool())
            .await?;
        let row = sqlx::query(
            "INSERT INTO attempts (key, since_ms, count) VALUES ($1, $2, 1) \
             ON CONFLICT (key) DO UPDATE SET count = attempts.count + 1 RETURNING since_ms, count",
        )
        .bind(key)
        .bind(now_ms)
        .fetch_one(self.database.pool())
        .await?;
        let (since_ms, count): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let wait_ms = u64::try_from(since_ms + window_ms - now_ms).unwrap_or_default();
        Ok((count > most).then(|| Duration::from_millis(wait_ms)))
    }
}

/// What is typed as a name may be anything, a password too: it is not kept.
fn key(kind: &str, of: &str) -> String {
    token::hash(&format!("{kind} {of}"))
}
