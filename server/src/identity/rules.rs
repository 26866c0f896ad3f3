//! All rules: those of the configuration, which the console cannot change, and those made in the console.

use std::sync::Arc;

use sqlx::Row;

use super::accounts::ADMINISTRATORS;
use super::grants::{Grant, Role};
use crate::storage::{Database, now_ms};

/// So many can be made in the console: all are read at each request.
pub(crate) const MOST_RULES: usize = 1_000;

/// A rule that was made in the console.
#[derive(Clone, Debug)]
pub(crate) struct GrantRow {
    pub(crate) id: String,
    pub(crate) grant: Grant,
}

#[derive(Clone)]
pub(crate) struct Rules {
    database: Database,
    configured: Arc<[Grant]>,
}

impl Rules {
    pub(crate) fn new(database: Database, configured: Vec<Grant>) -> Self {
        Self { database, configured: configured.into() }
    }

    pub(crate) fn configured(&self) -> &[Grant] {
        &self.configured
    }

    /// What holds without being written anywhere.
    pub(crate) fn builtin() -> Grant {
        Grant {
            group: Some(ADMINISTRATORS.to_owned()),
            // No provider decides who is one by the name of a group.
            provider: Some("local".to_owned()),
            ..Grant::new(Role::Administrator)
        }
    }

    /// The rules as they are now. The first account's group may all, or nobody could make the first rule.
    pub(crate) async fn all(&self) -> Result<Arc<[Grant]>, sqlx::Error> {
        let made = self.made().await?.into_iter().map(|row| row.grant);
        Ok(self.with(made))
    }

    pub(crate) async fn made(&self) -> Result<Vec<GrantRow>, sqlx::Error> {
        let rows = sqlx::query("SELECT id, rule FROM grants ORDER BY created_ms, id")
            .fetch_all(self.database.pool())
            .await?;
        let row = |row: &sqlx::any::AnyRow| {
            let rule: String = row.try_get("rule")?;
            Ok(GrantRow {
                id: row.try_get("id")?,
                grant: serde_json::from_str(&rule).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            })
        };
        rows.iter().map(row).collect()
    }

    /// The rules as they would be without this one.
    pub(crate) async fn without(&self, id: &str) -> Result<Arc<[Grant]>, sqlx::Error> {
        let made = self.made().await?.into_iter().filter(|row| row.id != id).map(|row| row.grant);
        Ok(self.with(made))
    }

    fn with(&self, made: impl Iterator<Item = Grant>) -> Arc<[Grant]> {
        std::iter::once(Self::builtin()).chain(self.configured.iter().cloned()).chain(made).collect()
    }

    pub(crate) async fn make(&self, grant: &Grant, by: &str) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO grants (id, rule, created_ms, created_by) VALUES ($1, $2, $3, $4)")
            .bind(ulid::Ulid::new().to_string())
            .bind(serde_json::to_string(grant).map_err(|error| sqlx::Error::Encode(Box::new(error)))?)
            .bind(now_ms())
            .bind(by)
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    /// Whether it was there.
    pub(crate) async fn remove(&self, id: &str) -> Result<bool, sqlx::Error> {
        let removed =
            sqlx::query("DELETE FROM grants WHERE id = $1").bind(id).execute(self.database.pool()).await?;
        Ok(removed.rows_affected() > 0)
    }

    /// Those that were made for this person: whoever has the name next does not inherit them.
    pub(crate) async fn remove_all_of(&self, person: &str) -> Result<(), sqlx::Error> {
        for row in self.made().await?.iter().filter(|row| row.grant.person.as_deref() == Some(person)) {
            self.remove(&row.id).await?;
        }
        Ok(())
    }
}
