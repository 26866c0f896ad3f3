//! Limits how many refusals are recorded one by one, so that no client fills the audit log and no refusal hides another.
//!
//! Each person has a budget per minute for each kind of refusal: an event and its code. Clients without a session share one
//! per kind and network, one per kind and wide network, and one per kind.
//! Refusals beyond a budget are counted, and the counts are recorded once a minute.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
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
/// Counts of unrecorded refusals by subject. Each count becomes one record.
const MAX_LEFT_OUT: usize = 1_000;
const WINDOW: Duration = Duration::from_secs(60);

/// The person of a client without a session.
pub(crate) const UNKNOWN: &str = "unknown";

/// An event and the code of its refusal. Each kind has its own budget.
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
    budgets: Mutex<Budgets>,
    left_out: Mutex<LeftOutCounts>,
}

/// Refusals of the current minute.
#[derive(Default)]
struct Budgets {
    since: Option<Instant>,
    /// By kind and person.
    people: HashMap<(Kind, String), u32>,
    /// By kind and network.
    networks: HashMap<(Kind, String), u32>,
    /// By kind, of all clients without a session.
    strangers: HashMap<Kind, u32>,
}

/// Unrecorded refusals since `since`.
#[derive(Default)]
struct LeftOutCounts {
    since: Option<Instant>,
    /// By kind, person and network.
    counts: BTreeMap<(Kind, String, String), u64>,
}

impl Refusals {
    pub(super) fn new(networks: ClientNetworks) -> Self {
        Self { networks, ..Self::default() }
    }

    /// Counts a refusal. Returns whether the caller records it.
    pub(super) fn count(&self, who: &Who, event: &str, code: &str, now: Instant) -> bool {
        let kind = Kind { event: event.to_owned(), code: code.to_owned() };
        let (is_recorded, network) = match who.person == UNKNOWN {
            true => {
                let (network, wide) =
                    (self.networks.of_text(&who.from), self.networks.wide_of_text(&who.from));
                (self.budgets(now).count_stranger(&kind, &network, &wide), network)
            }
            false => (self.budgets(now).count_person(&kind, &who.person), String::new()),
        };
        if !is_recorded {
            self.leave_out(LeftOut { kind, person: who.person.clone(), network, count: 1 }, now);
        }
        is_recorded
    }

    /// Adds a count that becomes a record within a minute. If there are too many subjects, new ones share one count per kind.
    pub(super) fn leave_out(&self, left_out: LeftOut, now: Instant) {
        let LeftOut { kind, person, network, count } = left_out;
        let mut all = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        all.since.get_or_insert(now);
        let own = (kind, person, network);
        let subject = match all.counts.len() < MAX_LEFT_OUT || all.counts.contains_key(&own) {
            true => own,
            false => (own.0, UNKNOWN.to_owned(), String::new()),
        };
        *all.counts.entry(subject).or_default() += count;
    }

    /// Returns the counts of unrecorded refusals if the oldest is a minute old, or if `is_last`.
    pub(super) fn take(&self, now: Instant, is_last: bool) -> Vec<LeftOut> {
        let mut all = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = all.since.is_some_and(|since| now.duration_since(since) >= WINDOW);
        if !is_over && !is_last {
            return Vec::new();
        }
        let counts = std::mem::take(&mut *all).counts.into_iter();
        counts.map(|((kind, person, network), count)| LeftOut { kind, person, network, count }).collect()
    }

    /// Returns the budgets of the current minute.
    fn budgets(&self, now: Instant) -> MutexGuard<'_, Budgets> {
        let mut budgets = self.budgets.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *budgets.since.get_or_insert(now);
        if now.duration_since(since) >= WINDOW {
            *budgets = Budgets { since: Some(now), ..Budgets::default() };
        }
        budgets
    }
}

impl Budgets {
    fn count_person(&mut self, kind: &Kind, person: &str) -> bool {
        count(&mut self.people, (kind.clone(), person.to_owned())) <= MAX_OF_ONE
    }

    fn count_stranger(&mut self, kind: &Kind, network: &str, wide: &str) -> bool {
        let of_network = count(&mut self.networks, (kind.clone(), network.to_owned()));
        let of_wide = count(&mut self.networks, (kind.clone(), format!("wide {wide}")));
        let of_all = self.strangers.entry(kind.clone()).or_default();
        let is_recorded = of_network <= MAX_OF_ONE && of_wide <= MAX_OF_WIDE && *of_all < MAX_OF_STRANGERS;
        // Only recorded refusals use up the budget that all networks share.
        *of_all += u32::from(is_recorded);
        is_recorded
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
            (0..times).filter(|_| refusals.count(&who(person, from), event, code, now)).count()
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
        let refused = |person: &str, from: &str| refusals.count(&who(person, from), "sign_in", "wrong", now);
        let mut recorded = 0;
        for network in 0..20_000_u32 {
            let from = format!("2001:db8:{:x}:{:x}::1", network / 300, network % 300);
            recorded += u32::from(refused(UNKNOWN, &from));
        }
        assert_eq!(recorded, MAX_OF_STRANGERS);
        assert!(refused("local:vera", "2001:db8::1"), "people have their own");
        assert!(refusals.budgets.lock().unwrap().networks.len() <= MAX_SUBJECTS + 1);
        let left_out = refusals.take(now, true);
        assert!(left_out.len() <= MAX_LEFT_OUT + 1);
        let all: u64 = left_out.iter().map(|of| of.count).sum();
        assert_eq!(all, u64::from(20_000 - MAX_OF_STRANGERS));
    }

    /// While the database fails, counts that could not be recorded come back again and again.
    #[test]
    fn pt07_counts_that_could_not_be_recorded_are_kept_in_bounded_memory() {
        let refusals = Refusals::default();
        let now = Instant::now();
        let kind = Kind { event: "sign_in".into(), code: "wrong".into() };
        for number in 0..3 * MAX_LEFT_OUT {
            let network = format!("network {number}");
            refusals
                .leave_out(LeftOut { kind: kind.clone(), person: UNKNOWN.into(), network, count: 2 }, now);
        }
        let left_out = refusals.take(now, true);
        assert_eq!(left_out.len(), MAX_LEFT_OUT + 1);
        assert_eq!(left_out.iter().map(|of| of.count).sum::<u64>(), 6 * MAX_LEFT_OUT as u64);
    }
}
