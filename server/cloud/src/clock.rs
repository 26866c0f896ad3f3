//! The time that calls are signed with: this machine's, corrected by what the cloud says where that is too far off.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

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

    /// What the header `Retry-After` asks for: seconds, or an HTTP date. `None` where that leaves no wait.
    pub(crate) fn wait(&self, retry_after: &str) -> Option<Duration> {
        let wait = match retry_after.parse() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => self.left_until(rfc2822::parse(retry_after).ok()?.timestamp()),
        };
        (!wait.is_zero()).then_some(wait)
    }

    /// How long it is until `then` by the cloud's clock, as its last answer told it.
    pub(crate) fn left_until(&self, then: Timestamp) -> Duration {
        let cloud_ms =
            Timestamp::now().as_millisecond().saturating_add(self.seen_ahead_ms().unwrap_or_default());
        let left_ms = then.as_millisecond().saturating_sub(cloud_ms);
        Duration::from_millis(u64::try_from(left_ms).unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn http(date: Timestamp) -> String {
        date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    #[test]
    fn what_is_left_is_told_by_the_clouds_clock() {
        let (clock, now) = (Clock::default(), Timestamp::now());
        let hour = Duration::from_secs(3_600);
        // To the second: an HTTP date has no more.
        let is = |left: Duration, expected: Duration| left.abs_diff(expected) < Duration::from_secs(2);
        assert!(is(clock.left_until(now + hour), hour));
        assert_eq!(clock.wait("120"), Some(2 * Duration::from_secs(60)));
        assert_eq!(clock.wait("soon"), None);
        // Tries follow one another by jitter then, not at once.
        assert_eq!((clock.wait("0"), clock.wait(&http(now - hour))), (None, None));
        assert!(is(clock.wait(&http(now + hour)).unwrap(), hour));
        for ahead in [2 * 3_600, -2 * 3_600] {
            let cloud = now + jiff::SignedDuration::from_secs(ahead);
            clock.saw(&http(cloud));
            assert!(is(clock.left_until(cloud + hour), hour), "{ahead}");
            assert!(is(clock.wait(&http(cloud + hour)).unwrap(), hour), "{ahead}");
            assert_eq!(clock.left_until(cloud - hour), Duration::ZERO);
        }
    }
}
