//! The one `h1` of a page. After a navigation the focus moves to it, so that a new page is announced by its heading.

use leptos::html::H1;
use leptos::prelude::*;

/// Whether the person has gone to another page since the first one came; the first keeps the browser's own focus.
#[derive(Clone, Copy)]
pub(crate) struct Navigated(pub(crate) RwSignal<bool>);

impl Default for Navigated {
    fn default() -> Self {
        Self(RwSignal::new(false))
    }
}

#[component]
pub(crate) fn Heading(
    #[prop(into)] text: Signal<String>,
    /// Taken each time it changes to true; pages that come and go leave it out.
    #[prop(default = Signal::stored(true), into)]
    is_shown: Signal<bool>,
    #[prop(optional)] id: &'static str,
) -> impl IntoView {
    let Navigated(navigated) = expect_context();
    let heading = NodeRef::<H1>::new();
    Effect::new(move || {
        if is_shown.get()
            && navigated.get_untracked()
            && let Some(heading) = heading.get()
        {
            let _ = heading.focus();
        }
    });
    view! { <h1 id=(!id.is_empty()).then_some(id) tabindex="-1" node_ref=heading>{move || text.get()}</h1> }
}
