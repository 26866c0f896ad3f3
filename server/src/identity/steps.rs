//! What somebody is in the middle of: between password and code, or in a ceremony of a passkey. In the database, so that any
//! replica can go on, and for a few minutes.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;

use super::token;
use crate::storage::{Database, now_ms};

/// How long one may take.
const OPEN_FOR: Duration = Duration::from_secs(300);

/// What for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The password was right, a code is to come.
    Code,
    /// The password was right, and an authenticator app is set up before the first session.
    Enrol,
    /// Somebody who is signed in sets one up.
    AddApp,
    /// A passkey is being made.
    NewPasskey,
    /// Somebody signs in with a passkey.
    Passkey,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Enrol => "enrol",
            Self::AddApp => "add_app",
            Self::NewPasskey => "new_passkey",
            Self::Passkey => "passkey",
        }
    }
}

#[derive(Clone)]
pub(super) struct Steps {
    database: Database,
}

impl Steps {
    pub(super) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Answers the token that goes on with it. `account` is empty where nobody is known yet.
    pub(super) async fn begin(
        &self,
        kind: Kind,
        account: &str,
        state: &impl Serialize,
    ) -> Result<String, sqlx::Error> {
        let token = token::new();
        let state = serde_json::to_string(state).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        sqlx::query("DELETE FROM steps WHERE expires_ms < $1")
            .bind(now_ms())
            .execute(self.database.pool())
            .await?;
        sqlx::query(
            "INSERT INTO steps (token_hash, kind, account, state, expires_ms) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(token::hash(&token))
        .bind(kind.name())
        .bind(account)
        .bind(state)
        .bind(now_ms() + i64::try_from(OPEN_FOR.as_millis()).unwrap_or_default())
        .execute(self.database.pool())
        .await?;
        Ok(token)
    }

    /// Whose it is and how far, while it may go on.
    pub(super) async fn of<T: DeserializeOwned>(
        &self,
        kind: Kind,
        token: &str,
    ) -> Result<Option<(String, T)>, sqlx::Error> {
        let row = sqlx::query(
            "SELECT account, state FROM steps WHERE token_hash = $1 AND kind = $2 AND expires_ms >= $3",
        )
        .bind(token::hash(token))
        .bind(kind.name())
        .bind(now_ms())
        .fetch_optional(self.database.pool())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let state: String = row.try_get(1)?;
        let state = serde_json::from_str(&state).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Some((row.try_get(0)?, state)))
    }

    /// Whatever an account was in the middle of is over.
    pub(super) async fn end_all_of(&self, account: &str) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM steps WHERE account = $1")
            .bind(account)
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    /// Whether it was still there to be ended: two who go on at once cannot both.
    pub(super) async fn end(&self, token: &str) -> Result<bool, sqlx::Error> {
        let ended = sqlx::query("DELETE FROM steps WHERE token_hash = $1")
            .bind(token::hash(token))
            .execute(self.database.pool())
            .await?;
        Ok(ended.rows_affected() > 0)
    }
}
