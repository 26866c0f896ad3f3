//! All regions at once: each is read in the background, no faster than its quota, and told as far as it is known.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use keyturn_app::model::overview::{self, Overview, Planned, RegionRows};
use keyturn_app::model::secret::Tag;
use keyturn_cloud::CloudError;
use tokio::sync::Semaphore;

use super::reading::{BUDGET, FAILED_FRESH, FRESH, Reading, Turn};
use super::secrets::Listed;
use super::{Gateway, details};
use crate::identity::Grants;

/// Details that belong to an unchanged secret serve longer than a region's list.
const DETAILS_FRESH: Duration = details::OLDEST;
/// How long what RAM told of a secret's AccessKeys serves the overview, and how long asking it waits for the regions.
const RAM_FRESH: Duration = Duration::from_secs(600);
const RAM_WAITS: Duration = Duration::from_secs(300);
/// Lists that are read beside each other.
const CONCURRENT: usize = 8;

/// What is known of each region, and of all RAM users.
pub(crate) struct Scans {
    regions: HashMap<String, Arc<Reading<Scan>>>,
    users: Arc<Reading<Users>>,
    /// Whether RAM is asked about each secret's AccessKeys; what it tells lies with the details.
    ram: Arc<Reading<()>>,
    turns: Semaphore,
}

/// The names of all RAM users; `None` where RAM did not say.
type Users = Option<Arc<HashSet<String>>>;

#[derive(Default)]
struct Scan {
    listed: Option<Arc<Listed>>,
    /// Why the last try failed.
    error: Option<CloudError>,
}

impl Scans {
    pub(crate) fn new(regions: &[String]) -> Self {
        Self {
            regions: regions.iter().map(|region| (region.clone(), Arc::default())).collect(),
            users: Arc::default(),
            ram: Arc::default(),
            turns: Semaphore::new(CONCURRENT),
        }
    }

    /// After a write: the region is read anew when it is asked for next.
    pub(crate) fn forget(&self, region: &str) {
        if let Some(reading) = self.regions.get(region) {
            reading.forget();
        }
    }
}

impl Gateway {
    /// As far as all regions are known after a short while; what is older than its time is read anew meanwhile.
    pub(crate) async fn get_overview(
        self: &Arc<Self>,
        tags: &[Tag],
        is_refresh: bool,
        grants: &Grants,
    ) -> Overview {
        self.read_regions(is_refresh, BUDGET).await;
        let (read, now_ms) = self.read(grants);
        let mut overview = overview::build(&read, tags, now_ms);
        let findings = self.kept.findings().await;
        for of in &mut overview.attention {
            of.noticed_ms = findings.noticed_ms(of);
        }
        overview
    }

    /// Every rotation that is planned, in the regions that could be read within this time.
    pub(crate) async fn planned_rotations(
        self: &Arc<Self>,
        tags: &[Tag],
        limit: Duration,
        grants: &Grants,
    ) -> Planned {
        self.read_regions(false, limit).await;
        let (read, now_ms) = self.read(grants);
        overview::planned(&read, tags, now_ms)
    }

    /// A refresh reads what is known, too.
    pub(super) async fn read_regions(self: &Arc<Self>, is_refresh: bool, limit: Duration) {
        let (age, details_age) = match is_refresh {
            true => (Duration::ZERO, Duration::ZERO),
            false => (FRESH, DETAILS_FRESH),
        };
        for (region, reading) in &self.scans.regions {
            if let Some(turn) = reading.claim(age, FAILED_FRESH) {
                let (gateway, region) = (self.clone(), region.clone());
                tokio::spawn(async move { gateway.read_region(&region, turn, details_age).await });
            }
        }
        if let Some(turn) = self.scans.users.claim(age, FAILED_FRESH) {
            let gateway = self.clone();
            tokio::spawn(async move { gateway.read_users(turn).await });
        }
        if let Some(turn) = self.scans.ram.claim(age, FAILED_FRESH) {
            let gateway = self.clone();
            let ram_age = if is_refresh { FRESH } else { RAM_FRESH };
            tokio::spawn(async move { gateway.read_ram(turn, ram_age).await });
        }
        let deadline = tokio::time::Instant::now() + limit;
        self.scans.users.settled(deadline).await;
        for reading in self.scans.regions.values() {
            reading.settled(deadline).await;
        }
    }

    async fn read_region(&self, region: &str, turn: Turn<Scan>, details_age: Duration) {
        let listed = {
            // It is never closed.
            let _permit = self.scans.turns.acquire().await;
            self.listed(region).await
        };
        match listed {
            Ok(listed) => {
                turn.update(|scan| *scan = Scan { listed: Some(listed.clone()), error: None });
                self.details
                    .read_all(&self.client, region, &listed.secrets, listed.now_ms, details_age)
                    .await;
                turn.succeeded();
            }
            Err(error) => {
                tracing::warn!(region, kind = ?error.kind, "a region could not be read for the overview");
                turn.update(|scan| scan.error = Some(error.clone()));
            }
        }
    }

    /// After the regions, so that it takes nothing from them: what somebody changed outside of KMS.
    async fn read_ram(&self, turn: Turn<()>, age: Duration) {
        let deadline = tokio::time::Instant::now() + RAM_WAITS;
        let mut listed = Vec::new();
        for (region, reading) in &self.scans.regions {
            reading.settled(deadline).await;
            listed.extend(reading.look(|scan, _| scan.listed.clone()).map(|of| (region.clone(), of)));
        }
        self.details.read_ram(&self.client, &listed, age).await;
        turn.succeeded();
    }

    /// One list of the whole account tells which secrets have lost their user.
    async fn read_users(&self, turn: Turn<Users>) {
        match self.client.list_users(self.default_region()).await {
            Ok(users) => {
                let names = users.into_iter().map(|user| user.user_name).collect();
                turn.update(|known| *known = Some(Arc::new(names)));
                turn.succeeded();
            }
            Err(error) => {
                tracing::warn!(kind = ?error.kind, "the RAM users could not be read for the overview");
                turn.update(|known| *known = None);
            }
        }
    }

    /// What is known of what the person may see, and the latest clock that a region told.
    pub(super) fn read(&self, grants: &Grants) -> (Vec<RegionRows>, i64) {
        let mut now_ms = None;
        let users = self.scans.users.look(|users, _| users.clone());
        let has_user = |name: &str| users.as_ref().is_none_or(|users| users.contains(name));
        let read = self
            .client
            .regions()
            .iter()
            .filter_map(|region| {
                let reading = self.scans.regions.get(region)?;
                let (listed, error, is_reading) =
                    reading.look(|scan, is_reading| (scan.listed.clone(), scan.error.clone(), is_reading));
                now_ms = now_ms.max(listed.as_ref().map(|listed| listed.now_ms));
                let rows =
                    listed.as_ref().map(|listed| self.rows(region, listed, grants)).unwrap_or_default();
                let without_user =
                    rows.iter().filter(|row| row.details().is_some() && !has_user(row.user_name()));
                Some(RegionRows {
                    id: region.clone(),
                    without_user: without_user.map(|row| row.name.clone()).collect(),
                    asked_ms: listed.as_ref().map(|listed| self.oldest(region, listed)),
                    rows,
                    // Here, as it is in the words of the person who reads it.
                    error: error.map(super::error::to_api),
                    is_reading,
                })
            })
            .collect();
        (read, now_ms.unwrap_or_else(|| super::secrets::now_ms(None)))
    }

    /// When the oldest of the figures was told, real time.
    fn oldest(&self, region: &str, listed: &Listed) -> i64 {
        let age = self.details.oldest(region, &listed.secrets).unwrap_or_default();
        let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
        listed.asked_ms.min(jiff::Timestamp::now().as_millisecond() - age)
    }
}
