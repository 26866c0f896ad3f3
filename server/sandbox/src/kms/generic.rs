//! Values that people put into generic secrets, and the stages of their versions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;

use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::rpc::Parameters;
use crate::secret::{CURRENT, Kind, Secret, Value};
use crate::world::World;

/// `SecretData` may have so many bytes (`kms-ram-api.md` 2, `CreateSecret`).
const MOST_BYTES: usize = 30_720;
const MOST_ID: usize = 64;

pub(crate) fn put_secret_value(world: &mut World, call: &Call<'_>) -> Answer {
    let name = super::secret_name(call)?.to_owned();
    let id = version_id(call.parameters)?.to_owned();
    let value = value(call.parameters)?;
    let stages: Vec<String> =
        call.parameters.json("VersionStages")?.unwrap_or_else(|| vec![CURRENT.to_owned()]);
    if stages.iter().any(|stage| !is_stage(stage)) {
        return Err(ApiError::invalid("VersionStages"));
    }
    let secret = generic(world, call, &name)?;
    secret.put_version(&id, value, stages, call.now)?;
    let version = secret.versions.iter().find(|version| version.id == id);
    let stages = version.map(|version| version.stages.clone()).unwrap_or_default();
    Ok(json!({"SecretName": name, "VersionId": id, "VersionStages": {"VersionStage": stages}}))
}

pub(crate) fn update_secret_version_stage(world: &mut World, call: &Call<'_>) -> Answer {
    let name = super::secret_name(call)?.to_owned();
    let stage = call.parameters.required("VersionStage")?;
    if !is_stage(stage) {
        return Err(ApiError::invalid("VersionStage"));
    }
    let (from, to) = (call.parameters.get("RemoveFromVersion"), call.parameters.get("MoveToVersion"));
    generic(world, call, &name)?.move_stage(stage, from, to, call.now)?;
    Ok(json!({"SecretName": name}))
}

/// Other secrets get their values by rotation alone.
fn generic<'a>(world: &'a mut World, call: &Call<'_>, name: &str) -> Result<&'a mut Secret, ApiError> {
    let secret = world.secret_mut(call.region, name).ok_or_else(ApiError::secret_not_found)?;
    secret.in_use()?;
    match secret.kind {
        Kind::Generic => Ok(secret),
        _ => Err(ApiError::invalid_because("SecretName", "only generic secrets have their values put")),
    }
}

/// `VersionId`, as it is given with every value.
pub(super) fn version_id(parameters: &Parameters) -> Result<&str, ApiError> {
    let id = parameters.required("VersionId")?;
    if id.chars().count() > MOST_ID { Err(ApiError::invalid("VersionId")) } else { Ok(id) }
}

/// `SecretData` by its `SecretDataType`.
pub(super) fn value(parameters: &Parameters) -> Result<Value, ApiError> {
    let data = parameters.required("SecretData")?;
    checked_size(data)?;
    match parameters.get("SecretDataType").unwrap_or("text") {
        "text" => Ok(Value::Text(data.to_owned())),
        "binary" if BASE64.decode(data).is_ok() => Ok(Value::Binary(data.to_owned())),
        "binary" => Err(ApiError::invalid_because("SecretData", "binary data is sent as base64")),
        _ => Err(ApiError::invalid("SecretDataType")),
    }
}

pub(super) fn checked_size(data: &str) -> Result<(), ApiError> {
    if data.len() > MOST_BYTES {
        return Err(ApiError::invalid_because("SecretData", "it may have 30,720 bytes at the most"));
    }
    Ok(())
}

/// UNVERIFIED: which characters a stage may have.
fn is_stage(stage: &str) -> bool {
    (1..=MOST_ID).contains(&stage.chars().count())
}
