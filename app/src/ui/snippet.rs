//! Code to copy, under its title.

use leptos::prelude::*;

use super::copy::CopyButton;
use super::html::html;

#[component]
pub(crate) fn Snippet(title: String, code: String, #[prop(optional)] is_open: bool) -> impl IntoView {
    html! {
        <details class="snippet" open=is_open>
            <summary>{title.clone()}</summary>
            <div class="code-block">
                <CopyButton text=code.clone() what=title/>
                <pre tabindex="0"><code>{code}</code></pre>
            </div>
        </details>
    }
}
