//! The pages; the folder's path is the address.

pub(crate) mod access_keys;
pub(crate) mod after_leak;
pub(crate) mod bulk;
pub(crate) mod last_use;
pub(crate) mod not_found;
pub(crate) mod overview;
pub(crate) mod region;
pub(crate) mod secret;
pub(crate) mod secrets;
