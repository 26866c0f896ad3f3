//! A list of properties.

use leptos::prelude::*;

#[component]
pub(crate) fn KeyValues(children: Children) -> impl IntoView {
    view! { <dl class="key-values">{children()}</dl> }
}

#[component]
pub(crate) fn KeyValue(#[prop(into)] key: String, children: Children) -> impl IntoView {
    view! {
        <div>
            <dt>{key}</dt>
            <dd>{children()}</dd>
        </div>
    }
}
