//! Light, dark, or as the system has it.

use leptos::prelude::*;

use crate::locales::t;
use crate::shell::Theme;
use crate::ui::html::html;

#[component]
pub(crate) fn ThemeSelect() -> impl IntoView {
    let s = t().served();
    let chosen = use_context::<Theme>().unwrap_or_default().0.unwrap_or_default();
    let option = |value: &'static str, text: &'static str| {
        html! { <option value=value selected=value == chosen>{text}</option> }
    };
    html! {
        <label class="visually-hidden" for="theme">{s.theme}</label>
        <select id="theme" class="quiet needs-script">
            {option("system", s.theme_system)}
            {option("light", s.theme_light)}
            {option("dark", s.theme_dark)}
        </select>
    }
}
