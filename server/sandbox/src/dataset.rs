//! The data at start: a shipping company's account, the same for the same seed. Dates count from the reset.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::secret::{AutomaticRotation, Secret, Stage, Version};
use crate::world::{AccessKey, Attached, Ids, Instance, Role, SERVICE_ROLES, User, World};

/// Which data a reset puts in place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dataset {
    #[default]
    Demo,
    Empty,
}

/// What a demo secret is doing.
#[derive(Clone, Copy, PartialEq)]
enum Doing {
    /// Rotates every so many days; the last rotation was so many days ago.
    Rotates(i64, i64),
    /// Never rotated yet; created so many days ago.
    Waits(i64, i64),
    Off,
    Failing,
    UnderWay,
    /// So many days left in the deletion window.
    Pending(i64),
    Unavailable,
}
use Doing::{Failing, Off, Pending, Rotates, Unavailable, UnderWay, Waits};

/// RAM user, display name, team, what the user's applications do, what its secret is doing.
type Row = (&'static str, &'static str, &'static str, &'static str, Doing);

const HANGZHOU: &[Row] = &[
    (
        "payroll-exporter",
        "Payroll exporter",
        "people",
        "Writes the monthly payroll files to OSS",
        Rotates(30, 11),
    ),
    (
        "legacy-ftp",
        "Legacy FTP bridge",
        "platform",
        "Copies carriers' FTP drops; the vendor's appliance cannot reload keys",
        Off,
    ),
    ("search-indexer", "Search indexer", "search", "Feeds the shipment search", Failing),
    ("image-resizer", "Image resizer", "web", "Makes thumbnails of damage reports", UnderWay),
    ("old-reports", "Old reporting jobs", "finance", "Replaced by the ledger reports in August", Pending(12)),
    ("invoice-mailer", "Invoice mailer", "finance", "Sends invoices through DirectMail", Rotates(30, 24)),
    ("ledger-reports", "Ledger reports", "finance", "Nightly ledger reports", Rotates(90, 61)),
    ("tariff-sync", "Tariff sync", "pricing", "Pulls customs tariffs into the price engine", Rotates(30, 4)),
    ("price-engine", "Price engine", "pricing", "Quotes for shippers", Rotates(7, 6)),
    ("route-planner", "Route planner", "routing", "Plans tours for the Hangzhou hub", Rotates(30, 17)),
    ("driver-app", "Driver app backend", "routing", "Uploads proofs of delivery", Rotates(14, 9)),
    ("geofence-alerts", "Geofence alerts", "routing", "Tells customers that a truck is near", Waits(30, 3)),
    (
        "warehouse-scanner",
        "Warehouse scanners",
        "warehouse",
        "Handheld scanners, dock 1 to 14",
        Rotates(60, 44),
    ),
    ("stock-snapshots", "Stock snapshots", "warehouse", "Hourly stock snapshots", Rotates(30, 29)),
    ("label-printer", "Label printers", "warehouse", "Firmware without key reload; replacement planned", Off),
    ("backup-vault", "Backup vault", "platform", "Encrypted backups of the order database", Rotates(90, 12)),
    ("log-shipper", "Log shipper", "platform", "Ships logs to SLS", Rotates(30, 8)),
    ("ci-artifacts", "CI artifacts", "platform", "Uploads build artifacts", Rotates(7, 2)),
    ("fraud-scoring", "Fraud scoring", "risk", "Scores new shippers", Rotates(30, 21)),
    ("kyc-archive", "KYC archive", "risk", "Identity documents, kept for ten years", Waits(90, 20)),
];
const SHANGHAI: &[Row] = &[
    ("port-gateway", "Port gateway", "routing", "Vessel messages of the port of Shanghai", Rotates(30, 13)),
    ("customs-edi", "Customs EDI", "routing", "Declarations to customs", Rotates(30, 19)),
    ("container-tracker", "Container tracker", "routing", "Positions of containers", Rotates(14, 3)),
    ("cold-chain", "Cold chain sensors", "warehouse", "Temperatures of reefers", Rotates(60, 51)),
    ("bonded-stock", "Bonded stock", "warehouse", "Stock under customs' seal", Unavailable),
    ("finance-mirror", "Finance mirror", "finance", "Copy of the ledger for auditors", Rotates(90, 77)),
    ("tax-filing", "Tax filing", "finance", "Files value-added tax", Waits(30, 6)),
    ("partner-api", "Partner API", "web", "Keys of the partner portal", Rotates(7, 5)),
    ("cdn-purge", "CDN purge", "web", "Purges the tracking site's cache", Off),
    ("video-transcode", "Video transcoding", "web", "Dash camera clips", Failing),
    ("ml-features", "ML features", "search", "Feature store for arrival forecasts", Rotates(30, 26)),
    ("mq-bridge", "Message bridge", "platform", "Bridges RocketMQ between regions", Rotates(30, 1)),
    ("beta-portal", "Beta portal", "web", "Closed after the pilot", Pending(3)),
];
const SINGAPORE: &[Row] = &[
    ("sg-checkout", "Checkout (Singapore)", "web", "Payments of shippers in Singapore", Rotates(30, 15)),
    ("sg-notifier", "Notifier (Singapore)", "web", "SMS and mail for Southeast Asia", Rotates(30, 7)),
    ("sg-warehouse", "Warehouse (Singapore)", "warehouse", "Changi free trade zone", Rotates(60, 33)),
    ("sg-backup", "Backups (Singapore)", "platform", "Copies of backups outside China", Rotates(90, 40)),
    ("sg-analytics", "Analytics (Singapore)", "search", "Dashboards for the region", Waits(30, 1)),
    ("halal-registry", "Halal registry", "warehouse", "Certificates of food shippers", Off),
    ("ferry-slots", "Ferry slots", "routing", "Books ferry slots to Batam", Rotates(14, 13)),
    ("sg-sandbox", "Trial account", "platform", "Made for a proof of concept", Pending(27)),
];
/// Users without a secret: name, display name, AccessKeys.
const FREE_USERS: &[(&str, &str, usize)] = &[
    ("checkout-api", "Checkout API", 1),
    ("data-lake-sync", "Data lake sync", 2),
    ("new-hire-bot", "New hire bot", 0),
    ("chat-ops", "Chat operations", 1),
    ("capacity-planner", "Capacity planner", 1),
    ("contract-scanner", "Contract scanner", 1),
    ("dns-updater", "DNS updater", 1),
    ("fleet-telemetry", "Fleet telemetry", 2),
    ("fuel-cards", "Fuel cards", 1),
    ("gate-cameras", "Gate cameras", 1),
    ("grafana-reader", "Grafana reader", 1),
    ("hr-directory", "HR directory", 1),
    ("li.wei", "Li Wei 李伟", 0),
    ("maria.lindqvist", "Maria Lindqvist", 0),
    ("oncall-pager", "On-call pager", 1),
    ("pallet-robots", "Pallet robots", 2),
    ("sla-monitor", "SLA monitor", 1),
    ("terraform", "Terraform", 1),
    ("yard-kiosk", "Yard kiosk", 1),
];

/// Makes the world: the dataset, and beyond it so many secrets and users as are asked for.
pub(crate) fn build(
    dataset: Dataset,
    seed: u64,
    secrets: Option<usize>,
    users: Option<usize>,
    region_ids: &[String],
    now: Timestamp,
) -> World {
    let mut world = World::default();
    world.region_ids = region_ids.to_vec();
    world.ids = Ids::new(seed);
    // What has been in RAM for long enough to be older than any key below.
    let founded = now - days(900);
    let role = Role {
        id: format!("3{}", world.ids.digits(17)),
        description: "KMS manages the AccessKeys of RAM users with this role.".into(),
        trust: r#"{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["kms.aliyuncs.com"]}}],"Version":"1"}"#.into(),
        max_session_seconds: 3_600,
        created: founded,
        policies: vec![Attached {
            name: "AliyunKMSManageRAMCredentialsRolePolicy".into(),
            is_system: true,
            at: founded,
        }],
    };
    world.roles.insert(SERVICE_ROLES[0].into(), role);
    if dataset == Dataset::Demo {
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
            world.instances.push(instance);
        }
        for (region, rows) in rows {
            for row in rows {
                add_row(&mut world, region, row, founded, now);
            }
        }
        for (name, display_name, keys) in FREE_USERS {
            add_user(&mut world, name, display_name, *keys, founded, now - days(200));
        }
    }
    let region = region_ids.first().cloned().unwrap_or_default();
    let mut number = 0;
    while world.secrets.values().map(|secrets| secrets.len()).sum::<usize>() < secrets.unwrap_or(0) {
        number += 1;
        let name: &'static str = "service";
        let user_name = format!("{name}-{number:06}");
        add_user(&mut world, &user_name, &format!("Service {number}"), 1, founded, now - days(400));
        let doing = match number % 20 {
            0 => Off,
            1 => Waits(30, 5),
            n => Rotates(30, i64::from(n)),
        };
        add_secret(&mut world, &region, &user_name, "platform", "", doing, now);
    }
    while world.users.len() < users.unwrap_or(0) {
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
        .map(|index| AccessKey {
            pair: world.ids.access_key_pair(),
            is_active: true,
            created: key_created + days(40 * i64::try_from(index).unwrap_or(0)),
            last_used: None,
        })
        .collect();
    let user = User {
        user_id: format!("2{}", world.ids.digits(17)),
        display_name: display_name.into(),
        comments: String::new(),
        created: founded,
        access_keys,
    };
    world.add_user(name, user);
}

fn add_row(world: &mut World, region: &str, row: &Row, founded: Timestamp, now: Timestamp) {
    let (name, display_name, team, description, doing) = row;
    add_user(world, name, display_name, 1, founded, now - days(300));
    add_secret(world, region, name, team, description, *doing, now);
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
    let pair =
        world.users.get(user_name).and_then(|user| user.access_keys.first()).map(|key| key.pair.clone());
    let Some(pair) = pair else { return };
    let instance = world.instances.iter().find(|instance| instance.region == region);
    let interval = period.map(days);
    let mut secret = Secret {
        name: format!("acs/ram/user/{user_name}"),
        user_name: user_name.into(),
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
            stage: Stage::Current,
            pair,
        }],
    };
    match doing {
        // Somebody made a second AccessKey by hand: it takes the room that a rotation needs.
        Failing => {
            if let Some(user) = world.users.get_mut(user_name) {
                user.comments = "AccessKey made by hand; leaves no room for a rotation".into();
            }
            let pair = world.ids.access_key_pair();
            let by_hand = AccessKey { pair, is_active: true, created: now - days(20), last_used: None };
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
        build(Dataset::Demo, seed, None, None, &regions, "2026-01-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_demo_data_has_41_secrets_and_60_users() {
        let world = world(1);
        assert_eq!(world.secrets.values().map(|secrets| secrets.len()).sum::<usize>(), 41);
        assert_eq!(world.users.len(), 60);
    }

    #[test]
    fn the_same_seed_gives_the_same_keys_and_another_seed_others() {
        let keys = |world: &World| -> Vec<String> {
            world.users.values().flat_map(|user| &user.access_keys).map(|key| key.pair.id.clone()).collect()
        };
        assert_eq!(keys(&world(1)), keys(&world(1)));
        assert_ne!(keys(&world(1)), keys(&world(2)));
    }

    #[test]
    fn nothing_of_the_demo_data_is_due_at_once() {
        let mut world = world(1);
        let before = format!("{:?}", world.secrets);
        world.advance("2026-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(format!("{:?}", world.secrets), before);
    }
}
