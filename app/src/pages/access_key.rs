//! What is told of an AccessKey, in the same words on every page.

use leptos::prelude::*;

use crate::locales::t;
use crate::model::access_key::{AccessKey, LastUse};
use crate::model::drift::Role;
use crate::ui::html::html;
use crate::ui::time::Time;

/// Whether it works.
pub(crate) fn state(key: &AccessKey) -> &'static str {
    let d = t().details();
    if key.is_active { d.key_active } else { d.key_inactive }
}

/// When it last signed a call, or that it never did, or that nobody said: the moment alone, under a heading that says what it is.
pub(crate) fn last_use(of: LastUse) -> AnyView {
    let d = t().details();
    match of {
        LastUse::Never => d.never_used.into_any(),
        LastUse::Unknown => d.use_unknown.into_any(),
        LastUse::At(at_ms) => html! { <span class="moment"><Time at_ms/></span> },
    }
}

/// All in one line: whether it works, its last use, and what it is to the secret of its user.
pub(crate) fn summary(key: &AccessKey, role: Option<Role>) -> AnyView {
    let (d, comma) = (t().details(), t().common.comma);
    let words = matches!(key.last_use, LastUse::At(_)).then_some(d.last_used);
    let role = role.map(|role| html! { {comma} {d.role[role as usize]} });
    html! { {state(key)} {comma} {words} " " {last_use(key.last_use)} {role} }
}
