//! The watch: looks at all regions from time to time and records, once each, what fails, is overdue or about to be deleted.
//! Off unless it is switched on (`KEYTURN_WATCH`).

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keyturn_app::model::overview::{Attention, Health, RegionRows, attention};
use serde::{Deserialize, Serialize};

use super::{Gateway, kept};
use crate::identity::Person;

/// Findings that are kept; the oldest that have ended go first.
const MOST: usize = 1_000;
/// How long one look may take.
const LIMIT: Duration = Duration::from_secs(600);

/// Something that needs a person, from when on, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Finding {
    region: String,
    name: String,
    health: Health,
    /// Milliseconds since 1970, real time.
    noticed_ms: i64,
    ended_ms: Option<i64>,
}

#[derive(Default)]
pub(crate) struct Findings(Mutex<Vec<Finding>>);

impl Findings {
    /// When it was noticed, if the watch has.
    pub(super) fn noticed_ms(&self, of: &Attention) -> Option<i64> {
        let findings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        findings.iter().find(|finding| finding.is_open() && finding.is_about(of)).map(|it| it.noticed_ms)
    }
}

impl Finding {
    fn is_open(&self) -> bool {
        self.ended_ms.is_none()
    }

    fn is_about(&self, of: &Attention) -> bool {
        self.region == of.region && self.name == of.name.as_str() && self.health == of.health
    }
}

/// Adds what is new, ends what is over, and answers the new. A region that could not be read ends nothing.
fn note(findings: &mut Vec<Finding>, read: &[RegionRows], now: &[Attention], at_ms: i64) -> Vec<Finding> {
    let is_read = |id: &str| read.iter().any(|region| region.id == id && region.error.is_none());
    for finding in findings.iter_mut().filter(|finding| finding.is_open()) {
        if is_read(&finding.region) && !now.iter().any(|of| finding.is_about(of)) {
            finding.ended_ms = Some(at_ms);
        }
    }
    let new: Vec<Finding> = now
        .iter()
        .filter(|of| !findings.iter().any(|finding| finding.is_open() && finding.is_about(of)))
        .map(|of| Finding {
            region: of.region.clone(),
            name: of.name.to_string(),
            health: of.health,
            noticed_ms: at_ms,
            ended_ms: None,
        })
        .collect();
    findings.extend(new.iter().cloned());
    // What is open stays, or the next look would find it anew: there are no more of these than secrets.
    let ended = findings.iter().filter(|finding| !finding.is_open()).count();
    let mut too_many = ended.min(findings.len().saturating_sub(MOST));
    findings.retain(|finding| {
        let is_dropped = too_many > 0 && !finding.is_open();
        too_many -= usize::from(is_dropped);
        !is_dropped
    });
    new
}

impl Gateway {
    /// Never ends. What was found before a restart is read from the file, and kept there.
    pub(crate) async fn watch(self: Arc<Self>, every: Duration, file: PathBuf) {
        if let Some(kept) = kept::read(&file) {
            *self.findings.0.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        }
        let everything = Person::everyone().grants;
        let mut turns = tokio::time::interval(every);
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turns.tick().await;
            self.read_regions(false, LIMIT).await;
            let (read, now_ms) = self.read(&everything);
            let now = attention(&read, &[], now_ms);
            // That rotation is off is somebody's choice.
            let now: Vec<Attention> = now.into_iter().filter(|of| of.health != Health::Off).collect();
            let (new, all) = {
                let mut findings = self.findings.0.lock().unwrap_or_else(PoisonError::into_inner);
                let new = note(&mut findings, &read, &now, jiff::Timestamp::now().as_millisecond());
                (new, findings.clone())
            };
            for finding in new {
                tracing::warn!(
                    region = finding.region,
                    secret = finding.name,
                    health = finding.health.value(),
                    "a secret needs attention"
                );
            }
            kept::write(&file, &all);
        }
    }
}

#[cfg(test)]
mod tests {
    use keyturn_app::model::error::ErrorCode;
    use keyturn_app::model::secret::SecretName;

    use super::*;

    fn failing(name: &str) -> Attention {
        Attention {
            region: "r".into(),
            name: SecretName::parse(name).unwrap(),
            health: Health::Failing,
            at_ms: None,
            noticed_ms: None,
        }
    }

    #[test]
    fn each_finding_is_recorded_once_and_ends_when_it_is_seen_to_be_over() {
        let region = |error: Option<ErrorCode>| {
            [RegionRows {
                id: "r".into(),
                rows: Vec::new(),
                without_user: Default::default(),
                asked_ms: Some(1),
                error,
                is_reading: false,
            }]
        };
        let mut findings = Vec::new();
        assert_eq!(note(&mut findings, &region(None), &[failing("a"), failing("b")], 1).len(), 2);
        assert_eq!(note(&mut findings, &region(None), &[failing("a"), failing("b")], 2), []);
        // Not seen is not over.
        note(&mut findings, &region(Some(ErrorCode::CloudFailed)), &[], 3);
        assert!(findings.iter().all(Finding::is_open));
        note(&mut findings, &region(None), &[failing("a")], 4);
        assert_eq!((findings[0].ended_ms, findings[1].ended_ms), (None, Some(4)));
        // The same again is another finding.
        assert_eq!(note(&mut findings, &region(None), &[failing("a"), failing("b")], 5).len(), 1);
    }

    #[test]
    fn the_record_is_bounded_and_what_has_ended_goes_first() {
        let mut findings = Vec::new();
        let many: Vec<Attention> = (0..MOST).map(|n| failing(&format!("s{n}"))).collect();
        note(&mut findings, &[], &many, 1);
        findings[7].ended_ms = Some(2);
        note(&mut findings, &[], &[failing("new")], 3);
        assert_eq!(findings.len(), MOST);
        // What is open is never forgotten, or it would be noticed again and again.
        let more: Vec<Attention> = (0..MOST + 500).map(|n| failing(&format!("t{n}"))).collect();
        assert_eq!(note(&mut findings, &[], &more, 4).len(), MOST + 500);
        assert_eq!(note(&mut findings, &[], &more, 5), []);
        findings.truncate(MOST);
        assert!(!findings.iter().any(|finding| finding.name == "s7") && findings[MOST - 1].name == "new");
    }
}
