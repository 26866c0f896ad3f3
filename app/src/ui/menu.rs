//! A menu button: a native popover, which opens, and says so, without a script. Its keys are the page's (`shell/page/menu.js`).

use leptos::prelude::*;

use super::html::html;

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
            aria-label=name
            popovertarget=id.clone()
        >
            {text}
        </button>
        <div id=id popover="auto" role="menu" class="menu">{links}</div>
    }
}
