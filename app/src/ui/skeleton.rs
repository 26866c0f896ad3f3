//! The shape of what is on its way.

use leptos::prelude::*;

use crate::locales::t;

#[component]
pub(crate) fn Skeleton(#[prop(default = 6)] lines: usize) -> impl IntoView {
    view! {
        <div class="skeleton">
            <span class="visually-hidden">{t().common.loading}</span>
            {(0..lines).map(|_| view! { <div aria-hidden="true"></div> }).collect_view()}
        </div>
    }
}
