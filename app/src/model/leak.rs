//! After a leak: how far it is for the AccessKey that got out, from what KMS and RAM say. Nothing of it is kept.

use super::access_key::{AccessKey, Silence};
use super::drift::{self, Role};
use super::secret::{Secret, State};

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The leaked AccessKey is the current value still.
    Rotate,
    /// Whether somebody needs it still is not known yet.
    Watch,
    /// It has been silent for longer than RAM's delay.
    Disable,
    Delete,
    /// RAM has it no more.
    Done,
}

impl Step {
    pub const ALL: [Self; 5] = [Self::Rotate, Self::Watch, Self::Disable, Self::Delete, Self::Done];
}

/// What became of a step that comes before the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    Done,
    /// The AccessKey is no value that the secret gives out.
    NotNeeded,
    Skipped,
}

/// Where an AccessKey that got out stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is next.
    pub step: Step,
    /// `None` where RAM has it not, or not any more.
    pub key: Option<AccessKey>,
    role: Option<Role>,
    is_silent: bool,
    /// KMS takes no other rotation now.
    pub is_rotating: bool,
}

impl Standing {
    /// RAM has no such AccessKey.
    pub const GONE: Self =
        Self { step: Step::Done, key: None, role: None, is_silent: false, is_rotating: false };

    /// `None` where RAM did not say.
    pub fn of(secret: &Secret, leaked_id: &str) -> Option<Self> {
        secret.access_keys.as_ref()?;
        let Some((key, role)) = drift::keys(secret).find(|(key, _)| key.id == leaked_id) else {
            return Some(Self::GONE);
        };
        let since_ms = secret.row.details().and_then(|details| details.last_rotation_ms).or(key.created_ms);
        let silence =
            since_ms.map_or(Silence::Unsure, |since| Silence::of(key.last_use, since, secret.now_ms));
        let is_silent = silence == Silence::Silent;
        let step = match role {
            // Disabled or not, the secret still gives it out.
            Some(Role::Current | Role::Given) => Step::Rotate,
            _ if !key.is_active => Step::Delete,
            _ if is_silent => Step::Disable,
            _ => Step::Watch,
        };
        let is_rotating = secret.row.state() == Some(State::Rotating);
        Some(Self { step, key: Some(key.clone()), role, is_silent, is_rotating })
    }

    /// `None` for what is next or later, and for what nobody can tell any more.
    pub fn past(&self, of: Step) -> Option<Past> {
        if of >= self.step {
            return None;
        }
        match (of, self.role) {
            (Step::Delete, _) => Some(Past::Done),
            _ if self.key.is_none() => None,
            (Step::Rotate, Some(Role::Outgoing)) => Some(Past::Done),
            (Step::Rotate, _) => Some(Past::NotNeeded),
            (Step::Watch, _) if !self.is_silent => Some(Past::Skipped),
            _ => Some(Past::Done),
        }
    }

    /// Whether the AccessKey is one that the secret gives out, or did.
    pub fn is_of_secret(&self) -> bool {
        matches!(self.role, Some(Role::Current | Role::Given | Role::Outgoing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::access_key::LastUse;
    use crate::model::drift::tests::{DAY, secret};

    #[test]
    fn a_leak_goes_from_rotation_to_the_end() {
        let next = |secret: &Secret, id: &str| Standing::of(secret, id).map(|of| of.step);
        assert_eq!(next(&secret(&[3], 100, None, None), "k3"), Some(Step::Rotate));
        let mut rotating = secret(&[3, 130], 130, Some(100), Some(130));
        rotating.now_ms = 130 * DAY + 60_000;
        // A rotation that was under way for another reason: the new one may be the one that leaked.
        assert_eq!(next(&rotating, "k130"), Some(Step::Rotate));
        assert_eq!(next(&rotating, "k3"), Some(Step::Watch), "RAM's delay has not passed");
        rotating.now_ms = 131 * DAY;
        assert_eq!(next(&rotating, "k3"), Some(Step::Watch), "its last use is unknown");
        let set = |secret: &mut Secret, is_active, last_use| {
            let key = &mut secret.access_keys.as_mut().unwrap()[0];
            (key.is_active, key.last_use) = (is_active, last_use);
        };
        set(&mut rotating, true, LastUse::At(129 * DAY));
        assert_eq!(next(&rotating, "k3"), Some(Step::Disable));
        set(&mut rotating, false, LastUse::At(131 * DAY));
        assert_eq!(next(&rotating, "k3"), Some(Step::Delete));
        assert_eq!(next(&secret(&[130], 130, Some(100), Some(130)), "k3"), Some(Step::Done));
        let unknown = Secret { access_keys: None, ..rotating };
        assert_eq!(next(&unknown, "k3"), None);
    }

    #[test]
    fn only_what_was_done_is_called_done() {
        let past = |secret: &Secret, id: &str| {
            let standing = Standing::of(secret, id).unwrap();
            Step::ALL.map(|of| standing.past(of))
        };
        let (done, skipped, not_needed) = (Some(Past::Done), Some(Past::Skipped), Some(Past::NotNeeded));
        let mut rotating = secret(&[3, 130], 130, Some(100), Some(130));
        rotating.now_ms = 131 * DAY;
        assert_eq!(past(&rotating, "k3"), [done, None, None, None, None]);
        rotating.access_keys.as_mut().unwrap()[0].is_active = false;
        assert_eq!(past(&rotating, "k3"), [done, skipped, done, None, None]);
        rotating.access_keys.as_mut().unwrap()[0].last_use = LastUse::At(129 * DAY);
        assert_eq!(past(&rotating, "k3"), [done, done, done, None, None]);
        // Whether it was rotated, watched or disabled before it went, nobody can tell; nor whether it ever was.
        assert_eq!(past(&rotating, "typo"), [None, None, None, done, None]);
        let by_hand = secret(&[130, 140], 130, None, Some(130));
        assert_eq!(past(&by_hand, "k140"), [not_needed, None, None, None, None]);
        let mut stopped = secret(&[130], 130, None, Some(130));
        stopped.access_keys.as_mut().unwrap()[0].is_active = false;
        assert_eq!(Standing::of(&stopped, "k130").unwrap().step, Step::Rotate);
    }
}
