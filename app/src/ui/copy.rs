//! A button that copies a text, and says so where it stands.

use leptos::prelude::*;

use super::announce::Announcer;
use super::html::{html, live};
use super::icon::{Glyph, Icon};
use crate::browser::{clipboard, timers};
use crate::locales::t;

/// How long the button says that it worked.
const FEEDBACK_MS: u32 = 2_000;

#[component]
pub(crate) fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What it is called, for the button's name.
    #[prop(into)]
    what: String,
) -> impl IntoView {
    let announcer: Announcer = expect_context();
    let copied = RwSignal::new(false);
    Effect::new(move || {
        if copied.get() {
            timers::after(FEEDBACK_MS, move || copied.set(false));
        }
    });
    let on_click = move |_| {
        clipboard::copy(text.clone(), move |worked| {
            copied.set(worked);
            announcer.say(if worked { t().common.copied } else { t().common.copy_failed });
        });
    };
    let label = t().common.copy.with([&what]);
    html! {
        <button type="button" class="icon-button copy" aria-label=label.clone() data-tip=label on:click=on_click>
            {live(move || {
                let glyph = if copied.get() { Glyph::Check } else { Glyph::Copy };
                html! { <Icon glyph/> }
            })}
        </button>
    }
}
