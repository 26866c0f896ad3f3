//! The dialogs about one secret.

use super::post::again;
use super::{Fields, Outcome, create_secret};
use crate::api::backend::Backend;
use crate::browser::time;
use crate::locales::t;
use crate::model::deletion::{Deletion, RecoveryWindow};
use crate::model::error::{ApiError, ErrorCode};
use crate::model::secret::SecretName;
use crate::model::secret_edit::SecretEdit;
use crate::paths;

/// What a post is about, from its address.
pub(super) struct About {
    pub(super) region: String,
    pub(super) name: SecretName,
    pub(super) is_over_details: bool,
}

pub(super) async fn delete(backend: &dyn Backend, about: About, fields: Fields) -> Outcome {
    let (deletion, typed) = match (fields.get("method"), RecoveryWindow::parse(fields.get("days"))) {
        ("immediate", _) => (Deletion::Immediate, fields.get("name").trim().to_owned()),
        (_, Ok(window)) => (Deletion::Planned(window), String::new()),
        // The field says what is wrong with it by the same rule.
        (_, Err(_)) => return again(fields, ApiError::new(ErrorCode::Invalid)),
    };
    match backend.delete_secret(about.region.clone(), about.name.clone(), deletion, typed).await {
        Ok(Some(at_ms)) => Outcome::Done {
            location: about.beneath(),
            result: t().delete().planned.with([&about.name.as_str(), &time::utc(at_ms)]),
        },
        // There are no details to go back to.
        Ok(None) => Outcome::Done {
            location: paths::secrets(&about.region),
            result: t().delete().done.with([&about.name.as_str()]),
        },
        Err(error) => again(fields, error),
    }
}

pub(super) async fn restore(backend: &dyn Backend, about: About, fields: Fields) -> Outcome {
    let answer = match backend.restore_secret(about.region.clone(), about.name.clone()).await {
        Ok(()) => Ok(backend.get_secret(about.region.clone(), about.name.clone()).await.ok()),
        Err(error) => Err(error),
    };
    about.told(answer, |name, now| t().restore().result(name, now.as_ref()), fields)
}

pub(super) async fn rotate(backend: &dyn Backend, about: About, fields: Fields) -> Outcome {
    let version_id = fields.get("version").to_owned();
    let answer = backend.rotate_secret(about.region.clone(), about.name.clone(), version_id).await.map(drop);
    about.told(answer, |name, ()| t().rotate().started.with([&name]), fields)
}

pub(super) async fn change_rotation(backend: &dyn Backend, about: About, fields: Fields) -> Outcome {
    // The field says what is wrong with it by the same rule.
    let Ok(rotation) = create_secret::rotation(&fields) else {
        return again(fields, ApiError::new(ErrorCode::Invalid));
    };
    let answer = backend.change_rotation(about.region.clone(), about.name.clone(), rotation).await;
    about.told(answer, |name, ()| t().rotate().changed.with([&name]), fields)
}

pub(super) async fn edit(backend: &dyn Backend, about: About, fields: Fields) -> Outcome {
    let seen_ms = fields.get("seen").parse().unwrap_or_default();
    let texts = (fields.text("description"), fields.text("custom-data"), fields.get("tags"));
    let shown = backend.get_secret(about.region.clone(), about.name.clone()).await;
    let answer = match shown.map(|secret| SecretEdit::of(&secret, &texts.0, &texts.1, texts.2, seen_ms)) {
        Ok(Some(edit)) => backend.edit_secret(about.region.clone(), about.name.clone(), edit).await,
        // The fields say what is wrong with them by the same rules.
        Ok(None) => Err(ApiError::new(ErrorCode::Invalid)),
        Err(error) => Err(error),
    };
    about.told(answer, |name, ()| t().edit().done.with([&name]), fields)
}

pub(super) async fn edit_policy(backend: &dyn Backend, about: About, fields: Fields) -> Outcome {
    let (policy, seen) = (fields.text("policy"), fields.text("seen"));
    let answer = backend.set_secret_policy(about.region.clone(), about.name.clone(), policy, seen).await;
    about.told(answer, |name, ()| t().edit().policy_done.with([&name]), fields)
}

impl About {
    /// What a change came to, in words about the secret's name and the answer.
    fn told<T>(
        &self,
        answer: Result<T, ApiError>,
        words: impl FnOnce(&str, T) -> String,
        fields: Fields,
    ) -> Outcome {
        match answer {
            Ok(done) => Outcome::Done { location: self.beneath(), result: words(self.name.as_str(), done) },
            Err(error) => again(fields, error),
        }
    }

    /// The page beneath the dialog.
    fn beneath(&self) -> String {
        match self.is_over_details {
            true => paths::secret(&self.region, &self.name),
            false => paths::secrets(&self.region),
        }
    }
}
