//! Reading values: `GetSecretValue`, `BatchGetSecretValue`.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::format;
use crate::dispatch::{Answer, Call};
use crate::error::ApiError;
use crate::secret::{Secret, Stage};
use crate::world::World;

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
    fetch_extended_config: Option<Value>,
}

/// `VersionId` is ignored for RAM secrets (`kms-ram-api.md` 0.3).
pub(crate) fn get_secret_value(world: &mut World, call: &Call<'_>) -> Answer {
    let name = super::secret_name(call)?;
    let stage = call.parameters.get("VersionStage");
    let with_config = call.parameters.flag("FetchExtendedConfig", false)?;
    let is_dry = call.parameters.flag("DryRun", false)?;
    let answer = value_of(world, call.region, name, stage, with_config);
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
        match value_of(world, call.region, name, secret.version_stage.as_deref(), with_config) {
            Ok(value) => values.push(value),
            Err(error) => errors.push(json!({
                "SecretName": secret.secret_name, "Code": error.code, "Message": error.message,
                "HttpStatus": error.status,
            })),
        }
    }
    Ok(json!({"SecretValues": values, "Errors": errors}))
}

fn value_of(world: &World, region: &str, name: &str, stage: Option<&str>, with_config: bool) -> Answer {
    let secret = world.secret(region, name).ok_or_else(ApiError::secret_not_found)?;
    secret.in_use()?;
    let stage = match stage {
        None | Some("ACSCurrent") => Stage::Current,
        Some("ACSPrevious") => Stage::Previous,
        Some(_) => return Err(ApiError::secret_not_found()),
    };
    let version = secret
        .versions
        .iter()
        .rev()
        .find(|version| version.stage == stage)
        .ok_or_else(ApiError::secret_not_found)?;
    let data = json!({
        "AccessKeyId": version.pair.id,
        "AccessKeySecret": version.pair.secret,
        "GenerateTimestamp": format(version.created),
    });
    let mut answer = json!({
        "SecretName": name,
        "SecretType": "RAMCredentials",
        "SecretData": data.to_string(),
        "SecretDataType": "text",
        "VersionId": version.id,
        "VersionStages": {"VersionStage": [version.stage.name()]},
        "CreateTime": format(secret.created),
    });
    add_rotation(&mut answer, secret);
    if with_config {
        answer["ExtendedConfig"] = json!(super::extended_config(secret));
    }
    Ok(answer)
}

/// The fields that tell about rotation, as several answers carry them.
pub(super) fn add_rotation(answer: &mut Value, secret: &Secret) {
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
