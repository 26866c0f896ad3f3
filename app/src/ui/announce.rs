//! The one `status` region, always in the document, in which results are announced.

use leptos::prelude::*;

#[derive(Clone, Copy)]
pub(crate) struct Announcer(RwSignal<String>);

impl Default for Announcer {
    fn default() -> Self {
        Self(RwSignal::new(String::new()))
    }
}

impl Announcer {
    /// Says it; the same words twice in a row are said once.
    pub(crate) fn say(self, words: impl Into<String>) {
        let words = words.into();
        if self.0.get_untracked() != words {
            self.0.set(words);
        }
    }
}

#[component]
pub(crate) fn StatusRegion() -> impl IntoView {
    let Announcer(words) = expect_context();
    view! { <div role="status" class="visually-hidden">{move || words.get()}</div> }
}
