//! Changing an AccessKey by a plain post, from the page of its user and from the one after a leak.

use super::post::again;
use super::{Fields, Outcome};
use crate::api::backend::Backend;
use crate::locales::t;
use crate::model::access_key::{KeyChange, Receipt};
use crate::model::error::{ApiError, ErrorCode};
use crate::model::secret::SecretName;
use crate::paths;

/// The page of the user.
pub(super) async fn change(backend: &dyn Backend, user_name: String, fields: Fields) -> Outcome {
    let location = paths::access_keys_of(&user_name);
    let Some(change) = asked(&fields) else { return again(fields, ApiError::new(ErrorCode::Malformed)) };
    let (id, typed) = (fields.get("key").to_owned(), fields.get("typed").trim().to_owned());
    told(backend.change_access_key(user_name, id, change, typed).await, location, fields)
}

/// The page after a leak rotates too.
pub(super) async fn after_leak(
    backend: &dyn Backend,
    region: String,
    name: SecretName,
    fields: Fields,
) -> Outcome {
    let location = paths::after_leak_of(&region, &name, fields.get("key"));
    if fields.get("change") != "rotate" {
        let user_name = fields.get("user").to_owned();
        return match change(backend, user_name, fields).await {
            Outcome::Done { result, .. } => Outcome::Done { location, result },
            again => again,
        };
    }
    let version_id = fields.get("version").to_owned();
    told(backend.rotate_secret(region, name, version_id).await, location, fields)
}

fn told(answer: Result<Receipt, ApiError>, location: String, fields: Fields) -> Outcome {
    match answer {
        Ok(receipt) => Outcome::Done { location, result: t().leak().did(&receipt) },
        Err(error) => again(fields, error),
    }
}

fn asked(fields: &Fields) -> Option<KeyChange> {
    KeyChange::ALL.into_iter().find(|change| change.value() == fields.get("change"))
}
