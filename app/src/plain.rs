//! The dialogs without WASM (`contract.md`, "Addresses"): each is a page whose form posts to its own address.
//!
//! ```text
//! POST ──► Fields ──► create · delete · restore · rotate: parse, call the seam ──► Done, or the same page Again
//! ```
//! The hydrated page has none of it: there, the same forms are actions. What such a page shows again reaches the
//! components by [`typed`] and [`error`], so that a form is written once.

#[cfg(feature = "ssr")]
mod access_keys;
#[cfg(feature = "ssr")]
mod create_secret;
#[cfg(feature = "ssr")]
mod fields;
#[cfg(feature = "ssr")]
mod post;
#[cfg(feature = "ssr")]
mod secret;

#[cfg(feature = "ssr")]
pub(crate) use create_secret::Choices;
#[cfg(feature = "ssr")]
pub use fields::Fields;
#[cfg(feature = "ssr")]
pub use post::{Outcome, PlainPage, post, wizard};

use crate::model::error::ApiError;

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
