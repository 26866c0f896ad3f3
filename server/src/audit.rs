//! The audit log: who did what, when, from where, on which secret, and what came of it. Only ever appended to, each record
//! chained to the one before by its hash.
//!
//! ```text
//! intended ──► the call ──► done · failed        refused, signed in, …: one record
//! ```
//! What was intended is durable before a change is sent, and its outcome before it is reported. No value of a secret comes here.

mod chain;
mod forward;
mod query;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::storage::{Database, now_ms};

pub(crate) use chain::verify;
pub use chain::{Broken, Verified};
pub(crate) use forward::Forward;
pub use forward::{Destination, Syslog, Webhook};
pub(crate) use query::{Filter, Kept, Sees};

/// Longer texts are cut: a person's own words can be of any length.
const MAX_TEXT: usize = 2_048;

/// One line of the log, as it is hashed, shown and exported. The names are those of the export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// From 1, without gaps.
    pub seq: i64,
    /// RFC 3339, UTC.
    pub at: String,
    /// What was done: a method of the seam such as `delete_secret`, or `sign_in` and its like.
    pub event: String,
    pub outcome: Outcome,
    /// The record of the intent that this is the outcome of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<i64>,
    #[serde(flatten)]
    pub who: Who,
    #[serde(flatten)]
    pub what: What,
    /// Why it failed or was refused: a code of `ErrorCode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The vendor's, of the calls that changed something.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub cloud_request_ids: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    #[default]
    Intended,
    Done,
    Failed,
    Refused,
}

/// Who acts, from where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Who {
    /// `local:` and the account's name, `oidc:` with issuer and subject, or `everyone`.
    pub person: String,
    /// What people call this person.
    pub name: String,
    /// The first digits of the session's hash: tells sessions apart, opens none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The address that the request came from.
    pub from: String,
    /// Of the console; joins the record with the log.
    pub request_id: String,
}

/// What is acted on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct What {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// What else it is about: a RAM user, an AccessKey ID, an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How: never a value.
    #[serde(skip_serializing_if = "Map::is_empty", default)]
    pub parameters: Map<String, Value>,
}

impl Record {
    /// As the export has it.
    pub(crate) fn outcome_name(&self) -> String {
        let name = serde_json::to_value(self.outcome).ok();
        name.and_then(|value| Some(value.as_str()?.to_owned())).unwrap_or_default()
    }
}

impl What {
    pub(crate) fn secret(region: &str, secret: &str) -> Self {
        Self { region: Some(region.to_owned()), secret: Some(secret.to_owned()), ..Self::default() }
    }

    pub(crate) fn about(what: &str) -> Self {
        Self { about: Some(what.to_owned()), ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }
}

/// What came of it, with the reason where it did not come to pass.
#[derive(Clone, Debug, Default)]
pub(crate) struct End {
    pub(crate) outcome: Outcome,
    pub(crate) code: Option<String>,
    pub(crate) cloud_request_ids: Vec<String>,
}

/// The log could not be written to: nothing is changed without it.
#[derive(Debug, thiserror::Error)]
#[error("the audit log cannot be written")]
pub(crate) struct Unrecorded(#[from] sqlx::Error);

impl From<std::io::Error> for Unrecorded {
    fn from(error: std::io::Error) -> Self {
        Self(error.into())
    }
}

/// The log itself.
#[derive(Clone)]
pub(crate) struct Audit {
    database: Database,
    /// In one process records are appended one after the other anyway; waiting here costs no connection.
    turn: Arc<tokio::sync::Mutex<()>>,
    refusals: Arc<Refusals>,
}

/// Refusals of one person from one place in a minute that are written down one by one: nobody fills the log by being refused.
const MOST_REFUSALS: u32 = 60;
/// So many are told apart in a minute.
const MOST_KNOWN: usize = 10_000;
const MINUTE: Duration = Duration::from_secs(60);

/// How many each had in the minute that runs.
#[derive(Default)]
struct Refusals(Mutex<(Option<Instant>, HashMap<String, u32>)>);

impl Refusals {
    fn count(&self, of: String) -> u32 {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.0.is_none_or(|since| since.elapsed() >= MINUTE) {
            *all = (Some(Instant::now()), HashMap::new());
        }
        if all.1.len() >= MOST_KNOWN && !all.1.contains_key(&of) {
            return MOST_REFUSALS + 2;
        }
        let count = all.1.entry(of).or_default();
        *count += 1;
        *count
    }
}

impl Audit {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, turn: Arc::default(), refusals: Arc::default() }
    }

    /// Before a change is sent. Answers the number for [`Audit::ended`].
    pub(crate) async fn intended(&self, who: &Who, event: &str, what: &What) -> Result<i64, Unrecorded> {
        self.append(record(who, event, what, End::default())).await
    }

    /// What came of an intent.
    pub(crate) async fn ended(
        &self,
        intent: i64,
        who: &Who,
        event: &str,
        what: &What,
        end: End,
    ) -> Result<(), Unrecorded> {
        let record = Record { intent: Some(intent), ..record(who, event, what, end) };
        self.append(record).await.map(drop)
    }

    /// Something that happened at once: a sign-in, a refusal.
    pub(crate) async fn happened(
        &self,
        who: &Who,
        event: &str,
        what: &What,
        end: End,
    ) -> Result<(), Unrecorded> {
        self.append(record(who, event, what, end)).await.map(drop)
    }

    /// A refusal. Of many by one person from one place the first of each minute are written down, and that there were more.
    pub(crate) async fn refused(
        &self,
        who: &Who,
        event: &str,
        what: &What,
        code: &str,
    ) -> Result<(), Unrecorded> {
        let end = |code: &str| End { outcome: Outcome::Refused, code: Some(code.into()), ..End::default() };
        match self.refusals.count(format!("{} {}", who.person, who.from)) {
            count if count <= MOST_REFUSALS => self.happened(who, event, what, end(code)).await,
            count if count == MOST_REFUSALS + 1 => {
                self.happened(who, event, &What::default(), end("too_many")).await
            }
            _ => Ok(()),
        }
    }

    async fn append(&self, record: Record) -> Result<i64, Unrecorded> {
        if !self.database.is_in_place() {
            return Err(std::io::Error::other("the database's file was taken away").into());
        }
        let _turn = self.turn.lock().await;
        let seq = chain::append(&self.database, record, now_ms()).await?;
        Ok(seq)
    }
}

fn record(who: &Who, event: &str, what: &What, end: End) -> Record {
    Record {
        event: event.to_owned(),
        outcome: end.outcome,
        who: Who {
            person: plain(&who.person),
            name: plain(&who.name),
            from: plain(&who.from),
            ..who.clone()
        },
        what: What {
            region: what.region.as_deref().map(plain),
            secret: what.secret.as_deref().map(plain),
            about: what.about.as_deref().map(plain),
            parameters: what
                .parameters
                .iter()
                .map(|(name, value)| (name.clone(), plain_value(value)))
                .collect(),
        },
        code: end.code,
        cloud_request_ids: end.cloud_request_ids.iter().map(|id| plain(id)).collect(),
        ..Record::default()
    }
}

/// Without what could forge a line or move a terminal's cursor, and of bounded length.
fn plain(text: &str) -> String {
    text.chars().take(MAX_TEXT).map(|c| if is_odd(c) { '\u{fffd}' } else { c }).collect()
}

/// What could forge a line, or turn the order of what is read.
pub(crate) fn is_odd(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn plain_value(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(plain(text)),
        Value::Array(items) => Value::Array(items.iter().map(plain_value).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (plain(name), plain_value(value))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests;
