//! Which form a post is for, and what it comes to.

use super::secret::About;
use super::{Choices, Fields, access_keys, create_secret, secret};
use crate::api::backend::Backend;
use crate::model::error::ApiError;
use crate::paths::{Dialog, parse_dialog};

/// A page that works by itself: the document around it has no script. In the context of the page.
#[derive(Clone, Default)]
pub struct PlainPage {
    /// What was typed, without the values.
    pub(crate) fields: Fields,
    pub error: Option<ApiError>,
    /// What the wizard offers; `None` for the other dialogs.
    pub(crate) choices: Option<Choices>,
}

/// What a post came to.
pub enum Outcome {
    /// It is done: where the result is to be seen, and what happened in words.
    Done { location: String, result: String },
    /// The page again, with what is wrong.
    Again(Box<PlainPage>),
}

/// The wizard as one page, for a browser that runs no script; `None` where the address is not the wizard's.
pub async fn wizard(backend: &dyn Backend, path: &str, user_name: Option<String>) -> Option<PlainPage> {
    let (region, Dialog::Create) = parse_dialog(path)? else { return None };
    let fields = Fields::new(user_name.map(|name| ("user".to_owned(), name)));
    let user = create_secret::chosen_user(backend, &region, &fields).await;
    Some(create_secret::page(backend, region, fields, user, None).await)
}

/// Does what a form asks for; `None` where there is no form at this address.
pub async fn post(
    backend: &dyn Backend,
    path: &str,
    is_over_details: bool,
    fields: Fields,
) -> Option<Outcome> {
    let (region, dialog) = parse_dialog(path)?;
    let about = |name| About { region: region.clone(), name, is_over_details };
    Some(match dialog {
        Dialog::Create => create_secret::post(backend, region, fields).await,
        Dialog::Delete(name) => secret::delete(backend, about(name), fields).await,
        Dialog::Restore(name) => secret::restore(backend, about(name), fields).await,
        Dialog::Rotate(name) => secret::rotate(backend, about(name), fields).await,
        Dialog::ChangeRotation(name) => secret::change_rotation(backend, about(name), fields).await,
        Dialog::Edit(name) => secret::edit(backend, about(name), fields).await,
        Dialog::EditPolicy(name) => secret::edit_policy(backend, about(name), fields).await,
        Dialog::AfterLeak(name) => access_keys::after_leak(backend, region, name, fields).await,
        Dialog::AccessKeys(user_name) => access_keys::change(backend, user_name, fields).await,
    })
}

pub(super) fn again(fields: Fields, error: ApiError) -> Outcome {
    Outcome::Again(Box::new(PlainPage { fields: fields.without_values(), error: Some(error), choices: None }))
}
