//! Light, dark, or as the system has it.

use leptos::prelude::*;

use crate::api::Json;
use crate::browser::document;
use crate::locales::t;
use crate::ui::html::html;

#[component]
pub(crate) fn ThemeSelect() -> impl IntoView {
    let f = &t().frame;
    let chosen = SharedValue::<String, Json>::new_with_encoding(|| current_theme().unwrap_or_default());
    let chosen = chosen.into_inner();
    let option = |value: &'static str, text: &'static str| {
        html! { <option value=value selected=value == chosen>{text}</option> }
    };
    html! {
        <label class="visually-hidden" for="theme">{f.theme}</label>
        <select id="theme" class="quiet needs-script" on:change=move |event| document::set_theme(&event_target_value(&event))>
            {option("system", f.theme_system)}
            {option("light", f.theme_light)}
            {option("dark", f.theme_dark)}
        </select>
    }
}

/// What the server read from the cookie.
fn current_theme() -> Option<String> {
    #[cfg(feature = "ssr")]
    return use_context::<crate::shell::Theme>()?.0;
    #[cfg(not(feature = "ssr"))]
    None
}
