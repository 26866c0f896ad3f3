//! The one `status` region, always in the document: what happened is shown there for a while and read out.

use leptos::prelude::*;

use super::html::{html, live, live_flag};
use crate::browser::timers;
use crate::model::error::{ApiError, ErrorCode};

/// How long a result is shown.
const SHOWN_MS: u32 = 8_000;

/// Between two times that the same is said.
const AGAIN_MS: u32 = 100;

#[derive(Clone, Copy)]
pub(crate) struct Announcer {
    /// Read out only, such as a new count.
    words: RwSignal<String>,
    /// What a person did, shown too.
    result: RwSignal<String>,
}

impl Default for Announcer {
    fn default() -> Self {
        Self { words: RwSignal::new(String::new()), result: RwSignal::new(String::new()) }
    }
}

impl Announcer {
    /// Reads it out; the same words twice in a row are said once.
    pub(crate) fn say(self, words: impl Into<String>) {
        let words = words.into();
        if self.words.get_untracked() != words {
            self.words.set(words);
        }
    }

    /// Reads out that fields are marked as wrong.
    pub(crate) fn wrong_input(self) {
        // Each time: what stands there already is not read out again.
        self.words.set(String::new());
        timers::after(AGAIN_MS, move || self.say(ApiError::new(ErrorCode::Invalid).to_string()));
    }

    /// Shows and reads out what an action came to.
    pub(crate) fn result(self, words: impl Into<String>) {
        self.result.set(words.into());
    }
}

#[component]
pub(crate) fn StatusRegion() -> impl IntoView {
    let Announcer { words, result } = expect_context();
    #[cfg(feature = "ssr")]
    if let Some(crate::shell::Notice(text)) = use_context() {
        result.set(text);
    }
    Effect::new(move || {
        if !result.get().is_empty() {
            timers::after(SHOWN_MS, move || result.set(String::new()));
        }
    });
    html! {
        <div role="status" class="status">
            <span class="visually-hidden">{live(move || words.get())}</span>
            <span class="toast" hidden=live_flag(move || result.with(String::is_empty))>{live(move || result.get())}</span>
        </div>
    }
}
