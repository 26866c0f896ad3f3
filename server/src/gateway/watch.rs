//! The watch: looks at all regions from time to time and records, once each, what fails, is overdue or about to be deleted.
//! Off unless it is switched on (`KEYTURN_WATCH`).

use std::sync::Arc;
use std::time::Duration;

use keyturn_app::model::overview::{Attention, Health, attention};

use super::Gateway;
use crate::identity::Person;

/// How long one look may take.
const LIMIT: Duration = Duration::from_secs(600);

impl Gateway {
    /// Never ends. What was found is kept in the database, and found once by all replicas.
    pub(crate) async fn watch(self: Arc<Self>, every: Duration) {
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
            for finding in self.kept.note(&read, &now).await {
                tracing::warn!(
                    region = finding.region,
                    secret = finding.name.as_str(),
                    health = finding.health.value(),
                    "a secret needs attention"
                );
            }
        }
    }
}
