//! The console: pages, forms, components, and the rules that browser and server share.
//!
//! ```text
//! routes ──► layout ──► pages · forms ──► api (server functions) ──► api::backend (the seam, ssr)
//!                           │   └──► model (plain data and rules, both sides)
//!                           └──► ui (design system) ──► browser (the only web-sys)
//! ```
//! Built twice: into WASM with the feature `hydrate`, into the server with `ssr`.

#[cfg(all(feature = "hydrate", feature = "ssr"))]
compile_error!(
    "the features `hydrate` and `ssr` exclude each other: one build is for the browser, one for the server"
);

pub mod api;
mod browser;
mod forms;
pub mod json;
mod layout;
mod lazy;
mod locales;
pub mod model;
mod pages;
pub mod paths;
pub mod plain;
mod response;
pub mod routes;
#[cfg(feature = "ssr")]
pub mod served;
#[cfg(feature = "ssr")]
pub mod shell;
mod ui;

pub use api::BUILD_HEADER;

/// Called by the page's own script once the WASM is there, and the strings of the person's language.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate(words: String) {
    console_error_panic_hook::set_once();
    locales::read_words(words);
    let Some(body) = browser::document::body() else { return };
    // As `hydrate_lazy` does, which does not tell when all is done, lazy pages too.
    wasm_bindgen_futures::spawn_local(async {
        leptos::mount::hydrate_from_async(body, routes::App).await.forget();
        browser::document::mark_hydrated();
    });
}
