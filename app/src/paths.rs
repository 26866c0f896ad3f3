//! A builder for each address (`contract.md`); nothing else puts one together.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::secret::SecretName;
use crate::model::secret_query::SecretQuery;

/// A name's slashes stay path segments, everything but the unreserved characters is encoded.
const SEGMENTS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Commas and colons are legal in a query and kept readable.
const QUERY: &AsciiSet = &SEGMENTS.remove(b',').remove(b':');

/// The list of a region.
pub fn secrets(region: &str) -> String {
    format!("/{region}/secrets")
}

/// The list as a query asks for it.
pub fn secrets_with(region: &str, query: &SecretQuery) -> String {
    let pairs: Vec<String> = query
        .pairs()
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, QUERY)))
        .collect();
    match pairs.is_empty() {
        true => secrets(region),
        false => format!("{}?{}", secrets(region), pairs.join("&")),
    }
}

/// The details of a secret.
pub fn secret(region: &str, name: &SecretName) -> String {
    format!("/{region}/secrets/{}", segments(name))
}

/// The wizard.
pub fn create_secret(region: &str) -> String {
    format!("/{region}/create-secret")
}

pub fn delete_secret(region: &str, name: &SecretName) -> String {
    format!("/{region}/delete-secret/{}", segments(name))
}

pub fn restore_secret(region: &str, name: &SecretName) -> String {
    format!("/{region}/restore-secret/{}", segments(name))
}

/// The same page in another region. A secret lives in one region, so that its pages lead to the list.
pub fn in_region(path: &str, region: &str) -> String {
    match path.split('/').nth(2) {
        Some("create-secret") => create_secret(region),
        _ => secrets(region),
    }
}

fn segments(name: &SecretName) -> String {
    utf8_percent_encode(name.as_str(), SEGMENTS).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secret::State;

    #[test]
    fn the_addresses_are_those_of_the_contract() {
        let name = SecretName::parse("acs/ram/user/a+b@c").unwrap();
        let query = SecretQuery {
            text: "a b&c".into(),
            states: vec![State::Normal, State::Rotating],
            ..SecretQuery::default()
        };
        let addresses = [
            (secrets("cn-hangzhou"), "/cn-hangzhou/secrets"),
            (secrets_with("cn-hangzhou", &query), "/cn-hangzhou/secrets?q=a%20b%26c&state=normal,rotating"),
            (secret("cn-hangzhou", &name), "/cn-hangzhou/secrets/acs/ram/user/a%2Bb%40c"),
            (create_secret("cn-hangzhou"), "/cn-hangzhou/create-secret"),
            (delete_secret("cn-hangzhou", &name), "/cn-hangzhou/delete-secret/acs/ram/user/a%2Bb%40c"),
            (restore_secret("cn-hangzhou", &name), "/cn-hangzhou/restore-secret/acs/ram/user/a%2Bb%40c"),
            (in_region("/cn-hangzhou/create-secret", "cn-shanghai"), "/cn-shanghai/create-secret"),
            (in_region("/cn-hangzhou/secrets/acs/ram/user/x", "cn-shanghai"), "/cn-shanghai/secrets"),
        ];
        for (built, expected) in addresses {
            assert_eq!(built, expected);
        }
    }
}
