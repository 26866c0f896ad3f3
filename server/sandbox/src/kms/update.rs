//! Changing what stands beside the value: description, custom data, policy.

use serde_json::{Value, json};

use crate::ACCOUNT_ID;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::policy::{Document, Purpose};
use crate::secret::Kind;
use crate::world::World;

const MOST_POLICY_BYTES: usize = 32_768;
const MOST_CUSTOM_DATA: usize = 10;

/// A parameter that is not sent leaves its field alone.
pub(crate) fn update_secret(world: &mut World, call: &Call<'_>) -> Answer {
    let name = super::secret_name(call)?.to_owned();
    let description = call.parameters.0.get("Description").cloned();
    // As Python sends it: `ExtendedConfig.CustomData.Key=value`; or JSON in a string.
    let mut custom_data = call.parameters.prefixed("ExtendedConfig.CustomData.");
    let mut is_given = !custom_data.is_empty();
    if let Some(config) = call.parameters.json::<Value>("ExtendedConfig")? {
        let given = config.get("CustomData").and_then(Value::as_object).cloned();
        custom_data.extend(given.ok_or_else(|| ApiError::invalid("ExtendedConfig"))?);
        is_given = true;
    }
    if call.parameters.get("ExtendedConfig.CustomData").is_some() || custom_data.len() > MOST_CUSTOM_DATA {
        return Err(ApiError::invalid("ExtendedConfig"));
    }
    let secret = world.secret_mut(call.region, &name).ok_or_else(ApiError::secret_not_found)?;
    secret.in_use()?;
    if secret.kind == Kind::Generic && !custom_data.is_empty() {
        return Err(ApiError::invalid_because("ExtendedConfig", "generic secrets have none"));
    }
    if let Some(description) = description {
        secret.description = description;
    }
    if is_given {
        secret.custom_data = Value::Object(custom_data);
    }
    secret.updated = call.now;
    Ok(json!({"SecretName": name}))
}

pub(crate) fn set_secret_policy(world: &mut World, call: &Call<'_>) -> Answer {
    let name = super::secret_name(call)?.to_owned();
    only_default(call)?;
    let policy = checked_policy(call.parameters.required("Policy")?)?;
    let secret = world.secret_mut(call.region, &name).ok_or_else(ApiError::secret_not_found)?;
    secret.in_use()?;
    secret.policy = Some(policy);
    secret.updated = call.now;
    Ok(json!({}))
}

pub(crate) fn get_secret_policy(world: &mut World, call: &Call<'_>) -> Answer {
    let name = super::secret_name(call)?;
    only_default(call)?;
    let secret = world.secret(call.region, name).ok_or_else(ApiError::secret_not_found)?;
    secret.in_use()?;
    Ok(json!({"Policy": secret.policy.clone().unwrap_or_else(default_policy)}))
}

/// The policy as it was sent, if it is one.
pub(super) fn checked_policy(text: &str) -> Result<String, ApiError> {
    if text.len() > MOST_POLICY_BYTES {
        return Err(ApiError::invalid_because("Policy", "it may have 32,768 bytes at the most"));
    }
    match Document::parse(text, Purpose::Secret) {
        Ok(_) => Ok(text.to_owned()),
        Err(why) => Err(ApiError::invalid_because("Policy", &why)),
    }
}

fn only_default(call: &Call<'_>) -> Result<(), ApiError> {
    match call.parameters.get("PolicyName") {
        None | Some("default") => Ok(()),
        Some(_) => Err(ApiError::invalid("PolicyName")),
    }
}

fn default_policy() -> String {
    json!({
        "Version": "1",
        "Statement": [{
            "Sid": "kms default secret policy",
            "Effect": "Allow",
            "Principal": {"RAM": [format!("acs:ram::{ACCOUNT_ID}:*")]},
            "Action": ["kms:*"],
            "Resource": ["*"],
        }],
    })
    .to_string()
}
