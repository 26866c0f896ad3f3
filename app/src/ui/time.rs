//! A moment. Rendered in UTC; the browser puts the person's own zone beside it once it can.

use leptos::prelude::*;

use super::html::{html, live, live_text};
use crate::browser::time;

#[component]
pub(crate) fn Time(#[prop(into)] at_ms: Signal<i64>) -> impl IntoView {
    let local = RwSignal::new(None);
    Effect::new(move || local.set(time::local(at_ms.get())));
    let text = live(move || local.get().unwrap_or_else(|| time::utc(at_ms.get())));
    html! {
        <time datetime=live_text(move || time::iso(at_ms.get())) title=live_text(move || time::utc(at_ms.get()))>
            {text}
        </time>
    }
}
