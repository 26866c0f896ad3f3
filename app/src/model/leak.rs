//! After a leak: how far it is, from what KMS and RAM say. Nothing of it is kept.

use super::access_key::{AccessKey, LastUse};
use super::drift::{self, Role};
use super::secret::Secret;

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The leaked AccessKey is the current value still.
    Rotate,
    /// The old one signed calls since the rotation: find who does.
    Watch,
    Disable,
    Delete,
    /// RAM has the old one no more.
    Done,
}

impl Step {
    pub const ALL: [Self; 5] = [Self::Rotate, Self::Watch, Self::Disable, Self::Delete, Self::Done];
}

/// The old AccessKey while RAM has it, and what is next. `has_rotated` is whether it was rotated because of this leak:
/// without an old AccessKey, only that tells the end from the beginning.
pub fn step(secret: &Secret, has_rotated: bool) -> (Step, Option<AccessKey>) {
    let since_ms = secret.row.details().and_then(|details| details.last_rotation_ms);
    let roles = drift::roles(secret).unwrap_or_default();
    let mut keys = secret.access_keys.iter().flatten().zip(roles);
    let old = keys.find(|(_, role)| *role == Role::Outgoing).map(|(key, _)| key.clone());
    let step = match &old {
        None if has_rotated => Step::Done,
        None => Step::Rotate,
        Some(key) if !key.is_active => Step::Delete,
        Some(AccessKey { last_use: LastUse::At(at_ms), .. })
            if since_ms.is_some_and(|since| *at_ms > since) =>
        {
            Step::Watch
        }
        Some(_) => Step::Disable,
    };
    (step, old)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::drift::tests::{DAY, secret};

    #[test]
    fn a_leak_goes_from_rotation_to_the_end() {
        let before = secret(&[3], 100, None, None);
        assert_eq!(step(&before, false).0, Step::Rotate);
        let mut rotating = secret(&[3, 130], 130, Some(100), Some(130));
        let set = |secret: &mut Secret, is_active, last_use| {
            let key = &mut secret.access_keys.as_mut().unwrap()[0];
            (key.is_active, key.last_use) = (is_active, last_use);
        };
        set(&mut rotating, true, LastUse::At(131 * DAY));
        let (next, old) = step(&rotating, true);
        assert_eq!((next, old.unwrap().id.as_str()), (Step::Watch, "k3"));
        set(&mut rotating, true, LastUse::At(129 * DAY));
        assert_eq!(step(&rotating, true).0, Step::Disable);
        set(&mut rotating, false, LastUse::At(131 * DAY));
        assert_eq!(step(&rotating, true).0, Step::Delete);
        let after = secret(&[130], 130, Some(100), Some(130));
        assert_eq!(step(&after, true), (Step::Done, None));
    }
}
