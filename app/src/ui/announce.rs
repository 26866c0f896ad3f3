//! The one `status` region, always in the document: what happened is shown there for a while and read out. With a script it is
//! shown beside it (`toast.js`), for as long as somebody reads it.

use leptos::prelude::*;

use super::html::{html, live, live_flag, live_text};
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
    /// Where that can be undone; empty where it cannot.
    undo: RwSignal<String>,
}

impl Default for Announcer {
    fn default() -> Self {
        let empty = || RwSignal::new(String::new());
        Self { words: empty(), result: empty(), undo: empty() }
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
        self.result_undone_at(words.into(), String::new());
    }

    /// The same, with the address where it can be undone.
    pub(crate) fn result_undone_at(self, words: String, undo: String) {
        self.undo.set(undo);
        self.result.set(words);
    }
}

#[component]
pub(crate) fn StatusRegion() -> impl IntoView {
    let Announcer { words, result, undo } = expect_context();
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
            <span class="toast" data-undo=live_text(move || undo.get()) hidden=live_flag(move || result.with(String::is_empty))>{live(move || result.get())}</span>
        </div>
    }
}
