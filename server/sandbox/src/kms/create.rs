//! `CreateSecret` for RAM and generic secrets; other types answer with a clear error.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::SERVICE_ROLES;
use crate::clock::parse_interval;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::rpc::Parameters;
use crate::secret::{
    self, AccessKeyPair, AutomaticRotation, CURRENT, Kind, LONGEST_INTERVAL, PREVIOUS, SHORTEST_INTERVAL,
    Secret, Version,
};
use crate::world::{World, ram_secret_name};
use crate::{ACCOUNT_ID, authorize};

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

/// The parts that differ by type of secret.
struct Made {
    name: String,
    kind: Kind,
    custom_data: Value,
    interval: Option<SignedDuration>,
    versions: Vec<Version>,
}

pub(crate) fn create_secret(world: &mut World, call: &Call<'_>) -> Answer {
    let parameters = call.parameters;
    parameters.required("SecretName")?;
    let version_id = super::generic::version_id(parameters)?;
    let tags = super::tags::parse(parameters)?;
    let policy = parameters.get("Policy").map(super::update::checked_policy).transpose()?;
    let (instance_id, key_id) = instance_and_key(world, call)?;
    if let Some(key_id) = &key_id {
        let key = format!("acs:kms:{}:{ACCOUNT_ID}:key/{key_id}", call.region);
        authorize::on_resource(world, call, "kms:GenerateDataKey", &key)?;
    }
    let made = match parameters.get("SecretType").unwrap_or("Generic") {
        "RAMCredentials" => ram(world, call, version_id)?,
        "Generic" => generic(world, call, version_id)?,
        _ => {
            let why = "the sandbox makes RAMCredentials and Generic only";
            return Err(ApiError::invalid_because("SecretType", why));
        }
    };
    let secret = Secret {
        name: made.name.clone(),
        creator: super::creator(world, call),
        description: parameters.get("Description").unwrap_or_default().to_owned(),
        custom_data: made.custom_data,
        tags,
        policy,
        instance_id,
        key_id,
        created: call.now,
        updated: call.now,
        automatic_rotation: match made.interval {
            Some(_) => AutomaticRotation::Enabled,
            None => AutomaticRotation::Disabled,
        },
        interval: made.interval,
        last_rotation: None,
        next_rotation: made.interval.map(|interval| call.now + interval),
        rotating_until: None,
        planned_delete: None,
        is_unavailable: false,
        versions: made.versions,
        kind: made.kind,
    };
    let mut answer = json!({
        "Arn": super::arn(call.region, &secret.name),
        "SecretName": secret.name,
        "SecretType": secret.kind.secret_type(),
        "VersionId": version_id,
    });
    super::value::add_rotation(&mut answer, &secret);
    if let Some(config) = super::extended_config(&secret) {
        answer["ExtendedConfig"] = json!(config);
    }
    if let Some(instance) = &secret.instance_id {
        answer["DKMSInstanceId"] = json!(instance);
    }
    world.insert(call.region, secret);
    Ok(answer)
}

fn ram(world: &mut World, call: &Call<'_>, version_id: &str) -> Result<Made, ApiError> {
    let parameters = call.parameters;
    if parameters.required("SecretName")? != "$Auto" {
        return Err(ApiError::invalid_because("SecretName", "a RAM secret is created with $Auto"));
    }
    if parameters.get("SecretDataType").is_some_and(|kind| kind != "text") {
        return Err(ApiError::invalid("SecretDataType"));
    }
    let config = extended_config(parameters)?;
    let user_name = config.user_name.ok_or_else(|| ApiError::invalid("ExtendedConfig"))?;
    let pairs = secret_data(parameters)?;
    let interval = rotation_interval(parameters)?;
    if !crate::policy::is_service_role_ready(world.account()) {
        return Err(ApiError::no_service_role(SERVICE_ROLES[0]));
    }
    let user = world.users().get(&user_name).ok_or_else(|| crate::ram::user_not_found(&user_name))?;
    let of_user: BTreeSet<&str> = user.access_keys.iter().map(|key| key.pair.id.as_str()).collect();
    let given: BTreeSet<&str> = pairs.iter().map(|pair| pair.id.as_str()).collect();
    if of_user.is_empty() || given != of_user || given.len() != pairs.len() {
        return Err(ApiError::invalid_because(
            "SecretData",
            "it must hold all AccessKey pairs of the RAM user",
        ));
    }
    if let Some(existing) = world.secret_of_user(&user_name) {
        return Err(taken(existing));
    }
    // The first pair becomes current, a second one previous (UNVERIFIED).
    let mut versions: Vec<Version> = Vec::new();
    for (index, pair) in pairs.into_iter().enumerate() {
        let (id, stage) = match index {
            0 => (version_id.to_owned(), CURRENT),
            _ => (world.ids.uuid(), PREVIOUS),
        };
        let value = secret::Value::AccessKey(pair);
        versions.insert(0, Version { id, created: call.now, stages: vec![stage.into()], value });
    }
    Ok(Made {
        name: ram_secret_name(&user_name),
        kind: Kind::Ram { user_name },
        custom_data: Value::Object(config.custom_data.unwrap_or_default()),
        interval,
        versions,
    })
}

/// Rotation and extended configuration are ignored, as the vendor says.
fn generic(world: &World, call: &Call<'_>, version_id: &str) -> Result<Made, ApiError> {
    let name = call.parameters.required("SecretName")?;
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_/+=.-@".contains(c);
    if name.len() > 192 || name.starts_with("acs/") || !name.chars().all(is_allowed) {
        return Err(ApiError::invalid("SecretName"));
    }
    let value = super::generic::value(call.parameters)?;
    if let Some(existing) = world.secret(call.region, name) {
        return Err(taken(existing));
    }
    Ok(Made {
        name: name.to_owned(),
        kind: Kind::Generic,
        custom_data: json!({}),
        interval: None,
        versions: vec![Version {
            id: version_id.to_owned(),
            created: call.now,
            stages: vec![CURRENT.into()],
            value,
        }],
    })
}

fn taken(existing: &Secret) -> ApiError {
    match existing.planned_delete {
        Some(_) => ApiError::in_deletion_window(),
        None => ApiError::exists(),
    }
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
    super::generic::checked_size(parameters.required("SecretData")?)?;
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
        .account()
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
