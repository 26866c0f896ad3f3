//! The settable clock that drives the life of secrets. Signatures and nonces run on real time instead.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// 1990 and 2200, in seconds since 1970.
const EARLIEST: i64 = 631_152_000;
const LATEST: i64 = 7_258_118_400;

/// Real time plus an offset, or standing still.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Clock {
    offset: SignedDuration,
    frozen_at: Option<Timestamp>,
}

impl Default for Clock {
    fn default() -> Self {
        Self { offset: SignedDuration::ZERO, frozen_at: None }
    }
}

impl Clock {
    /// The sandbox's time at a moment of real time.
    pub(crate) fn now(&self, real: Timestamp) -> Timestamp {
        self.frozen_at.unwrap_or_else(|| real.checked_add(self.offset).unwrap_or(real))
    }

    /// Moments that the clock can be turned to: far enough for any test, near enough for every date that follows from them.
    pub(crate) fn reaches(to: Timestamp) -> bool {
        (EARLIEST..=LATEST).contains(&to.as_second())
    }

    pub(crate) fn set(&mut self, real: Timestamp, to: Timestamp) {
        self.offset = to.duration_since(real);
        if self.frozen_at.is_some() {
            self.frozen_at = Some(to);
        }
    }

    /// Stops the clock, or lets it go on from where it stands.
    pub(crate) fn freeze(&mut self, real: Timestamp, frozen: bool) {
        let now = self.now(real);
        self.offset = now.duration_since(real);
        self.frozen_at = frozen.then_some(now);
    }

    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen_at.is_some()
    }
}

/// `integer[unit]` with the unit d, h, m or s, as the vendor writes intervals. Nothing else is one.
pub(crate) fn parse_interval(text: &str) -> Option<SignedDuration> {
    let unit = text.chars().last()?;
    let count: i64 = text[..text.len() - unit.len_utf8()].parse().ok().filter(|count| *count >= 0)?;
    let seconds = match unit {
        'd' => 86_400,
        'h' => 3_600,
        'm' => 60,
        's' => 1,
        _ => return None,
    };
    count.checked_mul(seconds).map(SignedDuration::from_secs)
}

/// The vendor's format of dates, whole seconds.
pub(crate) fn format(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_an_integer_and_a_unit() {
        assert_eq!(parse_interval("7d"), Some(SignedDuration::from_hours(168)));
        assert_eq!(parse_interval("604800s"), parse_interval("7d"));
        for wrong in ["", "d", "7", "7w", "-7d", "7.5d", "7 d", "9223372036854775807d", "7é"] {
            assert_eq!(parse_interval(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_frozen_clock_stands_and_goes_on_from_there() {
        let real: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let later = real + SignedDuration::from_hours(1);
        let mut clock = Clock::default();
        clock.set(real, "2030-01-01T00:00:00Z".parse().unwrap());
        clock.freeze(real, true);
        assert_eq!(clock.now(later), "2030-01-01T00:00:00Z".parse().unwrap());
        clock.freeze(later, false);
        assert_eq!(clock.now(later + SignedDuration::from_secs(5)), "2030-01-01T00:00:05Z".parse().unwrap());
    }
}
