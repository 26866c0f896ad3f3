//! The dialogs about one secret: `Delete Secret` and `Restore Secret`.

use super::{Fields, Outcome, again};
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
    let list = paths::secrets(&region);
    match backend.delete_secret(region.clone(), name.clone(), deletion, typed).await {
        Ok(Some(at_ms)) => Outcome::Done {
            location: if is_over_details { paths::secret(&region, &name) } else { list },
            result: (t().delete.planned)(name.as_str(), &time::utc(at_ms)),
        },
        Ok(None) => Outcome::Done { location: list, result: (t().delete.done)(name.as_str()) },
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
    match backend.restore_secret(region.clone(), name.clone()).await {
        Ok(()) => Outcome::Done {
            location: if is_over_details { paths::secret(&region, &name) } else { paths::secrets(&region) },
            result: (t().restore.done)(name.as_str()),
        },
        Err(error) => again(fields, error),
    }
}
