//! The pages; the folder's path is the address.

pub(crate) mod not_found;
pub(crate) mod region;
pub(crate) mod secret;
pub(crate) mod secrets;
