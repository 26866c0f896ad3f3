//! A state in a word and an icon, coloured by what it means.

use leptos::prelude::*;

use super::html::html;
use super::icon::{Glyph, Icon};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Good,
    Busy,
    Quiet,
    Warning,
    Danger,
}

impl Meaning {
    fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Busy => "busy",
            Self::Quiet => "quiet",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}

#[component]
pub(crate) fn Badge(meaning: Meaning, glyph: Glyph, #[prop(into)] text: String) -> impl IntoView {
    html! { <span class="badge" data-meaning=meaning.name()><Icon glyph/>{text}</span> }
}
