//! A builder for each address (`contract.md`); nothing else puts one together.

#[cfg(feature = "ssr")]
use percent_encoding::percent_decode_str;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::secret::{SecretName, Tag};
use crate::model::secret_query::SecretQuery;
use crate::model::unmanaged::KeyQuery;

/// A name's slashes stay path segments, everything but the unreserved characters is encoded.
const SEGMENTS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// As one segment, or as a value.
const PART: &AsciiSet = &SEGMENTS.add(b'/');
/// Commas and colons are legal in a query and kept readable.
const QUERY: &AsciiSet = &SEGMENTS.remove(b',').remove(b':');

/// The overview of all regions, of the secrets that have all of these tags.
pub fn overview(tags: &[Tag]) -> String {
    with_tags("/", tags)
}

/// The planned rotations as a calendar that other programs read.
pub fn rotations_calendar(tags: &[Tag]) -> String {
    with_tags("/rotations.ics", tags)
}

fn with_tags(path: &str, tags: &[Tag]) -> String {
    let query = SecretQuery { tags: tags.to_vec(), ..SecretQuery::default() };
    with_query(path.into(), &query)
}

/// The first part of the addresses of AccessKeys: no region bears this name.
pub const ACCESS_KEYS_PART: &str = "access-keys";
/// The audit log.
pub const ACTIVITY: &str = "/activity";
/// What was done with a secret.
pub fn activity_of(region: &str, name: &SecretName) -> String {
    format!("{ACTIVITY}?region={region}&secret={}", segments(name))
}

/// Who may what, for administrators.
pub const ACCESS: &str = "/access";
/// What waits for a second person.
pub const APPROVALS: &str = "/approvals";
/// What Keyturn needs, for administrators.
pub const SETUP: &str = "/setup";
/// The own account and sessions.
pub const ACCOUNT: &str = "/account";
/// The AccessKeys that no secret rotates.
pub const ACCESS_KEYS: &str = "/access-keys";

/// The same as a query asks for them.
pub fn access_keys(query: &KeyQuery) -> String {
    let sort = query.order.value();
    match query.text.is_empty() {
        true => format!("{ACCESS_KEYS}?sort={sort}"),
        false => format!("{ACCESS_KEYS}?q={}&sort={sort}", utf8_percent_encode(&query.text, QUERY)),
    }
}

/// The AccessKeys of a RAM user.
pub fn access_keys_of(user_name: &str) -> String {
    format!("{ACCESS_KEYS}/{}", encoded(user_name))
}

/// The page that leads through a leak.
pub fn after_leak(region: &str, name: &SecretName) -> String {
    format!("/{region}/after-leak/{}", segments(name))
}

/// The same for the AccessKey that got out.
pub fn after_leak_of(region: &str, name: &SecretName, access_key_id: &str) -> String {
    format!("{}?key={}", after_leak(region, name), encoded(access_key_id))
}

/// As one part of an address.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}

/// The list of a region.
pub fn secrets(region: &str) -> String {
    format!("/{region}/secrets")
}

/// The list as a query asks for it.
pub fn secrets_with(region: &str, query: &SecretQuery) -> String {
    with_query(secrets(region), query)
}

fn with_query(path: String, query: &SecretQuery) -> String {
    let pairs: Vec<String> = query
        .pairs()
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, QUERY)))
        .collect();
    if pairs.is_empty() { path } else { format!("{path}?{}", pairs.join("&")) }
}

/// The details of a secret.
pub fn secret(region: &str, name: &SecretName) -> String {
    format!("/{region}/secrets/{}", segments(name))
}

/// The same done to many: to all that the list's query finds.
pub fn bulk(region: &str, query: &SecretQuery) -> String {
    with_query(format!("/{region}/bulk"), query)
}

/// The wizard.
pub fn create_secret(region: &str) -> String {
    format!("/{region}/create-secret")
}

/// The wizard, for this RAM user.
pub fn create_secret_for(region: &str, user_name: &str) -> String {
    format!("{}?user={}", create_secret(region), encoded(user_name))
}

pub fn delete_secret(region: &str, name: &SecretName) -> String {
    format!("/{region}/delete-secret/{}", segments(name))
}

pub fn edit_secret(region: &str, name: &SecretName) -> String {
    format!("/{region}/edit-secret/{}", segments(name))
}

pub fn edit_policy(region: &str, name: &SecretName) -> String {
    format!("/{region}/edit-policy/{}", segments(name))
}

pub fn restore_secret(region: &str, name: &SecretName) -> String {
    format!("/{region}/restore-secret/{}", segments(name))
}

pub fn rotate_secret(region: &str, name: &SecretName) -> String {
    format!("/{region}/rotate-secret/{}", segments(name))
}

pub fn change_rotation(region: &str, name: &SecretName) -> String {
    format!("/{region}/change-rotation/{}", segments(name))
}

/// The same page in another region, with the list's search and filters. A secret lives in one region, so that its pages
/// lead to the list.
pub fn in_region(path: &str, search: &str, region: &str) -> String {
    match path.split('/').nth(2) {
        Some("create-secret") => create_secret(region),
        Some("secrets") if path.split('/').count() == 3 => {
            let kept: Vec<&str> = search
                .trim_start_matches('?')
                .split('&')
                .filter(|pair| !pair.is_empty() && !pair.starts_with("page="))
                .collect();
            let list = secrets(region);
            if kept.is_empty() { list } else { format!("{list}?{}", kept.join("&")) }
        }
        _ => secrets(region),
    }
}

/// What a dialog's address is about; the server reads it where a form is posted to it.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    Create,
    Delete(SecretName),
    Restore(SecretName),
    Rotate(SecretName),
    ChangeRotation(SecretName),
    Edit(SecretName),
    EditPolicy(SecretName),
    AfterLeak(SecretName),
    /// The AccessKeys of this RAM user, in no region.
    AccessKeys(String),
}

/// Region and dialog of an address; `None` where it is no dialog's.
#[cfg(feature = "ssr")]
pub fn parse_dialog(path: &str) -> Option<(String, Dialog)> {
    let (region, rest) = path.strip_prefix('/')?.split_once('/')?;
    if region == ACCESS_KEYS_PART {
        let user_name = percent_decode_str(rest).decode_utf8().ok()?;
        return Some((String::new(), Dialog::AccessKeys(user_name.into_owned())));
    }
    let (kind, name) = rest.split_once('/').unwrap_or((rest, ""));
    let name = || SecretName::parse(&percent_decode_str(name).decode_utf8().ok()?);
    let dialog = match kind {
        "create-secret" if rest == kind => Dialog::Create,
        "delete-secret" => Dialog::Delete(name()?),
        "restore-secret" => Dialog::Restore(name()?),
        "rotate-secret" => Dialog::Rotate(name()?),
        "change-rotation" => Dialog::ChangeRotation(name()?),
        "edit-secret" => Dialog::Edit(name()?),
        "edit-policy" => Dialog::EditPolicy(name()?),
        "after-leak" => Dialog::AfterLeak(name()?),
        _ => return None,
    };
    Some((region.to_owned(), dialog))
}

/// The region whose wizard is at this address.
#[cfg(feature = "ssr")]
pub fn wizard_region(path: &str) -> Option<String> {
    match parse_dialog(path) {
        Some((region, Dialog::Create)) => Some(region),
        _ => None,
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
        let tags = [Tag { key: "team".into(), value: "a b".into() }];
        let addresses = [
            (overview(&[]), "/"),
            (overview(&tags), "/?tag=team:a%20b"),
            (rotations_calendar(&tags), "/rotations.ics?tag=team:a%20b"),
            (secrets("cn-hangzhou"), "/cn-hangzhou/secrets"),
            (secrets_with("cn-hangzhou", &query), "/cn-hangzhou/secrets?q=a%20b%26c&state=normal,rotating"),
            (bulk("cn-hangzhou", &query), "/cn-hangzhou/bulk?q=a%20b%26c&state=normal,rotating"),
            (secret("cn-hangzhou", &name), "/cn-hangzhou/secrets/acs/ram/user/a%2Bb%40c"),
            (access_keys_of("li.wei"), "/access-keys/li.wei"),
            (access_keys(&KeyQuery::default()), "/access-keys?sort=created"),
            (after_leak("cn-hangzhou", &name), "/cn-hangzhou/after-leak/acs/ram/user/a%2Bb%40c"),
            (
                after_leak_of("cn-hangzhou", &name, "LTAI5t"),
                "/cn-hangzhou/after-leak/acs/ram/user/a%2Bb%40c?key=LTAI5t",
            ),
            (create_secret_for("cn-hangzhou", "a+b"), "/cn-hangzhou/create-secret?user=a%2Bb"),
            (create_secret("cn-hangzhou"), "/cn-hangzhou/create-secret"),
            (delete_secret("cn-hangzhou", &name), "/cn-hangzhou/delete-secret/acs/ram/user/a%2Bb%40c"),
            (restore_secret("cn-hangzhou", &name), "/cn-hangzhou/restore-secret/acs/ram/user/a%2Bb%40c"),
            (rotate_secret("cn-hangzhou", &name), "/cn-hangzhou/rotate-secret/acs/ram/user/a%2Bb%40c"),
            (change_rotation("cn-hangzhou", &name), "/cn-hangzhou/change-rotation/acs/ram/user/a%2Bb%40c"),
            (in_region("/cn-hangzhou/create-secret", "", "cn-shanghai"), "/cn-shanghai/create-secret"),
            (
                in_region("/cn-hangzhou/secrets", "?q=a&page=2&size=50", "cn-shanghai"),
                "/cn-shanghai/secrets?q=a&size=50",
            ),
            (
                in_region("/cn-hangzhou/secrets/acs/ram/user/x", "?tab=versions", "cn-shanghai"),
                "/cn-shanghai/secrets",
            ),
        ];
        for (built, expected) in addresses {
            assert_eq!(built, expected);
        }
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_dialogs_address_is_read_back() {
        let name = SecretName::parse("acs/ram/user/a+b@c").unwrap();
        let region = "cn-hangzhou".to_owned();
        for (address, dialog) in [
            (create_secret(&region), Dialog::Create),
            (delete_secret(&region, &name), Dialog::Delete(name.clone())),
            (restore_secret(&region, &name), Dialog::Restore(name.clone())),
            (rotate_secret(&region, &name), Dialog::Rotate(name.clone())),
            (change_rotation(&region, &name), Dialog::ChangeRotation(name.clone())),
            (after_leak(&region, &name), Dialog::AfterLeak(name.clone())),
            (edit_secret(&region, &name), Dialog::Edit(name.clone())),
            (edit_policy(&region, &name), Dialog::EditPolicy(name.clone())),
        ] {
            assert_eq!(parse_dialog(&address), Some((region.clone(), dialog)), "{address}");
        }
        for other in ["/", "/cn-hangzhou/secrets", "/cn-hangzhou/create-secret/x", "/r/delete-secret/%3C"] {
            assert_eq!(parse_dialog(other), None, "{other}");
        }
    }
}
