//! AccessKeys of RAM users, and the one place where a typed AccessKey secret is allowed to be.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastUse {
    /// It was not asked for, or RAM did not say.
    #[default]
    Unknown,
    Never,
    /// Milliseconds since 1970.
    At(i64),
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
