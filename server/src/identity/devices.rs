//! Browsers in which an account has signed in before. Each has its own budget of attempts (`limits.rs`), so that strangers
//! who use up the account's budget cannot lock its owner out.

use std::time::Duration;

use sqlx::Row;

use super::token;
use crate::storage::{Database, now_ms};

/// How long a browser stays known after the last sign-in.
pub(crate) const DEVICE_TTL: Duration = Duration::from_secs(180 * 24 * 60 * 60);
/// Known browsers of an account; the one that was used longest ago is forgotten first.
const MAX_DEVICES: i64 = 20;
/// Accounts that one browser is known for.
const MAX_TOKENS: usize = 5;

#[derive(Clone)]
pub(super) struct Devices {
    database: Database,
}

impl Devices {
    pub(super) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Returns the hash of a token by which this browser is known: for this account, or for any account if it is `None`. `cookie`
    /// holds the tokens of the accounts that have signed in with this browser.
    pub(super) async fn known(
        &self,
        cookie: &str,
        account: Option<&str>,
    ) -> Result<Option<String>, sqlx::Error> {
        for token in tokens(cookie) {
            let row = sqlx::query(
                "SELECT token_hash FROM devices \
                 WHERE token_hash = $1 AND seen_ms >= $2 AND ($3 = '' OR account = $3) LIMIT 1",
            )
            .bind(token::hash(token))
            .bind(now_ms() - ttl_ms())
            .bind(account.unwrap_or_default())
            .fetch_optional(self.database.pool())
            .await?;
            if let Some(row) = row {
                return Ok(Some(row.try_get(0)?));
            }
        }
        Ok(None)
    }

    /// Remembers that the account has signed in with this browser; for a user of a provider, `account` is the person's ID. Returns
    /// the value of the cookie. Each account has its own token: another user of the browser, or an attacker who planted a
    /// token, must not share the account's budget.
    pub(super) async fn remember(&self, cookie: Option<&str>, account: &str) -> Result<String, sqlx::Error> {
        let cookie = cookie.unwrap_or_default();
        let (hash, cookie) = match self.known(cookie, Some(account)).await? {
            Some(hash) => (hash, cookie.to_owned()),
            None => {
                let token = token::new();
                let all = std::iter::once(token.as_str()).chain(tokens(cookie)).take(MAX_TOKENS);
                (token::hash(&token), all.collect::<Vec<_>>().join("."))
            }
        };
        let mut transaction = self.database.begin().await?;
        sqlx::query(
            "INSERT INTO devices (token_hash, account, seen_ms) VALUES ($1, $2, $3) \
             ON CONFLICT (token_hash, account) DO UPDATE SET seen_ms = $3",
        )
        .bind(hash)
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
        Ok(cookie)
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

/// Returns the tokens in a cookie. Skips anything else.
fn tokens(cookie: &str) -> impl Iterator<Item = &str> {
    let is_token = |token: &&str| token.len() == 64 && token.chars().all(|c| c.is_ascii_hexdigit());
    cookie.split('.').filter(is_token).take(MAX_TOKENS)
}

fn ttl_ms() -> i64 {
    i64::try_from(DEVICE_TTL.as_millis()).unwrap_or(i64::MAX)
}
