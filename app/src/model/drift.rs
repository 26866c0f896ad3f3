//! What RAM has beside what KMS believes: which AccessKey is the current one, which goes, and what somebody changed by hand.
//!
//! No call tells which AccessKey a version holds. A rotation makes both in the same moment, so they are told by their dates;
//! the pair that a secret was created with is older than the secret.

use serde::{Deserialize, Serialize};

use super::access_key::AccessKey;
use super::secret::{Details, Secret, State, Version};

/// A key and the version that holds it come within this time of each other.
const TOGETHER_MS: i64 = 10 * 60_000;

/// What an AccessKey is to the secret of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

impl Role {
    /// Whether the secret gives it out.
    pub fn is_value(self) -> bool {
        matches!(self, Self::Current | Self::Given)
    }

    pub const ALL: [Self; 4] = [Self::Current, Self::Outgoing, Self::Given, Self::Foreign];
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

/// The same without the AccessKey, as the list tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftKind {
    UserGone,
    CurrentKeyGone,
    Disabled,
    Foreign,
}

impl DriftKind {
    pub const ALL: [Self; 4] = [Self::UserGone, Self::CurrentKeyGone, Self::Disabled, Self::Foreign];
}

impl Drift {
    pub fn kind(&self) -> DriftKind {
        match self {
            Self::UserGone => DriftKind::UserGone,
            Self::CurrentKeyGone => DriftKind::CurrentKeyGone,
            Self::Disabled(_) => DriftKind::Disabled,
            Self::Foreign(_) => DriftKind::Foreign,
        }
    }
}

/// When the versions of a secret came, and whether a rotation made them.
struct Dates {
    current_ms: i64,
    previous_ms: Option<i64>,
    has_rotated: bool,
}

impl Dates {
    /// `None` where KMS told no versions.
    fn of_versions(secret: &Secret) -> Option<Self> {
        let versions = secret.versions.as_deref()?;
        let of = |stage: &str| {
            let has_stage = |version: &&Version| version.stages.iter().any(|of| of == stage);
            versions.iter().find(has_stage).map(|version| version.created_ms)
        };
        Some(Self {
            current_ms: of("ACSCurrent")?,
            previous_ms: of("ACSPrevious"),
            has_rotated: secret.row.details()?.last_rotation_ms.is_some(),
        })
    }

    /// Returns the dates of the versions. In the deletion window KMS lists no versions; then the dates of the secret
    /// itself decide.
    fn of_secret(secret: &Secret) -> Option<Self> {
        let from_details = || {
            secret.row.deletion_ms?;
            Some(Self::of_details(secret.row.details()?, secret.row.created_ms))
        };
        Self::of_versions(secret).or_else(from_details)
    }

    /// Without a call for the versions: only a rotation makes one.
    fn of_details(details: &Details, created_ms: i64) -> Self {
        let rotated_ms = details.last_rotation_ms;
        Self {
            current_ms: rotated_ms.unwrap_or(created_ms),
            // What is there from before goes, whenever it came.
            previous_ms: details.rotating_until_ms.and(rotated_ms).map(|at| at - 2 * TOGETHER_MS),
            has_rotated: rotated_ms.is_some(),
        }
    }

    /// `None` where RAM told no dates.
    fn roles(&self, keys: &[AccessKey]) -> Option<Vec<Role>> {
        if keys.iter().any(|key| key.created_ms.is_none()) {
            return None;
        }
        let roles = keys.iter().map(|key| match self.has_rotated {
            true if came_with(key, self.current_ms) => Role::Current,
            true if self.previous_ms.is_some_and(|previous_ms| is_as_old_as(key, previous_ms)) => {
                Role::Outgoing
            }
            false if !is_as_old_as(key, self.current_ms) => Role::Foreign,
            false if keys.len() > 1 && keys.iter().all(|key| is_as_old_as(key, self.current_ms)) => {
                Role::Given
            }
            false => Role::Current,
            true => Role::Foreign,
        });
        Some(roles.collect())
    }
}

/// What each AccessKey of the user is; `None` where KMS told no versions, or RAM no date.
fn roles(secret: &Secret) -> Option<Vec<Role>> {
    Dates::of_secret(secret)?.roles(secret.access_keys.as_deref()?)
}

/// The user's AccessKeys, each with what it is, where that can be told.
pub fn keys(secret: &Secret) -> impl Iterator<Item = (&AccessKey, Option<Role>)> {
    let roles = roles(secret).unwrap_or_default().into_iter().map(Some).chain(std::iter::repeat(None));
    secret.access_keys.iter().flatten().zip(roles)
}

fn came_with(key: &AccessKey, version_ms: i64) -> bool {
    key.created_ms.is_some_and(|at| (at - version_ms).abs() <= TOGETHER_MS)
}

fn is_as_old_as(key: &AccessKey, version_ms: i64) -> bool {
    key.created_ms.is_none_or(|at| at <= version_ms + TOGETHER_MS)
}

/// What was changed outside of KMS, the worst first.
pub fn find(secret: &Secret) -> Vec<Drift> {
    look(secret).unwrap_or_default()
}

/// The same; `None` where KMS or RAM did not tell enough to know.
pub fn look(secret: &Secret) -> Option<Vec<Drift>> {
    if secret.row.state() == Some(State::PendingDeletion) {
        return None;
    }
    if secret.is_user_gone {
        return Some(vec![Drift::UserGone]);
    }
    Some(among(secret.access_keys.as_deref()?, &roles(secret)?))
}

/// The worst, as far as dates alone tell it, of a secret that was created at `created_ms`.
pub fn worst(details: &Details, created_ms: i64, keys: &[AccessKey]) -> Option<DriftKind> {
    let roles = Dates::of_details(details, created_ms).roles(keys)?;
    among(keys, &roles).first().map(Drift::kind)
}

/// The worst first.
fn among(keys: &[AccessKey], roles: &[Role]) -> Vec<Drift> {
    let of = |wanted: &'static [Role]| {
        keys.iter().zip(roles).filter(|(_, role)| wanted.contains(role)).map(|(key, _)| key)
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
                    in_ram: None,
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
            asked_ms: 0,
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
            assert_eq!(worst_in_list(&secret), find(&secret).first().map(Drift::kind), "in the list: {what}");
        }
    }

    /// As the list tells it, which asks for no versions.
    fn worst_in_list(secret: &Secret) -> Option<DriftKind> {
        let mut details = secret.row.details().unwrap().clone();
        let is_rotating = secret.versions.as_ref().unwrap().len() > 1 && details.last_rotation_ms.is_some();
        details.rotating_until_ms = is_rotating.then_some(i64::MAX);
        worst(&details, secret.row.created_ms, secret.access_keys.as_deref().unwrap())
    }

    #[test]
    fn what_was_changed_by_hand_is_found() {
        let fine = secret(&[130], 130, None, Some(130));
        assert_eq!(find(&fine), []);
        assert_eq!(find(&secret(&[], 130, None, Some(130))), [Drift::CurrentKeyGone]);
        let by_hand = secret(&[140], 130, None, Some(130));
        assert_eq!(find(&by_hand), [Drift::CurrentKeyGone, Drift::Foreign("k140".into())]);
        assert_eq!(worst_in_list(&by_hand), Some(DriftKind::CurrentKeyGone));
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
