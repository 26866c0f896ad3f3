//! Never faster than the vendor allows: so many calls a second of each class of actions, in each region of each account.
//!
//! What is too fast waits its turn. Of each person few calls stand in the line at a time, so that who asks for little does not
//! wait behind who asks for much.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::asked::{left, person};
use crate::client::Effect;
use crate::endpoint::Service;

const SECOND: Duration = Duration::from_secs(1);
/// Calls of one person in a line at a time; the others of this person wait before it.
const IN_LINE: usize = 4;
/// So many wait at a time, before and in a line; who comes then is refused at once.
const MOST_WAITING: usize = 5_000;
/// Nobody waits longer for a turn.
const LONGEST: Duration = Duration::from_secs(20);

/// Actions that share a quota of the vendor's (`kms-ram-api.md` 0.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Class {
    KmsWrite,
    /// `ListSecrets`, `DescribeSecret` and their like.
    KmsRead,
    /// Instances and keys.
    KmsMetadata,
    RamWrite,
    RamRead,
    Sts,
}

impl Class {
    fn of(service: Service, action: &str, effect: Effect) -> Self {
        match (service, action, effect) {
            (Service::Kms, "ListKmsInstances" | "ListKeys", _) => Self::KmsMetadata,
            (Service::Kms, _, Effect::Read) => Self::KmsRead,
            (Service::Kms, _, Effect::Write) => Self::KmsWrite,
            (Service::Ram, _, Effect::Read) => Self::RamRead,
            (Service::Ram, _, Effect::Write) => Self::RamWrite,
            (Service::Sts, ..) => Self::Sts,
        }
    }

    /// The vendor's quota; no source tells those of RAM and STS: these are modest.
    fn calls_a_second(self) -> u32 {
        match self {
            Self::KmsWrite => 10,
            Self::KmsRead => 40,
            Self::KmsMetadata => 50,
            Self::RamWrite => 10,
            Self::RamRead => 40,
            Self::Sts => 50,
        }
    }
}

/// Account, region and class; RAM is the same in all regions.
type Key = (Arc<str>, String, Class);

/// The lines of all accounts.
pub(crate) struct Quotas {
    /// Of the vendor's quotas, in percent: others call in this account, too. `None` for any number of calls.
    share: Option<u32>,
    lines: Mutex<HashMap<Key, Arc<Line>>>,
    waiting: Semaphore,
}

struct Line {
    most: usize,
    /// When the last calls were sent, no more than may be in a second.
    sent: tokio::sync::Mutex<VecDeque<Instant>>,
    /// How many of each person's may stand in line.
    places: Mutex<HashMap<Arc<str>, Arc<Semaphore>>>,
}

impl Quotas {
    /// At this share of the vendor's quotas, in percent; at any speed where there is none.
    pub(crate) fn new(share: Option<u32>) -> Self {
        Self { share, lines: Mutex::default(), waiting: Semaphore::new(MOST_WAITING) }
    }

    /// Returns when the call may be sent; an error where that is too far away.
    pub(crate) async fn turn(
        &self,
        account: &Arc<str>,
        service: Service,
        region: &str,
        action: &str,
        effect: Effect,
    ) -> Result<(), Busy> {
        let Some(share) = self.share else { return Ok(()) };
        let _waits = self.waiting.try_acquire().map_err(|_| Busy)?;
        let class = Class::of(service, action, effect);
        let region = if service == Service::Ram { "" } else { region };
        let line = self.line(account, region, class, share);
        tokio::time::timeout(left(LONGEST), line.turn(person())).await.map_err(|_| Busy)
    }

    fn line(&self, account: &Arc<str>, region: &str, class: Class, share: u32) -> Arc<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry((account.clone(), region.to_owned(), class));
        line.or_insert_with(|| Arc::new(Line::new(class.calls_a_second() * share / 100))).clone()
    }
}

/// Too many wait.
#[derive(Debug)]
pub(crate) struct Busy;

impl Line {
    fn new(most: u32) -> Self {
        Self { most: most.max(1) as usize, sent: tokio::sync::Mutex::default(), places: Mutex::default() }
    }

    async fn turn(&self, person: Arc<str>) {
        let places = {
            let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            // Of nobody who is not here.
            places.retain(|of, places| Arc::strong_count(places) > 1 || *of == person);
            places.entry(person).or_insert_with(|| Arc::new(Semaphore::new(IN_LINE))).clone()
        };
        // It is never closed.
        let _place = places.acquire().await;
        // First come, first served.
        let mut sent = self.sent.lock().await;
        if sent.len() >= self.most
            && let Some(first) = sent.front().copied()
        {
            tokio::time::sleep_until(first + SECOND).await;
            sent.pop_front();
        }
        sent.push_back(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asked::{Asked, asked_by};

    const LIST: (Service, &str, Effect) = (Service::Kms, "ListSecrets", Effect::Read);

    async fn take(
        quotas: &Quotas,
        person: &str,
        region: &str,
        (service, action, effect): (Service, &str, Effect),
    ) -> Duration {
        let began = Instant::now();
        let turn = async { quotas.turn(&Arc::from("own"), service, region, action, effect).await.unwrap() };
        asked_by(Asked { person: Arc::from(person), until: None }, turn).await;
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn no_second_has_more_calls_than_the_quota() {
        let quotas = Quotas::new(Some(90));
        let began = Instant::now();
        let mut sent = Vec::new();
        for _ in 0..120 {
            take(&quotas, "a", "r", LIST).await;
            sent.push(began.elapsed());
        }
        for (index, at) in sent.iter().enumerate() {
            let in_second = sent[index..].iter().take_while(|later| **later - *at < SECOND).count();
            assert!(in_second <= 36, "{in_second} within a second from {at:?}");
        }
        // And no slower than it: 36 at once, 36 after a second, 36 after two, 12 after three.
        assert_eq!(began.elapsed(), 3 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn each_account_region_and_class_has_its_own() {
        let quotas = Quotas::new(Some(100));
        for _ in 0..40 {
            assert_eq!(take(&quotas, "a", "r", LIST).await, Duration::ZERO);
        }
        assert_eq!(take(&quotas, "a", "s", LIST).await, Duration::ZERO);
        assert_eq!(
            take(&quotas, "a", "r", (Service::Kms, "DeleteSecret", Effect::Write)).await,
            Duration::ZERO
        );
        assert_eq!(take(&quotas, "a", "r", (Service::Ram, "ListUsers", Effect::Read)).await, Duration::ZERO);
        quotas.turn(&Arc::from("other"), Service::Kms, "r", "ListSecrets", Effect::Read).await.unwrap();
        assert_eq!(take(&quotas, "a", "r", (Service::Kms, "DescribeSecret", Effect::Read)).await, SECOND);
        // RAM is one for all regions.
        for _ in 0..39 {
            assert_eq!(
                take(&quotas, "a", "r", (Service::Ram, "ListUsers", Effect::Read)).await,
                Duration::ZERO
            );
        }
        assert_eq!(take(&quotas, "a", "s", (Service::Ram, "GetRole", Effect::Read)).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_for_little_does_not_wait_behind_who_asks_for_much() {
        let quotas = Arc::new(Quotas::new(Some(100)));
        let many: Vec<_> = (0..400)
            .map(|_| {
                let quotas = quotas.clone();
                tokio::spawn(async move { take(&quotas, "greedy", "r", LIST).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(10)).await;
        let waited = take(&quotas, "other", "r", LIST).await;
        assert!(waited <= SECOND, "{waited:?}");
        for task in many {
            task.await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_forever_and_what_was_given_up_takes_no_turn() {
        let quotas = Arc::new(Quotas::new(Some(100)));
        let all: Vec<_> = (0..1_000)
            .map(|_| {
                let quotas = quotas.clone();
                tokio::spawn(async move {
                    quotas.turn(&Arc::from("own"), LIST.0, "r", LIST.1, LIST.2).await.is_ok()
                })
            })
            .collect();
        let mut served = 0;
        for task in all {
            served += u32::from(task.await.unwrap());
        }
        // In twenty seconds, the first of them at once.
        assert!((800..=840).contains(&served), "{served}");
        assert!(take(&quotas, "a", "r", LIST).await <= SECOND);
    }
}
