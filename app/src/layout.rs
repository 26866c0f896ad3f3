//! The frame around every page.

pub(crate) mod frame;
mod region_select;
mod theme_select;
