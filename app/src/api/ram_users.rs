//! RAM users for the wizard.

use leptos::prelude::*;

use super::client::Api;
use crate::model::access_key::RamUser;
use crate::model::error::ApiError;

/// The first 20 RAM users that match, those first that can be chosen, with their AccessKeys and who manages them.
#[server(prefix = "/api", endpoint = "search-ram-users", input = server_fn::codec::Json, client = Api)]
pub async fn search_ram_users(region: String, text: String) -> Result<Vec<RamUser>, ApiError> {
    super::backend::backend()?.search_ram_users(region, text).await
}
