//! The frame around every page.

pub(crate) mod frame;
mod language_select;
#[cfg(feature = "ssr")]
pub(crate) mod outside;
mod region_select;
mod theme_select;
