//! RAM users: for the wizard, and their AccessKeys by hand.

use leptos::prelude::*;
use server_fn::codec::Post;

use super::client::Api;
use crate::json::Json;
use crate::model::access_key::{KeyChange, RamUser, Receipt};
use crate::model::error::ApiError;
use crate::model::unmanaged::{KeyQuery, UnmanagedKeys};

/// The first 20 RAM users that match, those first that can be chosen, with their AccessKeys and who manages them.
#[server(prefix = "/api", endpoint = "search-ram-users", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn search_ram_users(region: String, text: String) -> Result<Vec<RamUser>, ApiError> {
    super::backend::backend()?.search_ram_users(region, text).await
}

/// The AccessKeys that no secret rotates, as far as they are known. A refresh reads what was read a while ago.
#[server(prefix = "/api", endpoint = "list-unmanaged-keys", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn list_unmanaged_keys(query: KeyQuery, is_refresh: bool) -> Result<UnmanagedKeys, ApiError> {
    super::backend::backend()?.list_unmanaged_keys(query, is_refresh).await
}

/// A user with the AccessKeys, their last use, and the secret that manages it.
#[server(prefix = "/api", endpoint = "get-ram-user", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn get_ram_user(user_name: String) -> Result<RamUser, ApiError> {
    super::backend::backend()?.get_ram_user(user_name).await
}

/// Disables, enables or deletes an AccessKey. To delete, the whole ID must have been typed.
#[server(prefix = "/api", endpoint = "change-access-key", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn change_access_key(
    user_name: String,
    access_key_id: String,
    change: KeyChange,
    typed_id: String,
) -> Result<Receipt, ApiError> {
    super::backend::backend()?.change_access_key(user_name, access_key_id, change, typed_id).await
}
