//! The frame around every page.

pub(crate) mod frame;
#[cfg(feature = "ssr")]
pub(crate) mod language_select;
#[cfg(feature = "ssr")]
pub(crate) mod outside;
mod region_select;
#[cfg(feature = "ssr")]
pub(crate) mod theme_select;
