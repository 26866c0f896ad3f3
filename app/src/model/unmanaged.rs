//! AccessKeys of RAM users that no secret rotates.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::access_key::{AccessKey, LastUse, matches};
use super::error::ApiError;

/// AccessKeys that one answer shows; the search finds the others.
pub const MOST_SHOWN: usize = 200;

/// What is searched, and what comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyQuery {
    pub text: String,
    pub order: KeyOrder,
}

/// What comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyOrder {
    /// The oldest.
    #[default]
    Created,
    /// What has been silent for longest; what was never used before all.
    LastUse,
    User,
}

impl KeyOrder {
    pub const ALL: [Self; 3] = [Self::Created, Self::LastUse, Self::User];

    pub fn value(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::LastUse => "last-use",
            Self::User => "user",
        }
    }
}

/// A secret that manages its user no more: it is in its deletion window, or gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftBy {
    pub region: String,
    pub name: String,
    pub is_gone: bool,
}

/// A user that no secret manages, or only one that is about to be deleted.
#[derive(Clone, Debug)]
pub struct ReadUser {
    pub name: String,
    pub display_name: String,
    /// The secret that managed the user until then.
    pub left_by: Option<LeftBy>,
    /// `None` while they are not known; an error where RAM did not say.
    pub keys: Option<Result<Vec<AccessKey>, ()>>,
}

/// One AccessKey with its user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmanagedKey {
    pub user_name: String,
    pub display_name: String,
    pub key: AccessKey,
    pub left_by: Option<LeftBy>,
}

/// What is known now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmanagedKeys {
    /// No more than [`MOST_SHOWN`].
    pub keys: Vec<UnmanagedKey>,
    /// How many match.
    pub matched: usize,
    /// How many users have them.
    pub matched_users: usize,
    /// Users, and how many of them have been read.
    pub users: usize,
    pub checked: usize,
    /// Users whose AccessKeys RAM did not tell.
    pub unread: usize,
    /// Regions whose secrets could not be read: a user that one of them manages may stand here.
    pub unread_regions: Vec<String>,
    /// Secrets whose RAM user does not exist: where one was renamed, its AccessKeys stand here, and a secret lives by one.
    pub orphans: Vec<String>,
    /// Why the last try failed, in words.
    pub error: Option<ApiError>,
    pub is_reading: bool,
    /// When the users were listed, real time.
    pub asked_ms: Option<i64>,
}

/// Searches and sorts what has been read.
pub fn build(users: &[ReadUser], query: &KeyQuery) -> UnmanagedKeys {
    let text = query.text.trim();
    let mut keys: Vec<UnmanagedKey> = users
        .iter()
        .flat_map(|user| {
            let keys = user.keys.iter().flatten().flatten();
            keys.map(|key| UnmanagedKey {
                user_name: user.name.clone(),
                display_name: user.display_name.clone(),
                key: key.clone(),
                left_by: user.left_by.clone(),
            })
        })
        .filter(|it| matches(&it.user_name, &it.display_name, text) || it.key.id == text)
        .collect();
    keys.sort_by(|a, b| {
        let by_user = (&a.user_name, &a.key.id).cmp(&(&b.user_name, &b.key.id));
        let order = match query.order {
            KeyOrder::User => by_user,
            // What has no date comes last.
            KeyOrder::Created => {
                a.key.created_ms.unwrap_or(i64::MAX).cmp(&b.key.created_ms.unwrap_or(i64::MAX))
            }
            KeyOrder::LastUse => silence(a.key.last_use).cmp(&silence(b.key.last_use)),
        };
        order.then(by_user)
    });
    let matched = keys.len();
    let names: BTreeSet<&str> = keys.iter().map(|key| key.user_name.as_str()).collect();
    let matched_users = names.len();
    keys.truncate(MOST_SHOWN);
    UnmanagedKeys {
        keys,
        matched,
        matched_users,
        users: users.len(),
        checked: users.iter().filter(|user| user.keys.is_some()).count(),
        unread: users.iter().filter(|user| matches!(user.keys, Some(Err(())))).count(),
        ..UnmanagedKeys::default()
    }
}

fn silence(last_use: LastUse) -> i64 {
    match last_use {
        LastUse::Never => i64::MIN,
        LastUse::At(at) => at,
        LastUse::Unknown => i64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str, keys: &[(i64, LastUse)]) -> ReadUser {
        let keys = keys.iter().enumerate().map(|(index, (created, last_use))| AccessKey {
            id: format!("{name}-{index}"),
            is_active: true,
            created_ms: Some(*created),
            last_use: *last_use,
        });
        ReadUser {
            name: name.into(),
            display_name: format!("The {name}"),
            left_by: None,
            keys: Some(Ok(keys.collect())),
        }
    }

    #[test]
    fn keys_come_by_age_by_silence_or_by_user() {
        let users =
            [user("a", &[(30, LastUse::At(90)), (20, LastUse::Never)]), user("b", &[(10, LastUse::At(50))])];
        let ids = |order| {
            let read = build(&users, &KeyQuery { order, ..KeyQuery::default() });
            read.keys.into_iter().map(|it| it.key.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(KeyOrder::Created), ["b-0", "a-1", "a-0"]);
        assert_eq!(ids(KeyOrder::LastUse), ["a-1", "b-0", "a-0"]);
        assert_eq!(ids(KeyOrder::User), ["a-0", "a-1", "b-0"]);
    }

    #[test]
    fn a_search_finds_users_and_whole_ids_and_counts_go_on() {
        let failed = ReadUser { keys: Some(Err(())), ..user("c", &[]) };
        let waiting = ReadUser { keys: None, ..user("d", &[]) };
        let users = [user("a", &[(1, LastUse::Never)]), user("b", &[(2, LastUse::Never)]), failed, waiting];
        let found = |text: &str| build(&users, &KeyQuery { text: text.into(), ..KeyQuery::default() });
        assert_eq!(found("").matched, 2);
        assert_eq!(found("THE A").matched, 1);
        assert_eq!(found("b-0").keys[0].user_name, "b");
        assert_eq!((found("").users, found("").checked, found("").unread), (4, 3, 1));
    }
}
