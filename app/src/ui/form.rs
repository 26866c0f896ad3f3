//! What every form holds that changes something.

use leptos::prelude::*;

use super::html::html;

/// Whose page the form is on, so that it changes nothing where somebody else has signed in meanwhile. Where the page's script
/// runs, that sets it; what the server writes here is for a browser that runs none. Signing out and the choice of the language
/// are anybody's.
pub(crate) fn page_of() -> AnyView {
    #[cfg(feature = "ssr")]
    return use_context::<crate::shell::PersonMark>()
        .map(|person| html! { <input type="hidden" name="page-of" value=person.mark/> })
        .into_any();
    #[cfg(not(feature = "ssr"))]
    html! { <input type="hidden" name="page-of"/> }
}
