//! Four eyes: what cannot be undone waits for a second person, where the configuration says so (`four_eyes`).
//!
//! ```text
//! asked ──► waiting ──► approved ──► used, once, by who asked
//!                  ├──► denied
//!                  ├──► withdrawn by who asked
//!                  └──► ended with an account, or with the role of who approved
//! ```
//! While it is used nobody asks again, and nobody takes it back.
//! An approval is for exactly what was asked for, by who asked, and ends: in time, or when who gave it may not any more.

use std::time::Duration;

use sqlx::Row;
use sqlx::any::AnyRow;

use crate::audit::{What, Who};
use crate::storage::{Database, now_ms};

/// How long somebody has time to decide.
const ASKED_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// How long what was approved can be done.
const USABLE_FOR: Duration = Duration::from_secs(60 * 60);
/// No request takes longer: what is still under way then has come to nobody knows what.
const DONE_WITHIN: Duration = Duration::from_secs(60);
/// How long it is shown afterwards.
const SHOWN_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
const MOST_SHOWN: i64 = 200;
/// Requests of one person that wait at a time.
pub(crate) const MOST_OPEN: i64 = 20;

/// The columns of an [`Approval`]. Never `*`: a replica of the next version can add columns.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, event, what, asked_by, asked_name, asked_ms, state, decided_by, decided_name, expires_ms, ",
            "open_key FROM approvals ",
            $rest
        )
    };
}

/// What can need a second person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Immediate deletion of a secret.
    Delete,
    /// Rotate Now, and a change of the rotation that starts an immediate rotation.
    Rotate,
    /// Deleting an AccessKey, or disabling one that is in use.
    AccessKey,
}

impl Act {
    /// As in `four_eyes`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "delete" => Some(Self::Delete),
            "rotate" => Some(Self::Rotate),
            "access-key" => Some(Self::AccessKey),
            _ => None,
        }
    }

    /// Whether an event can be this act. The gateway requires an approval only if the event has the act's effect, such as a
    /// change of the rotation that starts an immediate rotation.
    fn covers(self, event: &str) -> bool {
        match self {
            Self::Delete => event == "delete_secret",
            Self::Rotate => matches!(event, "rotate_secret" | "change_rotation"),
            Self::AccessKey => event == "change_access_key",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Waiting,
    Approved,
    Denied,
    /// It is being done, or nobody knows what it came to.
    UnderWay,
    Used,
    /// By who asked.
    Withdrawn,
    /// The account of who asked or approved is gone, or who approved may not any more.
    Ended,
    /// Nobody decided in time, or what was approved was not done in time.
    Expired,
}

/// A request as people see it.
#[derive(Clone, Debug)]
pub(crate) struct Approval {
    pub(crate) id: String,
    pub(crate) event: String,
    pub(crate) what: What,
    pub(crate) asked_by: String,
    pub(crate) asked_name: String,
    pub(crate) asked_ms: i64,
    pub(crate) state: State,
    /// The ID of the person who decided. Their name is `decided_name`.
    pub(crate) decided_by: Option<String>,
    pub(crate) decided_name: Option<String>,
    pub(crate) expires_ms: i64,
}

/// What came of asking whether something may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Nobody else has to agree.
    Free,
    /// Somebody has: the approval is used up, and this is who gave it, and the groups they were in then.
    Approved { id: String, by: String, groups: Vec<String> },
    /// It waits, or waits from now on.
    Waits { is_new: bool },
    /// It was approved, and is being done.
    UnderWay,
    /// Too many wait already.
    TooMany,
}

/// What the use of an approval came to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Settled {
    /// It is done: the next time it has to be asked for.
    Done,
    /// Nothing came of it: it can be done another time.
    GivenBack,
    /// Who approved may not any more: it counts for nothing.
    Lapsed,
}

#[derive(Clone)]
pub(crate) struct Approvals {
    database: Database,
    acts: Vec<Act>,
}

impl Approvals {
    pub(crate) fn new(database: Database, acts: Vec<Act>) -> Self {
        Self { database, acts }
    }

    /// Whether anything needs a second person.
    pub(crate) fn are_used(&self) -> bool {
        !self.acts.is_empty()
    }

    pub(crate) fn are_needed(&self, event: &str) -> bool {
        self.acts.iter().any(|act| act.covers(event))
    }

    /// Whether `who` may do this now; an approval is used up by it. Where there is none, it is asked for.
    pub(crate) async fn ask(&self, who: &Who, event: &str, what: &What) -> Result<Asked, sqlx::Error> {
        self.ask_at(who, event, what, now_ms()).await
    }

    async fn ask_at(&self, who: &Who, event: &str, what: &What, now_ms: i64) -> Result<Asked, sqlx::Error> {
        if !self.are_needed(event) {
            return Ok(Asked::Free);
        }
        let (what, open_key) = keyed(who, event, what)?;
        let used = sqlx::query(
            "UPDATE approvals SET state = 'used', used_ms = $2 \
             WHERE open_key = $1 AND state = 'approved' AND expires_ms >= $2 \
             RETURNING id, decided_by, COALESCE(decided_groups, '[]')",
        )
        .bind(&open_key)
        .bind(now_ms)
        .fetch_optional(self.database.pool())
        .await?;
        if let Some(row) = used {
            let groups: String = row.try_get(2)?;
            let groups =
                serde_json::from_str(&groups).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            return Ok(Asked::Approved { id: row.try_get(0)?, by: row.try_get(1)?, groups });
        }
        let mut transaction = self.database.begin().await?;
        sqlx::query(
            "UPDATE approvals SET open_key = NULL \
             WHERE open_key IS NOT NULL AND (expires_ms < $1 OR (state = 'used' AND used_ms < $2))",
        )
        .bind(now_ms)
        .bind(now_ms - milliseconds(DONE_WITHIN))
        .execute(&mut *transaction)
        .await?;
        let open = sqlx::query("SELECT COUNT(*) FROM approvals WHERE asked_by = $1 AND open_key IS NOT NULL")
            .bind(&who.person)
            .fetch_one(&mut *transaction)
            .await?;
        let is_full = open.try_get::<i64, _>(0)? >= MOST_OPEN;
        let asked = sqlx::query(
            "INSERT INTO approvals (id, event, what, asked_by, asked_name, asked_ms, state, expires_ms, open_key) \
             SELECT $1, $2, $3, $4, $5, $6, 'waiting', $7, $8 WHERE $9 = 0 ON CONFLICT (open_key) DO NOTHING",
        )
        .bind(ulid::Ulid::new().to_string())
        .bind(event)
        .bind(&what)
        .bind(&who.person)
        .bind(&who.name)
        .bind(now_ms)
        .bind(now_ms + milliseconds(ASKED_FOR))
        .bind(&open_key)
        .bind(i64::from(is_full))
        .execute(&mut *transaction)
        .await?;
        let open = sqlx::query("SELECT state FROM approvals WHERE open_key = $1")
            .bind(&open_key)
            .fetch_optional(&mut *transaction)
            .await?;
        transaction.commit().await?;
        match open.map(|row| row.try_get::<String, _>(0)).transpose()?.as_deref() {
            Some("used") => Ok(Asked::UnderWay),
            Some(_) => Ok(Asked::Waits { is_new: asked.rows_affected() > 0 }),
            None => Ok(Asked::TooMany),
        }
    }

    /// What this person has asked for or approved is over: the account is gone, or disabled.
    pub(crate) async fn end_all_of(&self, person: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE approvals SET state = 'ended', open_key = NULL \
             WHERE open_key IS NOT NULL AND state <> 'used' AND (asked_by = $1 OR decided_by = $1)",
        )
        .bind(person)
        .execute(self.database.pool())
        .await?;
        Ok(())
    }

    /// What this person has asked for is not that of whoever gets the name next.
    pub(crate) async fn disown(&self, person: &str) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE approvals SET asked_by = $2 WHERE asked_by = $1")
            .bind(person)
            .bind(format!("former {person}"))
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    /// By who asked. Whether it was still open.
    pub(crate) async fn withdraw(&self, who: &Who, id: &str) -> Result<bool, sqlx::Error> {
        let withdrawn = sqlx::query(
            "UPDATE approvals SET state = 'withdrawn', open_key = NULL \
             WHERE id = $1 AND asked_by = $2 AND open_key IS NOT NULL AND state <> 'used' AND expires_ms >= $3",
        )
        .bind(id)
        .bind(&who.person)
        .bind(now_ms())
        .execute(self.database.pool())
        .await?;
        Ok(withdrawn.rows_affected() > 0)
    }

    /// Ends the use of an approval.
    pub(crate) async fn settle(&self, id: &str, to: Settled) -> Result<(), sqlx::Error> {
        let (state, is_open) = match to {
            Settled::Done => ("used", 0),
            Settled::GivenBack => ("approved", 1),
            Settled::Lapsed => ("ended", 0),
        };
        sqlx::query(
            "UPDATE approvals SET state = $2, open_key = CASE WHEN $3 = 1 THEN open_key END \
             WHERE id = $1 AND state = 'used' AND open_key IS NOT NULL",
        )
        .bind(id)
        .bind(state)
        .bind(is_open)
        .execute(self.database.pool())
        .await?;
        Ok(())
    }

    /// What was just asked for is not: it could not be written down.
    pub(crate) async fn take_back(&self, who: &Who, event: &str, what: &What) -> Result<(), sqlx::Error> {
        let (_, open_key) = keyed(who, event, what)?;
        sqlx::query("DELETE FROM approvals WHERE open_key = $1 AND state = 'waiting'")
            .bind(open_key)
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    /// What can still be decided or done first, then the newest, also those that were decided a while ago.
    pub(crate) async fn list(&self) -> Result<Vec<Approval>, sqlx::Error> {
        let rows = sqlx::query(select!(
            "WHERE asked_ms >= $1 \
             ORDER BY CASE WHEN open_key IS NOT NULL AND expires_ms >= $2 THEN 0 ELSE 1 END, asked_ms DESC LIMIT $3"
        ))
        .bind(now_ms() - milliseconds(SHOWN_FOR))
        .bind(now_ms())
        .bind(MOST_SHOWN)
        .fetch_all(self.database.pool())
        .await?;
        rows.iter().map(|row| approval(row, now_ms())).collect()
    }

    pub(crate) async fn find(&self, id: &str) -> Result<Option<Approval>, sqlx::Error> {
        let row = sqlx::query(select!("WHERE id = $1")).bind(id).fetch_optional(self.database.pool()).await?;
        row.map(|row| approval(&row, now_ms())).transpose()
    }

    /// Decides what still waits, being in these groups. Nobody decides what they asked for themselves. Whether it was still to
    /// be decided.
    pub(crate) async fn decide(
        &self,
        who: &Who,
        groups: &[String],
        id: &str,
        is_approved: bool,
    ) -> Result<bool, sqlx::Error> {
        self.decide_at(who, groups, id, is_approved, now_ms()).await
    }

    async fn decide_at(
        &self,
        who: &Who,
        groups: &[String],
        id: &str,
        is_approved: bool,
        now_ms: i64,
    ) -> Result<bool, sqlx::Error> {
        let statement = match is_approved {
            true => {
                "UPDATE approvals SET state = 'approved', decided_by = $1, decided_name = $2, expires_ms = $3, \
                 decided_groups = $6 WHERE id = $4 AND state = 'waiting' AND asked_by <> $1 AND expires_ms >= $5"
            }
            false => {
                "UPDATE approvals SET state = 'denied', decided_by = $1, decided_name = $2, expires_ms = $3, \
                 decided_groups = $6, open_key = NULL \
                 WHERE id = $4 AND state = 'waiting' AND asked_by <> $1 AND expires_ms >= $5"
            }
        };
        let decided = sqlx::query(statement)
            .bind(&who.person)
            .bind(&who.name)
            .bind(now_ms + milliseconds(USABLE_FOR))
            .bind(id)
            .bind(now_ms)
            .bind(serde_json::to_string(groups).map_err(|error| sqlx::Error::Encode(Box::new(error)))?)
            .execute(self.database.pool())
            .await?;
        Ok(decided.rows_affected() > 0)
    }
}

/// What is asked for as it is kept, and what such a request is found by while it is open.
fn keyed(who: &Who, event: &str, what: &What) -> Result<(String, String), sqlx::Error> {
    let what = serde_json::to_string(what).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let open_key = format!("{event} {} {what}", who.person);
    Ok((what, open_key))
}

fn milliseconds(of: Duration) -> i64 {
    i64::try_from(of.as_millis()).unwrap_or(i64::MAX)
}

fn approval(row: &AnyRow, now_ms: i64) -> Result<Approval, sqlx::Error> {
    let (what, state): (String, String) = (row.try_get("what")?, row.try_get("state")?);
    let expires_ms: i64 = row.try_get("expires_ms")?;
    Ok(Approval {
        id: row.try_get("id")?,
        event: row.try_get("event")?,
        what: serde_json::from_str(&what).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        asked_by: row.try_get("asked_by")?,
        asked_name: row.try_get("asked_name")?,
        asked_ms: row.try_get("asked_ms")?,
        state: match state.as_str() {
            "denied" => State::Denied,
            "used" if row.try_get::<Option<String>, _>("open_key")?.is_some() => State::UnderWay,
            "used" => State::Used,
            "withdrawn" => State::Withdrawn,
            "ended" => State::Ended,
            _ if expires_ms < now_ms => State::Expired,
            "approved" => State::Approved,
            _ => State::Waiting,
        },
        decided_by: row.try_get("decided_by")?,
        decided_name: row.try_get("decided_name")?,
        expires_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::tests::databases;

    fn who(person: &str) -> Who {
        Who { person: person.into(), name: person.into(), ..Who::default() }
    }

    const HOUR: i64 = 3_600_000;

    #[tokio::test]
    async fn s30_a_second_person_approves_exactly_what_was_asked_for_and_it_is_done_once() {
        for database in databases().await {
            let approvals = Approvals::new(database, vec![Act::Rotate]);
            let (a, b, what) = (who("a"), who("b"), What::secret("r", "s"));
            let ask = async |who: &Who, what: &What, now| {
                approvals.ask_at(who, "rotate_secret", what, now).await.unwrap()
            };
            assert_eq!(approvals.ask(&a, "delete_secret", &what).await.unwrap(), Asked::Free);
            assert_eq!(ask(&a, &what, 0).await, Asked::Waits { is_new: true });
            assert_eq!(ask(&a, &what, 1).await, Asked::Waits { is_new: false });
            let id = sqlx::query("SELECT id FROM approvals")
                .fetch_one(approvals.database.pool())
                .await
                .unwrap()
                .get::<String, _>(0);
            assert!(
                !approvals.decide_at(&a, &["g".into()], &id, true, 2).await.unwrap(),
                "nobody approves their own"
            );
            assert!(approvals.decide_at(&b, &["g".into()], &id, true, 2).await.unwrap());
            assert!(
                !approvals.decide_at(&who("c"), &["g".into()], &id, false, 3).await.unwrap(),
                "it is decided"
            );
            // For another secret, or another person, it is worth nothing.
            assert_eq!(ask(&a, &What::secret("r", "t"), 3).await, Asked::Waits { is_new: true });
            assert_eq!(ask(&b, &what, 3).await, Asked::Waits { is_new: true });
            let (first, second) = tokio::join!(ask(&a, &what, 4), ask(&a, &what, 4));
            let approved = Asked::Approved { id: id.clone(), by: "b".into(), groups: vec!["g".into()] };
            let both = [first, second];
            assert!(both.contains(&approved) && both.contains(&Asked::UnderWay), "{both:?}");
            assert!(!approvals.withdraw(&a, &id).await.unwrap(), "what is being done is not taken back");
            approvals.settle(&id, Settled::GivenBack).await.unwrap();
            assert_eq!(ask(&a, &what, 5).await, approved, "nothing came of it");
            approvals.settle(&id, Settled::Done).await.unwrap();
            approvals.settle(&id, Settled::GivenBack).await.unwrap();
            assert_eq!(ask(&a, &what, 6).await, Asked::Waits { is_new: true }, "it is done once");
            // One that nobody ends, as its process has died, is in nobody's way for long.
            let again = sqlx::query("SELECT id FROM approvals WHERE state = 'waiting' AND asked_ms = 6")
                .fetch_one(approvals.database.pool())
                .await
                .unwrap()
                .get::<String, _>(0);
            assert!(approvals.decide_at(&b, &["g".into()], &again, true, 7).await.unwrap());
            assert!(matches!(ask(&a, &what, 8).await, Asked::Approved { .. }));
            assert_eq!(ask(&a, &what, 59_000).await, Asked::UnderWay);
            assert_eq!(ask(&a, &what, 61_000).await, Asked::Waits { is_new: true });
        }
    }

    #[tokio::test]
    async fn what_is_denied_or_too_old_has_to_be_asked_for_again() {
        for database in databases().await {
            let approvals = Approvals::new(database, vec![Act::Delete]);
            let (a, b, what) = (who("a"), who("b"), What::secret("r", "s"));
            let ask = async |now| approvals.ask_at(&a, "delete_secret", &what, now).await.unwrap();
            let newest = async || {
                let row = sqlx::query("SELECT id FROM approvals ORDER BY asked_ms DESC LIMIT 1");
                row.fetch_one(approvals.database.pool()).await.unwrap().get::<String, _>(0)
            };
            ask(0).await;
            assert!(
                !approvals.decide_at(&b, &["g".into()], &newest().await, true, 25 * HOUR).await.unwrap(),
                "too late"
            );
            assert_eq!(ask(25 * HOUR).await, Asked::Waits { is_new: true });
            assert!(
                approvals.decide_at(&b, &["g".into()], &newest().await, false, 25 * HOUR + 1).await.unwrap()
            );
            assert_eq!(ask(26 * HOUR).await, Asked::Waits { is_new: true }, "denied");
            assert!(approvals.decide_at(&b, &["g".into()], &newest().await, true, 26 * HOUR).await.unwrap());
            assert_eq!(ask(28 * HOUR).await, Asked::Waits { is_new: true }, "approved, but not done in time");
            assert!(approvals.decide_at(&b, &["g".into()], &newest().await, true, 28 * HOUR).await.unwrap());
            let id = newest().await;
            assert_eq!(
                ask(28 * HOUR + 1).await,
                Asked::Approved { id, by: "b".into(), groups: vec!["g".into()] }
            );
            for number in 0..25 {
                let what = What::secret("r", &number.to_string());
                approvals.ask_at(&a, "delete_secret", &what, 30 * HOUR).await.unwrap();
            }
            assert_eq!(ask(30 * HOUR).await, Asked::TooMany);
        }
    }
}
