//! Reading anew what is shown: now, and how often by itself, which the page's script offers.

use leptos::prelude::*;

use super::html::html;
use super::icon::{Glyph, Icon};
use crate::locales::t;

#[component]
pub(crate) fn Refresh(on_refresh: impl Fn() + 'static) -> impl IntoView {
    html! {
        <span class="refresh needs-script">
            <button type="button" class="button" on:click=move |_| on_refresh()>
                <Icon glyph=Glyph::Refresh/>{t().list.refresh}
            </button>
            <span class="refresh-every"></span>
        </span>
    }
}
