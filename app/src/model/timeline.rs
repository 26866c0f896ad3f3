//! Which AccessKey of a secret works from when until when: those there are, and the one that the next rotation makes.

use super::DAY_MS;
use super::drift::{self, Role};
use super::secret::{RotationState, Secret};

/// About how long the old AccessKey still works after a rotation (`facts.md`).
const OVERLAP_MS: i64 = 48 * 3_600_000;
/// What lies further back or ahead than this is cut off.
const MOST_MS: i64 = 120 * DAY_MS;
/// Left of what is known, and right of it.
const MARGIN_MS: i64 = 3 * DAY_MS;

/// One AccessKey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// `None` for one that does not exist yet.
    pub key: Option<String>,
    pub role: Option<Role>,
    pub from_ms: i64,
    /// `None` where no end is planned.
    pub until_ms: Option<i64>,
}

/// All of them, the oldest first, between two moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    pub lanes: Vec<Lane>,
    pub from_ms: i64,
    pub until_ms: i64,
    pub now_ms: i64,
}

impl Timeline {
    /// `None` where RAM did not tell the AccessKeys.
    pub fn of(secret: &Secret) -> Option<Self> {
        let details = secret.row.details()?;
        let next_ms = secret.row.next_rotation_ms().filter(|_| details.rotation == RotationState::On);
        let mut lanes: Vec<Lane> = drift::keys(secret)
            .filter_map(|(key, role)| {
                let until_ms = match role {
                    Some(Role::Outgoing) => details.rotating_until_ms,
                    Some(Role::Current | Role::Given) => next_ms.map(|at| at + OVERLAP_MS),
                    Some(Role::Foreign) | None => None,
                };
                Some(Lane { key: Some(key.id.clone()), role, from_ms: key.created_ms?, until_ms })
            })
            .collect();
        if lanes.is_empty() {
            return None;
        }
        lanes.extend(next_ms.map(|from_ms| Lane { key: None, role: None, from_ms, until_ms: None }));
        lanes.sort_by_key(|lane| lane.from_ms);
        let now_ms = secret.now_ms;
        let first = lanes.iter().map(|lane| lane.from_ms).min().unwrap_or(now_ms);
        let last = lanes.iter().map(|lane| lane.until_ms.unwrap_or(lane.from_ms)).max().unwrap_or(now_ms);
        Some(Self {
            lanes,
            from_ms: first.max(now_ms - MOST_MS).min(now_ms) - MARGIN_MS,
            until_ms: last.min(now_ms + MOST_MS).max(now_ms) + MARGIN_MS,
            now_ms,
        })
    }

    /// Where a moment lies, in parts of `width`; what is cut off lies at the edge.
    pub fn place(&self, at_ms: i64, width: usize) -> usize {
        let whole = (self.until_ms - self.from_ms).max(1);
        let at = at_ms.clamp(self.from_ms, self.until_ms) - self.from_ms;
        usize::try_from(i128::from(at) * width as i128 / i128::from(whole)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_its_place_and_what_is_cut_off_lies_at_the_edge() {
        let of = Timeline { lanes: Vec::new(), from_ms: 1_000, until_ms: 2_000, now_ms: 1_500 };
        for (at_ms, place) in [(0, 0), (1_000, 0), (1_500, 500), (2_000, 1_000), (i64::MAX, 1_000)] {
            assert_eq!(of.place(at_ms, 1_000), place, "{at_ms}");
        }
    }
}
