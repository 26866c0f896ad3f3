//! Server functions, a file for each noun, and the seam behind them. For the hydrated page only, not a public interface.

#[cfg(feature = "ssr")]
pub mod backend;
mod client;
mod secrets;

pub use client::BUILD_HEADER;
pub(crate) use secrets::{delete_secret, get_secret, list_secrets, restore_secret};

/// Every server function, for the server's router and its tests.
#[cfg(feature = "ssr")]
pub fn register() {
    server_fn::axum::register_explicit::<secrets::ListSecrets>();
    server_fn::axum::register_explicit::<secrets::GetSecret>();
    server_fn::axum::register_explicit::<secrets::DeleteSecret>();
    server_fn::axum::register_explicit::<secrets::RestoreSecret>();
}
