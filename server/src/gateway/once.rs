//! Reads that several people ask for at a time are made once, for all who wait.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use keyturn_cloud::{CloudError, ErrorKind};

/// The last answer to each question, read by one at a time.
pub(super) struct Once<K, V>(Mutex<HashMap<K, Arc<tokio::sync::Mutex<Last<V>>>>>);

/// What the last read came to.
enum Last<V> {
    Nothing,
    /// Until then it serves those who come later, too.
    Known(Instant, V),
    /// When it failed, and why: that is the answer to who waited for it.
    Failed(Instant, CloudError),
}

impl<K, V> Default for Once<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Once<K, V> {
    /// What is known, or what `read` answers and for how long that serves others.
    pub(super) async fn get(
        &self,
        key: &K,
        read: impl Future<Output = Result<(V, Duration), CloudError>>,
    ) -> Result<V, CloudError> {
        let (last, came) = (self.of(key), Instant::now());
        // Who comes while it is read waits for it, and asks nothing.
        let mut last = last.lock().await;
        match &*last {
            Last::Known(until, known) if came < *until => return Ok(known.clone()),
            Last::Failed(at, error) if came < *at => return Err(error.clone()),
            _ => {}
        }
        match read.await {
            Ok((known, serves)) => {
                *last = Last::Known(Instant::now() + serves, known.clone());
                Ok(known)
            }
            // Of who reads alone: their time is over, or too much of theirs waits.
            Err(error)
                if error.kind == ErrorKind::OutOfTime
                    || (error.kind == ErrorKind::Throttled && error.status.is_none()) =>
            {
                Err(error)
            }
            Err(error) => {
                *last = Last::Failed(Instant::now(), error.clone());
                Err(error)
            }
        }
    }

    /// After a write, so that who made it sees it: also what is being read may be from before.
    pub(super) fn forget(&self, is_changed: impl Fn(&K) -> bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|key, _| !is_changed(key));
    }

    fn of(&self, key: &K) -> Arc<tokio::sync::Mutex<Last<V>>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What serves nobody any more is not kept.
        let now = Instant::now();
        all.retain(|of, last| {
            of == key
                || last
                    .try_lock()
                    .map_or(true, |last| matches!(&*last, Last::Known(until, _) if *until > now))
        });
        all.entry(key.clone()).or_insert_with(|| Arc::new(tokio::sync::Mutex::new(Last::Nothing))).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const READ: Duration = Duration::from_millis(20);

    /// How many reads ten people at a time come to, and then one more.
    async fn reads(serves: Duration, forgets: bool) -> usize {
        let (once, count) = (Once::<&str, usize>::default(), AtomicUsize::new(0));
        let read = || async {
            tokio::time::sleep(READ).await;
            Ok((count.fetch_add(1, Ordering::Relaxed), serves))
        };
        let all = futures::future::join_all((0..10).map(|_| once.get(&"a", read()))).await;
        assert!(all.iter().all(|answer| answer.as_ref().is_ok_and(|read| *read == 0)), "{all:?}");
        if forgets {
            once.forget(|key| *key == "a");
        }
        once.get(&"a", read()).await.unwrap();
        once.get(&"b", read()).await.unwrap();
        assert!(once.0.lock().unwrap().len() <= 2);
        count.into_inner() - 1
    }

    #[tokio::test]
    async fn what_many_ask_for_is_read_once_and_serves_as_long_as_it_may() {
        assert_eq!(reads(Duration::ZERO, false).await, 2);
        assert_eq!(reads(Duration::from_secs(60), false).await, 1);
        assert_eq!(reads(Duration::from_secs(60), true).await, 2, "after a write it is read anew");
    }
}
