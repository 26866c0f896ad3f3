//! A region that does not answer is not asked again for a while: who needs it is told at once, and nobody else waits for it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::endpoint::Service;

/// So many calls in a row that reached nobody open the circuit.
const MOST_FAILURES: u32 = 5;
/// For so long; then one call tries.
const OPEN_FOR: Duration = Duration::from_secs(5);

/// One for each service in each region.
#[derive(Default)]
pub(crate) struct Circuits(Mutex<HashMap<(Service, String), Circuit>>);

#[derive(Clone, Copy, Default)]
struct Circuit {
    failures: u32,
    /// Until then nobody asks.
    open_until: Option<Instant>,
}

impl Circuits {
    /// Whether it may be asked now; otherwise how long until somebody may. Who may, after it was open, is the one that tries.
    pub(crate) fn may_ask(&self, service: Service, region: &str, now: Instant) -> Result<(), Duration> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(circuit) = all.get_mut(&(service, region.to_owned())) else { return Ok(()) };
        match circuit.open_until {
            None => Ok(()),
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                // The others wait for what this one finds.
                circuit.open_until = Some(now + OPEN_FOR);
                Ok(())
            }
        }
    }

    /// Whether somebody answered, whatever it was.
    pub(crate) fn note(&self, service: Service, region: &str, is_answered: bool, now: Instant) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if is_answered {
            all.remove(&(service, region.to_owned()));
            return;
        }
        let circuit = all.entry((service, region.to_owned())).or_default();
        circuit.failures += 1;
        if circuit.failures >= MOST_FAILURES {
            circuit.open_until = Some(now + OPEN_FOR);
        }
    }
}

/// How often calls may be tried again: a tenth of all calls, and a few more. Where everything fails, everything that is tried
/// again makes it worse.
pub(crate) struct Retries {
    /// Tenths.
    left: Mutex<u32>,
}

const MOST_LEFT: u32 = 200;

impl Default for Retries {
    fn default() -> Self {
        Self { left: Mutex::new(MOST_LEFT) }
    }
}

impl Retries {
    pub(crate) fn called(&self) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = MOST_LEFT.min(*left + 1);
    }

    pub(crate) fn take(&self) -> bool {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let has = *left >= 10;
        if has {
            *left -= 10;
        }
        has
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_region_is_left_alone_until_one_call_finds_it_alive() {
        let (circuits, start) = (Circuits::default(), Instant::now());
        let may = |region: &str, after_s: u64| {
            circuits.may_ask(Service::Kms, region, start + Duration::from_secs(after_s))
        };
        let note = |region: &str, is_answered, after_s: u64| {
            circuits.note(Service::Kms, region, is_answered, start + Duration::from_secs(after_s));
        };
        for _ in 0..MOST_FAILURES {
            assert_eq!(may("dead", 0), Ok(()));
            note("dead", false, 0);
        }
        assert_eq!(may("dead", 1), Err(Duration::from_secs(4)));
        assert_eq!(may("alive", 1), Ok(()));
        assert_eq!(circuits.may_ask(Service::Sts, "dead", start), Ok(()), "another service there");
        // One tries, the others wait for it.
        assert_eq!(may("dead", 11), Ok(()));
        assert!(may("dead", 11).is_err());
        note("dead", false, 12);
        assert!(may("dead", 16).is_err());
        assert_eq!(may("dead", 30), Ok(()));
        note("dead", true, 30);
        assert_eq!((may("dead", 30), may("dead", 30)), (Ok(()), Ok(())));
        // Failures in a row, not altogether.
        for _ in 0..20 {
            note("dead", false, 30);
            note("dead", true, 30);
        }
        assert_eq!(may("dead", 30), Ok(()));
    }

    #[test]
    fn no_more_than_a_tenth_is_tried_again_for_long() {
        let retries = Retries::default();
        assert_eq!((0..100).filter(|_| retries.take()).count(), 20);
        let mut again = 0;
        for _ in 0..1_000 {
            retries.called();
            again += u32::from(retries.take());
        }
        assert_eq!(again, 100);
    }
}
