//! All regions at once: each is read in the background, no faster than its quota, and told as far as it is known.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use keyturn_app::model::overview::{self, Overview, PlannedRotation, RegionRows};
use keyturn_app::model::secret::Tag;
use tokio::sync::{Notify, Semaphore};

use super::Gateway;
use super::secrets::Listed;

/// How long a region's list serves the overview; details that belong to an unchanged secret serve longer.
const FRESH: Duration = Duration::from_secs(60);
const DETAILS_FRESH: Duration = Duration::from_secs(300);
/// A person who asks again means it.
const ASKED_AGAIN_FRESH: Duration = Duration::ZERO;
/// A region that failed is asked again soon.
const FAILED_FRESH: Duration = Duration::from_secs(10);
/// Lists that are read beside each other.
const CONCURRENT: usize = 8;
/// How long an answer waits for what is being read.
const BUDGET: Duration = Duration::from_millis(500);

/// What is known of each region. There are no more entries than regions.
pub(crate) struct Scans {
    regions: Mutex<HashMap<String, Scan>>,
    turns: Semaphore,
    changed: Notify,
}

#[derive(Clone)]
struct Scan {
    listed: Option<Arc<Listed>>,
    /// Why the last try failed, in words.
    error: Option<String>,
    is_reading: bool,
    since: Instant,
}

impl Default for Scans {
    fn default() -> Self {
        Self { regions: Mutex::default(), turns: Semaphore::new(CONCURRENT), changed: Notify::new() }
    }
}

impl Scans {
    /// After a write: the region is read anew when it is asked for next.
    pub(crate) fn forget(&self, region: &str) {
        let long_ago = Instant::now().checked_sub(FRESH);
        self.update(region, |scan| scan.since = long_ago.unwrap_or(scan.since));
    }

    /// Whether this caller reads the region now.
    fn claim(&self, region: &str, age: Duration) -> bool {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let before = regions.get(region);
        let age = if before.is_some_and(|scan| scan.error.is_some()) { age.min(FAILED_FRESH) } else { age };
        if before.is_some_and(|scan| scan.is_reading || scan.since.elapsed() < age) {
            return false;
        }
        let (listed, error) =
            before.map(|scan| (scan.listed.clone(), scan.error.clone())).unwrap_or_default();
        let scan = Scan { listed, error, is_reading: true, since: Instant::now() };
        regions.insert(region.to_owned(), scan);
        true
    }

    fn update(&self, region: &str, change: impl FnOnce(&mut Scan)) {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(scan) = regions.get_mut(region) {
            change(scan);
        }
        drop(regions);
        self.changed.notify_waiters();
    }

    fn get(&self, region: &str) -> Option<Scan> {
        self.regions.lock().unwrap_or_else(PoisonError::into_inner).get(region).cloned()
    }

    fn is_reading(&self) -> bool {
        let regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        regions.values().any(|scan| scan.is_reading)
    }
}

impl Gateway {
    /// As far as all regions are known after a short while; what is older than its time is read anew meanwhile.
    pub(crate) async fn get_overview(self: &Arc<Self>, tags: &[Tag], is_refresh: bool) -> Overview {
        self.read_regions(is_refresh, BUDGET).await;
        let (read, now_ms) = self.read();
        let mut overview = overview::build(&read, tags, now_ms);
        for of in &mut overview.attention {
            of.noticed_ms = self.findings.noticed_ms(of);
        }
        overview
    }

    /// Every rotation that is planned; `None` where the regions could not be read in this time.
    pub(crate) async fn planned_rotations(
        self: &Arc<Self>,
        tags: &[Tag],
        limit: Duration,
    ) -> Option<Vec<PlannedRotation>> {
        self.read_regions(false, limit).await;
        let (read, _) = self.read();
        let is_complete = read.iter().all(|region| !region.is_reading && region.asked_ms.is_some());
        is_complete.then(|| overview::planned(&read, tags))
    }

    pub(super) async fn read_regions(self: &Arc<Self>, is_refresh: bool, limit: Duration) {
        let (age, details_age) = match is_refresh {
            true => (ASKED_AGAIN_FRESH, ASKED_AGAIN_FRESH),
            false => (FRESH, DETAILS_FRESH),
        };
        for region in self.client.regions() {
            if self.scans.claim(region, age) {
                let (gateway, region) = (self.clone(), region.clone());
                tokio::spawn(async move { gateway.read_region(&region, details_age).await });
            }
        }
        let deadline = tokio::time::Instant::now() + limit;
        while self.scans.is_reading() {
            let changed = self.scans.changed.notified();
            if !self.scans.is_reading() || tokio::time::timeout_at(deadline, changed).await.is_err() {
                return;
            }
        }
    }

    async fn read_region(&self, region: &str, details_age: Duration) {
        let listed = {
            // It is never closed.
            let _turn = self.scans.turns.acquire().await;
            self.listed(region).await
        };
        let listed = match listed {
            Ok(listed) => listed,
            Err(error) => {
                tracing::warn!(region, kind = ?error.kind, "a region could not be read for the overview");
                let message = super::error::to_api(error).to_string();
                return self.scans.update(region, |scan| {
                    scan.error = Some(message);
                    scan.is_reading = false;
                    scan.since = Instant::now();
                });
            }
        };
        self.scans.update(region, |scan| {
            scan.listed = Some(listed.clone());
            scan.error = None;
        });
        self.details.read_all(&self.client, region, &listed.secrets, listed.now_ms, details_age).await;
        self.scans.update(region, |scan| {
            scan.is_reading = false;
            scan.since = Instant::now();
        });
    }

    /// What is known, and the latest clock that a region told.
    pub(super) fn read(&self) -> (Vec<RegionRows>, i64) {
        let mut now_ms = None;
        let read = self
            .client
            .regions()
            .iter()
            .map(|region| {
                let scan = self.scans.get(region);
                let listed = scan.as_ref().and_then(|scan| scan.listed.clone());
                now_ms = now_ms.max(listed.as_ref().map(|listed| listed.now_ms));
                RegionRows {
                    id: region.clone(),
                    rows: listed.as_ref().map(|listed| self.rows(region, listed)).unwrap_or_default(),
                    asked_ms: listed.map(|listed| listed.asked_ms),
                    error: scan.as_ref().and_then(|scan| scan.error.clone()),
                    is_reading: scan.is_some_and(|scan| scan.is_reading),
                }
            })
            .collect();
        (read, now_ms.unwrap_or_else(|| super::secrets::now_ms(None)))
    }
}
