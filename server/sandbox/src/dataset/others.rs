//! Secrets of other types than RAM's.

use jiff::Timestamp;
use serde_json::json;

use crate::ACCOUNT_ID;
use crate::secret::{AutomaticRotation, CURRENT, Kind, Secret, Value, Version};
use crate::world::World;

/// A generic secret, and one of each type that is told about alone, with what they hold.
pub(super) fn others() -> Vec<(Kind, Value)> {
    let config = |value: serde_json::Value| value.as_object().cloned().unwrap_or_default();
    let other = |secret_type: &str, value| Kind::Other {
        secret_type: secret_type.into(),
        extended_config: config(value),
    };
    let account =
        |name: &str| Value::Text(json!({"AccountName": name, "AccountPassword": "sandbox"}).to_string());
    vec![
        (Kind::Generic, Value::Text("smtp-password".into())),
        (
            other("Rds", json!({"SecretSubType": "SingleUser", "DBInstanceId": "rm-sandbox"})),
            account("orders"),
        ),
        (
            other("Redis", json!({"SecretSubType": "DoubleUsers", "InstanceId": "r-sandbox"})),
            account("cache"),
        ),
        (
            other("PolarDB", json!({"SecretSubType": "DoubleUsers", "DBClusterId": "pc-sandbox"})),
            account("ledger"),
        ),
        (
            other("ECS", json!({"SecretSubType": "Password", "InstanceId": "i-sandbox"})),
            Value::Text(json!({"UserName": "root", "Password": "sandbox"}).to_string()),
        ),
    ]
}

pub(super) fn add_other(world: &mut World, index: usize, kind: Kind, value: Value, created: Timestamp) {
    let names = ["mail/smtp", "orders-database", "session-cache", "ledger-cluster", "acs/ecs/jump-host"];
    let version = Version { id: world.ids.uuid(), created, stages: vec![CURRENT.into()], value };
    let region = world.account().region_ids.first().cloned().unwrap_or_default();
    let secret = Secret {
        name: names[index].into(),
        kind,
        creator: ACCOUNT_ID.into(),
        description: String::new(),
        custom_data: json!({}),
        tags: Vec::new(),
        policy: None,
        instance_id: None,
        key_id: None,
        created,
        updated: created,
        automatic_rotation: AutomaticRotation::Disabled,
        interval: None,
        last_rotation: None,
        next_rotation: None,
        rotating_until: None,
        planned_delete: None,
        is_unavailable: false,
        versions: vec![version],
    };
    world.insert(&region, secret);
}
