//! After a leak: how far it is for the AccessKey that got out, from what KMS and RAM say. Nothing of it is kept.

use super::access_key::{AccessKey, Silence};
use super::drift::{self, Role};
use super::secret::Secret;

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

/// What is next for this AccessKey, and the AccessKey while RAM has it. `None` where RAM did not say.
pub fn step(secret: &Secret, leaked_id: &str) -> Option<(Step, Option<AccessKey>)> {
    secret.access_keys.as_ref()?;
    let Some((key, role)) = drift::keys(secret).find(|(key, _)| key.id == leaked_id) else {
        return Some((Step::Done, None));
    };
    let since_ms = secret.row.details().and_then(|details| details.last_rotation_ms).or(key.created_ms);
    let silence = since_ms.map_or(Silence::Unsure, |since| Silence::of(key.last_use, since, secret.now_ms));
    let step = match role {
        Some(Role::Current | Role::Given) => Step::Rotate,
        _ if !key.is_active => Step::Delete,
        _ if silence == Silence::Silent => Step::Disable,
        _ => Step::Watch,
    };
    Some((step, Some(key.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::access_key::LastUse;
    use crate::model::drift::tests::{DAY, secret};

    #[test]
    fn a_leak_goes_from_rotation_to_the_end() {
        let next = |secret: &Secret, id: &str| step(secret, id).map(|(step, _)| step);
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
}
