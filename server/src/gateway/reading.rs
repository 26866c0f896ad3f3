//! What is read in the background for many who ask: read by one at a time, again when it is old or was changed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// How long what was read serves; what failed is asked for again soon.
pub(super) const FRESH: Duration = Duration::from_secs(60);
pub(super) const FAILED_FRESH: Duration = Duration::from_secs(10);
/// How long an answer waits for what is being read.
pub(super) const BUDGET: Duration = Duration::from_millis(500);

/// What is known, and whether somebody reads it anew.
pub(super) struct Reading<T> {
    state: Mutex<State<T>>,
    changed: Notify,
}

struct State<T> {
    known: T,
    is_reading: bool,
    /// A write came while it was read: what is read then may be from before.
    was_changed: bool,
    /// When it was read to the end; `None` where it is to be read anew.
    since: Option<Instant>,
    has_failed: bool,
}

/// Who reads. However it ends, also by a panic, the next one may read.
pub(super) struct Turn<T> {
    reading: Arc<Reading<T>>,
    has_failed: bool,
}

impl<T: Default> Default for Reading<T> {
    fn default() -> Self {
        let state = State {
            known: T::default(),
            is_reading: false,
            was_changed: false,
            since: None,
            has_failed: false,
        };
        Self { state: Mutex::new(state), changed: Notify::new() }
    }
}

impl<T> Reading<T> {
    /// A turn, where what is known is older than `age`, or, after a failure, than `failed_age`; and nobody reads.
    pub(super) fn claim(self: &Arc<Self>, age: Duration, failed_age: Duration) -> Option<Turn<T>> {
        let mut state = self.lock();
        let age = if state.has_failed { age.min(failed_age) } else { age };
        if state.is_reading || state.since.is_some_and(|since| since.elapsed() < age) {
            return None;
        }
        (state.is_reading, state.was_changed) = (true, false);
        Some(Turn { reading: self.clone(), has_failed: true })
    }

    /// After a write: it is read anew when it is asked for next.
    pub(super) fn forget(&self) {
        let mut state = self.lock();
        (state.since, state.was_changed) = (None, true);
    }

    pub(super) fn look<R>(&self, look: impl FnOnce(&T, bool) -> R) -> R {
        let state = self.lock();
        look(&state.known, state.is_reading)
    }

    pub(super) fn is_reading(&self) -> bool {
        self.lock().is_reading
    }

    /// Until nobody reads, or the time is over.
    pub(super) async fn settled(&self, deadline: tokio::time::Instant) {
        loop {
            let changed = self.changed.notified();
            if !self.is_reading() || tokio::time::timeout_at(deadline, changed).await.is_err() {
                return;
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Turn<T> {
    pub(super) fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.reading.lock().known);
    }

    pub(super) fn look<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.reading.lock().known)
    }

    /// All of it was read.
    pub(super) fn succeeded(mut self) {
        self.has_failed = false;
    }
}

impl<T> Drop for Turn<T> {
    fn drop(&mut self) {
        let mut state = self.reading.lock();
        state.is_reading = false;
        state.has_failed = self.has_failed;
        state.since = (!state.was_changed).then(Instant::now);
        drop(state);
        self.reading.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn one_reads_at_a_time_and_what_is_fresh_is_not_read_again() {
        let reading = Arc::new(Reading::<u8>::default());
        let turn = reading.claim(LONG, LONG).expect("nothing is known yet");
        assert!(reading.claim(Duration::ZERO, LONG).is_none() && reading.is_reading());
        turn.update(|known| *known = 1);
        turn.succeeded();
        assert!(reading.claim(LONG, LONG).is_none());
        assert!(reading.claim(Duration::ZERO, LONG).is_some(), "a person who asks again means it");
        assert_eq!(reading.look(|known, _| *known), 1);
    }

    #[test]
    fn a_write_while_it_is_read_has_it_read_again() {
        let reading = Arc::new(Reading::<u8>::default());
        let turn = reading.claim(LONG, LONG).unwrap();
        reading.forget();
        turn.succeeded();
        assert!(reading.claim(LONG, LONG).is_some());
    }

    #[test]
    fn a_reader_that_is_gone_leaves_it_to_the_next() {
        let reading = Arc::new(Reading::<u8>::default());
        drop(reading.claim(LONG, LONG).unwrap());
        assert!(!reading.is_reading());
        assert!(reading.claim(LONG, LONG).is_none(), "not at once, though");
        assert!(reading.claim(LONG, Duration::ZERO).is_some());
    }
}
