//! How many refusals are recorded one by one: nobody fills the audit log by being refused, and no refusal hides another.
//!
//! Each person has a budget per minute for each kind of refusal: an event and its code. Clients without a session share one
//! per kind and network, one per kind and wide network, and one per kind.
//! Refusals beyond a budget are counted, and the counts are recorded at the end of the minute.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::networks::ClientNetworks;

use super::Who;

/// Refusals of one kind that are recorded per minute: of one person or network, and of all clients without a session.
pub(super) const MAX_OF_ONE: u32 = 60;
const MAX_OF_STRANGERS: u32 = 3_000;
/// Of all networks that one client can have together.
const MAX_OF_WIDE: u32 = 600;
/// Subjects that are counted apart per minute, people and networks each. All others share one count per kind.
const MAX_SUBJECTS: usize = 10_000;
/// Counts of what was left out, each a record at the end of the minute.
const MAX_LEFT_OUT: usize = 1_000;
const WINDOW: Duration = Duration::from_secs(60);

/// The person of a client without a session.
pub(crate) const UNKNOWN: &str = "unknown";

/// What is refused, and why: one reason never uses up the budget of another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Kind {
    pub(super) event: String,
    pub(super) code: String,
}

/// Refusals that were not recorded one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) kind: Kind,
    pub(super) person: String,
    /// The network of clients without a session; empty for people, and if there were too many networks to tell them apart.
    pub(super) network: String,
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
    /// By kind and person.
    people: HashMap<(Kind, String), u32>,
    /// By kind and network.
    networks: HashMap<(Kind, String), u32>,
    /// By kind, of all clients without a session.
    strangers: HashMap<Kind, u32>,
    /// By kind, person and network.
    left_out: BTreeMap<(Kind, String, String), u64>,
}

impl Refusals {
    pub(super) fn new(networks: ClientNetworks) -> Self {
        Self { networks, window: Mutex::default() }
    }

    /// Counts a refusal. Returns whether it is recorded, and what was left out in the minute before if that is over.
    pub(super) fn count(&self, who: &Who, event: &str, code: &str, now: Instant) -> (bool, Vec<LeftOut>) {
        let kind = Kind { event: event.to_owned(), code: code.to_owned() };
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let left_out = window.roll(now);
        window.since.get_or_insert(now);
        let network = match who.person == UNKNOWN {
            true => self.networks.of_text(&who.from),
            false => String::new(),
        };
        let is_recorded = match who.person == UNKNOWN {
            true => {
                let of_network = count(&mut window.networks, (kind.clone(), network.clone()));
                let of_wide = count(
                    &mut window.networks,
                    (kind.clone(), format!("wide {}", self.networks.wide_of_text(&who.from))),
                );
                let of_all = window.strangers.entry(kind.clone()).or_default();
                // Only what is recorded uses up the budget that all share.
                let is_recorded =
                    of_network <= MAX_OF_ONE && of_wide <= MAX_OF_WIDE && *of_all < MAX_OF_STRANGERS;
                *of_all += u32::from(is_recorded);
                is_recorded
            }
            false => count(&mut window.people, (kind.clone(), who.person.clone())) <= MAX_OF_ONE,
        };
        if !is_recorded {
            let subject = match window.left_out.len() < MAX_LEFT_OUT {
                true => (kind, who.person.clone(), network),
                false => (kind, UNKNOWN.to_owned(), String::new()),
            };
            *window.left_out.entry(subject).or_default() += 1;
        }
        (is_recorded, left_out)
    }

    /// Keeps what could not be recorded, for the end of the next minute.
    pub(super) fn put_back(&self, of: LeftOut) {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        window.since.get_or_insert_with(Instant::now);
        *window.left_out.entry((of.kind, of.person, of.network)).or_default() += of.count;
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
        left_out.map(|((kind, person, network), count)| LeftOut { kind, person, network, count }).collect()
    }
}

/// Counts one more of a subject. If there are too many subjects, the new ones share the count of an empty subject.
fn count(counts: &mut HashMap<(Kind, String), u32>, subject: (Kind, String)) -> u32 {
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
        let recorded = |person: &str, from: &str, event: &str, code: &str, times: u32| {
            (0..times).filter(|_| refusals.count(&who(person, from), event, code, now).0).count()
        };
        let strangers = |from: &str, event: &str, times| recorded(UNKNOWN, from, event, "refused", times);
        assert_eq!(strangers("192.0.2.7", "cross_site", 100), 60);
        assert_eq!(strangers("192.0.2.8", "cross_site", 1), 0, "the same network");
        assert_eq!(strangers("192.0.2.7", "sign_in", 61), 60, "another event");
        assert_eq!(recorded(UNKNOWN, "192.0.2.7", "sign_in", "wrong_password", 9), 9, "another reason");
        assert_eq!(strangers("198.51.100.7", "cross_site", 5), 5, "another network");
        assert_eq!(recorded("local:vera", "192.0.2.7", "view_access", "forbidden", 61), 60);
        assert_eq!(recorded("local:vera", "192.0.2.7", "delete_secret", "forbidden", 5), 5);
        let later = now + WINDOW;
        let left_out = refusals.take(later, false);
        let of = |event: &str, code: &str, person: &str, network: &str, count| LeftOut {
            kind: Kind { event: event.into(), code: code.into() },
            person: person.into(),
            network: network.into(),
            count,
        };
        assert_eq!(
            left_out,
            [
                of("cross_site", "refused", UNKNOWN, "192.0.2.0/24", 41),
                of("sign_in", "refused", UNKNOWN, "192.0.2.0/24", 1),
                of("view_access", "forbidden", "local:vera", "", 1),
            ]
        );
        assert_eq!(refusals.take(later, true), []);
    }

    #[test]
    fn pt07_strangers_of_many_networks_fill_neither_the_log_nor_the_memory() {
        let refusals = Refusals::default();
        let now = Instant::now();
        let refused =
            |person: &str, from: &str| refusals.count(&who(person, from), "sign_in", "wrong", now).0;
        let mut recorded = 0;
        for network in 0..20_000_u32 {
            let from = format!("2001:db8:{:x}:{:x}::1", network / 300, network % 300);
            recorded += u32::from(refused(UNKNOWN, &from));
        }
        assert_eq!(recorded, MAX_OF_STRANGERS);
        assert!(refused("local:vera", "2001:db8::1"), "people have their own");
        assert!(refusals.window.lock().unwrap().networks.len() <= MAX_SUBJECTS + 1);
        let left_out = refusals.take(now, true);
        assert!(left_out.len() <= MAX_LEFT_OUT + 1);
        let all: u64 = left_out.iter().map(|of| of.count).sum();
        assert_eq!(all, u64::from(20_000 - MAX_OF_STRANGERS));
    }
}
