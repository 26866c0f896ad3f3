//! AccessKeys of RAM users, and the one place where a typed AccessKey secret is allowed to be.

use serde::{Deserialize, Serialize};

use super::drift::Role;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::limits::{ACCESS_KEY_ID_MAX_CHARS, RAM_USER_NAME_MAX_CHARS};

/// What RAM tells about an AccessKey; never its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    pub id: String,
    pub is_active: bool,
    pub created_ms: Option<i64>,
    #[serde(default)]
    pub last_use: LastUse,
}

/// When an AccessKey last signed a call. RAM tells it late, by up to some hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastUse {
    /// It was not asked for, or RAM did not say.
    #[default]
    Unknown,
    Never,
    /// Milliseconds since 1970.
    At(i64),
}

/// RAM tells a last use late: only after this time is silence silence.
const SILENT_AFTER_MS: i64 = 6 * 3_600_000;
/// A new AccessKey and the rotation that made it come within this time of each other.
const TOGETHER_MS: i64 = 10 * 60_000;

/// The AccessKey that a rotation under way replaces: it works until the rotation ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outgoing {
    pub id: String,
    pub last_use: LastUse,
    pub silence: Silence,
}

/// Whether an old AccessKey is still used, as far as RAM tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// It signed a call since the new one was made, and not long ago.
    Used,
    /// Not known to be used since, but RAM's delay has not passed.
    Unsure,
    /// For longer than RAM's delay.
    Silent,
}

impl Silence {
    pub const ALL: [Self; 3] = [Self::Used, Self::Unsure, Self::Silent];

    /// Of an AccessKey that was replaced at `since_ms`.
    pub fn of(last_use: LastUse, since_ms: i64, now_ms: i64) -> Self {
        let used_ms = match last_use {
            LastUse::At(at_ms) if at_ms > since_ms => Some(at_ms),
            LastUse::Unknown => return Self::Unsure,
            LastUse::Never | LastUse::At(_) => None,
        };
        match used_ms {
            _ if now_ms - used_ms.unwrap_or(since_ms) >= SILENT_AFTER_MS => Self::Silent,
            Some(_) => Self::Used,
            None => Self::Unsure,
        }
    }
}

impl Outgoing {
    /// The one that was there before a rotation that began at `since_ms` and is under way. One that was made by hand since
    /// is not it.
    pub fn of(keys: &[AccessKey], since_ms: i64, now_ms: i64) -> Option<Self> {
        let mut old = keys.iter().filter(|key| key.created_ms.is_some_and(|at| at < since_ms - TOGETHER_MS));
        let key = old.next()?;
        let silence = Silence::of(key.last_use, since_ms, now_ms);
        Some(Self { id: key.id.clone(), last_use: key.last_use, silence })
    }
}

/// What can be done to an AccessKey by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyChange {
    /// It signs nothing until it is enabled again.
    Disable,
    Enable,
    /// For good.
    Delete,
    /// Though it is the value of a secret: what reads that secret is refused from then on.
    DisableInUse,
}

impl KeyChange {
    pub const ALL: [Self; 4] = [Self::Disable, Self::Enable, Self::Delete, Self::DisableInUse];

    /// Whether the AccessKey's ID has to be typed.
    pub fn is_typed(self) -> bool {
        matches!(self, Self::Delete | Self::DisableInUse)
    }

    pub fn value(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Delete => "delete",
            Self::DisableInUse => "disable-in-use",
        }
    }

    /// The vendor's action, with what it sets.
    pub fn action(self) -> &'static str {
        match self {
            Self::Disable | Self::DisableInUse => "UpdateAccessKey Inactive",
            Self::Enable => "UpdateAccessKey Active",
            Self::Delete => "DeleteAccessKey",
        }
    }
}

/// Whether a text can be an AccessKey's ID.
pub fn is_access_key_id(text: &str) -> bool {
    (1..=ACCESS_KEY_ID_MAX_CHARS).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether a text can be a RAM user's name.
pub fn is_ram_user_name(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (1..=RAM_USER_NAME_MAX_CHARS).contains(&text.len()) && text.chars().all(is_allowed)
}

/// What the cloud answered to a change: for a record of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub action: String,
    /// The AccessKey's ID, or that of the version that a rotation makes.
    pub about: String,
    /// The vendor's; empty where the answer was lost and the change found by a look.
    pub request_id: String,
    /// Milliseconds since 1970, real time.
    pub at_ms: i64,
    /// The ARN of who signed the call; empty where STS did not say.
    pub by: String,
}

/// A RAM user as the wizard offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RamUser {
    pub name: String,
    pub display_name: String,
    /// `None` where RAM did not say.
    pub access_keys: Option<Vec<AccessKey>>,
    /// Region and name of the secret that manages this user already.
    pub managed_by: Option<(String, String)>,
    /// What each AccessKey is to that secret, where it was asked for and can be told.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// `true` if every AccessKey pair must be verified before a secret is created: no rule of the user covers the RAM user
    /// itself.
    #[serde(default)]
    pub needs_proof: bool,
}

/// The one rule of the search for users.
pub fn matches(name: &str, display_name: &str, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    name.to_lowercase().contains(&text) || display_name.to_lowercase().contains(&text)
}

/// Why a user cannot be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotEligible {
    NoAccessKey,
    AlreadyManaged { region: String, name: String },
}

impl RamUser {
    /// Whether a search finds the user, by name or display name.
    pub fn matches(&self, text: &str) -> bool {
        matches(&self.name, &self.display_name, text)
    }

    /// Whether a secret can be created for this user. A user whose keys are unknown may be tried.
    pub fn eligible(&self) -> Result<(), NotEligible> {
        if let Some((region, name)) = &self.managed_by {
            return Err(NotEligible::AlreadyManaged { region: region.clone(), name: name.clone() });
        }
        match &self.access_keys {
            Some(keys) if keys.is_empty() => Err(NotEligible::NoAccessKey),
            _ => Ok(()),
        }
    }
}

/// An AccessKey secret that a person typed, on its way to KMS: the one type on the wire that carries a value.
/// No `Display`; its `Debug` hides it; zeroed on drop.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct TypedSecret(String);

impl TypedSecret {
    /// Spaces around a pasted value are dropped: no AccessKey secret has any.
    pub fn new(typed: &str) -> Self {
        Self(typed.trim().to_owned())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn chars(&self) -> usize {
        self.0.chars().count()
    }
}

impl std::fmt::Debug for TypedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, created_ms: i64, last_use: LastUse) -> AccessKey {
        AccessKey { id: id.into(), is_active: true, created_ms: Some(created_ms), last_use }
    }

    const HOUR: i64 = 3_600_000;

    #[test]
    fn the_one_from_before_the_rotation_goes_and_its_silence_takes_time() {
        let new = key("new", 100 * HOUR, LastUse::Never);
        let of = |last_use, now: i64| {
            let old = key("old", 10 * HOUR, last_use);
            Outgoing::of(&[new.clone(), old], 100 * HOUR, now * HOUR).map(|of| (of.id, of.silence)).unwrap()
        };
        assert_eq!(of(LastUse::Never, 101), ("old".into(), Silence::Unsure));
        assert_eq!(of(LastUse::At(99 * HOUR), 106).1, Silence::Silent);
        assert_eq!(of(LastUse::At(101 * HOUR), 106).1, Silence::Used);
        assert_eq!(of(LastUse::At(101 * HOUR), 107).1, Silence::Silent);
        assert_eq!(of(LastUse::Unknown, 120).1, Silence::Unsure);
        // What was made by hand since is not the one that goes.
        let by_hand = key("hand", 110 * HOUR, LastUse::Never);
        assert_eq!(Outgoing::of(&[new, by_hand], 100 * HOUR, 111 * HOUR), None);
    }
}
