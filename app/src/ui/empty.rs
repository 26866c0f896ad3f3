//! Nothing here: a heading, a sentence, and what to do. Nothing yet, no match and not loaded are three different ones.

use leptos::prelude::*;

use super::html::html;

#[component]
pub(crate) fn Empty(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    html! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
