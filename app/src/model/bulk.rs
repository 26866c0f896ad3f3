//! The same done to many secrets, one after the other: what is skipped, what is next, how far it is. No I/O: the page runs it.

use serde::{Deserialize, Serialize};

use super::deletion::RecoveryWindow;
use super::limits::ROTATIONS_AN_HOUR;
use super::rotation::RotationPeriod;
use super::secret::{SecretName, SecretRow, State, Tag};

/// Secrets that one run takes at the most.
pub const BULK_MAX: usize = 1_000;
/// A secret is tried so many times where the cloud receives too many requests.
const TRIES: u8 = 5;
const HOUR_MS: i64 = 3_600_000;

/// What is done to each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    ChangeRotation(Option<RotationPeriod>),
    Rotate,
    AddTag(Tag),
    /// By its key.
    RemoveTag(String),
    PlanDeletion(RecoveryWindow),
    Restore,
}

/// Why a secret is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    PendingDeletion,
    NotPending,
    Rotating,
    Unavailable,
    /// It is so already.
    Nothing,
}

impl Skip {
    pub const ALL: [Self; 5] =
        [Self::PendingDeletion, Self::NotPending, Self::Rotating, Self::Unavailable, Self::Nothing];
}

/// What came of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Waiting,
    Done,
    Failed(String),
    Skipped(Skip),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub name: SecretName,
    /// The same for every try, so that a rotation whose answer was lost is not started twice.
    pub version_id: String,
    pub outcome: Outcome,
    tries: u8,
}

/// A run with all that it takes to go on after a reload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub action: BulkAction,
    pub items: Vec<Item>,
    pub is_running: bool,
    /// When this run started rotations, real time.
    rotated_ms: Vec<i64>,
    /// Not before this time, because the cloud asked to wait.
    not_before_ms: i64,
}

/// How many are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub waiting: usize,
    pub done: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl BulkAction {
    /// Why this secret is left alone, as far as the list tells.
    pub fn hindrance(&self, row: &SecretRow) -> Option<Skip> {
        let has = |key: &str| row.tags.iter().any(|tag| tag.key == key);
        match (self, row.state()) {
            (Self::Restore, Some(State::PendingDeletion)) => None,
            (Self::Restore, _) => Some(Skip::NotPending),
            (_, Some(State::PendingDeletion)) => Some(Skip::PendingDeletion),
            (Self::Rotate | Self::ChangeRotation(_), Some(State::Rotating)) => Some(Skip::Rotating),
            (Self::Rotate | Self::ChangeRotation(_), Some(State::Unavailable)) => Some(Skip::Unavailable),
            (Self::AddTag(tag), _) if row.tags.contains(tag) => Some(Skip::Nothing),
            (Self::RemoveTag(key), _) if !has(key) => Some(Skip::Nothing),
            _ => None,
        }
    }
}

impl BulkAction {
    /// Whether KMS rotates this secret as soon as the change is made: its last rotation and the new period lie in the past.
    pub fn rotates_at_once(&self, row: &SecretRow, now_ms: i64) -> bool {
        match self {
            Self::ChangeRotation(Some(period))
                if row.details().is_some() && self.hindrance(row).is_none() =>
            {
                period.has_passed(row.reckoned_from_ms(), now_ms)
            }
            _ => false,
        }
    }
}

impl Run {
    /// `version_id` makes a new one for each secret.
    pub fn new(action: BulkAction, rows: &[SecretRow], version_id: impl Fn() -> String) -> Self {
        let items = rows.iter().map(|row| Item {
            name: row.name.clone(),
            version_id: version_id(),
            outcome: action.hindrance(row).map_or(Outcome::Waiting, Outcome::Skipped),
            tries: 0,
        });
        let items = items.collect();
        Self { action, items, is_running: true, rotated_ms: Vec::new(), not_before_ms: 0 }
    }

    /// What is next, and in how many milliseconds: rotations stay under the hourly quota.
    pub fn next(&self, now_ms: i64) -> Option<(usize, i64)> {
        let index = self.items.iter().position(|item| item.outcome == Outcome::Waiting)?;
        let mut wait_ms = (self.not_before_ms - now_ms).max(0);
        if self.action == BulkAction::Rotate {
            let recent: Vec<i64> =
                self.rotated_ms.iter().copied().filter(|at| *at > now_ms - HOUR_MS).collect();
            if recent.len() >= ROTATIONS_AN_HOUR {
                let oldest = recent[recent.len() - ROTATIONS_AN_HOUR];
                wait_ms = wait_ms.max(oldest + HOUR_MS - now_ms);
            }
        }
        Some((index, wait_ms))
    }

    /// Rotations that were started before this run count for the quota too.
    pub fn rotated_before(&mut self, at_ms: Vec<i64>) {
        self.rotated_ms = at_ms;
    }

    /// When rotations were started, the newest of them.
    pub fn rotated(&self) -> &[i64] {
        &self.rotated_ms[self.rotated_ms.len().saturating_sub(ROTATIONS_AN_HOUR)..]
    }

    pub fn done(&mut self, index: usize, now_ms: i64) {
        if self.action == BulkAction::Rotate {
            self.rotated_ms.push(now_ms);
        }
        self.set(index, Outcome::Done);
    }

    /// Failed for good, or to be tried again when the cloud asks to wait (`wait_ms`).
    pub fn failed(&mut self, index: usize, message: String, wait_ms: Option<i64>, now_ms: i64) {
        let tries = self.items.get_mut(index).map_or(TRIES, |item| {
            item.tries = item.tries.saturating_add(1);
            item.tries
        });
        match wait_ms {
            Some(wait_ms) if tries < TRIES => self.not_before_ms = now_ms + wait_ms,
            _ => self.set(index, Outcome::Failed(message)),
        }
    }

    /// Those that failed wait again.
    pub fn retry(&mut self) {
        for item in &mut self.items {
            if matches!(item.outcome, Outcome::Failed(_)) {
                (item.outcome, item.tries) = (Outcome::Waiting, 0);
            }
        }
        self.is_running = true;
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for item in &self.items {
            *match item.outcome {
                Outcome::Waiting => &mut counts.waiting,
                Outcome::Done => &mut counts.done,
                Outcome::Failed(_) => &mut counts.failed,
                Outcome::Skipped(_) => &mut counts.skipped,
            } += 1;
        }
        counts
    }

    fn set(&mut self, index: usize, outcome: Outcome) {
        if let Some(item) = self.items.get_mut(index) {
            item.outcome = outcome;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secret::Known;

    fn row(name: &str, deletion_ms: Option<i64>) -> SecretRow {
        SecretRow {
            name: SecretName::parse(&format!("acs/ram/user/{name}")).unwrap(),
            tags: vec![Tag { key: "team".into(), value: "a".into() }],
            created_ms: 0,
            changed_ms: 0,
            deletion_ms,
            known: Known::Unavailable,
        }
    }

    #[test]
    fn what_cannot_be_done_is_skipped_with_its_reason() {
        let tag = |value: &str| Tag { key: "team".into(), value: value.into() };
        let cases = [
            (BulkAction::Restore, row("a", None), Some(Skip::NotPending)),
            (BulkAction::Restore, row("a", Some(1)), None),
            (BulkAction::Rotate, row("a", Some(1)), Some(Skip::PendingDeletion)),
            (BulkAction::Rotate, row("a", None), Some(Skip::Unavailable)),
            (BulkAction::AddTag(tag("a")), row("a", None), Some(Skip::Nothing)),
            (BulkAction::AddTag(tag("b")), row("a", None), None),
            (BulkAction::RemoveTag("team".into()), row("a", None), None),
            (BulkAction::RemoveTag("x".into()), row("a", None), Some(Skip::Nothing)),
        ];
        for (action, row, expected) in cases {
            assert_eq!(action.hindrance(&row), expected, "{action:?}");
        }
    }

    #[test]
    fn a_run_goes_through_all_keeps_what_failed_and_tries_it_again() {
        let rows = [row("a", None), row("b", Some(1)), row("c", None)];
        let action = BulkAction::RemoveTag("team".into());
        let mut run = Run::new(action, &rows, || "v".into());
        assert_eq!(run.counts(), Counts { waiting: 2, skipped: 1, ..Counts::default() });
        run.done(0, 5);
        assert_eq!(run.next(5), Some((2, 0)));
        // The cloud asks to wait: it is tried again, and fails for good after the fifth time.
        run.failed(2, "busy".into(), Some(700), 10);
        assert_eq!(run.next(10), Some((2, 700)));
        for _ in 0..4 {
            run.failed(2, "busy".into(), Some(700), 10);
        }
        assert_eq!((run.next(10), run.counts().failed), (None, 1));
        run.retry();
        assert_eq!(run.counts(), Counts { waiting: 1, done: 1, skipped: 1, failed: 0 });
        let kept: Run = serde_json::from_str(&serde_json::to_string(&run).unwrap()).unwrap();
        assert_eq!(kept, run);
    }

    #[test]
    fn rotations_stay_under_the_hourly_quota() {
        let rows: Vec<SecretRow> =
            (0..60).map(|n| SecretRow { known: Known::Pending, ..row(&format!("u{n}"), None) }).collect();
        let mut run = Run::new(BulkAction::Rotate, &rows, || "v".into());
        for n in 0..50 {
            assert_eq!(run.next(n * 1_000).unwrap().1, 0, "{n}");
            run.done(usize::try_from(n).unwrap(), n * 1_000);
        }
        assert_eq!(run.next(50_000), Some((50, HOUR_MS - 50_000)));
        assert_eq!(run.next(HOUR_MS), Some((50, 0)));
        run.done(50, HOUR_MS);
        assert_eq!(run.next(HOUR_MS), Some((51, 1_000)));
        // Another run in the same hour has what is left of it.
        let mut other = Run::new(BulkAction::Rotate, &rows[..1], || "v".into());
        other.rotated_before(run.rotated().to_vec());
        assert_eq!(other.next(HOUR_MS), Some((0, 1_000)));
    }
}
