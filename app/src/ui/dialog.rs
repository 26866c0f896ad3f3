//! A modal dialog on the native element. The server renders it open, so that it is there without WASM.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::browser::{document, timers};
use crate::locales::t;
use crate::ui::announce::Announcer;
use crate::ui::html::{html, live};

#[component]
pub(crate) fn Dialog(
    /// The element's ID, the same on both sides; the heading's is made from it.
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    /// Something is on its way.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// The person closed it, for example with Esc.
    on_close: impl Fn() + 'static,
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-title");
    let labelled_by = heading.clone();
    // A dialog can only be shown once it is in the document: after the router has put it there.
    Effect::new(move || timers::after(0, move || document::show_modal(id)));
    let announcer: Announcer = expect_context();
    // No longer than it is so.
    Effect::new(move |was_busy: Option<bool>| {
        let is_busy = is_busy.get();
        match (was_busy, is_busy) {
            (_, true) => announcer.say(t().common.working),
            (Some(true), false) => announcer.say(""),
            _ => {}
        }
        is_busy
    });
    html! {
        <Title text=move || t().frame.title.with([&title.get()])/>
        <dialog
            id=id
            open
            aria-labelledby=labelled_by
            data-busy=move || is_busy.get().to_string()
            on:close=move |_: Event| on_close()
        >
            <h2 id=heading tabindex="-1" autofocus>{live(move || title.get())}</h2>
            {children()}
        </dialog>
    }
}
