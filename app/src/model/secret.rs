//! A RAM secret as the console shows it, and what may be done with it.

use serde::{Deserialize, Serialize};

use super::DAY_MS;
use super::access_key::{AccessKey, Outgoing};
use super::drift::DriftKind;
use super::error::{ApiError, ErrorCode};
use super::limits::{SECRET_NAME_MAX_CHARS, VERSION_ID_MAX_CHARS};

/// The beginning of every RAM secret's name; people read what comes after it.
pub const RAM_SECRET_PREFIX: &str = "acs/ram/user/";

/// A secret's name that the vendor could have given.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretName(String);

impl SecretName {
    /// `None` for what cannot be a secret's name.
    pub fn parse(text: &str) -> Option<Self> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_/+=.-@".contains(c);
        let fits = !text.is_empty() && text.len() <= SECRET_NAME_MAX_CHARS;
        (fits && text.chars().all(is_allowed)).then(|| Self(text.to_owned()))
    }

    /// Of the secret that holds this RAM user's AccessKeys.
    pub fn of_user(user_name: &str) -> Option<Self> {
        Self::parse(&format!("{RAM_SECRET_PREFIX}{user_name}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part that people read.
    pub fn short(&self) -> &str {
        self.0.strip_prefix(RAM_SECRET_PREFIX).unwrap_or(&self.0)
    }
}

impl std::fmt::Display for SecretName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for SecretName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a secret's name")
    }
}

impl From<SecretName> for String {
    fn from(name: SecretName) -> Self {
        name.0
    }
}

/// Where a secret stands; the order is that of `sort=state`, what needs a person first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Unavailable,
    PendingDeletion,
    Rotating,
    Normal,
}

/// What automatic rotation does; the order is that of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RotationState {
    Failing,
    Off,
    On,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Unavailable, Self::PendingDeletion, Self::Rotating, Self::Normal];

    pub fn value(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Rotating => "rotating",
            Self::PendingDeletion => "pending-deletion",
            Self::Unavailable => "unavailable",
        }
    }
}

impl RotationState {
    pub const ALL: [Self; 3] = [Self::On, Self::Off, Self::Failing];

    pub fn value(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Failing => "failing",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tag {
    pub key: String,
    pub value: String,
}

/// What `ListSecrets` does not tell, from one `DescribeSecret` a secret. Times are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Details {
    pub user_name: String,
    pub rotation: RotationState,
    pub period_seconds: Option<u64>,
    pub last_rotation_ms: Option<i64>,
    pub next_rotation_ms: Option<i64>,
    /// About when a rotation that is under way ends. KMS does not tell; see `design.md`.
    pub rotating_until_ms: Option<i64>,
    /// `None` until RAM has been asked, which it is for what a person looks at.
    pub in_ram: Option<InRam>,
}

/// What RAM tells of a secret's user; nothing where RAM does not answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InRam {
    /// The AccessKey that a rotation under way replaces.
    pub outgoing: Option<Outgoing>,
    /// The worst that was changed outside of KMS.
    pub drift: Option<DriftKind>,
}

/// How far the details of a row have come.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    Pending,
    Details(Details),
    /// KMS says that the secret's instance or key is gone.
    Unavailable,
    /// The call failed.
    Failed(ErrorCode),
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SecretRow {
    pub name: SecretName,
    pub tags: Vec<Tag>,
    pub created_ms: i64,
    pub changed_ms: i64,
    pub deletion_ms: Option<i64>,
    pub known: Known,
}

impl SecretRow {
    /// `None` while it is not known.
    pub fn state(&self) -> Option<State> {
        match &self.known {
            _ if self.deletion_ms.is_some() => Some(State::PendingDeletion),
            Known::Unavailable => Some(State::Unavailable),
            Known::Details(details) if details.rotating_until_ms.is_some() => Some(State::Rotating),
            Known::Details(_) => Some(State::Normal),
            Known::Pending | Known::Failed(_) => None,
        }
    }

    pub fn details(&self) -> Option<&Details> {
        match &self.known {
            Known::Details(details) => Some(details),
            _ => None,
        }
    }

    /// The next rotation by itself, where there will be one.
    pub fn next_rotation_ms(&self) -> Option<i64> {
        let is_on = |details: &&Details| details.rotation == RotationState::On && self.deletion_ms.is_none();
        self.details().filter(is_on)?.next_rotation_ms
    }

    /// What the next rotation is reckoned from: the last one, or the creation where there was none.
    pub fn reckoned_from_ms(&self) -> i64 {
        self.details().and_then(|details| details.last_rotation_ms).unwrap_or(self.created_ms)
    }

    pub fn is_settled(&self) -> bool {
        !matches!(self.known, Known::Pending)
    }

    /// Settled, and RAM has been asked too.
    pub fn is_whole(&self) -> bool {
        self.is_settled() && self.details().is_none_or(|details| details.in_ram.is_some())
    }

    /// The RAM user; until KMS has said it, what the name says.
    pub fn user_name(&self) -> &str {
        self.details().map_or_else(|| self.name.short(), |details| &details.user_name)
    }
}

/// One version of a secret's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub id: String,
    pub created_ms: i64,
    /// `ACSCurrent`, `ACSPrevious`.
    pub stages: Vec<String>,
}

/// Everything that the details page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    pub row: SecretRow,
    pub arn: String,
    pub description: String,
    pub instance_id: Option<String>,
    pub key_id: Option<String>,
    /// `None` where KMS does not tell: in the deletion window, or because the call failed.
    pub versions: Option<Vec<Version>>,
    /// Key and value, as `ExtendedConfig` has them.
    pub custom_data: Vec<(String, String)>,
    /// The RAM user's AccessKeys; `None` where RAM did not say.
    pub access_keys: Option<Vec<AccessKey>>,
    /// Why RAM did not say.
    pub ram_error: Option<ApiError>,
    /// RAM says that there is no such user.
    pub is_user_gone: bool,
    /// The time that "days left" is reckoned from.
    pub now_ms: i64,
    /// When it was asked for, by the clock of the machine: a sandbox's own may be moved.
    pub asked_ms: i64,
}

/// Whether a text can be the ID of a version that Keyturn makes.
pub fn is_version_id(text: &str) -> bool {
    (1..=VERSION_ID_MAX_CHARS).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Whole days until a moment, rounded up; 0 when it has passed.
pub fn days_left(until_ms: i64, now_ms: i64) -> i64 {
    (until_ms - now_ms).max(0).saturating_add(DAY_MS - 1) / DAY_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_holds_only_what_the_vendor_allows() {
        assert!(SecretName::parse("acs/ram/user/payroll-exporter").is_some());
        for wrong in ["", "a b", "ä", "a?b", "a%2Fb", "<b>", &"a".repeat(193)] {
            assert_eq!(SecretName::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_started_day_counts_as_a_day_left() {
        let day = 86_400_000;
        assert_eq!(days_left(12 * day, 0), 12);
        assert_eq!(days_left(12 * day, 1), 12);
        assert_eq!(days_left(12 * day + 1, 0), 13);
        assert_eq!(days_left(0, day), 0);
    }
}
