//! The data at start: a shipping company's account, the same for the same seed. Dates count from the reset.

mod demo;
mod others;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use demo::Doing::{self, Failing, Off, Pending, Rotates, Unavailable, UnderWay, Waits};
use demo::{FREE_USERS, HANGZHOU, MAY, Row, SHANGHAI, SINGAPORE};

use crate::ACCOUNT_ID;
use crate::account::{AccessKey, Account, Attached, Instance, Role, SERVICE_ROLES, User};
use crate::ids::Ids;
use crate::secret::{AutomaticRotation, CURRENT, Kind, Secret, Value, Version};
use crate::world::{World, ram_secret_name};

/// Which data a reset puts in place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dataset {
    #[default]
    Demo,
    /// The demo data, and with it secrets of other types.
    Mixed,
    Empty,
}

/// How much there is beyond the dataset.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Amount {
    pub(crate) secrets: Option<usize>,
    pub(crate) users: Option<usize>,
    /// Over all regions in turn; else all in the first.
    pub(crate) is_spread: bool,
}

/// Makes the world: the dataset, and beyond it so many secrets and users as are asked for.
pub(crate) fn build(
    dataset: Dataset,
    seed: u64,
    amount: Amount,
    region_ids: &[String],
    now: Timestamp,
) -> World {
    let mut ids = Ids::new(seed);
    // What has been in RAM for long enough to be older than any key below.
    let founded = now - days(900);
    let role = Role {
        id: format!("3{}", ids.digits(17)),
        description: "KMS manages the AccessKeys of RAM users with this role.".into(),
        trust: r#"{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["kms.aliyuncs.com"]}}],"Version":"1"}"#.into(),
        max_session_seconds: 3_600,
        created: founded,
        policies: vec![system_policy("AliyunKMSManageRAMCredentialsRolePolicy", founded)],
    };
    let mut account = Account { region_ids: region_ids.to_vec(), ..Account::default() };
    account.roles.insert(SERVICE_ROLES[0].into(), role);
    let mut world = World::new(account, ids);
    if dataset != Dataset::Empty {
        let rows = [("cn-hangzhou", HANGZHOU), ("cn-shanghai", SHANGHAI), ("ap-southeast-1", SINGAPORE)];
        for (region, _) in rows {
            let instance = Instance {
                id: format!("kst-{}", world.ids.uuid().replace('-', "").get(..20).unwrap_or_default()),
                region: region.into(),
                key_ids: vec![format!(
                    "key-{}",
                    world.ids.uuid().replace('-', "").get(..20).unwrap_or_default()
                )],
                created: founded,
            };
            world.account_mut().instances.push(instance);
        }
        for (region, rows) in rows {
            for row in rows {
                add_row(&mut world, region, row, founded, now);
            }
        }
        for (name, display_name, keys) in FREE_USERS {
            add_user(&mut world, name, display_name, *keys, founded, now - days(200));
        }
        for (name, policies) in MAY {
            let user = world.user_mut(name).expect("those who may something are users of the demo data");
            user.policies = policies.iter().map(|name| system_policy(name, founded)).collect();
        }
        let auditor = Role {
            id: format!("3{}", world.ids.digits(17)),
            description: "Reads everything but values; for users of this account.".into(),
            trust: format!(
                r#"{{"Statement":[{{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{{"RAM":["acs:ram::{ACCOUNT_ID}:root"]}}}}],"Version":"1"}}"#
            ),
            max_session_seconds: 3_600,
            created: founded,
            policies: ["AliyunKMSReadOnlyAccess", "AliyunRAMReadOnlyAccess"]
                .map(|name| system_policy(name, founded))
                .into(),
        };
        world.account_mut().roles.insert("auditor".into(), auditor);
    }
    if dataset == Dataset::Mixed {
        for (index, (kind, data)) in others::others().into_iter().enumerate() {
            others::add_other(&mut world, index, kind, data, founded);
        }
    }
    let mut number = 0;
    while world.count_secrets() < amount.secrets.unwrap_or(0) {
        let turn = if amount.is_spread { world.count_secrets() % region_ids.len().max(1) } else { 0 };
        let region = region_ids.get(turn).cloned().unwrap_or_default();
        number += 1;
        let user_name = format!("service-{number:06}");
        add_user(&mut world, &user_name, &format!("Service {number}"), 1, founded, now - days(400));
        let doing = match number % 20 {
            0 => Off,
            1 => Waits(30, 5),
            n => Rotates(30, i64::from(n)),
        };
        add_secret(&mut world, &region, &user_name, "platform", "", doing, now);
    }
    while world.users().len() < amount.users.unwrap_or(0) {
        number += 1;
        add_user(&mut world, &format!("user-{number:06}"), &format!("User {number}"), 1, founded, founded);
    }
    world
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

fn add_user(
    world: &mut World,
    name: &str,
    display_name: &str,
    keys: usize,
    founded: Timestamp,
    key_created: Timestamp,
) {
    let access_keys = (0..keys)
        .map(|index| {
            let created = key_created + days(40 * i64::try_from(index).unwrap_or(0));
            // The first is at work, what came later was tried once.
            let last_used = if index == 0 { created + days(120) } else { created + days(2) };
            AccessKey {
                pair: world.ids.access_key_pair(),
                is_active: true,
                created,
                last_used: Some(last_used),
            }
        })
        .collect();
    let user = User {
        user_id: format!("2{}", world.ids.digits(17)),
        display_name: display_name.into(),
        comments: String::new(),
        created: founded,
        access_keys,
        policies: Vec::new(),
    };
    world.add_user(name, user);
}

fn add_row(world: &mut World, region: &str, row: &Row, founded: Timestamp, now: Timestamp) {
    let (name, display_name, team, description, doing) = row;
    add_user(world, name, display_name, 1, founded, now - days(300));
    add_secret(world, region, name, team, description, *doing, now);
}

fn system_policy(name: &str, at: Timestamp) -> Attached {
    Attached { name: name.into(), is_system: true, at }
}

fn add_secret(
    world: &mut World,
    region: &str,
    user_name: &str,
    team: &str,
    description: &str,
    doing: Doing,
    now: Timestamp,
) {
    let created = match doing {
        Waits(_, ago) => now - days(ago),
        _ => now - days(240),
    };
    let (period, last) = match doing {
        Rotates(period, ago) => (Some(period), Some(now - days(ago))),
        Waits(period, _) => (Some(period), None),
        Failing => (Some(30), Some(now - days(43))),
        // Half a day into its two days.
        UnderWay => (Some(30), Some(now - days(30))),
        Pending(_) | Unavailable => (Some(30), Some(now - days(20))),
        Off => (None, None),
    };
    let version_id = world.ids.uuid();
    let Some(key) = world.user_mut(user_name).and_then(|user| user.access_keys.first_mut()) else { return };
    // A rotation has made it, and an application reads the secret.
    key.created = last.unwrap_or(key.created);
    key.last_used = Some(now - SignedDuration::from_mins(20));
    let pair = key.pair.clone();
    let instance = world.account().instances.iter().find(|instance| instance.region == region);
    let interval = period.map(days);
    let mut secret = Secret {
        name: ram_secret_name(user_name),
        kind: Kind::Ram { user_name: user_name.into() },
        creator: ACCOUNT_ID.into(),
        description: description.into(),
        custom_data: serde_json::json!({}),
        tags: vec![("team".into(), team.into()), ("env".into(), "production".into())],
        policy: None,
        instance_id: instance.map(|instance| instance.id.clone()),
        key_id: instance.and_then(|instance| instance.key_ids.first().cloned()),
        created,
        updated: last.unwrap_or(created),
        automatic_rotation: match doing {
            Off => AutomaticRotation::Disabled,
            Failing => AutomaticRotation::Invalid,
            _ => AutomaticRotation::Enabled,
        },
        interval,
        last_rotation: last,
        next_rotation: interval.map(|interval| last.unwrap_or(created) + interval),
        rotating_until: None,
        planned_delete: match doing {
            Pending(left) => Some(now + days(left)),
            _ => None,
        },
        is_unavailable: doing == Unavailable,
        versions: vec![Version {
            id: version_id,
            created: last.unwrap_or(created),
            stages: vec![CURRENT.into()],
            value: Value::AccessKey(pair),
        }],
    };
    match doing {
        // Somebody made a second AccessKey by hand: it takes the room that a rotation needs.
        Failing => {
            if let Some(user) = world.user_mut(user_name) {
                user.comments = "AccessKey made by hand; leaves no room for a rotation".into();
            }
            let pair = world.ids.access_key_pair();
            let last_used = Some(now - days(6));
            let by_hand = AccessKey { pair, is_active: true, created: now - days(20), last_used };
            world.add_access_key(user_name, by_hand);
        }
        // Half a day ago its rotation fell due.
        UnderWay => secret.next_rotation = Some(now - SignedDuration::from_hours(12)),
        _ => {}
    }
    world.insert(region, secret);
    if doing == UnderWay {
        world.advance(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(seed: u64) -> World {
        let regions = ["cn-hangzhou".to_owned(), "cn-shanghai".into(), "ap-southeast-1".into()];
        build(Dataset::Demo, seed, Amount::default(), &regions, "2026-01-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_demo_data_has_41_secrets_and_60_users() {
        let world = world(1);
        assert_eq!(world.count_secrets(), 41);
        assert_eq!(world.users().len(), 60);
    }

    #[test]
    fn the_same_seed_gives_the_same_keys_and_another_seed_others() {
        let keys = |world: &World| -> Vec<String> {
            world.users().values().flat_map(|user| &user.access_keys).map(|key| key.pair.id.clone()).collect()
        };
        assert_eq!(keys(&world(1)), keys(&world(1)));
        assert_ne!(keys(&world(1)), keys(&world(2)));
    }

    #[test]
    fn nothing_of_the_demo_data_is_due_at_once() {
        let mut world = world(1);
        let before = format!("{world:?}");
        world.advance("2026-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(format!("{world:?}"), before);
    }
}
