//! The chain: each record's hash is over the hash before and the record's text.

use sha2::{Digest, Sha256};
use sqlx::Row;

use super::Record;
use crate::storage::Database;

/// How many records are read at a time.
const AT_ONCE: i64 = 1_000;

/// A chain that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub records: i64,
    /// Of the last record; noted elsewhere, it proves later that nothing before was changed or cut off.
    pub head: String,
}

/// Where a chain does not hold, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("record {0} was changed: its hash is another one")]
    Changed(i64),
    #[error("record {0} can be found under what it does not say: its columns differ from its text")]
    Columns(i64),
    #[error("record {0} is missing")]
    Missing(i64),
    #[error(
        "there are {found} records, and {expected} were written: some were added or removed behind Keyturn"
    )]
    Count { found: i64, expected: i64 },
    #[error("the database has the {0}, which Keyturn did not make: it can change or hide records")]
    Schema(String),
    #[error("the log's end was changed: it should be record {0}")]
    Head(i64),
    #[error("the head that was noted is in no record")]
    NotNoted,
    #[error("the database cannot be read: {0}")]
    Unread(String),
}

/// Appends a record and answers its number. It is durable when this returns.
pub(super) async fn append(database: &Database, mut record: Record, now_ms: i64) -> Result<i64, sqlx::Error> {
    let mut transaction = database.begin().await?;
    // A write first: it takes the lock that makes appenders, of other replicas too, wait for each other.
    let head = sqlx::query("UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash")
        .fetch_one(&mut *transaction)
        .await?;
    let (seq, before): (i64, String) = (head.try_get(0)?, head.try_get(1)?);
    record.seq = seq;
    record.at = jiff::Timestamp::from_millisecond(now_ms).unwrap_or_default().to_string();
    let text = serde_json::to_string(&record).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let hash = hash(&before, &text);
    sqlx::query(
        "INSERT INTO audit (seq, at_ms, event, outcome, intent, person, region, secret, request_id, record, hash, name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(seq)
    .bind(now_ms)
    .bind(&record.event)
    .bind(record.outcome_name())
    .bind(record.intent)
    .bind(&record.who.person)
    .bind(&record.what.region)
    .bind(&record.what.secret)
    .bind(&record.who.request_id)
    .bind(&text)
    .bind(&hash)
    .bind(&record.who.name)
    .execute(&mut *transaction)
    .await?;
    sqlx::query("UPDATE audit_head SET hash = $1 WHERE id = 1")
        .bind(&hash)
        .execute(&mut *transaction)
        .await?;
    // Read it back: a trigger in the database could have taken it away again.
    let kept = sqlx::query(
        "SELECT audit.hash FROM audit, audit_head WHERE audit.seq = $1 AND audit_head.id = 1 \
         AND audit_head.seq = $1 AND audit_head.hash = $2",
    )
    .bind(seq)
    .bind(&hash)
    .fetch_optional(&mut *transaction)
    .await?;
    let kept: Option<String> = kept.map(|row| row.try_get(0)).transpose()?;
    if kept.as_deref() != Some(hash.as_str()) {
        let why =
            "the record is not in the audit log after it was written: something in the database removes it";
        return Err(sqlx::Error::Protocol(why.into()));
    }
    transaction.commit().await?;
    Ok(seq)
}

/// Reads the whole log. `noted` is a head that was noted earlier.
pub(crate) async fn verify(database: &Database, noted: Option<&str>) -> Result<Verified, Broken> {
    if let Some(foreign) = foreign_schema(database).await.map_err(unread)? {
        return Err(Broken::Schema(foreign));
    }
    // First, and in one statement: what is added meanwhile is not looked at.
    let head = sqlx::query(
        "SELECT seq, hash, (SELECT COALESCE(MAX(seq), 0) FROM audit), (SELECT COUNT(*) FROM audit), unnamed_until \
         FROM audit_head WHERE id = 1",
    )
    .fetch_one(database.pool())
    .await
    .map_err(unread)?;
    let number = |column: usize| head.try_get::<i64, _>(column).map_err(unread);
    let (end, newest, count, unnamed_until) = (number(0)?, number(2)?, number(3)?, number(4)?);
    let head: String = head.try_get(1).map_err(unread)?;
    let (mut last, mut before) = (0, String::new());
    let mut is_noted = noted.is_none();
    loop {
        let rows = sqlx::query(
            "SELECT seq, at_ms, event, outcome, intent, person, region, secret, request_id, record, hash, name \
             FROM audit WHERE seq > $1 AND seq <= $3 ORDER BY seq LIMIT $2",
        )
        .bind(last)
        .bind(AT_ONCE)
        .bind(end)
        .fetch_all(database.pool())
        .await
        .map_err(unread)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let seq: i64 = row.try_get(0).map_err(unread)?;
            if seq != last + 1 {
                return Err(Broken::Missing(last + 1));
            }
            let text: String = row.try_get("record").map_err(unread)?;
            let kept: String = row.try_get("hash").map_err(unread)?;
            if hash(&before, &text) != kept {
                return Err(Broken::Changed(seq));
            }
            let record: Record = serde_json::from_str(&text).map_err(|_| Broken::Changed(seq))?;
            if !has_columns(&row, &record, unnamed_until).map_err(unread)? {
                return Err(Broken::Columns(seq));
            }
            is_noted = is_noted || noted == Some(kept.as_str());
            (last, before) = (seq, kept);
        }
    }
    match (end == last && end == newest && head == before, is_noted) {
        (false, _) => Err(Broken::Head(end)),
        // Keyturn numbers records from 1 without gaps. Others, such as one below 1, were not written by Keyturn.
        (true, _) if count != end => Err(Broken::Count { found: count, expected: end }),
        (true, false) => Err(Broken::NotNoted),
        (true, true) => Ok(Verified { records: last, head }),
    }
}

/// Returns what can change the audit log behind Keyturn: any trigger, as one on another table can change it too; a rule on its
/// tables, or a view in their place. Keyturn makes none of these.
pub(crate) async fn foreign_schema(database: &Database) -> Result<Option<String>, sqlx::Error> {
    let statement = match database.is_shared() {
        false => {
            "SELECT type || ' ' || name FROM sqlite_master \
             WHERE type = 'trigger' OR (type = 'view' AND LOWER(name) IN ('audit', 'audit_head')) LIMIT 1"
        }
        true => {
            "SELECT what FROM ( \
             SELECT 'trigger ' || tgname::text AS what FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid \
             WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace \
             UNION ALL SELECT 'rule ' || rulename::text FROM pg_rules \
             WHERE schemaname = current_schema() AND tablename IN ('audit', 'audit_head') \
             UNION ALL SELECT 'policy ' || policyname::text FROM pg_policies \
             WHERE schemaname = current_schema() AND tablename IN ('audit', 'audit_head') \
             UNION ALL SELECT 'view ' || relname::text FROM pg_class \
             WHERE relkind IN ('v', 'm') AND oid IN ('audit'::regclass, 'audit_head'::regclass)) AS foreign_objects LIMIT 1"
        }
    };
    let row = sqlx::query(statement).fetch_optional(database.pool()).await?;
    row.map(|row| row.try_get(0)).transpose()
}

/// Writes the name of each record from before migration 0009 into its column. After that each record must have a name there: a
/// name that is removed later is not restored, so that [`verify`] detects the change.
pub(super) async fn name_all(database: &Database) -> Result<(), sqlx::Error> {
    loop {
        let rows = sqlx::query(
            "SELECT seq, record FROM audit WHERE seq <= (SELECT unnamed_until FROM audit_head WHERE id = 1) \
             AND name IS NULL ORDER BY seq LIMIT $1",
        )
        .bind(AT_ONCE)
        .fetch_all(database.pool())
        .await?;
        if rows.is_empty() {
            break;
        }
        let mut transaction = database.begin().await?;
        for row in rows {
            let (seq, text): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
            // An empty name for a text that is not a record: `verify` reports that record.
            let name =
                serde_json::from_str::<Record>(&text).map(|record| record.who.name).unwrap_or_default();
            sqlx::query("UPDATE audit SET name = $1 WHERE seq = $2")
                .bind(name)
                .bind(seq)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
    }
    sqlx::query("UPDATE audit_head SET unnamed_until = 0 WHERE id = 1 AND unnamed_until <> 0")
        .execute(database.pool())
        .await
        .map(drop)
}

/// Returns whether the columns that a record is found by match its text. Records up to `unnamed_until` may have no name in their
/// column.
fn has_columns(row: &sqlx::any::AnyRow, record: &Record, unnamed_until: i64) -> Result<bool, sqlx::Error> {
    let name: Option<String> = row.try_get("name")?;
    let at_ms: i64 = row.try_get("at_ms")?;
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default().to_string();
    Ok(at == record.at
        && record.seq == row.try_get::<i64, _>("seq")?
        && record.event == row.try_get::<String, _>("event")?
        && record.outcome_name() == row.try_get::<String, _>("outcome")?
        && record.intent == row.try_get::<Option<i64>, _>("intent")?
        && record.who.person == row.try_get::<String, _>("person")?
        && name.map_or(record.seq <= unnamed_until, |name| name == record.who.name)
        && record.what.region == row.try_get::<Option<String>, _>("region")?
        && record.what.secret == row.try_get::<Option<String>, _>("secret")?
        && record.who.request_id == row.try_get::<String, _>("request_id")?)
}

fn hash(before: &str, text: &str) -> String {
    hex::encode(Sha256::new().chain_update(before).chain_update("\n").chain_update(text).finalize())
}

fn unread(error: sqlx::Error) -> Broken {
    Broken::Unread(error.to_string())
}
