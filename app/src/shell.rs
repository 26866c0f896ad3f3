//! The HTML document around the app: head, style, the one script, and its nonce.

mod tools;

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::locales::t;
pub use crate::locales::{CURRENT_LANGUAGE, Language};
use crate::model::session::Session;
use crate::plain::PlainPage;
use crate::routes::App;
use crate::served::Served;
pub use tools::TimeZone;
pub(crate) use tools::tools;

/// Two scripts of a page of the app: in its head, and in the end.
const EARLY: &str = include_str!("shell/early.js");
const START: &str = include_str!("shell/start.js");
/// And that of a page which has no WASM.
const SERVED: &str = include_str!("shell/served.js");

/// Where this build's assets lie. The server puts it into the context of each page.
#[derive(Clone, Debug)]
pub struct Assets {
    /// The hash of all assets together, which is the build's name. Empty where the site was not built.
    pub build: String,
    /// The address of the strings, by their hash: they are in no asset.
    pub words: String,
    /// `sha384-…` of the style sheet.
    pub style_integrity: String,
    /// `sha384-…` of the start module.
    pub script_integrity: String,
}

/// The theme that the person chose: `light`, `dark`, or nothing for the system's.
#[derive(Clone, Debug, Default)]
pub struct Theme(pub Option<String>);

/// Who asks, as far as the page tells its style sheet and its script.
#[derive(Clone, Debug)]
pub struct PersonMark {
    /// It tells people apart, and tells nothing of them.
    pub mark: String,
    /// Whether there is anything that the person may change: who may only see is offered nothing else.
    pub may_change: bool,
}

/// What a form came to, which the page that it led to says.
#[derive(Clone, Debug)]
pub struct Notice(pub String);

/// Where a browser that runs no script finds this page in a form that works without; nothing where this one does.
#[derive(Clone, Debug, Default)]
pub struct Scriptless(pub Option<String>);

/// What the console calls itself.
pub fn product() -> &'static str {
    t().frame.product
}

/// What a calendar says of regions that are missing in it.
pub fn missing_words(regions: &str) -> String {
    t().overview().without.with([&regions])
}

/// What a planned rotation is called in a calendar.
pub fn event_words(name: &str) -> String {
    t().plain().event.with([&name])
}

/// The strings that the page's script hands to the WASM.
pub fn words(language: Language) -> String {
    crate::locales::words(language)
}

/// What the page's script shows when a request was refused for want of a sign-in. The page stays as it is beneath.
fn ended() -> impl IntoView {
    let s = t().served();
    view! {
        <dialog id="ended" aria-labelledby="ended-title">
            <h2 id="ended-title" data-again=s.confirm>{s.ended}</h2>
            <p data-again=s.confirm_why>{s.ended_more}</p>
            <form method="dialog" class="actions">
                <a class="button" data-kind="primary" target="_blank" href="/sign-in?return_to=%2Fsigned-in">{s.sign_in}</a>
                <button class="button">{s.cancel}</button>
            </form>
        </dialog>
    }
}

pub fn shell() -> impl IntoView {
    let assets = expect_context::<Assets>();
    let Scriptless(scriptless) = use_context().unwrap_or_default();
    let direction = (Language::current() == Language::RightToLeft).then_some("rtl");
    let theme = use_context::<Theme>().unwrap_or_default().0;
    let folder = format!("/pkg/{}", assets.build);
    // Written here and not by leptos' `HydrationScripts`: all assets lie in one folder named by their hash, and
    // nothing is read from disk at run time.
    // A page that shows a posted form again works by itself: what the form holds is not known to the browser's code.
    let person = use_context::<PersonMark>();
    let may = person.as_ref().is_some_and(|person| !person.may_change).then_some("see");
    let person = person.map(|person| person.mark);
    let is_served = use_context::<Served>().is_some();
    let is_plain = is_served || use_context::<PlainPage>().is_some();
    let TimeZone(zone) = use_context().unwrap_or_default();
    let is_inside = use_context::<Served>().is_none_or(|served| !served.is_outside());
    let has_sign_in = use_context::<Session>().is_some_and(|session| session.person.is_some());
    view! {
        <!DOCTYPE html>
        <html lang=t().lang dir=direction data-build=assets.build.clone() data-theme=theme data-plain=is_plain data-served=is_served data-person=person data-may=may data-zone=zone>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="stylesheet" href=format!("{folder}/keyturn.css") integrity=assets.style_integrity/>
                {(!is_plain).then(|| view! {
                    <link
                        rel="modulepreload"
                        href=format!("{folder}/keyturn.js")
                        integrity=assets.script_integrity
                    />
                    <link
                        rel="preload"
                        href=format!("{folder}/keyturn.wasm")
                        r#as="fetch"
                        r#type="application/wasm"
                        crossorigin="anonymous"
                    />
                    <link id="words" rel="preload" href=assets.words.clone() r#as="fetch" crossorigin="anonymous"/>
                    <script nonce=leptos::nonce::use_nonce()>{EARLY}</script>
                })}
                {scriptless.map(|path| view! {
                    <noscript><meta http-equiv="refresh" content=format!("0; url={path}")/></noscript>
                })}
                <MetaTags/>
            </head>
            <body>
                <App/>
                {(!is_plain && has_sign_in).then(ended)}
                {is_inside.then(tools::dialogs)}
                {(is_served || !is_plain).then(|| view! { <script type="module" nonce=leptos::nonce::use_nonce() src=format!("{folder}/page.js")></script> })}
                {is_served.then(|| view! { <script type="module" nonce=leptos::nonce::use_nonce()>{SERVED}</script> })}
                {(!is_plain).then(|| view! {
                    <script type="module" nonce=leptos::nonce::use_nonce()>{START}</script>
                })}
            </body>
        </html>
    }
}
