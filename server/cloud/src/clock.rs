//! The time that calls are signed with: this machine's, corrected by what the cloud says where that is too far off.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// The vendor takes dates within 15 minutes of its own; what is closer than this needs no correction.
pub const TOLERATED_MS: i64 = 60_000;

/// Before any answer.
const UNSEEN: i64 = i64::MIN;

pub(crate) struct Clock {
    /// By how much the time of this machine is corrected, in milliseconds.
    ahead_ms: AtomicI64,
    /// How far the cloud's clock was ahead of this machine's at the last answer.
    seen_ms: AtomicI64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { ahead_ms: AtomicI64::new(0), seen_ms: AtomicI64::new(UNSEEN) }
    }
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        let now_ms = Timestamp::now().as_millisecond();
        let corrected = now_ms.saturating_add(self.ahead_ms());
        Timestamp::from_millisecond(corrected).unwrap_or_else(|_| Timestamp::now())
    }

    pub(crate) fn ahead_ms(&self) -> i64 {
        self.ahead_ms.load(Ordering::Relaxed)
    }

    pub(crate) fn seen_ahead_ms(&self) -> Option<i64> {
        Some(self.seen_ms.load(Ordering::Relaxed)).filter(|ms| *ms != UNSEEN)
    }

    /// Takes an answer's header `Date`, an HTTP date, and answers how far the cloud is ahead by it.
    pub(crate) fn saw(&self, date: &str) -> Option<i64> {
        let date = rfc2822::parse(date).ok()?.timestamp();
        let ahead_ms = date.as_millisecond().saturating_sub(Timestamp::now().as_millisecond());
        self.seen_ms.store(ahead_ms, Ordering::Relaxed);
        Some(ahead_ms)
    }

    /// Signs with the cloud's time from now on; `false` where that gives no reason to sign anew.
    pub(crate) fn correct(&self, ahead_ms: i64) -> bool {
        let is_off = ahead_ms.saturating_sub(self.ahead_ms()).saturating_abs() > TOLERATED_MS;
        if is_off {
            self.ahead_ms.store(ahead_ms, Ordering::Relaxed);
        }
        is_off
    }
}
