//! A list of properties.

use leptos::prelude::*;

use super::html::html;

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
