//! What the wizard asks for, and what of it is sent.

use serde::{Deserialize, Serialize};

use super::access_key::{TypedSecret, is_access_key_id, is_ram_user_name};
use super::error::ApiError;
use super::limits::{
    ACCESS_KEY_SECRET_MAX_CHARS, ACCESS_KEYS_MAX, DESCRIPTION_MAX_CHARS, TAG_MAX_CHARS, TAGS_MAX,
};
use super::rotation::RotationPeriod;
use super::secret::Tag;

/// The one request that carries a typed value; it goes to KMS and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSecret {
    pub user_name: String,
    /// A pair for each AccessKey of the user.
    pub access_keys: Vec<NewAccessKey>,
    pub description: String,
    /// `None` leaves automatic rotation off.
    pub rotation: Option<RotationPeriod>,
    /// Random, and the same for each try: by it we know our own secret after a lost answer.
    pub version_id: String,
    pub tags: Vec<Tag>,
    /// The KMS instance and its key, where the account has instances.
    pub instance: Option<(String, String)>,
    /// `true` if the user continues with an unverified AccessKey secret. Ignored unless a rule of the user covers the RAM user
    /// itself, and for a pair of another RAM user.
    #[serde(default)]
    pub is_checked: bool,
}

/// What signing by a typed AccessKey secret told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// It is this user's.
    Valid,
    /// It is somebody else's.
    Foreign,
    /// It is not the one of this AccessKey.
    Wrong,
    /// It could not be checked.
    Unknown,
}

impl Proof {
    /// What is not valid, with its code in an error's field.
    const CODES: [(Self, &str); 3] =
        [(Self::Foreign, "foreign"), (Self::Wrong, "wrong"), (Self::Unknown, "unproven")];

    /// `None` where nothing is wrong.
    pub(super) fn code(self) -> Option<&'static str> {
        Self::CODES.iter().find(|(proof, _)| *proof == self).map(|(_, code)| *code)
    }

    /// Any other code is not about a proof.
    #[cfg(feature = "ssr")]
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        Self::CODES.iter().find(|(_, of)| *of == code).map(|(proof, _)| *proof)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAccessKey {
    pub id: String,
    pub secret: TypedSecret,
}

/// A KMS instance of the region and its symmetric keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KmsInstance {
    pub id: String,
    pub key_ids: Vec<String>,
}

/// A KMS instance and one of its keys, as the field `Encryption key` sends them: `instance/key`.
pub fn parse_key(text: &str) -> Option<(String, String)> {
    text.split_once('/').map(|(instance, key)| (instance.to_owned(), key.to_owned()))
}

/// What creating a secret in a region depends on: the manual's prerequisites, as far as they can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prerequisites {
    /// Empty where the account has none, and where they could not be listed.
    pub instances: Vec<KmsInstance>,
    /// Why they could not be, all or some of them.
    pub instances_error: Option<ApiError>,
    /// Whether KMS may manage AccessKeys in this account; `None` where RAM did not say.
    pub has_service_role: Option<bool>,
    /// The time that "next" is reckoned from; `None` before anybody was asked.
    pub now_ms: Option<i64>,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidInput {
    Missing,
    /// So many characters are allowed.
    TooLong(usize),
    /// This is not `key:value`, or has characters that a tag may not have.
    NotATag(String),
    /// This is not `key=value`, or the key is there twice.
    NotAPair(String),
    /// So many are allowed.
    TooMany(usize),
}

/// Checks a description; any character is allowed, so many of them.
pub fn check_description(text: &str) -> Result<(), InvalidInput> {
    match text.chars().count() {
        count if count > DESCRIPTION_MAX_CHARS => Err(InvalidInput::TooLong(DESCRIPTION_MAX_CHARS)),
        _ => Ok(()),
    }
}

/// Checks a typed AccessKey secret. Whether it is the right one only the cloud knows.
pub fn check_access_key_secret(secret: &TypedSecret) -> Result<(), InvalidInput> {
    match secret.chars() {
        0 => Err(InvalidInput::Missing),
        count if count > ACCESS_KEY_SECRET_MAX_CHARS => {
            Err(InvalidInput::TooLong(ACCESS_KEY_SECRET_MAX_CHARS))
        }
        _ => Ok(()),
    }
}

/// Checks the AccessKey pairs of a RAM user: at most two, each with an ID and a secret of allowed length.
///
/// # Errors
/// The first thing that is wrong.
pub fn check_access_keys(keys: &[NewAccessKey]) -> Result<(), InvalidInput> {
    if keys.len() > ACCESS_KEYS_MAX {
        return Err(InvalidInput::TooMany(ACCESS_KEYS_MAX));
    }
    for key in keys {
        if !is_access_key_id(&key.id) {
            return Err(InvalidInput::Missing);
        }
        check_access_key_secret(&key.secret)?;
    }
    Ok(())
}

/// Reads `key:value, key:value`.
pub fn parse_tags(text: &str) -> Result<Vec<Tag>, InvalidInput> {
    let tags = text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| {
            let (key, value) = item.split_once(':').ok_or_else(|| InvalidInput::NotATag(item.into()))?;
            let tag = Tag { key: key.trim().into(), value: value.trim().into() };
            if is_tag(&tag) { Ok(tag) } else { Err(InvalidInput::NotATag(item.into())) }
        })
        .collect::<Result<Vec<_>, _>>()?;
    check_tags(&tags).map(|()| tags)
}

/// As [`parse_tags`] reads them, but for keys with a colon in them.
pub fn tags_text(tags: &[Tag]) -> String {
    tags.iter().map(|tag| format!("{}:{}", tag.key, tag.value)).collect::<Vec<_>>().join(", ")
}

/// Checks tags from anywhere.
pub fn check_tags(tags: &[Tag]) -> Result<(), InvalidInput> {
    match tags.iter().find(|tag| !is_tag(tag)) {
        Some(wrong) => Err(InvalidInput::NotATag(format!("{}:{}", wrong.key, wrong.value))),
        None if tags.len() > TAGS_MAX => Err(InvalidInput::TooMany(TAGS_MAX)),
        None => Ok(()),
    }
}

/// The vendor's rule for tags (`kms-ram-api.md` 2, `CreateSecret`).
fn is_tag(tag: &Tag) -> bool {
    let is_allowed = |text: &str| {
        text.chars().count() <= TAG_MAX_CHARS
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "/\\_-.+=:@".contains(c))
    };
    !tag.key.is_empty()
        && !tag.key.starts_with("aliyun")
        && !tag.key.starts_with("acs:")
        && is_allowed(&tag.key)
        && is_allowed(&tag.value)
}

impl NewSecret {
    /// Checks everything again, on the server: the browser is not trusted. Names the first field that is wrong.
    pub fn check(&self) -> Result<(), (&'static str, InvalidInput)> {
        if !is_ram_user_name(&self.user_name) {
            return Err(("user", InvalidInput::Missing));
        }
        if self.access_keys.is_empty() || self.version_id.is_empty() {
            return Err(("secret-value", InvalidInput::Missing));
        }
        if self.version_id.len() > 64 {
            return Err(("secret-value", InvalidInput::TooLong(64)));
        }
        check_access_keys(&self.access_keys).map_err(|error| ("secret-value", error))?;
        check_description(&self.description).map_err(|error| ("description", error))?;
        check_tags(&self.tags).map_err(|error| ("tags", error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_has_8192_characters_of_any_kind() {
        assert_eq!(check_description(&"𝄞".repeat(8_192)), Ok(()));
        assert_eq!(check_description(&"a".repeat(8_193)), Err(InvalidInput::TooLong(8_192)));
        assert_eq!(check_description("<b>\u{1b}[31m\u{0}"), Ok(()));
    }

    #[test]
    fn tags_are_keys_and_values() {
        let tag = |key: &str, value: &str| Tag { key: key.into(), value: value.into() };
        assert_eq!(parse_tags("team:a, env : b:c,"), Ok(vec![tag("team", "a"), tag("env", "b:c")]));
        for wrong in ["team", ":x", "aliyun:x", "team:a b"] {
            assert_eq!(parse_tags(&format!("a:b, {wrong}")), Err(InvalidInput::NotATag(wrong.into())));
        }
        assert!(!is_tag(&tag("acs:x", "y")), "from the wire a key may hold a colon");
        let many: Vec<String> = (0..21).map(|n| format!("k{n}:v")).collect();
        assert_eq!(parse_tags(&many.join(",")), Err(InvalidInput::TooMany(20)));
    }
}
