//! What a page says to HTTP while the server renders it; nothing in the browser.

/// The page's status: 404 for what does not exist, the error's own otherwise.
pub(crate) fn set_status(status: u16) {
    #[cfg(feature = "ssr")]
    if let Some(options) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
        && let Ok(status) = axum::http::StatusCode::from_u16(status)
    {
        options.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}
