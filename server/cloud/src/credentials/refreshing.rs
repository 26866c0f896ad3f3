//! Keeps temporary credentials fresh: fetched once however many ask, again well before they end, and never in the way of a call
//! that still has valid ones.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::turn::Turn;
use super::{Credentials, Provider, Source, Temporary};
use crate::client::jitter;
use crate::error::CloudError;

/// So long before their end they are not used any more: the call must still arrive.
const UNUSABLE: Duration = Duration::from_secs(30);
/// So long before their end new ones are fetched, and up to as much earlier again, so that replicas do not do it at once.
const EARLY: Duration = Duration::from_secs(300);

/// A [`Provider`] over a [`Source`]. Cheap to clone.
pub struct Refreshing<S>(Arc<Inner<S>>);

struct Inner<S> {
    source: S,
    held: RwLock<Option<Held>>,
    turn: Turn,
}

#[derive(Clone)]
struct Held {
    credentials: Arc<Credentials>,
    /// From then on they are used no more.
    ends: Instant,
    refresh_at: Instant,
}

impl<S> Clone for Refreshing<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S: Source> Refreshing<S> {
    pub fn new(source: S) -> Self {
        Self(Arc::new(Inner { source, held: RwLock::default(), turn: Turn::default() }))
    }

    pub fn source(&self) -> &S {
        &self.0.source
    }

    fn held(&self) -> Option<Held> {
        let held = self.0.held.read().unwrap_or_else(PoisonError::into_inner).clone();
        held.filter(|held| Instant::now() < held.ends)
    }

    async fn fetch(&self) -> Result<Arc<Credentials>, CloudError> {
        let Temporary { credentials, life } = self.0.source.fetch().await?;
        // Of what lives shorter than that: in its last third.
        let early = EARLY.min(life / 3);
        let held = Held {
            credentials: credentials.clone(),
            ends: Instant::now() + life.saturating_sub(UNUSABLE),
            refresh_at: Instant::now() + life.saturating_sub(early + jitter(early)),
        };
        *self.0.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
        Ok(credentials)
    }
}

#[async_trait]
impl<S: Source> Provider for Refreshing<S> {
    async fn credentials(&self) -> Result<Arc<Credentials>, CloudError> {
        if let Some(held) = self.held() {
            if held.refresh_at <= Instant::now() {
                let own = self.clone();
                tokio::spawn(async move {
                    // Somebody else is at it already.
                    let Some(_turn) = own.0.turn.if_free() else { return };
                    // A failure is not told: these are still good, and the next call tries again.
                    let _ = own.fetch().await;
                });
            }
            return Ok(held.credentials);
        }
        let held = || Some(self.held()?.credentials);
        self.0.turn.of(held, self.fetch()).await
    }

    fn refused(&self, credentials: &Credentials) {
        let mut held = self.0.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.as_ref().is_some_and(|it| it.credentials.access_key_id == credentials.access_key_id) {
            *held = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::endpoint::Service;
    use crate::error::ErrorKind;

    /// Credentials of a given life; every fetch takes a moment, and may fail.
    #[derive(Default)]
    struct Counted {
        fetched: AtomicU32,
        life_s: AtomicU32,
        fails: std::sync::atomic::AtomicBool,
    }

    #[async_trait]
    impl Source for Counted {
        async fn fetch(&self) -> Result<Temporary, CloudError> {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let number = self.fetched.fetch_add(1, Ordering::SeqCst);
            if self.fails.load(Ordering::SeqCst) {
                return Err(CloudError::new(ErrorKind::Unreachable, Service::Sts, "AssumeRole", ""));
            }
            let life = Duration::from_secs(u64::from(self.life_s.load(Ordering::SeqCst)));
            Ok(Temporary {
                credentials: Arc::new(Credentials::access_key(format!("STS.{number}"), "s")),
                life,
            })
        }
    }

    async fn id(provider: &Refreshing<Counted>) -> String {
        provider.credentials().await.unwrap().access_key_id.clone()
    }

    #[tokio::test]
    async fn many_who_ask_at_once_fetch_once() {
        let provider = Refreshing::new(Counted { life_s: AtomicU32::new(3_600), ..Counted::default() });
        let asked = (0..50).map(|_| {
            let provider = provider.clone();
            tokio::spawn(async move { id(&provider).await })
        });
        for answer in asked.collect::<Vec<_>>() {
            assert_eq!(answer.await.unwrap(), "STS.0");
        }
        assert_eq!(provider.source().fetched.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn what_is_about_to_end_is_renewed_beside_calls_that_do_not_wait() {
        // Its last third has begun at once.
        let provider = Refreshing::new(Counted { life_s: AtomicU32::new(40), ..Counted::default() });
        assert_eq!(id(&provider).await, "STS.0");
        provider.0.held.write().unwrap().as_mut().unwrap().refresh_at = Instant::now();
        provider.source().fails.store(true, Ordering::SeqCst);
        let started = std::time::Instant::now();
        assert_eq!(id(&provider).await, "STS.0");
        assert!(started.elapsed() < Duration::from_millis(15), "nobody waits for the fetch");
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert_eq!(provider.source().fetched.load(Ordering::SeqCst), 2);
        provider.source().fails.store(false, Ordering::SeqCst);
        provider.source().life_s.store(3_600, Ordering::SeqCst);
        assert_eq!(id(&provider).await, "STS.0", "still good after a fetch that failed");
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert_eq!(id(&provider).await, "STS.2");
    }

    #[tokio::test]
    async fn what_has_ended_or_was_refused_is_used_no_more() {
        let provider = Refreshing::new(Counted { life_s: AtomicU32::new(10), ..Counted::default() });
        assert_eq!(id(&provider).await, "STS.0");
        assert_eq!(id(&provider).await, "STS.1", "too close to its end");
        provider.source().life_s.store(3_600, Ordering::SeqCst);
        let held = provider.credentials().await.unwrap();
        provider.refused(&Credentials::access_key("another", "s"));
        assert_eq!(id(&provider).await, held.access_key_id);
        provider.refused(&held);
        assert_ne!(id(&provider).await, held.access_key_id);
        provider.source().fails.store(true, Ordering::SeqCst);
        provider.refused(&provider.credentials().await.unwrap());
        assert_eq!(provider.credentials().await.unwrap_err().kind, ErrorKind::Unreachable);
    }
}
