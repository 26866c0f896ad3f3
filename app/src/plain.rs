//! The dialogs without WASM (`contract.md`, "Addresses"): each is a page whose form posts to its own address.
//!
//! ```text
//! POST ──► Fields ──► create · delete · restore: parse, call the seam ──► Done, or the same page Again
//! ```
//! The hydrated page has none of it: there, the same forms are actions. What such a page shows again reaches the
//! components by [`typed`] and [`error`], so that a form is written once.

#[cfg(feature = "ssr")]
mod create_secret;
#[cfg(feature = "ssr")]
mod fields;
#[cfg(feature = "ssr")]
mod secret;

#[cfg(feature = "ssr")]
pub(crate) use create_secret::Choices;
#[cfg(feature = "ssr")]
pub use fields::Fields;

use crate::model::error::ApiError;

/// A page that works by itself: the document around it has no script. In the context of the page.
#[cfg(feature = "ssr")]
#[derive(Clone, Default)]
pub struct PlainPage {
    /// What was typed, without the values.
    pub(crate) fields: Fields,
    pub error: Option<ApiError>,
    /// What the wizard offers; `None` for the other dialogs.
    pub(crate) choices: Option<Choices>,
}

/// What a post came to.
#[cfg(feature = "ssr")]
pub enum Outcome {
    /// It is done: where the result is to be seen, and what happened in words.
    Done { location: String, result: String },
    /// The page again, with what is wrong.
    Again(Box<PlainPage>),
}

/// What a person has typed into a field of the form that is shown again; otherwise `default`.
pub(crate) fn typed(field: &str, default: &str) -> String {
    #[cfg(feature = "ssr")]
    if let Some(page) = leptos::prelude::use_context::<PlainPage>()
        && page.fields.has(field)
    {
        return page.fields.get(field).to_owned();
    }
    let _ = field;
    default.to_owned()
}

/// Why the form is shown again.
pub(crate) fn error() -> Option<ApiError> {
    #[cfg(feature = "ssr")]
    return leptos::prelude::use_context::<PlainPage>()?.error;
    #[cfg(not(feature = "ssr"))]
    None
}

/// The wizard as one page, for a browser that runs no script; `None` where the address is not the wizard's.
#[cfg(feature = "ssr")]
pub async fn wizard(backend: &dyn crate::api::backend::Backend, path: &str) -> Option<PlainPage> {
    let (region, crate::paths::Dialog::Create) = crate::paths::parse_dialog(path)? else { return None };
    Some(create_secret::page(backend, region, Fields::default(), None).await)
}

/// Does what a form asks for; `None` where there is no form at this address.
#[cfg(feature = "ssr")]
pub async fn post(
    backend: &dyn crate::api::backend::Backend,
    path: &str,
    is_over_details: bool,
    fields: Fields,
) -> Option<Outcome> {
    use crate::paths::Dialog;
    let (region, dialog) = crate::paths::parse_dialog(path)?;
    Some(match dialog {
        Dialog::Create => create_secret::post(backend, region, fields).await,
        Dialog::Delete(name) => secret::delete(backend, region, name, is_over_details, fields).await,
        Dialog::Restore(name) => secret::restore(backend, region, name, is_over_details, fields).await,
    })
}

#[cfg(feature = "ssr")]
fn again(fields: Fields, error: ApiError) -> Outcome {
    Outcome::Again(Box::new(PlainPage { fields: fields.without_values(), error: Some(error), choices: None }))
}
