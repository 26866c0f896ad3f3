//! The one `h1` of a page. After a navigation the focus moves to it, so that a new page is announced by its heading;
//! after a dialog was called off, to what had opened it.

use leptos::html::H1;
use leptos::prelude::*;

use super::html::{html, live};
use crate::browser::{document, timers};

/// Where the focus goes.
#[derive(Clone, Copy)]
pub(crate) struct Focus {
    /// Whether the person has gone to another page since the first one came; the first keeps the browser's own focus.
    pub(crate) has_navigated: RwSignal<bool>,
    /// The ID of what the person last went on from; a dialog that is called off goes back to it.
    pub(crate) opener: RwSignal<String>,
}

impl Default for Focus {
    fn default() -> Self {
        Self { has_navigated: RwSignal::new(false), opener: RwSignal::new(String::new()) }
    }
}

#[component]
pub(crate) fn Heading(
    #[prop(into)] text: Signal<String>,
    /// Taken each time it changes to true; pages that come and go leave it out.
    #[prop(default = Signal::stored(true), into)]
    is_shown: Signal<bool>,
    #[prop(optional)] id: &'static str,
    /// Stands for a page that is not there yet: what the focus goes back to may come with it.
    #[prop(optional)]
    is_ahead: bool,
) -> impl IntoView {
    let Focus { has_navigated, opener } = expect_context();
    let heading = NodeRef::<H1>::new();
    Effect::new(move || {
        if is_shown.get() && heading.get().is_some() {
            // While a modal dialog is in the document still, nothing else takes the focus.
            timers::after(0, move || {
                // By now it is known: a page that is only shown again learns of it first.
                if has_navigated.try_get_untracked() != Some(true) {
                    return;
                }
                if is_ahead && opener.try_with_untracked(String::is_empty) != Some(true) {
                    return;
                }
                let opener = opener.try_update(std::mem::take).unwrap_or_default();
                if (opener.is_empty() || !document::focus_id(&opener))
                    && let Some(Some(heading)) = heading.try_get_untracked()
                {
                    let _ = heading.focus();
                }
            });
        }
    });
    html! { <h1 id=(!id.is_empty()).then_some(id) tabindex="-1" node_ref=heading>{live(move || text.get())}</h1> }
}
