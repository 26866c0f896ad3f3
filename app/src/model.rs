//! Plain data and rules for both sides: what is valid is decided here, once. No I/O, no clock.

pub mod access_key;
pub mod bulk;
pub mod create_code;
pub mod deletion;
pub mod drift;
pub mod error;
pub mod found;
pub mod leak;
pub mod limits;
pub mod new_secret;
pub mod overview;
pub mod region;
pub mod rotation;
pub mod secret;
pub mod secret_edit;
pub mod secret_list;
pub mod secret_query;
pub mod session;
pub mod timeline;
pub mod unmanaged;

const DAY_MS: i64 = 86_400_000;
