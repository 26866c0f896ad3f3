//! The wizard as one page: what it offers, and what its form asks for.

use super::fields::VALUE_PREFIX;
use super::{Fields, Outcome, PlainPage};
use crate::api::backend::Backend;
use crate::browser::random;
use crate::locales::t;
use crate::model::access_key::{RamUser, TypedSecret};
use crate::model::error::{ApiError, FieldError};
use crate::model::new_secret::{
    InvalidInput, NewAccessKey, NewSecret, Prerequisites, check_access_key_secret, check_description,
    parse_key, parse_tags,
};
use crate::model::rotation::{InvalidPeriod, PeriodUnit, RotationPeriod};
use crate::paths;

/// The button that shows the value fields of the chosen user, and sends nothing to KMS.
const SHOW_KEYS: &str = "show-keys";

/// What the page offers.
#[derive(Clone, Default)]
pub(crate) struct Choices {
    pub(crate) users: Vec<RamUser>,
    pub(crate) chosen: Option<RamUser>,
    pub(crate) prerequisites: Prerequisites,
    /// The same for every try of one secret.
    pub(crate) version_id: String,
    /// Why the users could not be loaded.
    pub(crate) error: Option<ApiError>,
}

/// The page, with what was typed and what is wrong.
pub(super) async fn page(
    backend: &dyn Backend,
    region: String,
    fields: Fields,
    chosen: Option<RamUser>,
    error: Option<ApiError>,
) -> PlainPage {
    let (users, users_error) =
        match backend.search_ram_users(region.clone(), fields.get("find").to_owned()).await {
            Ok(users) => (users, None),
            Err(error) => (Vec::new(), Some(error)),
        };
    let choices = Choices {
        users,
        chosen,
        prerequisites: backend.get_prerequisites(region).await.unwrap_or_default(),
        version_id: match fields.get("version") {
            "" => random::uuid(),
            version => version.to_owned(),
        },
        error: users_error,
    };
    PlainPage { fields: fields.without_values(), error, choices: Some(choices) }
}

pub(super) async fn post(backend: &dyn Backend, region: String, fields: Fields) -> Outcome {
    let user = chosen_user(backend, &region, &fields).await;
    if fields.has(SHOW_KEYS) {
        return Outcome::Again(Box::new(page(backend, region, fields, user, None).await));
    }
    let created = match request(&fields, user.clone()) {
        Ok(secret) => backend.create_secret(region.clone(), secret).await,
        Err(wrong) => Err(ApiError::invalid(wrong)),
    };
    match created {
        Ok(name) => Outcome::Done {
            location: paths::secret(&region, &name),
            result: t().plain().created.with([&name.as_str()]),
        },
        Err(error) => Outcome::Again(Box::new(page(backend, region, fields, user, Some(error)).await)),
    }
}

/// The user of that very name, with the AccessKeys; a failure is that of the page's own search.
pub(super) async fn chosen_user(backend: &dyn Backend, region: &str, fields: &Fields) -> Option<RamUser> {
    let name = fields.get("user");
    if name.is_empty() {
        return None;
    }
    let found = backend.search_ram_users(region.to_owned(), name.to_owned()).await.ok()?;
    found.into_iter().find(|user| user.name == name)
}

/// The fields of `RotationFields`.
pub(super) fn rotation(fields: &Fields) -> Result<Option<RotationPeriod>, InvalidPeriod> {
    match fields.get("rotation") {
        "off" => Ok(None),
        _ => RotationPeriod::parse(fields.get("period"), PeriodUnit::parse(fields.get("unit"))).map(Some),
    }
}

/// What is sent, or everything that is wrong at once.
fn request(fields: &Fields, user: Option<RamUser>) -> Result<NewSecret, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let description = fields.text("description");
    if let Err(error) = check_description(&description) {
        wrong.push(FieldError::of("description", error));
    }
    let tags = parse_tags(fields.get("tags"));
    if let Err(error) = &tags {
        wrong.push(FieldError::of("tags", error.clone()));
    }
    let rotation = rotation(fields);
    if let Err(error) = rotation {
        let message = t().create().invalid_period(error);
        wrong.push(FieldError { field: "period".into(), code: "invalid_period".into(), message });
    }
    let user = user.filter(|user| user.eligible().is_ok());
    if user.is_none() {
        wrong.push(FieldError::of("user", InvalidInput::Missing));
    }
    let keys = user.as_ref().and_then(|user| user.access_keys.clone()).unwrap_or_default();
    let mut access_keys = Vec::new();
    for key in keys {
        let field = format!("{VALUE_PREFIX}{}", key.id);
        let secret = TypedSecret::new(fields.get(&field));
        if let Err(error) = check_access_key_secret(&secret) {
            wrong.push(FieldError::of(&field, error));
        }
        access_keys.push(NewAccessKey { id: key.id, secret });
    }
    match (wrong.is_empty(), user, tags, rotation) {
        (true, Some(user), Ok(tags), Ok(rotation)) => Ok(NewSecret {
            user_name: user.name,
            access_keys,
            description,
            rotation,
            version_id: fields.get("version").to_owned(),
            tags,
            instance: parse_key(fields.get("key")),
            is_checked: fields.has("unverified"),
        }),
        _ => Err(wrong),
    }
}
