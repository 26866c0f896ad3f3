//! Server functions, a file for each noun, and the seam behind them. For the hydrated page only, not a public interface.

#[cfg(feature = "ssr")]
pub mod backend;
mod client;
mod new_secret;
mod ram_users;
mod secrets;

pub use client::BUILD_HEADER;
pub(crate) use new_secret::{create_secret, list_kms_instances};
pub(crate) use ram_users::search_ram_users;
pub(crate) use secrets::{delete_secret, get_secret, list_secrets, restore_secret};

/// Every server function, for the server's router and its tests.
#[cfg(feature = "ssr")]
pub fn register() {
    server_fn::axum::register_explicit::<secrets::ListSecrets>();
    server_fn::axum::register_explicit::<secrets::GetSecret>();
    server_fn::axum::register_explicit::<secrets::DeleteSecret>();
    server_fn::axum::register_explicit::<secrets::RestoreSecret>();
    server_fn::axum::register_explicit::<new_secret::CreateSecret>();
    server_fn::axum::register_explicit::<new_secret::ListKmsInstances>();
    server_fn::axum::register_explicit::<ram_users::SearchRamUsers>();
}
