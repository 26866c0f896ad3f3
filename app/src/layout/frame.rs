//! Top bar, side navigation, banner, and the place of the page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::region_select::RegionSelect;
use crate::browser::document;
use crate::locales::t;
use crate::model::session::{Cloud, Session};
use crate::paths;
use crate::ui::announce::{Announcer, StatusRegion};
use crate::ui::heading::Focus;
use crate::ui::html::{html, live_option, live_text};
use crate::ui::icon::{Glyph, Icon};

/// The region of an address, or the default one.
pub(crate) fn region_of(path: &str, session: &Session) -> String {
    let first = path.split('/').nth(1).unwrap_or_default();
    let known = session.region(first).or(session.regions.first());
    known.map(|region| region.id.clone()).unwrap_or_default()
}

#[component]
pub(crate) fn Frame(children: Children) -> impl IntoView {
    let session: Session = expect_context();
    let path = use_location().pathname;
    let region = {
        let session = session.clone();
        Memo::new(move |_| region_of(&path.get(), &session))
    };
    let Focus { has_navigated, opener } = expect_context();
    let announcer: Announcer = expect_context();
    Effect::new(move |first: Option<String>| {
        let now = path.get();
        let first = first.unwrap_or_else(|| now.clone());
        if first != now {
            has_navigated.set(true);
            // What was said of the last page is not true of this one.
            announcer.say("");
        }
        // What led to this address is in the document still.
        let led_here = document::focused_id();
        if !led_here.is_empty() {
            opener.set(led_here);
        }
        first
    });
    // The list itself, or what is about secrets of the region.
    let of_secrets = move || {
        let (path, list) = (path.get(), paths::secrets(&region.get()));
        match path.strip_prefix(list.trim_end_matches("secrets")) {
            Some("secrets") => Some("page"),
            Some(_) => Some("true"),
            None => None,
        }
    };
    let is_keys = move || path.read().starts_with(paths::ACCESS_KEYS);
    let is_overview = move || path.read().as_str() == "/";
    let f = &t().frame;
    // Where nobody signs in, everybody is one; but there is nobody to be given access, nor a second to approve.
    let (is_administrator, has_approvals) = session
        .person
        .as_ref()
        .map_or((true, false), |person| (person.is_administrator, person.has_approvals));
    let has_access = is_administrator && session.person.is_some();
    // The server's own pages: the router leaves these to the browser.
    let served = [
        (true, paths::ACTIVITY, f.activity),
        (has_approvals, paths::APPROVALS, f.approvals),
        (has_access, paths::ACCESS, f.access),
        (is_administrator, paths::SETUP, f.setup),
    ]
    .into_iter()
    .filter(|(is_shown, ..)| *is_shown)
    .map(|(_, path, text)| html! { <a href=path rel="external" aria-current=served(path)>{text}</a> })
    .collect_view();
    // The server's alone: what is there already is left as it is.
    #[cfg(feature = "ssr")]
    let tools = crate::shell::tools(&session);
    #[cfg(not(feature = "ssr"))]
    let tools = "";
    html! {
        <a class="skip-link" href="#content">{f.skip_to_content}</a>
        <header class="top-bar">
            <a class="product" href=paths::overview(&[])><Icon glyph=Glyph::Key/>{f.product}</a>
            <RegionSelect region/>
            <span class="spacer"></span>
            <div class="tools" inner_html=tools></div>
        </header>
        <CloudBanner cloud=session.cloud/>
        <div class="frame">
            <nav id="navigation" class="side-navigation drawer" popover="" aria-label=f.main_navigation>
                <a href=paths::overview(&[]) aria-current=live_option(move || is_overview().then_some("page"))>
                    {f.overview}
                </a>
                <a
                    href=live_text(move || paths::secrets(&region.get()))
                    aria-current=live_option(of_secrets)
                >
                    {f.secrets}
                </a>
                <a href=paths::ACCESS_KEYS aria-current=live_option(move || is_keys().then_some("page"))>
                    {f.access_keys}
                </a>
                {served}
            </nav>
            <main id="content" tabindex="-1">{children()}</main>
        </div>
        <StatusRegion/>
    }
}

/// Whether this is the page of the server's at that address; the browser's code shows none of those.
fn served(address: &str) -> Option<&'static str> {
    #[cfg(feature = "ssr")]
    {
        // `/access-keys` does not lie below `/access`.
        let path = use_location().pathname.read_untracked();
        let rest = path.strip_prefix(address)?;
        (rest.is_empty() || rest.starts_with('/')).then_some("page")
    }
    #[cfg(not(feature = "ssr"))]
    {
        let _ = address;
        None
    }
}

#[component]
fn CloudBanner(cloud: Cloud) -> impl IntoView {
    let f = &t().frame;
    match cloud {
        Cloud::Sandbox => html! {
            <div class="banner">
                <strong>{f.sandbox_banner}</strong> " " <span>{f.sandbox_banner_more}</span>
            </div>
        },
        Cloud::Aliyun { account_id } => account_id
            .map(|id| html! { <div class="banner" data-cloud="aliyun">{f.account.with([&id])}</div> })
            .into_any(),
    }
}
