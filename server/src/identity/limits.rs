//! How often sign-in may be tried: counted in the database, so that replicas count together.

use std::time::Duration;

use sqlx::Row;

use super::token;
use crate::storage::{Database, now_ms};

/// The window in which tries are counted.
const WINDOW: Duration = Duration::from_secs(600);
/// The longest window; what is older is forgotten.
const LONGEST: Duration = Duration::from_secs(3_600);
/// Changes of one person in a minute.
const FOR_PERSON: (i64, Duration) = (300, Duration::from_secs(60));
/// Wrong tries for one account, and for one address, in a window.
const FOR_ACCOUNT: i64 = 10;
const FOR_ADDRESS: i64 = 50;
/// Ceremonies of passkeys that one address begins in a window.
const MOST_BEGUN: i64 = 200;

/// What is limited of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Most {
    /// Of one person: more than hands can, less than would use up a quota of KMS.
    Change,
    /// Immediate rotations of all people: KMS takes 50 an hour.
    Rotation,
}

#[derive(Clone)]
pub(crate) struct Limits {
    database: Database,
    /// Immediate rotations an hour; `None` where there is no limit.
    rotations: Option<u32>,
}

impl Limits {
    pub(crate) fn new(database: Database, rotations: Option<u32>) -> Self {
        Self { database, rotations }
    }

    /// Counts a try. Answers how long to wait where there were too many, and whether that begins with this one; it was counted
    /// then too.
    pub(super) async fn count(
        &self,
        account: &str,
        address: &str,
    ) -> Result<Option<(Duration, bool)>, sqlx::Error> {
        let by_account = self.add(&key("account", account), FOR_ACCOUNT, WINDOW).await?;
        let by_address = self.add(&key("address", &network(address)), FOR_ADDRESS, WINDOW).await?;
        Ok(by_account.max(by_address))
    }

    /// Counts what anybody may begin who has no session.
    pub(super) async fn begun(&self, address: &str) -> Result<Option<(Duration, bool)>, sqlx::Error> {
        self.add(&key("begun", &network(address)), MOST_BEGUN, WINDOW).await
    }

    /// After a right one: those before were the person's own slips, and the tries that it took are none of the address's wrong
    /// ones.
    pub(super) async fn forgive(&self, account: &str, address: &str, tries: i64) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM attempts WHERE key = $1")
            .bind(key("account", account))
            .execute(self.database.pool())
            .await?;
        sqlx::query("UPDATE attempts SET count = count - $2 WHERE key = $1")
            .bind(key("address", &network(address)))
            .bind(tries)
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    /// Counts a change. Answers how long to wait where there were too many.
    pub(crate) async fn change(&self, person: &str, most: Most) -> Result<Option<Duration>, sqlx::Error> {
        let (count, window) = FOR_PERSON;
        let wait = self.add(&key("change", person), count, window).await?;
        match (wait, self.rotations, most) {
            (None, Some(count), Most::Rotation) => {
                Ok(self.add(&key("rotation", ""), count.into(), LONGEST).await?.map(|(wait, _)| wait))
            }
            (wait, ..) => Ok(wait.map(|(wait, _)| wait)),
        }
    }

    async fn add(
        &self,
        key: &str,
        most: i64,
        window: Duration,
    ) -> Result<Option<(Duration, bool)>, sqlx::Error> {
        let milliseconds = |of: Duration| i64::try_from(of.as_millis()).unwrap_or(i64::MAX);
        let (now_ms, window_ms) = (now_ms(), milliseconds(window));
        // A window that is over begins anew, in the one statement that counts.
        let row = sqlx::query(
            "INSERT INTO attempts (key, since_ms, count) VALUES ($1, $2, 1) ON CONFLICT (key) DO UPDATE SET \
             count = CASE WHEN attempts.since_ms < $3 THEN 1 ELSE attempts.count + 1 END, \
             since_ms = CASE WHEN attempts.since_ms < $3 THEN $2 ELSE attempts.since_ms END \
             RETURNING since_ms, count",
        )
        .bind(key)
        .bind(now_ms)
        .bind(now_ms - window_ms)
        .fetch_one(self.database.pool())
        .await?;
        let (since_ms, count): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if count == 1 {
            sqlx::query("DELETE FROM attempts WHERE since_ms < $1")
                .bind(now_ms - milliseconds(LONGEST))
                .execute(self.database.pool())
                .await?;
        }
        let wait_ms = u64::try_from(since_ms + window_ms - now_ms).unwrap_or_default();
        Ok((count > most).then(|| (Duration::from_millis(wait_ms), count == most + 1)))
    }
}

/// Whoever has one address of IPv6 has all of its /64.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(std::net::IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

/// What is typed as a name may be anything, a password too: it is not kept.
fn key(kind: &str, of: &str) -> String {
    token::hash(&format!("{kind} {of}"))
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn s47_an_address_of_ipv6_counts_as_its_network() {
        assert_eq!(network("2001:db8:0:1::7"), network("2001:db8:0:1:ffff::1"));
        assert_ne!(network("2001:db8:0:1::7"), network("2001:db8:0:2::7"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("nowhere"), "nowhere");
    }
}
