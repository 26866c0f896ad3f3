//! Sessions: an opaque identifier in a cookie, its hash in the database. They end when nobody uses them for a while, at their
//! greatest age, and when somebody ends them.

use std::time::Duration;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{sealed, token};
use crate::storage::{Database, containing, now_ms};

/// How long what cannot be undone is not asked about again after the password was typed.
pub(crate) const PRIVILEGED: Duration = Duration::from_secs(600);
/// So many sessions a person; the oldest ends when another begins.
const MOST: i64 = 10;
/// A use is noted no more often than this.
const NOTED_EVERY_MS: i64 = 60_000;

/// The columns of a [`SessionRow`]. Never `*`: a replica of the next version adds columns while this one serves.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id_hash, person, name, groups_json, address, agent, created_ms, seen_ms, privileged_until_ms, ",
            "sealed_token, by_password_alone FROM sessions ",
            $rest
        )
    };
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub(crate) struct SessionRow {
    pub(crate) id_hash: String,
    pub(crate) person: String,
    pub(crate) name: String,
    pub(crate) groups: Vec<String>,
    pub(crate) address: String,
    pub(crate) agent: String,
    pub(crate) created_ms: i64,
    pub(crate) seen_ms: i64,
    pub(crate) privileged_until_ms: i64,
    pub(crate) sealed_token: Option<String>,
    /// It began by a password and nothing else, or nothing is known of how.
    pub(crate) is_by_password_alone: bool,
}

/// Who begins one, and where.
pub(crate) struct Beginner<'a> {
    pub(crate) person: &'a str,
    pub(crate) name: &'a str,
    pub(crate) groups: &'a [String],
    /// The session at the provider that vouches, where it names one.
    pub(crate) sid: Option<&'a str>,
    /// The person's own, where it is to be kept.
    pub(crate) token: Option<&'a str>,
    /// By a password and nothing else.
    pub(crate) is_by_password_alone: bool,
    pub(crate) address: &'a str,
    pub(crate) agent: &'a str,
}

/// A session that has begun.
pub(crate) struct Started {
    /// What the cookie holds; it is nowhere else.
    pub(crate) token: String,
    pub(crate) person: String,
    /// The hashes of older ones that ended for it, where there were too many.
    pub(crate) pushed_out: Vec<String>,
    /// The token of the cookie by which this browser is known from now on; `None` for who comes by a provider.
    pub(crate) device: Option<String>,
}

impl Started {
    /// What the session is called in the audit log.
    pub(crate) fn mark(&self) -> String {
        mark(&token::hash(&self.token))
    }
}

#[derive(Clone)]
pub(crate) struct Sessions {
    database: Database,
    idle_ms: i64,
    absolute_ms: i64,
}

impl Sessions {
    pub(crate) fn new(database: Database, idle: Duration, absolute: Duration) -> Self {
        let ms = |of: Duration| i64::try_from(of.as_millis()).unwrap_or(i64::MAX);
        Self { database, idle_ms: ms(idle), absolute_ms: ms(absolute) }
    }

    /// Begins one, in place of an earlier one of this browser.
    pub(crate) async fn start(
        &self,
        of: Beginner<'_>,
        earlier: Option<&str>,
    ) -> Result<Started, sqlx::Error> {
        self.start_at(of, earlier, now_ms()).await
    }

    pub(super) async fn start_at(
        &self,
        of: Beginner<'_>,
        earlier: Option<&str>,
        now_ms: i64,
    ) -> Result<Started, sqlx::Error> {
        let token = token::new();
        let mut transaction = self.database.begin().await?;
        sqlx::query("DELETE FROM sessions WHERE id_hash = $1 OR seen_ms < $2 OR created_ms < $3")
            .bind(earlier.map(token::hash).unwrap_or_default())
            .bind(now_ms - self.idle_ms)
            .bind(now_ms - self.absolute_ms)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO sessions \
             (id_hash, person, name, groups_json, address, agent, created_ms, seen_ms, privileged_until_ms, sid, \
              sealed_token, by_password_alone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(token::hash(&token))
        .bind(of.person)
        .bind(of.name)
        .bind(serde_json::to_string(of.groups).unwrap_or_else(|_| "[]".into()))
        .bind(of.address)
        .bind(of.agent.chars().take(200).collect::<String>())
        .bind(now_ms)
        .bind(now_ms)
        .bind(now_ms + i64::try_from(PRIVILEGED.as_millis()).unwrap_or_default())
        .bind(of.sid)
        .bind(of.token.and_then(|own| sealed::seal(&token, own)))
        .bind(i64::from(of.is_by_password_alone))
        .execute(&mut *transaction)
        .await?;
        let pushed_out = sqlx::query(
            "DELETE FROM sessions WHERE person = $1 AND id_hash NOT IN \
             (SELECT id_hash FROM sessions WHERE person = $1 ORDER BY created_ms DESC, id_hash LIMIT $2) \
             RETURNING id_hash",
        )
        .bind(of.person)
        .bind(MOST)
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        let pushed_out = pushed_out.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        Ok(Started { token, person: of.person.to_owned(), pushed_out, device: None })
    }

    /// The session of a cookie, where it still runs; a use of it is noted.
    pub(crate) async fn of_token(
        &self,
        token: &str,
        is_use: bool,
    ) -> Result<Option<SessionRow>, sqlx::Error> {
        self.of_token_at(token, is_use, now_ms()).await
    }

    pub(super) async fn of_token_at(
        &self,
        token: &str,
        is_use: bool,
        now_ms: i64,
    ) -> Result<Option<SessionRow>, sqlx::Error> {
        let found = sqlx::query(select!("WHERE id_hash = $1 AND seen_ms >= $2 AND created_ms >= $3"))
            .bind(token::hash(token))
            .bind(now_ms - self.idle_ms)
            .bind(now_ms - self.absolute_ms)
            .fetch_optional(self.database.pool())
            .await?;
        let Some(session) = found.map(|row| session(&row)).transpose()? else { return Ok(None) };
        if is_use && now_ms - session.seen_ms >= NOTED_EVERY_MS.min(self.idle_ms / 4) {
            let noted = sqlx::query("UPDATE sessions SET seen_ms = $1 WHERE id_hash = $2")
                .bind(now_ms)
                .bind(&session.id_hash)
                .execute(self.database.pool())
                .await;
            // Viewing needs no write: while nothing can be written, the session ends as if nobody used it.
            if let Err(error) = noted {
                tracing::warn!(%error, "the use of a session could not be noted");
            }
        }
        Ok(Some(session))
    }

    /// The running ones of a person, the last used first.
    pub(crate) async fn of_person(&self, person: &str) -> Result<Vec<SessionRow>, sqlx::Error> {
        let now_ms = now_ms();
        let rows = sqlx::query(select!(
            "WHERE person = $1 AND seen_ms >= $2 AND created_ms >= $3 ORDER BY seen_ms DESC"
        ))
        .bind(person)
        .bind(now_ms - self.idle_ms)
        .bind(now_ms - self.absolute_ms)
        .fetch_all(self.database.pool())
        .await?;
        rows.iter().map(session).collect()
    }

    /// So many of everybody's after the first `skipped`, of whoever's ID or name holds this text, the last begun first.
    pub(crate) async fn list(
        &self,
        find: &str,
        skipped: i64,
        most: i64,
    ) -> Result<Vec<SessionRow>, sqlx::Error> {
        let now_ms = now_ms();
        let rows = sqlx::query(select!(
            "WHERE seen_ms >= $1 AND created_ms >= $2 \
                 AND (LOWER(person) LIKE LOWER($3) ESCAPE '!' OR LOWER(name) LIKE LOWER($3) ESCAPE '!') \
                 ORDER BY created_ms DESC, id_hash LIMIT $4 OFFSET $5"
        ))
        .bind(now_ms - self.idle_ms)
        .bind(now_ms - self.absolute_ms)
        .bind(containing(find))
        .bind(most)
        .bind(skipped)
        .fetch_all(self.database.pool())
        .await?;
        rows.iter().map(session).collect()
    }

    /// Whose it is, by its hash.
    pub(crate) async fn person_of(&self, id_hash: &str) -> Result<Option<String>, sqlx::Error> {
        let row = sqlx::query("SELECT person FROM sessions WHERE id_hash = $1")
            .bind(id_hash)
            .fetch_optional(self.database.pool())
            .await?;
        row.map(|row| row.try_get(0)).transpose()
    }

    /// By its hash. Answers whose it was.
    pub(crate) async fn end(&self, id_hash: &str) -> Result<Option<String>, sqlx::Error> {
        let ended = sqlx::query("DELETE FROM sessions WHERE id_hash = $1 RETURNING person")
            .bind(id_hash)
            .fetch_optional(self.database.pool())
            .await?;
        ended.map(|row| row.try_get(0)).transpose()
    }

    /// Ends what a provider names: the session `sid`, and those sessions of the person whose `sid` is not known; all of the
    /// person if it names no session. Only sessions of this issuer end: another provider's `sid` can be the same. Returns hash,
    /// person and name of each.
    pub(crate) async fn end_by_provider(
        &self,
        issuer: &str,
        person: Option<&str>,
        sid: Option<&str>,
    ) -> Result<Vec<(String, String, String)>, sqlx::Error> {
        let ended = sqlx::query(
            "DELETE FROM sessions WHERE SUBSTR(person, 1, LENGTH($3)) = $3 AND ((sid = $1 AND ($2 = '' OR person = $2)) \
             OR (person = $2 AND (sid IS NULL OR $1 = ''))) RETURNING id_hash, person, name",
        )
        .bind(sid.unwrap_or_default())
        .bind(person.unwrap_or_default())
        .bind(format!("oidc:{issuer}|"))
        .fetch_all(self.database.pool())
        .await?;
        ended.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
    }

    /// Where a second factor is required from now on. Of sessions of before nothing is known.
    pub(crate) async fn end_by_password_alone(&self) -> Result<u64, sqlx::Error> {
        let ended = sqlx::query(
            "DELETE FROM sessions WHERE person LIKE 'local:%' AND COALESCE(by_password_alone, 1) = 1",
        )
        .execute(self.database.pool())
        .await?;
        Ok(ended.rows_affected())
    }

    pub(crate) async fn end_all_of(&self, person: &str) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM sessions WHERE person = $1")
            .bind(person)
            .execute(self.database.pool())
            .await?;
        Ok(())
    }
}

/// What a session is called in the audit log: enough of its hash to tell it apart, too little to open it.
pub(crate) fn mark(id_hash: &str) -> String {
    id_hash.chars().take(12).collect()
}

fn session(row: &AnyRow) -> Result<SessionRow, sqlx::Error> {
    let groups: String = row.try_get("groups_json")?;
    Ok(SessionRow {
        id_hash: row.try_get("id_hash")?,
        person: row.try_get("person")?,
        name: row.try_get("name")?,
        groups: serde_json::from_str(&groups).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        address: row.try_get("address")?,
        agent: row.try_get("agent")?,
        created_ms: row.try_get("created_ms")?,
        seen_ms: row.try_get("seen_ms")?,
        privileged_until_ms: row.try_get("privileged_until_ms")?,
        sealed_token: row.try_get("sealed_token")?,
        is_by_password_alone: row.try_get::<Option<i64>, _>("by_password_alone")? != Some(0),
    })
}
