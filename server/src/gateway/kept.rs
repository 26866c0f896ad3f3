//! What outlives a restart, and what replicas know of each other: what the watch has found, and which secret managed which
//! RAM user. A secret that is deleted leaves its AccessKeys in RAM, and no call tells so: it has to be remembered.
//!
//! A help that nothing depends on: where the database fails it is logged, and nothing is remembered.

use std::collections::{BTreeMap, BTreeSet};

use keyturn_app::model::overview::{Attention, RegionRows};
use sqlx::Row;

use crate::storage::{Database, now_ms};

/// Region and name of a secret, by the last part of its name. No larger than the list of RAM users.
pub(super) type Places = BTreeMap<String, (String, String)>;

/// When something was noticed, by region, secret and health, in milliseconds since 1970.
#[derive(Default)]
pub(super) struct Findings(BTreeMap<[String; 3], i64>);

impl Findings {
    pub(super) fn noticed_ms(&self, of: &Attention) -> Option<i64> {
        self.0.get(&key(of)).copied()
    }
}

fn key(of: &Attention) -> [String; 3] {
    [of.region.clone(), of.name.to_string(), of.health.value().to_owned()]
}

#[derive(Clone)]
pub(super) struct Kept(Database);

impl Kept {
    pub(super) fn new(database: Database) -> Self {
        Self(database)
    }

    /// What needs a person, as far as a watch has noticed it.
    pub(super) async fn findings(&self) -> Findings {
        remembered(self.read_findings().await)
    }

    /// Adds what is new, drops what is over, and answers the new. A region that could not be read ends nothing.
    pub(super) async fn note(&self, read: &[RegionRows], now: &[Attention]) -> Vec<Attention> {
        remembered(self.note_at(read, now, now_ms()).await)
    }

    /// Notes what manages whom now, forgets users that are gone, and answers all that is remembered.
    pub(super) async fn places(&self, managed: Places, has_user: impl Fn(&str) -> bool) -> Places {
        remembered(self.update_places(managed, has_user).await)
    }

    async fn read_findings(&self) -> Result<Findings, sqlx::Error> {
        let rows = sqlx::query("SELECT region, secret, health, noticed_ms FROM findings")
            .fetch_all(self.0.pool())
            .await?;
        let finding = |row: &sqlx::any::AnyRow| {
            Ok(([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?], row.try_get(3)?))
        };
        Ok(Findings(rows.iter().map(finding).collect::<Result<_, sqlx::Error>>()?))
    }

    async fn note_at(
        &self,
        read: &[RegionRows],
        now: &[Attention],
        at_ms: i64,
    ) -> Result<Vec<Attention>, sqlx::Error> {
        let known = self.read_findings().await?.0;
        let is_read = |id: &str| read.iter().any(|region| region.id == id && region.error.is_none());
        let open: BTreeSet<[String; 3]> = now.iter().map(key).collect();
        let mut transaction = self.0.begin().await?;
        for [region, secret, health] in known.keys().filter(|key| is_read(&key[0]) && !open.contains(*key)) {
            sqlx::query("DELETE FROM findings WHERE region = $1 AND secret = $2 AND health = $3")
                .bind(region)
                .bind(secret)
                .bind(health)
                .execute(&mut *transaction)
                .await?;
        }
        let mut new = Vec::new();
        for of in now.iter().filter(|of| !known.contains_key(&key(of))) {
            let added = sqlx::query(
                "INSERT INTO findings (region, secret, health, noticed_ms) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (region, secret, health) DO NOTHING",
            )
            .bind(&of.region)
            .bind(of.name.as_str())
            .bind(of.health.value())
            .bind(at_ms)
            .execute(&mut *transaction)
            .await?;
            // Else another replica was quicker, and says it.
            if added.rows_affected() > 0 {
                new.push(of.clone());
            }
        }
        transaction.commit().await?;
        Ok(new)
    }

    async fn update_places(
        &self,
        managed: Places,
        has_user: impl Fn(&str) -> bool,
    ) -> Result<Places, sqlx::Error> {
        let rows = sqlx::query("SELECT user_name, region, secret FROM managed_users")
            .fetch_all(self.0.pool())
            .await?;
        let place = |row: &sqlx::any::AnyRow| Ok((row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?)));
        let known = rows.iter().map(place).collect::<Result<Places, sqlx::Error>>()?;
        let mut now = known.clone();
        now.extend(managed);
        now.retain(|user, _| has_user(user));
        if now == known {
            return Ok(now);
        }
        let mut transaction = self.0.begin().await?;
        for user in known.keys().filter(|user| !now.contains_key(*user)) {
            sqlx::query("DELETE FROM managed_users WHERE user_name = $1")
                .bind(user)
                .execute(&mut *transaction)
                .await?;
        }
        for (user, (region, secret)) in now.iter().filter(|(user, place)| known.get(*user) != Some(*place)) {
            sqlx::query(
                "INSERT INTO managed_users (user_name, region, secret) VALUES ($1, $2, $3) \
                 ON CONFLICT (user_name) DO UPDATE SET region = excluded.region, secret = excluded.secret",
            )
            .bind(user)
            .bind(region)
            .bind(secret)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(now)
    }
}

fn remembered<T: Default>(answer: Result<T, sqlx::Error>) -> T {
    answer.unwrap_or_else(|error| {
        tracing::warn!(%error, "what was noticed before cannot be read or written");
        T::default()
    })
}

#[cfg(test)]
mod tests {
    use keyturn_app::model::error::{ApiError, ErrorCode};
    use keyturn_app::model::overview::Health;
    use keyturn_app::model::secret::SecretName;

    use super::*;
    use crate::storage::tests::databases;

    fn failing(name: &str) -> Attention {
        Attention {
            region: "r".into(),
            name: SecretName::parse(name).unwrap(),
            health: Health::Failing,
            at_ms: None,
            noticed_ms: None,
        }
    }

    #[tokio::test]
    async fn each_finding_is_said_once_by_one_replica_and_ends_when_it_is_seen_to_be_over() {
        let region = |error: Option<ApiError>| {
            [RegionRows {
                id: "r".into(),
                rows: Vec::new(),
                without_user: Default::default(),
                asked_ms: Some(1),
                error,
                is_reading: false,
            }]
        };
        let (well, unread) = (region(None), region(Some(ApiError::new(ErrorCode::CloudFailed))));
        let (a, b) = (failing("a"), failing("b"));
        for database in databases().await {
            let (one, other) = (Kept::new(database.clone()), Kept::new(database));
            let both = [a.clone(), b.clone()];
            let (first, second) = tokio::join!(one.note_at(&well, &both, 1), other.note_at(&well, &both, 2));
            let said: Vec<_> = first.into_iter().chain(second).flatten().collect();
            assert_eq!(said.len(), 2, "{said:?}");
            assert_eq!(other.note_at(&well, &both, 3).await.unwrap(), []);
            // Not seen is not over.
            one.note_at(&unread, &[], 4).await.unwrap();
            assert!(other.findings().await.noticed_ms(&b).is_some_and(|ms| ms < 3));
            one.note_at(&well, std::slice::from_ref(&a), 5).await.unwrap();
            assert_eq!(other.findings().await.noticed_ms(&b), None);
            // The same again is another finding.
            assert_eq!(other.note_at(&well, &both, 6).await.unwrap(), std::slice::from_ref(&b));
            assert_eq!(one.findings().await.noticed_ms(&b), Some(6));
        }
    }

    #[tokio::test]
    async fn what_managed_a_user_is_known_until_the_user_is_gone() {
        for database in databases().await {
            let (one, other) = (Kept::new(database.clone()), Kept::new(database));
            let place = |region: &str| (region.to_owned(), "acs/ram/user/a".to_owned());
            let managed = |region: &str| Places::from([("a".to_owned(), place(region))]);
            one.places(managed("r"), |_| true).await;
            assert_eq!(other.places(Places::new(), |_| true).await, managed("r"));
            assert_eq!(other.places(managed("s"), |_| true).await, managed("s"));
            assert!(one.places(Places::new(), |user| user != "a").await.is_empty());
            assert!(other.places(Places::new(), |_| true).await.is_empty());
        }
    }
}
