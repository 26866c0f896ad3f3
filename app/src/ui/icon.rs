//! Icons: 16 by 16, drawn with strokes in the text's colour. Always beside a word, so hidden from screen readers.

use leptos::prelude::*;

use super::html::html;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    Check,
    Turning,
    Off,
    Warning,
    Clock,
    Blocked,
    Copy,
    Up,
    Down,
    Close,
    Key,
    Refresh,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Self::Check => "M3 8.5l3.2 3.2L13 5",
            Self::Turning | Self::Refresh => "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",
            Self::Off => "M8 2v5M4.6 4.2a5 5 0 1 0 6.8 0",
            Self::Warning => "M8 2.2L14.5 13.5H1.5zM8 6.5v3M8 11.4v.2",
            Self::Clock => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 5v3l2 1.5",
            Self::Blocked => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM3.8 3.8l8.4 8.4",
            Self::Copy => "M5.5 5.5h7v7h-7zM3.5 10.5v-7h7",
            Self::Up => "M4 10l4-4 4 4",
            Self::Down => "M4 6l4 4 4-4",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Key => {
                "M10.2 2.5a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.6zM7.8 8.2L2.5 13.5M4.5 11.5l1.8 1.8"
            }
        }
    }
}

#[component]
pub(crate) fn Icon(glyph: Glyph) -> impl IntoView {
    html! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=glyph.path()></path>
        </svg>
    }
}
