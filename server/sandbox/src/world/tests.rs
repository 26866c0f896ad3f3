//! What the clock makes happen to the demo data.

use jiff::{SignedDuration, Timestamp};

use super::World;
use crate::dataset::{self, Dataset};
use crate::secret::{AutomaticRotation, CURRENT};

const REGION: &str = "cn-hangzhou";

fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

fn world() -> World {
    let regions = [REGION.to_owned(), "cn-shanghai".into(), "ap-southeast-1".into()];
    dataset::build(Dataset::Demo, 1, dataset::Amount::default(), &regions, start())
}

#[test]
fn a_deletion_window_ends_with_the_secret_and_leaves_the_access_key() {
    let mut world = world();
    let name = "acs/ram/user/old-reports";
    let keys = world.users["old-reports"].access_keys.len();
    world.advance(start() + days(12) - SignedDuration::from_secs(1));
    assert!(world.secret(REGION, name).is_some());
    world.advance(start() + days(12));
    assert!(world.secret(REGION, name).is_none());
    assert_eq!(world.users["old-reports"].access_keys.len(), keys);
}

#[test]
fn a_rotation_starts_when_due_keeps_both_keys_for_two_days_and_removes_the_old_one() {
    let mut world = world();
    let name = "acs/ram/user/payroll-exporter";
    let old = world.users["payroll-exporter"].access_keys[0].pair.id.clone();
    let due = world.secret(REGION, name).unwrap().next_rotation.unwrap();
    let key_ids = |world: &World| -> Vec<String> {
        world.users["payroll-exporter"].access_keys.iter().map(|key| key.pair.id.clone()).collect()
    };

    world.advance(due);
    let secret = world.secret(REGION, name).unwrap();
    assert_eq!((secret.last_rotation, secret.next_rotation), (Some(due), Some(due + days(30))));
    assert_eq!(secret.rotating_until, Some(due + days(2)));
    assert_eq!(key_ids(&world).len(), 2);

    world.advance(due + days(2));
    let secret = world.secret(REGION, name).unwrap();
    assert_eq!(secret.rotating_until, None);
    assert_eq!(secret.versions.len(), 1);
    assert_eq!(secret.versions[0].stages, [CURRENT]);
    assert_eq!(key_ids(&world), [secret.versions[0].access_key().unwrap().id.clone()]);
    assert_ne!(key_ids(&world), [old]);
}

#[test]
fn a_rotation_without_its_user_becomes_invalid() {
    let mut world = world();
    world.users.remove("payroll-exporter");
    world.advance(start() + days(31));
    let secret = world.secret(REGION, "acs/ram/user/payroll-exporter").unwrap();
    assert_eq!(secret.automatic_rotation, AutomaticRotation::Invalid);
}

#[test]
fn no_user_ever_has_more_than_two_keys_and_the_current_one_is_always_in_ram() {
    let mut world = world();
    for day in 0..400 {
        world.advance(start() + days(day));
        for (name, user) in &world.users {
            assert!(user.access_keys.len() <= 2, "{name} on day {day}");
        }
        for secret in world.secrets.values().flat_map(|secrets| secrets.values()) {
            let current = secret.versions.iter().find(|version| version.is(CURRENT)).unwrap();
            let keys = &world.users[secret.user_name().unwrap()].access_keys;
            assert!(
                keys.iter().any(|key| Some(&key.pair) == current.access_key()),
                "{} on day {day}",
                secret.name
            );
        }
    }
}
