//! The pages; the folder's path is the address.

pub(crate) mod access_key;
pub(crate) mod access_keys;
pub(crate) mod after_leak;
pub(crate) mod bulk;
pub(crate) mod failed;
pub(crate) mod not_found;
pub(crate) mod overview;
pub(crate) mod region;
pub(crate) mod secret;
pub(crate) mod secrets;
