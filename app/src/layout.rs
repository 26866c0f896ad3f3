//! The frame around every page.

pub(crate) mod frame;
mod language_select;
mod region_select;
mod theme_select;
