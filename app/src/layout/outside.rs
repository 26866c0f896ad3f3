//! Around what is shown before anybody is known: no navigation.

use leptos::prelude::*;

use super::language_select::LanguageSelect;
use crate::locales::t;
use crate::ui::html::html;
use crate::ui::icon::{Glyph, Icon};

pub(crate) fn outside(page: AnyView) -> AnyView {
    html! {
        <header class="top-bar">
            <span class="product"><Icon glyph=Glyph::Key/>{t().frame.product}</span>
            <span class="spacer"></span>
            <LanguageSelect/>
        </header>
        <main id="content" class="outside">{page}</main>
    }
}
