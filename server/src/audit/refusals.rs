//! How many refusals are recorded one by one: nobody fills the audit log by being refused, and no refusal hides another.
//!
//! Each person has a budget per event and minute. Clients without a session share one per event and network, and one per event.
//! What exceeds a budget is counted, and the counts are recorded at the end of the minute.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::networks::ClientNetworks;

use super::Who;

/// Refusals of one event that are recorded per minute: of one person or network, and of all clients without a session.
pub(super) const MAX_OF_ONE: u32 = 60;
const MAX_OF_STRANGERS: u32 = 3_000;
/// Subjects that are counted apart per minute, people and networks each. All others share one count per event.
const MAX_SUBJECTS: usize = 10_000;
const WINDOW: Duration = Duration::from_secs(60);

/// The person of a client without a session.
pub(crate) const UNKNOWN: &str = "unknown";

/// Refusals that were not recorded one by one, of one person and event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) event: String,
    pub(super) person: String,
    pub(super) count: u64,
}

#[derive(Default)]
pub(super) struct Refusals {
    networks: ClientNetworks,
    window: Mutex<Window>,
}

#[derive(Default)]
struct Window {
    since: Option<Instant>,
    /// By event and person.
    people: HashMap<(String, String), u32>,
    /// By event and network.
    networks: HashMap<(String, String), u32>,
    /// By event, of all clients without a session.
    strangers: HashMap<String, u32>,
    /// By event and person.
    left_out: BTreeMap<(String, String), u64>,
}

impl Refusals {
    pub(super) fn new(networks: ClientNetworks) -> Self {
        Self { networks, window: Mutex::default() }
    }

    /// Counts a refusal. Returns whether it is recorded, and what was left out in the minute before if that is over.
    pub(super) fn count(&self, who: &Who, event: &str, now: Instant) -> (bool, Vec<LeftOut>) {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let left_out = window.roll(now);
        window.since.get_or_insert(now);
        let is_recorded = match who.person == UNKNOWN {
            true => {
                let network = self.networks.of_text(&who.from);
                let of_network = count(&mut window.networks, (event.to_owned(), network));
                let of_all = window.strangers.entry(event.to_owned()).or_default();
                // Only what is recorded uses up the budget that all share.
                let is_recorded = of_network <= MAX_OF_ONE && *of_all < MAX_OF_STRANGERS;
                *of_all += u32::from(is_recorded);
                is_recorded
            }
            false => count(&mut window.people, (event.to_owned(), who.person.clone())) <= MAX_OF_ONE,
        };
        if !is_recorded {
            let person = match window.left_out.len() < MAX_SUBJECTS {
                true => who.person.clone(),
                false => UNKNOWN.to_owned(),
            };
            *window.left_out.entry((event.to_owned(), person)).or_default() += 1;
        }
        (is_recorded, left_out)
    }

    /// Returns what was left out if the minute is over; `is_last` ends it now.
    pub(super) fn take(&self, now: Instant, is_last: bool) -> Vec<LeftOut> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if is_last {
            window.since = now.checked_sub(WINDOW).or(window.since);
        }
        window.roll(now)
    }
}

impl Window {
    fn roll(&mut self, now: Instant) -> Vec<LeftOut> {
        if self.since.is_none_or(|since| now.duration_since(since) < WINDOW) {
            return Vec::new();
        }
        let over = std::mem::take(self);
        let left_out = over.left_out.into_iter();
        left_out.map(|((event, person), count)| LeftOut { event, person, count }).collect()
    }
}

/// Counts one more of a subject. If there are too many subjects, the new ones share the count of an empty subject.
fn count(counts: &mut HashMap<(String, String), u32>, subject: (String, String)) -> u32 {
    let subject = match counts.len() >= MAX_SUBJECTS && !counts.contains_key(&subject) {
        true => (subject.0, String::new()),
        false => subject,
    };
    let count = counts.entry(subject).or_default();
    *count = count.saturating_add(1);
    *count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(person: &str, from: &str) -> Who {
        Who { person: person.into(), from: from.into(), ..Who::default() }
    }

    #[test]
    fn pt07_refusals_of_one_event_person_or_network_do_not_hide_others() {
        let refusals = Refusals::default();
        let now = Instant::now();
        let recorded = |person: &str, from: &str, event: &str, times: u32| {
            (0..times).filter(|_| refusals.count(&who(person, from), event, now).0).count()
        };
        assert_eq!(recorded(UNKNOWN, "192.0.2.7", "cross_site", 100), 60);
        assert_eq!(recorded(UNKNOWN, "192.0.2.8", "cross_site", 1), 0, "the same network");
        assert_eq!(recorded(UNKNOWN, "192.0.2.7", "sign_in", 9), 9, "another event");
        assert_eq!(recorded(UNKNOWN, "198.51.100.7", "cross_site", 5), 5, "another network");
        assert_eq!(recorded("local:vera", "192.0.2.7", "view_access", 61), 60);
        assert_eq!(recorded("local:vera", "192.0.2.7", "delete_secret", 5), 5);
        let later = now + WINDOW;
        let left_out = refusals.take(later, false);
        let of =
            |event: &str, person: &str, count| LeftOut { event: event.into(), person: person.into(), count };
        assert_eq!(left_out, [of("cross_site", UNKNOWN, 41), of("view_access", "local:vera", 1)]);
        assert_eq!(refusals.take(later, true), []);
    }

    #[test]
    fn pt07_strangers_of_many_networks_fill_neither_the_log_nor_the_memory() {
        let refusals = Refusals::default();
        let now = Instant::now();
        let mut recorded = 0;
        for network in 0..20_000_u32 {
            let from = format!("2001:db8:{:x}:{:x}::1", network >> 16, network & 0xffff);
            recorded += u32::from(refusals.count(&who(UNKNOWN, &from), "sign_in", now).0);
        }
        assert_eq!(recorded, MAX_OF_STRANGERS);
        assert!(refusals.count(&who("local:vera", "2001:db8::1"), "sign_in", now).0, "people have their own");
        assert!(refusals.window.lock().unwrap().networks.len() <= MAX_SUBJECTS + 1);
        assert_eq!(refusals.take(now, true)[0].count, u64::from(20_000 - MAX_OF_STRANGERS));
    }
}
