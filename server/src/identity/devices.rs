//! Browsers in which an account has signed in before. Each has its own budget of attempts (`limits.rs`), so that strangers
//! who use up the account's budget cannot lock its owner out.

use std::time::Duration;

use super::token;
use crate::storage::{Database, now_ms};

/// How long a browser stays known after the last sign-in.
pub(crate) const DEVICE_TTL: Duration = Duration::from_secs(180 * 24 * 60 * 60);
/// Known browsers of an account; the one that was used longest ago is forgotten first.
const MAX_DEVICES: i64 = 20;

#[derive(Clone)]
pub(super) struct Devices {
    database: Database,
}

impl Devices {
    pub(super) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Whether the account has signed in with this browser, by the token of its cookie.
    pub(super) async fn is_known(&self, token: &str, account: &str) -> Result<bool, sqlx::Error> {
        let row =
            sqlx::query("SELECT 1 FROM devices WHERE token_hash = $1 AND account = $2 AND seen_ms >= $3")
                .bind(token::hash(token))
                .bind(account)
                .bind(now_ms() - ttl_ms())
                .fetch_optional(self.database.pool())
                .await?;
        Ok(row.is_some())
    }

    /// Whether anybody has signed in with this browser.
    pub(super) async fn is_known_to_any(&self, token: &str) -> Result<bool, sqlx::Error> {
        let row = sqlx::query("SELECT 1 FROM devices WHERE token_hash = $1 AND seen_ms >= $2")
            .bind(token::hash(token))
            .bind(now_ms() - ttl_ms())
            .fetch_optional(self.database.pool())
            .await?;
        Ok(row.is_some())
    }

    /// Remembers that the account has signed in with this browser; a person who comes by a provider counts by their ID. Returns
    /// the token for its cookie: the one it has, if it is this account's, else a new one. A token that somebody else knows, such
    /// as one who shares the browser or has planted it, must not share the account's budget.
    pub(super) async fn remember(&self, token: Option<&str>, account: &str) -> Result<String, sqlx::Error> {
        let known = match token {
            Some(token) if self.is_known(token, account).await? => Some(token.to_owned()),
            _ => None,
        };
        let token = known.unwrap_or_else(token::new);
        let mut transaction = self.database.begin().await?;
        sqlx::query(
            "INSERT INTO devices (token_hash, account, seen_ms) VALUES ($1, $2, $3) \
             ON CONFLICT (token_hash, account) DO UPDATE SET seen_ms = $3",
        )
        .bind(token::hash(&token))
        .bind(account)
        .bind(now_ms())
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "DELETE FROM devices WHERE seen_ms < $2 OR (account = $1 AND token_hash NOT IN \
             (SELECT token_hash FROM devices WHERE account = $1 ORDER BY seen_ms DESC, token_hash LIMIT $3))",
        )
        .bind(account)
        .bind(now_ms() - ttl_ms())
        .bind(MAX_DEVICES)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// Forgets every browser of an account.
    pub(super) async fn forget_all(&self, account: &str) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM devices WHERE account = $1")
            .bind(account)
            .execute(self.database.pool())
            .await
            .map(drop)
    }
}

fn ttl_ms() -> i64 {
    i64::try_from(DEVICE_TTL.as_millis()).unwrap_or(i64::MAX)
}
