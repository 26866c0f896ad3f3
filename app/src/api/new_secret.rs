//! Creating a secret.

use leptos::prelude::*;
use server_fn::codec::Post;

use super::client::Api;
use crate::json::Json;
use crate::model::error::ApiError;
use crate::model::new_secret::{NewAccessKey, NewSecret, Prerequisites, Proof};
use crate::model::secret::SecretName;

/// Creates a secret and answers the name that KMS gave it. Safe to repeat with the same version ID.
#[server(prefix = "/api", endpoint = "create-secret", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn create_secret(region: String, secret: NewSecret) -> Result<SecretName, ApiError> {
    super::backend::backend()?.create_secret(region, secret).await
}

/// Whether these are the AccessKey secrets of the user: one answer for each.
#[server(prefix = "/api", endpoint = "check-access-keys", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn check_access_keys(
    region: String,
    user_name: String,
    access_keys: Vec<NewAccessKey>,
) -> Result<Vec<Proof>, ApiError> {
    super::backend::backend()?.check_access_keys(region, user_name, access_keys).await
}

/// The KMS instances of a region with their keys, and whether KMS has its service role.
#[server(prefix = "/api", endpoint = "get-prerequisites", input = Post<Json>, output = Post<Json>, client = Api)]
pub async fn get_prerequisites(region: String) -> Result<Prerequisites, ApiError> {
    super::backend::backend()?.get_prerequisites(region).await
}
