//! The languages. Choosing one loads the page again in it; without WASM a button does.

use leptos::prelude::*;

use crate::locales::{Language, t};
use crate::ui::form::page_of;
use crate::ui::html::html;

#[component]
pub(crate) fn LanguageSelect() -> impl IntoView {
    let f = &t().frame;
    // Each in its own words, for those who can read no other.
    let options = Language::ALL
        .map(|language| {
            let tag = language.tag();
            html! { <option value=tag lang=tag selected=tag == t().lang>{language.name()}</option> }
        })
        .collect_view();
    html! {
        <form action="/language" method="post">
            {page_of()}
            <label class="visually-hidden" for="language">{t().served().language}</label>
            <select id="language" name="language" class="quiet">{options}</select>
            <noscript><button class="button">{f.go}</button></noscript>
        </form>
    }
}
