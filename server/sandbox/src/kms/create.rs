//! `CreateSecret` for RAM secrets; other types answer with a clear error.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::{format, parse_interval};
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::rpc::Parameters;
use crate::secret::{
    AccessKeyPair, AutomaticRotation, LONGEST_INTERVAL, SHORTEST_INTERVAL, Secret, Stage, Version,
};
use crate::world::{SERVICE_ROLES, World};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ExtendedConfig {
    secret_sub_type: Option<String>,
    user_name: Option<String>,
    #[serde(default)]
    custom_data: Option<serde_json::Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SecretData {
    access_keys: Vec<Pair>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pair {
    access_key_id: String,
    access_key_secret: String,
}

pub(crate) fn create_secret(world: &mut World, call: &Call<'_>) -> Answer {
    let parameters = call.parameters;
    if parameters.required("SecretName")? != "$Auto" {
        return Err(ApiError::invalid_because("SecretName", "a RAM secret is created with $Auto"));
    }
    match parameters.get("SecretType") {
        Some("RAMCredentials") => {}
        _ => return Err(ApiError::invalid_because("SecretType", "the sandbox creates RAMCredentials only")),
    }
    if parameters.get("SecretDataType").is_some_and(|kind| kind != "text") {
        return Err(ApiError::invalid("SecretDataType"));
    }
    let version_id = parameters.required("VersionId")?;
    if version_id.chars().count() > 64 {
        return Err(ApiError::invalid("VersionId"));
    }
    let config = extended_config(parameters)?;
    let user_name = config.user_name.ok_or_else(|| ApiError::invalid("ExtendedConfig"))?;
    let pairs = secret_data(parameters)?;
    let interval = rotation_interval(parameters)?;
    let tags = super::tags::parse(parameters)?;
    let policy = parameters.get("Policy").map(super::update::checked_policy).transpose()?;
    let (instance_id, key_id) = instance_and_key(world, call)?;

    if !world.has_service_role() {
        return Err(ApiError::no_service_role(SERVICE_ROLES[0]));
    }
    let user = world.users.get(&user_name).ok_or_else(|| crate::ram::user_not_found(&user_name))?;
    let of_user: BTreeSet<&str> = user.access_keys.iter().map(|key| key.pair.id.as_str()).collect();
    let given: BTreeSet<&str> = pairs.iter().map(|pair| pair.id.as_str()).collect();
    if of_user.is_empty() || given != of_user || given.len() != pairs.len() {
        return Err(ApiError::invalid_because(
            "SecretData",
            "it must hold all AccessKey pairs of the RAM user",
        ));
    }
    if let Some(existing) = world.secret_of_user(&user_name) {
        return Err(match existing.planned_delete {
            Some(_) => ApiError::in_deletion_window(),
            None => ApiError::exists(),
        });
    }

    // The first pair becomes current, a second one previous (UNVERIFIED).
    let mut versions: Vec<Version> = Vec::new();
    for (index, pair) in pairs.into_iter().enumerate() {
        let (id, stage) = match index {
            0 => (version_id.to_owned(), Stage::Current),
            _ => (world.ids.uuid(), Stage::Previous),
        };
        versions.insert(0, Version { id, created: call.now, stage, pair });
    }
    let name = format!("acs/ram/user/{user_name}");
    let secret = Secret {
        name: name.clone(),
        user_name,
        description: parameters.get("Description").unwrap_or_default().to_owned(),
        custom_data: Value::Object(config.custom_data.unwrap_or_default()),
        tags,
        policy,
        instance_id,
        key_id,
        created: call.now,
        updated: call.now,
        automatic_rotation: match interval {
            Some(_) => AutomaticRotation::Enabled,
            None => AutomaticRotation::Disabled,
        },
        interval,
        last_rotation: None,
        next_rotation: interval.map(|interval| call.now + interval),
        rotating_until: None,
        planned_delete: None,
        is_unavailable: false,
        versions,
    };
    let mut answer = json!({
        "Arn": super::arn(call.region, &name),
        "SecretName": name,
        "SecretType": "RAMCredentials",
        "VersionId": version_id,
        "AutomaticRotation": secret.automatic_rotation.name(),
        "ExtendedConfig": super::extended_config(&secret),
    });
    if let (Some(interval), Some(next)) = (secret.interval, secret.next_rotation) {
        answer["RotationInterval"] = json!(format!("{}s", interval.as_secs()));
        answer["NextRotationDate"] = json!(format(next));
    }
    if let Some(instance) = &secret.instance_id {
        answer["DKMSInstanceId"] = json!(instance);
    }
    world.insert(call.region, secret);
    Ok(answer)
}

fn extended_config(parameters: &Parameters) -> Result<ExtendedConfig, ApiError> {
    if parameters.required("ExtendedConfig")?.chars().count() > 1_024 {
        return Err(ApiError::invalid("ExtendedConfig"));
    }
    let config: ExtendedConfig =
        parameters.json("ExtendedConfig")?.ok_or_else(|| ApiError::missing("ExtendedConfig"))?;
    let too_much = config.custom_data.as_ref().is_some_and(|data| data.len() > 10);
    if config.secret_sub_type.as_deref() != Some("RamUserAccessKey") || too_much {
        return Err(ApiError::invalid("ExtendedConfig"));
    }
    Ok(config)
}

/// The secrets in it are taken as they are: KMS does not try them (`kms-ram-api.md` 0.2).
fn secret_data(parameters: &Parameters) -> Result<Vec<AccessKeyPair>, ApiError> {
    if parameters.required("SecretData")?.len() > 30_720 {
        return Err(ApiError::invalid_because("SecretData", "it may have 30,720 bytes at the most"));
    }
    let data: SecretData = parameters.json("SecretData")?.ok_or_else(|| ApiError::missing("SecretData"))?;
    if data.access_keys.iter().any(|pair| pair.access_key_secret.is_empty()) {
        return Err(ApiError::invalid("SecretData"));
    }
    Ok(data
        .access_keys
        .into_iter()
        .map(|pair| AccessKeyPair { id: pair.access_key_id, secret: pair.access_key_secret })
        .collect())
}

pub(super) fn rotation_interval(parameters: &Parameters) -> Result<Option<SignedDuration>, ApiError> {
    let is_on = parameters.flag("EnableAutomaticRotation", false)?;
    match (is_on, parameters.get("RotationInterval")) {
        (true, Some(text)) => parse_interval(text)
            .filter(|interval| (SHORTEST_INTERVAL..=LONGEST_INTERVAL).contains(interval))
            .map(Some)
            .ok_or_else(|| {
                ApiError::invalid_because("RotationInterval", "6 hours to 8,760 hours are allowed")
            }),
        (true, None) => Err(ApiError::missing("RotationInterval")),
        (false, Some(_)) => {
            Err(ApiError::invalid_because("RotationInterval", "EnableAutomaticRotation is not true"))
        }
        (false, None) => Ok(None),
    }
}

/// Both or neither; the key belongs to the instance.
fn instance_and_key(world: &World, call: &Call<'_>) -> Result<(Option<String>, Option<String>), ApiError> {
    let instance_id = call.parameters.get("DKMSInstanceId");
    let key_id = call.parameters.get("EncryptionKeyId");
    let Some(instance_id) = instance_id else {
        return match key_id {
            Some(_) => Err(ApiError::missing("DKMSInstanceId")),
            None => Ok((None, None)),
        };
    };
    let instance = world
        .instances
        .iter()
        .find(|instance| instance.region == call.region && instance.id == instance_id)
        .ok_or_else(|| ApiError::invalid("DKMSInstanceId"))?;
    let key_id = key_id.ok_or_else(|| ApiError::missing("EncryptionKeyId"))?;
    if !instance.key_ids.iter().any(|id| id == key_id) {
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "Forbidden.KeyNotFound",
            "The specified Key is not found.",
        ));
    }
    Ok((Some(instance_id.to_owned()), Some(key_id.to_owned())))
}
