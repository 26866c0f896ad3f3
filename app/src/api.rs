//! Server functions, a file for each noun, and the seam behind them. For the hydrated page only, not a public interface.

#[cfg(feature = "ssr")]
pub mod backend;
mod client;
mod loaded;
mod new_secret;
mod ram_users;
mod secrets;

pub use client::BUILD_HEADER;
pub(crate) use loaded::{
    Answered, Lasting, Loaded, derived, lasting, load, load_reading, refetch_in_time, refetch_until,
};
pub(crate) use new_secret::{check_access_keys, create_secret, get_prerequisites};
pub(crate) use ram_users::{change_access_key, get_ram_user, list_unmanaged_keys, search_ram_users};
pub(crate) use secrets::{
    change_rotation, delete_secret, edit_secret, get_overview, get_secret, get_secret_policy, get_snippets,
    list_secrets, restore_secret, rotate_secret, select_secrets, set_secret_policy, tag_secret,
};

/// A server function as the server knows it.
#[cfg(feature = "ssr")]
pub struct Function {
    pub path: &'static str,
    /// Whether a body has a field that the function does not know.
    pub has_unknown_fields: fn(&[u8]) -> bool,
}

/// Every server function: the one list of them, for the server's router and its tests.
#[cfg(feature = "ssr")]
pub fn functions() -> [Function; 21] {
    [
        function::<secrets::ListSecrets>(),
        function::<secrets::GetSecret>(),
        function::<secrets::GetOverview>(),
        function::<secrets::FindSecrets>(),
        function::<secrets::SelectSecrets>(),
        function::<secrets::TagSecret>(),
        function::<secrets::EditSecret>(),
        function::<secrets::GetSecretPolicy>(),
        function::<secrets::SetSecretPolicy>(),
        function::<secrets::GetSnippets>(),
        function::<secrets::DeleteSecret>(),
        function::<secrets::RestoreSecret>(),
        function::<secrets::ChangeRotation>(),
        function::<secrets::RotateSecret>(),
        function::<new_secret::CreateSecret>(),
        function::<new_secret::CheckAccessKeys>(),
        function::<new_secret::GetPrerequisites>(),
        function::<ram_users::SearchRamUsers>(),
        function::<ram_users::ListUnmanagedKeys>(),
        function::<ram_users::GetRamUser>(),
        function::<ram_users::ChangeAccessKey>(),
    ]
}

/// Registers it with `server_fn` too.
#[cfg(feature = "ssr")]
fn function<F>() -> Function
where
    F: serde::de::DeserializeOwned + 'static,
    F: server_fn::ServerFn<
            Server: server_fn::server::Server<
                F::Error,
                F::InputStreamError,
                F::OutputStreamError,
                Request = axum::http::Request<axum::body::Body>,
                Response = axum::http::Response<axum::body::Body>,
            >,
        >,
{
    server_fn::axum::register_explicit::<F>();
    Function {
        path: F::PATH,
        has_unknown_fields: |body| {
            let mut has_unknown = false;
            let mut reader = serde_json::Deserializer::from_slice(body);
            let read: Result<F, _> = serde_ignored::deserialize(&mut reader, |_| has_unknown = true);
            read.is_ok() && has_unknown
        },
    }
}
