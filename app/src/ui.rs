//! The design system: components that know neither routes nor API. Each has its file in `style/components/`.

pub(crate) mod announce;
pub(crate) mod badge;
pub(crate) mod copy;
pub(crate) mod data_table;
pub(crate) mod dialog;
pub(crate) mod empty;
pub(crate) mod error;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod heading;
pub(crate) mod html;
pub(crate) mod icon;
pub(crate) mod key_values;
pub(crate) mod menu;
pub(crate) mod refresh;
pub(crate) mod skeleton;
pub(crate) mod snippet;
pub(crate) mod text_field;
pub(crate) mod time;
