//! The shape of what is on its way.

use leptos::prelude::*;

use super::html::html;
use crate::locales::t;

#[component]
pub(crate) fn Skeleton(#[prop(default = 6)] lines: usize) -> impl IntoView {
    html! {
        <div class="skeleton">
            <span class="visually-hidden">{t().common.loading}</span>
            {(0..lines).map(|_| html! { <div aria-hidden="true"></div> }).collect_view()}
        </div>
    }
}
