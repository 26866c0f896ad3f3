//! A moment. Rendered in UTC; the browser puts the person's own zone beside it once it can.

use leptos::prelude::*;

use super::html::{html, live, live_text};
use crate::browser::time;

#[component]
pub(crate) fn Time(#[prop(into)] at_ms: Signal<i64>) -> impl IntoView {
    let words = in_words();
    let text = live(move || words(at_ms.get()));
    html! {
        <time datetime=live_text(move || time::iso(at_ms.get())) title=live_text(move || time::utc(at_ms.get()))>
            {text}
        </time>
    }
}

/// A moment within a sentence, in the same words.
pub(crate) fn in_words() -> impl Fn(i64) -> String + Copy {
    let is_here = RwSignal::new(false);
    Effect::new(move || is_here.set(true));
    move |at_ms| if is_here.get() { time::local_or_utc(at_ms) } else { time::utc(at_ms) }
}
