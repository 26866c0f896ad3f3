//! The time that calls are signed with: this machine's, corrected by what the cloud says where that is too far off.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// The vendor takes dates within 15 minutes of its own; what is closer than this needs no correction.
const TOLERATED_MS: i64 = 60_000;

/// How far the cloud's clock is ahead of this machine's, in milliseconds.
#[derive(Default)]
pub(crate) struct Clock(AtomicI64);

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        let now_ms = Timestamp::now().as_millisecond();
        let corrected = now_ms.saturating_add(self.ahead_ms());
        Timestamp::from_millisecond(corrected).unwrap_or_else(|_| Timestamp::now())
    }

    pub(crate) fn ahead_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes the answer's header `Date`, an HTTP date. `false` where it gives no reason to sign anew.
    pub(crate) fn correct(&self, date: &str) -> bool {
        let Ok(date) = rfc2822::parse(date) else { return false };
        let ahead_ms = date.timestamp().as_millisecond().saturating_sub(Timestamp::now().as_millisecond());
        let is_off = ahead_ms.saturating_sub(self.ahead_ms()).saturating_abs() > TOLERATED_MS;
        if is_off {
            self.0.store(ahead_ms, Ordering::Relaxed);
        }
        is_off
    }
}
