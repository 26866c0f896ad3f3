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
mod refusals;

use std::sync::Arc;
use std::time::{Duration, Instant};

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::networks::ClientNetworks;
use crate::storage::{Database, now_ms};
use refusals::{LeftOut, Refusals};

pub use chain::{Broken, Verified};
pub(crate) use chain::{foreign_schema, verify};
pub(crate) use forward::Forward;
pub use forward::{Destination, Syslog, Webhook};
pub(crate) use query::{Filter, Kept, Sees};
pub(crate) use refusals::UNKNOWN;

/// Characters of a text in a record. Of a longer one, its length and its SHA-256 are recorded too.
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

/// How often the counts of refusals are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

impl Audit {
    pub(crate) fn new(database: Database, networks: ClientNetworks) -> Self {
        Self { database, turn: Arc::default(), refusals: Arc::new(Refusals::new(networks)) }
    }

    /// Names records of earlier versions, then records how many refusals were left out, each minute. Runs until shutdown.
    pub(crate) async fn tend(self) {
        if let Err(error) = chain::name_all(&self.database).await {
            tracing::warn!(%error, "records of earlier versions could not be named: a search by name does not find them");
        }
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.record_left_out(self.refusals.take(Instant::now(), false)).await;
        }
    }

    /// Records how many refusals were left out so far: at shutdown.
    pub(crate) async fn close(&self) {
        self.record_left_out(self.refusals.take(Instant::now(), true)).await;
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

    /// Records a refusal. Only the first of each minute are recorded one by one, the others as counts (`refusals.rs`).
    pub(crate) async fn refused(
        &self,
        who: &Who,
        event: &str,
        what: &What,
        code: &str,
    ) -> Result<(), Unrecorded> {
        match self.refusals.count(who, event, code, Instant::now()) {
            true => self.happened(who, event, what, refused(code)).await,
            false => Ok(()),
        }
    }

    /// Records counts of refusals that were not recorded one by one. A count that cannot be recorded is kept for the next minute.
    async fn record_left_out(&self, all: Vec<LeftOut>) {
        for left_out in all {
            let again = left_out.clone();
            let LeftOut { kind, person, network, count } = left_out;
            let who = Who { person, from: network, ..Who::default() };
            let what = What::default().with("leftOut", count).with("code", kind.code);
            let event = kind.event;
            if let Err(error) = self.happened(&who, &event, &what, refused("too_many")).await {
                tracing::error!(%error, event, count, "refusals that were left out could not be recorded; they are recorded later");
                self.refusals.leave_out(again, Instant::now());
            }
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

fn refused(code: &str) -> End {
    End { outcome: Outcome::Refused, code: Some(code.into()), ..End::default() }
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

/// Without what could forge a line or move a terminal's cursor, and of bounded length: a text that is cut says how long the
/// whole is, and its SHA-256.
fn plain(text: &str) -> String {
    let mut plain: String =
        text.chars().take(MAX_TEXT).map(|c| if is_odd(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(MAX_TEXT).is_some() {
        plain += &format!("… [cut: {} bytes, SHA-256 {}]", text.len(), sha256(text));
    }
    plain
}

/// Returns the SHA-256 of a text, in hexadecimal.
pub(crate) fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// Whether a character can forge a line, reverse the reading order, or is invisible.
pub(crate) fn is_odd(c: char) -> bool {
    let is_ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c);
    // Blank, though Unicode calls it a symbol: the empty Braille pattern.
    is_ignorable
        || c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2800}')
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
