//! What of a secret can be changed beside its rotation: description, custom data, tags, and its own policy.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::limits::{CUSTOM_DATA_MAX, CUSTOM_DATA_MAX_CHARS, POLICY_MAX_BYTES};
use super::new_secret::{InvalidInput, check_description, check_tags, parse_tags, tags_text};
use super::secret::{Secret, Tag};

/// What the secret is to have; `None` leaves a part as it is. The server changes what differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretEdit {
    pub description: Option<String>,
    pub custom_data: Option<Vec<(String, String)>>,
    pub tags: Option<Vec<Tag>>,
    /// When the secret was last changed as far as the person saw, in milliseconds since 1970: what somebody else changed
    /// since is not overwritten.
    pub seen_ms: i64,
}

impl SecretEdit {
    /// The names of what it changes, for its record.
    pub fn changed(&self) -> Vec<&'static str> {
        let parts = [
            ("description", self.description.is_some()),
            ("customData", self.custom_data.is_some()),
            ("tags", self.tags.is_some()),
        ];
        parts.into_iter().filter(|(_, is_changed)| *is_changed).map(|(name, _)| name).collect()
    }

    /// Of what stands in the fields of a form that showed this secret. A text that is as it was changes nothing: not all that
    /// KMS holds can be written as text and read back. `None` where a field is wrong.
    pub fn of(
        secret: &Secret,
        description: &str,
        custom_data: &str,
        tags: &str,
        seen_ms: i64,
    ) -> Option<Self> {
        let is_new = |text: &str, before: &str| text.trim() != before.trim();
        check_description(description).ok()?;
        Some(Self {
            description: (description != secret.description).then(|| description.to_owned()),
            custom_data: match is_new(custom_data, &custom_data_text(&secret.custom_data)) {
                true => Some(parse_custom_data(custom_data).ok()?),
                false => None,
            },
            tags: match is_new(tags, &tags_text(&secret.row.tags)) {
                true => Some(parse_tags(tags).ok()?),
                false => None,
            },
            seen_ms,
        })
    }

    /// The first field that is wrong.
    pub fn check(&self) -> Result<(), (&'static str, InvalidInput)> {
        check_description(self.description.as_deref().unwrap_or_default())
            .map_err(|error| ("description", error))?;
        check_custom_data(self.custom_data.as_deref().unwrap_or_default())
            .map_err(|error| ("custom-data", error))?;
        check_tags(self.tags.as_deref().unwrap_or_default()).map_err(|error| ("tags", error))
    }
}

/// Reads a pair a line, `key=value`.
pub fn parse_custom_data(text: &str) -> Result<Vec<(String, String)>, InvalidInput> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let pairs = lines
        .map(|line| {
            let (key, value) = line.split_once('=').ok_or_else(|| InvalidInput::NotAPair(line.into()))?;
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    check_custom_data(&pairs)?;
    Ok(pairs)
}

/// As [`parse_custom_data`] reads them.
pub fn custom_data_text(pairs: &[(String, String)]) -> String {
    pairs.iter().map(|(key, value)| format!("{key}={value}\n")).collect()
}

fn check_custom_data(pairs: &[(String, String)]) -> Result<(), InvalidInput> {
    // A dot would be read as a part of the parameter's name (`clients.md`, 8).
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let is_key = |key: &str| !key.is_empty() && key.chars().all(is_allowed);
    let is_twice = |key: &str| pairs.iter().filter(|(of, _)| of == key).count() > 1;
    let chars: usize = pairs.iter().map(|(key, value)| key.chars().count() + value.chars().count()).sum();
    match pairs.iter().find(|(key, _)| !is_key(key) || is_twice(key)) {
        Some((key, _)) => Err(InvalidInput::NotAPair(key.clone())),
        None if pairs.len() > CUSTOM_DATA_MAX => Err(InvalidInput::TooMany(CUSTOM_DATA_MAX)),
        None if chars > CUSTOM_DATA_MAX_CHARS => Err(InvalidInput::TooLong(CUSTOM_DATA_MAX_CHARS)),
        None => Ok(()),
    }
}

/// What is wrong with a policy. KMS looks closer; what it refuses is shown with its own reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidPolicy {
    /// Not JSON: the line and the column.
    NotJson(usize, usize),
    /// `Version` is not `"1"`.
    Version,
    /// There is no list of statements, or an empty one.
    NoStatement,
    /// No statement allows anything.
    NothingAllowed,
    /// The statement of this number, from 1, lacks this element or has it wrong.
    Statement(usize, &'static str),
    TooLong,
}

/// Checks a secret's policy as far as its form goes (`kms-ram-api.md` 2, `SetSecretPolicy`), and returns it parsed.
pub fn check_policy(text: &str) -> Result<Value, InvalidPolicy> {
    if text.len() > POLICY_MAX_BYTES {
        return Err(InvalidPolicy::TooLong);
    }
    let policy: Value =
        serde_json::from_str(text).map_err(|error| InvalidPolicy::NotJson(error.line(), error.column()))?;
    if policy["Version"] != "1" {
        return Err(InvalidPolicy::Version);
    }
    let statements = policy["Statement"].as_array().filter(|list| !list.is_empty());
    for (index, statement) in statements.ok_or(InvalidPolicy::NoStatement)?.iter().enumerate() {
        let wrong = |element| Err(InvalidPolicy::Statement(index + 1, element));
        let has = |names: [&str; 2]| names.iter().any(|name| !statement[*name].is_null());
        match () {
            () if statement["Effect"] != "Allow" && statement["Effect"] != "Deny" => return wrong("Effect"),
            () if !has(["Principal", "NotPrincipal"]) => return wrong("Principal"),
            () if !has(["Action", "NotAction"]) => return wrong("Action"),
            () if !has(["Resource", "NotResource"]) => return wrong("Resource"),
            () => {}
        }
    }
    let allows = |statement: &Value| statement["Effect"] == "Allow";
    match policy["Statement"].as_array().is_some_and(|list| list.iter().any(allows)) {
        true => Ok(policy),
        false => Err(InvalidPolicy::NothingAllowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_data_is_a_pair_a_line() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(parse_custom_data(" a = b=c \n\n d=\n"), Ok(vec![pair("a", "b=c"), pair("d", "")]));
        assert_eq!(custom_data_text(&[pair("a", "b=c")]), "a=b=c\n");
        for (text, wrong) in [("b=1\na", "a"), ("=b", ""), ("c=1\na=1\na=2", "a"), ("a.b=1", "a.b")] {
            assert_eq!(parse_custom_data(text), Err(InvalidInput::NotAPair(wrong.into())), "{text}");
        }
        let many: String = (0..11).map(|n| format!("k{n}=v\n")).collect();
        assert_eq!(parse_custom_data(&many), Err(InvalidInput::TooMany(10)));
        assert!(matches!(
            parse_custom_data(&format!("k={}", "x".repeat(2_000))),
            Err(InvalidInput::TooLong(_))
        ));
    }

    #[test]
    fn what_cannot_be_written_as_text_stays_as_it_is_while_its_text_is_not_touched() {
        let mut secret = crate::model::drift::tests::secret(&[3], 100, None, None);
        secret.row.tags = vec![Tag { key: "a:b".into(), value: "c".into() }];
        secret.custom_data = vec![("k".into(), "two\nlines".into())];
        let of =
            |description: &str, data: &str, tags: &str| SecretEdit::of(&secret, description, data, tags, 7);
        let data = custom_data_text(&secret.custom_data);
        let kept = SecretEdit { description: Some("new".into()), custom_data: None, tags: None, seen_ms: 7 };
        assert_eq!(of("new", &data, "a:b:c"), Some(kept.clone()));
        let changed = SecretEdit { tags: Some(vec![Tag { key: "x".into(), value: "y".into() }]), ..kept };
        assert_eq!(of("new", &data, "x:y"), Some(changed));
        assert_eq!(of("new", "lines", "a:b:c"), None);
    }

    #[test]
    fn a_policy_is_told_what_it_lacks() {
        let fine = r#"{"Version":"1","Statement":[{"Effect":"Allow","Principal":{"RAM":["x"]},"Action":["kms:*"],"Resource":["*"]}]}"#;
        assert!(check_policy(fine).is_ok());
        let cases = [
            ("{\n  oops", InvalidPolicy::NotJson(2, 3)),
            (r#"{"Version":"2"}"#, InvalidPolicy::Version),
            (r#"{"Version":"1","Statement":[]}"#, InvalidPolicy::NoStatement),
            (&fine.replace("Allow", "Maybe"), InvalidPolicy::Statement(1, "Effect")),
            (&fine.replace("Allow", "Deny"), InvalidPolicy::NothingAllowed),
            (&fine.replace("Principal", "Who"), InvalidPolicy::Statement(1, "Principal")),
            (&fine.replace("\"Action\"", "\"Do\""), InvalidPolicy::Statement(1, "Action")),
            (&fine.replace("Resource", "What"), InvalidPolicy::Statement(1, "Resource")),
            (&" ".repeat(40_000), InvalidPolicy::TooLong),
        ];
        for (text, expected) in cases {
            assert_eq!(check_policy(text), Err(expected), "{text}");
        }
    }
}
