//! The dialogs about one secret.

use super::post::again;
use super::{Fields, Outcome, create_secret};
use crate::api::backend::Backend;
use crate::browser::time;
use crate::locales::t;
use crate::model::deletion::{Deletion, RecoveryWindow};
use crate::model::error::{ApiError, ErrorCode};
use crate::model::secret::SecretName;
use crate::paths;

pub(super) async fn delete(
    backend: &dyn Backend,
    region: String,
    name: SecretName,
    is_over_details: bool,
    fields: Fields,
) -> Outcome {
    let (deletion, typed) = match (fields.get("method"), RecoveryWindow::parse(fields.get("days"))) {
        ("immediate", _) => (Deletion::Immediate, fields.get("name").trim().to_owned()),
        (_, Ok(window)) => (Deletion::Planned(window), String::new()),
        // The field says what is wrong with it by the same rule.
        (_, Err(_)) => return again(fields, ApiError::new(ErrorCode::Invalid)),
    };
    match backend.delete_secret(region.clone(), name.clone(), deletion, typed).await {
        Ok(Some(at_ms)) => Outcome::Done {
            location: beneath(&region, &name, is_over_details),
            result: (t().delete.planned)(name.as_str(), &time::utc(at_ms)),
        },
        // There are no details to go back to.
        Ok(None) => {
            Outcome::Done { location: paths::secrets(&region), result: (t().delete.done)(name.as_str()) }
        }
        Err(error) => again(fields, error),
    }
}

pub(super) async fn restore(
    backend: &dyn Backend,
    region: String,
    name: SecretName,
    is_over_details: bool,
    fields: Fields,
) -> Outcome {
    let answer = backend.restore_secret(region.clone(), name.clone()).await;
    told(answer, beneath(&region, &name, is_over_details), (t().restore.done)(name.as_str()), fields)
}

pub(super) async fn rotate(
    backend: &dyn Backend,
    region: String,
    name: SecretName,
    is_over_details: bool,
    fields: Fields,
) -> Outcome {
    let version_id = fields.get("version").to_owned();
    let answer = backend.rotate_secret(region.clone(), name.clone(), version_id).await.map(drop);
    told(answer, beneath(&region, &name, is_over_details), (t().rotate.started)(name.as_str()), fields)
}

pub(super) async fn change_rotation(
    backend: &dyn Backend,
    region: String,
    name: SecretName,
    is_over_details: bool,
    fields: Fields,
) -> Outcome {
    // The field says what is wrong with it by the same rule.
    let Ok(rotation) = create_secret::rotation(&fields) else {
        return again(fields, ApiError::new(ErrorCode::Invalid));
    };
    let answer = backend.change_rotation(region.clone(), name.clone(), rotation).await;
    told(answer, beneath(&region, &name, is_over_details), (t().rotate.changed)(name.as_str()), fields)
}

/// What a change came to that has no answer of its own.
fn told(answer: Result<(), ApiError>, location: String, result: String, fields: Fields) -> Outcome {
    match answer {
        Ok(()) => Outcome::Done { location, result },
        Err(error) => again(fields, error),
    }
}

/// The page beneath the dialog.
fn beneath(region: &str, name: &SecretName, is_over_details: bool) -> String {
    if is_over_details { paths::secret(region, name) } else { paths::secrets(region) }
}
