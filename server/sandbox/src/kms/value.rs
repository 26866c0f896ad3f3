//! Reading values: `GetSecretValue`, `BatchGetSecretValue`.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::secret::{self, CURRENT, Kind, PREVIOUS, Secret, Version};
use crate::world::World;
use crate::{ACCOUNT_ID, authorize};

/// Secrets of one batch.
const MOST: usize = 20;

/// One member of `SecretsList`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    secret_name: String,
    #[serde(default)]
    version_stage: Option<String>,
    #[serde(default)]
    version_id: Option<String>,
    #[serde(default)]
    fetch_extended_config: Option<Value>,
}

/// `VersionId` counts for generic secrets alone (`kms-ram-api.md` 0.3).
pub(crate) fn get_secret_value(world: &mut World, call: &Call<'_>) -> Answer {
    let parameters = call.parameters;
    let which = Which { stage: parameters.get("VersionStage"), version_id: parameters.get("VersionId") };
    let with_config = parameters.flag("FetchExtendedConfig", false)?;
    let is_dry = parameters.flag("DryRun", false)?;
    let answer = value_of(world, call, super::secret_name(call)?, which, with_config);
    if !is_dry {
        return answer;
    }
    // A dry run always fails, and says how it would have gone (SDK docstring; statuses UNVERIFIED).
    Err(match answer {
        Ok(_) => ApiError::new(
            StatusCode::BAD_REQUEST,
            "DryRunOperationError",
            "The request would succeed if the DryRun parameter were not configured.",
        ),
        Err(error) if error.denied.is_some() => ApiError { code: "AccessDeniedError".into(), ..error },
        Err(error) => ApiError { code: "ValidationError".into(), ..error },
    })
}

pub(crate) fn batch_get_secret_value(world: &mut World, call: &Call<'_>) -> Answer {
    let wanted: Vec<Wanted> =
        call.parameters.json("SecretsList")?.ok_or_else(|| ApiError::missing("SecretsList"))?;
    if wanted.is_empty() || wanted.len() > MOST {
        return Err(ApiError::invalid_because("SecretsList", "1 to 20 secrets are allowed"));
    }
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for secret in wanted {
        let name = super::name_of(call.region, &secret.secret_name);
        let with_config = secret
            .fetch_extended_config
            .is_some_and(|flag| flag == json!(true) || flag.as_str().is_some_and(|text| text == "true"));
        let which =
            Which { stage: secret.version_stage.as_deref(), version_id: secret.version_id.as_deref() };
        match value_of(world, call, name, which, with_config) {
            Ok(value) => values.push(value),
            Err(error) => errors.push(json!({
                "SecretName": secret.secret_name, "Code": error.code, "Message": error.message,
                "HttpStatus": error.status,
            })),
        }
    }
    Ok(json!({"SecretValues": values, "Errors": errors}))
}

/// Which version is asked for; the current one where nothing is said.
struct Which<'a> {
    stage: Option<&'a str>,
    version_id: Option<&'a str>,
}

fn value_of(world: &World, call: &Call<'_>, name: &str, which: Which<'_>, with_config: bool) -> Answer {
    authorize::on_secret(world, call, "kms:GetSecretValue", name)?;
    let secret = world.secret(call.region, name).ok_or_else(ApiError::secret_not_found)?;
    if let Some(key_id) = &secret.key_id {
        let key = format!("acs:kms:{}:{ACCOUNT_ID}:key/{key_id}", call.region);
        authorize::on_resource(world, call, "kms:Decrypt", &key)?;
    }
    secret.in_use()?;
    let is_generic = secret.kind == Kind::Generic;
    let version_id = which.version_id.filter(|_| is_generic);
    let stage = which.stage.or(version_id.is_none().then_some(CURRENT));
    if !is_generic && !stage.is_some_and(|stage| [CURRENT, PREVIOUS].contains(&stage)) {
        return Err(ApiError::secret_not_found());
    }
    // Where both are said, both must hold (UNVERIFIED).
    let is_asked = |version: &&Version| {
        stage.is_none_or(|stage| version.is(stage)) && version_id.is_none_or(|id| version.id == id)
    };
    let version = secret.versions.iter().find(is_asked).ok_or_else(ApiError::secret_not_found)?;
    let (kind, data) = match &version.value {
        secret::Value::Text(text) => ("text", text.clone()),
        secret::Value::Binary(data) => ("binary", data.clone()),
        secret::Value::AccessKey(pair) => (
            "text",
            json!({
                "AccessKeyId": pair.id,
                "AccessKeySecret": pair.secret,
                "GenerateTimestamp": format(version.created),
            })
            .to_string(),
        ),
    };
    let mut answer = json!({
        "SecretName": name,
        "SecretType": secret.kind.secret_type(),
        "SecretData": data,
        "SecretDataType": kind,
        "VersionId": version.id,
        "VersionStages": {"VersionStage": version.stages},
        "CreateTime": format(secret.created),
    });
    add_rotation(&mut answer, secret);
    if let Some(config) = super::extended_config(secret).filter(|_| with_config) {
        answer["ExtendedConfig"] = json!(config);
    }
    Ok(answer)
}

/// The fields that tell about rotation, as several answers carry them.
pub(super) fn add_rotation(answer: &mut Value, secret: &Secret) {
    // Generic secrets do not rotate.
    if secret.kind == Kind::Generic {
        return;
    }
    answer["AutomaticRotation"] = json!(secret.automatic_rotation.name());
    let mut optional = |field: &str, value: Option<String>| {
        if let Some(value) = value {
            answer[field] = json!(value);
        }
    };
    optional("RotationInterval", secret.interval.map(|interval| format!("{}s", interval.as_secs())));
    optional("LastRotationDate", secret.last_rotation.map(format));
    optional("NextRotationDate", secret.next_rotation.map(format));
}
