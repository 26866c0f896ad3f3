//! When an AccessKey last signed a call, or that it never did, or that nobody said.

use leptos::prelude::*;

use crate::locales::t;
use crate::model::access_key::LastUse;
use crate::ui::html::html;
use crate::ui::time::Time;

/// The moment alone, under a heading that says what it is.
pub(crate) fn last_use(of: LastUse) -> AnyView {
    let d = t().details();
    match of {
        LastUse::Never => d.never_used.into_any(),
        LastUse::Unknown => d.use_unknown.into_any(),
        LastUse::At(at_ms) => html! { <span class="moment"><Time at_ms/></span> },
    }
}

/// With the words for it.
pub(crate) fn last_used(of: LastUse) -> AnyView {
    let words = matches!(of, LastUse::At(_)).then_some(t().details().last_used);
    html! { {words} " " {last_use(of)} }
}
