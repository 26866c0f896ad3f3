//! A list of properties.

use super::html::html;
use leptos::prelude::*;

#[component]
pub(crate) fn KeyValues(children: Children) -> impl IntoView {
    html! { <dl class="key-values">{children()}</dl> }
}

#[component]
pub(crate) fn KeyValue(#[prop(into)] key: String, children: Children) -> impl IntoView {
    html! {
        <div>
            <dt>{key}</dt>
            <dd>{children()}</dd>
        </div>
    }
}
