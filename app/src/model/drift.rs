//! What RAM has beside what KMS believes: which AccessKey is the current one, which goes, and what somebody changed by hand.
//!
//! No call tells which AccessKey a version holds. A rotation makes both in the same moment, so they are told by their dates;
//! the pair that a secret was created with is older than the secret.

use super::access_key::AccessKey;
use super::secret::{Secret, State, Version};

/// A key and the version that holds it come within this time of each other.
const TOGETHER_MS: i64 = 10 * 60_000;

/// What an AccessKey is to the secret of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The secret's value.
    Current,
    /// The value before; KMS deletes it when the rotation ends.
    Outgoing,
    /// One of the two that the secret was created with; their dates do not tell which is the current one.
    Given,
    /// KMS did not make it, and does not rotate it.
    Foreign,
}

/// Something that was changed outside of KMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// The RAM user was deleted or renamed.
    UserGone,
    /// RAM has no AccessKey that can be the secret's current value.
    CurrentKeyGone,
    /// The current AccessKey is disabled in RAM.
    Disabled(String),
    /// An AccessKey that was made by hand; it takes the room that a rotation needs.
    Foreign(String),
}

/// What each AccessKey of the user is; `None` where KMS told no versions, or RAM no date.
pub fn roles(secret: &Secret) -> Option<Vec<Role>> {
    let (keys, versions) = (secret.access_keys.as_deref()?, secret.versions.as_deref()?);
    // Without dates nothing can be told.
    if keys.iter().any(|key| key.created_ms.is_none()) {
        return None;
    }
    let with_stage =
        |stage: &str| versions.iter().find(|version| version.stages.iter().any(|of| of == stage));
    let (current, previous) = (with_stage("ACSCurrent")?, with_stage("ACSPrevious"));
    let has_rotated = secret.row.details()?.last_rotation_ms.is_some();
    let roles = keys.iter().map(|key| match has_rotated {
        true if came_with(key, current) => Role::Current,
        true if previous.is_some_and(|previous| is_as_old_as(key, previous)) => Role::Outgoing,
        false if !is_as_old_as(key, current) => Role::Foreign,
        false if keys.len() > 1 && keys.iter().all(|key| is_as_old_as(key, current)) => Role::Given,
        false => Role::Current,
        true => Role::Foreign,
    });
    Some(roles.collect())
}

/// The user's AccessKeys, each with what it is, where that can be told.
pub fn keys(secret: &Secret) -> impl Iterator<Item = (&AccessKey, Option<Role>)> {
    let roles = roles(secret).unwrap_or_default().into_iter().map(Some).chain(std::iter::repeat(None));
    secret.access_keys.iter().flatten().zip(roles)
}

fn came_with(key: &AccessKey, version: &Version) -> bool {
    key.created_ms.is_some_and(|at| (at - version.created_ms).abs() <= TOGETHER_MS)
}

fn is_as_old_as(key: &AccessKey, version: &Version) -> bool {
    key.created_ms.is_none_or(|at| at <= version.created_ms + TOGETHER_MS)
}

/// What was changed outside of KMS, the worst first.
pub fn find(secret: &Secret) -> Vec<Drift> {
    if secret.row.state() == Some(State::PendingDeletion) {
        return Vec::new();
    }
    if secret.is_user_gone {
        return vec![Drift::UserGone];
    }
    if roles(secret).is_none() {
        return Vec::new();
    }
    let of = |wanted: &'static [Role]| {
        keys(secret).filter(|(_, role)| role.is_some_and(|role| wanted.contains(&role))).map(|(key, _)| key)
    };
    let mut drift = Vec::new();
    if of(&[Role::Current, Role::Given]).next().is_none() {
        drift.push(Drift::CurrentKeyGone);
    }
    let disabled = of(&[Role::Current, Role::Given]).filter(|key| !key.is_active);
    drift.extend(disabled.map(|key| Drift::Disabled(key.id.clone())));
    drift.extend(of(&[Role::Foreign]).map(|key| Drift::Foreign(key.id.clone())));
    drift
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::access_key::LastUse;
    use crate::model::secret::{Details, Known, RotationState, SecretName, SecretRow};

    pub(crate) const DAY: i64 = 86_400_000;

    /// A secret of day 100 with keys and versions of these days.
    pub(crate) fn secret(keys: &[i64], current: i64, previous: Option<i64>, rotated: Option<i64>) -> Secret {
        let version = |day: i64, stage: &str| Version {
            id: format!("v{day}"),
            created_ms: day * DAY + 2_000,
            stages: vec![stage.into()],
        };
        let keys = keys.iter().map(|day| AccessKey {
            id: format!("k{day}"),
            is_active: true,
            created_ms: Some(day * DAY),
            last_use: LastUse::Unknown,
        });
        Secret {
            row: SecretRow {
                name: SecretName::parse("acs/ram/user/x").unwrap(),
                tags: Vec::new(),
                created_ms: 100 * DAY,
                changed_ms: 0,
                deletion_ms: None,
                known: Known::Details(Details {
                    user_name: "x".into(),
                    rotation: RotationState::On,
                    period_seconds: None,
                    last_rotation_ms: rotated.map(|day| day * DAY),
                    next_rotation_ms: None,
                    rotating_until_ms: None,
                    outgoing: None,
                }),
            },
            arn: String::new(),
            description: String::new(),
            custom_data: Vec::new(),
            instance_id: None,
            key_id: None,
            versions: Some(
                [Some(version(current, "ACSCurrent")), previous.map(|day| version(day, "ACSPrevious"))]
                    .into_iter()
                    .flatten()
                    .collect(),
            ),
            access_keys: Some(keys.collect()),
            ram_error: None,
            is_user_gone: false,
            now_ms: 0,
        }
    }

    #[test]
    fn dates_tell_what_each_key_is() {
        use Role::{Current, Foreign, Given, Outgoing};
        let cases: [(&str, Secret, &[Role]); 8] = [
            ("new, one pair", secret(&[3], 100, None, None), &[Current]),
            ("new, two pairs", secret(&[3, 50], 100, Some(100), None), &[Given, Given]),
            ("a key was made after the secret", secret(&[3, 104], 100, None, None), &[Current, Foreign]),
            ("the only key is younger than the value", secret(&[104], 100, None, None), &[Foreign]),
            ("a rotation is under way", secret(&[3, 130], 130, Some(100), Some(130)), &[Outgoing, Current]),
            ("the second rotation", secret(&[130, 160], 160, Some(130), Some(160)), &[Outgoing, Current]),
            ("rotated", secret(&[130], 130, None, Some(130)), &[Current]),
            ("rotated, a key by hand", secret(&[130, 140], 130, None, Some(130)), &[Current, Foreign]),
        ];
        for (what, secret, expected) in cases {
            assert_eq!(roles(&secret).as_deref(), Some(expected), "{what}");
        }
    }

    #[test]
    fn what_was_changed_by_hand_is_found() {
        let fine = secret(&[130], 130, None, Some(130));
        assert_eq!(find(&fine), []);
        assert_eq!(find(&secret(&[], 130, None, Some(130))), [Drift::CurrentKeyGone]);
        let by_hand = secret(&[140], 130, None, Some(130));
        assert_eq!(find(&by_hand), [Drift::CurrentKeyGone, Drift::Foreign("k140".into())]);
        let mut disabled = fine.clone();
        disabled.access_keys.as_mut().unwrap()[0].is_active = false;
        assert_eq!(find(&disabled), [Drift::Disabled("k130".into())]);
        let gone = Secret { is_user_gone: true, access_keys: None, ..fine.clone() };
        assert_eq!(find(&gone), [Drift::UserGone]);
        let mut pending = gone;
        pending.row.deletion_ms = Some(1);
        assert_eq!(find(&pending), []);
        assert_eq!(find(&Secret { versions: None, ..fine }), []);
    }
}
