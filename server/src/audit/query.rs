//! Reading the log: by person, secret, event, outcome and time, the newest first.

use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::{Audit, Record, What};

/// Which records.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// An ID or a name; a refused sign-in is found by the account that was tried.
    pub(crate) person: Option<String>,
    pub(crate) region: Option<String>,
    /// A whole name, or what stands behind `acs/ram/user/`.
    pub(crate) secret: Option<String>,
    pub(crate) event: Option<String>,
    pub(crate) outcome: Option<String>,
    /// Milliseconds since 1970; from included, until not.
    pub(crate) from_ms: Option<i64>,
    pub(crate) until_ms: Option<i64>,
    /// Only records with a lower number: the next page.
    pub(crate) before: Option<i64>,
}

/// Whose records somebody may see.
#[derive(Clone, Debug)]
pub(crate) enum Sees {
    All,
    /// Those of this person alone, from when on the ID is theirs.
    Own {
        person: String,
        since_ms: i64,
    },
}

/// A record as it is exported and forwarded: with the hash that chains it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Kept {
    #[serde(flatten)]
    pub(crate) record: Record,
    pub(crate) hash: String,
}

impl std::ops::Deref for Kept {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.record
    }
}

impl Kept {
    /// From the columns `record` and `hash`.
    pub(super) fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let text: String = row.try_get("record")?;
        let record = serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Self { record, hash: row.try_get("hash")? })
    }
}

/// Some records, and whether there are more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    pub(crate) records: Vec<Kept>,
    pub(crate) has_more: bool,
}

/// Records that [`Audit::has_intent`] looks at.
const MAX_INTENTS: i64 = 50;

impl Audit {
    /// Returns whether an intent of this person for the same event, secret and `versionId` is recorded.
    pub(crate) async fn has_intent(
        &self,
        person: &str,
        event: &str,
        what: &What,
    ) -> Result<bool, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT record, hash FROM audit WHERE person = $1 AND event = $2 AND region = $3 AND secret = $4 \
             AND outcome = 'intended' ORDER BY seq DESC LIMIT $5",
        )
        .bind(person)
        .bind(event)
        .bind(&what.region)
        .bind(&what.secret)
        .bind(MAX_INTENTS)
        .fetch_all(self.database.pool())
        .await?;
        let version_id = |what: &What| what.parameters.get("versionId").cloned();
        let records = rows.iter().map(Kept::read).collect::<Result<Vec<_>, _>>()?;
        Ok(records.iter().any(|kept| version_id(&kept.what) == version_id(what)))
    }

    /// The newest that match. An intent is shown only where its outcome is not known.
    pub(crate) async fn find(&self, filter: &Filter, sees: &Sees, most: usize) -> Result<Page, sqlx::Error> {
        // `QueryBuilder` writes `?`, which PostgreSQL does not read.
        let mut sql = String::from(
            "SELECT record, hash FROM audit WHERE \
             (outcome <> 'intended' OR NOT EXISTS (SELECT 1 FROM audit ends WHERE ends.intent = audit.seq))",
        );
        let mut place = 0;
        let mut bound = |condition: &str| {
            place += 1;
            sql += &format!(" {}", condition.replace("{}", &format!("${place}")));
        };
        let (own, since_ms) = match sees {
            Sees::All => (None, None),
            Sees::Own { person, since_ms } => (Some(person.clone()), Some(*since_ms)),
        };
        let texts = [
            ("AND person = {}", &own),
            (
                "AND (person = {} OR person = 'local:' || {} OR name = {} OR 'local:' || name = {})",
                &filter.person,
            ),
            ("AND region = {}", &filter.region),
            ("AND (secret = {} OR secret = 'acs/ram/user/' || {})", &filter.secret),
            ("AND event = {}", &filter.event),
            ("AND outcome = {}", &filter.outcome),
        ];
        let texts: Vec<&String> = texts
            .into_iter()
            .filter_map(|(condition, text)| text.as_ref().inspect(|_| bound(condition)))
            .collect();
        let numbers = [
            ("AND at_ms >= {}", since_ms),
            ("AND at_ms >= {}", filter.from_ms),
            ("AND at_ms < {}", filter.until_ms),
            ("AND seq < {}", filter.before),
            ("ORDER BY seq DESC LIMIT {}", Some(i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1))),
        ];
        let numbers: Vec<i64> = numbers
            .into_iter()
            .filter_map(|(condition, number)| number.inspect(|_| bound(condition)))
            .collect();
        // Put together from the texts above alone; every value is bound.
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for text in texts {
            query = query.bind(text);
        }
        for number in numbers {
            query = query.bind(number);
        }
        let rows = query.fetch_all(self.database.pool()).await?;
        let has_more = rows.len() > most;
        let records = rows.iter().take(most).map(Kept::read).collect::<Result<_, _>>()?;
        Ok(Page { records, has_more })
    }
}
