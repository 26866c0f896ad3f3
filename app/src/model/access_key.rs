//! AccessKeys of RAM users, and the one place where a typed AccessKey secret is allowed to be.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::limits::ACCESS_KEY_ID_MAX_CHARS;

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

/// The AccessKey that a rotation under way replaces: it works until the rotation ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outgoing {
    pub id: String,
    pub last_use: LastUse,
    /// Whether it signed a call since the new one was made.
    pub is_still_used: bool,
}

impl Outgoing {
    /// The older of two, while a rotation is under way that began at `since_ms`.
    pub fn of(keys: &[AccessKey], since_ms: Option<i64>) -> Option<Self> {
        let [_, _] = keys else { return None };
        let key = keys.iter().min_by_key(|key| key.created_ms)?;
        let is_still_used = matches!((key.last_use, since_ms), (LastUse::At(at), Some(since)) if at > since);
        Some(Self { id: key.id.clone(), last_use: key.last_use, is_still_used })
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
}

impl KeyChange {
    pub const ALL: [Self; 3] = [Self::Disable, Self::Enable, Self::Delete];

    pub fn value(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Delete => "delete",
        }
    }

    /// The vendor's action, with what it sets.
    pub fn action(self) -> &'static str {
        match self {
            Self::Disable => "UpdateAccessKey Inactive",
            Self::Enable => "UpdateAccessKey Active",
            Self::Delete => "DeleteAccessKey",
        }
    }
}

/// Whether a text can be an AccessKey's ID.
pub fn is_access_key_id(text: &str) -> bool {
    (1..=ACCESS_KEY_ID_MAX_CHARS).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// What the cloud answered to a change: for a record of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub action: String,
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

    #[test]
    fn the_older_of_two_goes_and_is_still_used_where_it_signed_since() {
        let new = key("new", 20, LastUse::At(30));
        let of = |last_use| Outgoing::of(&[new.clone(), key("old", 10, last_use)], Some(20)).unwrap();
        assert_eq!((of(LastUse::Never).id.as_str(), of(LastUse::Never).is_still_used), ("old", false));
        assert!(of(LastUse::At(21)).is_still_used && !of(LastUse::At(19)).is_still_used);
        assert_eq!(Outgoing::of(&[new], Some(20)), None);
    }
}
