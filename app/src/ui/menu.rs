//! A menu button (ARIA Authoring Practices): a native popover, so that it opens before the WASM is there.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::html::{html, live_text};
use crate::browser::document;

/// An item that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MenuLink {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) is_dangerous: bool,
}

#[component]
pub(crate) fn MenuButton(
    /// Unique on the page, and the same on the server and in the browser.
    id: String,
    /// What the button shows.
    text: &'static str,
    /// What it is called.
    #[prop(into)]
    name: String,
    items: Vec<MenuLink>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let on_key = {
        let id = id.clone();
        move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowDown" => 1,
                "ArrowUp" => -1,
                "Home" => i32::MIN,
                "End" => i32::MAX,
                "Tab" => {
                    document::hide_popover(&id);
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            document::move_in_menu(&id, step);
        }
    };
    let on_toggle = {
        let id = id.clone();
        move |_| {
            is_open.update(|open| *open = !*open);
            if is_open.get_untracked() {
                document::move_in_menu(&id, 1);
            }
        }
    };
    let close = {
        let id = id.clone();
        move |_| document::hide_popover(&id)
    };
    let link = |MenuLink { label, href, is_dangerous }| {
        html! { <a role="menuitem" href=href tabindex="-1" data-danger=is_dangerous>{label}</a> }
    };
    let links = items.into_iter().map(link).collect_view();
    html! {
        <button
            id=format!("{id}-button")
            type="button"
            class="button menu-button"
            aria-haspopup="menu"
            aria-expanded=live_text(move || is_open.get().to_string())
            aria-label=name
            popovertarget=id.clone()
        >
            {text}
        </button>
        <div id=id popover="auto" role="menu" class="menu" on:keydown=on_key on:toggle=on_toggle on:click=close>
            {links}
        </div>
    }
}
