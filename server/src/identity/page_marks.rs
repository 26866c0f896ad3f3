//! Marks that only Keyturn can make: the user of a page (`page-of` in its forms), and the user that a result is for. Marks are
//! keyed: an attacker who injects HTML into another user's page can know that user's ID, but not that user's mark.

use sqlx::Row;

use super::token;
use crate::storage::Database;

/// The name of the key among those that all replicas share.
const NAME: &str = "page-of";
/// Hexadecimal digits of a mark: 128 bits.
const DIGITS: usize = 32;

#[derive(Clone)]
pub(crate) struct PageMarks {
    key: String,
}

impl PageMarks {
    /// With a key of this process alone.
    pub(super) fn new() -> Self {
        Self { key: token::new() }
    }

    /// With the key of all replicas; the first start makes it.
    pub(crate) async fn load(database: &Database) -> Result<Self, sqlx::Error> {
        sqlx::query("INSERT INTO server_keys (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
            .bind(NAME)
            .bind(token::new())
            .execute(database.pool())
            .await?;
        let row = sqlx::query("SELECT value FROM server_keys WHERE name = $1")
            .bind(NAME)
            .fetch_one(database.pool())
            .await?;
        Ok(Self { key: row.try_get(0)? })
    }

    /// Returns the mark of a person, by their ID: the same in all of their sessions.
    pub(super) fn of(&self, person: &str) -> String {
        self.mark(["page-of", person, ""])
    }

    /// Returns the mark of a result that is shown to a person on the next page.
    pub(crate) fn of_result(&self, person: &str, result: &str) -> String {
        self.mark(["result", person, result])
    }

    fn mark(&self, parts: [&str; 3]) -> String {
        token::keyed_hash(&self.key, &parts).chars().take(DIGITS).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::tests::databases;

    #[tokio::test]
    async fn pt01_a_mark_is_the_same_on_all_replicas_and_cannot_be_computed_from_the_person() {
        for database in databases().await {
            let [one, other] = [(); 2].map(|()| PageMarks::load(&database));
            let (one, other) = (one.await.unwrap(), other.await.unwrap());
            assert_eq!(one.of("local:admin"), other.of("local:admin"));
            assert_ne!(one.of("local:admin"), one.of("local:eva"));
            assert_ne!(one.of("local:admin"), PageMarks::new().of("local:admin"));
            assert!(!token::hash("local:admin").starts_with(&one.of("local:admin")));
        }
    }
}
