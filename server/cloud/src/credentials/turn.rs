//! One asks a source at a time; who waits meanwhile gets the same answer, also where it is a failure.

use std::time::Instant;

use tokio::sync::{Mutex, MutexGuard};

use crate::error::CloudError;

/// Who asks; and when that failed last, and why.
#[derive(Default)]
pub(super) struct Turn(Mutex<Option<(Instant, CloudError)>>);

impl Turn {
    /// What is `held` by the time that it is this caller's turn, or what asking comes to.
    pub(super) async fn of<T>(
        &self,
        held: impl FnOnce() -> Option<T>,
        ask: impl Future<Output = Result<T, CloudError>>,
    ) -> Result<T, CloudError> {
        let came = Instant::now();
        let mut failed = self.0.lock().await;
        if let Some(held) = held() {
            return Ok(held);
        }
        if let Some((_, error)) = failed.as_ref().filter(|(at, _)| came < *at) {
            return Err(error.clone());
        }
        let answer = ask.await;
        *failed = answer.as_ref().err().map(|error| (Instant::now(), error.clone()));
        answer
    }

    /// For as long as nobody else asks; `None` where somebody does.
    pub(super) fn if_free(&self) -> Option<MutexGuard<'_, impl Sized>> {
        self.0.try_lock().ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_failure_is_the_answer_to_all_who_waited_and_the_next_one_asks_anew() {
        let (turn, asked) = (Arc::new(Turn::default()), Arc::new(AtomicUsize::new(0)));
        let ask = || {
            let (turn, asked) = (turn.clone(), asked.clone());
            tokio::spawn(async move {
                let ask = async {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    asked.fetch_add(1, Ordering::Relaxed);
                    Err::<(), _>(CloudError::without_credentials("none".into()))
                };
                turn.of(|| None, ask).await.is_err()
            })
        };
        for answer in (0..10).map(|_| ask()).collect::<Vec<_>>() {
            assert!(answer.await.unwrap());
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        assert!(ask().await.unwrap());
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }
}
