//! The HTML document around the app: head, style, the one script, and its nonce.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::locales::t;
use crate::routes::App;

/// Where this build's assets lie. The server puts it into the context of each page.
#[derive(Clone, Debug)]
pub struct Assets {
    /// The hash of all assets together, which is the build's name. Empty where the site was not built.
    pub build: String,
    /// `sha384-…` of the style sheet.
    pub style_integrity: String,
    /// `sha384-…` of the start module.
    pub script_integrity: String,
}

/// The theme that the person chose: `light`, `dark`, or nothing for the system's.
#[derive(Clone, Debug, Default)]
pub struct Theme(pub Option<String>);

pub fn shell() -> impl IntoView {
    let assets = expect_context::<Assets>();
    let theme = use_context::<Theme>().unwrap_or_default().0;
    let folder = format!("/pkg/{}", assets.build);
    // Written here and not by leptos' `HydrationScripts`: all assets lie in one folder named by their hash, and
    // nothing is read from disk at run time.
    let script = format!(
        "import init, {{ hydrate }} from '{folder}/keyturn.js';\
         init({{ module_or_path: '{folder}/keyturn.wasm' }}).then(() => hydrate());"
    );
    view! {
        <!DOCTYPE html>
        <html lang=t().lang data-build=assets.build.clone() data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="stylesheet" href=format!("{folder}/keyturn.css") integrity=assets.style_integrity/>
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
                <MetaTags/>
            </head>
            <body>
                <App/>
                <script type="module" nonce=leptos::nonce::use_nonce()>{script}</script>
            </body>
        </html>
    }
}
