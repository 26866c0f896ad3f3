//! KMS 2016-01-20: reading and ending secrets, regions, instances, keys. The rest has files of its own.

mod account;
mod create;
mod generic;
mod rotation;
mod tags;
mod update;
mod value;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ACCOUNT_ID;
use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::secret::{Kind, Secret, Version};
use crate::world::World;

pub(crate) use account::{
    describe_account_kms_status, describe_key, get_default_kms_instance, get_kms_instance,
    get_random_password, open_kms_service,
};
pub(crate) use create::create_secret;
pub(crate) use generic::{put_secret_value, update_secret_version_stage};
pub(crate) use rotation::{rotate_secret, update_secret_rotation_policy};
pub(crate) use tags::{
    list_resource_tags, list_tag_resources, tag_resource, tag_resources, untag_resource, untag_resources,
};
pub(crate) use update::{get_secret_policy, set_secret_policy, update_secret};
pub(crate) use value::{batch_get_secret_value, get_secret_value};

/// One member of the parameter `Filters`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    key: String,
    #[serde(default)]
    values: Vec<String>,
}

/// What `ListSecrets` filters by.
const FILTERS: [&str; 7] =
    ["SecretName", "Description", "TagKey", "TagValue", "DKMSInstanceId", "SecretType", "Creator"];

pub(crate) fn list_secrets(world: &mut World, call: &Call<'_>) -> Answer {
    let (page, size) = call.parameters.page(10)?;
    let with_tags = call.parameters.flag("FetchTags", false)?;
    let filters = filters(call)?;
    if filters.iter().any(|filter| !FILTERS.contains(&filter.key.as_str())) {
        return Err(ApiError::invalid("Filters"));
    }
    let secrets: Vec<&Secret> = world
        .secrets(call.region)
        .filter(|secret| filters.iter().all(|filter| matches(secret, filter)))
        .collect();
    let items: Vec<Value> = secrets
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|secret| {
            let mut item = json!({
                "SecretName": secret.name,
                "SecretType": secret.kind.secret_type(),
                "CreateTime": format(secret.created),
                "UpdateTime": format(secret.updated),
            });
            if let Some(at) = secret.planned_delete {
                item["PlannedDeleteTime"] = json!(format(at));
            }
            if with_tags {
                item["Tags"] = tags_json(secret);
            }
            item
        })
        .collect();
    Ok(json!({
        "PageNumber": page, "PageSize": size, "TotalCount": secrets.len(),
        "SecretList": {"Secret": items},
    }))
}

/// Names and descriptions match by their beginning (UNVERIFIED), the rest exactly.
fn matches(secret: &Secret, filter: &Filter) -> bool {
    filter.values.iter().any(|value| match filter.key.as_str() {
        "SecretName" => secret.name.starts_with(value),
        "Description" => secret.description.starts_with(value),
        "TagKey" => secret.tags.iter().any(|(key, _)| key == value),
        "TagValue" => secret.tags.iter().any(|(_, of_tag)| of_tag == value),
        "DKMSInstanceId" => secret.instance_id.as_ref() == Some(value),
        "Creator" => secret.creator == *value,
        // One page of the vendor's writes `RDS`, another `Rds`.
        _ => value.eq_ignore_ascii_case(secret.kind.secret_type()),
    })
}

pub(crate) fn describe_secret(world: &mut World, call: &Call<'_>) -> Answer {
    let name = secret_name(call)?;
    let with_tags = call.parameters.flag("FetchTags", false)?;
    let secret = world.secret(call.region, name).ok_or_else(ApiError::secret_not_found)?;
    if secret.is_unavailable {
        return Err(ApiError::unavailable());
    }
    let mut answer = json!({
        "Arn": arn(call.region, name),
        "SecretName": name,
        "SecretType": secret.kind.secret_type(),
        "Description": secret.description,
        "CreateTime": format(secret.created),
        "UpdateTime": format(secret.updated),
    });
    value::add_rotation(&mut answer, secret);
    let mut optional = |field: &str, value: Option<String>| {
        if let Some(value) = value {
            answer[field] = json!(value);
        }
    };
    optional("ExtendedConfig", extended_config(secret));
    optional("PlannedDeleteTime", secret.planned_delete.map(format));
    optional("DKMSInstanceId", secret.instance_id.clone());
    optional("EncryptionKeyId", secret.key_id.clone());
    if with_tags {
        answer["Tags"] = tags_json(secret);
    }
    Ok(answer)
}

/// Versions without a stage on demand only; those of a RAM secret all have one.
pub(crate) fn list_secret_version_ids(world: &mut World, call: &Call<'_>) -> Answer {
    let name = secret_name(call)?;
    let (page, size) = call.parameters.page(20)?;
    let with_deprecated = call.parameters.flag("IncludeDeprecated", false)?;
    let secret = world.secret(call.region, name).ok_or_else(ApiError::secret_not_found)?;
    secret.in_use()?;
    let told = |version: &&Version| with_deprecated || !version.stages.is_empty();
    let items: Vec<Value> = secret
        .versions
        .iter()
        .rev()
        .filter(told)
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|version| {
            json!({
                "VersionId": version.id,
                "CreateTime": format(version.created),
                "VersionStages": {"VersionStage": version.stages},
            })
        })
        .collect();
    Ok(json!({
        "SecretName": name, "PageNumber": page, "PageSize": size,
        "TotalCount": secret.versions.iter().filter(told).count(),
        "VersionIds": {"VersionId": items},
    }))
}

pub(crate) fn delete_secret(world: &mut World, call: &Call<'_>) -> Answer {
    let name = secret_name(call)?.to_owned();
    let at_once = call.parameters.flag("ForceDeleteWithoutRecovery", false)?;
    let days = call.parameters.number("RecoveryWindowInDays", 30, 7..=30)?;
    if at_once && call.parameters.get("RecoveryWindowInDays").is_some() {
        return Err(ApiError::invalid_because("RecoveryWindowInDays", "immediate deletion has no window"));
    }
    let secret = world.secret_mut(call.region, &name).ok_or_else(ApiError::secret_not_found)?;
    if at_once {
        world.remove(call.region, &name);
        return Ok(json!({"SecretName": name, "PlannedDeleteTime": format(call.now)}));
    }
    if secret.planned_delete.is_some() {
        return Err(ApiError::in_deletion_window());
    }
    let days = i64::try_from(days).expect("30 at the most");
    let at = call.now + SignedDuration::from_hours(24 * days);
    secret.planned_delete = Some(at);
    secret.updated = call.now;
    world.schedule(call.region, &name);
    Ok(json!({"SecretName": name, "PlannedDeleteTime": format(at)}))
}

pub(crate) fn restore_secret(world: &mut World, call: &Call<'_>) -> Answer {
    let name = secret_name(call)?.to_owned();
    let secret = world.secret_mut(call.region, &name).ok_or_else(ApiError::secret_not_found)?;
    if secret.planned_delete.is_none() {
        // UNVERIFIED: the vendor's code for a secret that is not in the window.
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "Rejected.InvalidState",
            "The secret is not planned to be deleted.",
        ));
    }
    secret.restore(call.now);
    world.schedule(call.region, &name);
    // A rotation that was under way may have come to its end meanwhile.
    world.advance(call.now);
    Ok(json!({"SecretName": name}))
}

pub(crate) fn describe_regions(world: &mut World, _: &Call<'_>) -> Answer {
    let regions: Vec<Value> = world.account().region_ids.iter().map(|id| json!({"RegionId": id})).collect();
    Ok(json!({"Regions": {"Region": regions}}))
}

pub(crate) fn list_kms_instances(world: &mut World, call: &Call<'_>) -> Answer {
    let (page, size) = call.parameters.page(20)?;
    let instances: Vec<_> =
        world.account().instances.iter().filter(|instance| instance.region == call.region).collect();
    let items: Vec<Value> = instances
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|instance| {
            let arn = format!("acs:kms:{}:{ACCOUNT_ID}:keystore/{}", call.region, instance.id);
            json!({"KmsInstanceId": instance.id, "KmsInstanceArn": arn})
        })
        .collect();
    Ok(json!({
        "PageNumber": page, "PageSize": size, "TotalCount": instances.len(),
        "KmsInstances": {"KmsInstance": items},
    }))
}

/// What `ListKeys` filters by.
const KEY_FILTERS: [&str; 6] =
    ["KeyState", "KeySpec", "KeyUsage", "ProtectionLevel", "CreatorType", "DKMSInstanceId"];

/// All keys here are enabled symmetric ones; only the filter by instance can narrow them.
pub(crate) fn list_keys(world: &mut World, call: &Call<'_>) -> Answer {
    let (page, size) = call.parameters.page(10)?;
    let filters = filters(call)?;
    if filters.iter().any(|filter| !KEY_FILTERS.contains(&filter.key.as_str())) {
        return Err(ApiError::invalid("Filters"));
    }
    let admits = |key: &str, value: &str| {
        filters
            .iter()
            .filter(|filter| filter.key == key)
            .all(|filter| filter.values.iter().any(|v| v == value))
    };
    let keys: Vec<&String> = world
        .account()
        .instances
        .iter()
        .filter(|instance| instance.region == call.region && admits("DKMSInstanceId", &instance.id))
        .filter(|_| admits("KeyState", "Enabled") && admits("KeySpec", "Aliyun_AES_256"))
        .flat_map(|instance| &instance.key_ids)
        .collect();
    let items: Vec<Value> = keys
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|id| json!({"KeyId": id, "KeyArn": format!("acs:kms:{}:{ACCOUNT_ID}:key/{id}", call.region)}))
        .collect();
    Ok(json!({
        "PageNumber": page, "PageSize": size, "TotalCount": keys.len(), "Keys": {"Key": items},
    }))
}

fn filters(call: &Call<'_>) -> Result<Vec<Filter>, ApiError> {
    let filters: Vec<Filter> = call.parameters.json("Filters")?.unwrap_or_default();
    if filters.len() > 10 || filters.iter().any(|filter| filter.values.len() > 10) {
        return Err(ApiError::invalid("Filters"));
    }
    Ok(filters)
}

/// `SecretName`: a name, or the ARN of a secret of this account and region.
fn secret_name<'a>(call: &'a Call<'_>) -> Result<&'a str, ApiError> {
    Ok(name_of(call.region, call.parameters.required("SecretName")?))
}

/// The name in an ARN; another account's or region's ARN stays as it is, and is no secret's name here.
pub(crate) fn name_of<'a>(region: &str, text: &'a str) -> &'a str {
    text.strip_prefix(&arn(region, "")).unwrap_or(text)
}

pub(crate) fn arn(region: &str, name: &str) -> String {
    format!("acs:kms:{region}:{ACCOUNT_ID}:secret/{name}")
}

/// JSON in a string, as the vendor answers it; generic secrets have none.
pub(crate) fn extended_config(secret: &Secret) -> Option<String> {
    let mut config = match &secret.kind {
        Kind::Ram { user_name } => json!({"SecretSubType": "RamUserAccessKey", "UserName": user_name}),
        Kind::Generic => return None,
        Kind::Other { extended_config, .. } => Value::Object(extended_config.clone()),
    };
    config["CustomData"] = secret.custom_data.clone();
    Some(config.to_string())
}

/// Who makes a secret, as the filter `Creator` knows them (UNVERIFIED: by ID).
fn creator(world: &World, call: &Call<'_>) -> String {
    crate::sts::principal_id(world, call.caller)
}

fn tags_json(secret: &Secret) -> Value {
    let tags: Vec<Value> =
        secret.tags.iter().map(|(key, value)| json!({"TagKey": key, "TagValue": value})).collect();
    json!({"Tag": tags})
}
