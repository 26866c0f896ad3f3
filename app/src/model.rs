//! Plain data and rules for both sides: what is valid is decided here, once. No I/O, no clock.

pub mod access_key;
pub mod deletion;
pub mod error;
pub mod limits;
pub mod new_secret;
pub mod region;
pub mod rotation;
pub mod secret;
pub mod secret_list;
pub mod secret_query;
pub mod session;
