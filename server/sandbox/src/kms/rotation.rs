//! Changing and running rotation: `UpdateSecretRotationPolicy`, `RotateSecret`.

use serde_json::json;

use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::secret::{Kind, Secret};
use crate::world::World;

/// Immediate rotations in an hour: the account's (`facts.md`; the wording leaves open whether a secret's).
const MOST_AN_HOUR: usize = 50;

pub(crate) fn update_secret_rotation_policy(world: &mut World, call: &Call<'_>) -> Answer {
    let name = super::secret_name(call)?.to_owned();
    let is_on = call
        .parameters
        .required("EnableAutomaticRotation")
        .and_then(|_| call.parameters.flag("EnableAutomaticRotation", false))?;
    // Ignored when rotation is switched off.
    let interval = if is_on { super::create::rotation_interval(call.parameters)? } else { None };
    let secret = world.secret_mut(call.region, &name).ok_or_else(ApiError::secret_not_found)?;
    secret.in_use()?;
    rotates(secret)?;
    if secret.rotating_until.is_some() {
        return Err(ApiError::rotating());
    }
    secret.set_policy(interval, call.now);
    world.schedule(call.region, &name);
    // What lies in the past starts at once.
    world.advance(call.now);
    Ok(json!({"SecretName": name}))
}

pub(crate) fn rotate_secret(world: &mut World, call: &Call<'_>) -> Answer {
    let name = super::secret_name(call)?.to_owned();
    let version_id = super::generic::version_id(call.parameters)?.to_owned();
    let answer = json!({
        "Arn": super::arn(call.region, &name), "SecretName": name, "VersionId": version_id,
    });
    let secret = world.secret(call.region, &name).ok_or_else(ApiError::secret_not_found)?;
    secret.in_use()?;
    rotates(secret)?;
    // A version that exists makes the call a success without a rotation.
    if secret.versions.iter().any(|version| version.id == version_id) {
        return Ok(answer);
    }
    if secret.rotating_until.is_some() {
        return Err(ApiError::rotating());
    }
    if world.rotations_of_the_last_hour(call.now) >= MOST_AN_HOUR {
        return Err(ApiError::throttled("at most 50 immediate rotations an hour"));
    }
    world.rotate(call.region, &name, version_id, call.now)?;
    Ok(answer)
}

/// The vendor does not rotate generic secrets, the sandbox none but RAM's.
fn rotates(secret: &Secret) -> Result<(), ApiError> {
    match secret.kind {
        Kind::Ram { .. } => Ok(()),
        Kind::Generic => Err(ApiError::invalid_because("SecretName", "generic secrets do not rotate")),
        Kind::Other { .. } => {
            Err(ApiError::invalid_because("SecretName", "the sandbox rotates RAM secrets only"))
        }
    }
}
